"""What parts the demo city, the river and the railway, and how streets get to the other side or do not."""

from typing import Literal

from geo.demo.drawing import NOTE, Area, Drawn, Line, Sheet, aside, band, longer, parts, street
from geo.demo.skeleton import Metres

__all__ = ["RAIL_BAND", "RIVER_BAND", "Way", "across", "barriers", "footbridge"]

Way = Literal["bridge", "tunnel", "level"] | None
"""How a street gets to the other side; None: it ends at the barrier."""


def _line(*points: tuple[float, float]) -> Line:
    return tuple(Metres(*point) for point in points)


# Between 溪畔街 and 长亭大道, clear of the stations beside them, and near the districts' common border.
_RIVER = _line(
    *((-7980, 402), (-7300, 420), (-6600, 500), (-5900, 545), (-5200, 560), (-4500, 530), (-3700, 440)),
    *((-3000, 350), (-2500, 300), (-1900, 240), (-1400, 180), (-800, 125), (-300, 80), (150, 50), (650, 70)),
    *((1200, 120), (1800, 170), (2500, 235), (3000, 240), (3600, 180), (4300, 60), (5200, -70)),
    *((6000, -115), (6800, -130), (7400, -160), (7970, -250)),
)
_HALF_RIVER_M = 28
_RAIL = _line(
    *((-7980, -1560), (-6500, -1545), (-4880, -1560), (-3600, -1640), (-2560, -1735), (-1800, -1660)),
    *((-1000, -1610), (500, -1585), (1900, -1575), (3200, -1625), (5250, -1735), (6500, -1730)),
    (7880, -1700),
)

RIVER_BAND = band(_RIVER, _HALF_RIVER_M + 6)
"""Where no street on the ground may lie: the river and its banks."""
RAIL_BAND = band(_RAIL, 18)
"""The same for the railway, between its fences."""

_LEVELS = {"bridge": 1, "tunnel": -1}
_STEPS_M = 12


def across(drawn: Drawn, barrier: Line, way: Way) -> list[Drawn]:
    """Return what becomes of a line that may run into a barrier."""
    if way == "level":
        return [drawn]
    found = []
    for line, inside in parts(drawn.line, barrier):
        if not inside:
            found.append(drawn._replace(line=line))
        elif way:
            level = _LEVELS[way]
            found.append(Drawn(line, {**drawn.tags, way: "yes", "layer": str(level)}, level))
    return found


def footbridge(line: Line, barrier: Line, name: str) -> list[Drawn]:
    """Return a straight footway that climbs over a barrier by steps."""
    (to, _), (over, _), (from_, _) = parts(line, barrier)
    foot, other_foot = longer(over, _STEPS_M)
    return [
        street((*to[:-1], foot), "footway"),
        street((foot, over[0]), "steps"),
        street(over, "footway", name, bridge="yes", layer="1")._replace(level=1),
        street((over[1], other_foot), "steps"),
        street((other_foot, *from_[1:]), "footway"),
    ]


def barriers() -> Sheet:
    """Return the river with the paths along its banks, and the railway."""
    bank_m = _HALF_RIVER_M + 14
    north = street(aside(_RIVER, bank_m), "cycleway", "云溪北岸绿道", foot="designated")
    south = street(aside(_RIVER, -bank_m), "footway", "云溪南岸步道")
    course = Drawn(_RIVER, {"waterway": "river", "name": "云溪", **NOTE}, None)
    rail = Drawn(_RAIL, {"railway": "rail", "usage": "main", "name": "云栖铁路", **NOTE})
    water = Area(band(_RIVER, _HALF_RIVER_M), {"natural": "water", "water": "river", "name": "云溪", **NOTE})
    return Sheet((north, south, course, rail), (water,))
