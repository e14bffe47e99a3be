"""Text tables: encodings, delimiters, quotation marks, and the numbers of the rows."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import FileError
from geo.ingest.table import open_table
from tests.ingest.files import HEADER, MAX_BYTES, ROW, may_be_left_out, read, read_rows, write_csv

ENCODINGS = ["utf-8", "utf-8-sig", "gb18030", "utf-16"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADER, ["7", "鄠邑驿站€㎡", "108.6", "34.1"]], encoding=encoding)
    assert read_rows(path) == [(2, ["7", "鄠邑驿站€㎡", "108.6", "34.1"])]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "，"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    rows = [[*HEADER, "服务设施", "地址"], [*ROW, "饮水|空调;充电,药箱", "中原路10号,近建设路;东门"]]
    assert read_rows(write_csv(tmp_path / "a.csv", rows, delimiter=delimiter)) == [(2, list(rows[1]))]


def test_unicode_text_of_excel_is_tabs_in_utf16(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("站点名称\t经度\t纬度\r\n甲\t113.665123\t34.752456\r\n".encode("utf-16"))
    assert read_rows(path) == [(2, ["甲", "113.665123", "34.752456"])]


def test_gb18030_is_told_from_utf8_far_behind_the_start(tmp_path: Path) -> None:
    rows = [
        ["station name", "lon", "lat"],
        *([f"station {i}", "113.665123", "34.752456"] for i in range(5000)),
    ]
    path = write_csv(
        tmp_path / "a.csv", [*rows, ["鄠邑区东门驿站", "113.665123", "34.752456"]], encoding="gb18030"
    )
    assert path.stat().st_size > 100_000
    assert read_rows(path)[-1][1][0] == "鄠邑区东门驿站"


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        '站点名称,地址,经度,纬度\n"甲","中原路\n10号",113.665123,34.752456\n\n,,,\n乙,路,113.665123,34.752456\n',
        encoding="utf-8",
    )
    drafts, _ = read(path)
    assert [(draft.row, draft.values["name"]) for draft in drafts] == [(2, "甲"), (5, "乙")]
    assert drafts[0].values["address"] == "中原路 10号"


def test_old_line_ends_are_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("站点名称,经度,纬度\r甲,113.665123,34.752456\r".encode())
    assert [row for row, _ in read_rows(path)] == [2]


def test_a_short_row_lacks_its_last_cells(tmp_path: Path) -> None:
    drafts, problems = read(write_csv(tmp_path / "a.csv", [[*HEADER, "地址", "备注"], ROW]))
    assert len(drafts) == 1
    assert "address" not in drafts[0].values
    assert problems == []


def test_a_row_with_a_stray_delimiter_is_refused_not_shifted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "站点名称,地址,联系电话,经度,纬度\n甲,中原路10号,东门,0371-67181234,113.665123,34.752456\n",
        encoding="utf-8",
    )
    drafts, problems = read(path)
    assert drafts == []
    assert [(problem.row, problem.severity) for problem in problems] == [(2, "refused")]
    assert "67181234" not in str(problems)


@pytest.mark.parametrize("rows_behind", [1, 40, 5000])
def test_an_open_quotation_mark_is_told_and_swallows_nothing(tmp_path: Path, rows_behind: int) -> None:
    path = tmp_path / "a.csv"
    lines = ["站点名称,地址,经度,纬度", '甲,"中原路,113.665123,34.752456']
    path.write_text("\n".join([*lines, *["乙,路,113.665123,34.752456"] * rows_behind]), encoding="utf-8")
    with (
        pytest.raises(FileError, match=r"第 2 行起有一个引号没有配对"),
        open_table(path, max_bytes=MAX_BYTES) as t,
    ):
        list(t)


def test_a_cell_of_several_lines_at_the_end_is_no_open_quotation_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('站点名称,经度,纬度,备注\n甲,113.665123,34.752456,"一\n二 ""三"" 四"', encoding="utf-8")
    assert read_rows(path)[0][1][3] == '一\n二 "三" 四'


def test_bytes_of_no_encoding_are_told_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("站点名称,经度,纬度\n甲,1,2\n乙".encode() + b"\xff\xff,3,4\n")
    with pytest.raises(FileError, match="第 3 行附近有认不出的文字编码"):
        open_table(path, max_bytes=MAX_BYTES)


# Without control characters but these two: a file full of them is refused as binary, as it should be.
CELLS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), include_characters="\n\t"), max_size=20
)


@settings(deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=4, max_size=4), max_size=12), seed=st.integers(0, 99))
def test_cells_come_back_as_written(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], seed: int
) -> None:
    chosen = random.Random(seed)
    path = tmp_path_factory.mktemp("cells") / "a.csv"
    # A first row that is no total, no foot note and no header, whatever the others are.
    rows = [ROW, *rows]
    write_csv(path, [HEADER, *rows], encoding=chosen.choice(["utf-8-sig", "utf-16"]), delimiter=",")
    numbered = dict(read_rows(path))
    expected = dict(enumerate(rows, 2))
    assert numbered.items() <= expected.items()
    assert all(may_be_left_out(expected[row]) for row in expected.keys() - numbered.keys())


def test_files_put_one_below_the_other_are_one_table(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    part = "编号,站点名称,经度,纬度\n{},{},113.665123,34.752456\n"
    path.write_text("\ufeff" + part.format(1, "甲") + "\ufeff" + part.format(2, "乙"), "utf-8")
    assert [cells[:2] for _, cells in read_rows(path)] == [["1", "甲"], ["2", "乙"]]


@pytest.mark.parametrize("text", ["甲," * 600_000, '"' + "甲" * 2_000_000, "甲" * 200_000])
def test_an_endless_line_or_cell_is_told_where_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join(HEADER) + "\n" + ",".join(ROW) + "\n" + text, "utf-8")
    with pytest.raises(FileError, match="第 3 行"):
        read_rows(path)


def test_a_header_without_rows_is_told(tmp_path: Path) -> None:
    for rows in ([HEADER], [HEADER, ["", " ", "", ""]], [HEADER, ["合计", "", "", ""]]):
        with pytest.raises(FileError, match="没有一行数据"):
            read(write_csv(tmp_path / "a.csv", rows))


def test_first_lines_are_shown_without_telephones_and_marks(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1,\u202e张三\x1b[2J,13812345678,0371-67181234\n", "utf-8")
    with pytest.raises(FileError, match="找不到表头") as caught:
        read(path)
    assert "12345678" not in str(caught.value)
    assert "67181234" not in str(caught.value)
    assert str(caught.value).isprintable()
