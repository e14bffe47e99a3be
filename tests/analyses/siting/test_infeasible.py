"""Why no choice will do: what is named is enough, and nothing of it can be missed."""

from itertools import product

import numpy as np
import pytest

from geo.analyses.siting.infeasible import Conflict, explain
from geo.analyses.siting.problem import Problem, Rule
from geo.analyses.siting.solve import solve
from geo.errors import InputError
from tests.analyses.siting.choices import INF, allowed, count_rule, patient, random_problem, table_of


def rule(name: str, column: list[int], low: float, high: float, coef: list[float] | None = None) -> Rule:
    return Rule(name, np.array(column, np.int32), np.array(coef or [1.0] * len(column)), low, high)


def serves(problem: Problem, chosen: tuple[int, ...], demand: list[int]) -> bool:
    reached = np.isfinite(table_of(problem)[list(chosen)]).sum(axis=0) + problem.kept
    return all(reached[place] >= problem.backup for place in demand)


def has_choice(problem: Problem, conflict: Conflict) -> bool:
    """Return whether any choice satisfies just what a conflict names."""
    free = ~np.isin(np.arange(len(problem.price)), conflict.columns)
    loose = problem._replace(
        rules=tuple(one for one in problem.rules if one.name in conflict.rules),
        lower=np.where(free, 0, problem.lower).astype(np.int8),
        upper=np.where(free, 1, problem.upper).astype(np.int8),
    )
    return any(serves(problem, chosen, conflict.demand.tolist()) for chosen in allowed(loose))


def parts_less(conflict: Conflict) -> list[Conflict]:
    """Return the conflict without each of its parts."""
    return [
        *(conflict._replace(rules=tuple(n for n in conflict.rules if n != name)) for name in conflict.rules),
        *(conflict._replace(columns=np.delete(conflict.columns, i)) for i in range(len(conflict.columns))),
        *(conflict._replace(demand=np.delete(conflict.demand, i)) for i in range(len(conflict.demand))),
    ]


def random_conflict(seed: int) -> Problem:
    """Return a problem of many rules, of which each has a name of its own."""
    rng = np.random.default_rng(seed)
    rules = [count_rule(7, int(rng.integers(1, 4)))]
    for number in range(5):
        some = np.sort(rng.choice(7, int(rng.integers(2, 5)), replace=False)).tolist()
        low, high = ((1.0, INF), (-INF, 1.0), (2.0, INF))[int(rng.integers(3))]
        rules.append(rule(f"area:{number}", some, low, high))
    objective = ("cover", "all")[int(rng.integers(2))]
    problem = random_problem(seed, objective, demand=10, backup=int(rng.integers(1, 3)))
    lower = (rng.random(7) < 0.15).astype(np.int8)
    return problem._replace(rules=tuple(rules), lower=lower)


def test_what_is_named_is_enough_and_as_little_as_can_be() -> None:
    found = 0
    for seed in range(40):
        problem = random_conflict(seed)
        conflict = explain(problem, patient())
        if conflict is None:
            solve(problem, patient())
            continue
        found += 1
        assert not has_choice(problem, conflict)
        assert all(has_choice(problem, less) for less in parts_less(conflict))
        with pytest.raises(InputError) as told:
            solve(problem, patient())
        assert told.value.parameter == "rules"
    assert found > 10


@pytest.mark.parametrize("objective", ["cover", "distance", "farthest"])
def test_rules_are_named_in_words(objective: str) -> None:
    problem = random_problem(0, objective)
    rules = (
        count_rule(7, 1),
        rule("area:370102", [0, 1], 1.0, INF),
        rule("area:370103", [2, 3], 1.0, INF),
        rule("spacing", [4, 5], -INF, 1.0),
    )
    problem = problem._replace(rules=rules)
    assert explain(problem, patient()).rules == ("count", "area:370102", "area:370103")
    with pytest.raises(InputError, match="新建数量、每个区划的最少数量\\(370102\\)"):
        solve(problem, patient())


def test_demand_is_named_that_the_rules_leave_unserved() -> None:
    """Demand 0 and 1 are served by column 0 alone and column 1 alone, which are too near each other."""
    reach = random_problem(0, "all", columns=3, demand=3).reach._replace(
        start=np.array([0, 1, 2, 3]), demand=np.array([0, 1, 2], np.int32), cost=np.ones(3)
    )
    problem = random_problem(0, "all", columns=3, demand=3)._replace(
        reach=reach, rules=(rule("spacing", [0, 1], -INF, 1.0),)
    )
    conflict = explain(problem, patient())
    assert conflict.rules == ("spacing",)
    assert conflict.demand.tolist() == [0, 1]
    with pytest.raises(InputError, match="2 处需求\\(第一处是第 1 处\\),就不能同时满足:站点间距"):
        solve(problem, patient())


def test_capacity_that_does_not_lie_where_it_is_needed() -> None:
    """Enough in all, but what only column 0 can serve is more than it can."""
    problem = random_problem(0, "distance", columns=2, demand=2, p=2)
    reach = problem.reach._replace(
        start=np.array([0, 2, 3]), demand=np.array([0, 1, 1], np.int32), cost=np.ones(3)
    )
    problem = problem._replace(weight=np.array([5.0, 1.0]), reach=reach, capacity=np.array([4.0, 9.0]))
    conflict = explain(problem, patient())
    assert conflict.rules == ()
    assert conflict.demand.tolist() == [0]
    with pytest.raises(InputError, match="第一处是第 1 处") as told:
        solve(problem, patient())
    assert told.value.parameter == "demand"


def test_nothing_is_named_where_there_is_a_choice_or_no_time() -> None:
    for objective, kept in product(("cover", "all", "distance", "farthest"), (False, True)):
        assert explain(random_problem(1, objective, p=7, kept=kept), patient()) is None
