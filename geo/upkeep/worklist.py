"""Which of his stations somebody should go and look at, and who looked at one before."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from geo.db.tables import station
from geo.db.upkeep_tables import person as people
from geo.db.upkeep_tables import verification
from geo.model.people import Person
from geo.model.verification import DUE, Policy, Standing, standing
from geo.upkeep.scope import stations_of
from geo.upkeep.verify import stands

__all__ = ["Due", "Look", "count_due", "read_due", "read_looks"]


class Due(NamedTuple):
    """A station to look at; ``verified_on`` the day somebody did last, if any."""

    code: str
    name: str
    address: str | None
    verified_on: str | None
    standing: Standing


class Look(NamedTuple):
    """Somebody's looking at a station: when (UTC), who, in which role, at what, and what he said."""

    at: str
    who: str | None
    role: str
    checked: Sequence[str]
    right: bool
    note: str | None


def read_due(
    session: Session, person: Person, today: date, policy: Policy, *, offset: int = 0, most: int
) -> list[Due]:
    """Return those of somebody's stations that are to be looked at, never verified ones first, by age."""
    ours = (stations_of(session, person), stands(DUE, today, policy))
    day = station.c.verified_on
    columns = (station.c.code, station.c.name, station.c.address, day)
    asked = select(*columns).where(*ours).order_by(day.asc().nulls_first(), station.c.code)
    page = session.execute(asked.limit(most).offset(offset))
    return [Due(*row, standing(row.verified_on, today, policy)) for row in page]


def count_due(session: Session, person: Person, today: date, policy: Policy) -> dict[Standing, int]:
    """Return how many of somebody's stations have each of the standings that ask for a look."""
    columns = [func.count().filter(stands([held], today, policy)) for held in DUE]
    ours = (stations_of(session, person), stands(DUE, today, policy))
    counts = session.execute(select(*columns).select_from(station).where(*ours)).one()
    return dict(zip(DUE, counts, strict=True))


def read_looks(session: Session, station_id: int, *, most: int) -> list[Look]:
    """Return the last verifications of a station, the newest first."""
    kept = verification.c
    columns = (kept.at, people.c.name, kept.role, kept.checked, kept.right, kept.note)
    joined = select(*columns).select_from(verification).outerjoin(people, people.c.id == kept.person_id)
    newest = joined.where(kept.station_id == station_id).order_by(kept.id.desc()).limit(most)
    return [Look(*row) for row in session.execute(newest)]
