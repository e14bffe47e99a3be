"""Whose a station is: the only place that says so.

A station belongs to a union unit by its unit's code; without one, to the units whose areas it lies in.
Whoever works for a unit works for all below it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import Session

from geo.db.tables import area, station, unit
from geo.db.upkeep_tables import keeping
from geo.errors import ForbiddenError, NotFoundError
from geo.model.people import Person, Right, Role
from geo.registry.rows import read_rows

__all__ = [
    "areas_of",
    "belonging_to",
    "check_right",
    "find_station",
    "ids_within",
    "stations_of",
    "units_below",
    "units_of",
]

_MANY = 500


def units_of(session: Session, person: Person) -> list[str] | None:
    """Return the codes of the units somebody works for, his own first; None: the whole registry.

    A code that no unit has stands for itself alone, so that nobody sees more for want of a tree.
    """
    if person.role == Role.ADMINISTRATOR or (person.role != Role.KEEPER and person.unit_code is None):
        return None
    if person.unit_code is None:
        return []
    return units_below(session, person.unit_code)


def units_below(session: Session, code: str) -> list[str]:
    """Return the code of a unit and of all below it."""
    rows = session.execute(select(unit.c.code, unit.c.parent_code).order_by(unit.c.code))
    return _below([code], [(code, parent) for code, parent in rows])


def stations_of(session: Session, person: Person) -> ColumnElement[bool]:
    """Return the condition over `geo.db.tables.station` that only somebody's stations pass."""
    if not person.active:
        return false()
    if person.role == Role.KEEPER:
        return station.c.id.in_(_kept_by(person))
    units = units_of(session, person)
    return true() if units is None else belonging_to(session, units)


def belonging_to(session: Session, units: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that only the stations of some units pass: by code, or, without one, by area."""
    areas = areas_of(session, units)
    nobodys = or_(station.c.unit_code.is_(None), station.c.unit_code == "")
    return or_(station.c.unit_code.in_(units), and_(nobodys, station.c.area_code.in_(areas)))


def find_station(session: Session, person: Person, code: str, right: Right) -> tuple[int, dict[str, Any]]:
    """Return the id and the whole row, internal fields included, of one of somebody's stations.

    Raises
    ------
    NotFoundError
        No station has the code, or it is not one of his: which of the two is not told.
    ForbiddenError
        His role does not have the right.
    """
    check_right(person, right)
    ours = and_(station.c.code == code.upper(), stations_of(session, person))
    id_ = session.scalar(select(station.c.id).where(ours))
    if id_ is None:
        raise NotFoundError("没有编号为 %(code)s 的站点,或者不归您管", code=code)
    [found] = read_rows(session, ids=[id_])
    return found


def check_right(person: Person, right: Right) -> None:
    """Let pass whoever has a right.

    Raises
    ------
    ForbiddenError
        The role does not have it.
    """
    if not person.may(right):
        raise ForbiddenError("您的账号没有这项权限;需要的话请联系管理员")


def ids_within(session: Session, person: Person, ids: Sequence[int]) -> list[int]:
    """Return those of some stations' ids that are somebody's, in their order."""
    ours = stations_of(session, person)
    found: set[int] = set()
    for start in range(0, len(ids), _MANY):
        part = ids[start : start + _MANY]
        found.update(session.scalars(select(station.c.id).where(station.c.id.in_(part), ours)))
    return [id_ for id_ in ids if id_ in found]


def _kept_by(person: Person) -> Select[tuple[int]]:
    return select(keeping.c.station_id).where(keeping.c.person_id == person.id)


def areas_of(session: Session, units: Sequence[str]) -> list[str]:
    """Return the areas of units and all within them."""
    named = session.scalars(select(unit.c.area_code).where(unit.c.code.in_(units)).order_by(unit.c.code))
    rows = session.execute(select(area.c.code, area.c.parent_code).order_by(area.c.code))
    return _below([code for code in named if code], [(code, parent) for code, parent in rows])


def _below(tops: Iterable[str], parents: Iterable[tuple[str, str | None]]) -> list[str]:
    """Return the tops of a tree and all below them, each once; a circle ends where it began.

    Examples
    --------
    >>> _below(["a"], [("b", "a"), ("c", "b"), ("d", None)])
    ['a', 'b', 'c']
    >>> _below([], [("b", "a")])
    []
    """
    children: Mapping[str | None, list[str]] = {}
    for code, parent in parents:
        children.setdefault(parent, []).append(code)
    found = list(dict.fromkeys(tops))
    seen = set(found)
    for code in found:
        new = [child for child in children.get(code, ()) if child not in seen]
        found += new
        seen.update(new)
    return found
