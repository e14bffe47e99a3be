"""The same change of many stations at once, each in its own history, none over somebody's head.

What the change would do is shown first. Whoever then agrees says up to which change he saw: a station that
somebody touched since is left as it is, and told. The whole is kept under a number, as a load without a
file is, and can be taken back by it: `geo.upkeep.bulk_undo`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.db.tables import change
from geo.errors import ConflictError, GeoError, InputError, NotFoundError
from geo.model.people import Person, Right
from geo.registry.load import register_load
from geo.registry.rows import read_rows
from geo.registry.stations import check_values
from geo.registry.write import Edit, change_stations, differences
from geo.upkeep.edits import SOURCE
from geo.upkeep.following import check_both, settle
from geo.upkeep.names import who_of
from geo.upkeep.scope import check_right, ids_within
from geo.upkeep.stations import ids_of

__all__ = ["MOST", "Alike", "Bulk", "change_alike", "make_edits", "plan_alike"]

MOST = 2_000
"""How many stations are changed at once."""

_MANY = 500


class Alike(NamedTuple):
    """What is to be the same of many: new values, and answers for single facilities (None: not known)."""

    values: Mapping[str, Any]
    facilities: Mapping[str, str | None]


class Bulk(NamedTuple):
    """What a change does: to these, nothing to so many, and why each of the others is left as it is.

    ``number`` is that under which it was made, if it changed anything.
    """

    edits: list[Edit]
    same: int
    left: list[tuple[str, GeoError]]
    number: int | None = None


def plan_alike(
    session: Session, person: Person, codes: Sequence[str], alike: Alike, *, since: int | None = None
) -> Bulk:
    """Return what the same change would do to some of somebody's stations.

    Parameters
    ----------
    since : int, optional
        Leave out what was changed after this change.

    Raises
    ------
    ForbiddenError
        His role does not have the right.
    InputError
        They are too many.
    """
    check_right(person, Right.EDIT)
    if len(codes) > MOST:
        raise InputError(
            "一次最多处理 %(most)s 个站点,现在选中的更多;请先用筛选缩小范围", parameter="code", most=MOST
        )
    ids = ids_of(session, person, codes)
    newest = _newest(session, list(ids.values())) if since is not None else {}
    bulk = Bulk([], 0, [(code, _missing(code)) for code in codes if code not in ids])
    same = 0
    for id_, row in read_rows(session, ids=list(ids.values())):
        late = newest.get(id_, 0) > (since or 0)
        edit = _edit(session, person, id_, row, alike, bulk, late=late)
        if edit is None:
            continue
        if differences(row, edit.values)[1]:
            bulk.edits.append(edit)
        else:
            same += 1
    return bulk._replace(same=same)


def change_alike(
    session: Session,
    person: Person,
    codes: Sequence[str],
    alike: Alike,
    *,
    since: int,
    why: str | None = None,
) -> Bulk:
    """Make the same change to some of somebody's stations; returns what it did.

    Raises
    ------
    ForbiddenError
        His role does not have the right.
    InputError
        They are too many, or some would no longer be his.
    """
    bulk = plan_alike(session, person, codes, alike, since=since)
    return bulk._replace(number=make_edits(session, person, bulk.edits, why=why or "批量修改"))


def make_edits(session: Session, person: Person, edits: Sequence[Edit], *, why: str) -> int | None:
    """Change many stations as one; returns the number under which that is kept, None if nothing changed.

    Raises
    ------
    InputError
        Some would no longer be his.
    ForbiddenError
        One is merged, or was, and the other is not his.
    """
    edits = [edit for edit in edits if differences(edit.before, edit.values)[1]]
    if not edits:
        return None
    who = who_of(person)
    number = register_load(session, who=who, file="", source=SOURCE, counts={"changed": len(edits)})
    change_stations(session, edits, who=who, why=why, load_id=number)
    merged = [edit.id for edit in edits if edit.before["merged_into"] or edit.values.get("merged_into")]
    settle(session, merged, person)
    ids = [edit.id for edit in edits]
    if len(ids_within(session, person, ids)) < len(ids):
        raise InputError(
            "这样保存以后,有的站点就不归您管了;请核对主管工会,确实要移交的请管理员来改",
            parameter="unit_code",
        )
    return number


def _edit(
    session: Session,
    person: Person,
    id_: int,
    row: Mapping[str, Any],
    alike: Alike,
    bulk: Bulk,
    *,
    late: bool,
) -> Edit | None:
    """Return the edit of one station; None, and the reason told, where there can be none."""
    values = dict(alike.values)
    if alike.facilities:
        answers = {**(row["facilities"] or {}), **alike.facilities}
        values["facilities"] = {code: answer for code, answer in answers.items() if answer}
    try:
        if late:
            raise ConflictError("站点 %(code)s 在您选定以后有人改过", code=row["code"])
        values = check_values(row, values)
        check_both(session, person, row, values)
        return Edit(id_, row, values)
    except GeoError as error:
        bulk.left.append((row["code"], error))
        return None


def _missing(code: str) -> NotFoundError:
    return NotFoundError("没有编号为 %(code)s 的站点,或者不归您管", code=code)


def _newest(session: Session, ids: Sequence[int]) -> dict[int, int]:
    newest: dict[int, int] = {}
    for start in range(0, len(ids), _MANY):
        asked = select(change.c.station_id, func.max(change.c.id))
        asked = asked.where(change.c.station_id.in_(ids[start : start + _MANY])).group_by(change.c.station_id)
        newest |= dict(session.execute(asked).all())
    return newest
