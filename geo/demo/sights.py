"""What the demo city's streets have once: a shopping street, a locked lane, footbridges, streets apart."""

from geo.demo.barriers import RAIL_BAND, RIVER_BAND, footbridge
from geo.demo.blocks import Block
from geo.demo.drawing import NOTE, Drawn, Line, Mark, Sheet, longer, street
from geo.demo.landmarks import LANDMARKS
from geo.demo.parks import approaches
from geo.demo.roads import OVERSHOOT_M
from geo.demo.skeleton import CENTRES, CITY_NAME, DISTRICTS, District, Metres

__all__ = ["APART", "sights"]

APART = Block(0, 9)
"""The block whose few streets no other street leads to, as behind works that are not finished."""

_SHOPS = Block(6, 6)
_LOCKED_LANE = Block(8, 7)
_OVER_RIVER, _OVER_RAIL = Block(5, 5), Block(8, 3)
_ON_FOOT = {"广场", "文化"}


def sights() -> Sheet:
    """Return the particular streets, the ways in to the landmarks and the names of places."""
    locked = _through(_LOCKED_LANE, 0.5)
    gate = Mark(locked[1], {"barrier": "gate", "access": "no", "locked": "yes", **NOTE})
    lines = (
        street(_through(_SHOPS, 0.3), "pedestrian", "云栖里步行街", bicycle="no"),
        street(locked, "residential", "织云巷"),
        *footbridge(_upward(_OVER_RIVER, 0.25), RIVER_BAND, "听鹭桥"),
        *footbridge(_upward(_OVER_RAIL, 0.35), RAIL_BAND, "云栖站天桥"),
        *_apart(),
        *_ways_in(),
    )
    return Sheet(lines, (), (gate, *_places()))


def _through(block: Block, north: float) -> Line:
    return longer(tuple(block.at(east, north) for east in (0, 0.5, 1)), OVERSHOOT_M)


def _upward(block: Block, east: float) -> Line:
    return longer((block.at(east, 0), block.at(east, 1)), OVERSHOOT_M)


def _apart() -> list[Drawn]:
    lines = {
        "西洲一街": ((0.35, 0.45), (0.7, 0.45)),
        "西洲二街": ((0.35, 0.6), (0.7, 0.6)),
        "西洲路": ((0.5, 0.35), (0.5, 0.7)),
    }
    return [
        street([APART.at(*share) for share in shares], "residential", name) for name, shares in lines.items()
    ]


def _ways_in() -> list[Drawn]:
    """Return the ways from the streets to the doors of the landmarks; parks have their own."""
    return [
        street(approaches(mark.at)[0], "footway" if mark.category in _ON_FOOT else "service")
        for mark in LANDMARKS
        if mark.category not in ("路口", "公园")
    ]


def _places() -> list[Mark]:
    city = Mark(CENTRES[0].at, {"place": "city", "name": CITY_NAME, **NOTE})
    return [city, *(mark for district in DISTRICTS for mark in _named(district))]


def _named(district: District) -> list[Mark]:
    """Return the name of a district in its middle, and those of its offices below, from west to east."""
    east_m, north_m = ([at[axis] for at in district.border] for axis in (0, 1))
    middle_m = sum(north_m) / len(north_m)
    places = [(sum(east_m) / len(east_m), middle_m, "suburb", district.name)]
    for number, office in enumerate(district.offices):
        share = (number + 0.5) / len(district.offices)
        at_m = min(east_m) + share * (max(east_m) - min(east_m))
        kind = "town" if office.endswith("镇") else "neighbourhood"
        places.append((at_m, middle_m - 500, kind, office))
    return [
        Mark(Metres(east, north), {"place": kind, "name": name, **NOTE}) for east, north, kind, name in places
    ]
