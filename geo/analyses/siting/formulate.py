"""A siting problem as an integer program: the same columns, and what follows from them.

The columns of the problem come first, then those of the objective:

- ``cover``: z of every group of demand, 1 where it is covered: ``need * z <= sum of y that serve it``.
- ``all``: none; ``sum of y that serve it >= need``.
- ``distance``: x of every pair, 1 where the column serves the demand: they add up to 1 or
  more, which no plan does that could be the best, and ``x <= y``. What is kept serves by a column of its own.
- ``farthest``: u of every level, 1 where some demand costs so much: ``u + sum of y that cost less >= 1``.
- with capacity: the weight f that a column serves of a demand, at most ``capacity * y`` in all.
"""

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.covering import covering_of
from geo.analyses.siting.merge import Merged, merge_demand
from geo.analyses.siting.problem import Problem
from geo.analyses.siting.program import CONTINUOUS, DECIDES, FOLLOWS, Program, Rows, stacked, tidy
from geo.analyses.siting.rules import rule_rows

__all__ = ["evened", "formulate", "levels_of", "places_of_weight"]

_FEW = 8
"""Demand that needs several of so few columns gets rows that say: without any one of them, still enough."""

_Floats = NDArray[np.float64]


def formulate(problem: Problem, merged: Merged | None = None, *, levels: _Floats | None = None) -> Program:
    """Return the program of a problem.

    Parameters
    ----------
    problem : Problem
    merged : Merged, optional
        Of this problem, for ``cover``; merged here if it is not given.
    levels : (k,) float64, optional
        For ``farthest``: costs, ascending, that are told apart, `levels_of` if none are given. The value of a
        plan whose cost is one of them is exact, that of others the level below; nothing that costs more than
        the last is a plan.

    Returns
    -------
    Program
        Weights and costs in at most twelve digits, rules as `geo.analyses.siting.rules` has them, prices as
        they are.
    """
    if problem.objective == "all":
        return _all(problem)
    if problem.objective == "farthest":
        return _farthest(problem, levels_of(problem) if levels is None else tidy(levels))
    if problem.capacity is not None:
        return _divided(problem, merged)
    if problem.objective == "distance":
        return _distance(problem)
    return _cover(problem, merge_demand(problem) if merged is None else merged)


def levels_of(problem: Problem) -> _Floats:
    """Return all costs that the worst of a plan may have, ascending."""
    costs = np.concatenate([problem.reach.cost, problem.kept_cost])
    return np.unique(tidy(costs[np.isfinite(costs)]))


def places_of_weight(weight: _Floats) -> int:
    """Return how many decimal places weights have that are divided: twelve digits of the greatest."""
    return 11 - int(np.floor(np.log10(max(np.max(weight, initial=0.0), 1e-300))))


def evened(problem: Problem) -> Problem:
    """Return the problem with weights and capacities of as many decimal places each, so that parts have them.

    None becomes nought. Without capacity nothing is divided: the problem is returned as it is.
    """
    if problem.capacity is None:
        return problem
    places = places_of_weight(problem.weight)
    step = 10.0**-places
    weight = np.where(problem.weight > 0, np.maximum(tidy(np.round(problem.weight, places)), step), 0.0)
    return problem._replace(weight=tidy(weight), capacity=tidy(np.round(problem.capacity, places)))


def _cover(problem: Problem, merged: Merged) -> Program:
    n, groups = len(problem.price), np.arange(len(merged.weight))
    size = np.diff(merged.group_start)
    covers = _rows(
        np.concatenate([groups, np.repeat(groups, size)]),
        np.concatenate([n + groups, merged.group_column]),
        np.concatenate([merged.need, np.full(len(merged.group_column), -1.0)]),
        high=np.zeros(len(groups)),
    )
    whole = np.where(merged.need > 1, DECIDES, FOLLOWS)
    rows = stacked(rule_rows(problem.rules), covers, _without_any(merged, n))
    return _program(problem, "max", tidy(merged.weight), whole, rows, constant=merged.constant)


