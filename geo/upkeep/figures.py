"""How the registry is doing, by union unit: people who came, reports and their answers, what was looked at.

Stations are counted together where they belong to the same unit and area; which units those are is a matter
of two small trees, so that 200,000 stations are some thousand rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from geo.db.tables import station
from geo.db.upkeep_tables import head_count, ticket
from geo.errors import InputError, NotFoundError
from geo.model.hours import CHINA
from geo.model.people import Person
from geo.model.reports import TicketState
from geo.model.verification import Policy
from geo.registry.rows import stamp
from geo.upkeep.scope import stations_of
from geo.upkeep.unit_trees import Group, Units, read_units_within

__all__ = ["LIVING", "WITHIN_DAYS", "Figures", "Period", "Row", "period_of", "read_figures"]

LIVING = ("trial", "open", "suspended")
"""Stations of these statuses are to be looked at."""

WITHIN_DAYS = (90, 275, 365)
_LONGEST_DAYS = 366
_YEARS = range(2000, 2101)


class Period(NamedTuple):
    """Days in China, both included."""

    since: date
    until: date

    @property
    def days(self) -> tuple[str, str]:
        """The first and the last as text."""
        return self.since.isoformat(), self.until.isoformat()

    @property
    def moments(self) -> tuple[str, str]:
        """When it begins and when it is over, as UTC text."""
        begin = datetime.combine(self.since, datetime.min.time(), CHINA)
        over = datetime.combine(self.until + timedelta(days=1), datetime.min.time(), CHINA)
        return stamp(begin), stamp(over)


class Row(NamedTuple):
    """The figures of a unit with all below it; without a code, of all that somebody may see.

    Parameters
    ----------
    stations : int
        Those that are to be looked at.
    verified : mapping
        How many of them were looked at within 90, 275 and 365 days.
    visits : mapping
        How many people came, by way of counting; never to be added up.
    counted : mapping
        At how many stations each way counted.
    reports : mapping
        How many reports were made, by kind; repetitions count once.
    answered : int
        How many of them were answered.
    median_s : float or None
        Half of those were answered within so many seconds.
    """

    code: str | None
    name: str
    depth: int
    stations: int
    verified: Mapping[int, int]
    visits: Mapping[str, int]
    counted: Mapping[str, int]
    reports: Mapping[str, int]
    answered: int
    median_s: float | None


class Figures(NamedTuple):
    """A unit first, then those directly below it; what came in by day at the first."""

    rows: Sequence[Row]
    days: Mapping[str, Mapping[str, int]]


def period_of(since: str, until: str, *, today: date) -> Period:
    """Return the days asked for, by default the last 30.

    Raises
    ------
    InputError
        No dates of this century, the wrong way round, or more than a year.

    Examples
    --------
    >>> period_of("", "", today=date(2026, 11, 2)).days
    ('2026-10-04', '2026-11-02')
    """
    last = _day(until, "until") if until else today
    first = _day(since, "since") if since else last - timedelta(days=29)
    if not timedelta(0) <= last - first < timedelta(days=_LONGEST_DAYS):
        raise InputError("开始日期应在结束日期以前,最多一年", parameter="since")
    return Period(first, last)


def _day(text: str, parameter: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise InputError("日期请写成 2026-10-10", parameter=parameter) from None
    if day.year not in _YEARS:
        raise InputError(
            "日期应在 %(first)s 年到 %(last)s 年之间,请改好再看",
            parameter=parameter,
            first=_YEARS[0],
            last=_YEARS[-1],
        )
    return day


def read_figures(
    session: Session, person: Person, period: Period, *, unit_code: str | None = None, today: date
) -> Figures:
    """Return the figures of one of somebody's units, by default of all he may see, and of those right below.

    Raises
    ------
    NotFoundError
        There is no such unit, or it is not one of his.
    """
    units = read_units_within(session, person)
    if unit_code is not None and unit_code not in units.names:
        raise NotFoundError("没有编号为 %(unit)s 的工会,或者不归您管", unit=unit_code)
    ours = stations_of(session, person)
    shown = [unit_code, *units.below(unit_code)]
    kept = _Kept(
        _standing(session, ours, today), _visits(session, ours, period), _counted(session, ours, period),
        _tickets(session, ours, period),
    )  # fmt: skip
    rows = [_row(units, code, depth=int(index > 0), kept=kept) for index, code in enumerate(shown)]
    return Figures(rows, _days(units, unit_code, kept.visits))


class _Kept(NamedTuple):
    """What the database says, a group of stations a row: unit and area first."""

    standing: Sequence[Any]
    visits: Sequence[Any]
    counted: Sequence[Any]
    tickets: Sequence[Any]


def _row(units: Units, code: str | None, *, depth: int, kept: _Kept) -> Row:
    standing = list(_of(units, code, kept.standing))
    tickets = list(_of(units, code, kept.tickets))
    took = [_seconds(row) for row in tickets if row.state == TicketState.ANSWERED]
    return Row(
        code,
        units.names.get(code or "", ""),
        depth,
        sum(row.stations for row in standing),
        {days: sum(row._mapping[f"within_{days}"] for row in standing) for days in WITHIN_DAYS},
        _sums(_of(units, code, kept.visits), "source", "count"),
        _sums(_of(units, code, kept.counted), "source", "stations"),
        _sums(tickets, "kind"),
        len(took),
        median(took) if took else None,
    )


def _of(units: Units, code: str | None, rows: Iterable[Any]) -> Iterable[Any]:
    return (row for row in rows if code is None or code in units.of(Group(row.unit_code, row.area_code)))


def _sums(rows: Iterable[Any], key: str, value: str | None = None) -> dict[str, int]:
    sums: dict[str, int] = {}
    for row in rows:
        name = row._mapping[key]
        sums[name] = sums.get(name, 0) + (row._mapping[value] if value else 1)
    return sums


def _days(units: Units, code: str | None, visits: Sequence[Any]) -> dict[str, dict[str, int]]:
    days: dict[str, list[Any]] = {}
    for row in _of(units, code, visits):
        days.setdefault(row.day, []).append(row)
    return {day: _sums(days[day], "source", "count") for day in sorted(days)}


def _seconds(row: Any) -> float:
    return (datetime.fromisoformat(row.answered_at) - datetime.fromisoformat(row.at)).total_seconds()


def _standing(session: Session, ours: ColumnElement[bool], today: date) -> Sequence[Any]:
    within = [_looked_at(today, days).label(f"within_{days}") for days in WITHIN_DAYS]
    group = (station.c.unit_code, station.c.area_code)
    living = and_(ours, station.c.status.in_(LIVING))
    asked = select(*group, func.count().label("stations"), *within).where(living).group_by(*group)
    return session.execute(asked).all()


def _looked_at(today: date, days: int) -> ColumnElement[int]:
    """Return how many stations were looked at within some days."""
    first, _, last = Policy(days, days).limits(today)
    return func.sum(case((station.c.verified_on.between(first, last), 1), else_=0))


def _visits(session: Session, ours: ColumnElement[bool], period: Period) -> Sequence[Any]:
    group = (station.c.unit_code, station.c.area_code, head_count.c.day, head_count.c.source)
    asked = (
        select(*group, func.sum(head_count.c.count).label("count"))
        .join(head_count, head_count.c.station_id == station.c.id)
        .where(ours, head_count.c.day.between(*period.days))
        .group_by(*group)
    )
    return session.execute(asked).all()


def _counted(session: Session, ours: ColumnElement[bool], period: Period) -> Sequence[Any]:
    group = (station.c.unit_code, station.c.area_code, head_count.c.source)
    asked = (
        select(*group, func.count(head_count.c.station_id.distinct()).label("stations"))
        .join(head_count, head_count.c.station_id == station.c.id)
        .where(ours, head_count.c.day.between(*period.days))
        .group_by(*group)
    )
    return session.execute(asked).all()


def _tickets(session: Session, ours: ColumnElement[bool], period: Period) -> Sequence[Any]:
    begin, over = period.moments
    columns = (ticket.c.kind, ticket.c.state, ticket.c.at, ticket.c.answered_at)
    asked = (
        select(station.c.unit_code, station.c.area_code, *columns)
        .join(ticket, ticket.c.station_id == station.c.id)
        .where(ours, ticket.c.same_as.is_(None), ticket.c.at >= begin, ticket.c.at < over)
    )
    return session.execute(asked).all()
