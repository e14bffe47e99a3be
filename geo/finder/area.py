"""Which streets lie within reach of stations, drawn as lines: what a service area is, without a polygon."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely

from geo.errors import UnavailableError
from geo.finder.question import check_known
from geo.finder.streets import graph_of, stands_of
from geo.model.streets import STREET_PROFILES
from geo.network.graph import Positions
from geo.registry.nearest import Index
from geo.registry.streets import StreetSet

__all__ = ["ServiceArea", "find_service_area"]


class ServiceArea(NamedTuple):
    """The streets from which a station can be reached within each of some limits.

    Attributes
    ----------
    limits : tuple of float
        Metres or seconds, as asked.
    lines : tuple of MultiLineString
        For each limit its stretches of street: lon, lat in WGS-84 degrees. These decide.
    outlines : tuple of Polygon or MultiPolygon
        For each limit a shape around them, for the eye alone: a place within it may still be too far.
    attribution : str
        Whose streets they are.
    """

    limits: tuple[float, ...]
    lines: tuple[shapely.MultiLineString, ...]
    outlines: tuple[shapely.Geometry, ...]
    attribution: str


def find_service_area(
    index: Index,
    streets: StreetSet,
    codes: Sequence[str],
    limits: Sequence[float],
    *,
    by: str = "walk",
    measure: str = "metres",
) -> ServiceArea:
    """Return the service area of stations, all of them together.

    Parameters
    ----------
    streets : StreetSet
        One of the snapshot's.
    codes : sequence of str
        Stations off this network are reached from nowhere.
    measure : {"metres", "seconds"}

    Raises
    ------
    InputError
        No such profile.
    NotFoundError
        No such station.
    UnavailableError
        This machine does not have the file of these streets.
    """
    from geo.network.service import service_area
    from geo.network.service_shapes import service_lines, service_outlines

    check_known("by", [by], STREET_PROFILES)
    graph = graph_of(index, streets)
    if graph is None:
        raise UnavailableError(
            "这台机器上没有“%(name)s”的街道文件,请在这里执行一次 yizhan load streets", name=streets.name
        )
    stands = stands_of(index, streets, graph, by)
    rows = [index.snapshot.row(code) for code in codes]
    chosen = np.isin(stands.rows, rows)
    positions = Positions(*(column[chosen] for column in stands.stops.positions))
    pieces = service_area(graph, by, positions, limits, measure)
    lines, outlines = service_lines(graph, pieces, limits), service_outlines(graph, pieces, limits)
    return ServiceArea(tuple(limits), tuple(lines), tuple(outlines), streets.attribution)
