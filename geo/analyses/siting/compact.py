"""Maximal covering as one integer program, for HiGHS: what is left when bounds have fixed most columns."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.analyses.siting.highs import Heard, add_rows, new_model, solve_mip
from geo.analyses.siting.kernels_bound import worth_of
from geo.analyses.siting.merge import Merged
from geo.analyses.siting.problem import Problem, Watch
from geo.analyses.siting.program import Rows
from geo.analyses.siting.rules import rule_rows

__all__ = ["solve_compact"]

_UNIT = 1e5
"""What all demand weighs in the model, whose tolerances are absolute."""

_ROOM = 1e-4
"""In that unit: so much worse than what is asked for may be found as well."""


def solve_compact(
    problem: Problem, merged: Merged, watch: Watch, *, start: ArrayLike, above: float, heard: Heard
) -> float:
    """Solve as far as time allows; return a bound on all choices that are worth more than ``above``.

    Parameters
    ----------
    problem, merged : Problem, Merged
    watch : Watch
    start : (k,) int
        A choice within the rules.
    above : float
        Choices that are worth less are of no interest.
    heard : callable
        Given value, bound and choice as they become better; returns whether that is enough.
    """
    unit = _UNIT / max(float(np.sum(merged.weight)), 1e-300)
    columns = len(problem.lower)
    shared = np.flatnonzero(np.diff(merged.group_start) > 1)
    alone = merged.weight.copy()
    alone[shared] = 0.0
    price = np.concatenate([worth_of(merged, alone), merged.weight[shared]]) * -unit
    nought = np.zeros(len(shared))
    model = new_model(
        price,
        np.concatenate([problem.lower, nought]),
        np.concatenate([problem.upper, nought + 1.0]),
        seed=watch.seed,
    )
    add_rows(model, rule_rows(problem.rules))
    add_rows(model, _group_rows(merged, shared))
    first = np.zeros(len(price))
    first[np.asarray(start, np.int64)] = 1.0
    first[columns:] = _met(merged, first[:columns])[shared]

    def hear(value: float, bound: float, found: NDArray[np.float64] | None) -> bool:
        return heard(merged.constant - value / unit, merged.constant - bound / unit, found)

    # HiGHS leaves aside what is worse than this.
    model.setOptionValue("objective_bound", (merged.constant - above) * unit + _ROOM)
    answer = solve_mip(model, watch, columns, start=first, heard=hear)
    if answer.found is not None:
        hear(answer.value, answer.bound, answer.found)
    return max(above, merged.constant - answer.bound / unit)


def _group_rows(merged: Merged, shared: NDArray[np.int64]) -> Rows:
    """Return the rows ``covered - columns <= 0`` of groups of several columns."""
    columns = len(merged.column_start) - 1
    size = np.diff(merged.group_start)[shared]
    start = np.concatenate([[0], np.cumsum(size)])
    entry = np.arange(start[-1]) + np.repeat(merged.group_start[shared] - start[:-1], size)
    count = len(shared)
    return Rows(
        start + np.arange(count + 1),
        np.insert(merged.group_column[entry], start[:-1], columns + np.arange(count)).astype(np.int32),
        np.insert(np.full(len(entry), -1.0), start[:-1], 1.0),
        np.full(count, -np.inf),
        np.zeros(count),
    )


def _met(merged: Merged, y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (g,) 1 for groups that are covered, else 0."""
    group = np.repeat(np.arange(len(merged.weight)), np.diff(merged.group_start))
    return np.minimum(np.bincount(group, y[merged.group_column], len(merged.weight)), 1.0)
