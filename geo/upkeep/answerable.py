"""Who answers for a station: the people whose scope it is in, found from the station upwards.

What `geo.upkeep.scope` says of a person's stations, read the other way round; a test holds the two together.
"""

from typing import Any

from sqlalchemy import ColumnElement, Table, and_, or_, select
from sqlalchemy.orm import Session

from geo.db.tables import area, station, unit
from geo.db.upkeep_tables import keeping, person
from geo.model.people import Person, Role
from geo.upkeep.people import person_of

__all__ = ["keepers_of", "people_of"]

_COLUMNS = [person.c[name] for name in Person._fields]


def keepers_of(session: Session, station_id: int) -> list[Person]:
    """Return the keepers of a station, by their ids."""
    return _people(session, _keeps(station_id))


def people_of(session: Session, station_id: int) -> list[Person]:
    """Return a station's keepers, the editors whose scope it is in, and administrators, by their ids."""
    units = _units_of(session, station_id)
    edits = and_(
        person.c.role == Role.EDITOR, or_(person.c.unit_code.is_(None), person.c.unit_code.in_(units))
    )
    return _people(session, or_(_keeps(station_id), edits, person.c.role == Role.ADMINISTRATOR))


def _keeps(station_id: int) -> ColumnElement[bool]:
    kept = select(keeping.c.person_id).where(keeping.c.station_id == station_id)
    return and_(person.c.role == Role.KEEPER, person.c.id.in_(kept))


def _people(session: Session, condition: ColumnElement[bool]) -> list[Person]:
    found = session.execute(select(*_COLUMNS).where(person.c.active, condition).order_by(person.c.id))
    return [person_of(row) for row in found]


def _units_of(session: Session, station_id: int) -> set[str]:
    """Return the units that a station is in the scope of."""
    asked = select(station.c.unit_code, station.c.area_code).where(station.c.id == station_id)
    unit_code, area_code = session.execute(asked).one()
    if unit_code:
        return _above(session, unit, {unit_code})
    areas = _above(session, area, {area_code} if area_code else set())
    named = session.scalars(select(unit.c.code).where(unit.c.area_code.in_(areas)))
    return _above(session, unit, set(named))


def _above(session: Session, tree: Table, codes: set[Any]) -> set[Any]:
    """Return some places of a tree and all above them; a circle ends where it began."""
    found, new = set(codes), codes
    while new:
        parents = session.scalars(select(tree.c.parent_code).where(tree.c.code.in_(new)))
        new = {code for code in parents if code} - found
        found |= new
    return found
