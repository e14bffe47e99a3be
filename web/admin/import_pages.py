"""What the pages of an import ask: in which coordinate system a file is, with its points on a map."""

from typing import Any, NamedTuple

import numpy as np

from geo.registry.fit import HYPOTHESES
from geo.upkeep.import_file import COLUMN
from geo.upkeep.import_look import Look
from web.admin.import_words import SYSTEMS
from web.state import state

__all__ = ["Choice", "best_system", "map_told", "systems"]

_STANDING = 300
_AROUND_DEGREES = 0.02


class Choice(NamedTuple):
    """A coordinate system to choose; empty: the file's own. ``inside``: rows in the district they name."""

    value: str
    inside: int | None
    best: bool


def systems(look: Look) -> list[Choice]:
    """Return the systems to choose from, with how well each fits."""
    best = best_system(look)
    choices = [
        Choice(crs, look.inside.get("wgs84" if crs == "cgcs2000" else crs), crs == best) for crs in SYSTEMS
    ]
    if look.declared:
        inside = None if look.declared == COLUMN else look.inside.get(look.declared)
        choices.insert(0, Choice("", inside, False))
    return choices


def best_system(look: Look) -> str:
    """Return the system under which clearly most rows lie in the district they name; empty: none is clear."""
    if not look.named:
        return ""
    ranked = sorted(HYPOTHESES, key=lambda crs: -look.inside[crs.value])
    first, second = (look.inside[crs.value] for crs in ranked[:2])
    return ranked[0].value if first > second else ""


def map_told(look: Look) -> dict[str, Any]:
    """Return what the map of an import begins with: its points as given, and stations around them.

    Both as [longitude, latitude] in degrees: the points in the system that is asked about, or their own
    where they name it; the stations in WGS-84.
    """
    points = [[x, y, system, name] for _, name, system, x, y in look.points]
    return {"points": points, "standing": _standing(look), "declared": look.declared}


def _standing(look: Look) -> list[list[float]]:
    """Return where stations stand around the points of a file: what is known helps to judge what is new."""
    snapshot = state().live.index.snapshot
    if not look.points or not len(snapshot.lon):
        return []
    x, y = (np.array([point[axis] for point in look.points]) for axis in (3, 4))
    near = (np.abs(snapshot.lon - np.median(x)) <= np.ptp(x) / 2 + _AROUND_DEGREES) & (
        np.abs(snapshot.lat - np.median(y)) <= np.ptp(y) / 2 + _AROUND_DEGREES
    )
    rows = np.flatnonzero(near)[:_STANDING]
    return [
        [round(lon, 6), round(lat, 6)]
        for lon, lat in zip(snapshot.lon[rows], snapshot.lat[rows], strict=True)
    ]
