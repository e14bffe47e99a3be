"""Set covering, p-center and p-median find what trying everything finds, and prove it."""

import numpy as np
import pytest

from geo.analyses.siting.center import solve_farthest
from geo.analyses.siting.lscp import solve_all
from geo.analyses.siting.median import solve_distance
from geo.errors import InputError
from tests.analyses.siting.choices import INF, patient
from tests.analyses.siting.options import check_best, least, problem_with_options, town_problem

SOLVERS = {"all": solve_all, "distance": solve_distance, "farthest": solve_farthest}

each = pytest.mark.parametrize("objective", SOLVERS)


@each
@pytest.mark.parametrize("seed", range(100))
def test_they_are_as_good_as_trying_all_choices(objective, seed):
    problem = problem_with_options(objective, seed)
    best = least(problem)
    if best == INF:
        with pytest.raises(InputError):
            SOLVERS[objective](problem, patient(iterations=20))
        return
    check_best(problem, SOLVERS[objective](problem, patient(iterations=20)), best)


@each
def test_the_same_seed_gives_the_same_choice(objective):
    problem = town_problem(objective, 5)
    first, again = (SOLVERS[objective](problem, patient(seed=3)) for _ in range(2))
    assert np.array_equal(first.chosen, again.chosen)


@each
def test_out_of_time_there_still_is_a_choice_and_a_bound(objective):
    problem = town_problem(objective, 1)
    best = SOLVERS[objective](problem, patient())
    hurried = SOLVERS[objective](problem, patient()._replace(left=lambda: 0.0))
    assert hurried.bound <= best.value <= hurried.value
    assert objective == "all" or len(hurried.chosen) <= 4


@each
def test_a_choice_to_begin_with_is_never_made_worse(objective):
    problem = town_problem(objective, 2)
    best = SOLVERS[objective](problem, patient())
    again = SOLVERS[objective](problem, patient()._replace(left=lambda: 0.0), start=best.chosen)
    assert again.value == best.value


@each
def test_values_and_bounds_only_become_better(objective):
    told = []
    problem = town_problem(objective, 3)
    solution = SOLVERS[objective](problem, patient()._replace(tell=lambda *one: told.append(one)))
    values, bounds = np.array(told).T
    assert (np.diff(values) <= 0).all()
    assert (np.diff(bounds) >= 0).all()
    assert values[-1] >= solution.value >= bounds[-1]


@each
def test_what_a_listener_raises_ends_the_work(objective):
    def cancel(*_):
        raise RuntimeError("cancelled")

    with pytest.raises(RuntimeError, match="cancelled"):
        SOLVERS[objective](town_problem(objective, 4), patient()._replace(tell=cancel))
