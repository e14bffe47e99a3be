"""The full-coverage tables (全覆盖台账): every figure leads to the stations, areas or units it counts."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from flask import Blueprint, render_template, url_for

from geo.db.engine import reading
from geo.errors import InputError, NotFoundError
from geo.model.hours import CHINA, Reason
from geo.model.ledger import Ledger, Line, Sheet, cells_of
from geo.registry.snapshot import Snapshot
from web import params
from web.language import say
from web.plan_store import engine
from web.state import state
from web.words import facility_name

__all__ = ["blueprint"]

blueprint = Blueprint("plan_tables", __name__, url_prefix="/plan/tables")

_DAYS = ("as_of", "since")
_LINES = 60
_LINES_ALONE = 200
_CODES = 100
_MOST_PAGES = 100_000
# Stations and lines of all tables kept: dozens of days of a city's, two of the country's.
_KEPT_SIZE = 300_000


class Cell(NamedTuple):
    """A figure: how many, their share and their change where these are told, and where it leads."""

    count: int
    share: float | None
    change: int | None
    address: str | None


class Shown(NamedTuple):
    """A sheet as the page shows it: some of its lines, and how many there are."""

    key: str
    title: str
    definition: str
    columns: list[str]
    lines: list[tuple[str, list[Cell]]]
    count: int


class Part(NamedTuple):
    """One page of many things."""

    page: int
    pages: int
    start: int
    stop: int
    count: int


@blueprint.get("/")
def page() -> str:
    """Answer with all tables, of the long ones the beginning; with ``sheet`` the whole of one, in pages.

    Raises
    ------
    NotFoundError
        There is no such sheet.
    """
    values = params.given({*_DAYS, "sheet", "page", "lang"}, strict=False)
    days = _days(values)
    ledger = _ledger(*days)
    wanted = params.one(values, "sheet")
    chosen = [sheet for sheet in ledger.sheets if wanted in (None, sheet.key)]
    if not chosen:
        raise NotFoundError("没有叫“%(sheet)s”的表", sheet=str(wanted)[: params.SHOWN])
    part = _part(values, len(chosen[0].lines), _LINES_ALONE) if wanted else Part(1, 1, 0, _LINES, 0)
    return render_template(
        "plan_tables.html",
        sheets=[_shown(sheet, part, days) for sheet in chosen],
        part=part if wanted else None,
        alone=wanted,
        **_common(ledger, days),
    )


@blueprint.get("/<path:figure>")
def rows(figure: str) -> str:
    """Answer with what one figure counts.

    Raises
    ------
    NotFoundError
        There is no such figure.
    """
    values = params.given({*_DAYS, "column", "page", "lang"}, strict=False)
    days = _days(values)
    ledger = _ledger(*days)
    sheet, line = next(cells_of(ledger, figure), (None, None))
    if sheet is None or line is None:
        raise NotFoundError("没有叫“%(figure)s”的数字", figure=figure[: params.SHOWN])
    column = params.whole(values, "column", default=0, low=0, high=len(sheet.columns) - 1)
    codes = line.cells[column]
    part = _part(values, len(codes), _CODES)
    names = ledger.names[sheet.counts]
    return render_template(
        "plan_tables_rows.html",
        title=say(sheet.title),
        definition=say(sheet.definition),
        name=_name(sheet, line),
        column_name=say(sheet.columns[column]),
        figure=figure,
        column=column,
        part=part,
        rows=[(code, names[code], _place(sheet, code, days)) for code in codes[part.start : part.stop]],
        **_common(ledger, days),
    )


def _days(values: params.Values) -> tuple[date, date | None]:
    """Return the days asked for, which lie between the first that there is a record of and today."""
    as_of, since = (_day(values, name) for name in _DAYS)
    first, today = _span()
    for name, day in zip(_DAYS, (as_of, since), strict=True):
        if day is not None and not first <= day <= today:
            raise InputError(
                "%(name)s 应在 %(first)s(登记册最早的记录)到 %(last)s(今天)之间,现在是 %(value)s",
                parameter=name,
                name=name,
                first=first.isoformat(),
                last=today.isoformat(),
                value=day.isoformat(),
            )
    return as_of or today, since


def _span() -> tuple[date, date]:
    from geo.planner.tables import first_day

    today = datetime.now(CHINA).date()
    with reading(engine()) as session:
        return min(first_day(session) or today, today), today


def _day(values: params.Values, name: str) -> date | None:
    text = params.one(values, name)
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            "%(name)s 应是 2026-10-01 这样的日期,现在是“%(value)s”",
            parameter=name,
            name=name,
            value=text[: params.SHOWN] if text else "",
        ) from error


_kept: WeakKeyDictionary[Snapshot, dict[tuple[date, date | None], Ledger]] = WeakKeyDictionary()


def _ledger(as_of: date, since: date | None) -> Ledger:
    """Return the tables of some days; those asked for last are kept until the registry moves.

    Distances are by line: along streets they would take a worker too long, and a compiler into its memory.
    """
    # Brings shapely and the hours' reader along, which the finder does without.
    from geo.planner.tables import ledger_of

    held = _kept.setdefault(state().live.index.snapshot.bare, {})
    found = held.pop((as_of, since), None)
    if found is None:
        with reading(engine()) as session:
            found = ledger_of(session, as_of, since)
    room = _KEPT_SIZE - _size(found)
    for days, other in reversed(list(held.items())):
        room -= _size(other)
        if room < 0:
            held.pop(days, None)
    # The last one is that asked for last, and is kept however large it is.
    held[as_of, since] = found
    return found


def _size(ledger: Ledger) -> int:
    return len(ledger.names["stations"]) + sum(len(sheet.lines) for sheet in ledger.sheets)


def _common(ledger: Ledger, days: tuple[date, date | None]) -> dict[str, Any]:
    since = ledger.since.isoformat() if ledger.since else ""
    span = [day.isoformat() for day in _span()]
    return {"as_of_day": ledger.as_of.isoformat(), "since_day": since, "span": span, "days": _query(days)}


def _query(days: tuple[date, date | None]) -> dict[str, str]:
    """Return what keeps the days in an address; today is not named, so that a link stays today's."""
    as_of, since = days
    named = {} if as_of == datetime.now(CHINA).date() else {"as_of": as_of.isoformat()}
    return named | ({"since": since.isoformat()} if since else {})


