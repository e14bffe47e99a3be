"""A graph too large for one pack, cut into blocks: an inner part, and around it what ways from there need."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.model.streets import DEGREE
from geo.network.graph import Graph
from geo.network.pack import travelled_edges

__all__ = ["REACH_M", "Block", "Box", "cut_blocks"]

REACH_M = {"walk": 3_000.0, "ebike": 6_000.0}
"""Ways up to so long are whole in a block, wherever in its inner part they begin."""

# What an edge and a point inside it take, compressed: a sixth more than in 济南, Porto Alegre and Monaco.
_EDGE_BYTES, _POINT_BYTES = 4.8, 2.9
_SMALLEST_M = 2_000.0
"""An inner part this small is not cut again: its surroundings would hardly get smaller."""

_SHORTER = 0.7
_SHORTEST_M = 500.0
_METRES_PER_DEGREE = 110_500.0
"""Less than a degree of latitude has anywhere, so that what is near is never missed."""


class Box(NamedTuple):
    """Bounds in WGS-84 degrees."""

    west: float
    south: float
    east: float
    north: float

    def grown(self, metres: float) -> "Box":
        """Return the bounds of what lies within so many metres, and a little more."""
        up = metres / _METRES_PER_DEGREE
        widest = min(max(abs(self.south), abs(self.north)) + up, 89.0)
        aside = up / float(np.cos(np.radians(widest)))
        return Box(self.west - aside, self.south - up, self.east + aside, self.north + up)


class Block(NamedTuple):
    """One part of a graph.

    Attributes
    ----------
    inner : Box
        Where ways begin; the inner parts of blocks tile what was cut.
    share : float or None
        Ways up to this share of `REACH_M` are whole; None: the graph is not cut, all of them are.
    edges : (m,) int32
        Ascending.
    """

    inner: Box
    share: float | None
    edges: NDArray[np.int32]


class _Edges(NamedTuple):
    """The edges left to choose from: bounds in degrees, and what they take in a pack."""

    edge: NDArray[np.int32]
    west: NDArray[np.float64]
    south: NDArray[np.float64]
    east: NDArray[np.float64]
    north: NDArray[np.float64]
    ebike: NDArray[np.bool_]
    size: NDArray[np.float64]

    def where(self, chosen: NDArray[np.bool_]) -> "_Edges":
        return _Edges(*(column[chosen] for column in self))

    def meet(self, box: Box) -> NDArray[np.bool_]:
        across = (self.west <= box.east) & (self.east >= box.west)
        return across & (self.south <= box.north) & (self.north >= box.south)


def cut_blocks(graph: Graph, box: Box, most_bytes: int) -> list[Block]:
    """Return blocks that are, compressed, no larger than asked.

    Parameters
    ----------
    box : Box
        What needs to be covered, where the graph has to be cut.
    most_bytes : int
        The size is estimated, a little too large.

    Returns
    -------
    list of Block
        A single one with all streets, where that is small enough. Otherwise in a fixed order; parts of the
        box without streets have none. Around an inner part of `_SMALLEST_M` whose surroundings are still too
        large, ways are whole to a smaller share of `REACH_M` only, down to `_SHORTEST_M` of walking.
    """
    edges = _edges_of(graph)
    if edges.size.sum() > most_bytes:
        return list(_cut(edges, box, 1.0, most_bytes))
    if len(edges.edge):
        box = Box(edges.west.min(), edges.south.min(), edges.east.max(), edges.north.max())
    return [Block(box, None, edges.edge)]


def _edges_of(graph: Graph) -> _Edges:
    edge = travelled_edges(graph)
    least, most = (
        [_by_edge(graph, pick, values)[edge] for values in (graph.shape_lon, graph.shape_lat)]
        for pick in (np.minimum, np.maximum)
    )
    inside = np.diff(graph.shape_start)[edge] - 2
    ebike = graph.networks["ebike"].direction[edge] > 0
    return _Edges(edge, *least, *most, ebike, _EDGE_BYTES + _POINT_BYTES * inside)


def _by_edge(graph: Graph, pick: np.ufunc, values: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the least, or the greatest, coordinate of every edge in degrees."""
    if not len(values):
        return np.empty(0)
    return pick.reduceat(values, graph.shape_start[:-1]) / DEGREE


def _cut(edges: _Edges, box: Box, share: float, most_bytes: int) -> Iterator[Block]:
    around = _around(edges, box, share)
    width_m, height_m = _sides_m(box)
    if not len(around.edge):
        return
    if around.size.sum() <= most_bytes or share * REACH_M["walk"] < _SHORTEST_M:
        yield Block(box, share, around.edge)
    elif max(width_m, height_m) <= _SMALLEST_M:
        yield from _cut(around, box, share * _SHORTER, most_bytes)
    else:
        for part in _halves(around, box, across=width_m >= height_m):
            yield from _cut(around, part, share, most_bytes)


def _around(edges: _Edges, box: Box, share: float) -> _Edges:
    """Return the edges that ways from within a box may use; footways are needed by the shorter ways alone."""
    near = edges.meet(box.grown(share * REACH_M["walk"]))
    return edges.where(near | (edges.ebike & edges.meet(box.grown(share * REACH_M["ebike"]))))


def _halves(edges: _Edges, box: Box, *, across: bool) -> tuple[Box, Box]:
    """Return the two parts of a box, with as many streets in each, but none narrower than a quarter."""
    low, high = (box.west, box.east) if across else (box.south, box.north)
    middles = (edges.west + edges.east if across else edges.south + edges.north) / 2
    inside = middles[(middles > low) & (middles < high)]
    cut = float(np.median(inside)) if len(inside) else (low + high) / 2
    cut = min(max(cut, low + (high - low) / 4), high - (high - low) / 4)
    if across:
        return box._replace(east=cut), box._replace(west=cut)
    return box._replace(north=cut), box._replace(south=cut)


def _sides_m(box: Box) -> tuple[float, float]:
    aside = float(np.cos(np.radians((box.south + box.north) / 2)))
    return (
        (box.east - box.west) * aside * _METRES_PER_DEGREE,
        (box.north - box.south) * _METRES_PER_DEGREE,
    )
