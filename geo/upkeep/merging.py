"""Two records of one place become one: the other is closed and says where it went, its reports follow."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from geo.errors import InputError
from geo.model.people import Person, Right
from geo.model.station import Status
from geo.registry.stations import check_values
from geo.registry.write import Edit
from geo.upkeep.bulk import make_edits
from geo.upkeep.edits import Held, check_version, hold_station

__all__ = ["merge_stations"]


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
    # Under one number, so that both are taken back at once.
    make_edits(session, person, edits, why=f"{lost.row['code']} 并入 {kept.row['code']}")


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
