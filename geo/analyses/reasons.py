"""Why demand is not covered; the words and their order are `geo.model.study.REASONS`."""

import numpy as np
from numpy.typing import NDArray

from geo.analyses.coverage import serve
from geo.model.hours import CLOSED, OPEN
from geo.model.study import REASONS
from geo.network.cover import Pairs

__all__ = ["FARTHEST", "reasons_of"]

FARTHEST = 2.0
"""Reasons are told from pairs within so many times the limit."""

_AROUND = 2.0
_BEYOND = 1.25


def reasons_of(
    pairs: Pairs,
    line: Pairs | None,
    state: NDArray[np.uint8],
    limit: float,
    *,
    off_network: NDArray[np.bool_],
    on_network: NDArray[np.bool_],
    detour: float = 1.0,
) -> NDArray[np.uint8]:
    """Return the reason of demand that is not covered.

    Parameters
    ----------
    pairs : Pairs
        Of d places, none of them covered, and p stations, within `FARTHEST` times the limit along streets, or
        by line where that is the question.
    line : Pairs, optional
        Of the same within the limit by straight line, in the same unit; None where that is the question.
    state : (p,) uint8
        `geo.analyses.coverage` ``OPEN``, ``UNKNOWN`` or ``CLOSED``. Barriers, and being just beyond, are told
        of open stations only: no crossing leads through a closed door.
    limit : float
        In the unit of the costs.
    off_network : (d,) bool
        Demand that no street is near enough to.
    on_network : (p,) bool
        Stations that a street is near enough to. Others are reached by nobody, and no barrier is to blame.
    detour : float
        How many times the straight line's own cost those of ``line`` are: what they include for ways that are
        not straight, at least 1.

    Returns
    -------
    (d,) uint8
        Places in `REASONS`.
    """
    served = serve(pairs, state)
    holds = {
        "off_network": off_network,
        # Of open stations none is within the limit: who is nearer than it may be open.
        "hours_unknown": served.perhaps <= limit,
        "closed_then": _any_within(pairs, state == CLOSED, limit),
        "barrier": _cut_off(pairs, line, (state == OPEN) & on_network, _AROUND / detour),
        "just_beyond": served.cost <= limit * _BEYOND,
        "none_near": np.ones(len(off_network), bool),
    }
    return np.select(
        [holds[reason] for reason in REASONS], [np.uint8(place) for place in range(len(REASONS))]
    ).astype(np.uint8)


def _any_within(pairs: Pairs, counts: NDArray[np.bool_], limit: float) -> NDArray[np.bool_]:
    """Return which demand has any of the stations that count within the limit."""
    count = len(pairs.start) - 1
    place = np.repeat(np.arange(count), np.diff(pairs.start))
    return np.bincount(place[counts[pairs.station] & (pairs.cost <= limit)], minlength=count) > 0


def _cut_off(pairs: Pairs, line: Pairs | None, counts: NDArray[np.bool_], times: float) -> NDArray[np.bool_]:
    """Return which demand has a station near by line that costs at least so many times the line's cost."""
    count = len(pairs.start) - 1
    if line is None:
        return np.zeros(count, bool)
    place = np.repeat(np.arange(count), np.diff(line.start))
    key = place * len(counts) + line.station
    known = np.repeat(np.arange(count), np.diff(pairs.start)) * len(counts) + pairs.station
    order = np.argsort(known)
    # What is not among the pairs costs more than twice the limit, so more than twice any line within it.
    known, cost = np.append(known[order], -1), np.append(pairs.cost[order], np.inf)
    found = np.searchsorted(known[:-1], key)
    cost = np.where(known[found] == key, cost[found], np.inf)
    cut = counts[line.station] & (cost >= times * line.cost)
    return np.bincount(place[cut], minlength=count) > 0
