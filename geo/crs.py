"""Coordinate systems met in China, and the way between each of them and WGS-84.

Everything inside the program is WGS-84; these functions are for its edges: files, addresses of map
pages, answers asked in another system. Longitude comes before latitude, both in degrees, everywhere.

The GCJ-02 and BD-09 formulas are the publicly known ones. GCJ-02 moves positions on the Chinese mainland
by 18 to 711 m and leaves every other place alone; `offset_applies` says where.
"""

import unicodedata
from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import InputError

__all__ = ["Crs", "from_wgs84", "offset_applies", "parse_crs", "to_wgs84"]

Degrees = float | NDArray[np.float64]
_Array = NDArray[np.float64]


class Crs(StrEnum):
    """A geographic coordinate system, in degrees.

    ``WGS84`` is GPS and OpenStreetMap; ``CGCS2000`` the national system (Tianditu); ``GCJ02`` what AMap
    and Tencent use; ``BD09`` what Baidu uses.
    """

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def to_wgs84(lon: ArrayLike, lat: ArrayLike, crs: Crs) -> tuple[Degrees, Degrees]:
    """Return WGS-84 longitude and latitude of positions given in `crs`.

    Parameters
    ----------
    lon, lat : float or array_like
        Degrees in `crs`, of one shape.
    crs : Crs
        CGCS2000 and WGS-84 are taken as one: they differ by centimetres to decimetres, less than any
        position in a registry is known to, and PROJ has no transformation between them but the null one.

    Returns
    -------
    tuple of float or ndarray
        Longitude and latitude in degrees: floats for numbers, arrays for arrays. The exact inverse of
        `from_wgs84` to under a micrometre. A position whose original lies outside the mainland comes back as
        given; within an offset's length of that border, where two originals are possible, the mainland one
        is meant.

    Examples
    --------
    >>> lon, lat = to_wgs84(121.53154186, 31.17530398, Crs.GCJ02)
    >>> round(lon, 6), round(lat, 6)
    (121.527211, 31.177428)
    >>> to_wgs84([], [], Crs.BD09)
    (array([], dtype=float64), array([], dtype=float64))
    """
    return _convert(lon, lat, crs, _wgs84_of)


def from_wgs84(lon: ArrayLike, lat: ArrayLike, crs: Crs) -> tuple[Degrees, Degrees]:
    """Return longitude and latitude in `crs` of WGS-84 positions.

    Parameters
    ----------
    lon, lat : float or array_like
        WGS-84 degrees, of one shape.
    crs : Crs
        CGCS2000 is taken as WGS-84, see `to_wgs84`.

    Returns
    -------
    tuple of float or ndarray
        Degrees in `crs`: floats for numbers, arrays for arrays. Unchanged outside the mainland.

    Examples
    --------
    >>> lon, lat = from_wgs84(113.665, 34.752, Crs.GCJ02)
    >>> round(lon, 6), round(lat, 6)
    (113.671103, 34.750886)
    >>> from_wgs84(121.565, 25.034, Crs.BD09)  # 台北
    (121.565, 25.034)
    >>> from_wgs84([], [], Crs.GCJ02)
    (array([], dtype=float64), array([], dtype=float64))
    """
    return _convert(lon, lat, crs, _given_of)


def offset_applies(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.bool_]:
    """Tell which WGS-84 positions GCJ-02 and BD-09 move: those on the Chinese mainland.

    Decided by a list of rectangles that holds all of it with its coast and border towns, and of the
    neighbours some strips of mountain, steppe and sea. It is not a map and shows no border.

    Parameters
    ----------
    lon, lat : float or array_like
        WGS-84 degrees, of one shape.

    Returns
    -------
    ndarray of bool
        Of the same shape; False where a coordinate is not a number.

    Examples
    --------
    >>> offset_applies([114.057, 114.158], [22.543, 22.282])  # 深圳, 香港岛
    array([ True, False])
    >>> offset_applies([], [])
    array([], dtype=bool)
    """
    return _moves(np.asarray(lon, float), np.asarray(lat, float), slack=0.0)


def parse_crs(text: str) -> Crs:
    """Return the coordinate system that a person's words name.

    Parameters
    ----------
    text : str
        Such as ``高德``, ``GCJ-02``, ``百度BD09``, ``EPSG:4490``, ``GPS(WGS-84)``.

    Raises
    ------
    InputError
        The words name none of the systems, or more than one.

    Examples
    --------
    >>> parse_crs("高德 GCJ-02").value
    'gcj02'
    >>> parse_crs("")
    Traceback (most recent call last):
        ...
    geo.errors.InputError: 认不出坐标系“”:请写 WGS-84(GPS)、GCJ-02(高德)、BD-09(百度)或 CGCS2000(国家2000)
    """
    plain = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))
    named = {crs for word, crs in _WORDS.items() if word in plain}
    if len(named) != 1 or any(word in plain for word in _PLANE_WORDS):
        raise InputError(
            "认不出坐标系“%(value)s”:请写 WGS-84(GPS)、GCJ-02(高德)、BD-09(百度)或 CGCS2000(国家2000)",
            parameter="crs",
            value=text,
        )
    return named.pop()


