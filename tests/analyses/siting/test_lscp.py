"""The multipliers of set covering prove about its bound, by sums alone."""

import numpy as np
import pytest
from scipy.optimize import linprog

from geo.analyses.siting.lscp import solve_all
from tests.analyses.siting.choices import INF, patient, table_of
from tests.analyses.siting.options import dual_bound, least, problem_with_options, town_problem


@pytest.mark.parametrize("seed", range(30))
def test_no_choice_costs_less_than_the_multipliers_say(seed):
    problem = problem_with_options("all", seed)
    best = least(problem)
    if best == INF:
        return
    solution = solve_all(problem, patient(iterations=20))
    assert (solution.duals.demand >= 0).all()
    need = np.maximum(problem.backup - problem.kept, 0)
    assert dual_bound(problem, solution.duals, need, problem.price) <= best + 1e-6


@pytest.mark.parametrize("seed", range(5))
def test_they_prove_what_the_whole_linear_program_says(seed):
    problem = town_problem("all", seed, columns=90, demand=400)
    covers = np.isfinite(table_of(problem)).T.astype(float)
    covers = covers[covers.any(axis=1)]
    whole = linprog(np.ones(90), A_ub=-covers, b_ub=-np.ones(len(covers)), bounds=(0, None))
    duals = solve_all(problem, patient()).duals
    assert dual_bound(problem, duals, 1 - problem.kept, problem.price) == pytest.approx(whole.fun)