def _without_any(merged: Merged, n: int) -> Rows:
    """Return rows ``(need - 1) * z <= sum of y but one`` for groups of few columns: half is not covered."""
    size = np.diff(merged.group_start)
    group = np.flatnonzero((merged.need > 1) & (size <= _FEW))
    of = np.repeat(group, size[group])
    left_out = np.arange(len(of)) - np.repeat(np.cumsum(size[group]) - size[group], size[group])
    row = np.repeat(np.arange(len(of)), size[of])
    place = np.arange(len(row)) - np.repeat(np.cumsum(size[of]) - size[of], size[of])
    keep = place != left_out[row]
    return _rows(
        np.concatenate([np.arange(len(of)), row[keep]]),
        np.concatenate([n + of, merged.group_column[(merged.group_start[of][row] + place)[keep]]]),
        np.concatenate([merged.need[of] - 1.0, np.full(int(keep.sum()), -1.0)]),
        high=np.zeros(len(of)),
    )


def _all(problem: Problem) -> Program:
    covering = covering_of(problem, np.maximum(problem.backup - problem.kept, 0).astype(np.int32))
    lists, count = covering.rows, len(covering.need)
    need = covering.need.astype(np.float64)
    covers = Rows(lists.start, lists.item, np.ones(len(lists.item)), need, np.full(count, np.inf))
    rows = stacked(rule_rows(problem.rules), covers)
    return _program(problem, "min", np.empty(0), np.empty(0), rows, price=problem.price)


def _distance(problem: Problem) -> Program:
    n, weight = len(problem.price), tidy(problem.weight)
    column, demand, cost = _pairs(problem)
    keep = (weight[demand] > 0) & (cost < problem.kept_cost[demand])
    column, demand, cost = column[keep], demand[keep], cost[keep]
    kept = np.flatnonzero(np.isfinite(problem.kept_cost) & (weight > 0))
    place, wanted = np.arange(len(column)), weight > 0
    number = np.cumsum(wanted) - 1
    once = _rows(
        number[np.concatenate([demand, kept])],
        n + np.arange(len(column) + len(kept)),
        np.ones(len(column) + len(kept)),
        low=np.ones(int(wanted.sum())),
    )
    cost = np.concatenate([weight[demand] * cost, weight[kept] * problem.kept_cost[kept]])
    rows = stacked(rule_rows(problem.rules), once, _linked(place, n + place, column, np.ones(len(place))))
    return _program(problem, "min", tidy(cost), np.full(len(cost), FOLLOWS), rows)


def _farthest(problem: Problem, levels: _Floats) -> Program:
    n, wanted = len(problem.price), problem.weight > 0
    column, demand, cost = _pairs(problem)
    cost, kept_cost = tidy(cost), tidy(np.where(np.isfinite(problem.kept_cost), problem.kept_cost, 0.0))
    kept_cost[~np.isfinite(problem.kept_cost)] = np.inf
    blocks = [
        rule_rows(problem.rules),
        _within(column, demand, wanted & (kept_cost > levels[-1]), cost <= levels[-1]),
    ]
    for place, level in enumerate(levels):
        here = _within(column, demand, wanted & (kept_cost >= level), cost < level)
        blocks.append(_with_first(here, n + place))
    falling = np.arange(len(levels) - 1)
    blocks.append(_linked(falling, n + falling + 1, n + falling, np.ones(len(falling))))
    gain = tidy(np.diff(levels, prepend=0.0))
    return _program(problem, "min", gain, np.full(len(levels), DECIDES), stacked(*blocks))


def _within(column: NDArray, demand: NDArray, wanted: NDArray, keep: NDArray) -> Rows:
    """Return ``sum of y >= 1`` over the pairs to keep, a row for all demand wanted, though it have none."""
    number = np.cumsum(wanted) - 1
    keep = keep & wanted[demand]
    return _rows(number[demand[keep]], column[keep], np.ones(int(keep.sum())), low=np.ones(int(wanted.sum())))


