"""People and stations for the tests of what people are told and say."""

from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from geo.db.upkeep_tables import keeping
from geo.model.people import Person, Role
from geo.registry.rows import id_of
from geo.upkeep.people import add_person

__all__ = ["PASSWORD", "make_person"]

PASSWORD = "correct horse 7"


def make_person(
    session: Session, login: str, role: Role = Role.KEEPER, *, keeps: tuple[str, ...] = (), **given: Any
) -> Person:
    """Add an account, with an address and the stations it keeps."""
    told = {"email": f"{login}@example.cn", "name": f"{login}的名字"} | given
    made = add_person(session, login=login, role=role, password=PASSWORD, **told)
    for code in keeps:
        session.execute(insert(keeping).values(person_id=made.id, station_id=id_of(session, code)))
    return made
