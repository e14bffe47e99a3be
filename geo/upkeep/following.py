"""What hangs on a station goes along when its record is merged into another, and comes back with it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from geo.db.tables import station
from geo.db.upkeep_tables import fact, head_count, keeping, merging, photo, ticket, work_order
from geo.errors import ForbiddenError
from geo.model.people import Person
from geo.registry.rows import id_of, utc_now
from geo.upkeep.scope import ids_within
from geo.upkeep.ticket_rows import await_turn

__all__ = ["check_both", "settle"]

_Keys = Mapping[str, set[tuple[Any, ...]]]
"""Rows by the names of their tables: each by its primary key, its station left out."""

_MOVED = (work_order, ticket, fact, photo, head_count, keeping)
# Who kept both, and so keeps nothing of the one that is closed.
_BOTH = "both"


class _Merging(NamedTuple):
    """One station merged into another, and what went along."""

    id: int
    lost_id: int
    kept_id: int
    moved: _Keys


def settle(session: Session, ids: Iterable[int], person: Person | None = None) -> None:
    """Have what hangs on stations follow their records: to those they are merged into, or back.

    To be called once a change may have merged a station, or taken that back. Back comes what still hangs
    where it was taken, or where that was merged into since; a keeper, if he keeps that still. Reports and
    what holds go with their order, wherever it was given.

    Parameters
    ----------
    person : Person, optional
        Who did it; None: whoever has the registry at hand, to whom all of it is open.

    Raises
    ------
    ForbiddenError
        A station that something would come from or go to is not his.
    """
    wanted = set(ids)
    merged = select(merging.c.lost_id).where(merging.c.undone_at.is_(None))
    concerned = or_(station.c.merged_into.is_not(None), station.c.id.in_(merged))
    found = session.execute(select(station.c.id, station.c.merged_into).where(concerned)).all()
    into = {id_: id_of(session, code) if code else None for id_, code in found if id_ in wanted}
    if into:
        # Reports and answers come meanwhile, each in its turn.
        await_turn(session)
    # What is merged first is taken further by what that is merged into.
    for lost in sorted(into, key=lambda id_: (-_hops(into, id_), id_)):
        _settle(session, lost, into[lost], person)


def check_both(
    session: Session, person: Person, before: Mapping[str, Any], values: Mapping[str, Any]
) -> None:
    """Let nobody merge a station, or take that back, who may not edit the other one, too.

    Parameters
    ----------
    before, values : mapping
        A station's row, and what is to be set of it.

    Raises
    ------
    ForbiddenError
        The other is not his.
    """
    old, new = before["merged_into"], values.get("merged_into", before["merged_into"])
    if old != new:
        _check_his(session, person, [id_of(session, code) for code in (old, new) if code])


def _check_his(session: Session, person: Person | None, ids: Sequence[int]) -> None:
    if person is None:
        return
    if others := set(ids) - set(ids_within(session, person, ids)):
        raise ForbiddenError(
            "合并和撤销合并,两个站点都要归您管,而 %(code)s 不是;请联系管理员",
            code=session.scalar(select(station.c.code).where(station.c.id == min(others))),
        )


def _hops(into: Mapping[int, int | None], id_: int) -> int:
    """Return how many of some stations one goes through, one merged into the other."""
    hops, at = 0, into[id_]
    while at is not None and hops <= len(into):
        hops, at = hops + 1, into.get(at)
    return hops


def _settle(session: Session, lost: int, kept: int | None, person: Person | None) -> None:
    merged = _merging_of(session, lost)
    if merged is not None and merged.kept_id == kept:
        return
    if merged is not None:
        _check_his(session, person, _give_back(session, merged))
    if kept is not None:
        _check_his(session, person, [kept])
        _follow(session, lost, kept)


def _follow(session: Session, lost: int, kept: int) -> None:
    moved = {table.name: _rows(session, table, lost, kept) for table in _MOVED}
    for table in _MOVED:
        _move(session, table, moved[table.name], lost, kept)
    # Counts of a day that both have stay where they are: they may be of the same people, and adding them up
    # would count those twice.
    moved[_BOTH] = _keepers(session, lost)
    session.execute(delete(keeping).where(keeping.c.station_id == lost))
    values = {"lost_id": lost, "kept_id": kept, "at": utc_now(), "moved": _plain(moved)}
    session.execute(insert(merging).values(values))


def _give_back(session: Session, merged: _Merging) -> list[int]:
    """Give back what one merging took along; returns all stations that it was at."""
    lost, keys, at = merged.lost_id, merged.moved, merged.kept_id
    places = [lost, at]
    # Only a later merging can have taken anything further.
    while onward := _merging_of(session, at, after=merged.id):
        _take_back(session, {name: rows - onward.moved[name] for name, rows in keys.items()}, at, lost)
        _forget(session, onward, keys)
        further = {name: rows & onward.moved[name] for name, rows in keys.items()}
        further[_BOTH] = keys[_BOTH] | (keys[keeping.name] & onward.moved[_BOTH])
        merged, keys, at = onward, further, onward.kept_id
        places.append(at)
    _take_back(session, keys, at, lost)
    again = (keys[_BOTH] & _keepers(session, at)) - _keepers(session, lost)
    if again:
        rows = [{"person_id": person_id, "station_id": lost} for (person_id,) in sorted(again)]
        session.execute(insert(keeping), rows)
    _go_with_orders(session, places)
    undone = update(merging).where(merging.c.lost_id == lost, merging.c.undone_at.is_(None))
    session.execute(undone.values(undone_at=utc_now()))
    return places


def _take_back(session: Session, keys: _Keys, at: int, lost: int) -> None:
    for table in _MOVED:
        _move(session, table, keys[table.name], at, lost)


def _forget(session: Session, onward: _Merging, keys: _Keys) -> None:
    """Leave out of what a later merging took along what is given back past it."""
    left = {name: rows - keys[name] for name, rows in onward.moved.items()}
    left[_BOTH] = onward.moved[_BOTH] - keys[keeping.name]
    session.execute(update(merging).where(merging.c.id == onward.id).values(moved=_plain(left)))


def _go_with_orders(session: Session, places: Iterable[int]) -> None:
    places = list(places)
    for table in (ticket, fact):
        ordered = select(work_order.c.station_id).where(work_order.c.id == table.c.order_id).scalar_subquery()
        astray = (table.c.station_id.in_(places), ordered.in_(places), ordered != table.c.station_id)
        going = update(table).where(*astray).values(station_id=ordered)
        session.execute(going.execution_options(synchronize_session=False))


def _merging_of(session: Session, lost: int, *, after: int = 0) -> _Merging | None:
    """Return how a station was merged, unless that is undone."""
    columns = [merging.c[name] for name in _Merging._fields]
    open_ = (merging.c.lost_id == lost, merging.c.id > after, merging.c.undone_at.is_(None))
    found = session.execute(select(*columns).where(*open_)).one_or_none()
    if found is None:
        return None
    moved = {name: {tuple(key) for key in keys} for name, keys in found.moved.items()}
    return _Merging(*found)._replace(moved=moved)


def _rows(session: Session, table: Table, start: int, end: int) -> set[tuple[Any, ...]]:
    """Return a station's rows that can be another's: those unlike any that it has."""
    asked = select(*(table.c[name] for name in _key(table)))
    return {tuple(row) for row in session.execute(asked.where(*_movable(table, start, end)))}


def _move(session: Session, table: Table, keys: Iterable[tuple[Any, ...]], start: int, end: int) -> None:
    names = _key(table)
    chosen = [table.c[name] == bindparam(f"_{name}") for name in names]
    moving = update(table).where(*chosen, *_movable(table, start, end)).values(station_id=end)
    values = [{f"_{name}": part for name, part in zip(names, key, strict=True)} for key in sorted(keys)]
    if values:
        session.connection().execute(moving, values)


def _movable(table: Table, start: int, end: int) -> list[ColumnElement[bool]]:
    here = table.c.station_id == start
    if "station_id" not in table.primary_key.columns:
        return [here]
    other = table.alias()
    same = and_(*(other.c[name] == table.c[name] for name in _key(table)), other.c.station_id == end)
    return [here, ~exists(select(other.c.station_id).where(same))]


def _key(table: Table) -> list[str]:
    return [column.name for column in table.primary_key if column.name != "station_id"]


def _keepers(session: Session, station_id: int) -> set[tuple[Any, ...]]:
    asked = select(keeping.c.person_id).where(keeping.c.station_id == station_id)
    return {tuple(row) for row in session.execute(asked)}


def _plain(moved: _Keys) -> dict[str, list[list[Any]]]:
    return {name: [list(key) for key in sorted(rows)] for name, rows in moved.items()}
