"""A study as a workbook: its tables with typed cells, as computed and not as rounded for reading."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from geo.model.hours import Reason
from geo.model.plan import Plan
from geo.model.study import Study
from geo.report.plan_figures import plan_figures, site_lines
from geo.report.plan_tables import (
    area_names,
    curve_table,
    fairness_table,
    phase_table,
    pool_table,
    site_table,
)
from geo.report.plan_words import plan_headline, plan_lines
from geo.report.study_figures import figures, question_lines
from geo.report.study_parts import StudyParts
from geo.report.study_tables import (
    Form,
    Table,
    area_table,
    distance_table,
    finding_table,
    gap_table,
    source_table,
    upgrade_table,
    week_table,
)
from geo.report.study_words import Say, assumption_lines, day_of, headline, limit_lines
from geo.report.tables import harmless

__all__ = ["study_book"]

# Of what a cell may hold, as Excel limits it.
_LONGEST = 32_000
_UNSEEN = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
_FORMATS: dict[Form, str] = {
    "count": "#,##0",
    "weight": "#,##0.0",
    "share": "0.0%",
    "points": "+0.0;-0.0;0.0",
    "metres": "#,##0",
    "minutes": "#,##0.0",
    "degrees": "0.000000",
    "number": "#,##0.0",
    "ratio": "0.000",
    "gap": "0.00%",
}
_WIDTHS: dict[Form, int] = {"text": 30, "code": 16}
_NUMBER_WIDTH, _HOUR_WIDTH = 13, 7
_WORDS_WIDTHS = (24, 22, 90)
_POINTS = 100


def study_book(parts: StudyParts, *, say: Say = str) -> bytes:
    """Return the workbook (XLSX): an overview, a sheet for each table, and how to take it all."""
    # Some 25 MB, which nothing else here needs.
    from openpyxl import Workbook

    study = parts.study
    book = Workbook()
    book.remove(book.active)
    book.properties.title, book.properties.creator = harmless(headline(study, say)), ""
    _words(book.create_sheet(say(Reason("总览"))), list(_overview(parts, say)))
    _table(book.create_sheet(say(Reason("区划"))), area_table(study, say))
    _table(book.create_sheet(say(Reason("缺口"))), gap_table(study, say))
    _table(book.create_sheet(say(Reason("时段"))), week_table(study, say), heat=True)
    _table(book.create_sheet(say(Reason("距离分布"))), distance_table(study, say))
    _table(book.create_sheet(say(Reason("24小时改造"))), upgrade_table(study, say))
    _table(book.create_sheet(say(Reason("数据问题"))), finding_table(study, say))
    for title, table in _plan_tables(study, say):
        _table(book.create_sheet(say(title)), table)
    _words(book.create_sheet(say(Reason("说明"))), list(_explained(parts, say)))
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _overview(parts: StudyParts, say: Say) -> Iterator[tuple[str, ...]]:
    study = parts.study
    yield (headline(study, say),)
    yield ()
    yield from figures(study, say)
    yield ()
    yield from question_lines(study, say)
    yield ()
    if "plan" in study:
        yield from _plan_overview(study["plan"], study, say)
    yield say(Reason("计算日期")), day_of(study["made_at"])
    yield say(Reason("研究编号")), study["id"]
    if parts.link:
        yield say(Reason("网页")), parts.link


def _plan_overview(plan: Plan, study: Study, say: Say) -> Iterator[tuple[str, ...]]:
    """Yield what a plan comes to, what was asked for it, and what proves it."""
    asked, assumptions = study["asked"], study["assumptions"]
    yield say(Reason("新站点放在哪里")), "", plan_headline(plan, asked, say)
    yield from plan_figures(plan, asked, say)
    yield from site_lines(plan, say)
    yield from (("", "", line) for line in plan_lines(plan, asked, say, assumptions=assumptions))
    yield ()


def _plan_tables(study: Study, say: Say) -> Iterator[tuple[Reason, Table]]:
    """Yield a plan's sheets: those that were asked for."""
    if "plan" not in study:
        return
    plan, asked = study["plan"], study["asked"]
    yield Reason("新站点"), site_table(plan, asked, say, areas=area_names(study))
    for title, table in (
        (Reason("站点数与覆盖"), curve_table(plan, asked, say)),
        (Reason("建设顺序"), phase_table(plan, asked, say)),
        (Reason("备选方案"), pool_table(plan, asked, say)),
        (Reason("公平"), fairness_table(plan, asked, say)),
    ):
        if table.rows:
            yield title, table


def _explained(parts: StudyParts, say: Say) -> Iterator[tuple[str, ...]]:
    study = parts.study
    sources = source_table(study, say)
    yield tuple(column.name for column in sources.columns)
    yield from (tuple(row) for row in sources.texts())
    for title, lines in (
        (say(Reason("假定")), assumption_lines(study["assumptions"], say)),
        (say(Reason("局限")), limit_lines(study, say)),
    ):
        yield ()
        yield from ((title, "", line) for line in lines)


def _words(sheet: Any, rows: Sequence[Sequence[str]]) -> None:
    """Write texts; the first row is a title."""
    from openpyxl.styles import Alignment, Font

    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(number, column)
            _put(cell, text)
            cell.alignment = Alignment(vertical="top", wrap_text=len(row) > 1)
            if number == 1:
                cell.font = Font(bold=True, size=14 if len(row) == 1 else 11)
    for letter, width in zip("ABC", _WORDS_WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width


def _table(sheet: Any, table: Table, *, heat: bool = False) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for at, column in enumerate(table.columns, 1):
        head = sheet.cell(1, at)
        _put(head, column.name)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="E3EFEC")
        head.alignment = Alignment(vertical="top", wrap_text=True)
        width = _HOUR_WIDTH if heat else _WIDTHS.get(column.form, _NUMBER_WIDTH)
        sheet.column_dimensions[get_column_letter(at)].width = width
        for number, row in enumerate(table.rows, 2):
            cell = sheet.cell(number, at)
            _put(cell, row[at - 1], column.form)
            cell.alignment = Alignment(vertical="top", wrap_text=column.form == "text")
    sheet.freeze_panes = "B2" if heat else "A2"
    if heat and table.rows:
        _warm(sheet)
    elif table.rows:
        sheet.auto_filter.ref = sheet.dimensions


def _put(cell: Any, value: Any, form: Form = "text") -> None:
    """Write a cell; a text is never a formula, a number never a text."""
    if isinstance(value, str):
        cell.value = harmless(value.translate(_UNSEEN)[:_LONGEST]) or None
        cell.data_type = "s" if cell.value else "n"
    elif value is not None:
        cell.value = value * _POINTS if form == "points" else value
        whole = form == "weight" and float(value).is_integer()
        cell.number_format = _FORMATS["count"] if whole else _FORMATS.get(form, "General")


def _warm(sheet: Any) -> None:
    from openpyxl.formatting.rule import ColorScaleRule

    ends = {"start_type": "num", "start_value": 0, "end_type": "num", "end_value": 1}
    scale = ColorScaleRule(**ends, start_color="FBEEE6", end_color="5B8FC7")
    sheet.conditional_formatting.add(f"B2:{sheet.cell(sheet.max_row, sheet.max_column).coordinate}", scale)
