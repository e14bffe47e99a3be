"""What a request asks, in the words of the registry: moments, positions, coordinate systems, boxes, pages."""

import base64
import binascii
import re
from datetime import datetime
from typing import NamedTuple

from geo.crs import Crs, parse_crs, to_wgs84
from geo.errors import InputError
from geo.finder import MAX_K, Question, parse_moment
from geo.model.place import Point
from web.params import SHOWN, Values, as_float, many, number, one, whole

__all__ = ["Box", "box", "cursor_of", "moment", "position", "question", "resume_after", "systems"]

_CURSOR = b"after:"
_CODE = r"(\S+)"
_UNSHIFTED = (Crs.WGS84, Crs.CGCS2000)


class Box(NamedTuple):
    """A rectangle in degrees of the request's coordinate system."""

    west: float
    south: float
    east: float
    north: float


def moment(values: Values, *, now: datetime) -> tuple[datetime | None, bool]:
    """Return the moment ``open_at`` means (None: not given), and whether it is one of setting out."""
    text = one(values, "open_at")
    return parse_moment(text[:SHOWN], now=now) if text else (None, False)


def systems(values: Values, public: str) -> tuple[Crs, Crs]:
    """Return the coordinate system of the positions given and that of the answer.

    ``crs`` names both. Without it a position is WGS-84, as every GPS and browser gives it, and the answer
    is in the registry's public system. A registry whose public system is shifted gives out no unshifted one.

    Examples
    --------
    >>> [crs.value for crs in systems({}, "gcj02")]
    ['wgs84', 'gcj02']
    >>> [crs.value for crs in systems({"crs": ["bd09"]}, "wgs84")]
    ['bd09', 'bd09']
    """
    text = one(values, "crs")
    if text is None:
        return Crs.WGS84, Crs(public)
    named = parse_crs(text[:SHOWN])
    if named in _UNSHIFTED and Crs(public) not in _UNSHIFTED:
        raise InputError(
            "这里公布的坐标系是 %(public)s,不提供 %(value)s", parameter="crs", public=public, value=named
        )
    return named, named


def position(values: Values, crs: Crs) -> Point:
    """Return the position given, in WGS-84 degrees.

    Raises
    ------
    InputError
        Naming ``lon`` or ``lat``.
    """
    found = {}
    for name in ("lon", "lat"):
        found[name] = number(values, name)
        if found[name] is None:
            raise InputError("缺少 %(name)s:请给出经度 lon 和纬度 lat", parameter=name, name=name)
    point = Point.checked(found["lon"], found["lat"])
    return point if crs in _UNSHIFTED else Point(*to_wgs84(point.lon, point.lat, crs))


def question(values: Values, point: Point, *, now: datetime) -> Question:
    """Return the question about the stations nearest to a point."""
    at, arrival = moment(values, now=now)
    return Question(
        point=point,
        k=whole(values, "k", default=5, low=1, high=MAX_K),
        kinds=many(values, "kind"),
        facilities=many(values, "facility"),
        statuses=many(values, "status"),
        open_at=at,
        arrival=arrival,
        by=one(values, "by") or "line",
    )


def box(values: Values) -> Box | None:
    """Return the rectangle ``bbox`` names: west, south, east, north in degrees; None when it is not given.

    Examples
    --------
    >>> box({"bbox": ["113.5,34.7,113.8,34.9"]}).east, box({})
    (113.8, None)
    >>> box({"bbox": ["113.8,34.7,113.5,34.9"]})
    Traceback (most recent call last):
        ...
    geo.errors.InputError: bbox 应为 西,南,东,北 四个数(度),西小于东,南小于北,现在是“113.8,34.7,113.5,34.9”
    """
    text = one(values, "bbox")
    if text is None:
        return None
    edges = [as_float(part) for part in text.split(",")]
    if len(edges) == len(Box._fields) and None not in edges:
        found = Box(*edges)
        if -180 <= found.west <= found.east <= 180 and -90 <= found.south <= found.north <= 90:
            return found
    raise InputError(
        "bbox 应为 西,南,东,北 四个数(度),西小于东,南小于北,现在是“%(value)s”",
        parameter="bbox",
        value=text[:SHOWN],
    )


def cursor_of(*keys: str) -> str:
    """Return the cursor of a listing that goes on after what has these keys, by which it is ordered.

    Examples
    --------
    >>> resume_after({"cursor": [cursor_of("HB-0417")]}), resume_after({})
    (('HB-0417',), None)
    """
    return base64.urlsafe_b64encode(_CURSOR + " ".join(keys).encode()).decode().rstrip("=")


def resume_after(values: Values, keys: str = _CODE) -> tuple[str, ...] | None:
    """Return the keys after which a listing goes on, None when it begins; ``keys`` is their pattern.

    Raises
    ------
    InputError
        ``cursor`` is none of ours, or of a listing in another order.
    """
    text = one(values, "cursor")
    if text is None:
        return None
    try:
        inside = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        found = re.fullmatch(keys, inside.removeprefix(_CURSOR).decode())
        if inside.startswith(_CURSOR) and found:
            return found.groups()
    except (binascii.Error, ValueError):
        pass
    raise InputError(
        "cursor 只能原样取自上一页的 next,现在是“%(value)s”", parameter="cursor", value=text[:SHOWN]
    )
