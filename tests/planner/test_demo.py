"""The demo city from load to report, held against scipy."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from geo.db.engine import open_engine, reading
from geo.db.upgrade import upgrade
from geo.demo.load import load_demo
from geo.planner.files import write_files
from geo.planner.ground import ground_of
from geo.planner.question import Ask
from geo.planner.run import study_of
from geo.registry.areas import read_index
from geo.registry.demand import read_demand_set
from geo.registry.nearest import Index
from geo.registry.snapshot_read import read_snapshot
from geo.settings import Settings
from tests.planner.oracle import costs


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(home=tmp_path_factory.mktemp("demo"))
    engine = open_engine(settings)
    upgrade(engine)
    load_demo(engine, settings)
    return settings


@pytest.mark.parametrize(
    ("by", "limit", "measure"), [("walk", 1000.0, "metres"), ("ebike", 300.0, "seconds")]
)
def test_the_demo_city_is_covered_as_scipy_says(demo: Settings, tmp_path: Path, by, limit, measure):
    engine = open_engine(demo)
    index = Index(read_snapshot(engine), demo.home)
    with reading(engine) as session:
        areas = read_index(session)
        source, demand = read_demand_set(session, "demo")
    ask = Ask(demand="demo", limit=limit, by=by, measure=measure)
    found, places = study_of(
        index, areas, source, demand, ask, id_="t", today=date(2026, 11, 23), tell=lambda _share, _step: None
    )
    weight = next(iter(demand.weights.values()))
    ground = ground_of(index, demand, weight, ask)
    expected = costs(ground.graph, by, ground.demand, ground.stations, measure).min(axis=0)
    assert np.allclose(places.cost, expected, atol=1e-5)
    assert found["totals"]["covered"] == weight[expected <= limit].sum()
    rows = [row for row in found["areas"] if row["level"] == "district"]
    assert sum(row["covered"] for row in rows) == pytest.approx(found["totals"]["covered"])
    assert {path.suffix for path in write_files(engine, demo, found, places, tmp_path / by)} >= {
        ".html",
        ".pdf",
    }
