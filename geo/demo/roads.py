"""The through roads of the demo city: the named grid, the ring road, a roundabout, the expressway."""

from collections.abc import Mapping
from math import sin

from geo.demo.barriers import RAIL_BAND, RIVER_BAND, Way, across
from geo.demo.drawing import Drawn, Line, Sheet, aside, longer, oval, street
from geo.demo.grid import AVENUES, STREETS, crossing
from geo.demo.skeleton import Metres

__all__ = ["OVERSHOOT_M", "RING", "roads"]

OVERSHOOT_M = 5.0
"""How far a line is drawn beyond where it is to end; see `geo.demo.joining`."""
# Less than from the middle of a road to its carriageways, so that a side street ends at the nearer one.
_HALF_MEDIAN_M = 8.0

# By place in the grid; the others are tertiary.
_PRIMARY_AVENUES, _SECONDARY_AVENUES = {6}, {3, 9, 12}
_PRIMARY_STREETS, _SECONDARY_STREETS = {4, 6}, {1, 8}
_OVER_RIVER: Mapping[int, Way] = dict.fromkeys((1, 6, 8, 12), "bridge")
_OVER_RAIL: Mapping[int, Way] = {1: "level", 3: "tunnel", 6: "bridge", 9: "tunnel", 11: "bridge", 13: "level"}
# The carriageway on which cyclists may also ride against the traffic.
_CONTRAFLOW_STREET = 6

RING = oval(Metres(-425, 325), (3825, 3025), 64, squareness=3.2)
_ROUNDABOUT, _ROUNDABOUT_M = crossing(9, 1), 32
_RAMPS = (4, 10)
_RAMP_M = 500.0


def roads() -> Sheet:
    """Return the roads that cross the whole city."""
    at_grade = [*_avenues(), *_streets()]
    return Sheet((*_around_the_roundabout(at_grade), *_roundabout(), *_ring(), *_expressway()))


def _avenues() -> list[Drawn]:
    found = []
    for i, avenue in enumerate(AVENUES):
        kind = _kind(i, _PRIMARY_AVENUES, _SECONDARY_AVENUES)
        for road in _carriageways(longer(avenue.line, OVERSHOOT_M), kind, avenue.name):
            for part in across(road, RIVER_BAND, _OVER_RIVER.get(i)):
                found += across(part, RAIL_BAND, _OVER_RAIL.get(i))
    return found


def _streets() -> list[Drawn]:
    return [
        road
        for j, line in enumerate(STREETS)
        for road in _carriageways(
            longer(line.line, OVERSHOOT_M),
            _kind(j, _PRIMARY_STREETS, _SECONDARY_STREETS),
            line.name,
            contraflow=j == _CONTRAFLOW_STREET,
        )
    ]


def _kind(place: int, primary: set[int], secondary: set[int]) -> str:
    return "primary" if place in primary else "secondary" if place in secondary else "tertiary"


def _carriageways(line: Line, kind: str, name: str, *, contraflow: bool = False) -> list[Drawn]:
    """Return a road as one line, or as two where it has a median: traffic keeps to the right."""
    if kind != "primary":
        return [street(line, kind, name)]
    # The two are a little longer than the middle line: where a road ends, they end beside the crossing.
    line = longer(line, OVERSHOOT_M)
    there, back = aside(line, -_HALF_MEDIAN_M), tuple(reversed(aside(line, _HALF_MEDIAN_M)))
    also = {"oneway_bicycle": "no"} if contraflow else {}
    return [street(there, kind, name, oneway="yes", **also), street(back, kind, name, oneway="yes")]


def _around_the_roundabout(lines: list[Drawn]) -> list[Drawn]:
    island = oval(_ROUNDABOUT, (_ROUNDABOUT_M - OVERSHOOT_M,) * 2, 16)
    return [part for drawn in lines for part in across(drawn, island, None)]


def _roundabout() -> list[Drawn]:
    circle = oval(_ROUNDABOUT, (_ROUNDABOUT_M,) * 2, 16)
    return [street(circle, "secondary", "石榴环岛", junction="roundabout")]


def _ring() -> list[Drawn]:
    """Return the ring road, a trunk road that people walk along all the same."""
    found = []
    for part in across(street(RING, "trunk", "环城路"), RIVER_BAND, "bridge"):
        found += across(part, RAIL_BAND, "tunnel")
    return found


def _expressway() -> list[Drawn]:
    """Return the elevated expressway, which meets the streets only at the feet of its ramps."""
    feet = [(crossing(i, 7), crossing(i, 8)) for i in _RAMPS]
    heads = [foot.east_m + away for pair in feet for foot in pair for away in (-_RAMP_M, _RAMP_M)]
    east_m = sorted([*range(-7750, 7751, 775), *heads])
    eastbound = tuple(_above(metres, -13) for metres in east_m)
    westbound = tuple(_above(metres, 13) for metres in reversed(east_m))
    lines = [_elevated(line, "motorway", "云栖高架", 2) for line in (eastbound, westbound)]
    for south, north in feet:
        for foot, away_m, side_m in ((south, _RAMP_M, -13), (north, -_RAMP_M, 13)):
            off, on = _above(foot.east_m - away_m, side_m), _above(foot.east_m + away_m, side_m)
            lines += [_elevated(_ramp(off, foot), "motorway_link", "", 1)]
            lines += [_elevated(_ramp(on, foot)[::-1], "motorway_link", "", 1)]
    return lines


def _ramp(head: Metres, foot: Metres) -> Line:
    """Return a ramp that keeps beside the expressway before it leads down."""
    east_m, north_m = foot.east_m - head.east_m, foot.north_m - head.north_m
    bend = Metres(head.east_m + 0.4 * east_m, head.north_m + 0.06 * north_m)
    return head, bend, Metres(head.east_m + 0.85 * east_m, head.north_m + 0.6 * north_m), foot


def _elevated(line: Line, highway: str, name: str, layer: int) -> Drawn:
    drawn = street(line, highway, name, oneway="yes", bridge="yes", layer=str(layer))
    return drawn._replace(level=None)


def _above(east_m: float, side_m: float) -> Metres:
    return Metres(east_m, 2250 + 40 * sin(east_m / 1500) + side_m)
