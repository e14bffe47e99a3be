"""Which stations of a snapshot a listing is about, and their areas as a tree."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.crs import Crs, from_wgs84
from geo.errors import InputError
from geo.model.hours import CLOSED
from geo.registry.nearest import Index
from geo.registry.search import search_rows
from geo.registry.selection import Filter, filter_mask
from geo.registry.snapshot import Snapshot
from web.queries import Box

__all__ = ["Wanted", "area_tree", "matching_rows", "row_after"]

# No system is shifted further than this from WGS-84 (BD-09: some 0.017 degrees).
_SHIFT_DEG = 0.05


class Wanted(NamedTuple):
    """What a listing asks for; ``box`` is in ``crs``, None and an empty text leave a member out."""

    filter: Filter
    box: Box | None
    crs: Crs
    area: str | None
    text: str | None
    open_at: datetime | None


def matching_rows(index: Index, wanted: Wanted) -> NDArray[np.int64]:
    """Return the rows that match, ascending.

    What is unknown at ``open_at`` matches, as it may well be open.

    Raises
    ------
    InputError
        No such area.
    """
    snapshot = index.snapshot
    mask = filter_mask(snapshot, wanted.filter)
    if wanted.area:
        mask &= np.isin(snapshot.area, _family(snapshot, wanted.area))
    if wanted.text:
        found = np.zeros(len(snapshot), bool)
        found[search_rows(snapshot, wanted.text)] = True
        mask &= found
    if wanted.open_at:
        mask &= index.openings.at(wanted.open_at).all_groups()[snapshot.schedule] != CLOSED
    if wanted.box:
        mask &= _in_box(snapshot, wanted.box, wanted.crs)
    return np.flatnonzero(mask)


def row_after(snapshot: Snapshot, code: str) -> int:
    """Return the first row whose code comes after one, which need not be there."""
    return int(np.searchsorted(snapshot.codes, code.encode(), side="right"))


def area_tree(snapshot: Snapshot, counts: Mapping[str, NDArray[np.bool_]]) -> list[dict[str, Any]]:
    """Return the areas nested under those that have no known parent, each level ordered by code.

    Parameters
    ----------
    counts : mapping of str to (n,) bool
        Under each name an area tells how many of these stations lie in it; one counts in every area above.
    """
    own = {name: _per_area(snapshot, mask) for name, mask in counts.items()}
    nodes = {
        area["code"]: {name: area[name] for name in ("code", "name", "level", "parent_code")}
        | {name: int(number[place]) for name, number in own.items()}
        | {"children": []}
        for place, area in enumerate(snapshot.areas)
    }
    roots = []
    for node in nodes.values():
        parent = nodes.get(node["parent_code"])
        (roots if parent is None else parent["children"]).append(node)
    for root in roots:
        _add_up(root, list(counts))
    return roots


def _add_up(node: dict[str, Any], names: list[str]) -> None:
    for child in node["children"]:
        _add_up(child, names)
        for name in names:
            node[name] += child[name]


def _per_area(snapshot: Snapshot, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    placed = snapshot.area[mask & (snapshot.area >= 0)]
    return np.bincount(placed, minlength=len(snapshot.areas))


def _family(snapshot: Snapshot, code: str) -> list[int]:
    """Return the places of an area and of all areas under it."""
    places = {area["code"]: place for place, area in enumerate(snapshot.areas)}
    if code not in places:
        raise InputError("没有代码为“%(value)s”的区划", parameter="area", value=code)
    under: dict[str | None, list[str]] = {}
    for area in snapshot.areas:
        under.setdefault(area["parent_code"], []).append(area["code"])
    family = {code: None}
    waiting = [code]
    for member in waiting:
        fresh = [child for child in under.get(member, ()) if child not in family]
        family |= dict.fromkeys(fresh)
        waiting += fresh
    return [places[member] for member in family]


def _in_box(snapshot: Snapshot, box: Box, crs: Crs) -> NDArray[np.bool_]:
    if crs in (Crs.WGS84, Crs.CGCS2000):
        return _within(snapshot.lon, snapshot.lat, box)
    wide = Box(box.west - _SHIFT_DEG, box.south - _SHIFT_DEG, box.east + _SHIFT_DEG, box.north + _SHIFT_DEG)
    near = np.flatnonzero(_within(snapshot.lon, snapshot.lat, wide))
    mask = np.zeros(len(snapshot), bool)
    mask[near] = _within(*from_wgs84(snapshot.lon[near], snapshot.lat[near], crs), box)
    return mask


def _within(lon: NDArray[np.float64], lat: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    return (lon >= box.west) & (lon <= box.east) & (lat >= box.south) & (lat <= box.north)
