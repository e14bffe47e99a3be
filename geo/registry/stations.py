"""One station: reading it, changing it, closing it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from geo.errors import InputError
from geo.model.hours import validate_osm
from geo.model.station import FIELDS, Kind, Status
from geo.registry.rows import id_of, read_rows
from geo.registry.write import Edit, change_stations

__all__ = ["change_station", "check_values", "close_station", "get_station"]

_TYPES = {field.name: field.type for field in FIELDS}
_FIXED = {"code", "source", "source_ref"}
_CHOICES = {"kind": list(Kind), "status": list(Status)}
_LIMITS = {"lon": 180, "entrance_lon": 180, "lat": 90, "entrance_lat": 90}


def get_station(session: Session, code: str) -> tuple[int, dict[str, Any]]:
    """Return the id and the whole row, internal fields included, of a station.

    Raises
    ------
    NotFoundError
        No station has the code.
    """
    [found] = read_rows(session, ids=[id_of(session, code)])
    return found


def change_station(
    session: Session, code: str, values: Mapping[str, Any], *, who: str, why: str | None = None
) -> bool:
    """Set some fields of a station (None forgets one); returns whether anything changed.

    Closing or suspending one needs the reason; one that is opened again loses it.

    Raises
    ------
    NotFoundError
        No station has the code.
    InputError
        A field that does not exist, may not change, or is given a value it cannot have.
    """
    id_, before = get_station(session, code)
    edit = Edit(id_, before, check_values(before, values))
    return bool(change_stations(session, [edit], who=who, why=why))


def check_values(before: Mapping[str, Any], values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return new values for a row as they are to be written, with the reason of what is closed, or without.

    Raises
    ------
    InputError
        As `change_station`.
    """
    for name, value in values.items():
        _check(name, value)
    if not values.keys().isdisjoint(("status", "closed_reason")):
        values = _with_reason(before, values)
    _check_entrance({**before, **values})
    return values


def close_station(session: Session, code: str, reason: str, *, who: str) -> bool:
    """Close a station for good, with the reason; nothing of it is deleted.

    Raises
    ------
    NotFoundError, InputError
        As `change_station`.
    """
    return change_station(
        session, code, {"status": Status.CLOSED.value, "closed_reason": reason.strip()}, who=who
    )


def _with_reason(before: Mapping[str, Any], values: Mapping[str, Any]) -> Mapping[str, Any]:
    after = {**before, **values}
    if after["status"] != Status.CLOSED:
        values = {**values, "merged_into": None}
    if after["status"] not in (Status.CLOSED, Status.SUSPENDED):
        return {**values, "closed_reason": None}
    if not (after["closed_reason"] or "").strip():
        raise InputError("关闭或暂停站点要写原因", parameter="closed_reason")
    return values


def _check_entrance(row: Mapping[str, Any]) -> None:
    for name, other in (("entrance_lon", "entrance_lat"), ("entrance_lat", "entrance_lon")):
        if row[name] is None and row[other] is not None:
            raise InputError("入口的经度和纬度要一起给出或一起清空", parameter=name)


def _check(name: str, value: Any) -> None:
    if name not in _TYPES or name in _FIXED:
        raise InputError("没有可以改的字段“%(name)s”", parameter=name, name=name)
    if value is None and name not in ("kind", "status", "name", "lon", "lat"):
        return
    if not _has_type(name, value) or not _is_possible(name, value):
        raise InputError("字段“%(name)s”不能是“%(value)s”", parameter=name, name=name, value=value)
    if name == "hours_osm" and (fault := validate_osm(value)):
        raise InputError("开放时间“%(value)s”看不懂:%(fault)s", parameter=name, value=value, fault=fault)


def _has_type(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return _TYPES[name] is bool
    return isinstance(value, (int, float) if _TYPES[name] is float else _TYPES[name])


def _is_possible(name: str, value: Any) -> bool:
    if name in _CHOICES:
        return value in _CHOICES[name]
    if name in _LIMITS:
        return -_LIMITS[name] <= value <= _LIMITS[name]
    return name != "name" or bool(value.strip())
