"""The fairest plan against all plans; the Gini coefficient against the Lorenz curve."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.analyses.siting.fairness import district_shares, fair_of, gini
from geo.analyses.siting.problem import Rule
from geo.analyses.siting.values import value_of
from tests.analyses.siting.choices import allowed, patient, random_problem, worth

SHAPES = [(1, False), (1, True), (2, True)]


def worst_share(problem, label, counts, chosen) -> float:
    shares = []
    for district in np.flatnonzero(counts):
        here = problem._replace(weight=np.where(label == district, problem.weight, 0.0))
        shares.append(worth(here, chosen) / here.weight.sum())
    return min(shares)


@pytest.mark.parametrize(("backup", "kept"), SHAPES)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_no_plan_has_a_better_worst_district_and_none_as_fair_covers_more(backup, kept, seed):
    rule = Rule("spacing", np.array([0, 3], np.int32), np.ones(2), -np.inf, 1.0)
    problem = random_problem(seed, "cover", demand=18, backup=backup, kept=kept, rules=(rule,))
    label = np.random.default_rng(seed).integers(0, 3, 18)
    start = np.array(max(allowed(problem), key=lambda chosen: worth(problem, chosen)), np.int32)
    fair = fair_of(problem, label, patient(), start=start)
    plans = [
        (worst_share(problem, label, fair.counts, chosen), worth(problem, chosen))
        for chosen in allowed(problem)
    ]
    best = max(share for share, _ in plans)
    assert fair.worst == pytest.approx(best)
    assert fair.bound == pytest.approx(best, abs=1e-6)
    assert fair.worst == pytest.approx(worst_share(problem, label, fair.counts, fair.chosen))
    assert fair.value == value_of(problem, fair.chosen)
    assert fair.value == pytest.approx(max(value for share, value in plans if share > best - 1e-9))
    assert tuple(fair.chosen.tolist()) in set(allowed(problem))


def test_without_time_the_plan_is_as_it_was_and_the_bound_still_holds():
    problem = random_problem(4, "cover", demand=18)
    label = np.arange(18) % 3
    start = np.array([2], np.int32)
    fair = fair_of(problem, label, patient()._replace(left=lambda: 0.0), start=start)
    assert fair.chosen.tolist() == [2]
    best = max(worst_share(problem, label, fair.counts, chosen) for chosen in allowed(problem))
    assert fair.worst <= best <= fair.bound


def test_a_district_that_no_column_can_help_does_not_count():
    problem = random_problem(1, "cover", demand=18)
    keep = problem.reach.demand != 0
    start = np.concatenate([[0], np.cumsum(keep)])[problem.reach.start]
    reach = problem.reach._replace(
        start=start, demand=problem.reach.demand[keep], cost=problem.reach.cost[keep]
    )
    problem = problem._replace(reach=reach)
    problem.weight[0] = 5.0
    label = np.minimum(np.arange(18), 1)
    fair = fair_of(problem, label, patient(), start=np.empty(0, np.int32))
    assert fair.counts.tolist() == [False, True]
    best = max(worst_share(problem, label, fair.counts, chosen) for chosen in allowed(problem))
    assert fair.worst == pytest.approx(best)
    nobody = fair_of(
        problem._replace(upper=np.zeros(7, np.int8)), label, patient(), start=np.empty(0, np.int32)
    )
    assert (nobody.worst, nobody.bound, nobody.counts.tolist()) == (1.0, 1.0, [False, False])


def test_shares_of_districts_are_those_of_their_own_demand():
    problem = random_problem(3, "cover", kept=True)
    label = np.arange(14) % 4
    problem.weight[label == 2] = 0.0
    chosen = np.array([1, 5], np.int32)
    shares = district_shares(problem, label, chosen)
    for district in (0, 1, 3):
        assert shares[district] == pytest.approx(
            worst_share(problem, label, np.arange(4) == district, chosen)
        )
    assert np.isnan(shares[2])


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.1, 100)), min_size=1, max_size=8))
def test_gini_is_twice_the_area_between_the_lorenz_curve_and_equality(places):
    share, weight = (np.array(column) for column in zip(*sorted(places), strict=True))
    if weight @ share <= 1e-9:
        return
    people = np.concatenate([[0], np.cumsum(weight)]) / weight.sum()
    covered = np.concatenate([[0], np.cumsum(weight * share)]) / (weight @ share)
    under = np.sum(np.diff(people) * (covered[1:] + covered[:-1]) / 2)
    assert gini(share, weight) == pytest.approx(1 - 2 * under, abs=1e-9)
