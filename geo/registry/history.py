"""What happened to a station, and taking it back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from geo.db.tables import change, load
from geo.errors import ConflictError, NotFoundError
from geo.model.station import FIELDS, Status
from geo.registry.rows import id_of, read_rows
from geo.registry.write import Edit, change_stations, differences

__all__ = ["Change", "Undoing", "plan_undo", "station_history", "undo_change", "undo_load"]

_BATCH = 10_000
_TAKEN_BACK = {"status": Status.CLOSED.value, "closed_reason": "撤销录入"}
_LABELS = {field.name: field.zh for field in FIELDS}


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


class Undoing(NamedTuple):
    """What taking changes back does: to these; those are undone already; why each of the others is left."""

    edits: list[Edit]
    same: list[int]
    left: list[tuple[str, ConflictError]]


def station_history(session: Session, code: str) -> list[Change]:
    """Return a station's changes, the newest first. Internal fields are among them: not for the public.

    Raises
    ------
    NotFoundError
        No station has the code.
    """
    columns = [change.c[name] for name in Change._fields]
    ours = change.c.station_id == id_of(session, code)
    found = session.execute(select(*columns).where(ours).order_by(change.c.id.desc()))
    return [Change(*row) for row in found]


def undo_change(session: Session, change_id: int, *, who: str) -> None:
    """Put back what a change replaced, as a change of its own; an added station is closed.

    Raises
    ------
    NotFoundError
        There is no such change.
    ConflictError
        It is undone already, a later change touched the same fields (or, of an added station, any): undo
        that one first; or it would merge the station again into one that is closed.
    """
    found = session.execute(select(change).where(change.c.id == change_id)).one_or_none()
    if found is None:
        raise NotFoundError("没有编号为 %(change)s 的改动", change=change_id)
    _undo(session, [found], who=who, why=f"撤销改动 {change_id}")


def undo_load(session: Session, load_id: int, *, who: str) -> int:
    """Undo every change of one load, the whole or nothing; returns how many stations it put back.

    What was made by hand of many stations at once has such a number, too.

    Raises
    ------
    NotFoundError
        There is no such load.
    ConflictError
        It is undone already, or something it changed has been changed since.
    """
    file = session.scalar(select(load.c.file).where(load.c.id == load_id))
    if file is None:
        raise NotFoundError("没有编号为 %(load)s 的导入", load=load_id)
    why = f"撤销导入 {load_id}" if file else f"撤销第 {load_id} 批改动"
    changes = session.execute(select(change).where(change.c.load_id == load_id).order_by(change.c.id)).all()
    for start in range(0, len(changes), _BATCH):
        _undo(session, changes[start : start + _BATCH], who=who, why=why)
    return len(changes)


def plan_undo(session: Session, changes: Sequence[Row]) -> Undoing:
    """Return what taking back some changes would do, rows of `geo.db.tables.change`, one a station.

    A change is left where a later one touched the same fields (of an added station, any), and where it
    would merge a station again into one that is closed.
    """
    # One a station, so that each row is read as its change finds it.
    rows = dict(read_rows(session, ids=[found.station_id for found in changes]))
    touched = _touched_later(session, [found for found in changes if found.before is None])
    plan = Undoing([], [], [])
    for found in changes:
        now = rows[found.station_id]
        values = _TAKEN_BACK if found.before is None else found.before
        if not differences(now, values)[1]:
            plan.same.append(found.id)
            continue
        edit = Edit(found.station_id, now, values, undoes=found.id)
        try:
            _check_untouched(found, now, touched[found.station_id])
            _check_merged(session, edit)
        except ConflictError as error:
            plan.left.append((now["code"], error))
        else:
            plan.edits.append(edit)
    return plan


def _undo(session: Session, changes: Sequence[Row], *, who: str, why: str) -> None:
    plan = plan_undo(session, changes)
    if plan.same:
        raise ConflictError("改动 %(change)s 已经撤销过了", change=plan.same[0])
    for _, error in plan.left:
        raise error
    change_stations(session, plan.edits, who=who, why=why)


def _touched_later(session: Session, added: Sequence[Row]) -> Mapping[int, set[str]]:
    """Return the fields that were ever touched since their stations were added, by the stations' ids."""
    touched: dict[int, set[str]] = defaultdict(set)
    ids = [found.station_id for found in added]
    later = select(change.c.station_id, change.c.after)
    later = later.where(change.c.station_id.in_(ids), change.c.before.is_not(None))
    for station_id, after in session.execute(later):
        touched[station_id].update(after)
    return touched


def _check_untouched(found: Row, now: Mapping[str, Any], touched: Iterable[str]) -> None:
    """Let no undo throw away what a later change did."""
    added = found.before is None
    left = {name: found.after.get(name) for name in sorted(touched)} if added else found.after
    if moved := differences(now, left)[1]:
        raise ConflictError(
            "站点 %(code)s 的 %(fields)s 后来又改过,请先撤销后来的改动",
            code=now["code"],
            fields="、".join(_LABELS.get(name, name) for name in moved),
        )


def _check_merged(session: Session, edit: Edit) -> None:
    """Let no undo send people to a station that is closed, and may have been merged into this one."""
    if not (into := edit.values.get("merged_into")):
        return
    [(_, target)] = read_rows(session, ids=[id_of(session, into)])
    if target["status"] == Status.CLOSED:
        raise ConflictError(
            "不能撤销:站点 %(code)s 会再并入 %(into)s,而 %(into)s 已经撤销了",
            code=edit.before["code"],
            into=into,
        )
