"""What one profile may travel of a graph, as arcs by the node they leave."""

import numpy as np
from numpy.typing import NDArray

from geo.model.streets import BACKWARD, FORWARD, Travel
from geo.network.graph import Arcs, Network
from geo.network.islands import without_islands

__all__ = ["network_of"]


def network_of(
    edge_from: NDArray[np.int32],
    edge_to: NDArray[np.int32],
    length_m: NDArray[np.float64],
    travel: Travel,
    nodes: int,
) -> Network:
    """Return the network of a profile.

    Parameters
    ----------
    edge_from, edge_to : (m,) int32
    length_m : (m,) float64
    travel : Travel
        How the profile travels each edge.
    nodes : int
        How many there are.
    """
    direction = without_islands(edge_from, edge_to, length_m, travel.direction, nodes)
    seconds = np.zeros(len(length_m))
    np.divide(length_m, travel.speed_m_s, out=seconds, where=direction != 0)
    ahead, against = (direction & FORWARD) != 0, (direction & BACKWARD) != 0
    out = _arcs((edge_from, edge_to), (ahead, against), length_m, seconds, nodes)
    both_ways = np.array_equal(ahead, against)
    back = out if both_ways else _arcs((edge_from, edge_to), (against, ahead), length_m, seconds, nodes)
    return Network(direction, travel.speed_m_s, out, back)


def _arcs(
    ends: tuple[NDArray[np.int32], NDArray[np.int32]],
    passable: tuple[NDArray[np.bool_], NDArray[np.bool_]],
    length_m: NDArray[np.float64],
    seconds: NDArray[np.float64],
    nodes: int,
) -> Arcs:
    """Return arcs along the edges where the first of `passable` holds, against those where the second does.

    Those of one node are ordered by edge.
    """
    no_loop = ends[0] != ends[1]
    edge = np.repeat(np.arange(len(length_m), dtype=np.int32), 2)
    kept = np.column_stack([passable[0] & no_loop, passable[1] & no_loop]).ravel()
    leaving, to = np.column_stack(ends).ravel()[kept], np.column_stack(ends[::-1]).ravel()[kept]
    order = np.argsort(leaving, kind="stable")
    edge = edge[kept][order]
    start = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(leaving, minlength=nodes), out=start[1:])
    return Arcs(start, to[order], edge, length_m[edge], seconds[edge])
