"""Whatever is asked, the best choice is found, and its plan file proves it by itself."""

import numpy as np
import pytest

from geo.analyses.siting.certificate import certificate_of, text_of
from geo.analyses.siting.certify import certify
from geo.analyses.siting.problem import Problem, Reach, Rule, Watch
from geo.analyses.siting.solve import solve
from geo.errors import InputError
from tests.analyses.siting.choices import (
    INF,
    OBJECTIVES,
    allowed,
    best_of,
    count_rule,
    patient,
    random_problem,
    worth,
)
from tests.analyses.siting.options import problem_with_options

NO_TIME = Watch(lambda: 0.0, lambda value, bound: None)


def check_proved(problem: Problem, best: float) -> None:
    """Solve, write the file, and let the checker say that its value is the best."""
    solution = solve(problem, patient())
    assert solution.proven
    assert solution.value == pytest.approx(best, rel=1e-9)
    assert worth(problem, solution.chosen.tolist()) == pytest.approx(best, rel=1e-9)
    assert tuple(solution.chosen.tolist()) in set(allowed(problem))
    codes = [f"c{column}" for column in range(len(problem.price))]
    told = certify(text_of(certificate_of(problem, solution, codes, watch=patient())))
    assert told["value"] == told["certified_bound"]
    assert float(told["value"]) == pytest.approx(best, rel=1e-9)


def best_or_none(problem: Problem) -> float | None:
    """Return the best value, None where no choice will do."""
    values = [worth(problem, chosen) for chosen in allowed(problem)]
    values = [value for value in values if value < INF]
    return (max if problem.objective == "cover" else min)(values, default=None)


