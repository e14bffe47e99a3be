"""How many people came to a station on a day, by each way of counting.

Keepers, door counters and check-ins count the same people: what they say is kept apart, and never added up.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from geo.db.engine import is_postgres
from geo.db.tables import station
from geo.db.upkeep_tables import head_count
from geo.errors import InputError
from geo.ingest.door_counts import LARGEST_COUNT, DoorCount
from geo.ingest.problems import Problem, shown
from geo.model.hours import Reason
from geo.model.people import Person, Right
from geo.registry.rows import utc_now
from geo.upkeep.audit import note
from geo.upkeep.scope import check_right, find_station, stations_of

__all__ = ["Count", "Loaded", "Source", "add_count", "load_counts", "read_counts", "read_latest"]

_OLDEST = timedelta(days=366)
_BATCH = 500
_MOST = 200_000


class Source(StrEnum):
    """How people are counted."""

    KEEPER = "keeper"
    DOOR = "door"
    SCAN = "scan"


class Count(NamedTuple):
    """What was counted at a station on a day, by one way."""

    code: str
    name: str
    day: str
    source: Source
    count: int


class Loaded(NamedTuple):
    """What became of a file of counts: how many days were taken, and what is wrong with others."""

    taken: int
    problems: list[Problem]


def add_count(session: Session, person: Person, code: str, *, day: date, count: int, today: date) -> None:
    """Keep what a keeper counted on a day, in place of what was kept of that day.

    Raises
    ------
    NotFoundError, ForbiddenError
        As `geo.upkeep.scope.find_station`.
    InputError
        The day has not come yet or is long over, or the count is none.
    """
    id_, _ = find_station(session, person, code, Right.VERIFY)
    if not today - _OLDEST <= day <= today:
        raise InputError("日期应在过去一年以内,不能是以后", parameter="day")
    if not 0 <= count <= LARGEST_COUNT:
        raise InputError("人次应为 0 到 %(most)s 的整数", parameter="count", most=LARGEST_COUNT)
    _keep(session, person, Source.KEEPER, [(id_, day.isoformat(), count)])


def load_counts(session: Session, person: Person, counts: Sequence[DoorCount], source: Source) -> Loaded:
    """Keep the counts of a file, in place of what was kept of those days.

    Stations that are not his are refused.

    Raises
    ------
    ForbiddenError
        The role may not say what is true of stations.
    """
    check_right(person, Right.VERIFY)
    ids = _ids(session, person, {item.code for item in counts})
    taken = [(ids[item.code], item.day, item.count) for item in counts if item.code in ids]
    reason = Reason("没有这个编号的站点,或者不归您管")
    refused = {item.code: item.row for item in reversed(counts) if item.code not in ids}
    problems = [
        Problem(row, "站点编号", shown(code), "refused", reason) for code, row in sorted(refused.items())
    ]
    _keep(session, person, source, taken)
    note(
        session,
        "counts.load",
        person_id=person.id,
        detail={"source": source, "taken": len(taken), "refused": len(problems)},
    )
    return Loaded(len(taken), problems)


def read_counts(session: Session, person: Person, *, since: date, until: date) -> list[Count]:
    """Return what was counted at somebody's stations, by station, day and way of counting.

    Raises
    ------
    InputError
        It is more than a spreadsheet is good for.
    """
    days = head_count.c.day.between(since.isoformat(), until.isoformat())
    order = (station.c.code, head_count.c.day, head_count.c.source)
    found = _read(session, _asked(session, person).where(days).order_by(*order).limit(_MOST + 1))
    if len(found) > _MOST:
        raise InputError("这段时间的数超过 %(most)s 行,请缩短时间分几次下载", parameter="since", most=_MOST)
    return found


def read_latest(session: Session, person: Person, *, most: int) -> list[Count]:
    """Return what was counted at somebody's stations last, the newest day first."""
    order = (head_count.c.day.desc(), station.c.code, head_count.c.source)
    return _read(session, _asked(session, person).order_by(*order).limit(most))


def _asked(session: Session, person: Person) -> Select[Any]:
    columns = (station.c.code, station.c.name, head_count.c.day, head_count.c.source, head_count.c.count)
    asked = select(*columns).join(head_count, head_count.c.station_id == station.c.id)
    return asked.where(stations_of(session, person))


def _read(session: Session, asked: Select[Any]) -> list[Count]:
    return [Count(*row)._replace(source=Source(row.source)) for row in session.execute(asked)]


def _ids(session: Session, person: Person, codes: Iterable[str]) -> dict[str, int]:
    wanted, ours = sorted(codes), stations_of(session, person)
    found: dict[str, int] = {}
    for start in range(0, len(wanted), _BATCH):
        part = station.c.code.in_(wanted[start : start + _BATCH])
        rows = session.execute(select(station.c.code, station.c.id).where(part, ours))
        found |= {row.code: row.id for row in rows}
    return found


def _keep(session: Session, person: Person, source: Source, counted: Sequence[tuple[int, str, int]]) -> None:
    insert = (postgresql if is_postgres(session) else sqlite).insert(head_count)
    newer = {name: insert.excluded[name] for name in ("count", "at", "person_id")}
    kept = insert.on_conflict_do_update(index_elements=["station_id", "day", "source"], set_=newer)
    said = {"source": source, "at": utc_now(), "person_id": person.id}
    rows = [{"station_id": id_, "day": day, "count": count, **said} for id_, day, count in counted]
    if rows:
        session.execute(kept, rows)
