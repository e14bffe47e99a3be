"""The multipliers of the p-median prove about its bound, by sums alone; rows of rules change what is best."""

import numpy as np
import pytest

from geo.analyses.siting.median import solve_distance
from geo.analyses.siting.problem import Rule
from tests.analyses.siting.choices import patient, table_of, worth
from tests.analyses.siting.options import town_problem


@pytest.mark.parametrize("seed", range(10))
def test_no_choice_costs_less_than_the_multipliers_say(seed):
    problem = town_problem("distance", seed)
    solution = solve_distance(problem, patient())
    multiplier = solution.duals.demand
    saved = np.maximum(multiplier - problem.weight * table_of(problem), 0.0).sum(axis=1)
    count = problem.rules[0]
    proved = multiplier.sum() - np.sort(saved)[-int(count.high) :].sum()
    assert proved <= solution.value + 1e-6
    assert proved >= solution.value * 0.98


def test_a_budget_decides_where_the_count_does_not():
    problem = town_problem("distance", 3)
    rng = np.random.default_rng(3)
    budget = Rule("budget", problem.rules[0].column, rng.integers(1, 9, 40).astype(float), -np.inf, 11.0)
    limited = solve_distance(problem._replace(rules=(*problem.rules, budget)), patient())
    free = solve_distance(problem, patient())
    assert limited.proven
    assert budget.coef[limited.chosen].sum() <= 11
    assert limited.value == pytest.approx(worth(problem, limited.chosen.tolist()))
    assert limited.value >= free.value
