"""Good plans, soon: greedy, then swaps, then an iterated local search, all within the rules."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.analyses.siting.gains import gains
from geo.analyses.siting.highs import add_rows, new_model, solve_mip
from geo.analyses.siting.kernels import Limits, State, improve, iterate, new_state
from geo.analyses.siting.merge import Merged
from geo.analyses.siting.problem import Problem, Watch
from geo.analyses.siting.rules import rule_rows
from geo.analyses.siting.values import obeys, rows_of
from geo.errors import InputError

__all__ = ["Search", "chosen_of", "go_on", "limits_of", "start_search", "within_rules"]

_EXACT = 2.0**52
_SLACK = 0.002
"""Of the best value: how much worse a choice may be that the search goes on from."""

_CLOSE = 1e-3
"""A choice to begin with need not be the best by more than this part of it."""


class Search(NamedTuple):
    """A local search under way.

    Weights are whole numbers here, as large as doubles add exactly: sums that change a million times stay
    true, and equal is equal.

    Attributes
    ----------
    merged : Merged
    limits : Limits
    state : State
        The best choice so far.
    order : (n,) int64
        The open columns that may be closed come first.
    seed : (1,) uint64
        Of the generator, as it goes on.
    """

    merged: Merged
    limits: Limits
    state: State
    order: NDArray[np.int64]
    seed: NDArray[np.uint64]


def start_search(problem: Problem, merged: Merged, watch: Watch, *, start: ArrayLike | None = None) -> Search:
    """Return a search at a local best.

    Parameters
    ----------
    problem : Problem
    merged : Merged
        Of the problem.
    start : (k,) int, optional
        Columns open at first, where they keep the rules.

    Raises
    ------
    InputError
        No choice keeps the rules; or none was found in time, then its parameter is ``seconds``.
    """
    first = _first(problem, merged, watch, start)
    whole = np.sum(merged.weight)
    scale = 2.0 ** np.floor(np.log2(_EXACT / whole)) if whole > 0 else 1.0
    exact = merged._replace(weight=np.rint(merged.weight * scale))
    limits = limits_of(problem)
    state = new_state(exact, limits, first)
    order = np.full(len(limits.free), -1, np.int64)
    seeds = np.array([watch.seed], np.int64).astype(np.uint64)
    search = Search(exact, limits, state, order, seeds)
    _settle(search)
    return search


def go_on(search: Search, rounds: int) -> int:
    """Go so many rounds from the best choice; return how often it became better."""
    state, limits = search.state, search.limits
    used = int(np.count_nonzero(state.inside & limits.free))
    slack = _SLACK * float(state.value[0])
    return iterate(search.merged, limits, state, search.order, used, rounds, search.seed, slack)


def chosen_of(search: Search) -> NDArray[np.int32]:
    """Return the columns of the best choice, ascending."""
    return np.flatnonzero(search.state.inside).astype(np.int32)


def _settle(search: Search) -> None:
    """Open and swap columns as long as that is better."""
    free = np.flatnonzero(search.state.inside & search.limits.free)
    search.order[: len(free)] = free
    extra = np.zeros(len(search.order))
    improve(search.merged, search.limits, search.state, search.order, len(free), extra, 0.0)


def limits_of(problem: Problem) -> Limits:
    """Return the rules of a problem as the kernels read them."""
    rows = rows_of(problem)
    turned = rows.matrix
    return Limits(
        turned.indptr.astype(np.int64),
        turned.indices.astype(np.int32),
        turned.data,
        rows.low - rows.slack,
        rows.high + rows.slack,
        problem.lower < problem.upper,
    )


def within_rules(problem: Problem, chosen: ArrayLike) -> bool:
    """Return whether a choice keeps every rule, and has all that must and nothing that must not be open."""
    return obeys(problem, rows_of(problem), np.asarray(chosen, np.int64))


def _first(problem: Problem, merged: Merged, watch: Watch, start: ArrayLike | None) -> NDArray[np.int64]:
    """Return a choice within the rules: the one given, the least, or the one of most gain added up."""
    least = np.flatnonzero(problem.lower)
    for choice in (start, least):
        if choice is not None and within_rules(problem, choice):
            return np.unique(np.asarray(choice, np.int64))
    return _by_gain(problem, gains(merged, least), watch)


def _by_gain(problem: Problem, gain: NDArray[np.float64], watch: Watch) -> NDArray[np.int64]:
    """Return the choice within the rules whose gains, each alone, add up to most."""
    model = new_model(-gain / max(1.0, gain.max(initial=0.0)), problem.lower, problem.upper, seed=watch.seed)
    add_rows(model, rule_rows(problem.rules))
    answer = solve_mip(model, watch, len(gain), heard=lambda value, bound, _: value - bound < _CLOSE * -value)
    if answer.found is not None:
        choice = np.flatnonzero(answer.found > 0.5)
        if within_rules(problem, choice):
            return choice
    if answer.bound == np.inf:
        raise InputError("没有一种选法符合全部条件,请放宽条件", parameter="rules")
    raise InputError("时间内没有找到符合全部条件的选法,请延长时间", parameter="seconds")
