"""What columns are worth, against choices counted place by place with the column and without it."""

import numpy as np
import pytest

from geo.analyses.siting.changes import serves_of, worth_of
from geo.analyses.siting.values import may_add, obeys, rows_of, value_of
from tests.analyses.siting.choices import OBJECTIVES, allowed, random_problem, table_of, worth

CASES = [
    *((objective, kept, 1, False) for objective in OBJECTIVES for kept in (False, True)),
    *((objective, kept, 2, False) for objective in ("cover", "all") for kept in (False, True)),
    *((objective, False, 1, True) for objective in ("cover", "distance")),
]


def problems(seeds: int = 3):
    for seed in range(seeds):
        for objective, kept, backup, capacity in CASES:
            shape = {"kept": kept, "backup": backup, "capacity": capacity}
            yield random_problem(seed, objective, columns=5, demand=9, **shape)


def choices(count: int, seed: int = 0) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [np.flatnonzero(rng.random(count) < share).astype(np.int32) for share in (0.0, 0.3, 0.6, 1.0)]


@pytest.mark.parametrize("problem", list(problems()), ids=lambda problem: problem.objective)
def test_a_choice_is_worth_what_counting_says(problem):
    for chosen in choices(len(problem.price)):
        assert value_of(problem, chosen) == pytest.approx(worth(problem, chosen))


@pytest.mark.parametrize("problem", list(problems()), ids=lambda problem: problem.objective)
def test_a_column_is_worth_the_difference_it_makes(problem):
    columns = np.arange(len(problem.price), dtype=np.int32)
    # With "all", what a column covers counts, not what it costs.
    counted = problem._replace(objective="cover") if problem.objective == "all" else problem
    for chosen in choices(len(columns)):
        values = [
            (worth(counted, sorted({*chosen} - {i})), worth(counted, sorted({*chosen} | {i})))
            for i in columns
        ]
        expected = [0.0 if without == with_ else abs(with_ - without) for without, with_ in values]
        found = worth_of(problem, columns, chosen)
        known = np.array([np.isfinite(with_) for _, with_ in values])
        assert found[known] == pytest.approx(np.array(expected)[known])
        assert worth_of(problem, chosen, chosen).tolist() == found[chosen].tolist()


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_demand_goes_to_the_nearest_and_of_equals_to_what_stands_then_the_lowest(objective):
    problem = random_problem(4, objective, kept=True)
    chosen = np.array([0, 2, 5], np.int32)
    table = table_of(problem)
    expected = dict.fromkeys(chosen.tolist(), 0.0)
    for place, weight in enumerate(problem.weight):
        cost, column = min((table[i, place], i) for i in expected)
        if cost < problem.kept_cost[place]:
            expected[column] += weight
    assert serves_of(problem, chosen).tolist() == list(expected.values())


def test_with_capacity_no_column_serves_more_than_it_can():
    for objective in ("cover", "distance"):
        problem = random_problem(2, objective, capacity=True)
        chosen = np.array([0, 1, 3, 6], np.int32)
        served = serves_of(problem, chosen)
        assert (served <= problem.capacity[chosen] + 1e-6).all()
        if objective == "cover":
            assert served.sum() == pytest.approx(value_of(problem, chosen))
        else:
            assert served.sum() == pytest.approx(problem.weight.sum())


def test_a_plan_can_make_a_station_redundant_that_is_not_so_now():
    problem = random_problem(7, "cover")
    standing = np.array([1, 4], np.int32)
    everything = np.arange(len(problem.price), dtype=np.int32)
    before, after = (worth_of(problem, standing, chosen) for chosen in (standing, everything))
    for place, column in enumerate(standing.tolist()):
        alone = worth(problem, standing) - worth(problem, standing[standing != column])
        beside = worth(problem, everything) - worth(problem, everything[everything != column])
        assert (before[place], after[place]) == (alone, beside)


def test_rules_are_kept_when_the_sums_lie_between_their_sides():
    problem = random_problem(1, "cover", columns=5, p=2)
    rows, allowed_choices = rows_of(problem), set(allowed(problem))
    columns = np.arange(5, dtype=np.int32)
    for mask in range(32):
        chosen = columns[(mask >> columns) % 2 == 1]
        assert obeys(problem, rows, chosen) == (tuple(chosen.tolist()) in allowed_choices)
        if obeys(problem, rows, chosen):
            more = [i not in chosen and obeys(problem, rows, np.append(chosen, i)) for i in columns]
            assert may_add(problem, rows, chosen).tolist() == more
