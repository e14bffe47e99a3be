"""Saying that somebody looked at a station, at what, and whether it is as the registry has it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_
from sqlalchemy.orm import Session

from geo.db.tables import station
from geo.db.upkeep_tables import verification
from geo.errors import InputError
from geo.model.people import Person, Right
from geo.model.reports import clean_text
from geo.model.station import Status
from geo.model.verification import Policy, Standing, checked_items, day_of
from geo.registry.rows import stamp
from geo.registry.write import Edit, change_stations
from geo.settings import Settings
from geo.upkeep.messages import tell
from geo.upkeep.names import who_of
from geo.upkeep.scope import find_station

__all__ = ["VERIFIABLE", "doubt_station", "policy_of", "stands", "verify_station"]

VERIFIABLE = (Status.TRIAL, Status.OPEN, Status.SUSPENDED)
"""The statuses of stations that somebody can go and look at."""


def verify_station(
    session: Session, person: Person, code: str, checked: Iterable[str], *, now: datetime
) -> str:
    """Keep that somebody looked at one of his stations, and found it as registered; returns the day.

    The public is told of the day, of his role, and what he looked at.

    Parameters
    ----------
    checked : iterable of str
        Of `geo.model.verification.CHECKED`.

    Raises
    ------
    NotFoundError, ForbiddenError
        As `geo.upkeep.scope.find_station`.
    InputError
        Nothing was checked, or there is nothing to look at yet or any more.
    """
    id_, row = _verifiable(session, person, code)
    items, at, who = checked_items(checked), stamp(now), who_of(person)
    day = day_of(at)
    values = {"verified_on": day, "verified_by": who}
    change_stations(session, [Edit(id_, row, values)], who=who, why="核实")
    _keep(session, person, id_, at=at, checked=items, right=True)
    return day


def doubt_station(session: Session, person: Person, code: str, note: str, *, now: datetime) -> None:
    """Keep that somebody looked, and what he says is not as registered; all who answer for it are told.

    The station keeps the day it had: what was true then is for those to mend who may.

    Raises
    ------
    NotFoundError, ForbiddenError
        As `geo.upkeep.scope.find_station`.
    InputError
        He does not say what is wrong, or at too great length.
    """
    id_, row = _verifiable(session, person, code)
    text = clean_text(note)
    if text is None:
        raise InputError("请写一句哪里不对", parameter="note")
    kept = _keep(session, person, id_, at=stamp(now), checked=[], right=False, note=text)
    title, link = f"{row['name']}({row['code']}):核实时有不对的", f"/admin/stations/{row['code']}/verify"
    tell(session, id_, "report", f"doubt:{kept}", title, text, link)


def policy_of(settings: Settings) -> Policy:
    """Return how long a verification is believed."""
    return Policy(settings.stale_soon_days, settings.stale_days)


def stands(wanted: Iterable[Standing], today: date, policy: Policy) -> ColumnElement[bool]:
    """Return the condition over stations one can look at that only those of these standings pass.

    It says in SQL what `geo.model.verification.standing` says of one.
    """
    stale, soon, last = policy.limits(today)
    day = station.c.verified_on
    ranges = {
        Standing.NEVER: or_(day.is_(None), day == "", day > last),
        Standing.STALE: and_(day != "", day < stale),
        Standing.SOON: and_(day >= stale, day < soon),
        Standing.FRESH: and_(day >= soon, day <= last),
    }
    return and_(station.c.status.in_(VERIFIABLE), or_(*(ranges[one] for one in wanted)))


def _verifiable(session: Session, person: Person, code: str) -> tuple[int, dict[str, Any]]:
    found = find_station(session, person, code, Right.VERIFY)
    if found[1]["status"] not in VERIFIABLE:
        raise InputError("站点 %(code)s 没有开放或已经撤销,不用核实", code=found[1]["code"])
    return found


def _keep(session: Session, person: Person, station_id: int, **said: Any) -> int:
    values = {"station_id": station_id, "person_id": person.id, "role": person.role.value, **said}
    return session.execute(insert(verification).values(values).returning(verification.c.id)).scalar_one()
