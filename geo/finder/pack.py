"""A city's stations in one small file, from which a phone answers by itself: the pack.

It comes in two parts, each a JSON object. Columns hold a value for each station, in the order of codes: row
numbers are places in them. Measured on the demo city under gzip, a binary form of the columns of numbers
would make the first part 7 % smaller: not worth a decoder.

First part, all that sorting, filtering and drawing need:

========== ==========================================================================================
format     1; anything else is a pack this page does not know
city       ``{"code", "name"}``
revision   state of the registry, with ``as_of``, its moment (UTC, ISO; empty before the first change)
day        the first day of ``schedules``, ``YYYY-MM-DD`` in Asia/Shanghai; ``days``: how many there are
crs        ``wgs84``, ``cgcs2000``, ``gcj02`` or ``bd09``: the system of all positions; ``decimals``: the grid
corner     ``[x, y]``, whole numbers: the south-western corner of the stations. A longitude is
           (corner x + x) / 10 ** decimals, likewise a latitude
streets    whether there is a street pack
codes      a code, or how many follow it consecutively (``YZ-0009``, then ``YZ-0010``)
names      texts
x, y       whole numbers, from ``corner``
doors      of the stations whose entrance lies elsewhere: ``[row, x, y, row, x, y, ...]``
kinds      list of codes; ``kind`` has a digit (base 36) for each station, its place in the list
statuses   list of codes; ``status``, as ``kind``
whos       list of codes; ``who``, as ``kind``, ``-`` where not known
hows       list of codes; ``how``, as ``who``
star       a digit for each station, ``-`` for none
facilities ``{code: a character for each station}``: ``y``, ``n``, ``-`` not known. Absent: known of none
areas      ``[code, name, level, parent, x, y]``: the city first; the parent's place in the list, -1: none;
           x and y from ``corner``, or null
area       for each station the place of its area in ``areas``, -1: none
schedules  for each schedule two numbers for each run of equal days: how many, which of ``lines``
lines      three numbers for each change of a day: the minute (0 first), the state (0 open, 1 closed,
           2 suspended, 3 unknown), the reason (a place in ``reasons``, -1: none)
reasons    ``[Chinese, English]``
schedule   for each station the place of its schedule
========== ==========================================================================================

A state holds until the next change of its day; at 24:00 the next day's first one begins.
Statuses are in the schedules already: a suspended station is suspended all day.

Second part, what is read and searched:

========== ==========================================================================================
format, city, revision, day   as in the first part: parts belong together when ``revision`` is equal
addresses  texts, empty where there is none
signboards ``{"values", "of"}``: different texts, and for each station the place of its own
hours      the opening hours as given, in the same form
aliases    ``{"after", "values"}``: lists of texts; ``after``: how many rows after the one before (the first:
           after row 0)
floors, entrances, closures, phones   texts in the same form: the floor, the note on how to find the entrance,
           why it is closed or suspended, the number to call
landmarks  ``[name, aliases, category, x, y]``, x and y from ``corner`` of the first part
readings   ``{syllable: characters read so}``, all Chinese characters of the pack's texts
words      ``{meaning: words, a space between}``: see `geo.model.wishes`
========== ==========================================================================================
"""

from datetime import date
from typing import Any, Literal, NamedTuple

import numpy as np
import orjson

from geo.crs import Crs
from geo.finder.cities import areas_of_city, find_city, rows_of_city
from geo.finder.pack_columns import consecutive, digits, on_grid
from geo.finder.pack_hours import DAYS, compile_hours
from geo.finder.pack_texts import landmarks_of, pack_texts, readings, words_by_meaning
from geo.model.facilities import FACILITIES
from geo.registry.feature import Say
from geo.registry.nearest import Index
from geo.registry.snapshot import KINDS, STATUSES, Snapshot
from geo.registry.street_files import graph_path

__all__ = ["FORMAT", "Packing", "pack_city", "pack_city_texts"]

FORMAT = 1
_STARS = range(10)
_MARKS = {"yes": "y", "no": "n"}


class Packing(NamedTuple):
    """What a pack depends on beside the registry.

    Attributes
    ----------
    day : date
        In Asia/Shanghai.
    name : str
        The registry's name.
    crs, decimals
        What the public may know of positions.
    """

    day: date
    name: str
    crs: Crs = Crs.WGS84
    decimals: int = 6


def pack_city(index: Index, code: str, packing: Packing, english: Say) -> bytes:
    """Return the first part of a city's pack, as JSON.

    Parameters
    ----------
    english : callable
        Returns a reason in English; the pack holds both languages.

    Raises
    ------
    NotFoundError
        No such city.
    """
    snapshot, rows = index.snapshot, rows_of_city(index.snapshot, code)
    document = _head(snapshot, code, packing)
    docs = _docs(snapshot, rows)
    numbers, schedule = np.unique(snapshot.schedule[rows], return_inverse=True)
    schedules = [snapshot.schedules[number] for number in numbers.tolist()]
    hours = compile_hours(schedules, snapshot.calendar, packing.day, english)
    document |= {"as_of": snapshot.at, "days": DAYS, "streets": _has_streets(index, rows)}
    document |= _places(snapshot, code, rows, packing)
    document |= {
        "codes": consecutive([doc["code"] for doc in docs]),
        "names": [doc["name"] for doc in docs],
    }
    document |= _marks(docs)
    document |= hours._asdict() | {"schedule": schedule.tolist()}
    return orjson.dumps(document)


