"""The curve against the best of all choices of every size."""

from itertools import pairwise

import numpy as np
import pytest

from geo.analyses.siting.curve import Point, curve_of, tightened
from geo.analyses.siting.problem import Duals, Rule
from geo.analyses.siting.relaxed import bound_of, relax
from geo.analyses.siting.solve import solve
from geo.analyses.siting.steps import smaller, with_count
from geo.analyses.siting.values import obeys, rows_of, value_of
from tests.analyses.siting.choices import best_of, patient, random_problem

SHAPES = [("cover", 1, False), ("cover", 2, True), ("distance", 1, True), ("farthest", 1, False)]


@pytest.mark.parametrize(("objective", "backup", "kept"), SHAPES)
def test_every_point_is_the_best_of_its_count(objective, backup, kept):
    problem = random_problem(11, objective, backup=backup, kept=kept)
    points = curve_of(problem, patient(), range(1, 7))
    assert [point.p for point in points] == [1, 2, 3, 4, 5, 6]
    for point in points:
        asked = with_count(problem, point.p)
        assert point.value == pytest.approx(best_of(asked))
        assert point.bound == pytest.approx(point.value)
        assert value_of(asked, point.chosen) == pytest.approx(point.value)
        assert obeys(asked, rows_of(asked), point.chosen)


@pytest.mark.parametrize("objective", ["cover", "distance", "farthest"])
def test_values_and_bounds_never_get_worse_even_without_time(objective):
    problem = random_problem(5, objective, kept=True)
    lefts = iter([9.0, 9.0, 9.0, 9.0] + [0.0] * 1000)
    sign = 1.0 if objective == "cover" else -1.0
    points = curve_of(problem, patient()._replace(left=lambda: next(lefts)), range(1, 8))
    assert len(points) == 7
    for one, other in pairwise(points):
        assert sign * other.value >= sign * one.value
        assert sign * other.bound >= sign * one.bound
    for point in points:
        assert sign * point.bound >= sign * best_of(with_count(problem, point.p)) - 1e-9
        assert sign * point.bound >= sign * point.value
        assert value_of(problem, point.chosen) == pytest.approx(point.value)


@pytest.mark.parametrize("objective", ["cover", "distance", "farthest"])
@pytest.mark.parametrize("left", [0.0, 3600.0])
def test_the_plan_is_on_its_curve(objective, left):
    problem = random_problem(5, objective, kept=True, p=4)
    best = solve(problem, patient())
    points = curve_of(problem, patient()._replace(left=lambda: left), range(1, 7), best=best)
    own = points[3]
    assert (own.p, own.value, own.bound) == (4, best.value, best.bound)
    sign = 1.0 if objective == "cover" else -1.0
    assert all(sign * point.bound <= sign * best.bound for point in points[:3])
    assert all(sign * point.value >= sign * best.value for point in points[4:])


def test_points_are_no_worse_than_those_of_fewer_and_bounds_no_looser_than_of_more():
    none = np.empty(0, np.int32)
    points = [Point(1, 5.0, 9.0, none), Point(2, 4.0, 6.0, none), Point(3, 6.0, 7.0, none)]
    done = tightened(points, 1.0)
    assert [(point.value, point.bound) for point in done] == [(5.0, 6.0), (5.0, 6.0), (6.0, 7.0)]
    mirrored = [point._replace(value=-point.value, bound=-point.bound) for point in points]
    assert [point.bound for point in tightened(mirrored, -1.0)] == [-6.0, -6.0, -7.0]


def test_a_count_that_the_rules_make_impossible_is_left_out():
    two_at_least = Rule("area:1", np.array([1, 4], np.int32), np.ones(2), 2.0, np.inf)
    problem = random_problem(3, "cover", rules=(two_at_least,))
    assert [point.p for point in curve_of(problem, patient(), [1, 2, 3])] == [2, 3]


@pytest.mark.parametrize("objective", ["cover", "distance"])
def test_any_multipliers_bound_all_counts_and_what_is_left_without_a_column(objective):
    rng = np.random.default_rng(0)
    price = Rule("budget", np.arange(7, dtype=np.int32), rng.integers(1, 5, 7).astype(float), -np.inf, 8.0)
    for seed in range(4):
        problem, _ = smaller(random_problem(seed, objective, kept=True, rules=(price,)))
        most = problem.weight * (1.0 if objective == "cover" else 20.0)
        duals = Duals(rng.random(len(most)) * most, rng.normal(size=2) * most.mean())
        relaxed, sign = relax(problem, duals), 1.0 if objective == "cover" else -1.0
        for p, without in ((1, 0), (3, 2), (5, None)):
            asked = with_count(problem, p)
            if without is not None:
                asked.upper[without] = 0
            assert sign * bound_of(relaxed, asked, duals.rules) >= sign * best_of(asked) - 1e-9
            asked.upper[:] = 1
