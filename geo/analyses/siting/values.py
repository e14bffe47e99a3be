"""What any choice of columns is worth, and whether the rules allow it."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csc_array, csr_array, vstack

from geo.analyses.siting.problem import Problem, Reach
from geo.analyses.siting.rules import power_of, room_of, rule_rows

__all__ = [
    "Entries",
    "Nearest",
    "Rows",
    "entries_of",
    "flow_of",
    "may_add",
    "nearest_of",
    "obeys",
    "rows_of",
    "times_of",
    "value_of",
]

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int32]


class Entries(NamedTuple):
    """Pairs of columns and demand, a column's together and in the order asked.

    Attributes
    ----------
    place : (q,) int64
        Which of the columns asked for.
    demand : (q,) int32
    cost : (q,) float64
    """

    place: NDArray[np.int64]
    demand: _Ints
    cost: _Floats


class Nearest(NamedTuple):
    """The cheapest that serves demand, and what the next would cost.

    Attributes
    ----------
    cost, second : (d,) float64
        inf where there is none.
    owner : (d,) int32
        The column; -1 for what is kept beside the columns, and where there is none. Of several at the same
        cost what is kept, then the lowest column.
    """

    cost: _Floats
    second: _Floats
    owner: _Ints


class Rows(NamedTuple):
    """All rules as one matrix, (r, n), with the sides of every row and what rounding may do to it."""

    matrix: csc_array
    low: _Floats
    high: _Floats
    slack: _Floats


def value_of(problem: Problem, chosen: _Ints) -> float:
    """Return what a choice is worth, in the unit of `Solution.value`, whatever rules say about it.

    Parameters
    ----------
    problem : Problem
    chosen : (k,) int32
        Columns opened, each once.

    Returns
    -------
    float
        inf where demand stays unserved that must not: with ``all`` any that enough columns (of those that
        may be opened) and what is kept could cover; with ``distance`` and ``farthest`` any of positive
        weight.
    """
    if problem.capacity is not None:
        return flow_of(problem, chosen)[0]
    if problem.objective == "cover":
        return float(np.sum(problem.weight[times_of(problem, chosen) >= problem.backup]))
    if problem.objective == "all":
        return _price(problem, chosen)
    cost = nearest_of(problem, chosen).cost[problem.weight > 0]
    if problem.objective == "farthest":
        return float(np.max(cost, initial=0.0))
    return float(np.sum(problem.weight[problem.weight > 0] * cost))


def times_of(problem: Problem, chosen: _Ints) -> NDArray[np.int64]:
    """Return how often all demand is covered, (d,), by what is kept too."""
    demand = entries_of(problem.reach, chosen).demand
    return problem.kept + np.bincount(demand, minlength=len(problem.weight))


def nearest_of(problem: Problem, chosen: _Ints) -> Nearest:
    """Return the cheapest column chosen, or what is kept, of all demand."""
    place, demand, cost = entries_of(problem.reach, np.sort(chosen))
    kept = np.flatnonzero(np.isfinite(problem.kept_cost)).astype(np.int32)
    who = np.concatenate([np.full(len(kept), -1, np.int32), np.sort(chosen).astype(np.int32)[place]])
    demand = np.concatenate([kept, demand])
    cost = np.concatenate([problem.kept_cost[kept], cost])
    order = np.lexsort((who, cost, demand))
    first = np.flatnonzero(np.diff(demand[order], prepend=-1))
    next_ = first + 1
    next_ = next_[(next_ < len(order)) & ~np.isin(next_, first)]
    best, second = np.full((2, len(problem.weight)), np.inf)
    owner = np.full(len(problem.weight), -1, np.int32)
    best[demand[order[first]]] = cost[order[first]]
    owner[demand[order[first]]] = who[order[first]]
    second[demand[order[next_]]] = cost[order[next_]]
    return Nearest(best, second, owner)


def flow_of(problem: Problem, chosen: _Ints) -> tuple[float, _Floats]:
    """Divide demand among columns of limited capacity as well as can be.

    Returns
    -------
    value : float
        ``cover``: the greatest weight served. ``distance``: the least sum of weight times cost with all
        demand served, inf where that cannot be.
    load : (k,) float64
        The weight each column serves; nought where not all can be.
    """
    unit = power_of(problem.weight)
    weight, capacity = problem.weight * unit, problem.capacity[chosen] * unit
    place, demand, cost = entries_of(problem.reach, chosen)
    if problem.objective == "distance" and np.any((weight > 0) & ~np.isin(np.arange(len(weight)), demand)):
        return np.inf, np.zeros(len(chosen))
    if not len(chosen) or not len(place):
        return 0.0, np.zeros(len(chosen))
    one, entry = np.ones(len(place)), np.arange(len(place))
    full = csr_array((one, (place, entry)), shape=(len(chosen), len(place)))
    served = csr_array((one, (demand, entry)), shape=(len(problem.weight), len(place)))
    if problem.objective == "cover":
        limits = {"A_ub": vstack([full, served]), "b_ub": np.concatenate([capacity, weight])}
        found = linprog(-one, **limits, method="highs")
    else:
        equal = {"A_eq": served, "b_eq": weight}
        found = linprog(cost, A_ub=full, b_ub=capacity, **equal, method="highs")
    if not found.success:
        return np.inf, np.zeros(len(chosen))
    return abs(float(found.fun)) / unit, np.bincount(place, found.x, len(chosen)) / unit


def entries_of(reach: Reach, columns: _Ints) -> Entries:
    """Return the pairs of some columns."""
    count = reach.start[columns + 1] - reach.start[columns]
    place = np.repeat(np.arange(len(columns)), count)
    entry = np.arange(len(place)) + (reach.start[columns] - np.cumsum(count) + count)[place]
    return Entries(place, reach.demand[entry], reach.cost[entry])


def rows_of(problem: Problem) -> Rows:
    """Return the rules as a matrix."""
    rows = rule_rows(problem.rules)
    shape = (len(problem.rules), len(problem.price))
    matrix = csr_array((rows.coef, rows.column, rows.start), shape=shape).tocsc()
    return Rows(matrix, rows.low, rows.high, room_of(problem.rules))


def obeys(problem: Problem, rows: Rows, chosen: _Ints) -> bool:
    """Say whether a choice keeps every rule, has all that must be opened and nothing that must not."""
    opened = np.zeros(len(problem.price))
    opened[chosen] = 1.0
    total = rows.matrix @ opened
    within = (total >= rows.low - rows.slack) & (total <= rows.high + rows.slack)
    return bool(within.all() and (opened >= problem.lower).all() and (opened <= problem.upper).all())


def may_add(problem: Problem, rows: Rows, chosen: _Ints) -> NDArray[np.bool_]:
    """Say of every column whether it may be opened besides, (n,), if the rules are kept so far."""
    opened = np.zeros(len(problem.price))
    opened[chosen] = 1.0
    total = (rows.matrix @ opened)[rows.matrix.indices] + rows.matrix.data
    row = rows.matrix.indices
    broken = (total > rows.high[row] + rows.slack[row]) | (total < rows.low[row] - rows.slack[row])
    column = np.repeat(np.arange(len(opened)), np.diff(rows.matrix.indptr))
    return (np.bincount(column[broken], minlength=len(opened)) == 0) & (opened == 0) & (problem.upper > 0)


def _price(problem: Problem, chosen: _Ints) -> float:
    """Return the prices of a choice that covers all that can be covered, else inf."""
    can = times_of(problem, np.flatnonzero(problem.upper).astype(np.int32)) >= problem.backup
    if np.any(can & (times_of(problem, chosen) < problem.backup)):
        return np.inf
    return float(np.sum(problem.price[chosen]))
