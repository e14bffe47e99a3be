"""A position as clerks write it: decimal degrees, degrees with minutes and seconds, in one cell or in two."""

import re
import unicodedata
from typing import NamedTuple

from geo.ingest.cells import clean, read_text

__all__ = ["OUTSIDE", "Position", "read_pair", "read_position"]


class Position(NamedTuple):
    """Degrees in the system of the file.

    Parameters
    ----------
    x, y : float
        Longitude and latitude.
    swapped : bool
        They were given the other way round.
    coarse : bool
        Both have less than 4 decimals: the place may be hundreds of metres away.
    abroad : bool
        On earth, but outside the frame of China: a slip, unless somebody says that it is meant.
    """

    x: float
    y: float
    swapped: bool = False
    coarse: bool = False
    abroad: bool = False


def read_position(x: str, y: str) -> Position | str:
    """Return the position that two cells give, or a Chinese sentence: why there is none, and what to do.

    Examples
    --------
    >>> read_position("113.665123", "34.752456")
    Position(x=113.665123, y=34.752456, swapped=False, coarse=False, abroad=False)
    >>> read_position("34°15′36″", "108°56′24″")
    Position(x=108.94, y=34.26, swapped=True, coarse=False, abroad=False)
    >>> read_position("", "")
    '没有坐标;请补上经度和纬度'
    """
    try:
        # Most cells are plain numbers; the rest takes its time.
        lon, lat = float(x), float(y)
        if _WEST <= lon <= _EAST and _SOUTH <= lat <= _NORTH:
            return Position(lon, lat, False, _is_short(x) and _is_short(y))
        # Abroad only plain numbers count: there, what is a riddle could mean anything.
        if _is_abroad(lon, lat):
            return Position(lon, lat, False, _is_short(x) and _is_short(y), True)
    except ValueError:
        pass
    first, second = _normal(x), _normal(y)
    if x in _GEOMETRIES:
        return f"几何类型是 {x},只能导入点(Point);请换成点后再导入"
    if not (first and second) or first == second:
        # One cell, or each of the two, may hold the whole; a coarse pair could be degrees with minutes.
        pair = read_pair(x if first else y)
        if isinstance(pair, Position) and not pair.coarse:
            return pair
        if not (first and second):
            return _HALF if first or second else _MISSING
    angles = [_axis(first), _axis(second)]
    if None in angles:
        return _UNREADABLE
    return _position(angles[0], angles[1])


def read_pair(text: str) -> Position | str:
    """Return the position that one cell gives, or a Chinese sentence: why there is none, and what to do.

    Examples
    --------
    >>> read_pair("108.940123，34.260456")
    Position(x=108.940123, y=34.260456, swapped=False, coarse=False, abroad=False)
    >>> read_pair("东经108°56′24″北纬34°15′36″") == read_pair("N34°15'36\\" E108°56'24\\"")
    True
    >>> read_pair("见地图")
    '认不出坐标;请写成 108.940123,34.260456 或 108°56′24″ 的样子'
    """
    normal = _normal(text)
    if not normal:
        return _MISSING
    angles = _angles(normal)
    if len(angles) == 6 and all(angle.bare for angle in angles):
        angles = [_from_parts(angles[:3]), _from_parts(angles[3:])]
    if len(angles) != 2 or None in angles:
        return _UNREADABLE
    first, second = angles
    if first.axis == "y" or second.axis == "x":
        first, second = second, first
    return _position(first, second)


_WEST, _EAST, _SOUTH, _NORTH = 73.0, 136.0, 3.0, 54.0
_LONGEST = 120
_FEWEST_DECIMALS = 4
_FEWEST_MINUTE_DECIMALS = 2

_MISSING = "没有坐标;请补上经度和纬度"
_HALF = "经度和纬度只有一个;请补上另一个"
_UNREADABLE = "认不出坐标;请写成 108.940123,34.260456 或 108°56′24″ 的样子"
_ZERO = "坐标是 0;请填写真实的经度和纬度"
_METRES = "坐标的数值太大,不是经纬度(可能是以米为单位的投影坐标,或漏了小数点);请换算成度"
OUTSIDE = "坐标不在中国范围内(经度 73 到 136,纬度 3 到 54);请核对"
"""Why a position abroad is not taken where its system is one of China's alone."""
_SIXTY = "坐标的分或秒达到了 60;请核对"

_GEOMETRIES = frozenset(
    ["Polygon", "LineString", "MultiPoint", "MultiPolygon", "MultiLineString", "GeometryCollection"]
)
_LOOKALIKES = str.maketrans("º˚⁰´`", "°°°''")
_X_WORDS = ("东", "西", "经", "E", "W", "LON", "LNG", "X")
_Y_WORDS = ("北", "南", "纬", "N", "S", "LAT", "Y")
_NEGATIVE_WORDS = ("西", "南", "W", "S")

