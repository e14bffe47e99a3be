"""Bounds from multipliers, computed anew for another count or without some column, in a moment.

Any multipliers prove a bound, whatever problem they were made for: weak duality. So those of one problem do
for all that have the same demand and reach, and are good for those nearby (Lagrangian relaxation, Geoffrion
1974).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.problem import Duals, Problem
from geo.analyses.siting.steps import counted
from geo.analyses.siting.values import entries_of

__all__ = ["Relaxed", "bound_of", "relax"]

_Floats = NDArray[np.float64]


class Relaxed(NamedTuple):
    """What is left to choose once demand has its multipliers; always a maximum.

    Attributes
    ----------
    sign : float
        1 when maximising, -1 when minimising.
    constant : float
    worth : (n,) float64
        Of opening each column.
    """

    sign: float
    constant: float
    worth: _Floats


def relax(problem: Problem, duals: Duals) -> Relaxed | None:
    """Return what multipliers make of a problem; None for an objective or an option they do not fit.

    Parameters
    ----------
    problem : Problem
        ``cover`` with demand merged (`geo.analyses.siting.steps.smaller`), or ``distance``; without capacity.
    duals : Duals
        Of ``demand`` alone, as many as the problem has.
    """
    multiplier = duals.demand
    if problem.capacity is not None or len(multiplier) != len(problem.weight):
        return None
    columns = np.arange(len(problem.price), dtype=np.int32)
    place, demand, cost = entries_of(problem.reach, columns)
    if problem.objective == "cover":
        multiplier = np.maximum(multiplier, 0.0)
        need = np.maximum(problem.backup - problem.kept, 0)
        constant = float(np.sum(np.maximum(problem.weight - need * multiplier, 0.0)))
        return Relaxed(1.0, constant, np.bincount(place, multiplier[demand], len(columns)))
    if problem.objective == "distance":
        kept = np.full(len(multiplier), np.inf)
        stays = np.isfinite(problem.kept_cost)
        kept[stays] = problem.weight[stays] * problem.kept_cost[stays]
        saved = np.maximum(multiplier[demand] - problem.weight[demand] * cost, 0.0)
        constant = -float(np.sum(np.minimum(multiplier, kept)))
        return Relaxed(-1.0, constant, np.bincount(place, saved, len(columns)))
    return None


def bound_of(relaxed: Relaxed, problem: Problem, rules: _Floats) -> float:
    """Return what no choice is better than.

    Parameters
    ----------
    relaxed : Relaxed
    problem : Problem
        Its columns' bounds and rules are those the answer is for; they may differ from those of `relax`.
    rules : (r,) float64
        Multipliers of the rules as in `Duals`. That of the count is not used: the best is found instead.
    """
    count = counted(problem)
    worth, constant = relaxed.worth.copy(), relaxed.constant
    for rule, multiplier in zip(problem.rules, rules * relaxed.sign, strict=True):
        side = rule.high if multiplier > 0 else rule.low
        if rule.name != count.name and multiplier and np.isfinite(side):
            constant += multiplier * side
            worth[rule.column] -= multiplier * rule.coef
    coef = np.zeros(len(worth))
    coef[count.column] = count.coef

    def bound_at(multiplier: float) -> float:
        left = worth - multiplier * coef
        opened = np.where(problem.lower > 0, left, np.maximum(left, 0.0) * (problem.upper > 0))
        return constant + float(np.sum(opened)) + (multiplier * count.high if multiplier else 0.0)

    return relaxed.sign * (_least(bound_at, worth, coef) if np.isfinite(count.high) else bound_at(0.0))


def _least(bound_at: Callable[[float], float], worth: _Floats, coef: _Floats) -> float:
    """Return the least of a convex function that bends where a column's worth comes to nought."""
    some = coef != 0
    bends = np.unique(np.append(np.maximum(worth[some] / coef[some], 0.0), 0.0))
    first, last = 0, len(bends) - 1
    while first < last:
        middle = (first + last) // 2
        if bound_at(bends[middle]) <= bound_at(bends[middle + 1]):
            last = middle
        else:
            first = middle + 1
    return bound_at(bends[first])
