"""The real stations of a city, through the commands, into both stores."""

import csv
import json
from pathlib import Path

import pytest
from pyproj import Geod

from geo.crs import Crs, to_wgs84
from tests.cli.test_commands import one_document, run

pytestmark = pytest.mark.real_data
ORIGIN = 113.665, 34.752
OUTSIDE = {"79", "77"}


@pytest.fixture(params=["sqlite", pytest.param("postgis", marks=pytest.mark.postgis)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Environment of an empty registry on each store."""
    if request.param == "sqlite":
        return {}
    env = {"YIZHAN_DATABASE_URL": request.getfixturevalue("postgis_database")}
    assert run(tmp_path, "upgrade", **env).returncode == 0
    return env


def _load(home: Path, real_data: Path, crs: str, env: dict[str, str]) -> dict:
    areas = real_data / "areas" / "zhengzhou_districts_gcj02.geojson"
    assert (
        one_document(run(home, "load", "areas", str(areas), "--crs", "gcj02", "--json", **env))["refused"]
        == 0
    )
    stations = real_data / "zhengzhou" / "zhengzhou_real_82.csv"
    return one_document(run(home, "load", "stations", str(stations), "--crs", crs, "--json", **env))


def _rows(real_data: Path) -> list[dict[str, str]]:
    with (real_data / "zhengzhou" / "zhengzhou_real_82.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_all_82_load_and_the_misplaced_are_warned_about(tmp_path: Path, real_data: Path, database: dict):
    report = _load(tmp_path, real_data, "gcj02", database)
    assert (report["added"], report["refused"]) == (82, 0)
    rows = _rows(real_data)
    misplaced = {
        rows[problem["row"] - 2]["id"]
        for problem in report["problems"]
        if problem["severity"] == "warning" and "不在" in problem["reason"]
    }
    assert misplaced >= OUTSIDE
    assert len(misplaced) == 4
    assert not any("坐标系很可能" in problem["reason"] for problem in report["problems"])
    again = _load(tmp_path, real_data, "gcj02", database)
    assert (again["added"], again["changed"], again["same"]) == (0, 0, 82)


def test_declared_wgs84_it_says_that_gcj02_fits_better(tmp_path: Path, real_data: Path):
    report = _load(tmp_path, real_data, "wgs84", {})
    [note] = [p["reason"] for p in report["problems"] if "坐标系很可能是 gcj02" in p["reason"]]
    assert "70 行" in note
    assert "66 行" in note
    assert "61 行" in note


def test_the_right_five_are_nearest(tmp_path: Path, real_data: Path, database: dict):
    _load(tmp_path, real_data, "gcj02", database)
    found = one_document(
        run(tmp_path, "nearest", *map(str, ORIGIN), "--kind", "care_station", "--json", **database)
    )
    geod = Geod(ellps="WGS84")
    measured = []
    for row in _rows(real_data):
        lon, lat = to_wgs84(float(row["lng_gcj02"]), float(row["lat_gcj02"]), Crs.GCJ02)
        measured.append((geod.inv(*ORIGIN, lon, lat)[2], row["name"]))
    expected = sorted(measured)[:5]
    names = [feature["properties"]["name"] for feature in found["features"]]
    distances = [feature["properties"]["distance_m"] for feature in found["features"]]
    assert names == [name for _, name in expected]
    assert distances == pytest.approx([metres for metres, _ in expected], abs=0.02)
    assert "manager" not in json.dumps(found)