_ANGLE = re.compile(
    r"""(?P<before> 东经?|西经?|南纬?|北纬?|经度?|纬度? | \b(?:LONGITUDE|LATITUDE|LONG?|LNG|LAT|[ENWSXY]) )?
        [\s:=]*
        (?P<degrees> [-+]?\d+(?:\.\d+)? )
        (?: \s*[°度]\s* (?: (?P<minutes>\d+(?:\.\d+)?) \s*['′’‘分]\s*
                           (?: (?P<seconds>\d+(?:\.\d+)?) \s*(?:"|″|”|“|''|′′|’’|秒)? )? )?
          | :(?P<minutes_2>\d+):(?P<seconds_2>\d+(?:\.\d+)?) )?
        (?: \s*(?P<after>[ENWS])\b | (?P<mark>°)? )
    """,
    re.VERBOSE,
)
_BESIDE = re.compile(r"[\s,;:()\[\]、。/|\"'′″-]*(?:POINT|坐标|经纬度|位置|约)?[\s,;:()\[\]、。/|\"'′″-]*")


class _Angle(NamedTuple):
    degrees: float
    axis: str | None
    bare: bool
    short: bool
    wrong: bool = False


def _normal(text: str) -> str:
    value, doubt = read_text(text)
    if value is None and doubt is None:
        return ""
    return unicodedata.normalize("NFKC", clean(text).translate(_LOOKALIKES)).strip().upper()


def _is_short(text: str, *, fewest: int = _FEWEST_DECIMALS) -> bool:
    _, _, decimals = text.strip().partition(".")
    return len(decimals) < fewest


def _axis(text: str) -> _Angle | None:
    angles = _angles(text)
    if len(angles) in (2, 3) and all(angle.bare for angle in angles) and "," not in text:
        return _from_parts(angles)
    return angles[0] if len(angles) == 1 else None


def _angles(text: str) -> list[_Angle]:
    if len(text) > _LONGEST:
        return []
    # What is neither an angle nor a usual word beside one makes the whole a riddle.
    if not _BESIDE.fullmatch(_ANGLE.sub("", text)):
        return []
    return [_angle(found) for found in _ANGLE.finditer(text)]


def _angle(found: re.Match[str]) -> _Angle:
    degrees = float(found["degrees"])
    minutes = float(found["minutes"] or found["minutes_2"] or 0)
    seconds = float(found["seconds"] or found["seconds_2"] or 0)
    label = found["after"] or found["before"] or ""
    axis = "x" if label.startswith(_X_WORDS) else "y" if label.startswith(_Y_WORDS) else None
    value = abs(degrees) + minutes / 60 + seconds / 3600
    if degrees < 0 or label.startswith(_NEGATIVE_WORDS):
        value = -value
    exact = (
        (found["seconds"] or found["seconds_2"]) is not None
        or not _is_short(found["degrees"])
        or not _is_short(found["minutes"] or "", fewest=_FEWEST_MINUTE_DECIMALS)
    )
    bare = not (label or found["minutes"] or found["minutes_2"])
    return _Angle(round(value, 9), axis, bare, not exact, minutes >= 60 or seconds >= 60)


def _from_parts(parts: list[_Angle]) -> _Angle | None:
    """Read degrees, minutes and seconds with nothing but spaces or signs between them."""
    degrees, minutes, seconds = (*(part.degrees for part in parts), 0.0)[:3]
    whole = all(part.degrees.is_integer() for part in parts[:-1])
    if not whole or not (0 <= minutes < 60 and 0 <= seconds < 60):
        return None
    return _Angle(round(degrees + minutes / 60 + seconds / 3600, 9), None, False, len(parts) < 3)


def _position(first: _Angle, second: _Angle) -> Position | str:
    x, y = first.degrees, second.degrees
    if first.wrong or second.wrong:
        return _SIXTY
    if x == 0 or y == 0:
        return _ZERO
    coarse = first.short and second.short
    if _WEST <= x <= _EAST and _SOUTH <= y <= _NORTH:
        return Position(x, y, False, coarse)
    # The two ranges do not meet, so the other way round is the only way to read these.
    if _WEST <= y <= _EAST and _SOUTH <= x <= _NORTH:
        return Position(y, x, True, coarse)
    return _METRES if max(abs(x), abs(y)) > 180 else OUTSIDE


def _is_abroad(lon: float, lat: float) -> bool:
    if not (0 < abs(lon) <= 180 and 0 < abs(lat) <= 90):
        return False
    # Within the frame when read the other way round, they are of China.
    return not (_WEST <= lat <= _EAST and _SOUTH <= lon <= _NORTH)
