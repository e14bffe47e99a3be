"""Somebody's stations as a table: filtered, ordered, a page at a time.

The registry may hold 200,000 of them, and a clerk waits for every page: only ids are filtered and ordered, in
one pass over the table, and then the few rows that are shown are read.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, literal_column, or_, select
from sqlalchemy.orm import Session

from geo.db.tables import area, change, station
from geo.db.upkeep_tables import ticket
from geo.errors import InputError
from geo.model.people import Person
from geo.model.verification import Policy, Standing
from geo.upkeep.scope import belonging_to, ids_within, stations_of, units_below
from geo.upkeep.verify import stands

__all__ = [
    "COUNTED",
    "NONE",
    "ORDERS",
    "Found",
    "Line",
    "Measure",
    "Wanted",
    "conditions_of",
    "find_codes",
    "ids_of",
    "list_stations",
]

COUNTED = 10_000
"""How many stations are counted, and paged through, at most: nobody reads further."""

NONE = "-"
"""As an area or a unit: those that have none."""

_ORDERS = {
    "code": station.c.code,
    # As many characters as people compare, and as the index holds.
    "name": func.substr(station.c.name, literal_column("1"), literal_column("60")),
    "kind": station.c.kind,
    "status": station.c.status,
    "district": func.coalesce(station.c.district_name, ""),
    "unit": func.coalesce(station.c.unit_name, ""),
    # Never verified comes before verified long ago.
    "verified": func.coalesce(station.c.verified_on, ""),
    "updated": station.c.updated_at,
}
ORDERS = tuple(_ORDERS)
"""What a table can be ordered by."""

_MANY = 500
_OPEN_TICKETS = ("new", "assigned")
_SHOWN = (
    "id", "code", "kind", "status", "name", "address", "area_code", "district_name", "street_name",
    "unit_name", "hours_raw", "hours_osm", "verified_on", "updated_at",
)  # fmt: skip


class Wanted(NamedTuple):
    """Which stations, in which order.

    Parameters
    ----------
    text : str
        Words that all occur in code, names or address.
    kinds, statuses : tuple of str
        Any of them; none: all.
    unit, area : str
        A code: that unit or area, with all below it; to a unit belongs what `geo.upkeep.scope` says.
        `NONE`: those without.
    facilities, lacking : tuple of str
        Codes of what is there for certain, and of what is not, or not known to be.
    standings : tuple of Standing
        Any of these is what their last verification is still worth.
    load : int or None
        The number of an import: those that it added or changed.
    hours_unknown, reported : bool
        Those whose hours cannot be read; with reports not yet answered.
    order : str
        One of `ORDERS`; ties are broken by code.
    """

    text: str = ""
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    unit: str = ""
    area: str = ""
    facilities: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    standings: tuple[Standing, ...] = ()
    hours_unknown: bool = False
    reported: bool = False
    load: int | None = None
    order: str = "code"
    downwards: bool = False


class Measure(NamedTuple):
    """By what verifications are measured: how long each is believed, and the day it is."""

    policy: Policy
    today: date


class Line(NamedTuple):
    """A station as a row of the table; ``reports`` are those not yet answered."""

    id: int
    code: str
    kind: str
    status: str
    name: str
    address: str | None
    area_code: str | None
    district_name: str | None
    street_name: str | None
    unit_name: str | None
    hours_raw: str | None
    hours_osm: str | None
    verified_on: str | None
    updated_at: str
    reports: int


class Found(NamedTuple):
    """A page of the table, and how many stations there are on all pages; above `COUNTED`: only that."""

    lines: list[Line]
    total: int


def list_stations(
    session: Session, person: Person, wanted: Wanted, measure: Measure, *, offset: int = 0, most: int = 50
) -> Found:
    """Return some of somebody's stations.

    Raises
    ------
    InputError
        There is no such order, or a page begins after the first `COUNTED`.
    """
    if offset >= COUNTED:
        raise InputError("列表只显示前 %(most)s 个,请用筛选缩小范围", parameter="page", most=COUNTED)
    passing = select(station.c.id, station.c.code, _column(wanted).label("key")).where(
        *conditions_of(session, person, wanted, measure)
    )
    # Few are counted and ordered in the one pass that finds them. Of many, the first of an order are found
    # without the rest, and counting stops early.
    few = passing.limit(COUNTED + 1).subquery()
    asked = _page(select(few.c.id, func.count().over()), few.c, wanted, offset, most)
    rows = session.execute(asked).all()
    total = rows[0][1] if rows else 0
    if total <= COUNTED:
        return Found(_lines(session, [row[0] for row in rows]), total)
    many = passing.subquery()
    return Found(
        _lines(session, session.scalars(_page(select(many.c.id), many.c, wanted, offset, most)).all()), total
    )


def conditions_of(
    session: Session, person: Person, wanted: Wanted, measure: Measure
) -> list[ColumnElement[bool]]:
    """Return what a station of somebody's must meet to be wanted: conditions over `geo.db.tables.station`."""
    return [
        stations_of(session, person),
        *_plain_conditions(wanted, measure),
        *_tree_conditions(session, wanted),
    ]


