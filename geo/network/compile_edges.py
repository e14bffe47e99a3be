"""Ways cut into edges: where they end, where they meet, and where not everyone may pass."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.model.streets import Ways

__all__ = ["Cut", "cut_ways", "in_order", "part_barriers"]

_SIDE_BITS = 16
"""The curve that orders nodes runs through a grid of 2^16 x 2^16 squares: metres wide for a province."""


class Cut(NamedTuple):
    """Edges of a graph in the making.

    Attributes
    ----------
    refs : (r,) int32
        `Ways.refs`, without a node that only repeats the one before it.
    first, last : (m,) int64
        Edge i is drawn by ``refs[first[i]:last[i] + 1]``.
    way : (m,) int64
    from_node, to_node : (m,) int64
        Places in ``node``.
    gate : (m,) bool
        The edges of no length through a barrier; they come after all others.
    closed : (m,) uint8
        For which profiles a gate is closed, as in `Ways.barrier_closed`.
    node : (n,) int64
        For every node of the graph its place in `Ways.node_lon`.
    """

    refs: NDArray[np.int32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    way: NDArray[np.int64]
    from_node: NDArray[np.int64]
    to_node: NDArray[np.int64]
    gate: NDArray[np.bool_]
    closed: NDArray[np.uint8]
    node: NDArray[np.int64]


def cut_ways(ways: Ways) -> Cut:
    """Cut ways at their ends, at nodes used more than once and at barriers."""
    refs, way = _steps(ways)
    begins = np.ones(len(refs), bool)
    begins[1:] = way[1:] != way[:-1]
    ends = np.ones(len(refs), bool)
    ends[:-1] = begins[1:]
    # A way of one node leads nowhere and meets nothing.
    uses = np.bincount(refs[~(begins & ends)], minlength=len(ways.node_lon))
    uses[ways.barrier] = 2
    cuts = np.flatnonzero(begins | ends | (uses[refs] > 1))
    opens = ~ends[cuts[:-1]]
    first, last = cuts[:-1][opens], cuts[1:][opens]
    return Cut(
        refs=refs,
        first=first,
        last=last,
        way=way[first],
        from_node=refs[first].astype(np.int64),
        to_node=refs[last].astype(np.int64),
        gate=np.zeros(len(first), bool),
        closed=np.zeros(len(first), np.uint8),
        node=np.arange(len(ways.node_lon)),
    )


def _steps(ways: Ways) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the nodes along ways and the way of each, nodes left out that repeat the one before."""
    way = np.repeat(np.arange(len(ways)), np.diff(ways.way_start))
    moves = np.ones(len(way), bool)
    moves[1:] = (ways.refs[1:] != ways.refs[:-1]) | (way[1:] != way[:-1])
    return ways.refs[moves], way[moves]


def part_barriers(cut: Cut, ways: Ways) -> Cut:
    """Part the edges that meet at a barrier, and join them again by gates.

    Every edge gets an end of its own there, at the same place; a gate, an edge of no length, leads to it from
    the barrier. Who may not pass can so walk up to the barrier from every side, and no farther.
    """
    closed = np.zeros(len(ways.node_lon), np.uint8)
    closed[ways.barrier] = ways.barrier_closed
    ends = np.concatenate([cut.from_node, cut.to_node])
    meeting = np.bincount(ends, minlength=len(cut.node))[ends] > 1
    parted = np.flatnonzero(meeting & (closed[ends] != 0))
    barrier, own = ends[parted], len(cut.node) + np.arange(len(parted))
    ends[parted] = own
    at = np.concatenate([cut.first, cut.last])[parted]
    return cut._replace(
        first=np.concatenate([cut.first, at]),
        last=np.concatenate([cut.last, at]),
        way=np.concatenate([cut.way, np.tile(cut.way, 2)[parted]]),
        from_node=np.concatenate([ends[: len(cut.way)], barrier]),
        to_node=np.concatenate([ends[len(cut.way) :], own]),
        gate=np.concatenate([cut.gate, np.ones(len(parted), bool)]),
        closed=np.concatenate([cut.closed, closed[barrier]]),
        node=np.concatenate([cut.node, barrier]),
    )


def in_order(cut: Cut, ways: Ways) -> Cut:
    """Keep the nodes that edges end at, and order them so that neighbours in the city are near in memory.

    Edges follow the nodes they begin at, gates come last: where a gate and its street are equally near, the
    lower number is the street's.
    """
    used = np.zeros(len(cut.node), bool)
    used[cut.from_node] = used[cut.to_node] = True
    kept = np.flatnonzero(used)
    place = cut.node[kept]
    kept = kept[np.argsort(_along_curve(ways.node_lon[place], ways.node_lat[place]), kind="stable")]
    number = np.zeros(len(cut.node), np.int64)
    number[kept] = np.arange(len(kept))
    from_node, to_node = number[cut.from_node], number[cut.to_node]
    order = np.lexsort((from_node, cut.gate))
    return cut._replace(
        first=cut.first[order],
        last=cut.last[order],
        way=cut.way[order],
        from_node=from_node[order],
        to_node=to_node[order],
        gate=cut.gate[order],
        closed=cut.closed[order],
        node=cut.node[kept],
    )


def _along_curve(lon: NDArray[np.int32], lat: NDArray[np.int32]) -> NDArray[np.uint64]:
    """Return where places lie along a Z-order curve: the bits of both coordinates by turns."""
    return _spread(lon) | (_spread(lat) << np.uint64(1))


def _spread(values: NDArray[np.int32]) -> NDArray[np.uint64]:
    """Return values scaled to `_SIDE_BITS` bits, with a zero after each bit."""
    if not len(values):
        return np.zeros(0, np.uint64)
    offset = values.astype(np.int64) - values.min()
    bits = ((offset << _SIDE_BITS) // (offset.max() + 1)).astype(np.uint64)
    # The halves of a number are moved apart, then their halves, down to single bits.
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    return bits
