"""From places on edges to the ends of those edges: where a search begins, and where it arrives."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo.model.profiles import PROFILES
from geo.model.streets import BACKWARD, FORWARD
from geo.network.graph import Graph, Positions

__all__ = ["Ends", "ends_at"]

_kernel = njit(cache=True, nogil=True)


class Ends(NamedTuple):
    """Legs between places on edges and the ends of those edges, snapping legs included; one row a leg.

    Attributes
    ----------
    place : (e,) int32
        Which place.
    node : (e,) int32
        The node at that end.
    metres, seconds : (e,) float64
    at_start : (e,) bool
        The end is the beginning of the edge.
    """

    place: NDArray[np.int32]
    node: NDArray[np.int32]
    metres: NDArray[np.float64]
    seconds: NDArray[np.float64]
    at_start: NDArray[np.bool_]


def ends_at(graph: Graph, profile: str, positions: Positions, *, towards: bool) -> Ends:
    """Return the legs of places on a graph, in their order; places off the network have none.

    Parameters
    ----------
    profile : str
        One of `geo.model.streets.STREET_PROFILES`.
    towards : bool
        Legs are travelled from the ends to the places, or (False) from the places to the ends.
    """
    network = graph.networks[profile]
    return Ends(
        *_ends(
            (network.direction, network.speed_m_s),
            (graph.edge_from, graph.edge_to, graph.edge_length_m),
            positions,
            PROFILES[profile].snap_speed_m_s,
            towards,
        )
    )


@_kernel
def _legs(direction, length_m, offset_m, towards):
    """Return the metres between a place and both ends of its edge; inf where one may not travel so."""
    to_place, from_place = (FORWARD, BACKWARD) if towards else (BACKWARD, FORWARD)
    begin_m = offset_m if direction & to_place else np.inf
    end_m = length_m - offset_m if direction & from_place else np.inf
    # A place at the very end of a one-way street is the junction, where all its streets begin.
    if direction and offset_m <= 0.0:
        begin_m = 0.0
    elif direction and offset_m >= length_m:
        end_m = 0.0
    return begin_m, end_m


@_kernel
def _ends(travel, edges, positions, snap_speed_m_s, towards):
    """Return the columns of `Ends`."""
    direction, speed_m_s = travel
    edge_from, edge_to, length_m = edges
    room = 2 * len(positions.edge)
    place, node, at_start = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room, np.bool_)
    metres, seconds = np.empty(room), np.empty(room)
    row = 0
    for i in range(len(positions.edge)):
        edge = positions.edge[i]
        if edge < 0:
            continue
        snap_m = positions.snap_m[i]
        legs_m = _legs(direction[edge], length_m[edge], positions.offset_m[i], towards)
        for end in range(2):
            if legs_m[end] < np.inf:
                place[row] = i
                node[row] = edge_to[edge] if end else edge_from[edge]
                metres[row] = snap_m + legs_m[end]
                seconds[row] = snap_m / snap_speed_m_s + legs_m[end] / speed_m_s[edge]
                at_start[row] = end == 0
                row += 1
    return place[:row], node[:row], metres[:row], seconds[:row], at_start[:row]
