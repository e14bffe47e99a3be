"""Problems of very small, very large and not quite round numbers have the same best choices as any."""

import numpy as np
import pytest

from geo.analyses.siting.certificate import certificate_of, text_of
from geo.analyses.siting.certify import certify
from geo.analyses.siting.infeasible import explain
from geo.analyses.siting.pool import needed
from geo.analyses.siting.problem import Problem, Reach, Rule, Watch, part_of
from geo.analyses.siting.search import within_rules
from geo.analyses.siting.solve import solve
from geo.errors import GeoError
from tests.analyses.siting.choices import INF, best_of, count_rule, patient, random_problem


def _certified(problem, solution):
    names = [f"c{column}" for column in range(len(problem.price))]
    return certify(text_of(certificate_of(problem, solution, names, watch=patient())))


def _budget(columns: int, price: float, high: float) -> Rule:
    return Rule("budget", np.arange(columns, dtype=np.int32), np.full(columns, price), -INF, high)


@pytest.mark.parametrize("size", [1e-9, 1e9])
@pytest.mark.parametrize(("objective", "capacity"), [("cover", False), ("cover", True), ("distance", True)])
def test_weights_of_any_size_have_the_same_best(objective, capacity, size):
    problem = random_problem(3, objective, capacity=capacity)
    best = best_of(problem)
    room = None if problem.capacity is None else problem.capacity * size
    problem = problem._replace(weight=problem.weight * size, capacity=room)
    solution = solve(problem, patient())
    assert solution.proven
    assert solution.value == pytest.approx(best * size, rel=1e-9)
    assert float(_certified(problem, solution)["value"]) == pytest.approx(best * size, rel=1e-6)


def test_prices_of_any_size_have_the_same_best():
    problem = random_problem(2, "all", columns=9, demand=25, p=9)
    price = np.arange(1.0, 10.0) * 1e-8
    problem = problem._replace(price=price)
    assert solve(problem, patient()).value == pytest.approx(best_of(problem), rel=1e-9)


def test_small_demand_beside_large_must_be_served_too():
    reach = Reach(np.array([0, 1, 3]), np.array([0, 0, 1], np.int32), np.array([0.0, 5.0, 1000.0]))
    problem = random_problem(0, "distance", columns=2, demand=2, p=1)
    problem = problem._replace(weight=np.array([1e7, 0.4]), reach=reach, capacity=np.full(2, 2e7))
    solution = solve(problem, patient())
    assert solution.chosen.tolist() == [1]
    assert solution.value == pytest.approx(5e7 + 400)


@pytest.mark.parametrize("objective", ["cover", "distance", "farthest"])
def test_a_budget_that_is_met_but_for_the_dust_of_rounding_is_kept(objective):
    problem = random_problem(1, objective, columns=3, demand=8, p=3)
    problem = problem._replace(rules=(*problem.rules, _budget(3, 0.1, 1 - 0.1 * 7)))
    assert within_rules(problem, [0, 1, 2])
    assert not within_rules(problem._replace(rules=(_budget(3, 0.1, 0.299999),)), [0, 1, 2])
    solution = solve(problem, patient())
    assert _certified(problem, solution)["gap"] == 0


def test_a_budget_in_tiny_units_is_kept():
    problem = random_problem(1, "cover")
    large = problem._replace(rules=(_budget(7, 3.0, 10.0),))
    small = problem._replace(rules=(_budget(7, 3e-9, 1e-8),))
    assert solve(small, patient()).value == solve(large, patient()).value == best_of(large)


def test_no_column_is_called_needed_that_a_plan_does_without():
    problem = random_problem(50, "cover", columns=6, demand=9, p=5, kept=True, backup=1)
    told: list[tuple[float, float]] = []
    watch = patient()._replace(tell=lambda value, bound: told.append((value, bound)))
    for backup in (1, 2, 3):
        asked = problem._replace(backup=backup)
        solution = solve(asked, watch)
        assert all(bound >= solution.value for _, bound in told)
        for column, word in zip(solution.chosen, needed(asked, patient(), solution, []), strict=True):
            upper = asked.upper.copy()
            upper[column] = 0
            without = best_of(asked._replace(upper=upper))
            assert word != "must" or without < solution.value * 0.995 - 1e-9
        told.clear()


def test_time_without_end_has_parts_without_end():
    endless = Watch(lambda: float("inf"), lambda value, bound: None)
    assert part_of(endless, 0.5).left() == part_of(endless, 1.0).left() == float("inf")
    assert part_of(patient(), 0.25).left() == 900


def test_a_conflict_is_not_called_the_least_when_time_was_over():
    problem: Problem = random_problem(0, "distance", p=3)
    rule = Rule("area:1", np.arange(7, dtype=np.int32), np.ones(7), 4.0, INF)
    problem = problem._replace(rules=(count_rule(7, 3), rule, _budget(7, 1.0, 7.0)))
    looks = iter([1.0] * 3)
    conflict = explain(problem, Watch(lambda: next(looks, 0.0), lambda value, bound: None))
    assert conflict is None or not conflict.least
    assert explain(problem, patient()).least


def test_no_plan_file_is_written_of_a_choice_that_breaks_a_rule():
    problem = random_problem(0, "cover", p=2)
    solution = solve(problem, patient())._replace(chosen=np.arange(4, dtype=np.int32))
    with pytest.raises(GeoError, match="不满足"):
        certificate_of(problem, solution, [f"c{column}" for column in range(7)], watch=patient())
