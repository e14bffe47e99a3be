"""A study's week: coverage at every hour, and which stations would add most if they never closed."""

from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.week import upgrade_gains, week_coverage
from geo.model.demand import Demand, band_of, stem_of
from geo.model.study import Upgrade
from geo.network.cover import Pairs
from geo.planner.ground import Ground
from geo.planner.hours import HOURS, week_states
from geo.planner.naming import station_name
from geo.planner.question import Ask
from geo.registry.snapshot import Snapshot

__all__ = ["WeekFound", "hourly_weights", "week_of"]

_UPGRADES = 12
_DAY_H = 24


class WeekFound(NamedTuple):
    """Shares for 7 days by 24 hours, the days they are of, and the stations to open longer."""

    shares: list[list[float | None]] | None
    days: list[str] | None
    upgrades: list[Upgrade]


def week_of(
    snapshot: Snapshot, ground: Ground, pairs: Pairs, demand: Demand, ask: Ask, today: date
) -> WeekFound:
    """Return coverage by the hour of an ordinary week; nothing where there are no stations to open."""
    if not len(ground.rows):
        return WeekFound(None, None, [])
    states, days = week_states(snapshot, ground.rows, today)
    weights, column = hourly_weights(demand, ask.weight)
    week = week_coverage(pairs, states, weights, column, ask.limit)
    shares = [None if np.isnan(share) else share for share in week.share.tolist()]
    gains = upgrade_gains(pairs, week.missed, len(ground.rows), ask.limit)
    return WeekFound(
        [shares[day * _DAY_H : (day + 1) * _DAY_H] for day in range(7)],
        [day.isoformat() for day in days],
        _upgrades(snapshot, ground, gains, float(week.weight.sum())),
    )


def hourly_weights(demand: Demand, name: str) -> tuple[list[NDArray[np.float64]], NDArray[np.int64]]:
    """Return the weights of a week and which of them holds in each hour.

    A column that names hours, such as ``riders_11_14``, is one of a family: for other hours those that name
    them hold, and in hours none of the family names nobody counts. Where several name an hour, the one asked
    for holds, else the one that names fewest, else the first of the file. Any other column holds always.
    """
    if band_of(name) is None:
        return [demand.weights[name]], np.zeros(HOURS, np.int64)
    bands = {
        other: _hours_of(band)
        for other in demand.weights
        if (band := band_of(other)) and stem_of(other) == stem_of(name)
    }
    # Sorting is stable: of equals the first of the file stays first.
    family = sorted(bands, key=lambda other: (other != name, len(bands[other])))
    columns = [demand.weights[other] for other in family] + [np.zeros(len(demand))]
    of_hour = np.full(_DAY_H, len(family))
    for place, other in reversed([*enumerate(family)]):
        of_hour[bands[other]] = place
    return columns, np.tile(of_hour, 7)


def _hours_of(band: tuple[int, int]) -> list[int]:
    first, last = band
    return [hour % _DAY_H for hour in range(first, last + (_DAY_H if last < first else 0))]


def _upgrades(snapshot: Snapshot, ground: Ground, gains: NDArray[np.float64], whole: float) -> list[Upgrade]:
    # Rows are ordered by code: of two that add the same the first in code comes first.
    best = np.argsort(-gains, kind="stable")[:_UPGRADES]
    return [
        Upgrade(
            code=snapshot.codes[row].decode(),
            name=station_name(snapshot, row),
            gain=float(gains[number]),
            gain_share=float(gains[number]) / whole if whole > 0 else 0.0,
        )
        for number, row in zip(best.tolist(), ground.rows[best].tolist(), strict=True)
        if gains[number] > 0
    ]
