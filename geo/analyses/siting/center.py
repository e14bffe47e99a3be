"""The least worst distance (p-center): open columns so that the largest cost of any demand is least.

The answer is one of the costs there are. Whether all demand can be served within a cost is set covering, so
the answer is found by halving: what can be kept to is tried, what cannot be is proved. Halving is done in
three passes: for what a search finds, for what the linear program rules out, and then, between them, exactly.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.covering import Covering, covering_of
from geo.analyses.siting.covering_solve import none_found, solve_covering
from geo.analyses.siting.problem import Duals, Problem, Rule, Solution, Watch
from geo.analyses.siting.search import within_rules
from geo.analyses.siting.values import value_of

__all__ = ["solve_farthest"]

_EASILY = 20
"""The first passes search so many times less."""

_ROUNDING = 1e-6

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int32]


class _Count(NamedTuple):
    """The rule of how many: the price it is, (n,), the most, its place among the rules (-1: none); and
    the rules that stay rules, with their places."""

    price: _Floats
    most: float
    place: int
    rules: tuple[Rule, ...]
    places: list[int]


class _Bracket(NamedTuple):
    """What is known: the lowest level that can be kept to, and the highest that cannot, (1,) each; last in
    their lists, a choice that keeps to the former, and what proves the latter."""

    can: NDArray[np.int64]
    cannot: NDArray[np.int64]
    chosen: list[_Ints]
    proof: list[Duals | None]


def solve_farthest(problem: Problem, watch: Watch, *, start: _Ints | None = None) -> Solution:
    """Open columns so that the largest cost of any demand of positive weight is least.

    Parameters
    ----------
    problem : Problem
    watch : Watch
    start : (k,) int32, optional
        A choice to begin with.

    Returns
    -------
    Solution
        Its duals, None where only whole numbers prove that the level below the bound cannot be kept to, are
        those of set covering within that level (`geo.analyses.siting.lscp.solve_all`), where opening a column
        costs what it counts, and -1 for the rule of the count.

    Raises
    ------
    InputError
        No choice serves all demand; or none was found in time.
    """
    levels = _levels(problem)
    count = _count(problem)
    known = _Bracket(np.array([len(levels)]), np.array([-1]), [], [None])

    def try_level(level: int, *, exact: bool) -> None:
        _try(problem, count, levels, level, known, watch, exact)

    if start is not None and within_rules(problem, start):
        _take(problem, levels, known, start)
    try_level(len(levels) - 1, exact=True)
    if not known.chosen:
        raise none_found(np.inf if known.cannot[0] == len(levels) - 1 else 0.0)
    for up in (True, False):
        _halve(known, lambda level: try_level(level, exact=False), watch, up=up)
    between = 0
    while known.can[0] - known.cannot[0] not in (1, between) and watch.left() > 0:
        between = int(known.can[0] - known.cannot[0])
        try_level(int(known.can[0] + known.cannot[0]) // 2, exact=True)
    value = value_of(problem, known.chosen[-1])
    bound = min(float(levels[known.cannot[0] + 1]), value)
    return Solution(known.chosen[-1], value, bound, bound >= value, known.proof[-1])


def _levels(problem: Problem) -> _Floats:
    """Return, ascending, the costs that the answer may be: from that with everything open upwards."""
    everything = np.flatnonzero(problem.upper > 0).astype(np.int32)
    least = value_of(problem, everything)
    if not np.isfinite(least):
        raise none_found(np.inf)
    costs = [cost[np.isfinite(cost) & (cost >= least)] for cost in (problem.reach.cost, problem.kept_cost)]
    return np.unique(np.concatenate([*costs, [least]]))


def _count(problem: Problem) -> _Count:
    """Return the rule of the count as prices where it is one: the most of columns each worth something."""
    for place, rule in enumerate(problem.rules):
        if rule.name == "count" and np.all(rule.coef >= 0) and np.isfinite(rule.high):
            price = np.zeros(len(problem.price))
            price[rule.column] = rule.coef
            # One that also asks for at least so many stays a rule, for that.
            both = [k for k, other in enumerate(problem.rules) if k != place or _asks(other)]
            return _Count(price, rule.high, place, tuple(problem.rules[k] for k in both), both)
    return _Count(np.zeros(len(problem.price)), 0.0, -1, problem.rules, list(range(len(problem.rules))))


def _asks(rule: Rule) -> bool:
    return rule.low > np.minimum(rule.coef, 0.0).sum()


def _halve(known: _Bracket, try_level: Callable[[int], None], watch: Watch, *, up: bool) -> None:
    """Halve what lies between; a level of which nothing is learnt counts as one that cannot, or can."""
    low, high = int(known.cannot[0]), int(known.can[0])
    while high - low > 1 and watch.left() > 0:
        level = (low + high) // 2
        try_level(level)
        if known.can[0] <= level:
            high = int(known.can[0])
        elif known.cannot[0] >= level or up:
            low = max(level, int(known.cannot[0]))
        else:
            high = level
        low = max(low, int(known.cannot[0]))


def _try(
    problem: Problem, count: _Count, levels: _Floats, level: int, known: _Bracket, watch: Watch, exact: bool
) -> None:
    """Learn whether a level can be kept to, if that can be learnt."""
    wanted = (problem.weight > 0) & (problem.kept_cost > levels[level])
    covering = covering_of(problem, wanted.astype(np.int32), levels[level])
    if known.chosen and watch.left() <= 0:
        return
    covering = covering._replace(price=count.price, rules=count.rules)
    silent = watch._replace(tell=lambda value, bound: None)
    brief = silent if exact else silent._replace(iterations=watch.iterations // _EASILY)
    found = solve_covering(covering, brief, enough=count.most, exact=exact)
    if found.chosen is not None and found.value <= count.most + _ROUNDING:
        _take(problem, levels, known, np.flatnonzero(found.chosen).astype(np.int32))
    elif found.bound > count.most + _ROUNDING:
        known.cannot[0] = max(known.cannot[0], level)
        known.proof.append(_proof(problem, covering, count, found.rows, found.rules))
    if known.chosen:
        watch.tell(float(levels[known.can[0]]), float(levels[min(known.cannot[0] + 1, len(levels) - 1)]))


def _take(problem: Problem, levels: _Floats, known: _Bracket, chosen: _Ints) -> None:
    """Note a choice if it is better."""
    level = int(np.searchsorted(levels, value_of(problem, chosen)))
    if level < known.can[0]:
        known.can[0] = level
        known.chosen.append(chosen)


def _proof(
    problem: Problem, covering: Covering, count: _Count, rows: _Floats, rules: _Floats
) -> Duals | None:
    """Return multipliers if they alone prove that no choice of so few columns does."""
    demand, columns = np.zeros(len(problem.weight)), np.repeat(rows, np.diff(covering.rows.start))
    demand[covering.first] = rows
    reduced = covering.price - np.bincount(covering.rows.item, columns, len(covering.price))
    total = float(rows @ covering.need)
    for rule, multiplier in zip(covering.rules, rules, strict=True):
        reduced[rule.column] -= multiplier * rule.coef
        total += multiplier * (rule.low if multiplier > 0 else rule.high) if multiplier else 0.0
    total += float(np.minimum(covering.lower * reduced, covering.upper * reduced).sum())
    if total <= count.most + _ROUNDING:
        return None
    every = np.zeros(len(problem.rules))
    every[count.places] = rules
    if count.place >= 0:
        every[count.place] -= 1.0
    return Duals(demand, every)
