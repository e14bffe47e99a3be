"""What holds of a station for a time, as those who keep it say: a closure, something broken, a visit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from geo.errors import InputError, NotFoundError
from geo.model.facts import Fact, What
from geo.model.people import Person, Right
from geo.registry.facts import begin_fact, end_fact, facts_of
from geo.upkeep.audit import note
from geo.upkeep.orders import answer_doubt
from geo.upkeep.scope import find_station
from geo.upkeep.ticket_rows import await_turn

__all__ = ["announce", "read_station_facts", "withdraw"]

# What people report of doors is not for a keeper to say: he suspends it, or says that it is open.
_SAID = (What.BROKEN, What.SUSPENDED, What.VISIT)


def read_station_facts(
    session: Session, person: Person, code: str, *, now: datetime
) -> tuple[Mapping[str, Any], list[Fact]]:
    """Return the row of a station and what holds of it or is announced, by its begin.

    Raises
    ------
    NotFoundError, ForbiddenError
        As `geo.upkeep.scope.find_station`.
    """
    id_, row = find_station(session, person, code, Right.VERIFY)
    return row, [fact for fact in facts_of(session, id_) if not fact.is_over(now)]


def announce(
    session: Session,
    person: Person,
    code: str,
    what: str,
    *,
    facility: str | None,
    since: datetime,
    until: datetime | None,
    reason: str | None,
    now: datetime,
) -> int:
    """Say that something is broken, that a station is suspended, that a visit comes; returns the fact's id.

    What begins later is announced from now on.

    Raises
    ------
    NotFoundError, ForbiddenError
        As `geo.upkeep.scope.find_station`.
    InputError
        As `geo.registry.facts.begin_fact`; or it is over already; or a visit without its end or its subject.
    """
    id_, _ = find_station(session, person, code, Right.VERIFY)
    if what not in _SAID:
        raise InputError("请选择要说的是哪一种情况", parameter="what")
    if until is not None and until <= now:
        raise InputError("结束时间已经过去了", parameter="until")
    if what == What.VISIT and until is None:
        raise InputError("活动要写明到什么时候", parameter="until")
    if what == What.VISIT and not (reason or "").strip():
        raise InputError("请写明是什么活动", parameter="reason")
    if what == What.BROKEN and _is_broken(session, id_, facility, now):
        raise InputError("这样设备已经登记为坏了", parameter="facility")
    fact_id = begin_fact(
        session, id_, what, facility=facility, since=since, until=until, reason=reason, person_id=person.id
    )
    note(session, "station.fact", person_id=person.id, object=code, detail={"fact": fact_id, "what": what})
    return fact_id


def withdraw(session: Session, person: Person, code: str, fact_id: int, *, now: datetime) -> Fact:
    """End what holds of a station, or is announced of it; returns what it was.

    Whoever ends the doubt about a door says that it is open: its order and all reports of it are answered.

    Raises
    ------
    NotFoundError
        As `geo.upkeep.scope.find_station`; or no such fact holds of the station: somebody else has ended it.
    ForbiddenError
        The role does not have the right.
    """
    id_, _ = find_station(session, person, code, Right.VERIFY)
    await_turn(session)
    fact = next((one for one in facts_of(session, id_) if one.id == fact_id and not one.is_over(now)), None)
    if fact is None:
        raise NotFoundError("这条临时情况已经结束了")
    answer_doubt(session, person, fact_id, now=now)
    end_fact(session, fact_id, at=now)
    note(session, "station.fact", person_id=person.id, object=code, detail={"fact": fact_id, "ended": True})
    return fact


def _is_broken(session: Session, station_id: int, facility: str | None, now: datetime) -> bool:
    return any(
        fact.what == What.BROKEN and fact.facility == facility and not fact.is_over(now)
        for fact in facts_of(session, station_id)
    )
