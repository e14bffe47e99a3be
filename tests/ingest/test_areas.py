"""Areas: codes, levels and parents as files have them or as they follow; whole polygons in WGS-84."""

import json
import zipfile
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import Crs, to_wgs84
from geo.errors import FileError
from geo.ingest.area_codes import LEVELS, level_of_code, parent_of_code, whole_code
from geo.ingest.areas import AreaDraft, read_areas
from geo.ingest.problems import Problem
from tests.ingest.files import MAX_BYTES

SQUARE = {"type": "Polygon", "coordinates": [[[113, 34], [114, 34], [114, 35], [113, 35], [113, 34]]]}
BOW_TIE = {"type": "Polygon", "coordinates": [[[113, 34], [114, 35], [114, 34], [113, 35], [113, 34]]]}


def read(
    folder: Path, *items: tuple[Any, dict[str, Any]], crs: Crs = Crs.WGS84, level: str | None = None
) -> tuple[list[AreaDraft], list[Problem]]:
    """Write features and read them."""
    path = folder / "areas.geojson"
    written = [{"type": "Feature", "geometry": shape, "properties": said} for shape, said in items]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": written}), encoding="utf-8")
    return read_areas(path, crs=crs, level=level, max_bytes=MAX_BYTES)


@pytest.mark.parametrize("key", ["code", "adcode", "区划代码", "ADCODE", "id"])
def test_a_code_tells_level_and_parent(tmp_path: Path, key: str) -> None:
    (area,), problems = read(tmp_path, (SQUARE, {key: 410105, "name": " 金水区 "}))
    assert area[:5] == (1, "410105", "金水区", "district", "410100")
    assert area.shape.equals(shapely.geometry.shape(SQUARE))
    assert area.shape.geom_type == "MultiPolygon"
    # The code tells the level for certain, yet the file did not say it.
    assert [problem.severity for problem in problems] in ([], ["note"])


def test_what_a_file_says_stands_above_what_follows(tmp_path: Path) -> None:
    said = {"code": "410105", "name": "金水", "level": "街道", "parent": {"adcode": 410000}}
    (area,), _ = read(tmp_path, (SQUARE, said), level="city")
    assert (area.level, area.parent_code) == ("street", "410000")


def test_the_caller_says_the_level_that_the_file_does_not(tmp_path: Path) -> None:
    areas, _ = read(
        tmp_path, (SQUARE, {"name": "甲"}), (SQUARE, {"name": "乙", "级别": "区县"}), level="community"
    )
    assert [area.level for area in areas] == ["community", "district"]


def test_codes_and_levels_that_are_missing_follow_and_are_told_once(tmp_path: Path) -> None:
    areas, problems = read(
        tmp_path,
        (SQUARE, {"name": "东风路街道", "上级": "金水区"}),
        (SQUARE, {"name": "北林路街道", "上级": "金水区"}),
        (SQUARE, {"name": "金水区", "上级": "郑州市"}),
        (SQUARE, {"name": "新郑市", "上级": "郑州市"}),
        (SQUARE, {"name": "郑州市"}),
    )
    assert [area.level for area in areas] == ["street", "street", "district", "district", "city"]
    by_name = {area.name: area for area in areas}
    assert len({area.code for area in areas}) == 5
    assert by_name["东风路街道"].parent_code == by_name["金水区"].code
    assert by_name["金水区"].parent_code == by_name["郑州市"].code
    assert [(problem.row, problem.severity) for problem in problems] == [(None, "note"), (None, "note")]
    assert all("5 个" in problem.reason for problem in problems)


def test_parents_that_are_unknown_ambiguous_or_in_a_circle_are_left_out(tmp_path: Path) -> None:
    areas, problems = read(
        tmp_path,
        (SQUARE, {"name": "甲街道", "上级": "无此区"}),
        (SQUARE, {"name": "乙区", "上级": "丙区"}),
        (SQUARE, {"name": "丙区", "上级": "乙区"}),
        (SQUARE, {"code": "1", "name": "鼓楼区"}),
        (SQUARE, {"code": "2", "name": "鼓楼区"}),
        (SQUARE, {"name": "丁街道", "上级": "鼓楼区"}),
    )
    parents = {area.name: area.parent_code for area in areas}
    assert parents["甲街道"] is None
    assert parents["丁街道"] is None
    assert None in (parents["乙区"], parents["丙区"])
    warned = [problem.row for problem in problems if problem.severity == "warning"]
    assert len(warned) == 3
    assert {1, 6} < set(warned)


def test_an_area_of_no_level_is_refused(tmp_path: Path) -> None:
    areas, problems = read(tmp_path, (SQUARE, {"name": "甲"}))
    assert areas == []
    assert (problems[0].row, problems[0].severity) == (1, "refused")
    assert "--level" in problems[0].reason


def test_the_second_of_one_code_is_refused(tmp_path: Path) -> None:
    areas, problems = read(tmp_path, *[(SQUARE, {"code": "410105", "name": name}) for name in "甲乙"])
    assert [area.name for area in areas] == ["甲"]
    (refused,) = (problem for problem in problems if problem.severity == "refused")
    assert refused.row == 2
    assert "第 1 个" in refused.reason


