"""Headers as they are found: synonyms, decoration, title lines, two lines, and what is no record."""

from pathlib import Path

import pytest

from geo.crs import Crs
from geo.errors import FileError
from geo.ingest.headers import heading_of
from geo.ingest.words import plain, read_words
from geo.model.facilities import FACILITIES
from geo.model.station import FIELDS
from tests.ingest.files import HEADER, ROW, read, read_one, write_csv, write_xlsx

RENAMED = {"code": "ref", "lon": "x", "lat": "y", "crs_given": "crs"}
KEPT_OUT = {"position_given", "source", "source_ref"}


@pytest.mark.parametrize("field", [field for field in FIELDS if field.name not in KEPT_OUT])
def test_an_export_can_be_loaded_by_its_headers(field) -> None:
    for label in (field.name, field.zh):
        heading = heading_of(label)
        assert heading is not None
        assert heading.field == RENAMED.get(field.name, field.name)


def test_no_word_means_two_fields() -> None:
    meanings: dict[str, set[str]] = {}
    for field, words in read_words("headers").items():
        for word in words:
            meanings.setdefault(plain(word), set()).add(field)
    assert {word: fields for word, fields in meanings.items() if len(fields) > 1} == {}


@pytest.mark.parametrize(
    ("cell", "field"),
    [
        ("*站点名称(必填)", "name"),
        ("站 点\n名 称", "name"),
        ("Ｎａｍｅ", "name"),
        ("使用面积（㎡）", "area_m2"),
        ("面积(平方米)", "area_m2"),
        ("街道（镇）", "street_name"),
        ("lng", "x"),
        ("Longitude", "x"),
        ("Y坐标", "y"),
        ("经纬度", "xy"),
        ("是否24小时", "is_24h"),
        ("微波炉", "yes:microwave"),
        ("是否有空调", "yes:air_conditioning"),
        ("有无卫生间", "yes:toilet"),
        ("雨伞数量", "yes:umbrella"),
        ("高德POI ID", "map_ids.amap"),
        ("管理人员及联系方式", "keeper_name"),
        ("open_hours", "hours_raw"),
        ("联系人手机号", "keeper_phone"),
        ("站长及电话", "keeper_name"),
        ("网点名称", "name"),
        ("服务点名称", "name"),
        ("经度/纬度", "xy"),
        ("经度,纬度", "xy"),
        ("纬度，经度", "xy"),
        ("开放时间段", "hours_raw"),
        ("基本设施", "facilities"),
        ("设施配置情况", "facilities"),
        ("建成年月", "built_on"),
        ("主管部门", "unit_name"),
        ("序号", "ignored"),
    ],
)
def test_decorated_headers_are_known(cell: str, field: str) -> None:
    assert heading_of(cell).field == field


@pytest.mark.parametrize("cell", ["", "  ", "建筑朝向", "x" * 5000, "¥¥¥"])
def test_other_headers_are_not(cell: str) -> None:
    assert heading_of(cell) is None


@pytest.mark.parametrize(
    ("cell", "field", "crs"),
    [
        ("lng_gcj02", "x", Crs.GCJ02),
        ("经度(GCJ-02)", "x", Crs.GCJ02),
        ("高德经度", "x", Crs.GCJ02),
        ("火星坐标纬度", "y", Crs.GCJ02),
        ("百度纬度", "y", Crs.BD09),
        ("bd09_lat", "y", Crs.BD09),
        ("WGS84经度", "x", Crs.WGS84),
        ("GPS", "xy", Crs.WGS84),
        ("GPS经度", "x", Crs.WGS84),
        ("GPS坐标", "xy", Crs.WGS84),
        ("经度(CGCS2000)", "x", Crs.CGCS2000),
        ("高德坐标", "xy", Crs.GCJ02),
        ("经度", "x", None),
    ],
)
def test_a_header_may_name_the_coordinate_system(cell: str, field: str, crs: Crs | None) -> None:
    heading = heading_of(cell)
    assert (heading.field, heading.crs) == (field, crs)


