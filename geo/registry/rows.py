"""A station's flat row and its columns in the database: the same thing in two shapes."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.db.tables import station
from geo.errors import NotFoundError
from geo.model.names import normalise_name
from geo.model.station import FIELDS, public_properties

__all__ = ["columns_of", "derived_from", "entrance_of", "id_of", "name_ref", "read_rows", "stamp", "utc_now"]

_NAMES = tuple(field.name for field in FIELDS)
_PLAIN = dict.fromkeys(name for name in _NAMES if name in station.c)
_BATCH = 5_000
_district = lru_cache(maxsize=4096)(normalise_name)


def utc_now() -> str:
    """Return the moment as ISO text in UTC, the form every timestamp is kept in."""
    return stamp(datetime.now(UTC))


def stamp(moment: datetime) -> str:
    """Return a moment, given with its time zone, in the form of `utc_now`.

    Examples
    --------
    >>> stamp(datetime.fromisoformat("2026-10-10T09:30:00.5+08:00"))
    '2026-10-10T01:30:00Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def name_ref(row: Mapping[str, Any]) -> str:
    """Return what identifies a station that has no number: its normalised name and district.

    Examples
    --------
    >>> name_ref({"name": "工会驿站（东风路）", "district_name": "金水区"})
    '工会驿站(东风路)|金水区'
    """
    return f"{normalise_name(row['name'])}|{_district(row.get('district_name') or '')}"


def columns_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns for a flat row, those derived from it included; a field it lacks has none."""
    columns = {name: value for name, value in row.items() if name in _PLAIN}
    columns["location"] = shapely.Point(row["lon"], row["lat"])
    columns["entrance"] = entrance_of(row)
    return columns | derived_from(row)


def derived_from(row: Mapping[str, Any]) -> dict[str, str]:
    """Return what is kept beside a row to be read fast: its identity by name, search text, public JSON."""
    return {
        "name_ref": name_ref(row),
        "search": _search_text(row),
        "public": orjson.dumps(public_properties(row)).decode(),
    }


def entrance_of(row: Mapping[str, Any]) -> shapely.Point | None:
    """Return the entrance of a row, where it is known."""
    lon, lat = row.get("entrance_lon"), row.get("entrance_lat")
    return None if lon is None or lat is None else shapely.Point(lon, lat)


def id_of(session: Session, code: str) -> int:
    """Return the id of the station with a code, however its letters are written.

    Raises
    ------
    NotFoundError
        No station has the code.
    """
    id_ = session.scalar(select(station.c.id).where(station.c.code == code.upper()))
    if id_ is None:
        raise NotFoundError("没有编号为 %(code)s 的站点", code=code)
    return id_


def read_rows(session: Session, *, ids: Sequence[int] | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (id, flat row) of the stations with these ids, or of all, ordered by code."""
    columns = [station.c.id, station.c.location, station.c.entrance, *(station.c[n] for n in _PLAIN)]
    if ids is None:
        yield from map(_flat, session.execute(select(*columns).order_by(station.c.code)).mappings())
        return
    for start in range(0, len(ids), _BATCH):
        wanted = station.c.id.in_(ids[start : start + _BATCH])
        yield from map(
            _flat, session.execute(select(*columns).where(wanted).order_by(station.c.code)).mappings()
        )


def _flat(found: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    row = {name: found[name] for name in _PLAIN}
    row["lon"], row["lat"] = found["location"].x, found["location"].y
    entrance = found["entrance"]
    row["entrance_lon"], row["entrance_lat"] = (entrance.x, entrance.y) if entrance else (None, None)
    return found["id"], row


def _search_text(row: Mapping[str, Any]) -> str:
    # One line a station: the snapshot searches all of them as one text, with width and case unified.
    parts = [
        row["code"],
        row["name"],
        row.get("signboard_name"),
        *(row.get("aliases") or ()),
        row.get("address"),
    ]
    text = unicodedata.normalize("NFKC", " ".join(part for part in parts if part))
    return " ".join(text.lower().split())
