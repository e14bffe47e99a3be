"""A study's gaps: where demand is not covered, why, and what is nearest."""

from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from geo.analyses.coverage import Served
from geo.analyses.gaps import Gaps, find_gaps, outline, reason_weights
from geo.analyses.reasons import FARTHEST, reasons_of
from geo.finder.question import DETOUR
from geo.model.hours import CLOSED, UNKNOWN
from geo.model.study import REASONS, REMEDIES, Gap
from geo.network.cover import Nearest, Pairs
from geo.planner.measure import Ways, gap_reach, line_ways, off_network, ways_within
from geo.planner.naming import name_places, station_name
from geo.registry.areas import AreaIndex
from geo.registry.snapshot import Snapshot

__all__ = ["Found", "gaps_of"]

_MOST = 100
_GEOD = Geod(ellps="WGS84")


class Found(NamedTuple):
    """Gaps, the weight not covered that is in none, and for all demand the rank of its gap (0: none)."""

    gaps: list[Gap]
    left: float
    rank: NDArray[np.int32]


class _Part(NamedTuple):
    """The demand that is not covered, and what is known of it; numbers are among it."""

    ways: Ways
    weight: NDArray[np.float64]
    nearest: Nearest
    pairs: Pairs
    state: NDArray[np.uint8]
    reason: NDArray[np.uint8]


def gaps_of(
    snapshot: Snapshot,
    areas: AreaIndex,
    ways: Ways,
    served: Served,
    nearest: Nearest,
    state: NDArray[np.uint8],
    weight: NDArray[np.float64],
) -> Found:
    """Return the gaps of a study, heaviest first.

    Parameters
    ----------
    served : Served
        Of all demand.
    nearest : Nearest
        The nearest open station of all demand, however far.
    state : (p,) uint8
        Of the ground's stations at the hour asked.
    weight : (d,) float64
    """
    left = np.flatnonzero((served.cost > ways.ask.limit) & (weight > 0))
    rank = np.zeros(len(weight), np.int32)
    if not len(left):
        return Found([], 0.0, rank)
    part = _part(ways.part(left), weight[left], Nearest(nearest.cost[left], nearest.station[left]), state)
    found = find_gaps(
        part.ways.lon,
        part.ways.lat,
        part.weight,
        gap_reach(part.ways),
        apart=off_network(part.ways),
        limit_m=ways.ask.line_limit_m,
        most=_MOST,
    )
    rank[left] = found.group + 1
    gaps = _described(snapshot, areas, part, found)
    return Found(gaps, float(part.weight[found.group < 0].sum()), rank)


def _part(ways: Ways, weight: NDArray[np.float64], nearest: Nearest, state: NDArray[np.uint8]) -> _Part:
    ground = ways.ground
    pairs = ways_within(ways, FARTHEST)
    on = np.ones(len(state), bool) if ground.stations is None else ground.stations.edge >= 0
    line = None if ground.graph is None else line_ways(ways, 1.0)
    reason = reasons_of(
        pairs,
        line,
        state,
        ways.ask.limit,
        off_network=off_network(ways),
        on_network=on,
        # Seconds by line are those of ways that are not straight.
        detour=DETOUR if ways.ask.measure == "seconds" else 1.0,
    )
    return _Part(ways, weight, nearest, pairs, state, reason)


def _described(snapshot: Snapshot, areas: AreaIndex, part: _Part, found: Gaps) -> list[Gap]:
    ways, centre = part.ways, found.centre
    places = [None if ways.at is None else ways.at.at(int(number)) for number in centre]
    names = name_places(snapshot, areas, ways.ground.graph, ways.lon[centre], ways.lat[centre], places)
    reasons = reason_weights(found, part.reason, part.weight)
    order = np.argsort(found.group, kind="stable")
    start = np.searchsorted(found.group[order], np.arange(len(centre) + 1))
    return [
        _gap(snapshot, part, found, number, names[number], order[start[number] : start[number + 1]], reasons)
        for number in range(len(centre))
    ]


def _gap(
    snapshot: Snapshot,
    part: _Part,
    found: Gaps,
    number: int,
    named: tuple[str, str | None],
    members: NDArray[np.int64],
    reasons: NDArray[np.float64],
) -> Gap:
    centre, ways = int(found.centre[number]), part.ways
    reason = REASONS[int(reasons[number].argmax())]
    by_reason = zip(REASONS, reasons[number].tolist(), strict=True)
    gap = Gap(
        rank=number + 1,
        name=named[0],
        area=named[1],
        lon=float(ways.lon[centre]),
        lat=float(ways.lat[centre]),
        weight=float(found.weight[number]),
        points=len(members),
        reason=reason,
        reasons={one: weight for one, weight in by_reason if weight > 0},
        remedy=REMEDIES[reason],
        nearest=None,
        nearest_name=None,
        cost=None,
        beyond=None,
        line_m=None,
        closed=_within(snapshot, part, centre, CLOSED),
        unknown=_within(snapshot, part, centre, UNKNOWN),
        outline=outline(ways.lon[members], ways.lat[members]),
    )
    return cast(Gap, gap | _nearest(snapshot, part, centre))


def _nearest(snapshot: Snapshot, part: _Part, centre: int) -> dict[str, object]:
    station = int(part.nearest.station[centre])
    if station < 0:
        return {}
    ground, row = part.ways.ground, int(part.ways.ground.rows[station])
    cost = float(part.nearest.cost[centre])
    here = part.ways.lon[centre], part.ways.lat[centre]
    line_m = _GEOD.inv(*here, ground.door_lon[station], ground.door_lat[station])[2]
    return {
        "nearest": snapshot.codes[row].decode(),
        "nearest_name": station_name(snapshot, row),
        "cost": cost,
        "beyond": cost - part.ways.ask.limit,
        "line_m": float(line_m),
    }


def _within(snapshot: Snapshot, part: _Part, centre: int, state: int) -> list[str]:
    """Return the stations within the limit of a place that are in such a state then."""
    entries = slice(int(part.pairs.start[centre]), int(part.pairs.start[centre + 1]))
    station, cost = part.pairs.station[entries], part.pairs.cost[entries]
    near = station[(cost <= part.ways.ask.limit) & (part.state[station] == state)]
    return [snapshot.codes[row].decode() for row in part.ways.ground.rows[near].tolist()]
