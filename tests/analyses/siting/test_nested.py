"""Build orders against all orders of small problems."""

from itertools import pairwise

import numpy as np
import pytest

from geo.analyses.siting.curve import curve_of
from geo.analyses.siting.expanded import choice_of, expanded, order_of
from geo.analyses.siting.nested import phases_of
from geo.analyses.siting.problem import Rule
from geo.analyses.siting.solve import solve
from geo.analyses.siting.steps import counted, with_count
from geo.analyses.siting.values import obeys, rows_of, value_of
from tests.analyses.siting.choices import allowed, best_of, patient, random_problem, worth

SHAPES = [("cover", 1, False), ("cover", 2, True), ("distance", 1, True)]


def best_order(problem, counts) -> float:
    """Return the best sum of values of choices within each other."""
    sign = 1.0 if problem.objective == "cover" else -1.0
    best = {(): 0.0}
    for p in counts:
        now = {}
        for chosen in allowed(with_count(problem, p)):
            before = [total for inside, total in best.items() if set(inside) <= set(chosen)]
            if before:
                now[chosen] = max(before) + sign * worth(problem, chosen)
        best = now
    return sign * max(best.values())


@pytest.mark.parametrize(("objective", "backup", "kept"), SHAPES)
@pytest.mark.parametrize("seed", [0, 1])
def test_an_order_loses_as_little_as_any(objective, backup, kept, seed):
    problem = random_problem(seed, objective, columns=6, demand=10, backup=backup, kept=kept)
    stages = phases_of(problem, patient(), [1, 3, 4])
    assert [stage.p for stage in stages] == [1, 3, 4]
    assert sum(stage.value for stage in stages) == pytest.approx(best_order(problem, [1, 3, 4]))
    for one, other in pairwise(stages):
        assert set(one.chosen) <= set(other.chosen)
    for stage in stages:
        asked = with_count(problem, stage.p)
        assert stage.value == pytest.approx(value_of(problem, stage.chosen))
        assert stage.best == pytest.approx(best_of(asked)) == pytest.approx(stage.bound)
        assert obeys(asked, rows_of(asked), stage.chosen)


def test_an_order_for_the_worst_way_is_nested_too():
    problem = random_problem(2, "farthest", columns=6, demand=10)
    stages = phases_of(problem, patient(), [1, 2, 4])
    for one, other in pairwise(stages):
        assert set(one.chosen) <= set(other.chosen)
    assert all(stage.best <= stage.value for stage in stages)


def test_what_an_area_must_have_may_come_in_the_last_phase():
    two_at_least = Rule("area:1", np.array([1, 4], np.int32), np.ones(2), 2.0, np.inf)
    problem = random_problem(3, "cover", columns=6, demand=10, rules=(two_at_least,))
    problem.lower[0] = 1
    stages = phases_of(problem, patient(), [1, 2, 3])
    assert [len(stage.chosen) for stage in stages] == [1, 2, 3]
    assert {0, 1, 4} == set(stages[-1].chosen)


def test_a_station_closed_in_a_phase_stays_closed():
    for seed in range(3):
        problem = random_problem(seed, "cover", columns=6, demand=10)
        # For each that closes, one more may be opened; at most two may close.
        count = problem.rules[0]
        moves = Rule("moves", np.array([0, 1, 2], np.int32), np.ones(3), 1.0, np.inf)
        stages = phases_of(problem._replace(rules=(count, moves)), patient(), [2, 3])
        old, new = ([set(stage.chosen) & mine for stage in stages] for mine in ({0, 1, 2}, {3, 4, 5}))
        assert old[1] <= old[0]
        assert new[0] <= new[1]
        assert all(len(mine) >= 1 for mine in old)


def hurried():
    """Return a watch that has run out before anything began."""
    return patient()._replace(left=lambda: 0.0)


def closing_problem(seed=0):
    """Return a problem whose least choice breaks a rule, so that a first choice must be searched for."""
    problem = random_problem(seed, "cover", columns=6, demand=10)
    moves = Rule("moves", np.array([0, 1, 2], np.int32), np.ones(3), 2.0, np.inf)
    area = Rule("area:1", np.array([3, 4], np.int32), np.ones(2), 1.0, np.inf)
    # Of the three that stand one may close.
    return with_count(problem._replace(rules=(*problem.rules, moves, area)), 2)


def test_where_nothing_was_found_in_time_there_is_no_order():
    assert phases_of(closing_problem(), hurried(), [1, 2]) == []


@pytest.mark.parametrize("watch", [patient, hurried])
def test_a_plan_that_is_known_is_the_last_phase_and_begins_the_others(watch):
    problem = closing_problem()
    best = solve(problem, patient())
    stages = phases_of(problem, watch(), [1, 2], best=best)
    assert [stage.p for stage in stages] == [1, 2]
    assert stages[-1].best == best.value
    assert stages[-1].bound == best.bound
    new = [set(stage.chosen) - {0, 1, 2} for stage in stages]
    assert new[0] <= new[1]
    for stage in stages:
        assert stage.value == value_of(problem, stage.chosen)
        assert counted(with_count(problem, stage.p)).high >= len(stage.chosen)


def test_a_plan_of_another_count_is_not_the_last_phase():
    problem = random_problem(1, "cover", columns=6, demand=10, p=4)
    stages = phases_of(problem, patient(), [1, 3], best=solve(problem, patient()))
    assert stages[-1].best == pytest.approx(best_of(with_count(problem, 3)))
    assert sum(stage.value for stage in stages) == pytest.approx(best_order(problem, [1, 3]))


def test_an_order_can_be_read_back_from_the_columns_of_all_phases():
    problem = random_problem(0, "cover", columns=4)
    stands = np.array([False, True, False, True])
    order = [np.array(chosen, np.int32) for chosen in ([1, 3], [0, 1], [0, 1, 2])]
    chosen = choice_of(order, stands)
    assert [mine.tolist() for mine in order_of(chosen, 3, stands)] == [mine.tolist() for mine in order]
    whole = expanded([with_count(problem, 4)] * 3, stands)
    assert value_of(whole, chosen) == sum(value_of(problem, mine) for mine in order)
    assert expanded([problem._replace(objective="farthest")], stands) is None


def test_where_all_is_covered_already_there_is_nothing_to_lose():
    problem = random_problem(0, "cover", columns=4)
    problem.kept[:] = 1
    assert [stage.value for stage in phases_of(problem, patient(), [1, 2])] == [problem.weight.sum()] * 2
    assert [point.bound for point in curve_of(problem, patient(), [1, 2])] == [problem.weight.sum()] * 2
    assert phases_of(problem, patient(), []) == curve_of(problem, patient(), []) == []
