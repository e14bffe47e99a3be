"""Small problems at random with every option that set covering, p-center and p-median have."""

import numpy as np

from geo.analyses.siting.problem import Duals, Problem, Reach, Rule, Solution
from tests.analyses.siting.choices import INF, allowed, count_rule, worth

__all__ = ["check_best", "dual_bound", "least", "problem_with_options", "town_problem"]


def problem_with_options(objective: str, seed: int) -> Problem:
    """Return one of 8 columns and 12 demand at most: some must or must not be open; what is kept; rules."""
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(2, 9)), int(rng.integers(1, 13))
    table = np.where(rng.random((n, d)) < rng.uniform(0.3, 1.0), rng.integers(1, 30, (n, d)), 0)
    column, demand = np.nonzero(table)
    start = np.searchsorted(column, np.arange(n + 1)).astype(np.int64)
    kept_cost = np.where(rng.random(d) < 0.3, rng.integers(1, 30, d), INF)
    upper = (rng.random(n) < 0.85).astype(np.int8)
    rules = [] if objective == "all" else [count_rule(n, int(rng.integers(1, n + 1)))]
    prices = np.ones(n), rng.integers(1, 5, n).astype(float), rng.uniform(0.5, 4, n)
    return Problem(
        objective,
        np.where(rng.random(d) < 0.1, 0, rng.integers(1, 50, d)).astype(float),
        Reach(start, demand.astype(np.int32), table[column, demand].astype(float)),
        prices[rng.integers(3)],
        upper * (rng.random(n) < 0.15).astype(np.int8),
        upper,
        (*rules, *_rules(rng, n)),
        (np.isfinite(kept_cost) * rng.integers(1, 3, d)).astype(np.int32),
        kept_cost,
        int(rng.integers(1, 4)) if objective == "all" else 1,
    )


def town_problem(objective: str, seed: int, *, columns: int = 40, demand: int = 120, p: int = 4) -> Problem:
    """Return a problem of places in a plane, that all reach each other, or with ``all`` those near."""
    rng = np.random.default_rng(seed)
    here, there = rng.uniform(0, 1000, (columns, 2)), rng.uniform(0, 1000, (demand, 2))
    table = np.rint(np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1)))
    column, place = np.nonzero(table <= (150.0 if objective == "all" else INF))
    return Problem(
        objective,
        rng.integers(1, 100, demand).astype(float),
        Reach(np.searchsorted(column, np.arange(columns + 1)), place.astype(np.int32), table[column, place]),
        np.ones(columns),
        np.zeros(columns, np.int8),
        np.ones(columns, np.int8),
        () if objective == "all" else (count_rule(columns, p),),
        np.zeros(demand, np.int32),
        np.full(demand, INF),
    )


def _rules(rng: np.random.Generator, n: int) -> list[Rule]:
    """Return some of: a budget, two that exclude each other, at least one of some, one only with another."""
    some, pair = np.flatnonzero(rng.random(n) < 0.5), np.sort(rng.choice(n, 2, replace=False))
    drawn = [
        (0.4, "budget", np.arange(n), rng.integers(1, 6, n), -INF, float(rng.integers(4, 4 * n))),
        (0.3, "spacing", pair, [1, 1], -INF, 1.0),
        (0.3 if len(some) else 0.0, "area:1", some, np.ones(len(some)), 1.0, INF),
        (0.2, "building", pair, [1, -1], 0.0, INF),
    ]
    return [
        Rule(name, column.astype(np.int32), np.asarray(coef, float), low, high)
        for often, name, column, coef, low, high in drawn
        if rng.random() < often
    ]


def least(problem: Problem) -> float:
    """Return the least value of all choices, inf where there is none."""
    return min((worth(problem, chosen) for chosen in allowed(problem)), default=INF)


def check_best(problem: Problem, solution: Solution, best: float) -> None:
    """Hold a solution against the least value there is."""
    assert solution.proven
    assert solution.value == solution.bound
    assert abs(solution.value - best) <= 1e-9 * best
    assert abs(worth(problem, solution.chosen.tolist()) - best) <= 1e-9 * best
    assert tuple(solution.chosen.tolist()) in set(allowed(problem))


def dual_bound(problem: Problem, duals: Duals, need: np.ndarray, price: np.ndarray) -> float:
    """Return what multipliers of rows ``sum of columns >= need``, and of rules, prove of a sum of prices."""
    reduced, total = price.copy(), float(duals.demand @ need)
    for column, start in enumerate(problem.reach.start[:-1]):
        reduced[column] -= duals.demand[problem.reach.demand[start : problem.reach.start[column + 1]]].sum()
    for rule, by in zip(problem.rules, duals.rules, strict=True):
        reduced[rule.column] -= by * rule.coef
        total += by * (rule.low if by > 0 else rule.high) if by else 0.0
    return total + float(np.minimum(problem.lower * reduced, problem.upper * reduced).sum())
