"""The full-coverage tables that unions report, of any day, compared with any earlier one."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.db.tables import area, holiday_table, unit
from geo.errors import InputError
from geo.model.holidays import Calendar
from geo.model.ledger import Ledger, Line, Sheet
from geo.model.station import SERVING, Status
from geo.model.venues import Venue
from geo.planner.spacing import Streets, spacing_sheet
from geo.planner.tables_areas import Tree, area_sheets
from geo.planner.tables_changes import change_sheet
from geo.planner.tables_parts import part_sheets
from geo.planner.venues import duties_of, venue_sheets
from geo.registry.areas import AreaIndex, read_index
from geo.registry.past import rows_as_of
from geo.registry.snapshot_read import calendar_of

__all__ = ["ledger_of"]

_Rows = list[dict[str, Any]]


def ledger_of(
    session: Session,
    as_of: date,
    since: date | None = None,
    *,
    streets: Streets = (),
    venues: Sequence[Venue] = (),
) -> Ledger:
    """Return the tables of a day.

    Parameters
    ----------
    as_of : date
        The end of this day counts, in China's time.
    since : date, optional
        The earlier day that every figure is compared with. Areas, units and streets are those of now, on
        both days.
    streets : sequence of (StreetSet, Graph)
        Along which the distance between stations is measured.
    venues : sequence of Venue
        Public venues that may have to have a nursing room; with none there is no sheet of them.

    Raises
    ------
    InputError
        ``since`` is not before ``as_of``.
    """
    if since is not None and since >= as_of:
        raise InputError("since 应早于 as_of(%(as_of)s)", parameter="since", as_of=as_of.isoformat())
    index = read_index(session)
    trees = _tree(session, area), _tree(session, unit)
    calendar = calendar_of(
        tuple(session.scalars(select(holiday_table.c.text).order_by(holiday_table.c.year)))
    )
    rows = rows_as_of(session, as_of)
    sheets = _sheets(rows, index, trees, calendar, as_of, streets)
    if since is not None:
        then = rows_as_of(session, since)
        sheets = _compared(sheets, _sheets(then, index, trees, calendar, since, streets))
        sheets.append(change_sheet(then, rows))
    if venues:
        sheets += venue_sheets(duties_of(venues, _serving(rows), index), index)
    names = {"stations": {row["code"]: row["name"] for row in rows}}
    names |= {"areas": trees[0].names, "units": trees[1].names}
    names |= {"venues": {str(venue.row): venue.name for venue in venues}}
    return Ledger(as_of, since, sheets, names)


def _tree(session: Session, table: Any) -> Tree:
    rows = session.execute(select(table).order_by(table.c.code)).mappings().all()
    return Tree(
        {row["code"]: row["name"] for row in rows},
        {row["code"]: row["parent_code"] for row in rows},
        {row["code"]: row.get("level") or "" for row in rows},
    )


def _sheets(
    rows: _Rows,
    index: AreaIndex,
    trees: tuple[Tree, Tree],
    calendar: Calendar,
    day: date,
    streets: Streets,
) -> list[Sheet]:
    serving = _serving(rows)
    return [
        *part_sheets(rows, serving, calendar, day),
        *area_sheets(serving, index, *trees),
        spacing_sheet(serving, streets),
    ]


def _serving(rows: _Rows) -> _Rows:
    return [row for row in rows if Status(row["status"]) in SERVING]


def _compared(sheets: Iterable[Sheet], then: Iterable[Sheet]) -> list[Sheet]:
    """Return the sheets with the figures of another day beside theirs, lines that are no more included."""
    held = {sheet.key: sheet for sheet in then}
    return [_beside(sheet, held.pop(sheet.key, None)) for sheet in sheets]


def _beside(sheet: Sheet, then: Sheet | None) -> Sheet:
    old = {line.key: line for line in then.lines} if then else {}
    nothing: tuple[tuple[str, ...], ...] = ((),) * len(sheet.columns)
    lines = [
        line._replace(before=_counts(old.pop(line.key).cells if line.key in old else nothing))
        for line in sheet.lines
    ]
    gone = [Line(one.key, one.name, nothing, before=_counts(one.cells)) for one in old.values()]
    return sheet._replace(lines=[*lines, *gone])


def _counts(cells: tuple[tuple[str, ...], ...]) -> tuple[int, ...]:
    return tuple(len(cell) for cell in cells)
