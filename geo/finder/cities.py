"""The cities of a registry: a table of them, and which stations make up the pack that a phone downloads.

Near a border the nearest station may be the neighbour's. So cities can be taken together: where the code of a
city is asked for, the codes of up to `MOST_TOGETHER`, ascending, joined by ``+``, name them as one.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.errors import NotFoundError
from geo.model.place import Point
from geo.model.station import SERVING
from geo.registry.selection import Filter, filter_mask
from geo.registry.snapshot import Snapshot, ecef

__all__ = [
    "MOST_TOGETHER",
    "REST",
    "City",
    "areas_of_city",
    "cities",
    "find_city",
    "joined",
    "near_city",
    "parts_of",
    "rows_of_city",
]

REST = "rest"
"""The code of what no city holds: all stations of a registry without cities."""

MOST_TOGETHER = 4
"""So many cities may be asked for as one."""

# A place this near to a city's stations is taken for one of it: on a pier, beyond a coarsely drawn border.
_NEAR_M = 20_000.0
_CITY_DIGITS = 4
_ELSEWHERE = "其他地方"
_AND = "+"


class City(NamedTuple):
    """A city of the registry.

    Attributes
    ----------
    count, serving : int
        How many stations are registered, and how many of them one can go to.
    centre : Point
        A place within it, WGS-84 degrees.
    """

    code: str
    name: str
    count: int
    serving: int
    centre: Point


class _Members(NamedTuple):
    """Of every station the place of its city in ``codes``, and of every area (-1: none).

    Of every city how many stations it has, and how many of them serve.
    """

    codes: tuple[str, ...]
    of_row: NDArray[np.int32]
    of_area: NDArray[np.int32]
    count: list[int]
    serving: list[int]


def cities(snapshot: Snapshot, name: str) -> list[City]:
    """Return the cities that have stations, ordered by code, what lies in none of them last.

    A city is an area of level ``city``; where a province has none, the province; where a district belongs to
    a province without a city between them, the district. A station belongs to the city of its area, without
    an area to that of the nearest station, if that is near.

    Parameters
    ----------
    name : str
        The registry's, which is the city's own where nothing else is known.
    """
    members = _members(snapshot)
    found = [_city(snapshot, members, number, name) for number, count in enumerate(members.count) if count]
    return sorted(found, key=lambda city: (city.code == REST, city.code))


def joined(codes: Iterable[str]) -> str:
    """Return the code of several cities taken together.

    Examples
    --------
    >>> joined(["370100", "130900"])
    '130900+370100'
    """
    return _AND.join(sorted(set(codes)))


def parts_of(code: str) -> list[str]:
    """Return the codes of the cities that are taken together.

    Examples
    --------
    >>> parts_of("130900+370100")
    ['130900', '370100']
    >>> parts_of("rest")
    ['rest']
    """
    return code.split(_AND)


def find_city(snapshot: Snapshot, code: str, name: str) -> City:
    """Return one of the cities, or several taken together: their names are joined, the centre is the first's.

    Raises
    ------
    NotFoundError
        No city has this code, or it has no stations.
    """
    members = _members(snapshot)
    numbers = _numbers(members, code)
    if not numbers or not all(members.count[number] for number in numbers):
        raise NotFoundError("没有代码为 %(code)s 的城市,或者那里还没有站点", code=code)
    found = [_city(snapshot, members, number, name) for number in numbers]
    return City(
        code,
        "、".join(city.name for city in found),
        sum(city.count for city in found),
        sum(city.serving for city in found),
        found[0].centre,
    )


def rows_of_city(snapshot: Snapshot, code: str) -> NDArray[np.int64]:
    """Return the rows of a city's stations, ascending; none when there is no such city."""
    members = _members(snapshot)
    return np.flatnonzero(np.isin(members.of_row, _numbers(members, code)))


def areas_of_city(snapshot: Snapshot, code: str) -> list[int]:
    """Return the places of a city's areas, its own first, the others by code."""
    members = _members(snapshot)
    own = parts_of(code)
    places = np.flatnonzero(np.isin(members.of_area, _numbers(members, code))).tolist()
    return sorted(places, key=lambda place: (snapshot.areas[place]["code"] not in own, place))


