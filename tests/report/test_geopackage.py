"""A GeoPackage is one to GDAL, which QGIS reads it with, and stays one when it is edited."""

import sqlite3
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from pyproj import CRS

from geo.report.geopackage import Layer, Row, write_geopackage

LAYER = Layer(
    {"code": "TEXT", "capacity": "INTEGER", "area_m2": "REAL"}, 4326, "CC BY 4.0", "2026-10-01T00:00:00Z"
)


def rows(count: int) -> list[Row]:
    rng = np.random.default_rng(5)
    points = rng.uniform([73.5, 18.2], [135.0, 53.5], (count, 2)).tolist()
    return [(lon, lat, (f"YZ-{n:04d}", n % 9 or None, n / 7)) for n, (lon, lat) in enumerate(points)]


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 2345])
def test_gdal_reads_every_point_and_value(tmp_path: Path, count: int):
    given = rows(count)
    assert write_geopackage(tmp_path / "a.gpkg", LAYER, iter(given)) == count
    frame = geopandas.read_file(tmp_path / "a.gpkg", layer="stations")
    assert [(point.x, point.y) for point in frame.geometry] == [(lon, lat) for lon, lat, _ in given]
    assert frame["code"].tolist() == [values[0] for *_, values in given]
    assert frame["capacity"].fillna(0).tolist() == [values[1] or 0 for *_, values in given]
    assert frame["area_m2"].tolist() == [values[2] for *_, values in given]
    assert not count or frame.crs == CRS.from_epsg(4326)


def test_a_window_finds_what_lies_in_it(tmp_path: Path):
    given = rows(3000)
    write_geopackage(tmp_path / "a.gpkg", LAYER, given)
    found = geopandas.read_file(tmp_path / "a.gpkg", bbox=(100, 30, 110, 40))
    inside = [values[0] for lon, lat, values in given if 100 <= lon <= 110 and 30 <= lat <= 40]
    assert sorted(found["code"]) == inside != []


def test_another_program_can_add_to_it(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    write_geopackage(path, LAYER, rows(10))
    more = geopandas.GeoDataFrame(
        {"code": ["YZ-9999"], "capacity": [3], "area_m2": [1.5]}, geometry=[shapely.Point(1, 2)], crs=4326
    )
    more.to_file(path, layer="stations", driver="GPKG", mode="a")
    assert geopandas.read_file(path, bbox=(0.5, 1.5, 1.5, 2.5))["code"].tolist() == ["YZ-9999"]
    assert len(geopandas.read_file(path)) == 11


def test_it_says_whose_it_is_and_of_when(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    write_geopackage(path, LAYER, [(113.5, 34.5, ("a", 1, 1.0)), (114.5, 33.5, ("b", 1, 1.0))])
    with sqlite3.connect(path) as file:
        assert file.execute("PRAGMA application_id").fetchone() == (int.from_bytes(b"GPKG"),)
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        [about] = file.execute(
            "SELECT description, last_change, min_x, min_y, max_x, max_y FROM gpkg_contents"
        )
    assert about == ("CC BY 4.0", "2026-10-01T00:00:00.000Z", 113.5, 33.5, 114.5, 34.5)


def test_an_earlier_file_is_replaced(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    for count in (5, 2):
        write_geopackage(path, LAYER, rows(count))
        assert len(geopandas.read_file(path)) == count


def test_where_it_cannot_be_written_that_is_said(tmp_path: Path):
    with pytest.raises(OSError, match="unable to open"):
        write_geopackage(tmp_path / "absent" / "a.gpkg", LAYER, rows(1))
