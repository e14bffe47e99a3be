"""What a study is shown from: its document, its demand, its stations and its reach."""

from collections.abc import Sequence
from typing import NamedTuple

import shapely

from geo.model.study import Places, Study

__all__ = ["StudyParts", "StudyStation"]


class StudyStation(NamedTuple):
    """A station of a study's question.

    Attributes
    ----------
    lon, lat : float
        Of its entrance, WGS-84 degrees.
    state : str
        At the hour asked: ``open`` (or hours not used), ``unknown`` or ``closed``.
    """

    code: str
    name: str
    kind: str
    status: str
    lon: float
    lat: float
    state: str


class StudyParts(NamedTuple):
    """All that reports, maps and layers of one study are made from.

    Attributes
    ----------
    reach : MultiLineString or None
        The streets within the limit of an open station (WGS-84 lon, lat); None by line.
    link : str
        The address of the study's page, empty if it has none.
    """

    study: Study
    places: Places
    stations: Sequence[StudyStation] = ()
    reach: shapely.MultiLineString | None = None
    link: str = ""
