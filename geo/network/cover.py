"""Which stations demand can go to within a limit along streets, and which it is nearest to.

Exact on edges: a way begins and ends at places on streets, never at the next junction, and both legs between
a point and its street count. Ways go from the demand to the stations.

Importing this module loads numba.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.model.profiles import PROFILES
from geo.network.cover_kernels import Places, Streets, grouped, nearest_search, pair_search, rows_of
from geo.network.ends import ends_at
from geo.network.graph import Graph, Positions
from geo.network.reach import Measure, owners, reach

__all__ = ["Nearest", "Pairs", "nearest_stations", "pairs_within"]


class Pairs(NamedTuple):
    """For all demand the stations within a limit, as compressed rows by (cost, station).

    Attributes
    ----------
    start : (d + 1,) int64
        The stations of demand i are those from ``start[i]`` up to ``start[i + 1]``.
    station : (r,) int32
    cost : (r,) float64
        Metres or seconds.
    """

    start: NDArray[np.int64]
    station: NDArray[np.int32]
    cost: NDArray[np.float64]


class Nearest(NamedTuple):
    """For all demand the nearest station; of several at the same cost the first.

    Attributes
    ----------
    cost : (d,) float64
        Metres or seconds; inf where there is none within the limit.
    station : (d,) int32
        -1 where there is none.
    """

    cost: NDArray[np.float64]
    station: NDArray[np.int32]


def pairs_within(
    graph: Graph, profile: str, demand: Positions, stations: Positions, *, limit: float, measure: Measure
) -> Pairs:
    """Return which stations are within a limit of all demand, exactly.

    Parameters
    ----------
    profile : str
        One of `geo.model.streets.STREET_PROFILES`.
    demand, stations : Positions
        On the graph, snapped for this profile; to and from those off the network there is no way.
    limit : float
        Metres or seconds, itself included.
    measure : {"metres", "seconds"}
        What is minimised and limited.

    Returns
    -------
    Pairs
        With a smaller limit the same rows without those that cost more, to the last bit.
    """
    limit = float(limit)
    reached = reach(graph, profile, stations, limit=limit, measure=measure)
    ends = ends_at(graph, profile, demand, towards=False)
    by_node = grouped(ends.node, len(graph.node_lon))
    leg = ends.metres if measure == "metres" else ends.seconds
    legs = by_node.start, ends.place[by_node.row], leg[by_node.row]
    by_edge = grouped(demand.edge, len(graph.edge_from))
    sides = _places(profile, demand, measure), by_edge, _places(profile, stations, measure)
    found = pair_search(reached, legs, _streets(graph, profile, measure), *sides, limit)
    return Pairs(*rows_of(*found, len(demand.edge)))


def nearest_stations(
    graph: Graph,
    profile: str,
    demand: Positions,
    stations: Positions,
    *,
    measure: Measure,
    limit: float = np.inf,
) -> Nearest:
    """Return the station nearest to all demand, exactly; parameters are those of `pairs_within`."""
    limit = float(limit)
    owned = owners(graph, profile, stations, limit=limit, measure=measure)
    ends = ends_at(graph, profile, demand, towards=False)
    legs = ends.place, ends.node, ends.metres if measure == "metres" else ends.seconds
    by_edge = grouped(stations.edge, len(graph.edge_from))
    sides = _places(profile, demand, measure), _places(profile, stations, measure), by_edge
    return Nearest(*nearest_search(owned, legs, _streets(graph, profile, measure), *sides, limit))


def _places(profile: str, positions: Positions, measure: Measure) -> Places:
    leg = positions.snap_m
    if measure == "seconds":
        leg = leg / PROFILES[profile].snap_speed_m_s
    return Places(positions.edge, positions.offset_m, leg)


def _streets(graph: Graph, profile: str, measure: Measure) -> Streets:
    network = graph.networks[profile]
    # Copies, because numba compiles anew for the read-only arrays of a graph that is mapped from a file.
    direction = network.direction.copy()
    if measure == "metres":
        return Streets(direction, np.ones(len(direction)))
    return Streets(direction, network.speed_m_s.astype(np.float64))
