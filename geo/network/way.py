"""What ways along streets look like: pieces of edges as points, and a whole way as one line."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.model.place import Point
from geo.model.streets import DEGREE
from geo.network.graph import Graph
from geo.network.paths import Path
from geo.network.snap import place_of

__all__ = ["Trace", "line_of", "trace"]

# A millimetre: points nearer than this are one.
_SAME_DEG = 1e-8


class Trace(NamedTuple):
    """Pieces of edges as points along them, in the direction of travel.

    Attributes
    ----------
    piece : (t,) int64
        Which piece a point belongs to, ascending; each has its begin, its end and the bends between.
    lon, lat : (t,) float64
        WGS-84 degrees.
    offset_m : (t,) float64
        Metres along the edge from its beginning.
    """

    piece: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    offset_m: NDArray[np.float64]


def line_of(graph: Graph, path: Path, here: Point, there: Point) -> NDArray[np.float64]:
    """Return a way as a line, from where one asked, by the streets, to the door.

    Parameters
    ----------
    path : Path
        From the place ``here`` was snapped to, to that of ``there``.
    here, there : Point
        WGS-84 degrees.

    Returns
    -------
    (q, 2) float64
        Lon, lat in WGS-84 degrees; two points at least, of which only these two may be one. A path without
        edges, whose one place on the street nobody knows, is drawn straight.
    """
    street = trace(graph, path.edge, path.begin_m, path.end_m)
    return _without_repeats(np.vstack((here, np.column_stack((street.lon, street.lat)), there)))


def trace(graph: Graph, edge: ArrayLike, begin_m: ArrayLike, end_m: ArrayLike) -> Trace:
    """Return the points of pieces of edges.

    Parameters
    ----------
    edge : (q,) int
    begin_m, end_m : (q,) float
        Metres along the edge where the piece begins and ends; begin > end where it runs against the edge.

    Returns
    -------
    Trace
        Begins and ends between shape points are where `geo.network.snap.place_of` puts them.
    """
    edge = np.asarray(edge, np.int64)
    begin_m, end_m = np.asarray(begin_m, float), np.asarray(end_m, float)
    piece, point = _points_of(graph, edge)
    at_m = graph.shape_at_m[point]
    between = (np.minimum(begin_m, end_m)[piece] < at_m) & (at_m < np.maximum(begin_m, end_m)[piece])
    ends_m, number = np.concatenate((begin_m, end_m)), np.arange(len(edge))
    ends_lon, ends_lat = place_of(graph, np.concatenate((edge, edge)), ends_m)
    found = Trace(
        np.concatenate((number, number, piece[between])),
        np.concatenate((ends_lon, graph.shape_lon[point[between]] / DEGREE)),
        np.concatenate((ends_lat, graph.shape_lat[point[between]] / DEGREE)),
        np.concatenate((ends_m, at_m[between])),
    )
    order = np.lexsort((np.abs(found.offset_m - begin_m[found.piece]), found.piece))
    return Trace(*(values[order] for values in found))


def _points_of(graph: Graph, edge: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all shape points of edges, (t,), with the number in ``edge`` each belongs to."""
    first, count = graph.shape_start[edge], graph.shape_start[edge + 1] - graph.shape_start[edge]
    number = np.repeat(np.arange(len(edge)), count)
    return number, np.arange(len(number)) + (first - np.cumsum(count) + count)[number]


def _without_repeats(line: NDArray[np.float64]) -> NDArray[np.float64]:
    moved = (np.abs(np.diff(line, axis=0)) > _SAME_DEG).any(axis=1)
    kept = line[np.concatenate(([True], moved))]
    if len(kept) == 1:
        return line[[0, -1]]
    kept[-1] = line[-1]
    return kept
