"""Small siting problems from tables of costs, and what any choice is worth, counted place by place."""

from collections.abc import Iterator
from itertools import combinations

import networkx as nx
import numpy as np

from geo.analyses.siting.problem import Problem, Reach, Rule, Watch

__all__ = ["allowed", "best_of", "count_rule", "patient", "random_problem", "table_of", "worth"]

INF = float("inf")
OBJECTIVES = ("cover", "all", "distance", "farthest")


def patient(*, iterations: int = 200, seed: int = 0) -> Watch:
    """Return a watch that never runs out."""
    return Watch(lambda: 3600.0, lambda value, bound: None, iterations, seed)


def count_rule(columns: int, p: int) -> Rule:
    return Rule("count", np.arange(columns, dtype=np.int32), np.ones(columns), -INF, float(p))


def random_problem(
    seed: int,
    objective: str,
    *,
    columns: int = 7,
    demand: int = 14,
    p: int = 3,
    backup: int = 1,
    kept: bool = False,
    capacity: bool = False,
    rules: tuple[Rule, ...] = (),
) -> Problem:
    """Return a problem of small whole numbers; with ``distance`` and ``farthest`` everything reaches all."""
    rng = np.random.default_rng(seed)
    whole = objective in ("distance", "farthest")
    table = rng.integers(1, 30, (columns, demand)).astype(float)
    if not whole:
        table[rng.random((columns, demand)) < 0.65] = INF
    by_column = [np.flatnonzero(np.isfinite(row)).astype(np.int32) for row in table]
    start = np.cumsum([0, *map(len, by_column)]).astype(np.int64)
    reach = Reach(start, np.concatenate(by_column), table[np.isfinite(table)])
    weight = rng.integers(0, 9, demand).astype(float)
    stays = rng.random(demand) < 0.2 if kept else np.zeros(demand, bool)
    return Problem(
        objective,
        weight,
        reach,
        np.ones(columns),
        np.zeros(columns, np.int8),
        np.ones(columns, np.int8),
        (count_rule(columns, p), *rules),
        stays.astype(np.int32),
        np.where(stays, rng.integers(1, 30, demand), INF),
        backup,
        np.ceil(np.full(columns, weight.sum() / p * (1.2 if whole else 0.4))) if capacity else None,
    )


def table_of(problem: Problem) -> np.ndarray:
    """Return costs, columns by demand, inf out of reach."""
    table = np.full((len(problem.price), len(problem.weight)), INF)
    for column in range(len(problem.price)):
        part = slice(problem.reach.start[column], problem.reach.start[column + 1])
        table[column, problem.reach.demand[part]] = problem.reach.cost[part]
    return table


def worth(problem: Problem, chosen) -> float:
    """Return a choice's value by its definition."""
    table = table_of(problem)[list(chosen)]
    if problem.capacity is not None:
        return _flow(problem, list(chosen), table)
    times = problem.kept + np.isfinite(table).sum(axis=0)
    if problem.objective == "cover":
        return float(problem.weight[times >= problem.backup].sum())
    if problem.objective == "all":
        usable = np.isfinite(table_of(problem)[problem.upper > 0]).sum(axis=0) + problem.kept
        lacking = (usable >= problem.backup) & (times < problem.backup)
        return INF if lacking.any() else float(problem.price[list(chosen)].sum())
    costs = np.minimum(problem.kept_cost, table.min(axis=0, initial=INF))
    pairs = [(w, c) for w, c in zip(problem.weight, costs, strict=True) if w > 0]
    if problem.objective == "farthest":
        return max((c for _, c in pairs), default=0.0)
    return sum(w * c for w, c in pairs)


def _flow(problem: Problem, chosen: list[int], table: np.ndarray) -> float:
    graph = nx.DiGraph()
    graph.add_nodes_from(["from", "to"])
    for row, column in enumerate(chosen):
        graph.add_edge(("column", column), "to", capacity=int(problem.capacity[column]))
        for place in np.flatnonzero(np.isfinite(table[row])).tolist():
            graph.add_edge(("demand", place), ("column", column), weight=int(table[row, place]))
    for place, weight in enumerate(problem.weight.astype(int).tolist()):
        graph.add_edge("from", ("demand", place), capacity=weight)
    flow = nx.max_flow_min_cost(graph, "from", "to")
    served = sum(flow["from"].values())
    if problem.objective == "cover":
        return float(served)
    return float(nx.cost_of_flow(graph, flow)) if served == problem.weight.sum() else INF


def allowed(problem: Problem) -> Iterator[tuple[int, ...]]:
    """Yield all choices that the rules allow, small ones first."""
    for k in range(len(problem.price) + 1):
        for chosen in combinations(range(len(problem.price)), k):
            opened = np.isin(np.arange(len(problem.price)), chosen)
            sums = [(rule.low, rule.coef @ opened[rule.column], rule.high) for rule in problem.rules]
            box = (problem.lower <= opened).all() and (opened <= problem.upper).all()
            if box and all(low - 1e-9 <= total <= high + 1e-9 for low, total, high in sums):
                yield chosen


def best_of(problem: Problem) -> float:
    """Return the best value of all choices allowed."""
    values = [worth(problem, chosen) for chosen in allowed(problem)]
    return max(values) if problem.objective == "cover" else min(values)
