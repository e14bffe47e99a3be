"""Plans nearly as good as the best that differ most, and the columns that none of them can do without."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.near import Near, is_near, near, walk
from geo.analyses.siting.problem import Problem, Solution, Watch
from geo.analyses.siting.relaxed import bound_of, relax
from geo.analyses.siting.solve import solve
from geo.analyses.siting.steps import portion
from geo.analyses.siting.values import value_of
from geo.errors import InputError

__all__ = ["Need", "Plan", "needed", "pool_of"]

_WALKS = 3
"""For each plan asked for, so many walks in search of it at most."""

_PROOFS = {"rules", "p", "must", "candidates", "demand"}
"""What an error names that says that there is no plan; any other leaves it open."""

_Ints = NDArray[np.int32]
Need = Literal["must", "usual", "free"]


class Plan(NamedTuple):
    """A plan nearly as good as the best.

    Attributes
    ----------
    chosen : (k,) int32
    value : float
    differs : int
        How many columns of it the best does not have.
    """

    chosen: _Ints
    value: float
    differs: int


def pool_of(
    problem: Problem, watch: Watch, best: Solution, *, count: int = 10, within: float = 0.005
) -> list[Plan]:
    """Return plans that differ as much as possible from the best and from each other.

    Walks from plan to plan find them: swap after swap for columns used less often. Then the one that is
    farthest from all taken so far is taken next, by how many columns one has and the other has not.

    Parameters
    ----------
    problem : Problem
    watch : Watch
    best : Solution
        It is not among the answers.
    count : int
        How many at most.
    within : float
        By what part of the best value a plan may be worse.

    Returns
    -------
    list of Plan
        Most different first. They keep all rules.
    """
    asked = near(problem, best, within)
    rng = np.random.default_rng(watch.seed)
    often = np.zeros(len(problem.price), np.int64)
    often[best.chosen] = 1
    known = {tuple(best.chosen.tolist()): best.chosen}
    ends = [best.chosen]
    for number in range(_WALKS * count if is_near(asked, best.chosen) else 0):
        if watch.left() <= 0:
            break
        way = walk(asked, ends[number % len(ends)], often, rng, watch)
        known.update((tuple(choice.tolist()), choice) for choice in way)
        if way:
            ends.append(way[-1])
            often[way[-1]] += 1
    taken = _farthest(list(known.values()), len(problem.price), count)
    return [_plan(problem, best, chosen) for chosen in taken]


def needed(
    problem: Problem, watch: Watch, best: Solution, plans: Sequence[Plan], *, within: float = 0.005
) -> list[Need]:
    """Return for each column of the best plan whether plans nearly as good have it, in their order.

    Returns
    -------
    list of {"must", "usual", "free"}
        ``must``: proven that every plan within that part of the best value has it. ``usual``: all of
        ``plans`` have it, and nobody knows better. ``free``: some such plan does without.
    """
    asked = near(problem, best, within)
    proven = _proven(problem, asked, best)
    common = [all(column in plan.chosen for plan in plans) for column in best.chosen]
    words: list[Need] = ["must" if column in proven else "usual" for column in best.chosen.tolist()]
    words = [word if each else "free" for word, each in zip(words, common, strict=True)]
    open_ = [place for place, word in enumerate(words) if word == "usual"]
    for number, place in enumerate(open_):
        column = best.chosen[place]
        if is_near(asked, best.chosen[best.chosen != column]):
            words[place] = "free"
        else:
            words[place] = _need(asked, int(column), portion(watch, len(open_) - number))
    return words


class _EnoughError(Exception):
    """What was asked is known: no need to solve further."""


def _proven(problem: Problem, asked: Near, best: Solution) -> set[int]:
    """Return the columns without which the multipliers that prove the best leave too little."""
    must = set(np.flatnonzero(asked.problem.lower).tolist())
    if best.duals is None or problem.objective != asked.problem.objective:
        return must
    relaxed = relax(asked.problem, best.duals)
    if relaxed is None:
        return must
    for column in best.chosen.tolist():
        bound = bound_of(relaxed, _struck(asked.problem, column), best.duals.rules)
        if asked.sign * bound < asked.limit:
            must.add(column)
    return must


def _need(asked: Near, column: int, watch: Watch) -> Need:
    """Solve without a column, no longer than until it is clear whether a plan nearly as good is left."""
    word: Need = "usual"

    def tell(value: float, bound: float) -> None:
        nonlocal word
        watch.tell(value, bound)
        if asked.sign * bound < asked.limit:
            word = "must"
        elif asked.sign * value >= asked.limit:
            word = "free"
        if word != "usual":
            raise _EnoughError

    if watch.left() <= 0:
        return word
    try:
        found = solve(_struck(asked.problem, column), watch._replace(tell=tell))
        tell(found.value, found.bound)
    except _EnoughError:
        pass
    except InputError as error:
        return "must" if error.parameter in _PROOFS else word
    return word


def _struck(problem: Problem, column: int) -> Problem:
    """Return the problem in which a column must not be opened."""
    upper = problem.upper.copy()
    upper[column] = 0
    return problem._replace(upper=upper)


def _farthest(choices: list[_Ints], columns: int, count: int) -> list[_Ints]:
    """Return choices each as far from the first and those before it as can be."""
    opened = np.array([np.isin(np.arange(columns), choice) for choice in choices])
    taken: list[_Ints] = []
    nearest = np.count_nonzero(opened != opened[0], axis=1)
    while len(taken) < count and nearest.max() > 0:
        place = int(np.argmax(nearest))
        taken.append(choices[place])
        nearest = np.minimum(nearest, np.count_nonzero(opened != opened[place], axis=1))
    return taken


def _plan(problem: Problem, best: Solution, chosen: _Ints) -> Plan:
    return Plan(chosen, value_of(problem, chosen), len(np.setdiff1d(chosen, best.chosen)))
