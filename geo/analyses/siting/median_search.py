"""Good choices for the p-median: opened one by one, swapped, kicked and swapped again, within the rules."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.kernels import Limits
from geo.analyses.siting.median_kernels import Near, Swaps, assign, cheapest_first, improve, kick, reset
from geo.analyses.siting.problem import Problem
from geo.analyses.siting.search import limits_of

__all__ = ["Search", "near_of", "offer", "rounds", "start_search"]

_FAR = 20.0
"""While searching, demand that nothing serves costs so many times the largest cost."""

_ROOM = 100_000_000
"""Numbers in the table of columns and open columns: 0.8 GB."""

_DUST = 1e-11
"""Of all there is to save: what rounding may do to a sum."""

_Floats = NDArray[np.float64]
_Flags = NDArray[np.bool_]
_Ints = NDArray[np.int32]


class Search(NamedTuple):
    """A local search under way.

    Attributes
    ----------
    near : Near
    must : (d,) bool
        Demand that cannot do without any column.
    limits : Limits
    state : Swaps
    best : (n,) bool
        The columns of the best choice.
    value : (1,) float64
        What it costs, inf where it leaves demand unserved.
    random : (1,) uint64
    """

    near: Near
    must: _Flags
    limits: Limits
    state: Swaps
    best: _Flags
    value: _Floats
    random: NDArray[np.uint64]


def near_of(problem: Problem) -> tuple[Near, _Flags]:
    """Return the columns of all demand of weight that cost less than what is kept, cheapest first.

    And the demand that cannot do without them, (d,) bool.
    """
    start, demand, cost = problem.reach
    column = np.repeat(np.arange(len(start) - 1, dtype=np.int32), np.diff(start))
    use = (problem.upper[column] > 0) & (problem.weight[demand] > 0) & (cost < problem.kept_cost[demand])
    column, demand, cost = column[use], demand[use], cost[use]
    must = (problem.weight > 0) & ~np.isfinite(problem.kept_cost)
    spare = np.where(must, _FAR * np.max(cost, initial=1.0), problem.kept_cost)
    spare[problem.weight <= 0] = 0.0
    reach_start = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=len(start) - 1))])
    lists = cheapest_first(reach_start, demand, cost, len(spare))
    near = Near(*lists, problem.weight, spare, reach_start, demand, cost)
    return near, must


def start_search(problem: Problem, near: Near, must: _Flags, chosen: _Ints, seed: int) -> Search:
    """Return a search from a choice that keeps the rules, improved as far as swaps do."""
    limits, n, d = limits_of(problem), len(problem.price), len(problem.weight)
    slots = _slots(problem, chosen)
    state = Swaps(
        np.zeros(n, np.bool_),
        np.empty(slots, np.int32),
        np.empty(n, np.int32),
        np.empty(d, np.int32),
        *np.zeros((2, d)),
        np.zeros(n),
        np.zeros(slots),
        np.zeros((n, slots)),
        np.zeros(len(problem.rules)),
    )
    random = np.array([2 * seed + 88172645463325253], np.uint64)
    search = Search(near, must, limits, state, np.zeros(n, np.bool_), np.array([np.inf]), random)
    offer(search, np.isin(np.arange(n), chosen))
    return search


def offer(search: Search, opened: _Flags) -> None:
    """Note a choice that keeps the rules if it is the best, and improve it."""
    search.state.inside[:] = opened
    _note(search)
    reset(search.near, search.limits, search.state)
    _settle(search)


def rounds(search: Search, times: int) -> None:
    """Kick the best choice and improve it, so many times."""
    for _ in range(times):
        search.state.inside[:] = search.best
        reset(search.near, search.limits, search.state)
        swaps = 2 + np.count_nonzero(search.best) // 10
        kick(search.near, search.limits, search.state, search.random, swaps)
        _settle(search)


def _settle(search: Search) -> None:
    near = search.near
    improve(near, search.limits, search.state, _DUST * float(near.weight @ near.spare))
    _note(search)


def _note(search: Search) -> None:
    """Note the choice the search is at, if it serves all and is the best."""
    near = search.near
    cost = assign(near, search.state.inside)
    value = float(near.weight @ cost)
    if value < search.value[0] and np.all(cost[search.must] < near.spare[search.must]):
        search.value[0] = value
        search.best[:] = search.state.inside


def _slots(problem: Problem, chosen: _Ints) -> int:
    """Return how many columns may be open at most that may also be closed."""
    n = len(problem.price)
    free = problem.lower < problem.upper
    most = int(np.count_nonzero(free))
    for rule in problem.rules:
        if np.all(rule.coef >= 1) and rule.high < most:
            others = np.count_nonzero(free) - np.count_nonzero(free[rule.column])
            most = min(most, int(rule.high) + int(others))
    return max(min(most, _ROOM // n), len(chosen), 1)