_WORDS = {
    "wgs84": Crs.WGS84,
    "gps": Crs.WGS84,
    "4326": Crs.WGS84,
    "gcj02": Crs.GCJ02,
    "高德": Crs.GCJ02,
    "腾讯": Crs.GCJ02,
    "火星": Crs.GCJ02,
    "amap": Crs.GCJ02,
    "tencent": Crs.GCJ02,
    "bd09": Crs.BD09,
    "百度": Crs.BD09,
    "baidu": Crs.BD09,
    "cgcs2000": Crs.CGCS2000,
    "国家2000": Crs.CGCS2000,
    "2000国家": Crs.CGCS2000,
    "4490": Crs.CGCS2000,
    "天地图": Crs.CGCS2000,
}

# The metre grids of the same providers: their numbers are no degrees.
_PLANE_WORDS = ("bd09mc", "墨卡托", "mercator", "3857", "投影", "高斯")

# Krasovsky 1940, the ellipsoid GCJ-02 scales its offset by.
_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
# Each step of the inverse shrinks the error some 200-fold: four reach a micrometre over all China.
_GCJ02_STEPS = 5
_BD09_STEPS = 3
_BD09_TURN = np.pi * 3000 / 180

_Pair = tuple[_Array, _Array]


def _convert(lon: ArrayLike, lat: ArrayLike, crs: Crs, way: Callable[..., _Pair]) -> tuple[Degrees, Degrees]:
    x, y = np.asarray(lon, float), np.asarray(lat, float)
    if crs in (Crs.GCJ02, Crs.BD09):
        # The formula runs wild at the poles; what it yields there is never used.
        with np.errstate(all="ignore"):
            x, y = way(x, y, crs)
    return (x, y) if x.ndim else (float(x), float(y))


def _given_of(lon: _Array, lat: _Array, crs: Crs) -> _Pair:
    x, y = _gcj02_from_wgs84(lon, lat)
    if crs == Crs.BD09:
        x, y = _bd09_from_gcj02(x, y)
    moved = _moves(lon, lat, slack=0.0)
    return np.where(moved, x, lon), np.where(moved, y, lat)


def _wgs84_of(lon: _Array, lat: _Array, crs: Crs) -> _Pair:
    x, y = (lon, lat) if crs == Crs.GCJ02 else _gcj02_from_bd09(lon, lat)
    x, y = _undo(_gcj02_from_wgs84, x, y, start=(x, y), steps=_GCJ02_STEPS)
    # The border is asked of the original, as on the way out: so what left the mainland comes back to it,
    # also from the very border, where the original is only known to rounding.
    moved = _moves(x, y, slack=1e-9)
    return np.where(moved, x, lon), np.where(moved, y, lat)


def _undo(way: Callable[..., _Pair], lon: _Array, lat: _Array, *, start: _Pair, steps: int) -> _Pair:
    """Return where `way` leads to lon, lat, by fixed-point steps from `start`."""
    x, y = start
    for _ in range(steps):
        there_lon, there_lat = way(x, y)
        x, y = x + (lon - there_lon), y + (lat - there_lat)
    return x, y


def _gcj02_from_wgs84(lon: _Array, lat: _Array) -> _Pair:
    x, y, pi = lon - 105.0, lat - 35.0, np.pi
    root = np.sqrt(np.abs(x))
    shared = (20 * np.sin(6 * pi * x) + 20 * np.sin(2 * pi * x)) * 2 / 3
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + shared
    north_m += (20 * np.sin(pi * y) + 40 * np.sin(pi * y / 3)) * 2 / 3
    north_m += (160 * np.sin(pi * y / 12) + 320 * np.sin(pi * y / 30)) * 2 / 3
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + shared
    east_m += (20 * np.sin(pi * x) + 40 * np.sin(pi * x / 3)) * 2 / 3
    east_m += (150 * np.sin(pi * x / 12) + 300 * np.sin(pi * x / 30)) * 2 / 3
    phi = np.radians(lat)
    m = 1 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    meridian_m = _SEMI_MAJOR_M * (1 - _ECCENTRICITY_SQUARED) / (m * np.sqrt(m))
    parallel_m = _SEMI_MAJOR_M / np.sqrt(m) * np.cos(phi)
    return lon + np.degrees(east_m / parallel_m), lat + np.degrees(north_m / meridian_m)


def _bd09_from_gcj02(lon: _Array, lat: _Array) -> _Pair:
    z = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD09_TURN)
    theta = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD09_TURN)
    return z * np.cos(theta) + 0.0065, z * np.sin(theta) + 0.006


