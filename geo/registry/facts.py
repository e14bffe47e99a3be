"""What holds of stations for some time, in the database: begun, ended, read.

A fact is never taken away or written over: it is ended. Whoever writes one moves the live revision (a trigger
does), not that of the registry: no snapshot is made anew for it.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, insert, or_, select, update
from sqlalchemy.orm import Session

from geo.db.tables import station
from geo.db.upkeep_tables import fact, live_revision
from geo.errors import InputError, NotFoundError
from geo.model.facilities import FACILITIES
from geo.model.facts import Fact, What
from geo.registry.rows import stamp, utc_now

__all__ = ["Told", "begin_fact", "end_fact", "facts_of", "read_facts", "read_live_revision"]

# What has run out is still read for a day: clocks differ, and who looks at a station sees that it was so.
_READ_FOR = timedelta(days=1)
# Beyond, a slip of the pen; and at the end of the calendar no other time zone can say it.
_YEARS = range(2000, 2101)
_COLUMNS = [fact.c[name] for name in Fact._fields]


class Told(NamedTuple):
    """Facts by their stations' codes, and the revision they were read at; None: they never were."""

    revision: int | None = None
    facts: Mapping[str, tuple[Fact, ...]] = MappingProxyType({})


def begin_fact(
    session: Session,
    station_id: int,
    what: str,
    *,
    facility: str | None = None,
    since: datetime,
    until: datetime | None,
    reason: str | None,
    person_id: int | None = None,
    order_id: int | None = None,
) -> int:
    """Say that something holds of a station, or will; returns the fact's id.

    Parameters
    ----------
    what : str
        A value of `geo.model.facts.What`.
    facility : str, optional
        Its code: of what is broken, and of nothing else.
    since, until : datetime
        With their time zone; seconds count. ``until`` None: until `end_fact`.
    reason : str or None
        As the public is told.

    Raises
    ------
    InputError
        It is of another age, ends before it begins, names no facility that there is, or is suspended
        without a reason.
    """
    _check(what, facility, since, until, reason)
    values = {
        "station_id": station_id, "what": What(what).value, "facility": facility, "since": stamp(since),
        "until": until and stamp(until), "reason": (reason or "").strip() or None, "made_at": utc_now(),
        "person_id": person_id, "order_id": order_id,
    }  # fmt: skip
    return session.execute(insert(fact).values(values).returning(fact.c.id)).scalar_one()


def end_fact(session: Session, fact_id: int, *, at: datetime) -> None:
    """End a fact; one that is over, or ended, stays as it is.

    Raises
    ------
    NotFoundError
        There is no such fact.
    """
    if session.scalar(select(fact.c.id).where(fact.c.id == fact_id)) is None:
        raise NotFoundError("没有编号为 %(fact)s 的临时情况", fact=fact_id)
    lasting = (fact.c.id == fact_id) & fact.c.ended_at.is_(None)
    session.execute(update(fact).where(lasting).values(ended_at=stamp(at)))


def facts_of(session: Session, station_id: int) -> list[Fact]:
    """Return what holds of a station or is announced, and what ran out within the last day, by its begin."""
    found = _lasting().where(fact.c.station_id == station_id)
    return [_fact(row) for row in session.execute(found)]


def read_facts(session: Session) -> dict[str, tuple[Fact, ...]]:
    """Return what `facts_of` says of every station that there is anything of, by the station's code."""
    held: dict[str, list[Fact]] = defaultdict(list)
    for row in session.execute(_lasting().add_columns(station.c.code).join(station)):
        held[row.code].append(_fact(row))
    return {code: tuple(facts) for code, facts in held.items()}


def read_live_revision(session: Session) -> int:
    """Return the revision that moves with every fact that begins or ends."""
    return session.scalar(select(live_revision.c.value))


def _check(
    what: str, facility: str | None, since: datetime, until: datetime | None, reason: str | None
) -> None:
    if what == What.BROKEN and facility not in FACILITIES:
        raise InputError("请选择坏了的是哪样设备", parameter="facility")
    if what != What.BROKEN and facility is not None:
        raise InputError("只有设备故障要写明是哪样设备", parameter="facility")
    for parameter, moment in (("since", since), ("until", until)):
        if moment is not None and moment.year not in _YEARS:
            raise InputError(
                "时间 %(time)s 不对:年份要在 %(first)s 到 %(last)s 之间",
                parameter=parameter,
                time=f"{moment:%Y-%m-%d %H:%M}",
                first=_YEARS[0],
                last=_YEARS[-1],
            )
    if until is not None and until <= since:
        raise InputError("结束时间要晚于开始时间", parameter="until")
    if what == What.SUSPENDED and not (reason or "").strip():
        raise InputError("暂停开放要写明原因", parameter="reason")


def _lasting() -> Select[Any]:
    read_from = stamp(datetime.now(UTC) - _READ_FOR)
    lasting = fact.c.ended_at.is_(None) & or_(fact.c.until.is_(None), fact.c.until > read_from)
    return select(*_COLUMNS).where(lasting).order_by(fact.c.since, fact.c.id)


def _fact(row: Row[Any]) -> Fact:
    until = row.until and datetime.fromisoformat(row.until)
    return Fact(row.id, row.what, row.facility, datetime.fromisoformat(row.since), until, row.reason)