def _part(values: params.Values, count: int, size: int) -> Part:
    pages = max(-(-count // size), 1)
    at = min(params.whole(values, "page", default=1, low=1, high=_MOST_PAGES), pages)
    return Part(at, pages, (at - 1) * size, min(at * size, count), count)


def _shown(sheet: Sheet, part: Part, days: tuple[date, date | None]) -> Shown:
    lines = [(_name(sheet, line), _cells(line, _query(days))) for line in sheet.lines[part.start : part.stop]]
    columns = [say(column) for column in sheet.columns]
    return Shown(sheet.key, say(sheet.title), say(sheet.definition), columns, lines, len(sheet.lines))


def _cells(line: Line, query: dict[str, str]) -> list[Cell]:
    counts = [len(cell) for cell in line.cells]
    nothing: Sequence[None] = (None,) * len(counts)
    return [
        Cell(
            count,
            count / of if of else None,
            None if before is None else count - before,
            url_for(".rows", figure=line.key, column=column or None, **query) if count else None,
        )
        for column, (count, of, before) in enumerate(
            zip(counts, line.of or nothing, line.before or nothing, strict=True)
        )
    ]


def _name(sheet: Sheet, line: Line) -> str:
    if sheet.key.startswith("facility."):
        return facility_name(line.key.rpartition(".")[2])
    return say(line.name) if isinstance(line.name, Reason) else line.name


def _place(sheet: Sheet, code: str, days: tuple[date, date | None]) -> str:
    """Return the address of a station's page, or of the stations of an area or a unit."""
    if sheet.counts == "stations":
        return url_for("stations.page", code=code)
    kind = {"areas": "area", "units": "unit"}[sheet.counts]
    return url_for(".rows", figure=f"{kind}.{code}", **_query(days))
