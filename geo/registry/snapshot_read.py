"""Making a snapshot from the database, in batches, so that no more than the result is ever held."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache, partial
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import Engine, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from geo.db.engine import is_postgres, reading
from geo.db.tables import area, holiday_table, landmark, revision
from geo.model.holidays import Calendar, parse_holiday_table, shipped_calendar
from geo.model.station import SERVING
from geo.registry.memory import uncollected
from geo.registry.snapshot import KINDS, STATUSES, Landmark, Schedule, Snapshot, facility_mask
from geo.registry.snapshot_texts import Docs, Lines
from geo.registry.streets import list_streets
from geo.registry.verified import Said, read_verified, with_verified

__all__ = ["calendar_of", "read_revision", "read_snapshot"]

# Few enough that what they were takes no room afterwards, enough that asking for them takes no time.
_BATCH = 2_000
# Little-endian WKB of a point: byte order and type, then x and y.
_WKB_POINT = np.dtype([("head", "V5"), ("x", "<f8"), ("y", "<f8")])


def read_revision(engine: Engine) -> int:
    """Return the revision the database is at.

    Raises
    ------
    UnavailableError
        The database cannot be reached.
    """
    with reading(engine) as session:
        return session.scalar(select(revision.c.value))


def read_snapshot(engine: Engine) -> Snapshot:
    """Return the registry, all of it at one revision.

    Raises
    ------
    UnavailableError
        The database cannot be reached.
    """
    with uncollected(), reading(engine) as session:
        value, at = session.execute(select(revision.c.value, revision.c.at)).one()
        held = _areas(session)
        holidays = tuple(session.scalars(select(holiday_table.c.text).order_by(holiday_table.c.year)))
        columns = _Columns({row["code"]: place for place, row in enumerate(held)}, read_verified(session))
        for batch in _ahead(_batches(session)):
            columns.take(batch)
        landmarks, streets = _landmarks(session), list_streets(session)
        entrances = _entrances(session)
    arrays = columns.arrays()
    return Snapshot(
        revision=value,
        at=at,
        areas=held,
        landmarks=landmarks,
        holidays=holidays,
        calendar=calendar_of(holidays),
        streets=streets,
        **arrays,
        **_doors(arrays["codes"], entrances),
    )


def calendar_of(holidays: tuple[str, ...]) -> Calendar:
    """Return the shipped holiday tables with the loaded ones over them."""
    calendar = shipped_calendar()
    for text in holidays:
        calendar = calendar.with_table(parse_holiday_table(text))
    return calendar


def _areas(session: Session) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "code": row.code,
            "name": row.name,
            "level": row.level,
            "parent_code": row.parent_code,
            "centre": None if row.shape is None else tuple(row.shape.representative_point().coords[0]),
        }
        for row in session.execute(select(area).order_by(area.c.code))
    )


def _landmarks(session: Session) -> tuple[Landmark, ...]:
    return tuple(
        Landmark(row.name, tuple(row.aliases), row.category, row.location.x, row.location.y)
        for row in session.execute(select(landmark).order_by(landmark.c.name, landmark.c.id))
    )


def _entrances(session: Session) -> list[tuple[str, bytes]]:
    point = "ST_AsBinary(entrance, 'NDR')" if is_postgres(session) else "entrance"
    statement = f"SELECT code, {point} FROM station WHERE entrance IS NOT NULL"
    return [(code, bytes(wkb)) for code, wkb in session.execute(sql(statement))]


def _doors(codes: NDArray[np.bytes_], entrances: list[tuple[str, bytes]]) -> dict[str, Any]:
    rows = np.searchsorted(codes, np.array([code for code, _ in entrances], codes.dtype)).astype(np.int32)
    points = np.frombuffer(b"".join(wkb for _, wkb in entrances), _WKB_POINT)
    order = np.argsort(rows)
    columns = {"door_row": rows, "door_lon": points["x"], "door_lat": points["y"]}
    return {name: column[order] for name, column in columns.items()}


def _ahead(batches: Iterator[list[tuple[Any, ...]]]) -> Iterator[list[tuple[Any, ...]]]:
    # The database makes the next batch while this one is taken; nothing else uses the session meanwhile.
    with ThreadPoolExecutor(max_workers=1) as reader:
        coming = reader.submit(next, batches, None)
        while batch := coming.result():
            coming = reader.submit(next, batches, None)
            yield batch


def _batches(session: Session) -> Iterator[list[tuple[Any, ...]]]:
    postgres = is_postgres(session)
    point = "ST_AsBinary(location, 'NDR')" if postgres else "location"
    encode = "convert_to({}, 'UTF8')" if postgres else "CAST({} AS BLOB)"
    statement = (
        f"SELECT id, code, {point}, kind, status, hours_osm, hours_makeup, "
        f"area_code, updated_at, {encode.format('public')}, {encode.format('search')} FROM station"
    )
    connection = session.connection().connection
    cursor = connection.cursor(name="snapshot", binary=True) if postgres else connection.cursor()
    cursor.execute(statement)
    while batch := cursor.fetchmany(_BATCH):
        yield batch
    cursor.close()


class _Columns:
    """The growing columns; ``arrays`` puts them in the order of the codes."""

    def __init__(self, area_places: dict[str, int], verified: dict[int, Said]) -> None:
        self._areas = area_places
        self._verified = verified
        self._schedules: dict[Schedule, int] = {}
        # Few are different: a load changes thousands of stations in the same few seconds.
        self._number = cache(partial(_number, self._schedules))
        self._second = cache(_second)
        self._parts: dict[str, list[Any]] = {name: [] for name in ("codes", "points", *_SMALL)}
        self._docs, self._lines = Docs(), Lines()

    def take(self, batch: list[tuple[Any, ...]]) -> None:
        ids, codes, points, kinds, statuses, osm, makeup, areas, updated, docs, search = zip(
            *batch, strict=True
        )
        parts = self._parts
        parts["codes"].append(np.array(codes, dtype="S"))
        parts["points"].append(np.frombuffer(b"".join(points), _WKB_POINT))
        found = {
            "kind": map(_KIND.__getitem__, kinds),
            "status": map(_STATUS.__getitem__, statuses),
            "schedule": map(self._number, statuses, osm, makeup),
            "area": (self._areas.get(code, -1) for code in areas),
            "updated_s": map(self._second, updated),
        }
        for name, kind in _SMALL.items():
            parts[name].append(np.fromiter(found[name], kind, len(codes)))
        if self._verified:
            docs = list(map(with_verified, docs, map(self._verified.get, ids)))
        self._docs.take(docs)
        self._lines.take(search)

    def arrays(self) -> dict[str, Any]:
        points = _joined(self._parts["points"], _WKB_POINT)
        codes = _joined(self._parts["codes"], "S1")
        order = np.argsort(codes, kind="stable")
        small = {name: _joined(self._parts[name], kind)[order] for name, kind in _SMALL.items()}
        docs = self._docs.columns(order)
        return {
            "codes": codes[order],
            "lon": points["x"][order],
            "lat": points["y"][order],
            "schedules": tuple(self._schedules),
            "facilities": _facilities(docs),
            **small,
            **docs,
            **self._lines.columns(order),
        }


def _facilities(docs: dict[str, Any]) -> NDArray[np.uint64]:
    # What stations share of their documents is just this: read there, each is understood once, and the
    # database has no second copy of it to write out.
    masks = [facility_mask(orjson.loads(b"{%s}" % part).get("facilities", {})) for part in docs["shared"]]
    return np.array(masks, np.uint64)[docs["doc_places"][:, 3]]


def _second(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp())


def _number(schedules: dict[Schedule, int], status: str, osm: str | None, makeup: bool | None) -> int:
    # Every station one can go to shares its hours' schedule, whatever its status is called.
    schedule = Schedule("open" if status in SERVING else status, osm, bool(makeup))
    return schedules.setdefault(schedule, len(schedules))


_KIND = {kind.value: place for place, kind in enumerate(KINDS)}
_STATUS = {status.value: place for place, status in enumerate(STATUSES)}
_SMALL = {
    "kind": np.uint8,
    "status": np.uint8,
    "schedule": np.int32,
    "area": np.int32,
    "updated_s": np.int64,
}


def _joined(parts: list[Any], kind: Any) -> Any:
    return np.concatenate(parts) if parts else np.empty(0, kind)
