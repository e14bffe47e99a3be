"""The full-coverage tables that unions report, of any day, compared with any earlier one."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.db.tables import area, change, holiday_table, unit
from geo.errors import InputError
from geo.model.holidays import Calendar
from geo.model.hours import CHINA, Reason
from geo.model.ledger import Ledger, Line, Sheet
from geo.model.station import SERVING, Status
from geo.model.venues import Venue
from geo.planner.spacing import Streets, spacing_sheet
from geo.planner.tables_areas import Tree, area_sheets
from geo.planner.tables_changes import change_sheet
from geo.planner.tables_parts import part_sheets
from geo.registry.areas import AreaIndex, read_index
from geo.registry.past import rows_as_of
from geo.registry.snapshot_read import calendar_of

__all__ = ["first_day", "ledger_of"]

_Rows = list[dict[str, Any]]
_BY_LINE = Reason(
    "每个爱心驿站到最近的另一个的直线距离,只数开放和试运行的;沿街道步行的距离,在有街道数据的机器上由 "
    "yizhan report 写进台账。山东 2022:城区 1 公里以内,人员密集处 0.5 公里以内"
)


def first_day(session: Session) -> date | None:
    """Return the day, in China, of the first change there is a record of; None where nothing was entered."""
    at = session.scalar(select(change.c.at).order_by(change.c.id).limit(1))
    return None if at is None else datetime.fromisoformat(at).astimezone(CHINA).date()


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
        Along which the distance between stations is measured; with none it is by line, and said to be.
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
        # Loads numba, which the pages, that know no venues, do without.
        from geo.planner.venues import duties_of, venue_sheets

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
        _spacing(serving, streets),
    ]


def _spacing(serving: _Rows, streets: Streets) -> Sheet:
    sheet = spacing_sheet(serving, streets)
    if streets:
        return sheet
    # All, by streets and by line: where all are by line, one column says it.
    lines = [line._replace(cells=line.cells[-1:], of=line.of and line.of[-1:]) for line in sheet.lines]
    return sheet._replace(definition=_BY_LINE, columns=sheet.columns[-1:], lines=lines)


def _serving(rows: _Rows) -> _Rows:
    return [row for row in rows if Status(row["status"]) in SERVING]


def _compared(sheets: Iterable[Sheet], then: Iterable[Sheet]) -> list[Sheet]:
    """Return the sheets with the figures of another day beside theirs.

    Lines and sheets of that day which are no more, as of a kind of which no station is left, come last.
    """
    held = {sheet.key: sheet for sheet in then}
    beside = [_beside(sheet, held.pop(sheet.key, None)) for sheet in sheets]
    return beside + [_beside(sheet._replace(lines=[]), sheet) for sheet in held.values()]


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
