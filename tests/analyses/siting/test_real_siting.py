"""Optima that others have published are found, and proved by the solver and by the plan's file."""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse.csgraph import shortest_path

from geo.analyses.siting.center import solve_farthest
from geo.analyses.siting.certificate import certificate_of, text_of
from geo.analyses.siting.certify import certify
from geo.analyses.siting.cover import solve_cover
from geo.analyses.siting.lscp import solve_all
from geo.analyses.siting.median import solve_distance
from geo.analyses.siting.problem import Problem, Reach, Solution
from tests.analyses.siting.choices import INF, count_rule, patient

pytestmark = pytest.mark.real_data

PMED = ["pmed1", "pmed2", "pmed3", "pmed4", "pmed5"]
SOLVERS = {"cover": solve_cover, "all": solve_all, "distance": solve_distance, "farthest": solve_farthest}


def problem_of(
    objective: str, weight: np.ndarray, table: np.ndarray, p: int | None, within: float = INF
) -> Problem:
    columns, demand = table.shape
    column, place = np.nonzero(table <= within)
    return Problem(
        objective,
        weight,
        Reach(np.searchsorted(column, np.arange(columns + 1)), place.astype(np.int32), table[column, place]),
        np.ones(columns),
        np.zeros(columns, np.int8),
        np.ones(columns, np.int8),
        () if p is None else (count_rule(columns, p),),
        np.zeros(demand, np.int32),
        np.full(demand, INF),
    )


def or_library(folder: Path, name: str, objective: str) -> Problem:
    """Return an instance: a graph whose every node is both demand and candidate."""
    (nodes, _, p), *edges = np.loadtxt((folder / f"{name}.txt"), int).tolist()
    graph = np.zeros((nodes, nodes))
    for one, other, cost in edges:
        graph[one - 1, other - 1] = graph[other - 1, one - 1] = cost
    return problem_of(objective, np.ones(nodes), shortest_path(graph, directed=False), p)


def san_francisco(folder: Path, objective: str, p: int | None, within: float) -> Problem:
    path = folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    stores, tracts = (sorted({row[key] for row in rows}) for key in ("name", "DestinationName"))
    table, weight = np.full((len(stores), len(tracts)), INF), np.zeros(len(tracts))
    for row in rows:
        store, tract = stores.index(row["name"]), tracts.index(row["DestinationName"])
        table[store, tract], weight[tract] = float(row["distance"]), float(row["demand"])
    return problem_of(objective, weight, table, p, within)


def certified(problem: Problem, solution: Solution) -> dict:
    codes = [f"C{column}" for column in range(len(problem.price))]
    document = certificate_of(problem, solution, codes, watch=patient())
    return certify(text_of(document).decode())


def check(problem: Problem, optimum: float) -> None:
    solution = SOLVERS[problem.objective](problem, patient())
    assert solution.proven
    assert solution.value == solution.bound == pytest.approx(optimum, rel=1e-9)
    proof = certified(problem, solution)
    assert float(proof["value"]) == pytest.approx(optimum, rel=1e-9)
    assert float(proof["certified_bound"]) == pytest.approx(float(proof["value"]), rel=1e-12)


@pytest.mark.parametrize("name", PMED)
@pytest.mark.parametrize(
    ("objective", "column"), [("distance", "p_median_optimum"), ("farthest", "p_center_optimum")]
)
def test_the_or_library_is_solved(real_data, name, objective, column):
    rows = csv.DictReader((real_data / "pmed" / "optima.csv").open(encoding="utf-8"))
    optimum = {row["instance"]: float(row[column]) for row in rows}[name]
    check(or_library(real_data / "pmed", name, objective), optimum)


def test_san_francisco_is_solved(real_data):
    folder, objectives = real_data / "san-francisco", {"LSCP": "all", "MCLP": "cover", "PMEDIAN": "distance"}
    for row in csv.DictReader((folder / "sf_optima_highs.csv").open(encoding="utf-8")):
        p, within = (float(row[key]) if row[key] else None for key in ("p", "radius_m"))
        problem = san_francisco(folder, objectives[row["model"]], p and int(p), within or INF)
        check(problem, float(row["optimum"]))
