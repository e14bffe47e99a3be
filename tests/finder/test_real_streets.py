"""Real extracts: the nearest of 500 places of 济南 by line and on foot, and ways through other cities."""

import csv
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import orjson
import pytest

from geo.crs import Crs
from geo.db.engine import open_engine, writing
from geo.db.upgrade import upgrade
from geo.finder import Question, find_nearest, find_route
from geo.ingest.stations import read_stations
from geo.ingest.table import open_table
from geo.loading import keep_streets
from geo.model.hours import CHINA
from geo.model.place import Point
from geo.registry.load import load_stations
from geo.registry.nearest import Index
from geo.registry.snapshot_read import read_snapshot
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.registry.conftest import station_row

pytestmark = pytest.mark.real_data
NOW = datetime(2026, 10, 14, 10, tzinfo=CHINA)
CITIES = ["monaco/monaco.osm.pbf", "porto-alegre/porto-alegre.osm.pbf", "jinan/jinan.osm.pbf"]


class Case(NamedTuple):
    """An origin, its nearest by line and on foot, and the margin to the second nearest on foot."""

    point: Point
    nearest_line: str
    line_m: float
    nearest_walk: str
    walk_m: float
    margin_m: float


def cases(real_data: Path) -> list[Case]:
    with (real_data / "jinan" / "nearest_expected_500.csv").open(newline="") as file:
        return [
            Case(
                Point(float(row["lon"]), float(row["lat"])),
                row["nearest_line"],
                float(row["line_m"]),
                row["nearest_walk"],
                float(row["walk_m"]),
                float(row["margin_m"]),
            )
            for row in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def jinan(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Index:
    settings = Settings(home=tmp_path_factory.mktemp("jinan"))
    engine = open_engine(settings)
    upgrade(engine)
    table = open_table(real_data / "jinan" / "sample_stations_60.csv", max_bytes=1_000_000)
    with writing(engine) as session:
        rows = read_stations(table, crs=Crs.WGS84, kind=None)
        report = load_stations(
            session, rows, source="sample", file="sample.csv", who="li", code_prefix="JN", strict=False
        )
    assert report.added == 60
    keep_streets(engine, settings, real_data / "jinan" / "jinan.osm.pbf")
    snapshot = read_snapshot(engine)
    engine.dispose()
    return Index(snapshot, settings.home)


def nearest(index: Index, point: Point, by: str) -> tuple[str, float]:
    answer = find_nearest(index, Question(point=point, k=1, by=by), now=NOW)
    assert answer.by == by
    first = answer.found[0]
    return orjson.loads(index.snapshot.doc(first.row))["name"], first.distance_m


def test_all_500_are_the_same_by_line(jinan: Index, real_data: Path):
    for case in cases(real_data):
        name, metres = nearest(jinan, case.point, "line")
        assert (name, metres) == (case.nearest_line, pytest.approx(case.line_m, abs=0.1)), case


def test_all_500_are_the_same_on_foot(jinan: Index, real_data: Path):
    differ = 0
    for case in cases(real_data):
        name, metres = nearest(jinan, case.point, "walk")
        if case.margin_m > 5:
            assert name == case.nearest_walk, case
        assert abs(metres - case.walk_m) <= 0.005 * case.walk_m + 1, case
        differ += case.nearest_line != name
    assert differ == pytest.approx(0.228 * 500, abs=3)


@pytest.mark.parametrize("name", CITIES)
@pytest.mark.parametrize("by", ["walk", "ebike"])
def test_a_city_loads_and_routes(tmp_path: Path, real_data: Path, name: str, by: str):
    settings = Settings(home=tmp_path)
    engine = open_engine(settings)
    upgrade(engine)
    kept = keep_streets(engine, settings, real_data / name)
    west, south = kept.streets.west, kept.streets.south
    width, height = kept.streets.east - west, kept.streets.north - south
    rng = np.random.default_rng(7)
    with writing(engine) as session:
        places = [(west + width * a, south + height * b) for a, b in rng.random((40, 2)).tolist()]
        rows = [station_row(n, lon=lon, lat=lat) for n, (lon, lat) in enumerate(places, 1)]
        add_stations(session, rows, who="li")
    index = Index(read_snapshot(engine), settings.home)
    engine.dispose()
    routed = 0
    for a, b in rng.random((60, 2)).tolist():
        point = Point(west + width * a, south + height * b)
        answer = find_nearest(index, Question(point=point, k=3, by=by), now=NOW)
        if answer.by == "line":
            continue
        for item in answer.found:
            code = index.snapshot.codes[item.row].decode()
            route = find_route(index, point, code, by, at=NOW)
            assert route.distance_m == pytest.approx(item.distance_m, abs=0.01)
            assert route.steps
            routed += 1
    assert routed >= 10
