"""A study's layers are read by GDAL, which QGIS reads them with, and hold what the study found."""

import sqlite3
from pathlib import Path

import geopandas
import numpy as np
import orjson
import pyogrio
import pytest
import shapely

from geo.errors import UnavailableError
from geo.model.study import Places
from geo.report import paper
from geo.report.study_dots import demand_dots
from geo.report.study_files import FILES, study_bytes, write_study
from geo.report.study_layers import LAYERS, study_geojson, write_study_geopackage
from tests.report.studies import HOSTILE, make_places
from tests.report.test_study_report import HEADLINE, NO_WHERE, REACH, empty, parts


@pytest.fixture
def package(tmp_path: Path) -> Path:
    write_study_geopackage(parts(), tmp_path / "layers.gpkg")
    return tmp_path / "layers.gpkg"


def test_gdal_reads_every_layer_in_degrees_of_wgs_84(package: Path):
    assert set(geopandas.list_layers(package)["name"]) == set(LAYERS)
    for name in LAYERS:
        assert geopandas.read_file(package, layer=name).crs.to_epsg() == 4326


def test_gaps_and_demand_are_those_of_the_study(package: Path):
    study, places = parts().study, make_places()
    gaps = geopandas.read_file(package, layer="gaps")
    assert gaps["name"].tolist() == [gap["name"] for gap in study["gaps"]]
    assert gaps["name"][1] == HOSTILE
    assert gaps["weight"].tolist() == [140.0, 80.0]
    assert [(point.x, point.y) for point in gaps.geometry] == [
        (gap["lon"], gap["lat"]) for gap in study["gaps"]
    ]
    outlines = geopandas.read_file(package, layer="gap_outlines")
    assert [list(ring.exterior.coords) for ring in outlines.geometry] == [
        gap["outline"] for gap in study["gaps"]
    ]
    demand = geopandas.read_file(package, layer="demand")
    assert demand["weight"].sum() == 1000
    assert demand["covered"].tolist() == places.covered.tolist()
    assert np.isnan(demand["cost"]).sum() == 4
    assert set(demand["station"].dropna()) == {"XA-001", "XA-002"}


def test_reach_and_stations_are_there(package: Path):
    [reach] = geopandas.read_file(package, layer="reach").geometry
    assert reach.equals_exact(REACH, 0)
    assert geopandas.read_file(package, layer="stations")["state"].tolist() == ["open", "unknown", "closed"]


def test_geojson_holds_the_same_features(package: Path):
    for name in LAYERS:
        features = orjson.loads(study_geojson(parts(), name))["features"]
        frame = geopandas.read_file(package, layer=name)
        assert len(features) == len(frame)
        shapes = shapely.from_geojson([orjson.dumps(feature["geometry"]) for feature in features])
        assert shapely.hausdorff_distance(shapes, frame.geometry.values).max() < 1e-6
    whole = orjson.loads(study_geojson(parts()))
    assert {feature["properties"]["layer"] for feature in whole["features"]} == set(LAYERS)
    assert "© OpenStreetMap contributors" in whole["attribution"]


def test_layers_say_what_they_are(package: Path):
    whole = orjson.loads(study_geojson(parts()))
    assert whole["headline"] == HEADLINE
    assert whole["question"]["范围"] == "步行 15 分钟"
    assert whole["question"]["时间"] == "周三 14:00"
    assert whole["question"]["站点"].startswith("爱心驿站;")
    assert whole["asked"] == parts().study["asked"]
    assert whole["sources"] == parts().study["sources"]
    assert whole["assumptions"][0] == "步行速度按 1.15 米/秒计"
    assert (whole["study"], whole["link"]) == ("0123456789abcdef", parts().link)
    with sqlite3.connect(package) as file:
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        [(kind, document)] = file.execute(
            "SELECT mime_type, metadata FROM gpkg_metadata JOIN gpkg_metadata_reference ON md_file_id = id"
            " WHERE reference_scope = 'geopackage'"
        )
    assert kind == "application/json"
    del whole["type"], whole["features"]
    assert orjson.loads(document) == whole


def test_a_gis_shows_what_a_layer_is(package: Path):
    for name in LAYERS:
        told = pyogrio.read_info(package, layer=name)["layer_metadata"]["DESCRIPTION"]
        for said in (
            HEADLINE, "范围:步行 15 分钟", "时间:周三 14:00", "爱心驿站", "© OpenStreetMap contributors",
            "资料时间", "步行速度按 1.15 米/秒计", "0123456789abcdef",
        ):  # fmt: skip
            assert said in told, said
    assert HEADLINE in pyogrio.read_info(package, layer="gaps")["dataset_metadata"]["GPKG_METADATA_ITEM_1"]


def test_a_study_of_nothing_has_layers_of_nothing(tmp_path: Path):
    write_study_geopackage(empty(), tmp_path / "a.gpkg")
    assert all(geopandas.read_file(tmp_path / "a.gpkg", layer=name).empty for name in LAYERS)
    assert orjson.loads(study_geojson(empty()))["features"] == []


def test_all_files_are_written_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    written = write_study(parts(), tmp_path / "a", fonts=NO_WHERE)
    assert sorted(written) == sorted((tmp_path / "a").iterdir())
    assert {path.name for path in written} >= {"report.html", "report.pdf", "report.xlsx", "layers.gpkg"}
    monkeypatch.setattr(paper, "_FONTS", ())
    paper._compiler.cache_clear()
    with pytest.raises(UnavailableError):
        write_study(parts(), tmp_path / "b", fonts=tmp_path)
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("kind", FILES)
def test_each_file_alone_is_of_its_kind(kind: str):
    begins = {"html": b"<!DOCTYPE html>", "map": b"<!DOCTYPE html>", "pdf": b"%PDF", "xlsx": b"PK"}
    begins |= {"gpkg": b"SQLite format 3", "geojson": b'{"type":"FeatureCollection"'}
    assert study_bytes(kind, parts(), fonts=NO_WHERE).lstrip().startswith(begins[kind])


def scattered(count: int) -> Places:
    rng = np.random.default_rng(7)
    columns = {
        name: np.zeros(count, getattr(make_places(), name).dtype) for name in ("cost", "station", "gap")
    }
    lon, lat = rng.uniform(108.9, 109.0, count), rng.uniform(34.1, 34.3, count)
    weight, covered = rng.uniform(0, 3, count), rng.random(count) < 0.6
    return make_places()._replace(lon=lon, lat=lat, weight=weight, covered=covered, **columns)


@pytest.mark.parametrize("count", [1, 50, 5000])
def test_dots_keep_all_weight_where_it_is(count: int):
    places = scattered(count)
    dots = demand_dots(places, most=100)
    assert 0 < len(dots.lon) <= 100
    assert dots.weight.sum() == pytest.approx(places.weight.sum())
    assert dots.covered.sum() == pytest.approx(places.weight[places.covered].sum())
    assert (dots.lon * dots.weight).sum() == pytest.approx((places.lon * places.weight).sum())
    assert (dots.lat * dots.weight).sum() == pytest.approx((places.lat * places.weight).sum())
