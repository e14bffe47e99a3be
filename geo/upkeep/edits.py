"""Changing somebody's stations by hand, so that of two people at one station neither overwrites the other.

Whoever edits says which version he saw: the number of the station's newest change. If there is a newer one,
nothing is written, and he is shown both.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.db.tables import change, unit
from geo.errors import ConflictError, InputError, NotFoundError
from geo.model.people import Person, Right
from geo.registry.areas import area_at
from geo.registry.history import undo_change, undo_load
from geo.registry.stations import check_values
from geo.registry.write import Edit, add_stations, change_stations, last_code_number
from geo.upkeep.following import settle
from geo.upkeep.names import who_of
from geo.upkeep.scope import check_right, find_station, ids_within

__all__ = [
    "SOURCE",
    "Held",
    "add_station",
    "check_version",
    "edit_station",
    "hold_station",
    "keep_within",
    "newest_change",
    "row_at",
    "take_back",
    "take_back_load",
    "undo_edit",
]

SOURCE = "后台"
"""The source of stations that were added by hand."""

_REQUIRED = {"name": "请填写站点名称", "lon": "请填写经度", "lat": "请填写纬度"}


class Held(NamedTuple):
    """A station as somebody has it before him: its id, its whole row, and which version that is."""

    id: int
    row: Mapping[str, Any]
    version: int


def hold_station(session: Session, person: Person, code: str, right: Right = Right.VIEW) -> Held:
    """Return one of somebody's stations with its version.

    Raises
    ------
    NotFoundError, ForbiddenError
        As `geo.upkeep.scope.find_station`.
    """
    id_, row = find_station(session, person, code, right)
    return Held(id_, row, newest_change(session, id_))


def newest_change(session: Session, station_id: int | None = None) -> int:
    """Return the number of a station's newest change, or of that of all stations."""
    asked = select(func.coalesce(func.max(change.c.id), 0))
    return (
        session.scalar(asked if station_id is None else asked.where(change.c.station_id == station_id)) or 0
    )


def row_at(session: Session, held: Held, version: int) -> dict[str, Any]:
    """Return a station's row as it was in an earlier version: what was changed since is put back."""
    row = dict(held.row)
    later = select(change.c.before).where(change.c.station_id == held.id, change.c.id > version)
    for before in session.scalars(later.order_by(change.c.id.desc())):
        row |= before or {}
    return row


def edit_station(
    session: Session,
    person: Person,
    code: str,
    values: Mapping[str, Any],
    *,
    version: int,
    why: str | None = None,
) -> bool:
    """Set some fields of one of somebody's stations; returns whether anything changed.

    Parameters
    ----------
    values : mapping
        As `geo.registry.stations.change_station` takes them. One that is moved gets the area of its new
        place, if its area was that of the old one.
    version : int
        Which version of the station they are meant for.

    Raises
    ------
    NotFoundError, ForbiddenError
        As `geo.upkeep.scope.find_station`.
    ConflictError
        The station has changed since that version.
    InputError
        As `geo.registry.stations.change_station`; or the station would no longer be his.
    """
    held = hold_station(session, person, code, Right.EDIT)
    check_version(held, version)
    wanted = check_values(held.row, _with_area(session, held.row, values))
    changed = change_stations(session, [Edit(held.id, held.row, wanted)], who=who_of(person), why=why or None)
    if held.row["merged_into"]:
        settle(session, [held.id], person)
    keep_within(session, person, held.id)
    return bool(changed)


def add_station(
    session: Session, person: Person, values: Mapping[str, Any], *, code_prefix: str, why: str | None = None
) -> str:
    """Add a station and return the code it got.

    Without a unit it gets that of whoever adds it; without an area, that of its place.

    Raises
    ------
    ForbiddenError
        His role does not have the right.
    InputError
        Name or place is missing, a value is impossible, or the station would not be his.
    """
    check_right(person, Right.EDIT)
    for name, message in _REQUIRED.items():
        if values.get(name) is None:
            raise InputError(message, parameter=name)
    code = f"{code_prefix}-{last_code_number(session, code_prefix) + 1:04d}"
    blank = dict.fromkeys(("entrance_lon", "entrance_lat", "closed_reason")) | {"status": "open"}
    row = {**check_values(blank, values), "code": code, "source": SOURCE, "source_ref": f"id:{code}"}
    row["area_code"] = row.get("area_code") or area_at(session, row["lon"], row["lat"])
    if not row.get("unit_code") and person.unit_code:
        row |= {"unit_code": person.unit_code, "unit_name": _unit_name(session, person.unit_code)}
    [id_] = add_stations(session, [row], who=who_of(person), why=why or None)
    keep_within(session, person, id_)
    return code


def undo_edit(session: Session, person: Person, code: str, change_id: int) -> None:
    """Put back what a change of one of somebody's stations replaced, as a change of its own.

    Raises
    ------
    NotFoundError
        The station is not his, or has no such change.
    ForbiddenError
        His role does not have the right; or it is merged into one that is not his.
    ConflictError
        It is undone already, or a later change touched the same fields.
    InputError
        The station would no longer be his.
    """
    id_, _ = find_station(session, person, code, Right.EDIT)
    if session.scalar(select(change.c.station_id).where(change.c.id == change_id)) != id_:
        raise NotFoundError("没有编号为 %(change)s 的改动", change=change_id)
    undo_change(session, change_id, who=who_of(person))
    settle(session, [id_], person)
    keep_within(session, person, id_)


def take_back(session: Session, change_id: int, *, who: str) -> None:
    """Put back what a change replaced; of one that merged a station, all that followed, too.

    Raises
    ------
    NotFoundError, ConflictError
        As `geo.registry.history.undo_change`.
    """
    undo_change(session, change_id, who=who)
    settle(session, session.scalars(select(change.c.station_id).where(change.c.id == change_id)))


def take_back_load(session: Session, load_id: int, *, who: str) -> int:
    """Put back all that a load replaced, as `take_back` does; returns how many stations it put back.

    Raises
    ------
    NotFoundError, ConflictError
        As `geo.registry.history.undo_load`.
    """
    count = undo_load(session, load_id, who=who)
    settle(session, session.scalars(select(change.c.station_id).where(change.c.load_id == load_id)))
    return count


def check_version(held: Held, version: int) -> None:
    """Let pass whoever saw the newest version of a station.

    Raises
    ------
    ConflictError
        There is a newer one.
    """
    if held.version != version:
        raise ConflictError("站点 %(code)s 在您打开以后有人改过,您的改动还没有保存", code=held.row["code"])


def keep_within(session: Session, person: Person, station_id: int) -> None:
    """Refuse a change, once written, that takes a station out of somebody's scope.

    Raises
    ------
    InputError
        The station is no longer his; whoever commits now would not see it again.
    """
    if not ids_within(session, person, [station_id]):
        raise InputError(
            "这样保存以后,这个站点就不归您管了;请核对主管工会和区划,确实要移交的请管理员来改",
            parameter="unit_code",
        )


def _with_area(session: Session, row: Mapping[str, Any], values: Mapping[str, Any]) -> Mapping[str, Any]:
    moved = {**row, **values}
    same_place = (moved["lon"], moved["lat"]) == (row["lon"], row["lat"])
    if "area_code" in values or same_place or None in (moved["lon"], moved["lat"]):
        return values
    if row["area_code"] and row["area_code"] != area_at(session, row["lon"], row["lat"]):
        return values
    return {**values, "area_code": area_at(session, moved["lon"], moved["lat"]) or row["area_code"]}


def _unit_name(session: Session, code: str) -> str | None:
    return session.scalar(select(unit.c.name).where(unit.c.code == code))
