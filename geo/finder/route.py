"""The way from a position to a station: its line, its length, and what to do on it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray
from pyproj import Geod

from geo.crs import Crs, from_wgs84
from geo.finder.question import PROFILES, check_known, line_speed_m_s
from geo.finder.streets import Located, locate, locate_on, sets_around
from geo.model.hours import OpenState, Reason
from geo.model.place import Point
from geo.registry.feature import Say, open_json
from geo.registry.nearest import Index
from geo.registry.snapshot import Snapshot

if TYPE_CHECKING:
    from geo.network.paths import Path

__all__ = ["Route", "RouteStep", "find_route", "route_geojson", "shown_line"]

_GEOD = Geod(ellps="WGS84")
_NO_STREETS = Reason("这里还没有街道数据:画的是直线,时间按直线的 1.3 倍估算")
_UNUSABLE = Reason("这里的街道数据现在不能用:画的是直线,时间按直线的 1.3 倍估算")
_FROM_OFF = Reason("您的位置 300 米内没有街道:画的是直线,时间按直线的 1.3 倍估算")
_TO_OFF = Reason("这个站点 300 米内没有街道:画的是直线,时间按直线的 1.3 倍估算")
_NO_WAY = Reason("沿街道到不了这个站点:画的是直线,时间按直线的 1.3 倍估算")


class RouteStep(NamedTuple):
    """One instruction: its words, how far it leads, and where it begins (WGS-84 degrees).

    ``turn`` is the code of `geo.network.steps`; ``street`` is None for a street without a name.
    """

    words: Reason
    turn: str
    street: str | None
    distance_m: float
    duration_s: float
    lon: float
    lat: float


class Route(NamedTuple):
    """A way to a station.

    Attributes
    ----------
    row : int
        Of the snapshot.
    by : str
        ``line`` where streets were asked for and could not be used.
    line : (q, 2) float64
        Lon, lat in WGS-84 degrees, from the position asked to the station's door.
    distance_m, duration_s : float
        Both legs between the points and the street included.
    from_m, to_m : float or None
        How far the position and the door are from the street; None by line.
    steps : list of RouteStep
        Empty by line.
    arrival : datetime
    state : OpenState
        Of the station, on arrival.
    """

    snapshot: Snapshot
    row: int
    by: str
    line: NDArray[np.float64]
    distance_m: float
    duration_s: float
    from_m: float | None
    to_m: float | None
    steps: list[RouteStep]
    arrival: datetime
    state: OpenState
    notices: list[Reason]
    attribution: str | None


def find_route(index: Index, point: Point, code: str, by: str, *, at: datetime) -> Route:
    """Return the shortest way to a station for someone who sets out at a moment.

    Parameters
    ----------
    point : Point
        WGS-84 degrees.
    by : str
        ``line``, ``walk`` or ``ebike``. Without streets, or off the network, the answer is by line and
        says why.

    Raises
    ------
    InputError
        A position out of range, or no such profile.
    NotFoundError
        No station has this code.
    """
    Point.checked(*point)
    check_known("by", [by], PROFILES)
    row = index.snapshot.row(code)
    door = index.snapshot.door(row)
    if by == "line":
        return _straight(index, row, point, door, by, at, [])
    around = locate(index, point, by)
    starts = [start for start in around if not start.off_network]
    pairs = [(start, locate_on(start.streets, start.graph, door, by)) for start in starts]
    ends = [(start, end) for start, end in pairs if not end.off_network]
    ways = [(path, *pair) for pair in ends if (path := _path(*pair, by))]
    if not ways:
        known = _UNUSABLE if sets_around(index.snapshot, point) else _NO_STREETS
        why = _NO_WAY if ends else _TO_OFF if starts else _FROM_OFF if around else known
        return _straight(index, row, point, door, by, at, [why])
    # Of equal ways that of the smallest set, which comes first.
    return _along_streets(index, row, point, door, by, at, min(ways, key=lambda way: way[0].metres))


def route_geojson(
    route: Route, *, crs: Crs = Crs.WGS84, decimals: int = 6, stale: bool = False, say: Say = str
) -> bytes:
    """Return a route as a GeoJSON Feature, a LineString in degrees of ``crs``, lon lat."""
    steps = np.array([(step.lon, step.lat) for step in route.steps]).reshape(-1, 2)
    starts = shown_line(steps, crs, decimals)
    members = {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": shown_line(route.line, crs, decimals)},
        "properties": {
            "code": route.snapshot.codes[route.row].decode(),
            "by": route.by,
            "distance_m": round(route.distance_m, 2),
            "duration_s": round(route.duration_s),
            "snap_from_m": _rounded(route.from_m),
            "snap_to_m": _rounded(route.to_m),
            "arrival": route.arrival.isoformat(timespec="minutes"),
            "open": open_json(route.state, say),
            "steps": [_step(*pair, say) for pair in zip(route.steps, starts, strict=True)],
        },
        "coordinate_system": crs,
        "as_of": route.snapshot.at,
        "stale": stale,
        "attribution": route.attribution,
        "notices": [say(notice) for notice in route.notices],
    }
    return orjson.dumps(members)


def _path(start: Located, end: Located, by: str) -> "Path | None":
    from geo.network.paths import find_way

    return find_way(start.graph, by, start.position, end.position)


def _along_streets(
    index: Index,
    row: int,
    point: Point,
    door: Point,
    by: str,
    at: datetime,
    way: tuple["Path", Located, Located],
) -> Route:
    from geo.network.step_words import words_of
    from geo.network.steps import steps_of
    from geo.network.way import line_of

    path, start, end = way
    steps = [
        RouteStep(words_of(step, by), step.turn, step.street, step.metres, step.seconds, step.lon, step.lat)
        for step in steps_of(start.graph, by, path, point, door)
    ]
    line = line_of(start.graph, path, point, door)
    return _route(
        index, row, by, line, path.metres, path.seconds, at,
        from_m=start.position.snap_m,
        to_m=end.position.snap_m,
        steps=steps,
        attribution=start.streets.attribution,
    )  # fmt: skip


def _straight(
    index: Index, row: int, point: Point, door: Point, by: str, at: datetime, notices: list[Reason]
) -> Route:
    metres = _GEOD.inv(*point, *door)[2]
    line = np.array([point, door], np.float64)
    return _route(index, row, "line", line, metres, metres / line_speed_m_s(by), at, notices=notices)


def _route(
    index: Index,
    row: int,
    by: str,
    line: NDArray[np.float64],
    metres: float,
    seconds: float,
    at: datetime,
    *,
    from_m: float | None = None,
    to_m: float | None = None,
    steps: list[RouteStep] | None = None,
    notices: list[Reason] | None = None,
    attribution: str | None = None,
) -> Route:
    arrival = at + timedelta(seconds=seconds)
    state = index.openings.state(int(index.snapshot.schedule[row]), arrival)
    return Route(
        index.snapshot, row, by, line, metres, seconds, from_m, to_m, steps or [], arrival, state,
        notices or [], attribution,
    )  # fmt: skip


def _step(step: RouteStep, start: tuple[float, float], say: Say) -> dict[str, Any]:
    return {
        "text": say(step.words),
        "turn": step.turn,
        "street": step.street,
        "distance_m": round(step.distance_m, 1),
        "duration_s": round(step.duration_s),
        "start": start,
    }


def shown_line(line: NDArray[np.float64], crs: Crs, decimals: int) -> list[tuple[float, float]]:
    """Return a WGS-84 line, (q, 2) degrees, as lon, lat in degrees of ``crs``, rounded."""
    lon, lat = line[:, 0], line[:, 1]
    if crs not in (Crs.WGS84, Crs.CGCS2000):
        lon, lat = from_wgs84(lon, lat, crs)
    return [(round(x, decimals), round(y, decimals)) for x, y in zip(lon.tolist(), lat.tolist(), strict=True)]


def _rounded(metres: float | None) -> float | None:
    return None if metres is None else round(metres, 2)
