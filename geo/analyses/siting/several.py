"""Maximal covering where demand counts only when it is covered several times, or is divided among columns.

There is no special bound for these: a local search or a simpler problem gives a choice to begin with, the
linear program a bound and its multipliers, and HiGHS does the rest.
"""

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.cover import solve_cover
from geo.analyses.siting.formulate import formulate
from geo.analyses.siting.highs import solve_lp
from geo.analyses.siting.median import solve_distance
from geo.analyses.siting.merge import Merged, merge_demand
from geo.analyses.siting.mip import model_of, sign_of, solve_program
from geo.analyses.siting.problem import Duals, Problem, Solution, Watch, part_of
from geo.analyses.siting.program import Program
from geo.analyses.siting.search import chosen_of, go_on, start_search
from geo.analyses.siting.values import value_of
from geo.errors import InputError

__all__ = ["solve_divided", "solve_several"]

_SHARE = 0.4
"""Of the time, for the search."""

_BATCH = 20

_ROUNDING = 1e-9
"""Of the value: what a program of numbers of twelve digits may be off by."""

_SMALL = 60_000
"""Coefficients of a program that HiGHS bounds soon by itself."""

_Ints = NDArray[np.int32]


def solve_several(problem: Problem, watch: Watch, *, start: _Ints | None = None) -> Solution:
    """Solve ``cover`` with ``backup``.

    Parameters
    ----------
    problem : Problem
        Without capacity.
    watch : Watch
    start : (k,) int32, optional
        A choice to begin with.

    Raises
    ------
    InputError
        No choice keeps the rules; or none was found in time, then its parameter is ``seconds``.
    """
    merged = merge_demand(problem)
    chosen = _searched(problem, merged, watch, start)
    value = value_of(problem, chosen)
    bound, duals = merged.constant + float(merged.weight.sum()), None
    watch.tell(value, bound)
    program = formulate(problem, merged)
    if len(program.rows.coef) > _SMALL:
        bound, duals = _relaxed(problem, merged, program, watch, bound)
        watch.tell(value, bound)
    found = solve_program(program, _knowing(watch, value, bound), start=chosen)
    if found.values is not None:
        chosen = _better(problem, chosen, np.flatnonzero(found.values[: program.sites]))
    value = value_of(problem, chosen)
    return Solution(chosen, value, max(value, min(bound, found.bound)), found.proven, duals)


def solve_divided(problem: Problem, watch: Watch, *, start: _Ints | None = None) -> Solution:
    """Solve ``cover`` or ``distance`` with capacity.

    Parameters
    ----------
    problem : Problem
    watch : Watch
    start : (k,) int32, optional
        A choice to begin with.

    Raises
    ------
    InputError
        No choice keeps the rules and, for ``distance``, serves all; or none was found in time, then its
        parameter is ``seconds``.
    """
    program = formulate(problem)
    if start is None:
        start = _without_capacity(problem, watch)
    found = solve_program(program, watch, start=start)
    if found.values is None:
        if found.proven:
            raise InputError("没有一种选法符合全部条件,请放宽条件", parameter="rules")
        raise InputError("时间内没有找到符合全部条件的选法,请延长时间", parameter="seconds")
    chosen = np.flatnonzero(found.values[: program.sites]).astype(np.int32)
    value = float(value_of(problem, chosen))
    if not np.isfinite(value):
        raise InputError("时间内没有找到符合全部条件的选法,请延长时间", parameter="seconds")
    better = max if problem.objective == "cover" else min
    close = abs(value - found.bound) <= _ROUNDING * abs(value)
    return Solution(chosen, value, better(value, found.bound), found.proven and close)


def _searched(problem: Problem, merged: Merged, watch: Watch, start: _Ints | None) -> _Ints:
    """Return a good choice: from that which covers most once, whatever covers several times is looked for."""
    brief = part_of(watch, _SHARE)
    if start is None:
        once = problem._replace(backup=1)
        search = start_search(once, merge_demand(once), brief)
        go_on(search, _BATCH)
        start = chosen_of(search)
    search = start_search(problem, merged, watch, start=start)
    for _ in range(0, watch.iterations, _BATCH):
        if brief.left() <= 0:
            break
        go_on(search, _BATCH)
    return chosen_of(search)


def _relaxed(
    problem: Problem, merged: Merged, program: Program, watch: Watch, bound: float
) -> tuple[float, Duals | None]:
    """Return the linear program's bound and multipliers: by an interior point, without rows it can spare."""
    count = len(problem.rules) + len(merged.weight)
    rows, end = program.rows, program.rows.start[count]
    few = rows._replace(
        start=rows.start[: count + 1],
        column=rows.column[:end],
        coef=rows.coef[:end],
        low=rows.low[:count],
        high=rows.high[:count],
    )
    model = model_of(program._replace(rows=few), seed=watch.seed)
    for option, value in (("solver", "ipm"), ("run_crossover", "off")):
        model.setOptionValue(option, value)
    answer = solve_lp(model, watch)
    if answer.row is None:
        return bound, None
    multiplier = sign_of(program) * answer.row
    duals = Duals(multiplier[len(problem.rules) :], multiplier[: len(problem.rules)])
    return min(bound, sign_of(program) * answer.bound + program.constant), duals


def _knowing(watch: Watch, value: float, bound: float) -> Watch:
    """Return a watch that is told of nothing worse than what is known."""
    return watch._replace(tell=lambda more, most: watch.tell(max(more, value), min(most, bound)))


def _better(problem: Problem, one: _Ints, other: NDArray[np.integer]) -> _Ints:
    return max((one, other.astype(np.int32)), key=lambda chosen: value_of(problem, chosen))


def _without_capacity(problem: Problem, watch: Watch) -> _Ints | None:
    """Return what would be best if every column could serve without limit; its bound is one here, too."""
    none = -np.inf if problem.objective == "cover" else np.inf
    brief = part_of(watch, _SHARE)._replace(tell=lambda value, bound: watch.tell(none, bound))
    free = problem._replace(capacity=None)
    try:
        return (solve_cover if problem.objective == "cover" else solve_distance)(free, brief).chosen
    except InputError:
        return None
