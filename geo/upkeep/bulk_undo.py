"""The same change of many stations, taken back at once where nobody touched the same since."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.db.tables import change, load
from geo.errors import ForbiddenError, NotFoundError
from geo.model.people import Person, Right
from geo.registry.history import Undoing, plan_undo
from geo.upkeep.bulk import make_edits
from geo.upkeep.following import check_both
from geo.upkeep.scope import check_right, ids_within

__all__ = ["Made", "bulks_among", "plan_undo_alike", "undo_alike"]

_BY_HAND = load.c.file == ""


class Made(NamedTuple):
    """A change of many stations as it was made, and what taking it back does to those that are somebody's.

    ``others`` is how many stations it changed that are not his.
    """

    number: int
    at: str
    who: str
    why: str | None
    count: int
    others: int
    undoing: Undoing


def plan_undo_alike(session: Session, person: Person, number: int) -> Made:
    """Return what taking back a change of many stations would do.

    Raises
    ------
    ForbiddenError
        His role does not have the right.
    NotFoundError
        There is no such change, or none of its stations is his: which of the two is not told.
    """
    check_right(person, Right.EDIT)
    asked = select(change).join(load, load.c.id == change.c.load_id).where(load.c.id == number, _BY_HAND)
    changes = session.execute(asked.order_by(change.c.id)).all()
    ours = set(ids_within(session, person, [found.station_id for found in changes]))
    if not ours:
        raise NotFoundError("没有第 %(number)s 批改动,或者不归您管", number=number)
    undoing = plan_undo(session, [found for found in changes if found.station_id in ours])
    first = changes[0]
    others = len(changes) - len(ours)
    possible = _possible(session, person, undoing)
    return Made(number, first.at, first.who, first.why, len(changes), others, possible)


def _possible(session: Session, person: Person, undoing: Undoing) -> Undoing:
    """Leave what would touch a station of somebody else."""
    edits, left = [], [*undoing.left]
    for edit in undoing.edits:
        try:
            check_both(session, person, edit.before, edit.values)
        except ForbiddenError as error:
            left.append((edit.before["code"], error))
        else:
            edits.append(edit)
    return Undoing(edits, undoing.same, left)


def undo_alike(session: Session, person: Person, number: int) -> Undoing:
    """Take back a change of many stations, at those of somebody's that can be; returns what it did.

    Raises
    ------
    ForbiddenError, NotFoundError
        As `plan_undo_alike`.
    InputError
        Some would no longer be his.
    """
    undoing = plan_undo_alike(session, person, number).undoing
    make_edits(session, person, undoing.edits, why=f"撤销第 {number} 批改动")
    return undoing


def bulks_among(session: Session, loads: Iterable[int]) -> set[int]:
    """Return those of some loads that are changes of many stations by hand."""
    return set(session.scalars(select(load.c.id).where(load.c.id.in_(set(loads)), _BY_HAND)))
