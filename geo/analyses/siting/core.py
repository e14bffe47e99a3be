"""What is left to decide of maximal covering once most columns are known to be open or closed."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.analyses.siting.bound import reduced_worth
from geo.analyses.siting.merge import Merged, merge_demand
from geo.analyses.siting.problem import Duals, Problem, Reach, Rule

__all__ = ["Core", "core_of", "fixed"]

_Floats = NDArray[np.float64]


class Core(NamedTuple):
    """A smaller problem, whose value and bound are those of the whole.

    Attributes
    ----------
    problem : Problem
        Its demand are groups of the whole; no column of it is fixed.
    merged : Merged
        Of that problem, with all of the whole's constant.
    column : (k,) int32
        Which columns of the whole are its columns.
    open : (o,) int32
        Columns of the whole that are open in any case.
    """

    problem: Problem
    merged: Merged
    column: NDArray[np.int32]
    open: NDArray[np.int32]

    def inside(self, chosen: ArrayLike) -> NDArray[np.int32]:
        """Return which of the core's columns a choice of the whole has."""
        return np.flatnonzero(np.isin(self.column, chosen)).astype(np.int32)

    def whole(self, chosen: ArrayLike) -> NDArray[np.int32]:
        """Return the choice of the whole that a choice of the core's columns is."""
        return np.sort(np.concatenate([self.open, self.column[np.asarray(chosen, np.int64)]]))


def fixed(problem: Problem, merged: Merged, duals: Duals, *, bound: float, value: float) -> Problem:
    """Return the problem with the columns fixed that every better choice than ``value`` opens, or does not.

    Of a column that stands otherwise than the multipliers have it, the reduced worth is missing in ``bound``.
    """
    worth = reduced_worth(problem, merged, duals)
    sure = np.abs(worth) > (bound - value) * (1 + 1e-9) + 1e-9 * abs(value)
    lower = np.where(sure & (worth > 0), problem.upper, problem.lower)
    upper = np.where(sure & (worth < 0), problem.lower, problem.upper)
    return problem._replace(lower=lower, upper=upper)


def core_of(problem: Problem, merged: Merged) -> Core:
    """Return what is left of a problem without capacity where every group needs one column.

    Parameters
    ----------
    problem : Problem
    merged : Merged
        Of the problem, whatever columns it fixes.
    """
    column = np.flatnonzero(problem.lower < problem.upper).astype(np.int32)
    opened = np.flatnonzero(problem.lower).astype(np.int32)
    size = np.diff(merged.column_start)[column]
    start = np.concatenate([[0], np.cumsum(size)])
    entry = np.arange(start[-1]) + np.repeat(merged.column_start[column] - start[:-1], size)
    groups = len(merged.weight)
    count = len(column)
    small = Problem(
        problem.objective,
        merged.weight,
        Reach(start, merged.column_group[entry], np.zeros(len(entry))),
        problem.price[column],
        np.zeros(count, np.int8),
        np.ones(count, np.int8),
        tuple(_left(rule, column, opened) for rule in problem.rules),
        _covered(merged, opened),
        np.full(groups, np.inf),
    )
    part = merge_demand(small)
    return Core(small, part._replace(constant=part.constant + merged.constant), column, opened)


def _covered(merged: Merged, opened: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return (g,) 1 for groups that some of these columns cover."""
    covered = np.zeros(len(merged.weight), np.int32)
    for i in opened.tolist():
        covered[merged.column_group[merged.column_start[i] : merged.column_start[i + 1]]] = 1
    return covered


def _left(rule: Rule, column: NDArray[np.int32], opened: NDArray[np.int32]) -> Rule:
    """Return a rule of the columns that are left."""
    used = float(np.sum(rule.coef[np.isin(rule.column, opened)]))
    keep = np.isin(rule.column, column)
    places = np.searchsorted(column, rule.column[keep]).astype(np.int32)
    return Rule(rule.name, places, rule.coef[keep], rule.low - used, rule.high - used)