def find_codes(session: Session, person: Person, wanted: Wanted, measure: Measure, *, most: int) -> list[str]:
    """Return the codes of somebody's stations, in order.

    Raises
    ------
    InputError
        There are more than ``most``, or there is no such order.
    """
    passing = select(station.c.code, _column(wanted).label("key")).where(
        *conditions_of(session, person, wanted, measure)
    )
    found = passing.subquery()
    asked = _page(select(found.c.code), found.c, wanted, 0, most + 1)
    codes = list(session.scalars(asked))
    if len(codes) > most:
        raise InputError(
            "一次最多处理 %(most)s 个站点,现在选中的更多;请先用筛选缩小范围", parameter="all", most=most
        )
    return codes


def ids_of(session: Session, person: Person, codes: Sequence[str]) -> dict[str, int]:
    """Return the ids of those codes that are somebody's stations'."""
    found: dict[str, int] = {}
    for start in range(0, len(codes), _MANY):
        asked = select(station.c.code, station.c.id).where(station.c.code.in_(codes[start : start + _MANY]))
        found |= dict(session.execute(asked).all())
    within = set(ids_within(session, person, list(found.values())))
    return {code: found[code] for code in codes if found.get(code) in within}


def _column(wanted: Wanted) -> ColumnElement[Any]:
    column = _ORDERS.get(wanted.order)
    if column is None:
        raise InputError(
            "不能按“%(value)s”排序,可以按 %(known)s",
            parameter="order",
            value=wanted.order,
            known="、".join(ORDERS),
        )
    return column


def _page(asked: Select[Any], of: Any, wanted: Wanted, offset: int, most: int) -> Select[Any]:
    """Order what passes, ties by code, and cut a page out."""
    first = of.key.desc() if wanted.downwards else of.key.asc()
    return asked.order_by(first, of.code.asc()).limit(most).offset(offset)


def _lines(session: Session, ids: Sequence[int]) -> list[Line]:
    columns = [station.c[name] for name in _SHOWN]
    found = {row.id: row for row in session.execute(select(*columns).where(station.c.id.in_(ids)))}
    counted = select(ticket.c.station_id, func.count()).where(
        ticket.c.station_id.in_(ids), ticket.c.state.in_(_OPEN_TICKETS)
    )
    reports = dict(session.execute(counted.group_by(ticket.c.station_id)).all())
    return [Line(*found[id_], reports=reports.get(id_, 0)) for id_ in ids]


def _plain_conditions(wanted: Wanted, measure: Measure) -> Iterator[ColumnElement[bool]]:
    # As the column is written: width and case unified.
    for word in unicodedata.normalize("NFKC", wanted.text).lower().split():
        yield station.c.search.contains(word, autoescape=True)
    if wanted.kinds:
        yield station.c.kind.in_(wanted.kinds)
    if wanted.statuses:
        yield station.c.status.in_(wanted.statuses)
    for code in wanted.facilities:
        yield _answer(code) == "yes"
    for code in wanted.lacking:
        yield or_(_answer(code).is_(None), _answer(code) != "yes")
    if wanted.standings:
        yield stands(wanted.standings, measure.today, measure.policy)
    if wanted.load is not None:
        loaded = and_(change.c.station_id == station.c.id, change.c.load_id == wanted.load)
        yield exists(select(change.c.id).where(loaded))
    if wanted.hours_unknown:
        yield station.c.hours_osm.is_(None)
    if wanted.reported:
        waiting = and_(ticket.c.station_id == station.c.id, ticket.c.state.in_(_OPEN_TICKETS))
        yield exists(select(ticket.c.id).where(waiting))


def _answer(facility: str) -> ColumnElement[str]:
    return station.c.facilities[facility].as_string()


def _tree_conditions(session: Session, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.unit == NONE:
        yield _empty(station.c.unit_code)
    elif wanted.unit:
        yield belonging_to(session, units_below(session, wanted.unit))
    if wanted.area == NONE:
        yield _empty(station.c.area_code)
    elif wanted.area:
        yield station.c.area_code.in_(_areas_below(wanted.area))


def _empty(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(column.is_(None), column == "")


def _areas_below(code: str) -> Select[tuple[str]]:
    """Ask for an area and all below it; a union ends where a circle closes."""
    found = select(literal(code).label("code")).cte("below", recursive=True)
    found = found.union(select(area.c.code).join(found, area.c.parent_code == found.c.code))
    return select(found.c.code)
