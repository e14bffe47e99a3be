"""What happened to a station, and taking it back."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from geo.db.tables import change, load, station
from geo.errors import ConflictError, NotFoundError
from geo.registry.rows import read_rows
from geo.registry.write import Edit, change_stations, differences, take_turn

__all__ = ["Change", "station_history", "undo_change", "undo_load"]


class Change(NamedTuple):
    """One change: who, when (UTC), why, and the fields it touched; ``before`` None: the station was added."""

    id: int
    at: str
    who: str
    why: str | None
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]
    load_id: int | None
    undoes: int | None


def station_history(session: Session, code: str) -> list[Change]:
    """Return a station's changes, the newest first. Internal fields are among them: not for the public.

    Raises
    ------
    NotFoundError
        No station has the code.
    """
    id_ = session.scalar(select(station.c.id).where(station.c.code == code))
    if id_ is None:
        raise NotFoundError("没有编号为 %(code)s 的站点", code=code)
    columns = [change.c[name] for name in Change._fields]
    found = session.execute(select(*columns).where(change.c.station_id == id_).order_by(change.c.id.desc()))
    return [Change(*row) for row in found]


def undo_change(session: Session, change_id: int, *, who: str) -> None:
    """Put back what a change replaced, as a change of its own; an added station is closed.

    Raises
    ------
    NotFoundError
        There is no such change.
    ConflictError
        A later change touched the same fields: undo that one first.
    """
    take_turn(session)
    found = session.execute(select(change).where(change.c.id == change_id)).one_or_none()
    if found is None:
        raise NotFoundError("没有编号为 %(change)s 的改动", change=change_id)
    _undo(session, found, who=who)


def undo_load(session: Session, load_id: int, *, who: str) -> int:
    """Undo every change of one load, the whole or nothing; returns how many stations it put back.

    Raises
    ------
    NotFoundError
        There is no such load.
    ConflictError
        A station has been changed since.
    """
    take_turn(session)
    if session.scalar(select(load.c.id).where(load.c.id == load_id)) is None:
        raise NotFoundError("没有编号为 %(load)s 的导入", load=load_id)
    changes = session.execute(select(change).where(change.c.load_id == load_id).order_by(change.c.id)).all()
    for found in changes:
        _undo(session, found, who=who)
    return len(changes)


def _undo(session: Session, found: Row, *, who: str) -> None:
    [(id_, now)] = read_rows(session, ids=[found.station_id])
    if found.before is None:
        values = {"status": "closed", "closed_reason": "撤销录入"}
    else:
        moved = differences(now, found.after)[1]
        if moved:
            raise ConflictError(
                "站点 %(code)s 的 %(fields)s 后来又改过,请先撤销后来的改动",
                code=now["code"],
                fields="、".join(moved),
            )
        values = found.before
    why = f"撤销改动 {found.id}"
    if not change_stations(session, [Edit(id_, now, values)], who=who, why=why, undoes=found.id):
        raise ConflictError("改动 %(change)s 已经撤销过了", change=found.id)
