"""The multipliers of the p-center prove, by sums alone, that no choice of so few keeps to less."""

import numpy as np
import pytest

from geo.analyses.siting.center import solve_farthest
from tests.analyses.siting.choices import patient
from tests.analyses.siting.options import dual_bound, town_problem


@pytest.mark.parametrize("seed", range(10))
def test_below_the_value_more_would_have_to_be_opened(seed):
    problem = town_problem("farthest", seed)
    solution = solve_farthest(problem, patient())
    assert solution.proven
    if solution.duals is None:
        return
    near = problem.reach.cost < solution.value
    start = np.concatenate([[0], np.cumsum(near)])[problem.reach.start]
    reach = problem.reach._replace(
        start=start, demand=problem.reach.demand[near], cost=problem.reach.cost[near]
    )
    nothing = np.zeros(len(problem.price))
    assert (
        dual_bound(problem._replace(reach=reach), solution.duals, np.ones(len(problem.weight)), nothing) > 0
    )
