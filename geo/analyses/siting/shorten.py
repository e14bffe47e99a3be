"""Large problems of distances made short for a plan file: what is proved of the short holds of the whole."""

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.problem import Problem, Reach, Solution
from geo.analyses.siting.values import nearest_of

__all__ = ["shortened"]

_MOST_PAIRS = 300_000

_Floats = NDArray[np.float64]


def shortened(problem: Problem, solution: Solution) -> Problem:
    """Return a problem of the same columns that no choice is worse in, and the solution is as good in.

    Parameters
    ----------
    problem : Problem
        Those that are not of ``distance`` or ``farthest``, or not large, are returned as they are.
    solution : Solution
        Its multipliers prove about as much of the short problem.

    Returns
    -------
    Problem
        ``distance``: ways longer than those that the solution and its multipliers need are replaced by one
        of the least of their costs, which all choices have. ``farthest``: demand that decides nothing is left
        out, first what is nearest to the solution; its weight is nought.
    """
    if problem.capacity is not None or len(problem.reach.demand) <= _MOST_PAIRS:
        return problem
    if problem.objective == "distance":
        return _without_long_ways(problem, solution)
    return _without_near_demand(problem, solution) if problem.objective == "farthest" else problem


def _without_long_ways(problem: Problem, solution: Solution) -> Problem:
    most = nearest_of(problem, solution.chosen).cost
    if solution.duals is not None:
        worth = np.zeros(len(most))
        np.divide(solution.duals.demand, problem.weight, out=worth, where=problem.weight > 0)
        most = np.maximum(most, worth)
    demand, cost = problem.reach.demand, problem.reach.cost
    keep = (cost <= most[demand]) & (problem.weight[demand] > 0)
    kept_cost = problem.kept_cost.copy()
    np.minimum.at(kept_cost, demand[~keep], cost[~keep])
    total = np.concatenate([[0], np.cumsum(keep)])
    reach = Reach(total[problem.reach.start], demand[keep], cost[keep])
    return problem._replace(reach=reach, kept_cost=kept_cost)


def _without_near_demand(problem: Problem, solution: Solution) -> Problem:
    own = nearest_of(problem, solution.chosen).cost
    least = nearest_of(problem, np.flatnonzero(problem.upper).astype(np.int32)).cost
    within = problem.reach.cost <= solution.value
    pairs = np.bincount(problem.reach.demand[within], minlength=len(own))
    wanted = problem.weight > 0
    needed = np.zeros(len(own), bool) if solution.duals is None else solution.duals.demand > 0
    needed |= least >= np.max(least[wanted])
    order = np.lexsort((-own, ~needed, ~wanted))
    keep = np.zeros(len(own), bool)
    keep[order] = np.cumsum(pairs[order]) <= _MOST_PAIRS
    return problem._replace(weight=np.where(keep | needed, problem.weight, 0.0))
