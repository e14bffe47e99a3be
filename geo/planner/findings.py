"""What is wrong with the registry's own data around a study, told before its figures are believed."""

from collections import defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.crs import Crs, to_wgs84
from geo.finder.streets import SNAP_LIMIT_M
from geo.model.hours import CLOSED, OPEN, Reason
from geo.model.names import normalise_name
from geo.model.study import Finding, Said, said
from geo.network.cover_line import line_pairs
from geo.planner.areas import areas_within
from geo.planner.ground import Ground
from geo.planner.without import ShareIf
from geo.registry.areas import AreaIndex
from geo.registry.fit import CrsFit
from geo.registry.nearest import Index
from geo.registry.snapshot import Snapshot

__all__ = ["DUPLICATE_WITHIN_M", "find_problems"]

DUPLICATE_WITHIN_M = 30.0
"""Stations of one kind so near each other, with like names, are taken for one that was entered twice."""

_ALIKE = 0.8
# Each effect goes through the demand once: past so many findings nobody reads them one by one.
_EFFECTS_AT_MOST = 100


class _Found(NamedTuple):
    """A finding with the numbers of its stations, and of those to change to see its effect."""

    rule: Any
    numbers: list[int]
    changed: list[int]
    detail: Said


class _Stations(NamedTuple):
    """The ground's stations: number, row, public properties."""

    snapshot: Snapshot
    ground: Ground
    docs: list[dict[str, Any]]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    named: list[str | None]
    """Code of the area, with a shape, that each is said to be in; None where none is known."""
    inside: NDArray[np.bool_]
    """Which stand in the area asked."""
    meant: NDArray[np.bool_]
    """Which stand in it, or are said to."""


def find_problems(
    index: Index,
    areas: AreaIndex,
    ground: Ground,
    share_if: ShareIf,
    *,
    top: str | None,
    inside: NDArray[np.bool_],
) -> list[Finding]:
    """Return what the data of a study's stations should be checked for, rule by rule, by code.

    Parameters
    ----------
    ground : Ground
        Its stations are looked at, and no others.
    share_if : callable
        The share covered if some of the ground's stations were closed, or open.
    top : str, optional
        Code of the area asked; None for all.
    inside : (p,) bool
        Which of the ground's stations stand in it. Others are told of only where they are registered as being
        in it and stand elsewhere: neighbours mend their own.

    Returns
    -------
    list of Finding
        For the effect stations of unknown hours are taken to be open, others are left out: of duplicates all
        but the first. Effects are told for the first hundred.
    """
    stations = _stations(index.snapshot, areas, ground, top, inside)
    moved = _other_datum(stations, areas)
    shifted = {number for one in moved for number in one.numbers}
    found = [
        *_duplicates(stations),
        *moved,
        *_outside(stations, areas, shifted),
        *_off_network(stations),
        *_hours_unknown(stations),
    ]
    before = share_if([], CLOSED) if found else None
    return [
        _told(stations, one, before, share_if if place < _EFFECTS_AT_MOST else None)
        for place, one in enumerate(found)
    ]


def _stations(
    snapshot: Snapshot, areas: AreaIndex, ground: Ground, top: str | None, inside: NDArray[np.bool_]
) -> _Stations:
    docs = [orjson.loads(snapshot.doc(row)) for row in ground.rows.tolist()]
    by_name: dict[str | None, str | None] = {}
    named = []
    for doc in docs:
        name = doc.get("district_name")
        if name not in by_name:
            by_name[name] = areas.named(name)
        code = by_name[name] or doc.get("area_code")
        named.append(code if code in areas.shapes else None)
    asked = {top, *areas_within(snapshot, top)} - {None}
    meant = inside | np.array([code in asked for code in named], bool)
    lon, lat = snapshot.lon[ground.rows], snapshot.lat[ground.rows]
    return _Stations(snapshot, ground, docs, lon, lat, named, inside, meant)


def _told(stations: _Stations, one: _Found, before: float | None, share_if: ShareIf | None) -> Finding:
    becoming = OPEN if one.rule == "hours_unknown" else CLOSED
    after = share_if(one.changed, becoming) if share_if is not None else None
    return Finding(
        rule=one.rule,
        codes=[stations.docs[number]["code"] for number in one.numbers],
        names=[stations.docs[number]["name"] for number in one.numbers],
        detail=one.detail,
        effect=None if after is None or before is None else after - before,
    )


def _duplicates(stations: _Stations) -> Iterator[_Found]:
    near, same = _near_alike(stations), _same_address(stations)
    pairs = np.array(sorted({*near, *same}), np.int64).reshape(-1, 2)
    count = len(stations.docs)
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    _, group = connected_components(graph, directed=False)
    beside, members = {first for first, _ in near}, defaultdict(list)
    for number in np.unique(pairs).tolist():
        if stations.inside[number]:
            members[group[number]].append(number)
    for numbers in members.values():
        if len(numbers) < 2:
            continue
        if beside.intersection(numbers):
            metres = f"{DUPLICATE_WITHIN_M:.0f}"
            detail = said(Reason("相距不到 %(metres)s 米而名称相近,可能登记了两次", {"metres": metres}))
        else:
            detail = said(Reason("名称和地址都一样,可能登记了两次"))
        yield _Found("duplicate", numbers, numbers[1:], detail)