def _gcj02_from_bd09(lon: _Array, lat: _Array) -> _Pair:
    x, y = lon - 0.0065, lat - 0.006
    z = np.hypot(x, y) - 0.00002 * np.sin(y * _BD09_TURN)
    theta = np.arctan2(y, x) - 0.000003 * np.cos(x * _BD09_TURN)
    # The usual formula is up to 0.2 m off; a few steps on the way out make it exact.
    start = z * np.cos(theta), z * np.sin(theta)
    return _undo(_bd09_from_gcj02, lon, lat, start=start, steps=_BD09_STEPS)


def _moves(lon: _Array, lat: _Array, *, slack: float) -> NDArray[np.bool_]:
    mainland = _within_any(lon, lat, _MAINLAND, slack)
    return mainland & ~_within_any(lon, lat, _HONG_KONG_AND_MACAU, -slack)


def _within_any(lon: _Array, lat: _Array, rectangles: tuple, slack: float) -> NDArray[np.bool_]:
    inside = np.zeros(lon.shape, bool)
    for south, north, west, east in rectangles:
        row = (south - slack <= lat) & (lat < north + slack)
        inside |= row & (west - slack <= lon) & (lon < east + slack)
    return inside


# South, north, west, east in WGS-84 degrees. Rows follow each other from north to south and meet without
# a gap; a row is cut in parts where neighbours reach far into it. Numbers for this one test only.
_MAINLAND = (
    (53.0, 53.7, 119.4, 126.2),
    (51.0, 53.0, 119.1, 127.4),
    (50.0, 51.0, 118.9, 127.9),
    (49.0, 50.0, 115.7, 130.5),
    (48.5, 49.0, 115.4, 131.2),
    (48.0, 49.4, 85.3, 89.4),
    (47.5, 48.5, 115.3, 134.95),
    (47.0, 48.0, 82.6, 91.2),
    (46.5, 47.5, 116.3, 134.8),
    (45.5, 47.0, 82.0, 91.3),
    (45.5, 46.5, 114.8, 134.1),
    (45.0, 45.5, 111.5, 133.5),
    (44.5, 45.5, 79.7, 95.0),
    (43.3, 45.0, 110.9, 131.5),
    (42.8, 44.5, 80.05, 96.6),
    (42.8, 43.3, 109.8, 131.4),
    (42.4, 42.8, 79.8, 102.5),
    (42.4, 42.8, 107.0, 131.2),
    (42.0, 42.4, 79.6, 129.8),
    (41.35, 42.0, 76.6, 128.8),
    (41.0, 41.35, 76.5, 126.9),
    (40.45, 41.0, 74.8, 126.3),
    (40.0, 40.45, 73.4, 125.05),
    (39.5, 40.0, 73.4, 124.4),
    (38.5, 39.5, 73.4, 123.9),
    (37.0, 38.5, 74.4, 123.9),
    (36.0, 37.0, 74.9, 123.9),
    (35.5, 36.0, 75.9, 123.9),
    (34.0, 35.5, 77.7, 123.9),
    (31.0, 34.0, 78.3, 123.9),
    (30.5, 31.0, 79.3, 123.9),
    (30.0, 30.5, 80.2, 123.9),
    (29.5, 30.0, 81.9, 123.9),
    (29.0, 29.5, 83.2, 123.9),
    (28.5, 29.0, 84.0, 123.9),
    (28.0, 28.5, 85.2, 123.0),
    (27.85, 28.0, 85.8, 122.5),
    (27.2, 27.85, 88.7, 89.25),
    (26.8, 27.85, 91.5, 93.9),
    (27.5, 27.85, 97.6, 122.0),
    (26.0, 27.5, 98.3, 121.6),
    (25.4, 26.0, 97.9, 120.4),
    (25.0, 25.4, 97.6, 119.95),
    (24.5, 25.0, 97.4, 119.95),
    (23.85, 24.5, 97.4, 119.0),
    (23.0, 23.85, 98.5, 118.8),
    (22.49, 23.0, 99.0, 104.2),
    (22.0, 22.49, 99.0, 102.4),
    (21.1, 22.0, 99.85, 101.95),
    (22.68, 23.0, 104.2, 104.87),
    (22.8, 23.0, 105.4, 106.53),
    (22.0, 23.0, 106.53, 118.8),
    (21.92, 22.0, 106.65, 118.8),
    (21.65, 21.92, 106.95, 118.8),
    (21.536, 21.65, 107.35, 118.8),
    (20.2, 21.536, 108.08, 117.0),
    (17.9, 20.2, 108.3, 112.5),
    (12.0, 17.9, 111.0, 118.2),
    (7.5, 12.0, 111.0, 116.8),
    (3.5, 7.5, 111.0, 113.5),
)

_HONG_KONG_AND_MACAU = (
    (22.15, 22.455, 113.83, 114.44),
    (22.455, 22.5, 113.96, 114.44),
    (22.5, 22.527, 114.09, 114.44),
    (22.527, 22.55, 114.25, 114.44),
    (22.18, 22.2145, 113.532, 113.6),
    (22.105, 22.18, 113.548, 113.61),
)
