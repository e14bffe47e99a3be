"""Maximal covering: as much weight as possible within the rules, and a bound on what any choice could cover.

A local search finds good choices; the linear program (`benders`) bounds all others, and fixes the columns
that no better choice could have otherwise; on what is left the search goes on, and HiGHS decides.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.analyses.siting.benders import Relaxed, add_cuts, new_master, tighten
from geo.analyses.siting.compact import solve_compact
from geo.analyses.siting.core import Core, core_of, fixed
from geo.analyses.siting.gains import cover_value
from geo.analyses.siting.merge import Merged, merge_demand
from geo.analyses.siting.problem import Problem, Solution, Watch, part_of
from geo.analyses.siting.search import Search, chosen_of, go_on, start_search, within_rules
from geo.errors import InputError

__all__ = ["solve_cover"]

_FIRST = 100
"""Rounds of the search before there is a bound."""

_BATCH, _PATIENCE = 100, 1000
"""Rounds of the search between looks at the clock; and without success until it is given up."""

_ROUNDS = 200
"""Of the search, in what is left to decide."""

_FOR_BOUND = 0.5
"""Of the time that is left when the linear program's turn comes."""

_SHARES = (0.1, 0.25, 0.5, 1.0)
"""Of the distance between value and bound: how much of it is to be decided at a time."""

_MOST = 500_000
"""Pairs of groups and columns in what HiGHS is given: beyond, its first linear program takes all the time."""

_ROUNDING = 1e-9


class _Progress:
    """The best choice and bound so far, and whoever wants to know."""

    def __init__(self, problem: Problem, merged: Merged, watch: Watch, tolerance: float) -> None:
        self.problem, self.merged, self.watch = problem, merged, watch
        self.tolerance = max(tolerance, _ROUNDING)
        self.chosen, self.value = np.empty(0, np.int32), -np.inf
        self.bound = merged.constant + float(np.sum(merged.weight))

    def found(self, chosen: NDArray[np.int32]) -> None:
        """Take note of a choice."""
        value = cover_value(self.merged, chosen)
        if value > self.value and within_rules(self.problem, chosen):
            self.chosen, self.value = chosen, value
            self.bound = max(self.bound, value)
            self.watch.tell(self.value, self.bound)

    def bounded(self, bound: float) -> None:
        """Take note of a bound on all choices, or on all that are better than the best."""
        bound = max(bound, self.value)
        if bound < self.bound:
            self.bound = bound
            self.watch.tell(self.value, self.bound)

    @property
    def done(self) -> bool:
        """Whether there is nothing left to do, or no time."""
        close = self.bound - self.value <= self.tolerance * abs(self.value)
        return close or self.watch.left() <= 0


def solve_cover(
    problem: Problem, watch: Watch, *, start: ArrayLike | None = None, tolerance: float = 0.0
) -> Solution:
    """Solve maximal covering: ``cover`` with ``backup`` 1 and without capacity, whatever the rules.

    Parameters
    ----------
    problem : Problem
    watch : Watch
    start : (k,) int, optional
        Columns to begin the search with, where they keep the rules.
    tolerance : float
        The work ends once the bound is above the value by no more than this part of it.

    Returns
    -------
    Solution
        The multipliers are those of the whole problem's linear program, and prove a little less than
        ``bound`` says.

    Raises
    ------
    InputError
        No choice keeps the rules; or none was found in time, then its parameter is ``seconds``.
    """
    merged = merge_demand(problem)
    search = start_search(problem, merged, watch, start=start)
    progress = _Progress(problem, merged, watch, tolerance)
    progress.found(chosen_of(search))
    _search(progress, search, min(_FIRST, watch.iterations), None)
    relaxed = _relax(progress)
    if relaxed is not None and not progress.done:
        _search(progress, search, watch.iterations - _FIRST, None)
        _decide(progress, relaxed)
    proven = progress.bound - progress.value <= _ROUNDING * abs(progress.value)
    bound = progress.value if proven else progress.bound
    return Solution(progress.chosen, progress.value, bound, proven, relaxed and relaxed.duals)


def _search(progress: _Progress, search: Search, rounds: int, core: Core | None) -> None:
    """Let the local search go on, in batches, until it has long found nothing better; note what it finds."""
    idle = 0
    for at in range(0, rounds, _BATCH):
        if progress.done or idle >= _PATIENCE:
            return
        better = go_on(search, min(_BATCH, rounds - at))
        idle = 0 if better else idle + _BATCH
        if better or at == 0:
            chosen = chosen_of(search)
            progress.found(chosen if core is None else core.whole(chosen))


def _search_anew(progress: _Progress, core: Core, y: NDArray[np.float64]) -> None:
    """Begin the search again and again, with columns drawn as the linear program (k,) has them open."""
    rng = np.random.default_rng(progress.watch.seed)
    likely = np.flatnonzero(y > 0)
    for number in range(max(1, progress.watch.iterations // _PATIENCE)):
        # The largest of these keys are a sample without replacement (Efraimidis and Spirakis 2006).
        keys = rng.random(len(likely)) ** (1.0 / y[likely])
        drawn = likely[np.argsort(-keys, kind="stable")[: round(float(np.sum(y)))]]
        watch = progress.watch._replace(seed=progress.watch.seed + number)
        search = start_search(core.problem, core.merged, watch, start=drawn)
        _search(progress, search, _PATIENCE, core)
        if progress.done:
            return


def _relax(progress: _Progress) -> Relaxed | None:
    """Solve the linear program from the best choice on, in a part of the time that is left."""
    watch = progress.watch
    some = part_of(watch, _FOR_BOUND)
    master = new_master(progress.problem, progress.merged, seed=watch.seed)
    y = np.zeros(len(progress.problem.lower))
    y[progress.chosen] = 1.0
    add_cuts(master, y)

    def tell(bound: float) -> bool:
        progress.bounded(bound)
        return not progress.done

    return tighten(master, some, (y + np.mean(y)) / 2.0, tell=tell)


def _decide(progress: _Progress, relaxed: Relaxed) -> None:
    """Search and solve what bounds leave open: first only what could be much better, in the end all."""
    for share in _SHARES:
        above = progress.value + (1.0 - share) * (relaxed.bound - progress.value)
        left = fixed(progress.problem, progress.merged, relaxed.duals, bound=relaxed.bound, value=above)
        if above < progress.bound:
            progress.bounded(_solve(progress, core_of(left, progress.merged), above, relaxed.y))
        if progress.done:
            return


def _solve(progress: _Progress, core: Core, above: float, y: NDArray[np.float64]) -> float:
    """Search and solve a core outside of which nothing is worth more than ``above``; bound all."""
    try:
        search = start_search(core.problem, core.merged, progress.watch, start=core.inside(progress.chosen))
    except InputError as error:
        # Nothing is left, so nothing is better.
        return above if error.parameter == "rules" else np.inf
    _search(progress, search, _ROUNDS, core)

    def heard(value: float, bound: float, found: NDArray[np.float64] | None) -> bool:
        if found is not None:
            progress.found(core.whole(np.flatnonzero(found[: len(core.column)] > 0.5)))
        progress.bounded(max(bound, above))
        return progress.done or bound <= above

    if len(core.merged.group_column) > _MOST:
        _search_anew(progress, core, y[core.column])
        return np.inf
    if progress.done:
        return np.inf
    least = max(above, progress.value)
    start = chosen_of(search)
    return solve_compact(core.problem, core.merged, progress.watch, start=start, above=least, heard=heard)