@pytest.mark.parametrize(
    ("shape", "word"),
    [
        ({"type": "Point", "coordinates": [113, 34]}, "Point"),
        ({"type": "LineString", "coordinates": [[113, 34], [114, 34]]}, "LineString"),
        ({"type": "Polygon", "coordinates": []}, "没有边界"),
        ({"type": "Polygon", "coordinates": [[[113, 34], [113, 34], [113, 34], [113, 34]]]}, "围不成面"),
        ({"type": "Polygon", "coordinates": [[1, 2]]}, "没有边界"),
        ({"type": "Polygon", "coordinates": [[["a", 2], [1, 2], [3, 4], [1, 2]]]}, "没有边界"),
        ({"type": "Polygon"}, "没有边界"),
        (None, "没有边界"),
        (
            {"type": "Polygon", "coordinates": [[[4e5, 3e6], [5e5, 3e6], [5e5, 4e6], [4e5, 3e6]]]},
            "不是经纬度",
        ),
    ],
)
def test_what_is_no_area_is_refused_alone(tmp_path: Path, shape: Any, word: str) -> None:
    areas, problems = read(tmp_path, (shape, {"name": "甲区"}), (SQUARE, {"name": "乙区"}))
    assert [area.name for area in areas] == ["乙区"]
    (refused,) = (problem for problem in problems if problem.severity == "refused")
    assert refused.row == 1
    assert word in refused.reason


def test_an_area_without_a_name_is_refused(tmp_path: Path) -> None:
    areas, problems = read(tmp_path, (SQUARE, {"code": "410105"}))
    assert areas == []
    assert [(problem.row, problem.severity) for problem in problems] == [(1, "refused")]


def test_a_border_that_crosses_itself_is_mended_with_a_warning(tmp_path: Path) -> None:
    (area, _), problems = read(tmp_path, (BOW_TIE, {"name": "甲区"}), (SQUARE, {"name": "乙区"}))
    assert area.shape.is_valid
    assert area.shape.area == pytest.approx(0.5)
    assert (problems[0].row, problems[0].severity) == (1, "warning")


def test_every_vertex_is_converted(tmp_path: Path) -> None:
    (area,), _ = read(tmp_path, (SQUARE, {"name": "甲区"}), crs=Crs.GCJ02)
    vertices = np.array(SQUARE["coordinates"][0], float)
    expected = np.column_stack(to_wgs84(vertices[:, 0], vertices[:, 1], Crs.GCJ02))
    assert shapely.Polygon(expected).normalize().equals_exact(area.shape.geoms[0].normalize(), 1e-12)
    assert not area.shape.equals(shapely.geometry.shape(SQUARE))


def frame(crs: str = "EPSG:4326") -> geopandas.GeoDataFrame:
    """Return two areas as a GIS holds them."""
    shapes = [shapely.geometry.shape(SQUARE), shapely.MultiPolygon([shapely.geometry.shape(SQUARE)])]
    return geopandas.GeoDataFrame(
        {"code": ["410105", "410106"], "name": ["金水区", "上街区"]}, geometry=shapes, crs=crs
    )


def test_a_geopackage_and_a_zipped_shapefile_are_read(tmp_path: Path) -> None:
    frame().to_file(tmp_path / "a.gpkg", driver="GPKG")
    frame().to_file(tmp_path / "a.shp", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in tmp_path.glob("a.*"):
            if part.suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
                archive.write(part, part.name)
    for name in ("a.gpkg", "a.zip"):
        areas, _ = read_areas(tmp_path / name, crs=Crs.WGS84, level=None, max_bytes=MAX_BYTES)
        assert [area[:5] for area in areas] == [
            (1, "410105", "金水区", "district", "410100"),
            (2, "410106", "上街区", "district", "410100"),
        ]


def test_a_file_in_metres_is_refused(tmp_path: Path) -> None:
    frame().to_crs("EPSG:4547").to_file(tmp_path / "a.gpkg", driver="GPKG")
    with pytest.raises(FileError, match="单位不是度"):
        read_areas(tmp_path / "a.gpkg", crs=Crs.WGS84, level=None, max_bytes=MAX_BYTES)


@pytest.mark.parametrize(
    ("content", "word"), [(b"a,b\n1,2\n", "不是 GeoJSON"), (b"PK\x05\x06" + bytes(18), "正好有一个 .shp")]
)
def test_what_is_no_map_is_told(tmp_path: Path, content: bytes, word: str) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(FileError, match=word):
        read_areas(tmp_path / "a", crs=Crs.WGS84, level=None, max_bytes=MAX_BYTES)


def test_a_missing_and_a_large_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="打不开"):
        read_areas(tmp_path / "无", crs=Crs.WGS84, level=None, max_bytes=MAX_BYTES)
    (tmp_path / "a").write_bytes(bytes(2000))
    with pytest.raises(FileError, match="限度"):
        read_areas(tmp_path / "a", crs=Crs.WGS84, level=None, max_bytes=1000)


@given(figures=st.integers(1, 99).map("{:02d}".format), length=st.integers(1, 6))
def test_parents_lead_up_to_a_province(figures: str, length: int) -> None:
    code: str | None = whole_code((figures * length)[:12])
    seen = []
    while code is not None and (level := level_of_code(code)):
        seen.append(LEVELS.index(level))
        code = parent_of_code(code)
    assert seen == sorted(seen, reverse=True)
    assert not seen or seen[-1] == 0


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("city", "prefix", "count"), [("zhengzhou", "4101", 12), ("jinan", "3701", 10), ("xian", "6101", 13)]
)
def test_the_districts_of_real_cities_are_read(real_data: Path, city: str, prefix: str, count: int) -> None:
    path = real_data / "areas" / f"{city}_districts_gcj02.geojson"
    areas, problems = read_areas(path, crs=Crs.GCJ02, level=None, max_bytes=MAX_BYTES)
    assert len({area.code for area in areas}) == count
    assert {(area.code[:4], area.level, area.parent_code) for area in areas} == {
        (prefix, "district", f"{prefix}00")
    }
    assert all(area.shape.is_valid for area in areas)
    assert not [problem for problem in problems if problem.severity == "refused"]
    total = sum(area.shape.area for area in areas)
    assert shapely.union_all([area.shape for area in areas]).area == pytest.approx(total, rel=0.01)
