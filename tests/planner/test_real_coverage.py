"""Real streets and people: Porto Alegre's 812,935 inhabitants, and 济南 along streets and by line."""

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from geo.db.engine import open_engine, reading, writing
from geo.db.upgrade import upgrade
from geo.loading import keep_streets
from geo.loading_demand import demand_given, keep_demand
from geo.model.demand import Demand
from geo.model.study import Places, Study
from geo.planner.files import write_files
from geo.planner.ground import ground_of
from geo.planner.question import Ask
from geo.planner.run import study_of
from geo.registry.areas import read_index
from geo.registry.nearest import Index
from geo.registry.snapshot_read import read_snapshot
from geo.registry.write import add_stations
from geo.report.study_words import line_words
from geo.settings import Settings
from tests.planner.oracle import costs
from tests.registry.conftest import station_row

pytestmark = pytest.mark.real_data
TODAY = date(2026, 11, 23)
PEOPLE = 812_935


def registry(home: Path, spots: list[tuple[float, float]], streets: Path) -> Settings:
    settings = Settings(home=home)
    engine = open_engine(settings)
    upgrade(engine)
    hours = ["24/7", "Mo-Su 08:00-18:00", "Mo-Fr 09:00-17:00", None]
    rows = [
        station_row(n, lon=lon, lat=lat, hours_osm=hours[n % 4], hours_raw="x")
        for n, (lon, lat) in enumerate(spots, 1)
    ]
    with writing(engine) as session:
        add_stations(session, rows, who="li", why="test")
    keep_streets(engine, settings, streets)
    return settings


@pytest.fixture(scope="module")
def porto_alegre(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Settings:
    folder = real_data / "porto-alegre"
    with (folder / "demand_hexgrid.csv").open(newline="") as file:
        cells = [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)]
    settings = registry(tmp_path_factory.mktemp("poa"), cells[::29], folder / "porto-alegre.osm.pbf")
    engine = open_engine(settings)
    keep_demand(engine, settings, folder / "demand_hexgrid.csv", name="人口", weights=["population"])
    return settings


def study(settings: Settings, demand: Demand | None = None, **asked) -> tuple[Study, Places, Index, Demand]:
    engine = open_engine(settings)
    index = Index(read_snapshot(engine), settings.home)
    with reading(engine) as session:
        areas = read_index(session)
    given = demand_given(engine, settings, "人口")
    demand = demand or given.demand
    ask = Ask(demand="人口", **{"limit": 1000.0, **asked})
    found, places = study_of(
        index, areas, given.kept, demand, ask, id_="t", today=TODAY, tell=lambda _share, _step: None
    )
    return found, places, index, demand


@pytest.mark.parametrize("measure", ["metres", "seconds"])
@pytest.mark.parametrize("by", ["walk", "ebike"])
def test_porto_alegre_is_covered_as_scipy_says(porto_alegre: Settings, by: str, measure: str):
    found, places, index, demand = study(porto_alegre, by=by, measure=measure)
    ask = Ask(demand="人口", limit=1000.0, by=by, measure=measure)
    weight = demand.weights["population"]
    ground = ground_of(index, demand, weight, ask)
    expected = costs(ground.graph, by, ground.demand, ground.stations, measure).min(axis=0)
    assert np.allclose(places.cost, expected, atol=1e-5)
    assert found["totals"]["weight"] == PEOPLE
    assert found["totals"]["covered"] == weight[expected <= 1000.0].sum()
    sure = np.abs(expected - 1000.0) > 1e-3
    assert np.array_equal(places.covered[sure], expected[sure] <= 1000.0)


def test_rings_nest_and_hours_only_take_away(porto_alegre: Settings):
    shares = [study(porto_alegre, limit=limit)[0]["totals"]["share"] for limit in (300.0, 500.0, 1000.0)]
    assert shares == sorted(shares)
    assert shares[0] < shares[2]
    by_day, at_night = (study(porto_alegre, at=at)[0] for at in ("10:00", "03:00"))
    assert at_night["totals"]["covered"] < by_day["totals"]["covered"] <= shares[2] * PEOPLE
    assert by_day["week"][2][10] == by_day["totals"]["share"]
    assert at_night["week"][2][3] == at_night["totals"]["share"]


def test_the_path_runs_to_the_report(porto_alegre: Settings, tmp_path: Path):
    found, places, _, _ = study(porto_alegre, at="23:00")
    written = write_files(open_engine(porto_alegre), porto_alegre, found, places, tmp_path / "out")
    names = {path.name.rpartition(".")[2] for path in written}
    assert {"html", "pdf", "xlsx", "gpkg", "geojson"} <= names
    report = next(path for path in written if path.suffix == ".html").read_text("utf-8")
    assert "812,935" in report
    assert "OpenStreetMap" in report


def test_jinan_by_street_and_by_line_side_by_side(tmp_path: Path, real_data: Path):
    """What the line promises and the streets do not keep is told, with the reason, in the report's words."""
    folder = real_data / "jinan"
    with (folder / "sample_stations_60.csv").open(newline="") as file:
        spots = [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)]
    with (folder / "nearest_expected_500.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    settings = registry(tmp_path, spots, folder / "jinan.osm.pbf")
    demand = tmp_path / "人口.csv"
    demand.write_text("lon,lat,人\n" + "".join(f"{row['lon']},{row['lat']},1\n" for row in rows), "utf-8")
    keep_demand(open_engine(settings), settings, demand)
    found, _, _, _ = study(settings)
    walk = np.array([float(row["walk_m"]) for row in rows])
    line = np.array([float(row["line_m"]) for row in rows])
    assert found["totals"]["covered"] == (walk <= 1000.0).sum()
    assert found["by_line"]["covered"] == (line <= 1000.0).sum()
    assert found["by_line"]["share"] > found["totals"]["share"]
    assert "直线穿过河流" in str(line_words(found))
