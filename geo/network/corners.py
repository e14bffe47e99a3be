"""Street corners: junctions where three or more ways of a profile meet.

Importing this module loads numba.
"""

import numpy as np
from numpy.typing import NDArray

from geo.network.cover import in_parts
from geo.network.graph import Graph, Positions
from geo.network.reach import reach

__all__ = ["corners", "positions_of", "weight_near"]

_WAYS = 3


def corners(graph: Graph, profile: str) -> NDArray[np.int32]:
    """Return the nodes where at least three ways meet that a profile may travel, ascending.

    A street that comes back to where it began counts twice there.
    """
    used = graph.networks[profile].direction != 0
    nodes = len(graph.node_lon)
    ways = np.bincount(graph.edge_from[used], minlength=nodes) + np.bincount(
        graph.edge_to[used], minlength=nodes
    )
    return np.flatnonzero(ways >= _WAYS).astype(np.int32)


def positions_of(graph: Graph, profile: str, node: NDArray[np.int32]) -> Positions:
    """Return nodes as places on edges: at an end of the first edge of theirs that a profile may travel.

    Parameters
    ----------
    node : (c,) int32
        Each the end of such an edge.

    Returns
    -------
    Positions
        No snapping leg: one stands on the junction.
    """
    used = np.flatnonzero(graph.networks[profile].direction)
    first = np.full(len(graph.node_lon), -1, np.int32)
    # The last one written stays, so the first edge is written last.
    for ends in (graph.edge_to, graph.edge_from):
        first[ends[used[::-1]]] = used[::-1]
    edge = first[node]
    at_begin = graph.edge_from[edge] == node
    offset_m = np.where(at_begin, 0.0, graph.edge_length_m[edge])
    return Positions(edge.astype(np.int32), offset_m, np.zeros(len(node)))


def weight_near(
    graph: Graph,
    profile: str,
    demand: Positions,
    weight: NDArray[np.float64],
    places: Positions,
    *,
    limit_m: float,
) -> NDArray[np.float64]:
    """Return about how much demand is within a limit of places along streets, (c,).

    Meant for choosing between places, not for figures: demand counts at the nearer end of its edge.

    Parameters
    ----------
    demand, places : Positions
        On the graph; demand off the network is near to nothing.
    weight : (d,) float64
    limit_m : float
        Metres; not much, for time goes with the number of nodes within it.
    """
    on = demand.edge >= 0
    edge, offset_m = demand.edge[on], demand.offset_m[on]
    nearer = np.where(offset_m <= graph.edge_length_m[edge] / 2, graph.edge_from[edge], graph.edge_to[edge])
    at_node = np.bincount(nearer, weight[on], minlength=len(graph.node_lon))

    def find(part: slice) -> tuple[NDArray[np.float64], int]:
        some = Positions(*(column[part] for column in places))
        found = reach(graph, profile, some, limit=limit_m)
        place = np.repeat(np.arange(len(some.edge)), np.diff(found.start))
        return np.bincount(place, at_node[found.node], minlength=len(some.edge)), len(found.node)

    parts = list(in_parts(len(places.edge), len(graph.node_lon), find))
    return np.concatenate([np.empty(0), *parts])
