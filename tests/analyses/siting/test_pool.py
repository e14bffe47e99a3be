"""Plans nearly as good as the best, and what all of them have, against all plans of small problems."""

import numpy as np
import pytest

from geo.analyses.siting.near import is_near, near
from geo.analyses.siting.pool import needed, pool_of
from geo.analyses.siting.problem import Duals, Rule, Solution
from tests.analyses.siting.choices import OBJECTIVES, allowed, patient, random_problem, worth

RULES = (Rule("spacing", np.array([0, 3], np.int32), np.ones(2), -np.inf, 1.0),)
WITHIN = 0.1


def best_solution(problem) -> Solution:
    sign = 1.0 if problem.objective == "cover" else -1.0
    chosen = max(allowed(problem), key=lambda choice: sign * worth(problem, choice))
    value = worth(problem, chosen)
    return Solution(np.array(chosen, np.int32), value, value, True)


def near_plans(problem, best: Solution) -> set[tuple[int, ...]]:
    sign, slack = (1.0 if problem.objective == "cover" else -1.0), WITHIN * best.value + 1e-9
    return {plan for plan in allowed(problem) if sign * worth(problem, plan) >= sign * best.value - slack}


def problems():
    for objective in OBJECTIVES:
        p = 7 if objective == "all" else 3
        yield random_problem(6, objective, p=p, kept=True, rules=RULES)
    yield random_problem(6, "cover", backup=2)
    yield random_problem(6, "distance", capacity=True)


@pytest.mark.parametrize("problem", list(problems()), ids=lambda problem: problem.objective)
def test_near_is_what_keeps_the_rules_and_is_nearly_as_good(problem):
    best = best_solution(problem)
    asked, expected = near(problem, best, WITHIN), near_plans(problem, best)
    columns = np.arange(len(problem.price), dtype=np.int32)
    for mask in range(2 ** len(columns)):
        chosen = columns[(mask >> columns) % 2 == 1]
        assert is_near(asked, chosen) == (tuple(chosen.tolist()) in expected)


@pytest.mark.parametrize("problem", list(problems()), ids=lambda problem: problem.objective)
def test_plans_of_the_pool_are_near_and_different(problem):
    best = best_solution(problem)
    plans = pool_of(problem, patient(), best, count=4, within=WITHIN)
    codes = [tuple(plan.chosen.tolist()) for plan in plans]
    assert set(codes) <= near_plans(problem, best) - {tuple(best.chosen.tolist())}
    assert len(set(codes)) == len(codes) <= 4
    for plan in plans:
        assert plan.value == pytest.approx(worth(problem, plan.chosen))
        assert plan.differs == len(set(plan.chosen) - set(best.chosen))
    assert codes == [
        tuple(plan.chosen.tolist()) for plan in pool_of(problem, patient(), best, count=4, within=WITHIN)
    ]


def test_the_pool_finds_plans_that_have_nothing_in_common_with_the_best():
    """Twelve columns, of which each serves what its twin serves."""
    problem = random_problem(0, "cover", columns=6, demand=30)
    reach = problem.reach
    twice = reach._replace(
        start=np.concatenate([reach.start, reach.start[1:] + reach.start[-1]]),
        demand=np.tile(reach.demand, 2),
        cost=np.tile(reach.cost, 2),
    )
    rule = problem.rules[0]._replace(column=np.arange(12, dtype=np.int32), coef=np.ones(12))
    zeros, ones = np.zeros(12, np.int8), np.ones(12, np.int8)
    both = problem._replace(reach=twice, price=np.ones(12), lower=zeros, upper=ones, rules=(rule,))
    best = best_solution(both)
    plans = pool_of(both, patient(), best, count=3, within=0.0)
    assert plans[0].differs == len(best.chosen) == 3
    assert plans[0].value == best.value
    assert needed(both, patient(), best, plans) == ["free"] * 3


@pytest.mark.parametrize("problem", list(problems()), ids=lambda problem: problem.objective)
def test_what_every_near_plan_has_is_a_must_and_nothing_else(problem):
    best = best_solution(problem)
    always = set.intersection(*map(set, near_plans(problem, best)))
    for plans in ([], pool_of(problem, patient(), best, within=WITHIN)):
        words = needed(problem, patient(), best, plans, within=WITHIN)
        assert words == ["must" if column in always else "free" for column in best.chosen.tolist()]


@pytest.mark.parametrize("objective", ["cover", "distance"])
def test_without_time_only_multipliers_prove_a_must(objective):
    problem = random_problem(8, objective, kept=True)
    best = best_solution(problem)
    late = patient()._replace(left=lambda: 0.0)
    assert needed(problem, late, best, []) == ["usual"] * len(best.chosen)
    always = set.intersection(*map(set, near_plans(problem, best)))
    groups = len(near(problem, best, WITHIN).problem.weight)
    for scale in (0.0, 0.5, 1.0, 8.0):
        duals = Duals(near(problem, best, WITHIN).problem.weight * scale, np.zeros(1))
        words = needed(problem, late, best._replace(duals=duals), [], within=WITHIN)
        assert len(duals.demand) == groups
        assert {
            column for column, word in zip(best.chosen.tolist(), words, strict=True) if word == "must"
        } <= always
