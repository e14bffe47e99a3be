"""What somebody can choose from when he fills in a station."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.db.tables import unit
from geo.model.people import Person
from geo.upkeep.scope import units_of

__all__ = ["unit_names"]


def unit_names(session: Session, person: Person) -> dict[str, str]:
    """Return the union units somebody works for, by code: all of them for whoever has no unit."""
    codes = units_of(session, person)
    asked = select(unit.c.code, unit.c.name).order_by(unit.c.code)
    if codes is not None:
        asked = asked.where(unit.c.code.in_(codes))
    return dict(session.execute(asked).all())
