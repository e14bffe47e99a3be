"""The least sum of weight times cost (p-median): good choices by swaps, and the proof by cuts.

A search first, and multipliers that bound it; then the linear program, whose cuts are found round by round,
bounds what can be had and closes the columns that no better choice has; HiGHS decides what is left.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.covering import covering_of
from geo.analyses.siting.covering_solve import none_found, solve_covering
from geo.analyses.siting.highs import solve_lp, solve_mip
from geo.analyses.siting.median_bound import as_duals, closed_by, lifted, proved_by
from geo.analyses.siting.median_kernels import Near
from geo.analyses.siting.median_master import Master, add_cuts, add_first, choice_of, multipliers, new_master
from geo.analyses.siting.median_search import Search, near_of, offer, rounds, start_search
from geo.analyses.siting.problem import Duals, Problem, Solution, Watch
from geo.analyses.siting.search import within_rules
from geo.analyses.siting.values import value_of

__all__ = ["solve_distance"]

_PACE = 10
"""Kicks between two looks at the clock."""

_MANY = 3_000_000
"""Pairs from which on the linear program is too slow to be solved with all columns."""

_ROUNDING = 1e-7

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int32]


class _Work(NamedTuple):
    """What all steps share: the bound, (1,), the multipliers that prove it, if any; if costs are whole."""

    problem: Problem
    watch: Watch
    search: Search
    master: Master
    bound: _Floats
    duals: list[Duals]
    whole: bool


def solve_distance(problem: Problem, watch: Watch, *, start: _Ints | None = None) -> Solution:
    """Open columns so that the sum of weight times cost is least.

    Parameters
    ----------
    problem : Problem
        Without capacity.
    watch : Watch
    start : (k,) int32, optional
        A choice to begin with.

    Returns
    -------
    Solution
        Its duals have a multiplier for all demand, that it is served, and for rules as the value rises with
        their side: positive against ``low``, negative against ``high``.

    Raises
    ------
    InputError
        No choice serves all demand of positive weight; or none was found in time.
    """
    near, must = near_of(problem)
    search = _searched(problem, near, must, watch, start)
    master = new_master(problem, near, must, float(search.value[0]), watch.seed)
    work = _Work(problem, watch, search, master, np.array([_least(near)]), [], _is_whole(near))
    _lift(work)
    _relax(work)
    _kick(work, watch.iterations)
    if not _is_done(work):
        _close(work)
        _prove(work)
    chosen = np.flatnonzero(search.best).astype(np.int32)
    value = value_of(problem, chosen)
    bound = value if _is_done(work) else min(float(work.bound[0]), value)
    return Solution(chosen, value, bound, bound >= value, work.duals[-1] if work.duals else None)


def _least(near: Near) -> float:
    """Return what it costs if everything is open."""
    cost, has = near.spare.copy(), np.diff(near.start) > 0
    cost[has] = near.cost[near.start[:-1][has]]
    return float(near.weight @ cost)


def _is_whole(near: Near) -> bool:
    """Return whether all weights and costs are whole numbers."""
    spare = near.spare[np.isfinite(near.spare)]
    return all(np.array_equal(numbers, np.rint(numbers)) for numbers in (near.weight, near.cost, spare))


def _searched(
    problem: Problem, near: Near, must: NDArray[np.bool_], watch: Watch, start: _Ints | None
) -> Search:
    """Return a search at a choice that serves all: from what is given, from the least, or from any."""
    least = np.flatnonzero(problem.lower).astype(np.int32)
    for choice in (start, least):
        if choice is not None and within_rules(problem, choice):
            search = start_search(problem, near, must, choice, watch.seed)
            if np.isfinite(search.value[0]):
                return search
    if np.any(must & (np.diff(near.start) == 0)):
        raise none_found(np.inf)
    return start_search(problem, near, must, _any(problem, must, watch), watch.seed)


def _any(problem: Problem, must: NDArray[np.bool_], watch: Watch) -> _Ints:
    """Return a choice that serves all demand and keeps the rules."""
    covering = covering_of(problem, must.astype(np.int32))._replace(price=np.ones(len(problem.price)))
    silent = watch._replace(tell=lambda value, bound: None)
    found = solve_covering(covering, silent, enough=float(len(problem.price)))
    if found.chosen is None:
        raise none_found(found.bound)
    return np.flatnonzero(found.chosen).astype(np.int32)


def _is_done(work: _Work) -> bool:
    value = float(work.search.value[0])
    return value - float(work.bound[0]) <= _ROUNDING * abs(value)


def _tell(work: _Work) -> None:
    work.watch.tell(float(work.search.value[0]), min(float(work.bound[0]), float(work.search.value[0])))


def _lift(work: _Work) -> None:
    """Bound by multipliers; where there are very many pairs, close columns by them at once."""
    raised = lifted(work.problem, work.search, work.watch)
    if raised is None:
        return
    _note(work, raised.bound)
    _keep(work, as_duals(work.problem, raised))
    add_first(work.master, raised.multiplier)
    if len(work.search.near.cost) > _MANY:
        _kick(work, work.watch.iterations // 10)
        opened, closed = closed_by(work.problem, raised, float(work.search.value[0]))
        _bound(work, opened, closed)


def _note(work: _Work, bound: float) -> None:
    """Note a bound if it is better; where all costs are whole, no value lies between two whole numbers."""
    if work.whole and np.isfinite(bound):
        bound = max(bound, float(np.ceil(bound * (1 - _ROUNDING))))
    if bound > work.bound[0]:
        work.bound[0] = bound
        _tell(work)


def _keep(work: _Work, duals: Duals) -> None:
    """Keep multipliers if they prove more than those that are kept."""
    near, must = work.search.near, work.search.must
    proofs = [proved_by(work.problem, near, must, one) for one in (*work.duals, duals)]
    if len(proofs) == 1 or proofs[1] > proofs[0]:
        work.duals[:] = [duals]


def _bound(work: _Work, opened: NDArray[np.bool_], closed: NDArray[np.bool_]) -> None:
    """Hold columns open or closed from now on."""
    n = len(opened)
    lower = np.where(opened, 1.0, work.problem.lower)
    upper = np.where(closed, 0.0, work.problem.upper)
    work.master.model.changeColsBounds(n, np.arange(n, dtype=np.int32), lower, upper)


def _relax(work: _Work) -> None:
    """Solve the linear program, with cut after cut, as far as time allows."""
    master, n, rules = work.master, len(work.problem.price), len(work.problem.rules)
    blocks = int(master.block.max(initial=-1)) + 1
    add_cuts(master, work.search.best.astype(np.float64), np.zeros(blocks))
    alone = _alone(master)
    duals = None
    while work.watch.left() > 0 and not _is_done(work):
        answer = solve_lp(master.model, work.watch)
        _note(work, answer.bound * master.unit + alone)
        if answer.found is None:
            break
        duals = answer.row
        before = len(master.rows)
        add_cuts(master, answer.found[:n], answer.found[n:])
        if len(master.rows) == before:
            break
    if duals is not None:
        _keep(work, Duals(*multipliers(master, duals, rules)))


def _alone(master: Master) -> float:
    """Return what the demand costs that no column is cheaper for."""
    alone = master.block < 0
    return float(master.near.weight[alone] @ master.near.spare[alone])


def _kick(work: _Work, times: int) -> None:
    """Look for better choices, for a third of the time that is left at most."""
    left = work.watch.left()
    until = left * 2 / 3 if np.isfinite(left) else 0.0
    for _ in range(0, times, _PACE):
        if _is_done(work) or work.watch.left() <= until:
            return
        before = float(work.search.value[0])
        rounds(work.search, _PACE)
        if work.search.value[0] < before:
            _tell(work)


def _close(work: _Work) -> None:
    """Close the columns, and open those, that every better choice has so: the linear program's word."""
    n, model = len(work.problem.price), work.master.model
    answer = solve_lp(model, work.watch)
    if answer.found is None:
        _note(work, answer.bound)
        return
    room = float(work.search.value[0]) - answer.value * work.master.unit - _alone(work.master)
    room = room / work.master.unit + _ROUNDING * abs(answer.value)
    reduced = answer.column[:n]
    _bound(work, -reduced > room, reduced > room)


def _prove(work: _Work) -> None:
    """Let HiGHS decide what is open, and add the cuts that its choices break, until none does."""
    master, n = work.master, len(work.problem.price)
    alone = _alone(master)
    while work.watch.left() > 0 and not _is_done(work):
        seen: list[_Floats] = []

        def heard(value: float, bound: float, choice: _Floats | None, seen: list[_Floats] = seen) -> bool:
            if choice is not None:
                seen.append(choice)
            _note(work, bound * master.unit + alone)
            return _is_done(work)

        answer = solve_mip(master.model, work.watch, n, choice_of(master, work.search.best), heard)
        _note(work, answer.bound * master.unit + alone)
        before = len(master.rows)
        for choice in [*seen, *([] if answer.found is None else [answer.found])]:
            opened = np.rint(choice[:n])
            add_cuts(master, opened, choice[n:])
            if within_rules(work.problem, np.flatnonzero(opened)):
                offer(work.search, opened > 0.5)
        _tell(work)
        if len(master.rows) == before:
            return
