"""Any siting problem: checked, and given to the solver that knows its kind."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.center import solve_farthest
from geo.analyses.siting.check import check_problem
from geo.analyses.siting.cover import solve_cover
from geo.analyses.siting.infeasible import refusal
from geo.analyses.siting.lscp import solve_all
from geo.analyses.siting.median import solve_distance
from geo.analyses.siting.problem import Problem, Solution, Watch
from geo.analyses.siting.scale import scaled, unscaled, watched
from geo.analyses.siting.several import solve_divided, solve_several
from geo.errors import InputError

__all__ = ["solve"]


def solve(problem: Problem, watch: Watch, *, start: NDArray[np.int32] | None = None) -> Solution:
    """Find the best choice of columns there is time for.

    Parameters
    ----------
    problem : Problem
    watch : Watch
    start : (k,) int32, optional
        A choice to begin with; one that breaks rules is of no use.

    Raises
    ------
    InputError
        The problem makes no sense, or no choice satisfies it: names what does not fit together. Or none was
        found in time: then its parameter is ``seconds``.
    """
    check_problem(problem)
    asked = scaled(problem)
    watch = watched(asked, watch)
    try:
        found = _solver(problem)(asked.problem, watch, start=start)
    except InputError as error:
        if error.parameter == "rules":
            raise refusal(asked.problem, watch) from None
        raise
    return unscaled(asked, problem, found)


def _solver(problem: Problem) -> Callable[..., Solution]:
    if problem.capacity is not None:
        return solve_divided
    if problem.objective == "cover" and problem.backup > 1:
        return solve_several
    kinds = {"cover": solve_cover, "all": solve_all, "distance": solve_distance, "farthest": solve_farthest}
    return kinds[problem.objective]