@pytest.mark.parametrize("code", FACILITIES)
def test_every_facility_can_be_a_column(code: str) -> None:
    assert heading_of(FACILITIES[code].zh).field in (f"yes:{code}", "capacity")


def test_titles_stand_above_the_header(tmp_path: Path) -> None:
    titles = [["某市户外劳动者服务站点台账"], ["填报单位:某市总工会", "", "截至5月1日"], []]
    for path in (
        write_csv(tmp_path / "a.csv", [*titles, HEADER, ROW]),
        write_xlsx(tmp_path / "a.xlsx", ("表", [*titles, HEADER, ROW])),
    ):
        drafts, _ = read(path)
        assert [(draft.row, draft.ref) for draft in drafts] == [(5, "7")]


def test_a_header_of_two_lines_is_one_header(tmp_path: Path) -> None:
    rows = [
        ["站点名称", "详细地址", "坐标", "", "开放时间"],
        ["", "", "经度", "纬度", ""],
        ["甲", "路", "113.665123", "34.752456", "8:00-20:00"],
    ]
    drafts, problems = read(write_csv(tmp_path / "a.csv", rows))
    assert [(draft.row, draft.x, draft.values["hours_osm"]) for draft in drafts] == [
        (3, 113.665123, "08:00-20:00")
    ]
    assert problems == []


def test_groups_above_the_header_are_titles(tmp_path: Path) -> None:
    rows = [["基本信息", "", "位置信息", ""], ["序号", "站点名称", "经度", "纬度"], ["1", *ROW[1:]]]
    drafts, _ = read(write_csv(tmp_path / "a.csv", rows))
    assert [(draft.row, draft.ref) for draft in drafts] == [(3, None)]


def test_totals_notes_and_repeated_headers_are_left_out_and_told_once(tmp_path: Path) -> None:
    rows = [
        ["序号", "站点名称", "经度", "纬度", "面积"],
        ["1", "甲", "113.665123", "34.752456", "20"],
        ["小计", "", "", "", "20"],
        ["序号", "站点名称", "经度", "纬度", "面积"],
        ["2", "合计划建设的总站", "113.665123", "34.752456", "30"],
        ["", " ", "", "", ""],
        ["", "合 计:2个", "", "", "50"],
        ["注:以上数据截至5月1日", "", "", "", ""],
        ["填表人:某某", "", "", "", ""],
    ]
    for path in (write_csv(tmp_path / "a.csv", rows), write_xlsx(tmp_path / "a.xlsx", ("表", rows))):
        drafts, problems = read(path)
        assert [draft.row for draft in drafts] == [2, 5]
        (note,) = problems
        assert (note.row, note.severity) == (None, "note")
        assert "5 行" in note.reason


def test_unknown_columns_are_told_once(tmp_path: Path) -> None:
    rows = [[*HEADER, "朝向", "层高"], *[[str(i), f"站{i}", *ROW[2:], "南", "3米"] for i in range(3)]]
    _, problems = read(write_csv(tmp_path / "a.csv", rows))
    (note,) = problems
    assert (note.row, note.severity) == (None, "note")
    assert "朝向、层高" in note.reason


def test_of_two_columns_for_one_field_the_first_filled_counts(tmp_path: Path) -> None:
    header = [*HEADER, "地址", "详细地址"]
    rows = [header, [*ROW, "甲路", "乙路"], ["8", "乙", *ROW[2:], " ", "丙路"]]
    drafts, problems = read(write_csv(tmp_path / "a.csv", rows))
    assert [draft.values["address"] for draft in drafts] == ["甲路", "丙路"]
    assert [problem.row for problem in problems if "同一项" in problem.reason] == [None]


def test_what_stands_beside_a_sheets_columns_is_told_once(tmp_path: Path) -> None:
    rows = [HEADER, [*ROW, "看这里"], ["8", "乙", *ROW[2:], "还有这里"]]
    drafts, problems = read(write_xlsx(tmp_path / "a.xlsx", ("表", rows)))
    assert len(drafts) == 2
    (note,) = problems
    assert "2 行" in note.reason


