"""Pairs that look like one station and are not: marked by hand, so that nobody is asked about them again."""

from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from geo.db.tables import station
from geo.db.upkeep_tables import apart
from geo.db.upkeep_tables import person as account
from geo.errors import InputError
from geo.model.people import Person, Right
from geo.registry.rows import utc_now
from geo.upkeep.audit import note
from geo.upkeep.scope import find_station, stations_of

__all__ = ["Apart", "list_apart", "pairs_apart", "set_apart", "take_apart_back"]


class Apart(NamedTuple):
    """Two stations marked as different: their codes and names, when (UTC), and by whom."""

    code: str
    name: str
    other_code: str
    other_name: str
    at: str
    who: str | None


def set_apart(session: Session, person: Person, code: str, other: str) -> None:
    """Mark two of somebody's stations as different, however they are named or moved later.

    Raises
    ------
    NotFoundError, ForbiddenError
        As `geo.upkeep.scope.find_station`.
    InputError
        They are one and the same.
    """
    pair = _pair(session, person, code, other)
    if pair not in pairs_apart(session):
        first, second = pair
        values = {"first_id": first, "second_id": second, "person_id": person.id, "at": utc_now()}
        session.execute(insert(apart).values(values))
        note(session, "station.apart", person_id=person.id, object=code.upper(), detail=_with(other))


def take_apart_back(session: Session, person: Person, code: str, other: str) -> None:
    """Let two of somebody's stations be taken for one again.

    Raises
    ------
    NotFoundError, ForbiddenError, InputError
        As `set_apart`.
    """
    first, second = _pair(session, person, code, other)
    marked = (apart.c.first_id == first, apart.c.second_id == second)
    if session.execute(delete(apart).where(*marked)).rowcount:
        note(session, "station.alike", person_id=person.id, object=code.upper(), detail=_with(other))


def pairs_apart(session: Session) -> set[tuple[int, int]]:
    """Return all pairs marked as different, whosever: the ids of both, the smaller first."""
    return {(first, second) for first, second in session.execute(select(apart.c.first_id, apart.c.second_id))}


def list_apart(session: Session, person: Person) -> list[Apart]:
    """Return the pairs marked as different of which both are somebody's, the newest first."""
    one, other = station.alias(), station.alias()
    ours = select(station.c.id).where(stations_of(session, person))
    asked = (
        select(one.c.code, one.c.name, other.c.code, other.c.name, apart.c.at, account.c.name)
        .join(one, one.c.id == apart.c.first_id)
        .join(other, other.c.id == apart.c.second_id)
        .outerjoin(account, account.c.id == apart.c.person_id)
        .where(apart.c.first_id.in_(ours), apart.c.second_id.in_(ours))
        .order_by(apart.c.at.desc(), one.c.code, other.c.code)
    )
    return [Apart(*row) for row in session.execute(asked)]


def _pair(session: Session, person: Person, code: str, other: str) -> tuple[int, int]:
    ids = [find_station(session, person, each, Right.EDIT)[0] for each in (code, other)]
    if ids[0] == ids[1]:
        raise InputError("这两个是同一个站点,请选两个不同的", parameter="code")
    return min(ids), max(ids)


def _with(other: str) -> dict[str, str]:
    return {"other": other.upper()}
