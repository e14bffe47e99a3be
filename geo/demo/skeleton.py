"""The bones of 云栖市, a city that does not exist: its frame, its districts, its centres.

It lies where nobody lives, in the Badain Jaran desert around 40.6 N 102.3 E: on any map of the real world
its stations stand in sand, so that they can never be taken for somebody's. Its division codes begin with
99, which no province has.

Positions are metres east and north of the middle; `lonlat` turns them into WGS-84 degrees.
"""

from typing import NamedTuple

from shapely.geometry import Point as Spot
from shapely.geometry import Polygon

from geo.model.place import Point

__all__ = [
    "CENTRES",
    "CITY_CODE",
    "CITY_NAME",
    "DISTRICTS",
    "OUTLINE",
    "ZONE",
    "Centre",
    "District",
    "Metres",
    "distance_m",
    "district_at",
    "lonlat",
]

CITY_CODE = "990100"
CITY_NAME = "云栖市(演示)"

_MIDDLE = Point(lon=102.3, lat=40.6)
# Length of a degree on the WGS-84 ellipsoid at 40.6 N, in metres.
_LON_DEGREE_M, _LAT_DEGREE_M = 84_641.6, 111_046.2


class Metres(NamedTuple):
    """A position in metres east and north of the city's middle."""

    east_m: float
    north_m: float


class District(NamedTuple):
    """A district: its code, name, border (metres) and the names of its streets' offices, west to east."""

    code: str
    name: str
    border: tuple[Metres, ...]
    offices: tuple[str, ...]


class Centre(NamedTuple):
    """Where life gathers: how much of it, and how far it reaches."""

    name: str
    at: Metres
    weight: float
    reach_m: float


def lonlat(at: Metres) -> Point:
    """Return the WGS-84 position.

    Examples
    --------
    >>> lonlat(Metres(0, 0))
    Point(lon=102.3, lat=40.6)
    """
    return Point(lon=_MIDDLE.lon + at.east_m / _LON_DEGREE_M, lat=_MIDDLE.lat + at.north_m / _LAT_DEGREE_M)


def distance_m(a: Metres, b: Metres) -> float:
    """Return the straight distance of two positions in metres."""
    return ((a.east_m - b.east_m) ** 2 + (a.north_m - b.north_m) ** 2) ** 0.5


def district_at(at: Metres) -> District:
    """Return the district a position lies in; on a common border, the one of the lower code."""
    return next(district for district, shape in _SHAPES if shape.covers(Spot(at)))


# The corners districts share: each border is written once, so that they tile the city without a gap.
_CORNERS = {
    "sw": (-8000, -5600),
    "s1": (-2600, -6000),
    "s2": (2900, -5800),
    "se": (7600, -6000),
    "e": (8000, -300),
    "ne": (7800, 5700),
    "n2": (2500, 6000),
    "n1": (-2200, 5800),
    "nw": (-7700, 6000),
    "w": (-8000, 400),
    # Along the river, which parts north and south, from west to east.
    "r1": (-5200, 700),
    "r2": (-2400, 300),
    "r3": (0, -200),
    "r4": (2700, 250),
    "r5": (5300, -100),
    # Half-way from the river to the southern and the northern border.
    "m1": (-2500, -3000),
    "m2": (2800, -2900),
    "m3": (-2300, 3000),
    "m4": (2600, 3100),
}


def _border(corners: str) -> tuple[Metres, ...]:
    return tuple(Metres(*_CORNERS[corner]) for corner in corners.split())


OUTLINE = _border("sw s1 s2 se e ne n2 n1 nw w")
"""The city's border, counter-clockwise from its south-western corner."""

DISTRICTS = (
    District("990101", "云川区", _border("r2 r3 r4 m4 n2 n1 m3"), ("揽月街道", "长亭街道", "木兰街道")),
    District("990102", "泊云区", _border("s1 s2 m2 r4 r3 r2 m1"), ("鼓楼街道", "临溪街道", "南埠街道")),
    District("990103", "听泉区", _border("w r1 r2 m3 n1 nw"), ("听泉街道", "书院街道")),
    District("990104", "望溪区", _border("sw s1 m1 r2 r1 w"), ("望溪镇", "石榴街道")),
    District("990105", "长栖区", _border("r4 r5 e ne n2 m4"), ("长栖街道", "星野街道")),
    District("990106", "落霞区", _border("s2 se e r5 r4 m2"), ("落霞街道", "白鹭镇")),
)

_SHAPES = tuple((district, Polygon(district.border)) for district in DISTRICTS)

ZONE = Centre("云栖高新区", Metres(4800, 3100), 0.7, 1100)
"""The development zone: it has a union of its own and no division code."""

CENTRES = (
    Centre("云栖广场", Metres(-400, 900), 1.0, 1100),
    Centre("云栖站", Metres(1900, -1500), 0.8, 900),
    Centre("鼓楼", Metres(-1700, -1700), 0.8, 800),
    ZONE,
    Centre("听泉大学城", Metres(-5100, 3300), 0.5, 1000),
    Centre("落霞新城", Metres(5300, -2900), 0.5, 1100),
    Centre("北城医院", Metres(400, 4200), 0.4, 800),
    Centre("望溪物流园", Metres(-5600, -3300), 0.4, 1000),
    Centre("南埠市场", Metres(600, -4300), 0.35, 800),
    Centre("西溪口", Metres(-3500, 900), 0.3, 800),
)
