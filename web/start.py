"""Where one can start without typing: districts with their stations counted, landmarks."""

from itertools import zip_longest
from typing import Any, NamedTuple

from geo.registry.snapshot import Snapshot
from web.areas import counted_areas

__all__ = ["Area", "areas_to_pick", "landmarks_to_pick"]

_LEVELS = ("district", "city", "province")
_MOST_AREAS = 60
_MOST_LANDMARKS = 18


class Area(NamedTuple):
    """An area one can pick: how many stations one can go to lie in it, and a position (lon, lat) within."""

    name: str
    serving: int
    centre: tuple[float, float]


def areas_to_pick(snapshot: Snapshot) -> list[Area]:
    """Return the areas of the finest level that is not too long to read; none without areas."""
    by_level: dict[str, list[Area]] = {level: [] for level in _LEVELS}
    centres = {area["code"]: area["centre"] for area in snapshot.areas}
    for node in _flat(counted_areas(snapshot)):
        centre = centres[node["code"]]
        if node["serving"] and centre and node["level"] in by_level:
            by_level[node["level"]].append(Area(node["name"], node["serving"], tuple(centre)))
    fitting = (found for found in by_level.values() if 0 < len(found) <= _MOST_AREAS)
    return next(fitting, [])


def landmarks_to_pick(snapshot: Snapshot) -> list[str]:
    """Return the names of some landmarks, each once: of every category some, the shorter names first."""
    by_category: dict[str | None, list[str]] = {}
    for mark in sorted(snapshot.landmarks, key=lambda mark: (len(mark.name), mark.name)):
        by_category.setdefault(mark.category, []).append(mark.name)
    turns = zip_longest(*by_category.values())
    return list(dict.fromkeys(name for turn in turns for name in turn if name))[:_MOST_LANDMARKS]


def _flat(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = list(nodes)
    for node in found:
        found += node["children"]
    return found
