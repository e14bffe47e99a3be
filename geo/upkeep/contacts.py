"""The people whose name and number stand in a station's record: they have no account, but the same rights.

The history of a station stays. Who was in charge of it is the only thing that is ever taken out.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Text, cast, or_, select, update
from sqlalchemy.orm import Session

from geo.db.tables import change, station
from geo.errors import InputError, NotFoundError
from geo.registry.rows import read_rows
from geo.registry.write import Edit, change_stations
from geo.upkeep.audit import note

__all__ = ["erase_contact", "export_contact"]

_NAME, _PHONE = "keeper_name", "keeper_phone"
_FEWEST_DIGITS = 7
# However a number is written, its last figures stand together.
_TOGETHER = 4


def export_contact(session: Session, phone: str) -> list[dict[str, Any]]:
    """Return where the number of somebody in charge stands, now (``at`` None) and in the history.

    Raises
    ------
    InputError
        It is no telephone number.
    NotFoundError
        It stands nowhere.
    """
    digits = _digits(phone)
    told = []
    for id_, row in read_rows(session, ids=_stations_with(session, digits)):
        told += [_entry(row["code"], None, row)] if _has(row, digits) else []
        for found in _history(session, id_):
            states = (state for state in (found.before, found.after) if state and _has(state, digits))
            told += [_entry(row["code"], found.at, state) for state in states]
    return told


def erase_contact(session: Session, phone: str, *, who: str, by: int | None = None) -> int:
    """Take somebody in charge out of stations and their history by his number; returns of how many stations.

    Raises
    ------
    InputError
        It is no telephone number.
    NotFoundError
        It stands nowhere.
    """
    digits = _digits(phone)
    names = {item["name"] for item in export_contact(session, phone)} - {None, ""}
    ids = _stations_with(session, digits)
    rows = list(read_rows(session, ids=ids))
    edits = [Edit(id_, row, dict.fromkeys((_NAME, _PHONE))) for id_, row in rows if _has(row, digits)]
    change_stations(session, edits, who=who, why="按本人要求抹去负责人")
    for id_ in ids:
        for found in _history(session, id_):
            states = (found.before, found.after)
            values = [_without(state, names, digits) for state in states]
            if values != list(states):
                kept = update(change).where(change.c.id == found.id)
                session.execute(kept.values(before=values[0], after=values[1]))
    note(session, "contact.erase", person_id=by, detail={"stations": len(ids)})
    return len(ids)


def _digits(phone: str) -> str:
    digits = re.sub(r"\D", "", phone)
    if len(digits) < _FEWEST_DIGITS:
        raise InputError("电话应至少有 %(least)s 位数字", parameter="phone", least=_FEWEST_DIGITS)
    return digits


def _stations_with(session: Session, digits: str) -> list[int]:
    """Return the stations in whose record or history a number stands.

    Raises
    ------
    NotFoundError
        It stands nowhere.
    """
    like = f"%{digits[-_TOGETHER:]}%"
    now = session.execute(select(station.c.id, station.c[_PHONE]).where(station.c[_PHONE].like(like)))
    ids = {row.id for row in now if _has({_PHONE: row[1]}, digits)}
    texts = or_(cast(change.c.before, Text).like(like), cast(change.c.after, Text).like(like))
    asked = select(change.c.station_id, change.c.before, change.c.after).where(texts)
    ids |= {
        row.station_id
        for row in session.execute(asked)
        if any(_has(state, digits) for state in (row.before, row.after) if state)
    }
    if not ids:
        raise NotFoundError("没有哪个站点的负责人用这个电话")
    return sorted(ids)


def _history(session: Session, station_id: int) -> Iterable[Any]:
    asked = select(change.c.id, change.c.at, change.c.before, change.c.after)
    return session.execute(asked.where(change.c.station_id == station_id).order_by(change.c.id)).all()


def _has(state: Mapping[str, Any], digits: str) -> bool:
    return digits in re.sub(r"\D", "", state.get(_PHONE) or "")


def _entry(code: str, at: str | None, state: Mapping[str, Any]) -> dict[str, Any]:
    return {"station": code, "at": at, "name": state.get(_NAME), "phone": state[_PHONE]}


def _without(state: Mapping[str, Any] | None, names: set[str], digits: str) -> dict[str, Any] | None:
    if state is None:
        return None
    his = {_NAME: state.get(_NAME) in names, _PHONE: _has(state, digits)}
    return {name: None if his.get(name) else value for name, value in state.items()}
