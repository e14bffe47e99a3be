"""Two records of one place become one: the other is closed and says where it went, its reports follow."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, and_, delete, exists, select, update
from sqlalchemy.orm import Session

from geo.db.upkeep_tables import fact, head_count, keeping, photo, ticket, work_order
from geo.errors import InputError
from geo.model.people import Person, Right
from geo.model.station import Status
from geo.registry.stations import check_values
from geo.registry.write import Edit, change_stations
from geo.upkeep.edits import Held, check_version, hold_station, keep_within
from geo.upkeep.names import who_of

__all__ = ["merge_stations"]

# Moving one of these rows is all there is to it.
_FOLLOW = (fact, ticket, work_order, photo)


def merge_stations(
    session: Session,
    person: Person,
    code: str,
    into: str,
    values: Mapping[str, Any],
    *,
    versions: tuple[int, int],
) -> None:
    """Merge one of somebody's stations into another of his.

    Parameters
    ----------
    values : mapping
        What the remaining one takes over, as `geo.registry.stations.change_station` takes it.
    versions : (int, int)
        Those he saw: of the one that goes, and of the one that remains.

    Raises
    ------
    NotFoundError, ForbiddenError
        As `geo.upkeep.scope.find_station`.
    ConflictError
        One of them has changed since.
    InputError
        They are one and the same, of different kinds, the remaining one is closed, or the other was merged
        before.
    """
    lost = hold_station(session, person, code, Right.EDIT)
    kept = hold_station(session, person, into, Right.EDIT)
    _check(lost, kept)
    for held, version in zip((lost, kept), versions, strict=True):
        check_version(held, version)
    closing = {
        "status": Status.CLOSED.value,
        "closed_reason": f"与 {kept.row['code']} 是同一个站点,已并入",
        "merged_into": kept.row["code"],
    }
    edits = [Edit(lost.id, lost.row, check_values(lost.row, closing))]
    edits.append(Edit(kept.id, kept.row, check_values(kept.row, values)))
    why = f"{lost.row['code']} 并入 {kept.row['code']}"
    change_stations(session, edits, who=who_of(person), why=why)
    _follow(session, lost.id, kept.id)
    keep_within(session, person, kept.id)


def _check(lost: Held, kept: Held) -> None:
    if lost.id == kept.id:
        raise InputError("要合并的两个是同一个站点,请选两个不同的", parameter="code")
    if kept.row["status"] == Status.CLOSED:
        raise InputError(
            "站点 %(code)s 已撤销,不能并入它;请换一个保留", parameter="keep", code=kept.row["code"]
        )
    if lost.row["merged_into"]:
        raise InputError(
            "站点 %(code)s 已经并入 %(into)s",
            parameter="code",
            code=lost.row["code"],
            into=lost.row["merged_into"],
        )
    if lost.row["kind"] != kept.row["kind"]:
        raise InputError("两个站点的类别不同,不能合并;请先核对类别", parameter="code")


def _follow(session: Session, lost: int, kept: int) -> None:
    """Have what hangs on a station hang on another."""
    for table in _FOLLOW:
        session.execute(update(table).where(table.c.station_id == lost).values(station_id=kept))
    for table, key in ((keeping, ("person_id",)), (head_count, ("day", "source"))):
        session.execute(
            update(table)
            .where(table.c.station_id == lost, ~_held(table, key, kept))
            .values(station_id=kept)
            .execution_options(synchronize_session=False)
        )
    # Who keeps the one that remains keeps nothing of the one that is closed. Counts of a day that both have
    # stay where they are: they may be of the same people, and adding them up would count those twice.
    session.execute(delete(keeping).where(keeping.c.station_id == lost))


def _held(table: Table, key: tuple[str, ...], station_id: int) -> Any:
    """Ask whether a station has a row like that of the one that is updated."""
    other = table.alias()
    same = and_(*(other.c[name] == table.c[name] for name in key))
    return exists(select(other.c.station_id).where(other.c.station_id == station_id, same))