OPTIONS = [
    *({"objective": objective, "kept": kept} for objective in OBJECTIVES for kept in (False, True)),
    *({"objective": "cover", "backup": backup, "kept": True} for backup in (2, 3)),
    {"objective": "all", "backup": 2, "kept": True, "p": 7},
    {"objective": "cover", "capacity": True},
    {"objective": "distance", "capacity": True},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_every_objective(options: dict) -> None:
    for seed in range(4 if options.get("capacity") else 8):
        asked = {"p": 7, **options} if options["objective"] == "all" else options
        check_proved(problem := random_problem(seed, **asked), best_of(problem))


@pytest.mark.parametrize(
    ("objective", "backup"),
    [("cover", 1), ("cover", 2), ("all", 1), ("all", 2), ("distance", 1), ("farthest", 1)],
)
def test_every_rule(objective: str, backup: int) -> None:
    """Budgets, at least so many in an area, spacing, buildings, columns that must or must not be opened."""
    for seed in range(24):
        problem = problem_with_options(objective, seed)._replace(backup=backup)
        best = best_or_none(problem)
        if best is not None and np.any(problem.weight > 0):
            check_proved(problem, best)
            continue
        with pytest.raises(InputError):
            solve(problem, patient())


@pytest.mark.parametrize("capacity", [False, True])
def test_weights_that_no_decimal_writes_shortly(capacity: bool) -> None:
    rng = np.random.default_rng(1)
    problem = random_problem(3, "cover", capacity=capacity)
    problem = problem._replace(weight=rng.random(14) * 1e4 / 3)
    if capacity:
        problem = problem._replace(capacity=rng.random(7) * 8e3)
    solution = solve(problem, patient())
    told = certify(text_of(certificate_of(problem, solution, list("abcdefg"), watch=patient())))
    assert float(told["value"]) == pytest.approx(solution.value, rel=1e-6)
    assert told["gap"] <= 1e-9


def test_stations_that_stand_may_be_closed_for_new_ones() -> None:
    for seed in range(8):
        problem = random_problem(seed, "cover")
        moves = Rule("moves", np.arange(2, dtype=np.int32), np.ones(2), 1.0, INF)
        check_proved(problem := problem._replace(rules=(*problem.rules, moves)), best_of(problem))


def test_several_kinds_share_a_building() -> None:
    """Two services in each of three buildings, which costs once: columns 6, 7 and 8 are the buildings."""
    for seed in range(6):
        bare = random_problem(seed, "cover", columns=6, p=6)
        ends = np.append(bare.reach.start, [bare.reach.start[-1]] * 3)
        within = [
            Rule(
                "building", np.array([service, 6 + service // 2], np.int32), np.array([1.0, -1.0]), -INF, 0.0
            )
            for service in range(6)
        ]
        price = np.array([2.0, 3, 2, 1, 3, 2, 5, 4, 6])
        budget = Rule("budget", np.arange(9, dtype=np.int32), price, -INF, 16.0)
        box = np.zeros(9, np.int8)
        problem = bare._replace(
            reach=bare.reach._replace(start=ends),
            price=price,
            lower=box,
            upper=box + 1,
            rules=(*within, budget),
        )
        check_proved(problem, best_of(problem))


def test_longer_hours_of_one_that_stands_against_a_new_one() -> None:
    """Demand by day (0-3) and night (4-7): column 0 makes a station that stands by day open at night, too."""
    by_column = [[4, 5], [2, 3, 6, 7], [1, 2], [0, 7]]
    reach = Reach(
        np.cumsum([0, *map(len, by_column)]),
        np.concatenate(by_column).astype(np.int32),
        np.ones(10),
    )
    kept = np.array([1, 1, 0, 0, 0, 0, 0, 0], np.int32)
    weight = np.array([9.0, 8, 1, 2, 6, 5, 1, 1])
    box = np.zeros(4, np.int8)
    problem = Problem(
        "cover", weight, reach, np.ones(4), box, box + 1, (count_rule(4, 1),), kept, np.where(kept, 1.0, INF)
    )
    assert solve(problem, patient()).chosen.tolist() == [0]
    check_proved(problem, 9 + 8 + 6 + 5)


@pytest.mark.parametrize("options", [{"backup": 2}, {"capacity": True}], ids=str)
def test_cancelling_ends_the_work(options: dict) -> None:
    class CancelledError(Exception):
        pass

    def cancel(value: float, bound: float) -> None:
        raise CancelledError

    problem = random_problem(0, "cover", columns=12, demand=60, **options)
    with pytest.raises(CancelledError):
        solve(problem, patient()._replace(tell=cancel))


def test_a_start_without_time_is_returned() -> None:
    problem = random_problem(5, "cover", backup=2)
    solution = solve(problem, NO_TIME, start=np.array([0, 1, 2], np.int32))
    assert solution.value >= worth(problem, [0, 1, 2])
    assert solution.bound >= best_of(problem)


def test_without_time_the_file_proves_what_multipliers_do() -> None:
    for objective in OBJECTIVES:
        problem = random_problem(2, objective, columns=9, demand=30, p=9 if objective == "all" else 3)
        solution = solve(problem, patient())
        document = certificate_of(problem, solution, list("abcdefghi"), watch=NO_TIME)
        told = certify(text_of(document))
        best = best_of(problem)
        worse = told["certified_bound"] >= best if objective == "cover" else told["certified_bound"] <= best
        assert worse
        assert float(told["value"]) == pytest.approx(best)


@pytest.mark.parametrize(
    ("change", "parameter"),
    [
        ({"weight": np.zeros(14)}, "weight"),
        ({"weight": np.full(14, -1.0)}, "weight"),
        ({"price": np.full(7, np.nan)}, "costs"),
        ({"upper": np.zeros(7, np.int8)}, "candidates"),
        ({"lower": np.ones(7, np.int8), "upper": np.repeat([0, 1], [1, 6]).astype(np.int8)}, "must"),
        ({"rules": (count_rule(7, 9)._replace(low=9.0),)}, "p"),
        ({"backup": 0}, "backup"),
        ({"backup": 2, "capacity": np.ones(7)}, "capacity"),
        ({"capacity": np.full(7, -1.0)}, "capacity"),
        ({"objective": "all", "capacity": np.ones(7)}, "capacity"),
        ({"objective": "farthest", "backup": 2}, "backup"),
        ({"objective": "distance", "upper": np.repeat([1, 0], [1, 6]).astype(np.int8)}, "demand"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(change: dict, parameter: str) -> None:
    problem = random_problem(0, "cover")._replace(**change)
    with pytest.raises(InputError) as told:
        solve(problem, patient())
    assert told.value.parameter == parameter


def test_capacity_below_demand_is_told_where_all_must_be_served() -> None:
    problem = random_problem(0, "distance", capacity=True)._replace(capacity=np.full(7, 1.0))
    with pytest.raises(InputError, match="容量合计至多 7") as told:
        solve(problem, patient())
    assert told.value.parameter == "capacity"


@pytest.mark.parametrize("objective", ["distance", "farthest"])
@pytest.mark.parametrize("kept", [False, True])
def test_a_large_file_is_short_and_proves_as_much(
    objective: str, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = random_problem(4, objective, columns=12, demand=40, p=4, kept=kept)
    solution, codes = solve(problem, patient()), [f"c{column}" for column in range(12)]
    long = certificate_of(problem, solution, codes, watch=NO_TIME)
    monkeypatch.setattr("geo.analyses.siting.shorten._MOST_PAIRS", 60)
    short = certificate_of(problem, solution, codes, watch=NO_TIME)
    assert len(text_of(short)) < len(text_of(long))
    told = certify(text_of(short))
    assert float(told["value"]) == solution.value
    assert solution.duals is None or told["certified_bound"] == long["certified_bound"]
    assert told["certified_bound"] <= solution.value
