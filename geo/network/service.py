"""Service areas: the pieces of street from whose every point a station is within a limit, exactly.

They are stretches of edges, never polygons. Of an edge counts what is near enough to an end from which a
station is reached within what then remains, and what is near enough to a station on the edge itself. Every
bound is monotone in the limit, in floating point too: the pieces of a smaller limit lie within a greater's.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.model.profiles import PROFILES
from geo.model.streets import BACKWARD, FORWARD
from geo.network.graph import Graph, Positions
from geo.network.reach import Measure, owners

__all__ = ["Pieces", "service_area"]

_Metres = NDArray[np.float64]
_Costs = NDArray[np.float64]


class Pieces(NamedTuple):
    """Stretches of edges, ordered by (limit, edge, begin); those of one limit do not touch each other.

    Attributes
    ----------
    edge : (q,) int32
    begin_m, end_m : (q,) float64
        Metres along the edge from its beginning, begin below end.
    limit : (q,) int8
        Place of the limit among those asked.
    """

    edge: NDArray[np.int32]
    begin_m: _Metres
    end_m: _Metres
    limit: NDArray[np.int8]


class _Stretches(NamedTuple):
    """Stretches of edges; without length where begin is not below end."""

    edge: NDArray[np.int32]
    begin_m: _Metres
    end_m: _Metres


class _Ways(NamedTuple):
    """Edges one may travel: metres for a unit of cost, and the cost of getting on from either end.

    A cost is inf where no station is reached, or one may not travel towards that end.
    """

    edge: NDArray[np.int32]
    length_m: _Metres
    rate_m: _Metres
    from_begin: _Costs
    from_end: _Costs


class _Doors(NamedTuple):
    """Stations on edges one may travel: what is left of the way on the edge, and by which ways one comes."""

    edge: NDArray[np.int32]
    offset_m: _Metres
    length_m: _Metres
    rate_m: _Metres
    leg: _Costs
    direction: NDArray[np.uint8]


def service_area(
    graph: Graph,
    profile: str,
    stations: Positions,
    limits: Sequence[float],
    measure: Measure = "metres",
) -> Pieces:
    """Return the pieces of street from whose every point a station can be reached within each limit.

    Parameters
    ----------
    profile : str
        One of `geo.model.streets.STREET_PROFILES`.
    stations : Positions
        On the graph, snapped for this profile; those off the network are reached from nowhere.
    limits : sequence of float
        Metres or seconds, 127 at most, in any order. What counts is the way along streets to the station with
        the leg from the street to its door.
    measure : {"metres", "seconds"}

    Returns
    -------
    Pieces
        A street of which only one end is near enough has no piece: every piece has a length.
    """
    cost = owners(graph, profile, stations, limit=max(limits, default=0.0), measure=measure).cost
    ways = _ways(graph, profile, cost, measure)
    doors = _doors(graph, profile, stations, measure)
    found = [_within(ways, doors, limit) for limit in limits]
    number = np.repeat(np.arange(len(found), dtype=np.int8), [len(stretches.edge) for stretches in found])
    none = _Stretches(np.empty(0, np.int32), np.empty(0), np.empty(0))
    return Pieces(*_together(none, *found), number)


def _ways(graph: Graph, profile: str, cost: _Costs, measure: Measure) -> _Ways:
    direction = graph.networks[profile].direction
    from_begin = np.where(direction & BACKWARD, cost[graph.edge_from], np.inf)
    from_end = np.where(direction & FORWARD, cost[graph.edge_to], np.inf)
    edge = np.flatnonzero(np.isfinite(from_begin) | np.isfinite(from_end)).astype(np.int32)
    rate_m = _rate_m(graph, profile, edge, measure)
    return _Ways(edge, graph.edge_length_m[edge], rate_m, from_begin[edge], from_end[edge])


def _doors(graph: Graph, profile: str, stations: Positions, measure: Measure) -> _Doors:
    on = stations.edge >= 0
    edge, leg = stations.edge[on], stations.snap_m[on]
    if measure == "seconds":
        leg = leg / PROFILES[profile].snap_speed_m_s
    rate_m = _rate_m(graph, profile, edge, measure)
    direction = graph.networks[profile].direction[edge]
    return _Doors(edge, stations.offset_m[on], graph.edge_length_m[edge], rate_m, leg, direction)


def _rate_m(graph: Graph, profile: str, edge: NDArray[np.int32], measure: Measure) -> _Metres:
    if measure == "metres":
        return np.ones(len(edge))
    return graph.networks[profile].speed_m_s[edge].astype(np.float64)


def _within(ways: _Ways, doors: _Doors, limit: float) -> _Stretches:
    """Return the stretches within one limit, ordered by (edge, begin) and apart."""
    by_ends = _by_ends(ways, limit)
    shared = np.isin(by_ends.edge, doors.edge)
    around = _merged(_together(_taken(by_ends, shared), _around_doors(doors, limit)))
    found = _together(_taken(by_ends, ~shared), around)
    return _taken(found, np.argsort(found.edge, kind="stable"))


def _by_ends(ways: _Ways, limit: float) -> _Stretches:
    """Return what is within the limit by way of the ends of edges, ordered and apart."""
    head_m = np.clip((limit - ways.from_begin) * ways.rate_m, 0, ways.length_m)
    tail_m = np.clip(ways.length_m - (limit - ways.from_end) * ways.rate_m, 0, ways.length_m)
    whole = tail_m <= head_m
    # Two rows an edge: what is reached from its beginning, and from its end.
    begin_m = np.column_stack((np.zeros(len(whole)), np.where(whole, ways.length_m, tail_m)))
    end_m = np.column_stack((np.where(whole, ways.length_m, head_m), ways.length_m))
    found = _Stretches(np.repeat(ways.edge, 2), begin_m.ravel(), end_m.ravel())
    return _taken(found, found.begin_m < found.end_m)


def _around_doors(doors: _Doors, limit: float) -> _Stretches:
    """Return what is within the limit of stations without leaving their edges."""
    room_m = np.maximum((limit - doors.leg) * doors.rate_m, 0)
    # One comes to a place by travelling forward from before it, backward from behind it.
    before_m = np.where(doors.direction & FORWARD, room_m, 0)
    behind_m = np.where(doors.direction & BACKWARD, room_m, 0)
    return _Stretches(
        doors.edge,
        np.maximum(doors.offset_m - before_m, 0),
        np.minimum(doors.offset_m + behind_m, doors.length_m),
    )


def _merged(stretches: _Stretches) -> _Stretches:
    """Return the same places as stretches that are apart, ordered by (edge, begin)."""
    stretches = _taken(stretches, stretches.begin_m < stretches.end_m)
    stretches = _taken(stretches, np.lexsort((stretches.begin_m, stretches.edge)))
    by_end = np.lexsort((stretches.end_m, stretches.edge))
    rank = np.empty(len(by_end), np.int64)
    rank[by_end] = np.arange(len(by_end))
    # Ranks grow with the edge first, so the greatest so far is one of the same edge.
    end_m = stretches.end_m[by_end[np.maximum.accumulate(rank)]]
    opens = np.ones(len(by_end), bool)
    opens[1:] = (stretches.edge[1:] != stretches.edge[:-1]) | (stretches.begin_m[1:] > end_m[:-1])
    closes = np.roll(opens, -1)
    return _Stretches(stretches.edge[opens], stretches.begin_m[opens], end_m[closes])


def _taken(stretches: _Stretches, which: NDArray) -> _Stretches:
    return _Stretches(*(values[which] for values in stretches))


def _together(*parts: _Stretches) -> _Stretches:
    return _Stretches(*(np.concatenate(values) for values in zip(*parts, strict=True)))