def _near_alike(stations: _Stations) -> set[tuple[int, int]]:
    lon, lat = stations.lon, stations.lat
    pairs = line_pairs(lon, lat, lon, lat, limit_m=DUPLICATE_WITHIN_M)
    first = np.repeat(np.arange(len(lon)), np.diff(pairs.start))
    kind = stations.snapshot.kind[stations.ground.rows]
    chosen = (first < pairs.station) & (kind[first] == kind[pairs.station])
    names = [normalise_name(doc["name"]) for doc in stations.docs]
    return {
        (one, other)
        for one, other in zip(first[chosen].tolist(), pairs.station[chosen].tolist(), strict=True)
        if _alike(names[one], names[other])
    }


def _alike(one: str, other: str) -> bool:
    """Return whether two normalised names may mean one place; numbers in them tell places apart."""
    if _digits(one) != _digits(other):
        return False
    return one in other or other in one or SequenceMatcher(None, one, other).ratio() >= _ALIKE


def _digits(name: str) -> str:
    return "".join(letter for letter in name if letter.isdigit())


def _same_address(stations: _Stations) -> set[tuple[int, int]]:
    first: dict[tuple[str, ...], int] = {}
    same = set()
    for number, doc in enumerate(stations.docs):
        if address := normalise_name(doc.get("address") or ""):
            key = doc["kind"], normalise_name(doc["name"]), address, doc.get("district_name") or ""
            if first.setdefault(key, number) != number:
                same.add((first[key], number))
    return same


def _other_datum(stations: _Stations, areas: AreaIndex) -> list[_Found]:
    """Return the stations that another system would bring into their district, if it fits clearly better."""
    fit = CrsFit(areas)
    declared = np.full(len(stations.docs), Crs.WGS84, object)
    fit.add(stations.named, declared, stations.lon, stations.lat)
    found = []
    for better in fit.better():
        lon, lat = to_wgs84(stations.lon, stations.lat, better.better)
        moved = ~_inside(stations, areas) & _inside(stations, areas, lon, lat) & stations.meant
        numbers = np.flatnonzero(moved).tolist()
        detail = said(
            Reason(
                "坐标像是 %(crs)s 而没有换算:换算后才落在所属的区县里", {"crs": better.better.value.upper()}
            )
        )
        if numbers:
            found.append(_Found("other_datum", numbers, numbers, detail))
    return found


def _inside(
    stations: _Stations,
    areas: AreaIndex,
    lon: NDArray[np.float64] | None = None,
    lat: NDArray[np.float64] | None = None,
) -> NDArray[np.bool_]:
    """Return which stations lie in the area they name, at their own or other places; True without one."""
    lon, lat = (stations.lon if lon is None else lon), (stations.lat if lat is None else lat)
    inside = np.ones(len(stations.docs), bool)
    rows = defaultdict(list)
    for number, code in enumerate(stations.named):
        if code is not None:
            rows[code].append(number)
    for code, numbers in rows.items():
        inside[numbers] = areas.inside(code, lon[numbers], lat[numbers])
    return inside


def _outside(stations: _Stations, areas: AreaIndex, shifted: set[int]) -> Iterator[_Found]:
    outside = np.flatnonzero(~_inside(stations, areas) & stations.meant).tolist()
    numbers = [one for one in outside if one not in shifted]
    located = areas.locate([stations.lon[one] for one in numbers], [stations.lat[one] for one in numbers])
    for number, code in zip(numbers, located, strict=True):
        named = areas.names[str(stations.named[number])]
        if code is None:
            detail = said(Reason("登记在%(named)s,坐标却不在任何区划里", {"named": named}))
        else:
            detail = said(
                Reason("登记在%(named)s,坐标却在%(found)s", {"named": named, "found": areas.names[code]})
            )
        yield _Found("outside_area", [number], [number], detail)


def _off_network(stations: _Stations) -> Iterator[_Found]:
    ground = stations.ground
    if ground.streets is None or ground.stations is None:
        return
    west, south, east, north = (getattr(ground.streets, side) for side in ("west", "south", "east", "north"))
    # Beyond the streets that are loaded, being far from them says nothing of a station.
    within = (ground.door_lon >= west) & (ground.door_lon <= east)
    within &= (ground.door_lat >= south) & (ground.door_lat <= north)
    detail = said(Reason("离任何街道都超过 %(limit)s 米,沿街道到不了", {"limit": f"{SNAP_LIMIT_M:.0f}"}))
    for number in np.flatnonzero(within & (ground.stations.edge < 0) & stations.inside).tolist():
        yield _Found("off_network", [number], [number], detail)


def _hours_unknown(stations: _Stations) -> Iterator[_Found]:
    """Yield at most two findings: the stations without hours, and those whose hours cannot be read."""
    inside = np.flatnonzero(stations.inside).tolist()
    silent = [n for n in inside if not stations.docs[n].get("hours_osm")]
    unread = [n for n in silent if stations.docs[n].get("hours_raw")]
    missing = [n for n in silent if not stations.docs[n].get("hours_raw")]
    if missing:
        yield _Found("hours_unknown", missing, missing, said(Reason("没有登记开放时间")))
    if unread:
        yield _Found("hours_unknown", unread, unread, said(Reason("登记了开放时间,但读不出是几点到几点")))
