"""Files of candidates: what is taken, and what is said of the rest."""

import json
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely
from openpyxl import Workbook

from geo.crs import Crs, from_wgs84
from geo.errors import FileError, InputError
from geo.ingest.candidates import CandidatesFound, read_candidates
from geo.ingest.problems import Problem

MOST = 1_000_000
ROWS = [
    ["编号", "名称", "经度", "纬度", "费用(万元)", "容量"],
    ["A", "甲行", "113.65123", "34.75123", "1.2", "50"],
    ["B", "乙行", "113.66123", "34.75123", "0", "60人"],
]


def read(path: Path, **given) -> CandidatesFound:
    return read_candidates(path, max_bytes=MOST, **given)


def write(path: Path, rows: list[list[str]]) -> Path:
    path.write_text("\n".join(",".join(row) for row in rows), "utf-8")
    return path


def refused(found: CandidatesFound) -> dict[int | None, str]:
    return {one.row: one.reason for one in found.problems if one.severity == "refused"}


def check(found: CandidatesFound) -> None:
    places = found.candidates
    assert (places.codes, places.names) == (("A", "B"), ("甲行", "乙行"))
    assert places.lon.tolist() == pytest.approx([113.65123, 113.66123])
    assert places.lat.tolist() == pytest.approx([34.75123, 34.75123])
    assert places.price.tolist() == [12_000.0, 0.0]
    assert places.capacity.tolist() == [50.0, 60.0]
    assert not refused(found)


def test_tables_of_text_and_workbooks(tmp_path: Path):
    check(read(write(tmp_path / "网点.csv", ROWS)))
    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(tmp_path / "网点.xlsx")
    check(read(tmp_path / "网点.xlsx"))


def test_layers(tmp_path: Path):
    frame = geopandas.GeoDataFrame(
        {
            "编号": ["A", "B"],
            "名称": ["甲行", "乙行"],
            "费用(万元)": [1.2, 0.0],
            "容量": [50, 60],
        },
        geometry=[shapely.Point(113.65123, 34.75123), shapely.Point(113.66123, 34.75123)],
        crs=4326,
    )
    frame.to_file(tmp_path / "网点.gpkg")
    check(read(tmp_path / "网点.gpkg"))
    frame.to_crs(32649).to_file(tmp_path / "米.gpkg")
    check(read(tmp_path / "米.gpkg"))
    (tmp_path / "网点.geojson").write_text(frame.to_json(), "utf-8")
    check(read(tmp_path / "网点.geojson"))


def test_a_shape_that_is_no_point_is_refused(tmp_path: Path):
    frame = geopandas.GeoDataFrame(
        {"名称": ["甲", "乙"]}, geometry=[shapely.box(1, 1, 2, 2), shapely.Point(113.65, 34.75)], crs=4326
    )
    frame.to_file(tmp_path / "网点.gpkg")
    found = read(tmp_path / "网点.gpkg")
    assert "Polygon" in refused(found)[1]
    assert found.candidates.names == ("乙",)


def test_positions_of_a_map_are_turned_into_those_of_the_earth(tmp_path: Path):
    lon, lat = from_wgs84(113.65123, 34.75123, Crs.GCJ02)
    path = write(tmp_path / "高德.csv", [["名称", "经度", "纬度"], ["甲", f"{lon:.7f}", f"{lat:.7f}"]])
    found = read(path, crs=Crs.GCJ02).candidates
    assert (found.lon[0], found.lat[0]) == pytest.approx((113.65123, 34.75123), abs=1e-6)
    assert read(path).candidates.lon[0] == pytest.approx(lon), "unless told, as it stands"


def test_every_wrong_row_is_told_once_with_its_cause(tmp_path: Path):
    rows = [
        ROWS[0],
        ["A", "甲", "113.65123", "34.75123", "1", "5"],
        ["A", "乙", "113.66123", "34.75123", "1", "5"],
        ["C", "甲", "113.65123", "34.75123", "1", "5"],
        ["D", "丁", "213.6", "95.1", "1", "5"],
        ["E", "戊", "", "", "1", "5"],
        ["F", "己", "113.67123", "34.75123", "-3", "5"],
        ["G", "庚", "113.68123", "34.75123", "1", "很多"],
        ["H", "辛", "0", "0", "1", "5"],
    ]
    found = read(write(tmp_path / "网点.csv", rows))
    told = refused(found)
    assert set(told) == {3, 4, 5, 6, 7, 8, 9}
    assert "第 2 行" in told[3]
    assert "编号" in told[3]
    assert "名称和坐标与第 2 行相同" in told[4]
    assert "没有坐标" in told[6]
    assert "费用" in told[7]
    assert "容量" in told[8]
    assert found.candidates.codes == ("A",)
    assert len(told) == sum(one.severity == "refused" for one in found.problems)


def test_numbers_of_rows_stand_in_for_those_that_are_missing(tmp_path: Path):
    rows = [["名称", "经度", "纬度"], ["甲", "113.65123", "34.75123"], ["", "113.66123", "34.75123"]]
    found = read(write(tmp_path / "网点.csv", rows))
    assert found.candidates.codes == ("候选-000002", "候选-000003")
    assert found.candidates.names == ("甲", "")
    assert np.isnan(found.candidates.price).all()
    assert Problem(None, None, None, "note", "没有“编号”列,候选点按行号编号") in found.problems


def test_an_address_names_a_place_without_a_name(tmp_path: Path):
    rows = [["编号", "地址", "经度", "纬度"], ["A", "中原路10号", "113.65123", "34.75123"]]
    assert read(write(tmp_path / "a.csv", rows)).candidates.names == ("中原路10号",)


def test_what_only_some_rows_say_is_told(tmp_path: Path):
    rows = [*ROWS, ["C", "丙行", "113.67123", "34.75123", "", "5"]]
    found = read(write(tmp_path / "网点.csv", rows))
    assert np.isnan(found.candidates.price[2])
    assert [(one.row, one.severity) for one in found.problems] == [(4, "warning")]


def test_the_column_of_the_capacity_can_be_named(tmp_path: Path):
    rows = [["编号", "经度", "纬度", "床位", "容量"], ["A", "113.65123", "34.75123", "7", "9"]]
    path = write(tmp_path / "网点.csv", rows)
    assert read(path).candidates.capacity[0] == 9.0
    assert read(path, capacity="床位").candidates.capacity[0] == 7.0
    with pytest.raises(InputError, match="座位"):
        read(path, capacity="座位")


def test_a_file_without_a_good_row_gives_nothing_and_says_so(tmp_path: Path):
    found = read(write(tmp_path / "网点.csv", [ROWS[0], ["A", "甲", "", "", "1", "5"]]))
    assert found.candidates.codes == ()
    assert any("什么都没有" in one.reason for one in found.problems)


@pytest.mark.parametrize("content", ["", "编号,名称\nA,甲\n", "a,b\n1,2\n", json.dumps({"type": "Feature"})])
def test_what_is_no_file_of_candidates_is_refused(tmp_path: Path, content: str):
    path = tmp_path / "x.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(FileError):
        read(path)
