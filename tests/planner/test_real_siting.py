"""Real streets, people and published optima: where stations go, with proof."""

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from geo.analyses.siting.certify import certify
from geo.db.engine import open_engine, reading
from geo.db.upgrade import upgrade
from geo.finder.streets import SNAP_LIMIT_M, graph_of
from geo.ingest.costs import Costs, read_costs
from geo.loading import keep_streets
from geo.loading_demand import keep_demand
from geo.network.snap import snap
from geo.planner.question import Ask
from geo.planner.run import Answer, answer_of
from geo.planner.site_costs import plan_of_costs
from geo.planner.site_question import SiteAsk
from geo.registry.areas import read_index
from geo.registry.demand import read_demand_set
from geo.registry.nearest import Index
from geo.registry.snapshot_read import read_snapshot
from geo.settings import Settings
from tests.planner.oracle import costs as ways

pytestmark = pytest.mark.real_data
PEOPLE = 812_935


@pytest.fixture(scope="module")
def porto_alegre(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Settings:
    folder, settings = real_data / "porto-alegre", Settings(home=tmp_path_factory.mktemp("siting"))
    engine = open_engine(settings)
    upgrade(engine)
    keep_streets(engine, settings, folder / "porto-alegre.osm.pbf")
    keep_demand(engine, settings, folder / "demand_hexgrid.csv", name="人口", weights=["population"])
    return settings


def plan(settings: Settings, **site) -> tuple[Answer, Index]:
    engine = open_engine(settings)
    index = Index(read_snapshot(engine), settings.home)
    with reading(engine) as session:
        areas, (source, demand) = read_index(session), read_demand_set(session, "人口")
    ask = Ask(demand="人口", limit=1000.0, site=SiteAsk(seconds=60.0, **site))
    answer = answer_of(
        index, areas, source, demand, ask, id_="t", today=date(2026, 11, 23), tell=lambda _share, _step: None
    )
    return answer, index


def test_ten_new_stations_for_porto_alegre(porto_alegre: Settings):
    """Proven best among its street corners, and as many reached on foot as scipy counts."""
    answer, index = plan(porto_alegre, p=10)
    found, places = answer.study["plan"], answer.places
    assert found["whole"] == PEOPLE == places.weight.sum()
    assert (len(found["chosen"]), found["proven"], found["gap"]) == (10, True, 0.0)
    # Every corner that there is demand around.
    assert found["candidates"] > 10_000
    graph = graph_of(index, index.snapshot.streets[0])
    lon, lat = (np.array([one[axis] for one in found["chosen"]]) for axis in ("lon", "lat"))
    stations, people = (
        snap(graph, "walk", x, y, limit_m=SNAP_LIMIT_M) for x, y in ((lon, lat), (places.lon, places.lat))
    )
    nearest = ways(graph, "walk", people, stations, "metres").min(axis=0)
    assert places.weight[nearest <= 1000.0].sum() == found["value"]
    proof = certify(answer.certificate.decode())
    # What multipliers of the root prove; the rest is the solver's word.
    assert proof["value"] == found["value"] <= proof["certified_bound"] == found["certified_bound"]
    assert proof["gap"] < 0.0025


@pytest.mark.parametrize("by", ["corners", "demand"])
def test_more_stations_never_cover_less(porto_alegre: Settings, by: str):
    curve = plan(porto_alegre, p=3, candidates=by, curve=6)[0].study["plan"]["curve"]
    values = [point["value"] for point in curve]
    assert values == sorted(values)
    gains = [point["gain"] for point in curve]
    assert gains == sorted(gains, reverse=True)
    assert all(point["value"] <= point["bound"] for point in curve)


def san_francisco(folder: Path, tmp_path: Path) -> Costs:
    """Return the network distances of spopt's example as the command takes them."""
    path = next((folder / "san-francisco").glob("SF_network_distance*.csv"))
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    weight = {row["DestinationName"]: float(row["demand"]) for row in rows}
    lines = [f"{row['name']},{row['DestinationName']},{row['distance']}" for row in rows]
    (tmp_path / "costs.csv").write_text("\n".join(["candidate,demand,cost", *lines]), "utf-8")
    people = [f"{name},{number}" for name, number in weight.items()]
    (tmp_path / "demand.csv").write_text("\n".join(["demand,weight", *people]), "utf-8")
    return read_costs(
        tmp_path / "costs.csv",
        demand=tmp_path / "demand.csv",
        candidates=None,
        capacity=None,
        max_bytes=10_000_000,
    )


def test_published_optima_of_san_francisco_are_reached_and_proven(real_data: Path, tmp_path: Path):
    costs = san_francisco(real_data, tmp_path)
    with (real_data / "san-francisco" / "sf_optima_highs.csv").open(newline="") as file:
        optima = list(csv.DictReader(file))
    objectives = {"LSCP": "all", "MCLP": "cover", "PMEDIAN": "distance", "PCENTER": "farthest"}
    for row in optima:
        site = SiteAsk(
            objective=objectives[row["model"]], p=int(row["p"]) if row["p"] else None, candidates="set:SF"
        )
        within = float(row["radius_m"]) if row["radius_m"] else None
        found = plan_of_costs(costs, site, within=within, tell=lambda _share, _step: None)
        assert found.plan["value"] == pytest.approx(float(row["optimum"]), rel=1e-9), row
        assert found.plan["proven"], row
        proof = certify(found.certificate.decode())
        assert float(proof["certified_bound"]) == pytest.approx(float(row["optimum"]), rel=1e-6), row
