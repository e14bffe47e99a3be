"""Which stations a keeper answers for."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from geo.db.tables import station
from geo.db.upkeep_tables import keeping
from geo.errors import InputError
from geo.model.people import Person, Role
from geo.registry.rows import id_of
from geo.upkeep.audit import note

__all__ = ["codes_kept", "keep_stations", "kept_by_all"]


def codes_kept(session: Session, person_id: int) -> list[str]:
    """Return the codes of the stations that somebody answers for, in order."""
    asked = select(station.c.code).join(keeping).where(keeping.c.person_id == person_id)
    return list(session.scalars(asked.order_by(station.c.code)))


def kept_by_all(session: Session) -> dict[int, list[str]]:
    """Return the codes that each keeper answers for, in order, by the numbers of their accounts."""
    asked = select(keeping.c.person_id, station.c.code).join(station).order_by(station.c.code)
    kept: dict[int, list[str]] = {}
    for person_id, code in session.execute(asked):
        kept.setdefault(person_id, []).append(code)
    return kept


def keep_stations(
    session: Session, person: Person, codes: Iterable[str], *, by: int | None = None
) -> Sequence[str]:
    """Make these the stations that somebody answers for, in place of those before; returns them in order.

    Raises
    ------
    NotFoundError
        A code is no station's.
    InputError
        He is no keeper.
    """
    ids = {id_of(session, code) for code in codes}
    if ids and person.role != Role.KEEPER:
        raise InputError(
            "%(login)s 不是驿站负责人,不能指定站点;请先改角色", parameter="stations", login=person.login
        )
    session.execute(delete(keeping).where(keeping.c.person_id == person.id))
    if ids:
        rows = [{"person_id": person.id, "station_id": id_} for id_ in sorted(ids)]
        session.execute(insert(keeping), rows)
    kept = codes_kept(session, person.id)
    note(session, "person.keep", person_id=by, object=str(person.id), detail={"stations": kept})
    return kept
