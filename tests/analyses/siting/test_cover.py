"""Maximal covering finds what trying everything finds, keeps every rule, and never bounds too low."""

import numpy as np
import pytest

from geo.analyses.siting import cover
from geo.analyses.siting.bound import dual_bound
from geo.analyses.siting.cover import solve_cover
from geo.analyses.siting.merge import merge_demand
from geo.analyses.siting.problem import Rule
from geo.analyses.siting.roots import master_of, root_bound
from geo.errors import InputError
from tests.analyses.siting.choices import INF, allowed, best_of, count_rule, patient, random_problem, worth
from tests.analyses.siting.options import problem_with_options


class CancelledError(Exception):
    """Whoever asked has gone."""


def far_more(seed: int = 0, **options):
    return random_problem(seed, "cover", columns=24, demand=120, p=4, **options)


@pytest.mark.parametrize("seed", range(200))
def test_it_is_as_good_as_trying_all_choices(seed):
    problem = problem_with_options("cover", seed)
    best = max((worth(problem, chosen) for chosen in allowed(problem)), default=-INF)
    if best == -INF:
        with pytest.raises(InputError) as caught:
            solve_cover(problem, patient())
        assert caught.value.parameter == "rules"
        return
    found = solve_cover(problem, patient(iterations=20))
    assert found.value == pytest.approx(best, abs=1e-9)
    assert found.value == pytest.approx(worth(problem, found.chosen), abs=1e-9)
    assert tuple(found.chosen.tolist()) in set(allowed(problem))
    assert found.proven
    assert found.bound == found.value
    assert found.duals is None or dual_bound(problem, merge_demand(problem), found.duals) >= best - 1e-9


@pytest.mark.parametrize("seed", range(40))
def test_a_few_kicks_alone_are_within_the_rules_and_the_bound(seed):
    problem = problem_with_options("cover", seed)
    start = next(allowed(problem), None)
    if start is None:
        return
    moments = iter([9.0] * 6)
    hurried = patient(iterations=5)._replace(left=lambda: next(moments, 0.0))
    found = solve_cover(problem, hurried, start=np.array(start, np.int32))
    assert tuple(found.chosen.tolist()) in set(allowed(problem))
    assert found.value <= best_of(problem) + 1e-9
    assert found.bound >= best_of(problem) - 1e-9


def test_exactly_so_many_are_opened_when_the_rule_says_so():
    problem = random_problem(3, "cover", p=5)
    rule = count_rule(7, 5)._replace(low=5.0)
    assert len(solve_cover(problem._replace(rules=(rule,)), patient()).chosen) == 5


def test_rules_that_contradict_each_other_are_told():
    problem = random_problem(3, "cover", p=2)
    least = Rule("area:1", np.arange(7, dtype=np.int32), np.ones(7), 3.0, INF)
    with pytest.raises(InputError):
        solve_cover(problem._replace(rules=(*problem.rules, least)), patient())


def test_what_nobody_can_reach_leaves_nothing_to_choose():
    problem = random_problem(1, "cover")
    found = solve_cover(problem._replace(weight=np.zeros_like(problem.weight)), patient())
    assert (found.value, found.bound, found.proven) == (0.0, 0.0, True)


def test_the_same_seed_and_rounds_give_the_same_answer():
    first, again = (solve_cover(far_more(), patient(iterations=30, seed=5)) for _ in range(2))
    assert np.array_equal(first.chosen, again.chosen)
    assert (first.value, first.bound) == (again.value, again.bound)
    assert all(np.array_equal(one, other) for one, other in zip(first.duals, again.duals, strict=True))


def test_a_choice_to_begin_with_is_never_made_worse():
    best = solve_cover(far_more(), patient())
    again = solve_cover(far_more(), patient()._replace(left=lambda: 0.0), start=best.chosen)
    assert again.value == best.value
    assert not again.proven


def test_values_and_bounds_told_only_become_better_and_end_with_the_answer():
    told = []
    watch = patient()._replace(tell=lambda value, bound: told.append((value, bound)))
    found = solve_cover(far_more(), watch)
    values, bounds = (list(part) for part in zip(*told, strict=True))
    assert values == sorted(values)
    assert bounds == sorted(bounds, reverse=True)
    assert all(value <= bound for value, bound in told)
    assert values[-1] == found.value
    assert bounds[-1] == pytest.approx(found.bound)


@pytest.mark.parametrize("after", [1, 2, 4])
def test_whoever_listens_can_end_it(after):
    left = iter(range(after - 1))

    def tell(value, bound):
        if next(left, None) is None:
            raise CancelledError

    with pytest.raises(CancelledError):
        solve_cover(far_more(), patient()._replace(tell=tell))


def test_with_tolerance_it_ends_sooner_and_says_so():
    found = solve_cover(far_more(), patient(), tolerance=0.5)
    assert found.bound - found.value <= 0.5 * found.value
    assert not found.proven


@pytest.mark.parametrize("seed", range(5))
def test_one_linear_program_bounds_every_count(seed):
    problem = random_problem(seed, "cover", columns=9, demand=60)
    root, inner = master_of(problem, 1, seed=0), np.zeros(9)
    bounds = []

    def bound_of(master, p, inner):
        return root_bound(master, p, patient(), inner.copy(), tell=lambda bound: True)

    for p in (1, 2, 3, 6, 4):
        asked = problem._replace(rules=(count_rule(9, p),))
        relaxed = bound_of(root, p, inner)
        inner = relaxed.y
        bounds.append(relaxed.bound)
        assert relaxed.bound >= best_of(asked) - 1e-9
        assert dual_bound(asked, merge_demand(asked), relaxed.duals) == pytest.approx(relaxed.bound)
        alone = bound_of(master_of(asked, p, seed=0), p, np.zeros(9))
        assert relaxed.bound == pytest.approx(alone.bound, rel=1e-5)
    assert bounds[:4] == sorted(bounds[:4])


@pytest.mark.parametrize("seed", range(10))
def test_what_is_too_large_for_a_proof_is_searched_again_and_again(seed, monkeypatch):
    monkeypatch.setattr(cover, "_MOST", 0)
    problem = problem_with_options("cover", seed)
    best = max((worth(problem, chosen) for chosen in allowed(problem)), default=-INF)
    if best > -INF:
        found = solve_cover(problem, patient(iterations=2000))
        assert tuple(found.chosen.tolist()) in set(allowed(problem))
        assert found.value == pytest.approx(best, abs=1e-9)
        assert found.bound >= best - 1e-9
