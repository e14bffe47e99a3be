"""GeoJSON of stations: points, their properties, their system; other geometry is refused row by row."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import Crs
from geo.errors import FileError
from geo.ingest.geojson_rows import cell_text, features
from tests.ingest.files import read

POINT = {"type": "Point", "coordinates": [113.665123, 34.752456]}


def feature(geometry: Any = POINT, **properties: Any) -> dict[str, Any]:
    """Return a feature with a name."""
    return {"type": "Feature", "properties": {"name": "甲驿站"} | properties, "geometry": geometry}


def write_geojson(path: Path, *items: Any, **members: Any) -> Path:
    """Write a feature collection."""
    content = {"type": "FeatureCollection", **members, "features": list(items)}
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def test_points_are_read_with_their_properties(tmp_path: Path) -> None:
    path = write_geojson(
        tmp_path / "a.geojson",
        feature(id=54, facilities=["饮水", "空调"], capacity=12.0, 星级=None),
        feature(name="乙驿站", facilities={"toilet": "no"}, 是否24小时=True),
    )
    drafts, problems = read(path, crs=None)
    assert [(draft.row, draft.ref, draft.x, draft.y, draft.crs) for draft in drafts] == [
        (1, "54", 113.665123, 34.752456, Crs.WGS84),
        (2, None, 113.665123, 34.752456, Crs.WGS84),
    ]
    assert drafts[0].values["facilities"] == {"drinking_water": "yes", "air_conditioning": "yes"}
    assert drafts[0].values["capacity"] == 12
    assert drafts[1].values["facilities"] == {"toilet": "no"}
    assert drafts[1].values["hours_osm"] == "24/7"
    assert problems == []


def test_the_id_of_a_feature_is_its_number_unless_a_property_is(tmp_path: Path) -> None:
    numbered = feature() | {"id": "node/7"}
    assert [d.ref for d in read(write_geojson(tmp_path / "a", numbered))[0]] == ["node/7"]
    both = feature(编号="A1") | {"id": 0}
    assert [d.ref for d in read(write_geojson(tmp_path / "b", both))[0]] == ["A1"]


@pytest.mark.parametrize(
    ("name", "crs"),
    [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", Crs.WGS84),
        ("urn:ogc:def:crs:EPSG::4326", Crs.WGS84),
        ("urn:ogc:def:crs:EPSG::4490", Crs.CGCS2000),
    ],
)
def test_an_older_file_may_declare_its_system(tmp_path: Path, name: str, crs: Crs) -> None:
    member = {"type": "name", "properties": {"name": name}}
    path = write_geojson(tmp_path / "a", feature(), crs=member)
    assert [draft.crs for draft in read(path, crs=None)[0]] == [crs]
    assert [draft.crs for draft in read(path, crs=Crs.GCJ02)[0]] == [Crs.GCJ02]


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::3857", "EPSG:4547", "自定义"])
def test_a_system_in_metres_is_refused(tmp_path: Path, name: str) -> None:
    path = write_geojson(tmp_path / "a", feature(), crs={"properties": {"name": name}})
    with pytest.raises(FileError, match="不是经纬度"):
        read(path, crs=None)


def test_coordinates_among_the_properties_do_not_compete_with_the_geometry(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a", feature(lng_gcj02=113.7, lat_gcj02=34.8, 坐标系="GCJ-02"))
    (draft,), problems = read(path, crs=None)
    assert (draft.x, draft.crs) == (113.665123, Crs.WGS84)
    assert problems == []


@pytest.mark.parametrize(
    ("geometry", "word"),
    [
        ({"type": "Polygon", "coordinates": [[[113, 34], [114, 34], [114, 35], [113, 34]]]}, "Polygon"),
        ({"type": "LineString", "coordinates": [[113, 34], [114, 34]]}, "LineString"),
        ({"type": "MultiPoint", "coordinates": [[113, 34], [114, 34]]}, "MultiPoint"),
        ({"type": "Point", "coordinates": []}, "没有坐标"),
        ({"type": "Point", "coordinates": "x"}, "没有坐标"),
        (None, "没有坐标"),
        ("点", "没有坐标"),
    ],
)
def test_a_feature_that_is_no_point_is_refused_alone(tmp_path: Path, geometry: Any, word: str) -> None:
    drafts, problems = read(write_geojson(tmp_path / "a", feature(geometry), feature()))
    assert [draft.row for draft in drafts] == [2]
    assert [(problem.row, problem.severity) for problem in problems] == [(1, "refused")]
    assert word in problems[0].reason


def test_a_point_alone_in_a_multipoint_is_a_point(tmp_path: Path) -> None:
    geometry = {"type": "MultiPoint", "coordinates": [[113.665123, 34.752456, 110.0]]}
    drafts, _ = read(write_geojson(tmp_path / "a", feature(geometry)))
    assert [(draft.x, draft.y) for draft in drafts] == [(113.665123, 34.752456)]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(
    items=st.lists(st.dictionaries(st.text(max_size=5), JSON, max_size=5), max_size=6),
    indent=st.sampled_from([None, 2]),
    others=st.dictionaries(st.text(max_size=5).filter(lambda key: key != "features"), JSON, max_size=3),
)
def test_features_are_read_piece_by_piece_as_json_reads_them_whole(
    tmp_path_factory: pytest.TempPathFactory, items: list[Any], indent: int | None, others: dict[str, Any]
) -> None:
    path = tmp_path_factory.mktemp("json") / "a.json"
    content = {**others, "features": items}
    path.write_text(json.dumps(content, indent=indent), encoding="utf-8")
    with path.open("rb") as file:
        assert list(features(file, name="a")) == items


def test_a_feature_larger_than_a_piece_is_whole(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a", feature(备注="长" * 1_500_000), feature())
    with path.open("rb") as file:
        sizes = [len(item["properties"].get("备注", "")) for item in features(file, name="a")]
    assert sizes == [1_500_000, 0]


@pytest.mark.parametrize("cut", [1, 30, 100, -1, -2])
def test_a_file_that_breaks_off_is_told(tmp_path: Path, cut: int) -> None:
    path = write_geojson(tmp_path / "a", feature(), feature())
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(FileError, match="不是完整的 GeoJSON"):
        read(path)


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes('{"type": "FeatureCollection", "name": "郑州"'.encode("gb18030"))
    with pytest.raises(FileError, match="UTF-8"):
        read(path)


def test_halves_of_characters_do_not_reach_the_values(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    item = json.dumps(feature()).replace("\\u7532", "\\ud800\\u7532")
    path.write_text(f'{{"features": [{item}]}}', encoding="utf-8")
    (draft,), _ = read(path)
    assert draft.values["name"] == "甲驿站"


def test_values_as_cells() -> None:
    assert cell_text({"a": "是"}) == '{"a": "是"}'
    assert cell_text([1.0, "b"]) == "1、b"