def _with_first(rows: Rows, column: int) -> Rows:
    """Return the rows with one more column in all of them, by 1."""
    count = len(rows.low)
    start = rows.start + np.arange(count + 1)
    where = rows.start[:-1]
    return rows._replace(
        start=start,
        column=np.insert(rows.column, where, column).astype(np.int32),
        coef=np.insert(rows.coef, where, 1.0),
    )


def _divided(problem: Problem, merged: Merged | None) -> Program:
    n, covers = len(problem.price), problem.objective == "cover"
    whole, (column, demand, cost) = problem.weight, _pairs(problem)
    if covers:
        merged = merge_demand(problem) if merged is None else merged
        column, demand = np.repeat(np.arange(n), np.diff(merged.column_start)), merged.column_group
        whole, cost = merged.weight, np.ones(len(demand))
    weight = tidy(whole)
    capacity = tidy(np.minimum(problem.capacity, weight.sum()))
    keep = weight[demand] > 0
    column, demand, cost = column[keep], demand[keep], cost[keep]
    flow, wanted = n + np.arange(len(column)), weight > 0
    number = np.cumsum(wanted) - 1
    side = {"high" if covers else "low": weight[wanted]}
    served = _rows(number[demand], flow, np.ones(len(flow)), **side)
    order = np.argsort(column, kind="stable")
    full = _rows(
        np.concatenate([np.arange(n), column[order]]),
        np.concatenate([np.arange(n), flow[order]]),
        np.concatenate([-capacity, np.ones(len(flow))]),
        high=np.zeros(n),
    )
    most = np.minimum(weight[demand], capacity[column])
    linked = _linked(np.arange(len(flow)), flow, column, most)
    rows = stacked(rule_rows(problem.rules), served, full, linked)
    gain = np.ones(len(flow)) if covers else tidy(cost)
    return _program(
        problem, "max" if covers else "min", gain, np.full(len(flow), CONTINUOUS), rows, upper=most
    )


def _program(
    problem: Problem,
    sense: str,
    gain: _Floats,
    whole: NDArray,
    rows: Rows,
    *,
    constant: float = 0.0,
    price: _Floats | None = None,
    upper: _Floats | None = None,
) -> Program:
    """Return a program whose columns are the problem's and more, with what these add to the objective."""
    n, more = len(problem.price), len(gain)
    return Program(
        sense,
        float(tidy(np.array(constant))),
        np.concatenate([np.zeros(n) if price is None else price, gain]).astype(np.float64),
        np.concatenate([problem.lower, np.zeros(more)]).astype(np.float64),
        np.concatenate([problem.upper, np.ones(more) if upper is None else upper]).astype(np.float64),
        np.concatenate([np.full(n, DECIDES), whole]).astype(np.uint8),
        rows,
        n,
    )


def _pairs(problem: Problem) -> tuple[NDArray[np.int64], NDArray[np.int32], _Floats]:
    """Return column, demand and cost of all pairs."""
    column = np.repeat(np.arange(len(problem.price)), np.diff(problem.reach.start))
    return column, problem.reach.demand, problem.reach.cost


def _linked(row: NDArray, less: NDArray, more: NDArray, times: _Floats) -> Rows:
    """Return rows ``less <= times * more``."""
    column = np.column_stack([less, more]).ravel()
    coef = np.column_stack([np.ones(len(row)), -times]).ravel()
    return _rows(np.repeat(row, 2), column, coef, high=np.zeros(len(row)))


def _rows(
    row: NDArray, column: NDArray, coef: _Floats, *, low: _Floats | None = None, high: _Floats | None = None
) -> Rows:
    """Return rows of coefficients given in any order; of the sides at least one."""
    count = len(high if low is None else low)
    order = np.argsort(row, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(row.astype(np.int64), minlength=count))])
    return Rows(
        start.astype(np.int64),
        column[order].astype(np.int32),
        coef[order].astype(np.float64),
        np.full(count, -np.inf) if low is None else low,
        np.full(count, np.inf) if high is None else high,
    )
