"""Where the cities of a registry have stations, so coarsely that a phone finds by itself whose pack it needs.

The world is parted into cells of a tenth of a degree: row floor((lat + 90) 10) from the south, column
floor((lon + 180) 10) from the west, WGS-84; a cell's number is row * 3600 + column. A city is told by the
cells in which it has stations one can go to.

**Which cities' stations a place needs**: those with a station in its own cell or in the eight around it:
every station within a cell's width (9 km in the middle of China, 7 km at its northern end) is among them,
across any border; in empty country, one ring of cells more than it takes to find a station. Cities' boxes or
middles would not do: cities lie in one another's boxes, and a middle may be nearer to the neighbour's people.
web/static/js/cities.js is the twin of `cities_around`.
"""

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from geo.finder.cities import MOST_TOGETHER, cities, joined, rows_of_city
from geo.model.place import Point
from geo.model.station import SERVING
from geo.registry.selection import Filter, filter_mask
from geo.registry.snapshot import Snapshot

__all__ = ["cities_around", "city_cells"]

_PER_DEGREE = 10
_COLUMNS = 360 * _PER_DEGREE


class _Cells(NamedTuple):
    """Cells with stations: city i has the numbers, ascending, from ``start[i]`` up to ``start[i + 1]``."""

    codes: list[str]
    number: NDArray[np.int64]
    start: NDArray[np.int64]


def city_cells(snapshot: Snapshot) -> dict[str, list[int]]:
    """Return the numbers of each city's cells, ascending, by its code: where one can go to a station."""
    cells = _cells(snapshot)
    parts = np.split(cells.number, cells.start[1:-1])
    return {code: part.tolist() for code, part in zip(cells.codes, parts, strict=True)}


def cities_around(snapshot: Snapshot, point: Point) -> str | None:
    """Return the code of the city whose stations a place needs, or of several; None where nobody serves.

    Parameters
    ----------
    point : Point
        WGS-84 degrees.
    """
    cells = _cells(snapshot)
    if not cells.codes:
        return None
    row, column = divmod(int(_number(np.array([point.lon]), np.array([point.lat]))[0]), _COLUMNS)
    rows, columns = np.divmod(cells.number, _COLUMNS)
    aside = np.abs(columns - column)
    rings = np.maximum(np.abs(rows - row), np.minimum(aside, _COLUMNS - aside))
    nearest = np.minimum.reduceat(rings, cells.start[:-1])
    order = np.argsort(nearest, kind="stable")[:MOST_TOGETHER]
    return joined(cells.codes[city] for city in order if nearest[city] <= nearest.min() + 1)


_kept: WeakKeyDictionary[Snapshot, _Cells] = WeakKeyDictionary()


def _cells(snapshot: Snapshot) -> _Cells:
    held = _kept.get(snapshot.bare)
    if held is None:
        held = _kept[snapshot.bare] = _made(snapshot.bare)
    return held


def _made(snapshot: Snapshot) -> _Cells:
    serving = filter_mask(snapshot, Filter(statuses=SERVING))
    number = _number(snapshot.lon, snapshot.lat)
    # Whatever the registry is called, its cities' codes are the same.
    codes = [city.code for city in cities(snapshot, "") if city.serving]
    parts = [
        np.unique(number[rows[serving[rows]]]) for rows in (rows_of_city(snapshot, code) for code in codes)
    ]
    start = np.cumsum([0, *(len(part) for part in parts)])
    return _Cells(codes, np.concatenate([np.empty(0, np.int64), *parts]), start)


def _number(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    row, column = (
        np.floor((at + half) * _PER_DEGREE).astype(np.int64) for at, half in ((lat, 90), (lon, 180))
    )
    return row * _COLUMNS + column % _COLUMNS