@pytest.mark.parametrize(
    ("header", "word"),
    [(["地址", "经度", "纬度"], "没有名称列"), (["编号", "站点名称", "经度"], "没有坐标列")],
)
def test_a_file_without_names_or_positions_is_refused_with_its_headers(
    tmp_path: Path, header: list[str], word: str
) -> None:
    path = write_csv(tmp_path / "a.csv", [header, ["1", "113.6", "34.7"]])
    with pytest.raises(FileError, match=word) as caught:
        read(path)
    assert "、".join(header) in str(caught.value)


def test_numbers_stand_in_for_names_and_it_is_told_once(tmp_path: Path) -> None:
    rows = [["id", "lon", "lat"], ["29", "117.02896", "36.6409599"], ["232", "117.0341059", "36.6459505"]]
    drafts, problems = read(write_csv(tmp_path / "a.csv", rows))
    assert [(draft.ref, draft.values["name"]) for draft in drafts] == [("29", "29"), ("232", "232")]
    assert [(p.row, p.severity) for p in problems if "用编号作名称" in p.reason] == [(None, "warning")]


@pytest.mark.parametrize(
    ("header", "cell", "yuan"),
    [
        ("投入资金(万元)", "3.5", 35000.0),
        ("投入资金(元)", "3.5万", 35000.0),
        ("投入资金(万元)", "35000元", 35000.0),
        ("投入资金", "35,000", 35000.0),
    ],
)
def test_money_is_in_yuan(tmp_path: Path, header: str, cell: str, yuan: float) -> None:
    values, _ = read_one(tmp_path, **{header: cell})
    assert values["invested_yuan"] == yuan


@pytest.mark.parametrize(
    "foot",
    [
        ["填表人:李四", "", "审核人:王五", "联系电话:13812345678"],
        ["单位(盖章):", "", "", "2025.12.15"],
        ["负责人签字:", "", "日期:", "2025年3月1日"],
    ],
)
def test_a_foot_of_several_cells_is_no_station(tmp_path: Path, foot: list[str]) -> None:
    drafts, problems = read(write_csv(tmp_path / "a.csv", [HEADER, ["7", *ROW[1:]], foot]))
    assert len(drafts) == 1
    (note,) = problems
    assert note.severity == "note"
    assert "第 3 行" in note.reason


def test_what_looks_like_a_foot_but_has_a_position_is_not_left_out(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADER[1:], ["统计局:南门驿站", *ROW[2:]]])
    assert [draft.values["name"] for draft in read(path)[0]] == ["统计局:南门驿站"]


def test_a_row_with_neither_name_nor_position_is_told_once(tmp_path: Path) -> None:
    _, problems = read(write_csv(tmp_path / "a.csv", [HEADER, ROW, ["2、请于月底前报送", "", "", ""]]))
    assert [(problem.row, problem.severity) for problem in problems] == [(3, "refused")]


@pytest.mark.parametrize(
    ("cells", "osm"),
    [
        (
            {"开放时间(夏季)": "8:00-19:00", "开放时间(冬季)": "8:30-17:30"},
            "May 01-Sep 30 08:00-19:00; Oct 01-Apr 30 08:30-17:30",
        ),
        (
            {"工作日开放时间": "9:00-17:00", "周末开放时间": "10:00-16:00"},
            "Mo-Fr 09:00-17:00; Sa-Su 10:00-16:00",
        ),
    ],
)
def test_hours_in_several_columns_each_hold_for_their_own_days(
    tmp_path: Path, cells: dict[str, str], osm: str
) -> None:
    values, problems = read_one(tmp_path, **cells)
    assert values["hours_osm"].startswith(osm)
    assert not any("取第一个" in problem.reason for problem in problems)


@pytest.mark.parametrize("header", ["建筑面积/㎡", "使用面积 m²", "面积（平方米）"])
def test_a_unit_may_stand_beside_the_header(tmp_path: Path, header: str) -> None:
    assert read_one(tmp_path, **{header: "30"})[0]["area_m2"] == 30