def near_city(
    snapshot: Snapshot, code: str, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell of positions, in WGS-84 degrees, whether the nearest station is one of a city, and near."""
    members = _members(snapshot)
    if not len(snapshot) or not len(lon):
        return np.zeros(len(lon), bool)
    far_m, nearest = cKDTree(snapshot.xyz).query(ecef(lon, lat))
    return (far_m <= _NEAR_M) & np.isin(members.of_row[nearest], _numbers(members, code))


def _numbers(members: _Members, code: str) -> list[int]:
    """Return the places of a city, or of those taken together; none where one is none."""
    parts = parts_of(code)
    # One name for the same cities: what is made for them is kept under it.
    if len(parts) > MOST_TOGETHER or code != joined(parts) or not set(parts) <= set(members.codes):
        return []
    return [members.codes.index(part) for part in parts]


def _city(snapshot: Snapshot, members: _Members, number: int, name: str) -> City:
    code, count = members.codes[number], members.count[number]
    area = next((area for area in snapshot.areas if area["code"] == code), None)
    if area is not None:
        name = area["name"]
    elif count < len(snapshot):
        name = _ELSEWHERE
    centre = area["centre"] if area is not None and area["centre"] else _middle(snapshot, members, number)
    return City(code, name, count, members.serving[number], Point(*centre))


def _middle(snapshot: Snapshot, members: _Members, number: int) -> tuple[float, float]:
    rows = members.of_row == number
    return float(np.median(snapshot.lon[rows])), float(np.median(snapshot.lat[rows]))


_kept: WeakKeyDictionary[Snapshot, _Members] = WeakKeyDictionary()


def _members(snapshot: Snapshot) -> _Members:
    held = _kept.get(snapshot.bare)
    if held is None:
        held = _kept[snapshot.bare] = _sorted_out(snapshot.bare)
    return held


def _sorted_out(snapshot: Snapshot) -> _Members:
    owners = _owners(snapshot.areas)
    codes = (*sorted({owner for owner in owners if owner}), REST)
    numbers = {code: number for number, code in enumerate(codes)}
    of_area = np.array([numbers.get(owner, -1) for owner in owners], np.int32)
    of_row = np.full(len(snapshot), -1, np.int32)
    placed = snapshot.area >= 0
    of_row[placed] = of_area[snapshot.area[placed]] if len(of_area) else -1
    of_row = _adopted(snapshot, of_row, numbers[REST])
    serving = filter_mask(snapshot, Filter(statuses=SERVING))
    counts = (np.bincount(rows, minlength=len(codes)).tolist() for rows in (of_row, of_row[serving]))
    return _Members(codes, of_row, of_area, *counts)


def _adopted(snapshot: Snapshot, of_row: NDArray[np.int32], rest: int) -> NDArray[np.int32]:
    lost, known = np.flatnonzero(of_row < 0), np.flatnonzero(of_row >= 0)
    of_row[lost] = rest
    if len(lost) and len(known):
        far_m, nearest = cKDTree(snapshot.xyz[known]).query(snapshot.xyz[lost])
        near = far_m <= _NEAR_M
        of_row[lost[near]] = of_row[known[nearest[near]]]
    return of_row


def _owners(areas: tuple[Mapping[str, Any], ...]) -> list[str | None]:
    """Return for each area the code of the area that is its city, None where there is none."""
    known = {area["code"]: area for area in areas}
    cities = {area["code"][:_CITY_DIGITS]: area["code"] for area in areas if area["level"] == "city"}
    divided = {
        above["code"]
        for area in areas
        if area["level"] == "city"
        for above in _upwards(area, known)
        if above["level"] == "province"
    }
    return [_owner(area, known, cities, divided) for area in areas]


def _owner(
    area: Mapping[str, Any], known: Mapping[str, Any], cities: Mapping[str, str], divided: set[str]
) -> str | None:
    chain = _upwards(area, known)
    for above in chain:
        if above["level"] == "city":
            return above["code"]
    if area["level"] != "province" and (city := cities.get(area["code"][:_CITY_DIGITS])):
        return city
    if chain[-1]["level"] != "province":
        return None
    if chain[-1]["code"] not in divided:
        return chain[-1]["code"]
    return chain[-2]["code"] if len(chain) > 1 else None


def _upwards(area: Mapping[str, Any], known: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return an area and those above it, as far as they are known; a circle ends where it closes."""
    chain = [area]
    while (above := known.get(chain[-1]["parent_code"])) is not None and above not in chain:
        chain.append(above)
    return chain
