"""The full-coverage tables as a workbook that Excel reads."""

from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from geo.model.hours import Reason
from geo.model.ledger import Ledger, Line, Sheet
from geo.report.coverage_book import coverage_book

COLUMNS = (Reason("全部"), Reason("爱心驿站"))
RULE = Reason("只数开放的")


def pages(*sheets: Sheet, since: date | None = None) -> dict[str, list[list[Any]]]:
    names = {"stations": {"A": "甲", "B": "=乙"}, "areas": {"1": "东区", "2": "=1+1"}, "units": {}}
    book = load_workbook(BytesIO(coverage_book(Ledger(date(2026, 11, 22), since, list(sheets), names))))
    return {
        page.title: [[cell for cell in row if cell is not None] for row in page.values]
        for page in book.worksheets
    }


def test_figures_stand_under_their_day_and_definition():
    lines = [Line("a", "=HYPERLINK(1)", (("A", "B"), ("A",)), (4, 0)), Line("b", Reason("没有填"), ((), ()))]
    found = pages(Sheet("host", "总览", Reason("依托"), RULE, COLUMNS, lines))
    assert found == {
        "总览": [
            ["截至 2026-11-22"],
            [],
            ["依托"],
            ["只数开放的"],
            ["项目", "全部", "爱心驿站", "全部占比", "爱心驿站占比"],
            ["'=HYPERLINK(1)", 2, 1, 0.5],
            ["没有填", 0, 0],
        ]
    }


def test_changes_stand_beside_and_areas_are_named():
    line = Line("cover", Reason("没有站点的"), (("1", "2"), ("1",)), before=(3, 1))
    sheet = Sheet("cover", "区县", Reason("覆盖"), RULE, COLUMNS, [line], "areas")
    found = pages(sheet, sheet, since=date(2026, 10, 1))["区县"]
    assert found[0] == ["截至 2026-11-22,与 2026-10-01 相比"]
    assert found[4] == ["项目", "全部", "爱心驿站", "全部增减", "爱心驿站增减", "名单"]
    assert found[5] == ["没有站点的", 2, 1, -1, 0, "东区、=1+1"]
    assert found[1:6] == found[6:11], "sheets of one group share a page"