def pack_city_texts(index: Index, code: str, packing: Packing) -> bytes:
    """Return the second part of a city's pack, as JSON.

    Raises
    ------
    NotFoundError
        No such city.
    """
    snapshot, rows = index.snapshot, rows_of_city(index.snapshot, code)
    head, docs = _head(snapshot, code, packing), _docs(snapshot, rows)
    west, south = _corner(snapshot, rows, packing)
    marks = [
        [*texts, x - west, y - south]
        for *texts, x, y in landmarks_of(snapshot, code, crs=packing.crs, decimals=packing.decimals)
    ]
    searched = [doc.get(field, "") for doc in docs for field in ("name", "signboard_name", "address")]
    searched += [alias for doc in docs for alias in doc.get("aliases", ())]
    searched += [word for name, aliases, *_ in marks for word in (name, *aliases)]
    searched += [snapshot.areas[place]["name"] for place in areas_of_city(snapshot, code)]
    words = {"landmarks": marks, "readings": readings(searched), "words": words_by_meaning()}
    return orjson.dumps(head | pack_texts(docs) | words)


def _head(snapshot: Snapshot, code: str, packing: Packing) -> dict[str, Any]:
    city = find_city(snapshot, code, packing.name)
    return {
        "format": FORMAT,
        "city": {"code": code, "name": city.name},
        "revision": snapshot.revision,
        "day": packing.day.isoformat(),
    }


def _docs(snapshot: Snapshot, rows: np.ndarray) -> list[dict[str, Any]]:
    return [orjson.loads(snapshot.doc(row)) for row in rows.tolist()]


def _grid(lon: Any, lat: Any, packing: Packing) -> list[tuple[int, int]]:
    return on_grid(lon, lat, crs=packing.crs, decimals=packing.decimals)


def _corner(snapshot: Snapshot, rows: np.ndarray, packing: Packing) -> tuple[int, int]:
    xs, ys = zip(*_grid(snapshot.lon[rows], snapshot.lat[rows], packing), strict=True)
    return min(xs), min(ys)


def _places(snapshot: Snapshot, code: str, rows: np.ndarray, packing: Packing) -> dict[str, Any]:
    west, south = _corner(snapshot, rows, packing)
    spots = _grid(snapshot.lon[rows], snapshot.lat[rows], packing)
    lon, lat = snapshot.doors()
    doors = [
        number
        for row, spot, door in zip(range(len(rows)), spots, _grid(lon[rows], lat[rows], packing), strict=True)
        if door != spot
        for number in (row, door[0] - west, door[1] - south)
    ]
    areas, area = _areas(snapshot, code, rows, packing, (west, south))
    return {
        "crs": packing.crs.value,
        "decimals": packing.decimals,
        "corner": [west, south],
        "x": [x - west for x, _ in spots],
        "y": [y - south for _, y in spots],
        "doors": doors,
        "areas": areas,
        "area": area,
    }


def _areas(
    snapshot: Snapshot, code: str, rows: np.ndarray, packing: Packing, corner: tuple[int, int]
) -> tuple[list[list[Any]], list[int]]:
    used = set(snapshot.area[rows].tolist())
    # A city has thousands of communities; those without a station are of no use here.
    kept = [
        place
        for place in areas_of_city(snapshot, code)
        if place in used or snapshot.areas[place]["level"] != "community"
    ]
    number = {place: n for n, place in enumerate(kept)}
    by_code = {snapshot.areas[place]["code"]: n for place, n in number.items()}
    described = []
    for area in (snapshot.areas[place] for place in kept):
        centre = area["centre"] and _grid(*area["centre"], packing)[0]
        where = [centre[0] - corner[0], centre[1] - corner[1]] if centre else [None, None]
        parent = by_code.get(area["parent_code"], -1)
        described.append([area["code"], area["name"], area["level"], parent, *where])
    return described, [number.get(place, -1) for place in snapshot.area[rows].tolist()]


def _marks(docs: list[dict[str, Any]]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name, field, known in (
        ("kind", "kind", [kind.value for kind in KINDS]),
        ("status", "status", [status.value for status in STATUSES]),
        ("who", "access_who", _known(docs, "access_who")),
        ("how", "access_how", _known(docs, "access_how")),
    ):
        plural = {"status": "statuses"}.get(name, f"{name}s")
        columns |= {plural: known, name: digits([doc.get(field) for doc in docs], known)}
    columns["star"] = digits([doc.get("star") for doc in docs], _STARS)
    answers = [doc.get("facilities", {}) for doc in docs]
    columns["facilities"] = {
        code: "".join(_MARKS.get(answer.get(code), "-") for answer in answers)
        for code in FACILITIES
        if any(code in answer for answer in answers)
    }
    return columns


def _known(docs: list[dict[str, Any]], field: Literal["access_who", "access_how"]) -> list[str]:
    return sorted({doc[field] for doc in docs if field in doc})


def _has_streets(index: Index, rows: np.ndarray) -> bool:
    lon, lat = index.snapshot.lon[rows], index.snapshot.lat[rows]
    return any(
        bool(((lon >= item.west) & (lon <= item.east) & (lat >= item.south) & (lat <= item.north)).any())
        and index.home is not None
        and graph_path(index.home, item.digest).is_file()
        for item in index.snapshot.streets
    )
