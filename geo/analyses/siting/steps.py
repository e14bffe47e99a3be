"""The same problem with another count, less demand or less time: what curves and build orders are made of."""

import math

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.changes import worth_of
from geo.analyses.siting.merge import merge_demand
from geo.analyses.siting.problem import Problem, Reach, Rule, Solution, Watch, part_of
from geo.analyses.siting.solve import solve
from geo.analyses.siting.values import Rows, may_add, obeys, rows_of, value_of
from geo.errors import InputError

__all__ = [
    "COUNT",
    "MOVES",
    "TOO_LATE",
    "counted",
    "easy_bound",
    "extended",
    "portion",
    "reduced",
    "smaller",
    "solved",
    "standing_in",
    "with_count",
]

COUNT, MOVES = "count", "moves"
"""The rules that say how many may be new, and how many of the existing ones must stay."""

TOO_LATE = "seconds"
"""What an `InputError` of a solver names that found nothing in time; any other says that there is nothing."""

_Ints = NDArray[np.int32]


def smaller(problem: Problem) -> tuple[Problem, float]:
    """Return the same problem with demand merged, and the value that is covered whatever is opened.

    Only ``cover`` has demand whose cost does not matter; others are returned as they are, with 0.
    """
    if problem.objective != "cover":
        return problem, 0.0
    merged = merge_demand(problem)
    groups = len(merged.weight)
    reach = Reach(merged.column_start, merged.column_group, np.zeros(len(merged.column_group)))
    kept = (problem.backup - merged.need).astype(np.int32)
    nobody = np.full(groups, np.inf)
    return problem._replace(weight=merged.weight, reach=reach, kept=kept, kept_cost=nobody), merged.constant


def counted(problem: Problem) -> Rule:
    """Return the rule named ``count``; one of all columns without limit where there is none."""
    everything = np.arange(len(problem.price), dtype=np.int32)
    free = Rule(COUNT, everything, np.ones(len(everything)), -np.inf, np.inf)
    return _named(problem, COUNT) or free


def standing_in(problem: Problem) -> _Ints:
    """Return the columns of existing stations that may be closed: those of the rule ``moves``."""
    moves = _named(problem, MOVES)
    return np.empty(0, np.int32) if moves is None else moves.column


def with_count(problem: Problem, p: int) -> Problem:
    """Return the problem in which ``p`` may be new, and one more for each existing station that is closed."""
    rule = counted(problem)
    most = float(p + np.count_nonzero(np.isin(standing_in(problem), rule.column)))
    others = tuple(other for other in problem.rules if other.name != COUNT)
    return problem._replace(rules=(rule._replace(high=most), *others))


def _named(problem: Problem, name: str) -> Rule | None:
    return next((rule for rule in problem.rules if rule.name == name), None)


def extended(problem: Problem, rows: Rows, chosen: _Ints, watch: Watch) -> _Ints:
    """Return a choice with the best column besides, as long as rules allow one that is worth something."""
    while watch.left() > 0 and len(more := np.flatnonzero(may_add(problem, rows, chosen)).astype(np.int32)):
        worth = worth_of(problem, more, chosen)
        if not worth.max() > 0:
            break
        chosen = np.union1d(chosen, more[np.argmax(worth)]).astype(np.int32)
    return chosen


def reduced(problem: Problem, chosen: _Ints) -> _Ints:
    """Return a choice without those of its new columns that are worth least, as many as are too many."""
    count = counted(problem)
    new = np.zeros(len(problem.price), bool)
    new[count.column] = problem.lower[count.column] == 0
    new[standing_in(problem)] = False
    while True:
        some = chosen[new[chosen]]
        over = np.count_nonzero(np.isin(chosen, count.column)) - count.high
        if over <= 0 or not len(some):
            return chosen
        room = problem.capacity
        worth = worth_of(problem, some, chosen) if room is None else room[some]
        # Not all at once: of two that stand in for each other only one is worth nothing.
        least = some[np.argsort(worth, kind="stable")[: math.ceil(over / 2)]]
        chosen = np.setdiff1d(chosen, least).astype(np.int32)


def easy_bound(problem: Problem) -> float:
    """Return what no choice is better than, because opening everything is not."""
    most = problem._replace(capacity=None)
    if problem.objective == "all":
        return float(np.sum(problem.price[problem.lower > 0]))
    return value_of(most, np.flatnonzero(problem.upper).astype(np.int32))


def portion(watch: Watch, parts: float) -> Watch:
    """Return a watch for one of so many equal parts of the time that is left."""
    return part_of(watch, 1 / parts)


def solved(problem: Problem, watch: Watch, before: _Ints) -> Solution | None:
    """Return what a solver finds from a choice and the best columns besides; without time, just these.

    None where the rules allow nothing, or nothing was found in time.
    """
    rows = rows_of(problem)
    start = extended(problem, rows, before, watch)
    if watch.left() > 0 and np.any(problem.weight > 0):
        try:
            return solve(problem, watch, start=start)
        except InputError as error:
            if error.parameter != TOO_LATE:
                return None
    if not obeys(problem, rows, start):
        return None
    return Solution(start, value_of(problem, start), easy_bound(problem), False)
