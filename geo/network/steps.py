"""What to do on a way: one step for each stretch of a street, from the point asked to the door."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from pyproj import Geod

from geo.model.place import Point
from geo.model.profiles import HIGHWAYS
from geo.network.graph import Graph
from geo.network.paths import Path
from geo.network.stretches import (
    Stretch,
    Way,
    ahead_deg,
    bearing_deg,
    behind_deg,
    between_deg,
    stretches_of,
    turn_deg,
    way_of,
)

__all__ = ["Step", "steps_of"]

_GEOD = Geod(ellps="WGS84")
_BESIDE_M = 3.0
_AHEAD_DEG = 30.0
_TURNS = ((25.0, "straight"), (50.0, "slight"), (120.0, ""), (160.0, "sharp"), (np.inf, "uturn"))


class Step(NamedTuple):
    """One instruction and the stretch it leads along.

    Attributes
    ----------
    turn : str
        ``depart``, ``straight``, ``slight_left``, ``left``, ``sharp_left``, ``uturn``, ``slight_right``,
        ``right``, ``sharp_right`` or ``arrive``.
    street : str or None
        None for a street without a name.
    highway : str
        OSM class of most of the stretch; empty where the way has no street in it.
    metres, seconds : float
        ``depart`` and ``arrive`` include the legs between the points and the street: together the steps are
        as long as the way.
    leg_m : float
        Metres of such a leg within them; 0 on all other steps.
    lon, lat : float
        Where the step begins, WGS-84 degrees.
    bearing_deg : float
        Direction in which the stretch begins, clockwise from north, 0 to 360.
    onto : bool
        Whether it is another street than the step before led along.
    side : str or None
        Of ``arrive``: the ``left`` or ``right`` side of the street, None where the leg is too short to
        tell or leads straight on.
    """

    turn: str
    street: str | None
    highway: str
    metres: float
    seconds: float
    leg_m: float
    lon: float
    lat: float
    bearing_deg: float
    onto: bool = True
    side: str | None = None


class _Leg(NamedTuple):
    metres: float
    seconds: float


def steps_of(graph: Graph, profile: str, path: Path, here: Point, there: Point) -> list[Step]:
    """Return what to do on a way, from where one asked to the door.

    Parameters
    ----------
    profile : str
        For which the path was found.
    path : Path
    here, there : Point
        WGS-84 degrees; what the ends of the path were snapped from.

    Returns
    -------
    list of Step
        ``depart`` first and ``arrive`` last. Their metres and seconds add up to those of the path.
    """
    if not len(path.edge):
        return _straight(path, here, there)
    way = way_of(graph, profile, path)
    stretches = stretches_of(way)
    leaving, reaching = _legs(way, path, here, there)
    steps = [_step(graph, way, stretch) for stretch in stretches]
    for number, (before, stretch) in enumerate(pairwise(stretches), start=1):
        angle = turn_deg(way, stretch.first, stretch.main)
        onto = bool(way.street[stretch.main] != way.street[before.main])
        steps[number] = steps[number]._replace(turn=_turn(angle), onto=onto)
    steps[0] = _departing(steps[0], leaving, here)
    return [*steps, _arriving(way, steps[-1], reaching, there)]


def _legs(way: Way, path: Path, here: Point, there: Point) -> tuple[_Leg, _Leg]:
    """Share what the path has beyond its streets between the legs at its two ends."""
    first_m, last_m = (
        _GEOD.inv(*point, *way.at(along_m))[2] for point, along_m in ((here, 0.0), (there, way.done_m[-1]))
    )
    share = first_m / (first_m + last_m) if first_m + last_m > 0 else 0.5
    metres = float(path.metres - way.done_m[-1])
    seconds = float(path.seconds - way.seconds.sum())
    return _Leg(share * metres, share * seconds), _Leg((1 - share) * metres, (1 - share) * seconds)


def _step(graph: Graph, way: Way, stretch: Stretch) -> Step:
    first, main, stop = stretch
    most = main + int(np.argmax(np.diff(way.done_m[main : stop + 1])))
    begin = way.at(way.done_m[first])
    return Step(
        turn="depart",
        street=graph.name(way.edge[main]),
        highway=HIGHWAYS[graph.edge_highway[way.edge[most]]],
        metres=float(way.done_m[stop] - way.done_m[first]),
        seconds=float(way.seconds[first:stop].sum()),
        leg_m=0.0,
        lon=begin.lon,
        lat=begin.lat,
        bearing_deg=ahead_deg(way, main) % 360,
    )


def _straight(path: Path, here: Point, there: Point) -> list[Step]:
    """Return the steps of a way that is nothing but its two legs, of which no one knows the place between."""
    bearing = bearing_deg(here, there) % 360
    metres, seconds = path.metres, path.seconds
    return [
        Step("depart", None, "", metres, seconds, metres, *here, bearing),
        Step("arrive", None, "", 0.0, 0.0, 0.0, *there, bearing, False),
    ]


def _departing(step: Step, leg: _Leg, here: Point) -> Step:
    return step._replace(
        metres=step.metres + leg.metres,
        seconds=step.seconds + leg.seconds,
        leg_m=leg.metres,
        lon=here.lon,
        lat=here.lat,
    )


def _arriving(way: Way, last: Step, leg: _Leg, there: Point) -> Step:
    end = way.at(way.done_m[-1])
    bearing = bearing_deg(end, there)
    angle = between_deg(behind_deg(way, len(way.edge)), bearing)
    beside = leg.metres >= _BESIDE_M and _AHEAD_DEG < abs(angle) < 180 - _AHEAD_DEG
    side = ("right" if angle > 0 else "left") if beside else None
    return Step(
        "arrive", last.street, last.highway, *leg, leg.metres, end.lon, end.lat, bearing % 360, False, side
    )


def _turn(angle_deg: float) -> str:
    size = next(word for most, word in _TURNS if abs(angle_deg) < most)
    if size in ("straight", "uturn"):
        return size
    return f"{size}_{'right' if angle_deg > 0 else 'left'}".lstrip("_")
