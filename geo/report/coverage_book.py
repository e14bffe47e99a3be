"""The full-coverage tables as a workbook (全覆盖台账): every figure with its day and its definition."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

from geo.model.ledger import Ledger, Line, Sheet
from geo.report.tables import harmless

__all__ = ["coverage_book"]

_NAMES_AT_MOST = 500
_NAME_WIDTH, _WIDTH = 34, 13
# Of what a cell may hold, as Excel limits it.
_LONGEST = 32_000
_UNSEEN = {code: None for code in range(32) if chr(code) not in "\t\n\r"}

_Cell = str | int | float | None


class _Row(NamedTuple):
    cells: list[_Cell]
    bold: bool = False


def coverage_book(ledger: Ledger) -> bytes:
    """Return the workbook (XLSX), a page for each group of sheets."""
    # Some 25 MB, which nothing else here needs.
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    pages: dict[str, list[_Row]] = {}
    for sheet in ledger.sheets:
        pages.setdefault(sheet.group, [_Row([_dated(ledger)], bold=True)]).extend(_rows(sheet, ledger))
    for name, rows in pages.items():
        _write(book.create_sheet(name), rows)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _dated(ledger: Ledger) -> str:
    said = f"截至 {ledger.as_of.isoformat()}"
    return said if ledger.since is None else f"{said},与 {ledger.since.isoformat()} 相比"


def _rows(sheet: Sheet, ledger: Ledger) -> Iterator[_Row]:
    """Yield the rows of a sheet, its title and definition above them."""
    parts = any(line.of is not None for line in sheet.lines)
    changes = any(line.before is not None for line in sheet.lines)
    yield _Row([])
    yield _Row([str(sheet.title)], bold=True)
    yield _Row([str(sheet.definition)])
    yield _Row(list(_heads(sheet, parts=parts, changes=changes)), bold=True)
    for line in sheet.lines:
        names = (
            _names(line.cells[sheet.named], ledger.names[sheet.counts]) if sheet.counts != "stations" else ()
        )
        yield _Row([*_figures(line, parts=parts, changes=changes), *names])


def _heads(sheet: Sheet, *, parts: bool, changes: bool) -> Iterator[str]:
    columns = [str(column) for column in sheet.columns]
    yield "项目"
    yield from columns
    if parts:
        yield from (f"{column}占比" for column in columns)
    if changes:
        yield from (f"{column}增减" for column in columns)
    if sheet.counts != "stations":
        yield "名单"


def _figures(line: Line, *, parts: bool, changes: bool) -> Iterator[_Cell]:
    counts = [len(cell) for cell in line.cells]
    yield str(line.name)
    yield from counts
    if parts:
        of = line.of or (0,) * len(counts)
        yield from (count / whole if whole else None for count, whole in zip(counts, of, strict=True))
    if changes:
        before = line.before or counts
        yield from (count - old for count, old in zip(counts, before, strict=True))


def _names(codes: tuple[str, ...], names: dict[str, str]) -> Iterator[str]:
    more = f" 等 {len(codes)} 个" if len(codes) > _NAMES_AT_MOST else ""
    yield "、".join(names[code] for code in codes[:_NAMES_AT_MOST]) + more


def _write(page: Any, rows: list[_Row]) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row.cells, 1):
            cell = page.cell(number, column)
            if isinstance(value, str):
                cell.value = harmless(value.translate(_UNSEEN)[:_LONGEST])
                cell.data_type = "s"
            else:
                cell.value = value
                cell.number_format = "0.0%" if isinstance(value, float) else "#,##0"
            cell.font = Font(bold=row.bold)
    for column in range(1, page.max_column + 1):
        page.column_dimensions[get_column_letter(column)].width = _WIDTH if column > 1 else _NAME_WIDTH
