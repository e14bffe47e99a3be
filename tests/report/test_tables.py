"""An export holds what the public may know, and can be loaded again."""

import csv
import json
from pathlib import Path

import geopandas
import pytest
from openpyxl import load_workbook
from sqlalchemy import Engine

from geo.crs import Crs, from_wgs84
from geo.db.engine import open_engine, reading, writing
from geo.db.upgrade import upgrade
from geo.errors import InputError
from geo.ingest.stations import read_stations
from geo.ingest.table import open_table
from geo.model.station import INTERNAL, PUBLIC
from geo.registry.load import load_stations
from geo.registry.rows import read_rows
from geo.registry.write import add_stations
from geo.report.tables import write_stations
from geo.settings import Settings
from tests.registry.conftest import station_row

SECRET = "绝密"
ROWS = [
    station_row(
        1,
        kind="nursing_room",
        status="suspended",
        closed_reason="装修",
        aliases=["妈咪小屋", "二号"],
        address="东风路1号",
        district_name="东区",
        hours_raw="周一至周五8:30-17:30",
        hours_osm="Mo-Fr 08:30-17:30",
        hours_makeup=False,
        facilities={"toilet": "yes", "wifi": "no"},
        access_who="mothers",
        access_how="ask",
        star=4,
        honours=["市级最美"],
        capacity=12,
        area_m2=33.5,
        public_phone="12351",
        build_type="共建",
        host_type="商超",
        **dict.fromkeys(("keeper_name", "keeper_phone", "remarks", "verified_by"), SECRET),
        grant_yuan=987654321.0,
        invested_yuan=987654321.0,
    ),
    station_row(2, name='名称"带,符号\n换行', hours_raw=None),
    station_row(3, name="=1+1"),
]


@pytest.fixture(params=[".csv", ".xlsx", ".geojson", ".gpkg"])
def exported(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"stations{request.param}"
    write_stations(ROWS, path, crs="wgs84", decimals=6)
    return path


def test_nothing_internal_gets_out(exported: Path):
    if exported.suffix == ".xlsx":
        book = load_workbook(exported)
        text = "\n".join(str(cell.value) for row in book.active.iter_rows() for cell in row)
    else:
        text = exported.read_bytes().decode("utf-8", "replace")
    assert "妈咪小屋" in text
    assert SECRET not in text
    assert "987654321" not in text


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".geojson"])
def test_an_export_loaded_into_an_empty_registry_is_the_same_registry(suffix: str, tmp_path: Path):
    path = tmp_path / f"stations{suffix}"
    write_stations(ROWS[:1], path, crs="wgs84", decimals=6)
    engine = open_engine(Settings(home=tmp_path / "home"))
    upgrade(engine)
    with writing(engine) as session:
        items = read_stations(open_table(path, max_bytes=10**6), crs=None, kind=None)
        report = load_stations(session, items, source="x", file=path.name, who="li", code_prefix="YZ")
    assert report.added == 1, report.problems
    [row] = _rows(engine)
    kept = {name: ROWS[0].get(name) for name in PUBLIC if ROWS[0].get(name) is not None}
    assert {name: row[name] for name in kept} == kept


def test_loading_an_export_back_changes_nothing(tmp_path: Path):
    engine = open_engine(Settings(home=tmp_path / "home"))
    upgrade(engine)
    with writing(engine) as session:
        add_stations(session, ROWS[:1], who="li")
    before = _rows(engine)
    path = tmp_path / "out.xlsx"
    write_stations(before, path, crs="wgs84", decimals=8)
    with writing(engine) as session:
        items = read_stations(open_table(path, max_bytes=10**6), crs=None, kind=None)
        report = load_stations(session, items, source="out", file="f", who="li", code_prefix="YZ")
    assert (report.changed, report.same) == (0, 1)
    assert _rows(engine) == before


def test_positions_are_in_the_system_asked_for(tmp_path: Path):
    path = tmp_path / "s.csv"
    write_stations(ROWS, path, crs="gcj02", decimals=5)
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = next(csv.DictReader(file))
    lon, lat = from_wgs84(ROWS[0]["lon"], ROWS[0]["lat"], Crs.GCJ02)
    assert (float(first["经度"]), float(first["纬度"])) == (round(lon, 5), round(lat, 5))
    assert first["坐标系"] == "gcj02"


def test_an_entrance_is_in_the_same_system_as_its_station(tmp_path: Path):
    row = station_row(1, entrance_lon=113.6655432198, entrance_lat=34.7521987654)
    path = tmp_path / "s.csv"
    write_stations([row, station_row(2)], path, crs="gcj02", decimals=5)
    with path.open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    shifted = from_wgs84(row["entrance_lon"], row["entrance_lat"], Crs.GCJ02)
    assert (first["入口经度"], first["入口纬度"]) == tuple(str(round(degrees, 5)) for degrees in shifted)
    assert (second["入口经度"], second["入口纬度"]) == ("", "")
    with path.open("rb"):
        [draft, _] = read_stations(open_table(path, max_bytes=10**6), crs=None, kind=None)
    assert draft.values["entrance_lon"] == pytest.approx(row["entrance_lon"], abs=2e-5)


def test_text_that_a_spreadsheet_would_run_is_defused(tmp_path: Path):
    path = tmp_path / "s.csv"
    write_stations(ROWS, path, crs="wgs84", decimals=6)
    assert "\n'=1+1," not in path.read_text("utf-8-sig")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [row["站点名称"] for row in csv.DictReader(file)][2] == "'=1+1"


def test_no_stations_is_a_file_all_the_same(tmp_path: Path):
    for suffix in (".csv", ".xlsx", ".geojson", ".gpkg"):
        write_stations([], tmp_path / f"s{suffix}", crs="wgs84", decimals=6)
    assert json.loads((tmp_path / "s.geojson").read_text())["features"] == []


def test_geopackage_opens_with_its_system(tmp_path: Path):
    write_stations(ROWS, tmp_path / "s.gpkg", crs="wgs84", decimals=6)
    frame = geopandas.read_file(tmp_path / "s.gpkg", layer="stations")
    assert frame.crs.to_epsg() == 4326
    # No spreadsheet will run it.
    assert frame["name"][2] == "=1+1"
    assert list(frame["code"]) == [row["code"] for row in ROWS]
    assert not set(frame.columns) & set(INTERNAL)
    with pytest.raises(InputError, match="gcj02"):
        write_stations(ROWS, tmp_path / "t.gpkg", crs="gcj02", decimals=6)
    assert not (tmp_path / "t.gpkg").exists()


def test_an_unknown_extension_is_named(tmp_path: Path):
    with pytest.raises(InputError, match=r"\.doc"):
        write_stations(ROWS, tmp_path / "s.doc", crs="wgs84", decimals=6)


def _rows(engine: Engine) -> list[dict]:
    with reading(engine) as session:
        return [row for _, row in read_rows(session)]
