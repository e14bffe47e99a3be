"""A bound for the p-median from multipliers of demand (Lagrangian relaxation), soon and for any size.

The multipliers are raised where demand is served by none of the columns that look best, and lowered where by
several (subgradients). On the way these columns are choices to search from, and in the end columns that look
so bad that no better choice has them can be closed. Rules other than the count are left out: the bound is one
all the same.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.median_bound_kernels import reduced_costs, served_by
from geo.analyses.siting.median_kernels import Near, assign
from geo.analyses.siting.median_search import Search, offer
from geo.analyses.siting.problem import Duals, Problem, Watch
from geo.analyses.siting.search import within_rules

__all__ = ["Raised", "as_duals", "closed_by", "lifted", "proved_by"]

_STEPS = 800
_PATIENCE = 20
_LEAST_STEP = 1e-3
_OFFER = 50

_Floats = NDArray[np.float64]
_Flags = NDArray[np.bool_]


class Raised(NamedTuple):
    """The best multipliers found.

    Attributes
    ----------
    bound : float
    multiplier : (d,) float64
    reduced : (n,) float64
        What opening each column adds.
    count : int
        Place of the rule of the count.
    """

    bound: float
    multiplier: _Floats
    reduced: _Floats
    count: int


def lifted(problem: Problem, search: Search, watch: Watch) -> Raised | None:
    """Return good multipliers, and let the search try choices met; None without a rule of the count."""
    count = _count(problem)
    if count is None:
        return None
    near, must = search.near, search.must
    least, most = _limits(near, must)
    multiplier = np.clip(near.weight * assign(near, search.best), least, most)
    best, way, step, idle = Raised(-np.inf, multiplier, multiplier, count), 0.0, 1.0, 0
    for turn in range(_STEPS):
        reduced = reduced_costs(near, multiplier)
        opened = _opened(problem, count, reduced)
        bound = float(multiplier.sum() + reduced[opened].sum())
        idle += 1
        if bound > best.bound:
            best, idle = Raised(bound, multiplier, reduced, count), 0
        if turn % _OFFER == _OFFER - 1 and within_rules(problem, np.flatnonzero(opened)):
            offer(search, opened)
        if step < _LEAST_STEP or watch.left() <= 0 or search.value[0] <= best.bound:
            break
        if idle >= _PATIENCE:
            multiplier, step, idle = best.multiplier, step / 2, 0
        way = 0.7 * way + 1.0 - served_by(near, multiplier, opened)
        size = step * (float(search.value[0]) - bound) / max(float(way @ way), 1.0)
        multiplier = np.clip(multiplier + size * way, least, most)
    return best


def proved_by(problem: Problem, near: Near, must: _Flags, duals: Duals) -> float:
    """Return the bound that multipliers prove, whatever they are."""
    demand = np.where(must, duals.demand, np.minimum(duals.demand, near.weight * near.spare))
    reduced, total = reduced_costs(near, demand), float(demand.sum())
    for rule, multiplier in zip(problem.rules, duals.rules.tolist(), strict=True):
        if multiplier:
            reduced[rule.column] -= multiplier * rule.coef
            total += multiplier * (rule.low if multiplier > 0 else rule.high)
    return total + float(np.minimum(problem.lower * reduced, problem.upper * reduced).sum())


def closed_by(problem: Problem, raised: Raised, value: float) -> tuple[_Flags, _Flags]:
    """Return the columns that all choices better than ``value`` have open, and those all have closed."""
    opened, reduced = _opened(problem, raised.count, raised.reduced), raised.reduced
    counted = np.zeros(len(opened), np.bool_)
    counted[problem.rules[raised.count].column] = True
    movable = counted & (problem.lower < problem.upper)
    room, none = value - raised.bound, np.zeros(len(opened), np.bool_)
    if not np.any(movable & opened) or not np.any(movable & ~opened):
        return none, none
    worst, next_ = reduced[movable & opened].max(), reduced[movable & ~opened].min()
    return movable & opened & (next_ - reduced > room), movable & ~opened & (reduced - worst > room)


def as_duals(problem: Problem, raised: Raised) -> Duals:
    """Return the multipliers with that of the count: what the last column it leaves room for is worth."""
    opened, rules = _opened(problem, raised.count, raised.reduced), np.zeros(len(problem.rules))
    column = problem.rules[raised.count].column
    mine = column[opened[column] & (problem.lower[column] == 0)]
    full = np.count_nonzero(opened[column]) >= problem.rules[raised.count].high
    rules[raised.count] = raised.reduced[mine].max(initial=-np.inf) if full and len(mine) else 0.0
    return Duals(raised.multiplier, rules)


def _count(problem: Problem) -> int | None:
    """Return the place of the rule that so many columns at most may be opened."""
    for place, rule in enumerate(problem.rules):
        if rule.name == "count" and np.all(rule.coef == 1) and np.isfinite(rule.high):
            return place
    return None


def _limits(near: Near, must: _Flags) -> tuple[_Floats, _Floats]:
    """Return between what each multiplier can be of use: from its demand's cheapest cost to what is spare."""
    has = np.diff(near.start) > 0
    most = near.weight * near.spare
    least = most.copy()
    least[has] = near.weight[has] * near.cost[near.start[:-1][has]]
    return least, np.where(must, np.inf, most)


def _opened(problem: Problem, count: int, reduced: _Floats) -> _Flags:
    """Return the best choice by reduced costs, none above 0, within the count alone."""
    rule = problem.rules[count]
    opened = problem.upper > 0
    free = rule.column[(problem.lower < problem.upper)[rule.column]]
    left = int(max(0, np.floor(rule.high) - np.count_nonzero(problem.lower[rule.column])))
    opened[free[np.argsort(reduced[free], kind="stable")[left:]]] = False
    return opened
