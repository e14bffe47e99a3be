"""Choices nearly as good as the best: what makes one so, and a walk among them away from those known.

For every objective it is one question: keep all rules, and let a value be no worse than a limit. Covering
all is to cover all that can be covered within a sum of prices; the worst way is to cover all within so far.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.changes import worth_of
from geo.analyses.siting.problem import Problem, Reach, Rule, Solution, Watch
from geo.analyses.siting.steps import smaller
from geo.analyses.siting.values import Rows, may_add, obeys, rows_of, times_of, value_of

__all__ = ["Near", "is_near", "near", "walk"]

_TRIED = 8
"""Columns looked at in a step of a walk, of those open."""

_ROUNDING = 1e-9

_Ints = NDArray[np.int32]


class Near(NamedTuple):
    """What choices are looked for.

    Attributes
    ----------
    problem : Problem
        ``cover`` or ``distance``, with rules that may be more than those asked.
    rows : Rows
        Its rules.
    sign, limit : float
        A choice is near when ``sign * value >= limit``.
    """

    problem: Problem
    rows: Rows
    sign: float
    limit: float


def near(problem: Problem, best: Solution, within: float) -> Near:
    """Return what is nearly as good as the best, by no more than a part of its value."""
    small, constant = smaller(problem)
    slack = abs(best.value) * (within + _ROUNDING)
    if problem.objective == "cover":
        return Near(small, rows_of(small), 1.0, best.value - slack - constant)
    if problem.objective == "distance":
        return Near(small, rows_of(small), -1.0, -best.value - slack)
    if problem.objective == "all":
        asked, most = _all_within(problem, best.value + slack), problem.backup
        can = times_of(problem, np.flatnonzero(problem.upper).astype(np.int32)) >= most
    else:
        asked = _near_enough(problem, best.value + slack)
        can = problem.weight > 0
    merged, constant = smaller(asked._replace(weight=can.astype(float)))
    return Near(merged, rows_of(merged), 1.0, float(can.sum()) - 0.5 - constant)


def is_near(near: Near, chosen: _Ints) -> bool:
    """Say whether a choice keeps the rules and is nearly as good as the best."""
    return obeys(near.problem, near.rows, chosen) and near.sign * value_of(near.problem, chosen) >= near.limit


def walk(
    near: Near, chosen: _Ints, often: NDArray[np.int64], rng: np.random.Generator, watch: Watch
) -> list[_Ints]:
    """Swap columns for others that are used less often, at the least loss, as long as the choice stays near.

    Parameters
    ----------
    near : Near
    chosen : (k,) int32
        Where the walk begins; near itself.
    often : (n,) int64
        How many of the choices known have each column.
    rng : numpy.random.Generator
    watch : Watch

    Returns
    -------
    list of (k,) int32
        All choices on the way, the last the farthest; they are near.
    """
    way: list[_Ints] = []
    stuck: set[int] = set()
    while watch.left() > 0:
        free = chosen[(near.problem.lower[chosen] == 0) & ~np.isin(chosen, list(stuck))]
        if not len(free):
            break
        tried = rng.permutation(free)[:_TRIED].tolist()
        swaps = [(column, _swapped(near, chosen, column, often)) for column in tried if watch.left() > 0]
        good = [(value, -column, other) for column, (value, other) in swaps if other is not None]
        stuck.update(column for column, (_, other) in swaps if other is None)
        if good:
            chosen = max(good, key=lambda swap: swap[:2])[2]
            way.append(chosen)
    return way


def _swapped(near: Near, chosen: _Ints, column: int, often: NDArray[np.int64]) -> tuple[float, _Ints | None]:
    """Return the best choice that has a column used less often instead of one; None where none is near."""
    others = chosen[chosen != column]
    columns = np.flatnonzero(may_add(near.problem, near.rows, others) & (often < often[column]))
    if not len(columns):
        return -np.inf, None
    columns = columns.astype(np.int32)
    # With capacity the worth of all is too much to compute: without, it shows which are worth a look.
    worth = worth_of(near.problem._replace(capacity=None), columns, others)
    for other in columns[np.argsort(-worth, kind="stable")][: _looks(near.problem)]:
        choice = np.sort(np.append(others, other)).astype(np.int32)
        value = near.sign * value_of(near.problem, choice)
        if value >= near.limit and obeys(near.problem, near.rows, choice):
            return value, choice
    return -np.inf, None


def _looks(problem: Problem) -> int:
    return 1 if problem.capacity is None else 5


def _all_within(problem: Problem, price: float) -> Problem:
    """Return the problem of covering as much as a sum of prices allows."""
    everything = np.arange(len(problem.price), dtype=np.int32)
    return problem._replace(
        objective="cover", rules=(*problem.rules, Rule("price", everything, problem.price, -np.inf, price))
    )


def _near_enough(problem: Problem, cost: float) -> Problem:
    """Return the problem of covering as much as possible within so far."""
    keep = problem.reach.cost <= cost
    start = np.concatenate([[0], np.cumsum(keep)])[problem.reach.start]
    reach = Reach(start.astype(np.int64), problem.reach.demand[keep], problem.reach.cost[keep])
    kept = (problem.kept_cost <= cost).astype(np.int32)
    return problem._replace(objective="cover", reach=reach, kept=kept, backup=1)
