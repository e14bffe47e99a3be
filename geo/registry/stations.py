"""One station: reading it, changing it, closing it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.db.tables import station
from geo.errors import InputError, NotFoundError
from geo.model.hours import validate_osm
from geo.model.station import FIELDS, Kind, Status
from geo.registry.rows import read_rows
from geo.registry.write import Edit, change_stations, take_turn

__all__ = ["change_station", "close_station", "get_station"]

_TYPES = {field.name: field.type for field in FIELDS}
_FIXED = {"code", "source", "source_ref"}


def get_station(session: Session, code: str) -> tuple[int, dict[str, Any]]:
    """Return the id and the whole row, internal fields included, of a station.

    Raises
    ------
    NotFoundError
        No station has the code.
    """
    id_ = session.scalar(select(station.c.id).where(station.c.code == code))
    if id_ is None:
        raise NotFoundError("没有编号为 %(code)s 的站点", code=code)
    [found] = read_rows(session, ids=[id_])
    return found


def change_station(
    session: Session, code: str, values: Mapping[str, Any], *, who: str, why: str | None = None
) -> bool:
    """Set some fields of a station (None forgets one); returns whether anything changed.

    Raises
    ------
    NotFoundError
        No station has the code.
    InputError
        A field that does not exist, may not change, or is given a value it cannot have.
    """
    take_turn(session)
    id_, before = get_station(session, code)
    for name, value in values.items():
        _check(name, value)
    after = {**before, **values}
    if after["status"] in (Status.CLOSED, Status.SUSPENDED) and not after.get("closed_reason"):
        raise InputError("关闭或暂停站点要写原因", parameter="closed_reason")
    return bool(change_stations(session, [Edit(id_, before, values)], who=who, why=why))


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


def _check(name: str, value: Any) -> None:
    if name not in _TYPES or name in _FIXED:
        raise InputError("没有可以改的字段“%(name)s”", parameter=name, name=name)
    if value is None and name not in ("kind", "status", "name", "lon", "lat"):
        return
    number = _TYPES[name] is float and isinstance(value, int)
    choices = {"kind": Kind, "status": Status}.get(name)
    if not (isinstance(value, _TYPES[name]) or number) or (choices and value not in list(choices)):
        raise InputError("字段“%(name)s”不能是“%(value)s”", parameter=name, name=name, value=value)
    limits = {"lon": 180, "entrance_lon": 180, "lat": 90, "entrance_lat": 90}
    if name in limits and not -limits[name] <= value <= limits[name]:
        raise InputError("字段“%(name)s”不能是“%(value)s”", parameter=name, name=name, value=value)
    if name == "hours_osm" and (fault := validate_osm(value)):
        raise InputError("开放时间“%(value)s”看不懂:%(fault)s", parameter=name, value=value, fault=fault)
