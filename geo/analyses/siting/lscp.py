"""Covering all demand that can be covered, for the least sum of prices (location set covering, LSCP)."""

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.covering import covering_of
from geo.analyses.siting.covering_solve import none_found, solve_covering
from geo.analyses.siting.problem import Duals, Problem, Solution, Watch

__all__ = ["solve_all"]

_ROUNDING, _DIGITS = 1e-6, 1e-9
"""What a bound that proves the value may lack: that of the solver, or that of the numbers."""


def solve_all(problem: Problem, watch: Watch, *, start: NDArray[np.int32] | None = None) -> Solution:
    """Open columns for the least sum of prices so that all demand is covered that can be.

    Demand needs ``backup`` columns, less what is kept; that which fewer can serve does not count.

    Parameters
    ----------
    problem : Problem
    watch : Watch
    start : (k,) int32, optional
        A choice to begin with.

    Returns
    -------
    Solution
        Its duals have a multiplier for all demand, that for one of those alike; for rules as the value rises
        with their side: positive against ``low``, negative against ``high``.

    Raises
    ------
    InputError
        No choice does, for the rules; or none was found in time.
    """
    need = np.maximum(problem.backup - problem.kept, 0).astype(np.int32)
    covering = covering_of(problem, need)
    given = None if start is None else np.isin(np.arange(len(problem.price)), start)
    found = solve_covering(covering, watch, start=given)
    if found.chosen is None:
        raise none_found(found.bound)
    demand = np.zeros(len(problem.weight))
    demand[covering.first] = found.rows
    chosen = np.flatnonzero(found.chosen).astype(np.int32)
    value = float(problem.price[chosen].sum())
    proven = found.bound >= value - max(_ROUNDING, _DIGITS * value)
    return Solution(chosen, value, value if proven else found.bound, proven, Duals(demand, found.rules))
