"""What fairness costs: the plan whose worst district is best, beside the plan that covers most."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.formulate import formulate
from geo.analyses.siting.levelled import Districts, districts_of, levelled
from geo.analyses.siting.merge import merge_demand
from geo.analyses.siting.mip import solve_program
from geo.analyses.siting.problem import Problem, Watch
from geo.analyses.siting.program import CONTINUOUS, Program, Rows, stacked
from geo.analyses.siting.steps import portion
from geo.analyses.siting.values import obeys, rows_of, times_of, value_of

__all__ = ["Fair", "district_shares", "fair_of", "gini"]

_ROUNDING = 1e-9

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int32]


class Fair(NamedTuple):
    """The plan whose worst district is best, and among such plans one that covers much.

    Attributes
    ----------
    chosen : (k,) int32
    value : float
        Weight covered.
    worst, bound : float
        Share of the worst district that counts, and what that of no plan is above. 1 where none counts.
    counts : (l,) bool
        Whether a district counts: it has weight, and some column can add to what is covered there. Others
        are as well or as badly off whatever is done.
    """

    chosen: _Ints
    value: float
    worst: float
    bound: float
    counts: NDArray[np.bool_]


def fair_of(problem: Problem, label: NDArray[np.integer], watch: Watch, *, start: _Ints) -> Fair:
    """Return the plan whose worst district is best.

    Parameters
    ----------
    problem : Problem
        ``cover`` without capacity.
    label : (d,) int
        District of all demand, from 0.
    watch : Watch
        Its `tell` hears of shares.
    start : (k,) int32
        A plan that keeps the rules, such as the one that covers most.

    Returns
    -------
    Fair
        Never worse than ``start``.
    """
    merged = merge_demand(problem, partition=label)
    districts = districts_of(problem, label, merged)
    if not districts.counts.any():
        return Fair(start, value_of(problem, start), 1.0, 1.0, districts.counts)
    chosen = levelled(problem, merged, districts, portion(watch, 3), start)
    program = _with_worst(formulate(problem, merged), merged.weight, districts)
    found = solve_program(program, portion(watch, 1.5), start=chosen)
    chosen = _better(problem, districts, label, chosen, _opened(found.values, problem))
    worst = _worst(problem, districts, label, chosen)
    bound = max(worst, min(found.bound, districts.most[districts.counts].min()))
    best = solve_program(_at_least(program, merged.weight, merged.constant, worst), watch, start=chosen)
    chosen = _better(problem, districts, label, chosen, _opened(best.values, problem))
    return Fair(chosen, value_of(problem, chosen), worst, bound, districts.counts)


def district_shares(problem: Problem, label: NDArray[np.integer], chosen: _Ints) -> _Floats:
    """Return the part of every district's weight that a plan covers, (l,), nan where there is no weight."""
    covered = problem.weight * (times_of(problem, chosen) >= problem.backup)
    count = int(np.max(label, initial=-1)) + 1
    total = np.bincount(label, problem.weight, count)
    return np.divide(np.bincount(label, covered, count), total, out=np.full(count, np.nan), where=total > 0)


def gini(shares: _Floats, weights: _Floats) -> float:
    """Return the Gini coefficient of shares: 0 where all are the same, towards 1 the less equal they are.

    Half the relative mean difference of two places drawn by weight: sum over i, j of ``w_i w_j |x_i -
    x_j|``, divided by ``2 W^2`` times the mean (Sen, On Economic Inequality, 1973, section 2.8). The same
    as from the Lorenz curve.

    Parameters
    ----------
    shares, weights : (l,) float64
        Those without weight do not count.

    Examples
    --------
    >>> gini(np.array([0.5, 0.5]), np.array([10.0, 30.0]))
    0.0
    >>> gini(np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    0.5
    >>> gini(np.array([]), np.array([]))
    0.0
    """
    some = weights > 0
    share, weight = shares[some], weights[some]
    whole = float(weight @ share) * float(weight.sum())
    if not whole > 0:
        return 0.0
    return float(weight @ np.abs(share[:, None] - share) @ weight) / (2 * whole)


def _with_worst(program: Program, weight: _Floats, districts: Districts) -> Program:
    """Return a program whose last column is the share of the worst district, which is all it maximises."""
    counted = np.flatnonzero(districts.counts)
    row = np.full(len(districts.weight), -1)
    row[counted] = np.arange(len(counted))
    group = np.flatnonzero(row[districts.of] >= 0)
    group = group[np.argsort(row[districts.of[group]], kind="stable")]
    last = len(program.objective)
    ends = np.cumsum(np.bincount(row[districts.of[group]], minlength=len(counted)))
    share = weight / districts.weight[districts.of]
    floors = Rows(
        np.concatenate([[0], ends + np.arange(1, len(counted) + 1)]),
        np.insert(program.sites + group, ends, last).astype(np.int32),
        np.insert(share[group], ends, -1.0),
        -(districts.already / np.maximum(districts.weight, 1e-300))[counted],
        np.full(len(counted), np.inf),
    )
    more = {"lower": 0.0, "upper": 1.0, "whole": np.uint8(CONTINUOUS)}
    columns = {name: np.append(getattr(program, name), value) for name, value in more.items()}
    objective = np.append(np.zeros(last), 1.0)
    return program._replace(constant=0.0, objective=objective, rows=stacked(program.rows, floors), **columns)


def _at_least(program: Program, weight: _Floats, constant: float, worst: float) -> Program:
    """Return the program of covering most while no district that counts is worse off than that."""
    lower = program.lower.copy()
    lower[-1] = max(worst - _ROUNDING, 0.0)
    objective = np.zeros(len(lower))
    objective[program.sites : -1] = weight
    return program._replace(constant=constant, objective=objective, lower=lower)


def _opened(values: _Floats | None, problem: Problem) -> _Ints | None:
    """Return the columns that a program's solution opens, where it keeps the rules."""
    if values is None:
        return None
    chosen = np.flatnonzero(values[: len(problem.price)] > 0.5).astype(np.int32)
    return chosen if obeys(problem, rows_of(problem), chosen) else None


def _worst(problem: Problem, districts: Districts, label: NDArray[np.integer], chosen: _Ints) -> float:
    return float(district_shares(problem, label, chosen)[districts.counts].min())


def _better(
    problem: Problem, districts: Districts, label: NDArray[np.integer], one: _Ints, other: _Ints | None
) -> _Ints:
    """Return the fairer of two plans; of such that are equally fair the one that covers more."""
    if other is None:
        return one
    scores = [
        (round(_worst(problem, districts, label, chosen), 9), value_of(problem, chosen))
        for chosen in (one, other)
    ]
    return other if scores[1] > scores[0] else one
