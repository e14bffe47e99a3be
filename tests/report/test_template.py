"""The workbook to fill in: every choice it offers is read without a doubt, and its version is told."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from geo.ingest.headers import heading_of
from geo.ingest.template_version import template_version
from geo.model.facilities import FACILITIES
from geo.model.template import DATA_SHEET, GUIDE_SHEET, TEMPLATE_VERSION
from geo.report.template import template_book
from geo.report.template_columns import COLUMNS
from tests.ingest.files import read

DISTRICTS = [f"第{number}区" for number in range(60)]
UNITS = [("410101", "东区总工会"), ("410102", "=西区总工会")]


@pytest.fixture(scope="module")
def body() -> bytes:
    return template_book(districts=DISTRICTS, units=UNITS)


@pytest.fixture
def filled(body: bytes, tmp_path: Path) -> Callable[..., Path]:
    """Write rows below the header of the template, as a clerk does."""

    def made(*rows: dict[str, str]) -> Path:
        book = openpyxl.load_workbook(io.BytesIO(body))
        sheet = book[DATA_SHEET]
        header = [cell.value for cell in sheet[1]]
        for number, row in enumerate(rows, 2):
            for name, text in row.items():
                sheet.cell(number, header.index(name) + 1, text)
        path = tmp_path / "驿站.xlsx"
        book.save(path)
        return path

    return made


def choices(book: openpyxl.Workbook, sheet: Worksheet, formula: str) -> list[str]:
    """Return what a drop-down offers, as a spreadsheet program finds it."""
    if formula.startswith('"'):
        return formula.strip('"').split(",")
    name, _, cells = formula.partition("!")
    return [cell.value for (cell,) in book[name.strip("'")][cells.replace("$", "")]]


def test_every_header_is_known_and_every_facility_has_one():
    fields = [heading_of(column.header).field for column in COLUMNS]
    assert len(set(fields)) == len(fields)
    assert {f"yes:{code}" for code in FACILITIES} <= set(fields)
    assert {"name", "x", "y", "crs"} == {
        heading_of(column.header).field for column in COLUMNS if column.required
    }


def test_every_choice_of_every_drop_down_is_read_without_a_doubt(body: bytes, filled: Callable):
    book = openpyxl.load_workbook(io.BytesIO(body))
    sheet = book[DATA_SHEET]
    header = [cell.value for cell in sheet[1]]
    offered = {
        header[next(iter(rule.sqref.ranges)).min_col - 1]: choices(book, sheet, rule.formula1)
        for rule in sheet.data_validations.dataValidation
    }
    assert offered["所属区县"] == DISTRICTS
    assert offered["工会代码"] == ["410101", "410102"]
    assert offered["类别"] == ["爱心驿站", "爱心派水点", "母婴关爱室"]
    needed = {"站点名称": "甲驿站", "经度": "113.66512", "纬度": "34.75246", "坐标系": "GCJ-02"}
    rows = [
        {**needed, "编号": f"{name}-{word}", name: word} for name, words in offered.items() for word in words
    ]
    drafts, problems = read(filled(*rows), crs=None)
    assert problems == []
    assert len(drafts) == len(rows)
    assert {draft.values["status"] for draft in drafts if "status" in draft.values} == {
        "planned", "building", "trial", "open", "suspended", "closed",
    }  # fmt: skip
    assert {draft.crs for draft in drafts if draft.ref.startswith("坐标系")} == {
        "gcj02", "bd09", "cgcs2000", "wgs84",
    }  # fmt: skip


def test_the_examples_of_the_guide_are_a_row_without_a_doubt(filled: Callable):
    drafts, problems = read(filled({column.header: column.example for column in COLUMNS}), crs=None)
    assert problems == []
    [draft] = drafts
    assert draft.values["hours_osm"] == "Jun-Sep Mo-Fr 08:30-17:30"
    assert draft.values["facilities"] == dict.fromkeys(FACILITIES, "yes")


def test_nothing_in_it_is_run_as_a_formula(body: bytes):
    book = openpyxl.load_workbook(io.BytesIO(body))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert "'=西区总工会" in {cell.value for cell in cells}


def test_its_version_is_told_and_that_of_other_files_is_none(body: bytes, tmp_path: Path):
    assert template_version(io.BytesIO(body), max_bytes=1_000_000) == TEMPLATE_VERSION
    book = openpyxl.load_workbook(io.BytesIO(body))
    book[GUIDE_SHEET]["B1"] = "2025.01"
    older = io.BytesIO()
    book.save(older)
    older.seek(0)
    assert template_version(older, max_bytes=1_000_000) == "2025.01"
    del book[GUIDE_SHEET]
    other = io.BytesIO()
    book.save(other)
    other.seek(0)
    assert template_version(other, max_bytes=1_000_000) == ""
    assert template_version(io.BytesIO(b"PK\x03\x04 broken"), max_bytes=1_000_000) == ""
    assert template_version(io.BytesIO("站点名称,经度".encode()), max_bytes=1_000_000) == ""
