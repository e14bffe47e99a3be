"""The only way a station changes: with who, when, why, before and after.

The sessions are those of `geo.db.engine.writing`, so that one writer at a time is at work.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import shapely
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from geo.db.bulk import insert_rows, take_ids
from geo.db.tables import change, station
from geo.model.station import FIELDS
from geo.registry.rows import columns_of, derived_from, entrance_of, utc_now

__all__ = [
    "Edit",
    "Prepared",
    "add_prepared",
    "add_stations",
    "change_stations",
    "differences",
    "last_code_number",
    "prepare_stations",
]

Prepared = list[tuple[dict[str, Any], dict[str, Any]]]
"""New stations: the columns of each, and its history's first entry."""

_DEFAULTS = {field.name: field.default for field in FIELDS if field.default is not None}


class Edit(NamedTuple):
    """One station's change: its id, the row as it was, the new values of some fields.

    ``undoes``: the change that this one takes back.
    """

    id: int
    before: Mapping[str, Any]
    values: Mapping[str, Any]
    undoes: int | None = None


def last_code_number(session: Session, prefix: str) -> int:
    """Return the highest number among the codes of a prefix, 0 when there is none."""
    digits = func.substr(station.c.code, len(prefix) + 2)
    ours = station.c.code.like(f"{prefix}-%")
    longest = session.scalar(select(func.max(func.length(digits))).where(ours))
    last = session.scalar(select(func.max(digits)).where(ours, func.length(digits) == longest))
    return int(last) if last and last.isdecimal() else 0


def prepare_stations(rows: Sequence[Mapping[str, Any]]) -> Prepared:
    """Make everything of new stations that needs no database, their ids excepted.

    Each row has at least code, name, lon, lat, source and source_ref.
    """
    at = utc_now()
    places = shapely.points([(row["lon"], row["lat"]) for row in rows]) if rows else []
    prepared = []
    for row, place in zip(rows, places, strict=True):
        known = _DEFAULTS | {name: value for name, value in row.items() if value is not None}
        kept = {"location": place, "entrance": entrance_of(known), "created_at": at, "updated_at": at}
        prepared.append((known | kept | derived_from(known), known))
    return prepared


def add_prepared(
    session: Session, prepared: Prepared, *, who: str, why: str | None = None, load_id: int | None = None
) -> list[int]:
    """Add prepared stations and the beginning of their history; returns their ids."""
    ids = take_ids(session, station, len(prepared))
    for id_, (columns, _) in zip(ids, prepared, strict=True):
        columns["id"] = id_
    insert_rows(session, station, [columns for columns, _ in prepared])
    notes = [(id_, None, known, None) for id_, (_, known) in zip(ids, prepared, strict=True)]
    _remember(session, notes, at=utc_now(), who=who, why=why, load_id=load_id)
    return ids


def add_stations(
    session: Session, rows: Sequence[Mapping[str, Any]], *, who: str, why: str | None = None
) -> list[int]:
    """Add stations, the rows as `prepare_stations` takes them; returns their ids."""
    return add_prepared(session, prepare_stations(rows), who=who, why=why)


def change_stations(
    session: Session,
    edits: Sequence[Edit],
    *,
    who: str,
    why: str | None = None,
    load_id: int | None = None,
) -> int:
    """Apply edits; those that change nothing leave no trace. Returns how many changed something."""
    at = utc_now()
    notes, updates = [], []
    for edit in edits:
        before, after = differences(edit.before, edit.values)
        if after:
            notes.append((edit.id, before, after, edit.undoes))
            columns = columns_of({**edit.before, **edit.values})
            updates.append({"_id": edit.id, "updated_at": at, **columns})
    if updates:
        names = [name for name in updates[0] if name != "_id"]
        statement = update(station).where(station.c.id == bindparam("_id"))
        session.connection().execute(statement.values({n: bindparam(n) for n in names}), updates)
        _remember(session, notes, at=at, who=who, why=why, load_id=load_id)
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


def _remember(session: Session, notes: Sequence[tuple[int, Any, Any, int | None]], **common: Any) -> None:
    ids = take_ids(session, change, len(notes))
    insert_rows(
        session,
        change,
        [
            {
                "id": id_,
                "station_id": station_id,
                "before": before,
                "after": after,
                "undoes": undoes,
                **common,
            }
            for id_, (station_id, before, after, undoes) in zip(ids, notes, strict=True)
        ],
    )
