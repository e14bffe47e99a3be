"""The only way a station changes: with who, when, why, before and after."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from geo.db.bulk import insert_rows, take_ids
from geo.db.tables import change, revision, station
from geo.model.station import FIELDS
from geo.registry.rows import columns_of, utc_now

__all__ = ["Edit", "add_stations", "change_stations", "differences", "next_codes", "take_turn"]

_DEFAULTS = {field.name: field.default for field in FIELDS if field.default is not None}


class Edit(NamedTuple):
    """One station's change: its id, the row as it was, and the new values of some fields."""

    id: int
    before: Mapping[str, Any]
    values: Mapping[str, Any]


def take_turn(session: Session) -> None:
    """Wait until no other writer is at work; on SQLite the write transaction itself is the turn."""
    session.execute(select(revision.c.value).with_for_update())


def next_codes(session: Session, prefix: str, count: int) -> list[str]:
    """Return the next free codes of a prefix, four digits or more: ``HB-0417``. Needs the turn."""
    digits = func.substr(station.c.code, len(prefix) + 2)
    ours = station.c.code.like(f"{prefix}-%")
    longest = session.scalar(select(func.max(func.length(digits))).where(ours))
    last = session.scalar(select(func.max(digits)).where(ours, func.length(digits) == longest))
    first = int(last) + 1 if last and last.isdecimal() else 1
    return [f"{prefix}-{number:04d}" for number in range(first, first + count)]


def add_stations(
    session: Session,
    rows: Sequence[Mapping[str, Any]],
    *,
    who: str,
    why: str | None = None,
    load_id: int | None = None,
) -> list[int]:
    """Add stations; each row has at least code, name, lon, lat, source and source_ref. Returns ids."""
    at = utc_now()
    ids = take_ids(session, station, len(rows))
    full = [{**_DEFAULTS, **row} for row in rows]
    insert_rows(
        session,
        station,
        [
            {"id": id_, "created_at": at, "updated_at": at, **columns_of(row)}
            for id_, row in zip(ids, full, strict=True)
        ],
    )
    known = [{name: value for name, value in row.items() if value is not None} for row in full]
    notes = zip(ids, [None] * len(ids), known, strict=True)
    _remember(session, list(notes), at=at, who=who, why=why, load_id=load_id)
    return ids


def change_stations(
    session: Session,
    edits: Sequence[Edit],
    *,
    who: str,
    why: str | None = None,
    load_id: int | None = None,
    undoes: int | None = None,
) -> int:
    """Apply edits; those that change nothing leave no trace. Returns how many changed something."""
    at = utc_now()
    notes, updates = [], []
    for edit in edits:
        before, after = differences(edit.before, edit.values)
        if after:
            notes.append((edit.id, before, after))
            updates.append(
                {"_id": edit.id, "updated_at": at, **columns_of({**edit.before, **edit.values})}
            )
    if updates:
        names = [name for name in updates[0] if name != "_id"]
        statement = update(station).where(station.c.id == bindparam("_id"))
        session.connection().execute(statement.values({n: bindparam(n) for n in names}), updates)
        _remember(session, notes, at=at, who=who, why=why, load_id=load_id, undoes=undoes)
    return len(notes)


def differences(
    before: Mapping[str, Any], values: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the old and the new values of the fields that differ; empty and null are the same.

    Examples
    --------
    >>> differences({"star": 3, "aliases": None}, {"star": 4, "aliases": []})
    ({'star': 3}, {'star': 4})
    >>> differences({}, {})
    ({}, {})
    """
    names = [name for name, value in values.items() if _value(before.get(name)) != _value(value)]
    return {name: before.get(name) for name in names}, {name: values[name] for name in names}


def _value(value: Any) -> Any:
    return None if value in ("", [], {}) else value


def _remember(session: Session, notes: Sequence[tuple[int, Any, Any]], **common: Any) -> None:
    ids = take_ids(session, change, len(notes))
    insert_rows(
        session,
        change,
        [
            {"id": id_, "station_id": station_id, "before": before, "after": after, **common}
            for id_, (station_id, before, after) in zip(ids, notes, strict=True)
        ],
    )
