"""What somebody can choose from when he fills in a station."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.db.tables import area, unit
from geo.model.people import Person
from geo.upkeep.scope import units_of

__all__ = ["unit_names", "unit_of_area"]


def unit_names(session: Session, person: Person) -> dict[str, str]:
    """Return the union units somebody works for, by code: all of them for whoever has no unit."""
    codes = units_of(session, person)
    asked = select(unit.c.code, unit.c.name).order_by(unit.c.code)
    if codes is not None:
        asked = asked.where(unit.c.code.in_(codes))
    return dict(session.execute(asked).all())


def unit_of_area(session: Session, code: str | None) -> str | None:
    """Return the name of the unit whose a station of an area is that names none: the nearest above."""
    parents = dict(session.execute(select(area.c.code, area.c.parent_code)).all())
    asked = select(unit.c.area_code, unit.c.name).where(unit.c.area_code.is_not(None))
    names = dict(session.execute(asked.order_by(unit.c.code.desc())).all())
    seen: set[str] = set()
    while code and code not in names and code not in seen:
        seen.add(code)
        code = parents.get(code)
    return names.get(code) if code else None
