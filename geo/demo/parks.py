"""The parks of the demo city, around the landmarks of their names: paths, and a lake, a wood or a lawn."""

from math import copysign
from typing import NamedTuple

from geo.demo.drawing import NOTE, Area, Drawn, Line, Sheet, longer, nearest_on, oval, parts, street, together
from geo.demo.grid import AVENUES, STREETS
from geo.demo.landmarks import LANDMARKS
from geo.demo.roads import OVERSHOOT_M
from geo.demo.skeleton import Metres, distance_m

__all__ = ["PARKS", "Park", "approaches", "parks"]


class Park(NamedTuple):
    """A park: where its landmark is, how far its middle lies from there, how far it reaches, what it has."""

    name: str
    gate: Metres
    aside_m: tuple[float, float]
    radii_m: tuple[float, float]
    has: str

    @property
    def middle(self) -> Metres:
        """Return the middle of the park."""
        return Metres(self.gate.east_m + self.aside_m[0], self.gate.north_m + self.aside_m[1])

    def oval(self, share: float, corners: int = 16) -> Line:
        """Return the park's border at a share of its size."""
        return oval(self.middle, (share * self.radii_m[0], share * self.radii_m[1]), corners, squareness=2.6)

    @property
    def loop(self) -> Line:
        """Return the path around the park, along which the lanes outside end."""
        return self.oval(0.88)

    @property
    def closed(self) -> Line:
        """Return where no lane of the city may lie."""
        return self.oval(0.88 - OVERSHOOT_M / min(self.radii_m))


_AT = {mark.name: mark.at for mark in LANDMARKS}
PARKS = tuple(
    Park(name, _AT[name], aside_m, radii_m, has)
    for name, aside_m, radii_m, has in (
        ("云溪公园", (-150, 35), (230, 130), "lake"),
        ("望山公园", (80, -90), (220, 210), "hill"),
        ("白鹭湿地公园", (90, -90), (230, 240), "islet"),
        ("采薇园", (-80, -80), (210, 190), "wood"),
        ("星野体育公园", (-60, 90), (220, 230), "lawn"),
    )
)
_FEATURES = {
    "lake": ("湖", {"natural": "water", "water": "lake"}),
    "islet": ("湖", {"natural": "water", "water": "lake"}),
    "hill": ("林", {"natural": "wood"}),
    "wood": ("林", {"natural": "wood"}),
    "lawn": ("草坪", {"landuse": "grass"}),
}


def parks() -> Sheet:
    """Return the parks with their paths."""
    return together(_park(park) for park in PARKS)


def approaches(at: Metres) -> list[Line]:
    """Return lines from a place to the avenue and to the street nearest to it, the nearer first."""
    feet = [
        min((nearest_on(line.line, at) for line in lines), key=lambda foot: distance_m(foot, at))
        for lines in (AVENUES, STREETS)
    ]
    feet.sort(key=lambda foot: distance_m(foot, at))
    return [(longer((foot, at), OVERSHOOT_M)[0], at) for foot in feet]


def _park(park: Park) -> Sheet:
    paths = [street(park.loop, "footway", f"{park.name}环路")]
    paths += [street(line, "footway") for line in (*approaches(park.gate), *_across(park))]
    grounds = Area(park.oval(1, 24), {"leisure": "park", "name": park.name, **NOTE})
    return Sheet((*paths, *(_climb(park) if park.has == "hill" else ())), (grounds, _feature(park)))


def _across(park: Park) -> list[Line]:
    """Return paths from the gate to the far sides of the loop."""
    east, north = park.aside_m
    far = (
        Metres(park.gate.east_m + copysign(600, east), park.gate.north_m),
        Metres(park.gate.east_m, park.gate.north_m + copysign(600, north)),
    )
    inside = (parts((park.gate, end), park.loop)[0][0] for end in far)
    return [(line[0], *longer(line, OVERSHOOT_M)[1:]) for line in inside]


def _feature(park: Park) -> Area:
    """Return the lake, wood or lawn, in the quarter of the park farthest from the gate."""
    east, north = (copysign(0.28 * r, a) for r, a in zip(park.radii_m, park.aside_m, strict=True))
    middle = Metres(park.middle.east_m + east, park.middle.north_m + north)
    radii_m = (0.42 * park.radii_m[0], 0.42 * park.radii_m[1])
    holes = (oval(middle, (25, 18), 8),) if park.has == "islet" else ()
    suffix, tags = _FEATURES[park.has]
    name = park.name.removesuffix("公园") + suffix
    return Area(oval(middle, radii_m, 20), {**tags, "name": name, **NOTE}, holes)


def _climb(park: Park) -> list[Drawn]:
    """Return the steps from the loop to the top of the hill, and the path down the other side."""
    foot, top, end = park.loop[5], park.middle, park.loop[13]
    return [street((foot, top), "steps", f"{park.name}台阶"), street((top, end), "path")]
