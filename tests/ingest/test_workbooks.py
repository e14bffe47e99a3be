"""Workbooks: the sheet that is read, its cells as a person sees them, and what tries to drown the reader."""

import math
import subprocess
import sys
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import FileError
from geo.ingest.table import open_table
from tests.ingest.files import HEADER, MAX_BYTES, ROW, may_be_left_out, read, read_rows, write_xlsx

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet1.xml"


def inline_row(row: int, cells: list[str]) -> str:
    """Return a row of texts as a sheet's XML writes it."""
    written = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells)
    return f'<row r="{row}">{written}</row>'


def sheet_xml(rows: str) -> str:
    """Return a sheet's part."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>'
    )


def one_cell(folder: Path, value: Any, *, number_format: str | None = None, epoch: Any = None) -> str:
    """Return a value written by openpyxl as it is read back."""
    book = openpyxl.Workbook()
    if epoch:
        book.epoch = epoch
    book.active.append(HEADER)
    book.active.append([*ROW[:3], value])
    if number_format:
        book.active["D2"].number_format = number_format
    path = folder / "a.xlsx"
    book.save(path)
    return read_rows(path)[0][1][3]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (54.0, "54"),
        (13812345678, "13812345678"),
        (410102001000, "410102001000"),
        (113.30513200000001, "113.305132"),
        (0.1 + 0.2, "0.3"),
        (True, "是"),
        (False, "否"),
        ("０１２３", "０１２３"),
        ("一\n二", "一\n二"),
        (datetime(2025, 3, 1), "2025-03-01"),  # noqa: DTZ001 a spreadsheet knows no time zone
        (datetime(2025, 3, 1, 8, 30), "2025-03-01 08:30"),  # noqa: DTZ001
        (time(8, 30), "08:30"),
    ],
)
def test_a_cell_is_what_a_person_sees(tmp_path: Path, value: Any, text: str) -> None:
    assert one_cell(tmp_path, value) == text


@pytest.mark.parametrize(
    ("number_format", "text"),
    [
        ('yyyy"年"m"月"', "2025-03"),
        ('yyyy"年"m"月"d"日"', "2025-03-01"),
        ("yyyy/m/d;@", "2025-03-01"),
        ("mmm-yy", "2025-03"),
        ("0.00", "45717"),
        ("General", "45717"),
    ],
)
def test_a_date_is_as_exact_as_its_format(tmp_path: Path, number_format: str, text: str) -> None:
    assert one_cell(tmp_path, 45717, number_format=number_format) == text


@pytest.mark.parametrize(
    ("number", "text"), [(57, "2025-03"), (31, "2025-03-01"), (32, "12:00"), (9, "45717.5")]
)
def test_chinese_excel_numbers_its_date_formats_itself(tmp_path: Path, number: int, text: str) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ("表", [HEADER, [*ROW[:3], 45717.5]]))
    others = '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    ours = f'<cellXfs><xf numFmtId="{number}"/></cellXfs>'
    _replace(path, "xl/styles.xml", f"<styleSheet {MAIN}>{others}{ours}</styleSheet>")
    assert read_rows(path)[0][1][3].split()[0] == text


def test_dates_may_count_from_1904(tmp_path: Path) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    given_date = date(2025, 3, 1)
    assert one_cell(tmp_path, given_date, epoch=CALENDAR_MAC_1904) == "2025-03-01"


def test_a_formula_counts_as_its_last_value(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ("表", [HEADER, ROW]))
    formula = (
        '<row r="3"><c r="A3" t="str"><f>"a"&amp;B1</f><v>甲</v></c><c r="C3"><f>1+1</f><v>2</v></c></row>'
    )
    _replace(path, SHEET, sheet_xml(inline_row(1, HEADER[1:]) + formula))
    assert read_rows(path) == [(3, ["甲", "", "2"])]


def test_prefixed_names_phonetic_hints_and_missing_references_are_read(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ("表", [HEADER, ROW]))
    cell = '<x:c t="inlineStr"><x:is><x:r><x:t>{}</x:t></x:r><x:rPh><x:t>拼音</x:t></x:rPh></x:is></x:c>'
    rows = ["".join(map(cell.format, cells)) for cells in (["站点名称", "经度"], ["甲", "113.6"])]
    data = "".join(f"<x:row>{row}</x:row>" for row in rows)
    prefixed = MAIN.replace("xmlns", "xmlns:x")
    _replace(path, SHEET, f"<x:worksheet {prefixed}><x:sheetData>{data}</x:sheetData></x:worksheet>")
    assert read_rows(path) == [(2, ["甲", "113.6"])]


def test_rows_keep_the_numbers_of_the_sheet(tmp_path: Path) -> None:
    rows = [["某区驿站台账"], [], HEADER, ROW, [], [], ["8", "乙", "113.7", "34.7"]]
    path = write_xlsx(tmp_path / "a.xlsx", ("表", rows))
    assert [row for row, _ in read_rows(path)] == [4, 7]


def test_a_cell_merged_downwards_counts_in_each_of_its_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for cells in (["台账"], ["区县", *HEADER[1:]], ["金水区", "甲", 113.6, 34.7], ["", "乙", 113.6, 34.7]):
        sheet.append(cells)
    sheet.append(["", "丙", 113.6, 34.7])
    sheet.append(["", "丁", 113.6, 34.7])
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("A3:A5")
    book.save(tmp_path / "a.xlsx")
    assert [cells[0] for _, cells in read_rows(tmp_path / "a.xlsx")] == ["金水区"] * 3 + [""]


def test_the_first_visible_sheet_with_a_header_is_read_and_the_others_are_told(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "a.xlsx",
        ("填表说明", [["一、请如实填写"]]),
        ("隐藏", [HEADER, ["0", "隐", "113.6", "34.7"]]),
        ("空", []),
        ("驿站", [HEADER, ROW]),
        ("派水点", [HEADER, ["8", "乙", "113.7", "34.7"]]),
    )
    book = openpyxl.load_workbook(path)
    book["隐藏"].sheet_state = "hidden"
    book.save(path)
    drafts, problems = read(path)
    assert [draft.values["name"] for draft in drafts] == ["甲驿站"]
    (note,) = (problem for problem in problems if problem.severity == "note")
    assert "“驿站”" in note.reason
    assert "填表说明" in note.reason
    (warning,) = (problem for problem in problems if problem.severity == "warning")
    assert "派水点" in warning.reason
    assert "隐藏" not in note.reason


CELLS = st.one_of(
    st.none(),
    st.integers(-(10**14), 10**14),
    st.floats(-1e6, 1e6).map(lambda number: float(f"{number:.12g}")),
    st.booleans(),
    st.dates(date(1901, 1, 1), date(2099, 12, 31)),
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=12),
)


@settings(deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=6))
def test_a_sheet_reads_as_openpyxl_reads_it(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]]
) -> None:
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    rows = [[cell if not str(cell).startswith("=") else None for cell in row] for row in rows]
    write_xlsx(path, ("表", [HEADER, ROW, *rows]))
    ours = dict(read_rows(path))
    sheet = openpyxl.load_workbook(path).active
    for number, cells in enumerate(sheet.iter_rows(min_row=2, values_only=True), 2):
        expected = [_as_text(cell) for cell in cells]
        if number in ours:
            assert ours[number] == expected[: len(ours[number])]
            assert not any(expected[len(ours[number]) :])
        else:
            assert may_be_left_out(expected)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, int | float):
        return str(int(value)) if math.isclose(value, int(value), rel_tol=0, abs_tol=0) else f"{value:.15g}"
    return str(value)


def test_a_broken_date_stays_a_number(tmp_path: Path) -> None:
    assert one_cell(tmp_path, 99999999, number_format="yyyy-mm-dd") == "99999999"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ("表", [HEADER, ROW]))
    _replace(path, SHEET, sheet_xml(" " * 60_000_000))
    assert path.stat().st_size < 1_000_000
    with pytest.raises(FileError, match="解压后有"):
        open_table(path, max_bytes=200_000_000)


def test_a_workbook_far_larger_than_allowed_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ("表", [HEADER, *[ROW] * 2000]))
    with pytest.raises(FileError, match="解压后有"):
        open_table(path, max_bytes=path.stat().st_size)


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml"])
def test_entities_cannot_grow(tmp_path: Path, part: str) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ("表", [HEADER, ROW]))
    _replace(path, part, '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>')
    with pytest.raises(FileError, match="已损坏"), open_table(path, max_bytes=MAX_BYTES) as table:
        list(table)


def test_a_full_sheet_of_styled_empty_rows_takes_little_memory(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ("表", [HEADER, ROW]))
    styled = (f'<row r="{row}" s="0" ht="15"><c r="A{row}" s="0"/></row>' for row in range(3, 1_048_577))
    _replace(path, SHEET, sheet_xml(inline_row(1, HEADER) + inline_row(2, ROW) + "".join(styled)))
    script = (
        "from geo.ingest.table import open_table;"
        f"rows = list(open_table({str(path)!r}, max_bytes=200_000_000));"
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'));"
        "print(len(rows), int(peak.split()[1]) // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    rows, memory_mb = map(int, done.stdout.split())
    assert rows == 1
    assert memory_mb < 300


def _replace(path: Path, part: str, content: str) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = content.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_a_formula_without_a_result_is_told(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ("表", [HEADER, ROW, ["8", "=B2", "=C2", "=D2"]]))
    drafts, problems = read(path)
    assert [draft.row for draft in drafts] == [2]
    assert {problem.row for problem in problems if problem.severity == "refused"} == {3}
    assert any("公式" in problem.reason for problem in problems)


def test_a_formula_whose_result_is_an_empty_text_is_an_empty_cell(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", ("表", [HEADER, ROW]))
    formula = '<row r="3"><c r="A3" t="str"><f>IF(B3="","",1)</f><v></v></c></row>'
    _replace(path, SHEET, sheet_xml(inline_row(1, HEADER) + inline_row(2, ROW) + formula))
    assert read_rows(path) == [(2, ROW)]
