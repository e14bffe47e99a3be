"""What a study is shown from: its document, its demand, its stations and its reach."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

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
    gained : (d,) int32 or None
        Of a study with a plan, for every point of the demand the place of the plan that it goes to now: its
        number from 0 among those chosen, -1 where nothing changes. None where that is not known.
    """

    study: Study
    places: Places
    stations: Sequence[StudyStation] = ()
    reach: shapely.MultiLineString | None = None
    link: str = ""
    gained: NDArray[np.int32] | None = None

    def parted(self) -> NDArray[np.int32]:
        """Return what is `gained`, -1 for all where that is not known."""
        return np.full(len(self.places.lon), -1, np.int32) if self.gained is None else self.gained
