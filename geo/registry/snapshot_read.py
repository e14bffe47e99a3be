"""Making a snapshot from the database, in batches, so that no more than the result is ever held."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
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
from geo.registry.snapshot import KINDS, STATUSES, Landmark, Schedule, Snapshot, ecef, facility_mask
from geo.registry.streets import list_streets

__all__ = ["calendar_of", "read_revision", "read_snapshot"]

_BATCH = 20_000
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
        columns = _Columns({row["code"]: place for place, row in enumerate(held)})
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
        f"SELECT code, {point}, kind, status, CAST(facilities AS TEXT), hours_osm, hours_makeup, area_code, "
        f"updated_at, {encode.format('public')}, {encode.format('search')} FROM station"
    )
    connection = session.connection().connection
    cursor = connection.cursor(name="snapshot", binary=True) if postgres else connection.cursor()
    cursor.execute(statement)
    while batch := cursor.fetchmany(_BATCH):
        yield batch
    cursor.close()


class _Columns:
    """The growing columns; ``arrays`` puts them in the order of the codes."""

    def __init__(self, area_places: dict[str, int]) -> None:
        self._areas = area_places
        self._schedules: dict[Schedule, int] = {}
        self._numbers: dict[tuple[str, str | None, bool | None], int] = {}
        self._masks: dict[str | None, int] = {None: 0}
        self._seconds: dict[str, int] = {}
        self._parts: dict[str, list[Any]] = {name: [] for name in ("codes", "points", "docs", *_SMALL)}
        self._lengths: list[Any] = []
        self._lines: list[Any] = []

    def take(self, batch: list[tuple[Any, ...]]) -> None:
        codes, points, kinds, statuses, facilities, osm, makeup, areas, updated, docs, search = zip(
            *batch, strict=True
        )
        parts = self._parts
        parts["codes"].append(np.array(codes, dtype="S"))
        parts["points"].append(np.frombuffer(b"".join(points), _WKB_POINT))
        parts["kind"].append(np.array([_KIND[kind] for kind in kinds], np.uint8))
        parts["status"].append(np.array([_STATUS[status] for status in statuses], np.uint8))
        parts["facilities"].append(np.array([self._mask(text) for text in facilities], np.uint64))
        schedules = map(self._schedule, statuses, osm, makeup)
        parts["schedule"].append(np.fromiter(schedules, np.int32, len(codes)))
        parts["area"].append(np.array([self._areas.get(code, -1) for code in areas], np.int32))
        parts["updated_s"].append(np.fromiter(map(self._second, updated), np.int64, len(updated)))
        parts["docs"].append(b"".join(docs))
        self._lengths.append(np.fromiter(map(len, docs), np.int64, len(docs)))
        self._lines.extend(search)

    def arrays(self) -> dict[str, Any]:
        points = _joined(self._parts["points"], _WKB_POINT)
        codes = _joined(self._parts["codes"], "S1")
        order = np.argsort(codes, kind="stable")
        ends = np.cumsum(_joined(self._lengths, np.int64))
        lon, lat = points["x"][order], points["y"][order]
        lines = [self._lines[row] for row in order]
        starts = np.zeros(len(lines), np.int64)
        np.cumsum([len(line) + 1 for line in lines[:-1]], out=starts[1:])
        small = {name: _joined(self._parts[name], kind)[order] for name, kind in _SMALL.items()}
        return small | {
            "codes": codes[order],
            "lon": lon,
            "lat": lat,
            "xyz": ecef(lon, lat),
            "docs": b"".join(self._parts["docs"]),
            "doc_start": (ends - _joined(self._lengths, np.int64))[order],
            "doc_end": ends[order],
            "search": b"\n".join(lines),
            "search_start": starts,
            "schedules": tuple(self._schedules),
        }

    def _mask(self, text: str | None) -> int:
        mask = self._masks.get(text)
        if mask is None:
            mask = self._masks[text] = facility_mask(orjson.loads(text) or {})
        return mask

    def _second(self, at: str) -> int:
        # A load changes thousands of stations in the same few seconds.
        second = self._seconds.get(at)
        if second is None:
            second = self._seconds[at] = int(datetime.fromisoformat(at).timestamp())
        return second

    def _schedule(self, status: str, osm: str | None, makeup: bool | None) -> int:
        key = (status, osm, makeup)
        number = self._numbers.get(key)
        if number is None:
            # Every station one can go to shares its hours' schedule, whatever its status is called.
            schedule = Schedule("open" if status in SERVING else status, osm, bool(makeup))
            number = self._schedules.setdefault(schedule, len(self._schedules))
            self._numbers[key] = number
        return number


_KIND = {kind.value: place for place, kind in enumerate(KINDS)}
_STATUS = {status.value: place for place, status in enumerate(STATUSES)}
_SMALL = {
    "kind": np.uint8,
    "status": np.uint8,
    "facilities": np.uint64,
    "schedule": np.int32,
    "area": np.int32,
    "updated_s": np.int64,
}


def _joined(parts: list[Any], kind: Any) -> Any:
    return np.concatenate(parts) if parts else np.empty(0, kind)
