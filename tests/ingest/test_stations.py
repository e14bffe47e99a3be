"""Rows of stations: drafts, refusals, warnings; no row lost, nothing told that must stay internal."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import Crs
from geo.ingest.problems import masked, shown
from geo.ingest.stations import Draft, read_stations
from geo.ingest.table import open_table
from geo.model.station import FIELDS
from tests.ingest.files import HEADER, MAX_BYTES, ROW, read, read_one, write_csv

TYPES = {field.name: field.type for field in FIELDS}
PHONE = "13812345678"
CLERKS_HEADER = [
    *("编号", "站点名称", "类别", "状态", "所属区县", "详细地址", "经度", "纬度", "坐标系", "开放时间"),
    *("是否24小时", "开放季节", "服务设施", "空调", "面积", "可容纳人数", "星级", "建成时间", "服务对象"),
    *("投入资金(万元)", "进入方式", "负责人", "联系电话", "manager", "荣誉", "类型", "备注"),
]


@pytest.mark.parametrize("header", [["站点名称", "经度", "纬度"], ["站点名称", "经纬度"]])
def test_a_row_without_name_or_position_is_refused_by_each_cause(tmp_path: Path, header: list[str]) -> None:
    cells = ["113.665123", "34.752456"] if len(header) == 3 else ["113.665123,34.752456"]
    rows = [header, ["", *cells], ["乙", *[""] * len(cells)], ["", *["x"] * len(cells)], ["丁", *cells]]
    drafts, problems = read(write_csv(tmp_path / "a.csv", rows))
    assert [draft.row for draft in drafts] == [5]
    assert [(problem.row, problem.severity) for problem in problems] == [
        (2, "refused"),
        (3, "refused"),
        (4, "refused"),
        (4, "refused"),
    ]
    assert {problem.column for problem in problems if problem.row == 2} == {"站点名称"}
    assert all(problem.reason for problem in problems)


def test_a_doubtful_row_is_loaded_with_one_warning_for_each_cause(tmp_path: Path) -> None:
    doubtful = {"状态": "待定", "星级": "优秀", "面积": "很大", "开放时间": "看情况", "建成时间": "去年"}
    values, problems = read_one(tmp_path, 服务设施="饮水、台球桌", **doubtful)
    assert values is not None
    assert values["facilities"] == {"drinking_water": "yes"}
    assert not {"status", "star", "area_m2", "built_on"} & values.keys()
    assert sorted(problem.column for problem in problems) == sorted([*doubtful, "服务设施"])
    assert {(problem.row, problem.severity) for problem in problems} == {(2, "warning")}


@pytest.mark.parametrize(
    ("column", "name", "given_kind", "kind"),
    [
        (None, "甲驿站", None, None),
        (None, "甲母婴室", None, "nursing_room"),
        (None, "甲", "water_point", "water_point"),
        (None, "甲驿站", "water_point", "water_point"),
        ("母婴室", "甲驿站", "water_point", "nursing_room"),
        ("", "甲", "water_point", "water_point"),
        ("球场", "甲母婴室", None, "nursing_room"),
    ],
)
def test_the_kind_is_the_columns_else_the_callers_else_the_names(
    tmp_path: Path, column: str | None, name: str, given_kind: str | None, kind: str | None
) -> None:
    header, row = [*HEADER[1:]], [name, *ROW[2:]]
    if column is not None:
        header, row = [*header, "类别"], [*row, column]
    (draft,), _ = read(write_csv(tmp_path / "a.csv", [header, row]), kind=given_kind)
    assert draft.values.get("kind") == kind


@pytest.mark.parametrize(("cell", "ref"), [("YZ-0001", "YZ-0001"), ("54.0", "54"), ("", None), (" - ", None)])
def test_a_rows_own_number(tmp_path: Path, cell: str, ref: str | None) -> None:
    (draft,), problems = read(write_csv(tmp_path / "a.csv", [HEADER, [cell, *ROW[1:]]]))
    assert draft.ref == ref
    assert problems == []


def test_a_mangled_number_identifies_nothing(tmp_path: Path) -> None:
    (draft,), problems = read(write_csv(tmp_path / "a.csv", [HEADER, ["4.10102E+17", *ROW[1:]]]))
    assert draft.ref is None
    assert [problem.severity for problem in problems] == ["warning"]


def test_a_long_cell_is_left_out_and_a_long_name_refused(tmp_path: Path) -> None:
    values, problems = read_one(tmp_path, 详细地址="路" * 3000)
    assert "address" not in values
    assert [problem.severity for problem in problems] == ["warning"]
    assert len(problems[0].value) < 100
    values, problems = read_one(tmp_path, 站点名称="站" * 3000)
    assert values is None
    assert [problem.severity for problem in problems] == ["refused"]


def test_control_characters_do_not_reach_the_values(tmp_path: Path) -> None:
    values, problems = read_one(tmp_path, 站点名称="甲\0驿\x07站\u200b", 详细地址="路\x1b[31m")
    assert values["name"] == "甲驿站"
    assert values["address"] == "路[31m"
    assert problems == []


@pytest.mark.parametrize("column", ["联系电话", "负责人", "备注", "manager", "核实人"])
@pytest.mark.parametrize(
    "cell", [f"张三 {PHONE}", PHONE, f"x{PHONE}" + "长" * 2000, "1.3812345678E+10", "67181234"]
)
def test_an_internal_cell_is_never_repeated(tmp_path: Path, column: str, cell: str) -> None:
    _, problems = read_one(tmp_path, **{column: cell})
    for problem in problems:
        assert problem.value is None
        assert not any(figures in problem.reason for figures in ("12345678", "67181234"))


@pytest.mark.parametrize("column", ["经度", "状态", "开放时间", "服务设施", "编号", "坐标系", "是否24小时"])
@pytest.mark.parametrize("phone", [PHONE, "138 1234 5678", "0371-67181234", "67181234", "1.3812345678E+10"])
def test_a_telephone_in_the_wrong_column_is_masked(tmp_path: Path, column: str, phone: str) -> None:
    _, problems = read_one(tmp_path, **{column: f"找人{phone}"})
    told = " ".join(f"{problem.value} {problem.reason}" for problem in problems)
    assert not any(figures in told for figures in ("12345678", "1234 5678", "67181234"))


@pytest.mark.parametrize("column", ["站点名称", "详细地址", "开放时间", "入口说明"])
def test_a_mobile_number_in_a_public_field_does_not_stay_there(tmp_path: Path, column: str) -> None:
    values, problems = read_one(tmp_path, **{column: f"找张师傅{PHONE}"})
    assert PHONE not in str({name: value for name, value in values.items() if name != "keeper_phone"})
    assert any("手机号" in problem.reason for problem in problems)


def test_a_public_telephone_stays(tmp_path: Path) -> None:
    values, problems = read_one(tmp_path, 公开电话=PHONE)
    assert values["public_phone"] == PHONE
    assert problems == []


def test_what_is_shown_is_short_and_masked() -> None:
    assert shown("长" * 500).endswith("…")
    assert masked(f"{PHONE}和+86-{PHONE}") == "138****和+86-138****"
    assert masked("113.665123,34.752456") == "113.665123,34.752456"


FILLED = [
    *("", " ", "-", "113.665123", "34.752456", "高德", "是", "无", "24小时", "夏季", "6月-9月", "无厕所"),
    *("2025年3月", "{", '{"a":1}', "#N/A", "1e999", "★★★", "=1+1", "合计", "甲\0\x1b", "(", "经度", "名称"),
]
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=30)
CELLS = TEXTS | st.sampled_from([*FILLED, "９" * 40, "无" * 50])
ROWS = st.lists(st.lists(CELLS, max_size=len(CLERKS_HEADER) + 1), max_size=4)


@settings(deadline=None)
@given(rows=ROWS, crs=st.sampled_from([None, *Crs]))
def test_every_row_is_a_draft_or_is_told(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], crs: Crs | None
) -> None:
    path = tmp_path_factory.mktemp("any") / "a.csv"
    # A last row that is surely one, whatever the others are.
    write_csv(path, [CLERKS_HEADER, *rows, ["甲"] * len(CLERKS_HEADER)])
    with open_table(path, max_bytes=MAX_BYTES) as table:
        given_rows = list(table)
    with open_table(path, max_bytes=MAX_BYTES) as table:
        items = list(read_stations(table, crs=crs, kind=None))
    taken = [item for item in items if isinstance(item, Draft)]
    refused = {item.row for item in items if not isinstance(item, Draft) and item.severity == "refused"}
    filled = {row for row, cells in given_rows if any(map(str.strip, cells))}
    assert {draft.row for draft in taken} | refused == filled
    assert not {draft.row for draft in taken} & refused
    for draft in taken:
        assert 73 <= draft.x <= 136
        assert 3 <= draft.y <= 54
        for name, value in draft.values.items():
            assert value is None or type(value) is TYPES[name]


def test_progress_is_told_up_to_the_size_of_the_file(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADER, *[[str(i), f"站{i}", *ROW[2:]] for i in range(5000)]])
    with open_table(path, max_bytes=MAX_BYTES) as table:
        told: list[int] = []
        table.on_progress = told.append
        assert sum(1 for _ in read_stations(table, crs=Crs.WGS84, kind=None)) == 5000
    assert told == sorted(told)
    assert told[-1] == table.size == path.stat().st_size
    assert len(told) > 3


@pytest.mark.real_data
def test_all_real_stations_of_a_city_are_read(real_data: Path) -> None:
    path = real_data / "zhengzhou" / "zhengzhou_real_82.csv"
    drafts, problems = read(path, crs=None)
    assert len(drafts) == 82
    assert {draft.crs for draft in drafts} == {Crs.GCJ02}
    assert len({draft.ref for draft in drafts}) == 82
    assert not [problem for problem in problems if problem.severity == "refused"]
    first = drafts[0]
    assert (first.row, first.ref, first.x, first.y) == (2, "54", 113.305132, 34.803352)
    assert first.values["district_name"] == "上街区"
    assert first.values["capacity"] == 12
    assert first.values["run_org"] == "上街区街道/社区"
    assert first.values["hours_osm"] == "24/7"
    assert set(first.values["facilities"]) == {
        *("drinking_water", "air_conditioning", "seats", "phone_charging", "wifi", "first_aid")
    }
    assert all(draft.values["run_org"] for draft in drafts)
    # "工作日开放" says no hours: two rows, their hours unknown.
    unknown = [draft.ref for draft in drafts if draft.values["hours_osm"] is None]
    assert sorted(unknown) == ["45", "46"]
    assert [problem.row for problem in problems] == [30, 56]


@pytest.mark.real_data
def test_the_real_stations_can_be_read_in_another_system_with_a_warning(real_data: Path) -> None:
    drafts, problems = read(real_data / "zhengzhou" / "zhengzhou_real_82.csv", crs=Crs.WGS84)
    assert len(drafts) == 82
    assert {draft.crs for draft in drafts} == {Crs.WGS84}
    assert [problem.severity for problem in problems if problem.row is None] == ["warning"]
