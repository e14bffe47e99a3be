"""Files as clerks send them, and what is read from them."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from geo.crs import Crs
from geo.ingest.problems import Problem
from geo.ingest.stations import Draft, read_stations
from geo.ingest.table import open_table

MAX_BYTES = 50_000_000
HEADER = ["编号", "站点名称", "经度", "纬度"]
ROW = ["7", "甲驿站", "113.665123", "34.752456"]

Rows = Sequence[Sequence[Any]]


def write_csv(path: Path, rows: Rows, *, encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """Write a text table as a spreadsheet program does."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def write_xlsx(path: Path, *sheets: tuple[str, Rows]) -> Path:
    """Write a workbook through openpyxl."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def read_rows(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows below the header."""
    with open_table(path, max_bytes=MAX_BYTES) as table:
        return list(table)


def read(
    path: Path, *, crs: Crs | None = Crs.WGS84, kind: str | None = None, summer: str = "05-01/09-30"
) -> tuple[list[Draft], list[Problem]]:
    """Return the drafts and the problems of a file."""
    with open_table(path, max_bytes=MAX_BYTES) as table:
        items = list(read_stations(table, crs=crs, kind=kind, summer=summer))
    drafts = [item for item in items if isinstance(item, Draft)]
    return drafts, [item for item in items if isinstance(item, Problem)]


def read_one(folder: Path, **cells: str) -> tuple[dict[str, Any] | None, list[Problem]]:
    """Return the values of one station, given by header and cell beside name and position, and problems."""
    row = {"站点名称": "甲驿站", "经度": "113.665123", "纬度": "34.752456"} | cells
    drafts, problems = read(write_csv(folder / "one.csv", [list(row), list(row.values())]))
    return (drafts[0].values if drafts else None), problems


def may_be_left_out(cells: Sequence[str]) -> bool:
    """Tell whether a row of any texts could be blank, a total, a foot note or a header said again."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return (
        not filled
        or filled[0][0] in "合总小共注备说填制审统联单负经主领日时截盖签"
        or len(set(filled) & set(HEADER)) > 1
    )
