"""Small towns for tests: drawn by hand in metres, or at random."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from pyproj import Geod

from geo.model.place import Point
from geo.model.profiles import HIGHWAYS
from geo.model.streets import BACKWARD, DEGREE, FORWARD, STREET_PROFILES
from geo.network.compile import compile_graph
from geo.network.graph import Graph
from tests.network.ways import BOTH, make_ways

__all__ = ["place", "points", "town", "towns"]

GEOD = Geod(ellps="WGS84")
LON, LAT = 117.0, 36.6
# Metres in a degree here, near enough for drawing.
EAST_M, NORTH_M = 89_480.0, 110_960.0
STEP_M, STEPS = 10, 40

Street = tuple[str | None, str, Sequence[tuple[float, float]]]


def place(east_m: float, north_m: float) -> Point:
    """Return the point so far from the corner of the town."""
    return Point(LON + east_m / EAST_M, LAT + north_m / NORTH_M)


def town(
    streets: Sequence[Street], *, barriers: Sequence[tuple[float, float]] = (), ebike: Sequence[int] = ()
) -> Graph:
    """Return a graph of streets, each with its name, class and corners (metres east and north).

    Equal corners are one node. Barriers are closed to nobody on foot. ``ebike`` gives the direction of each
    street for e-bikes, by default both.
    """
    corners = list(dict.fromkeys(corner for _, _, line in streets for corner in line))
    ways = make_ways(
        [_whole(place(*corner)) for corner in corners],
        [[corners.index(corner) for corner in line] for _, _, line in streets],
        names=[name for name, _, _ in streets],
        directions={"ebike": ebike or [BOTH] * len(streets)},
        barriers={corners.index(corner): 2 for corner in barriers},
    )
    return compile_graph(
        replace(ways, highway=np.array([HIGHWAYS.index(h) for _, h, _ in streets], np.uint8))
    )


points = st.builds(place, *[st.floats(-20, STEP_M * STEPS + 20)] * 2)
"""Points in and around `towns`."""


@st.composite
def towns(draw):
    """Return the graph of a town with streets, one-ways and barriers at random."""
    corner = st.tuples(*[st.integers(0, STEPS)] * 2)
    nodes = draw(st.lists(corner, min_size=2, max_size=12, unique=True))
    line = st.lists(st.integers(0, len(nodes) - 1), min_size=2, max_size=6).filter(lambda c: len(set(c)) > 1)
    lines = draw(st.lists(line, min_size=1, max_size=9))
    directions = {
        profile: draw(st.lists(st.sampled_from(each), min_size=len(lines), max_size=len(lines)))
        for profile, each in zip(STREET_PROFILES, ([BOTH], [FORWARD, BACKWARD, BOTH, BOTH]), strict=True)
    }
    barriers = draw(st.dictionaries(st.integers(0, len(nodes) - 1), st.integers(1, 3), max_size=2))
    names = draw(
        st.lists(st.sampled_from(["解放路", "经十路", None]), min_size=len(lines), max_size=len(lines))
    )
    at = [_whole(place(STEP_M * east, STEP_M * north)) for east, north in nodes]
    ways = make_ways(at, lines, directions=directions, barriers=barriers, names=names)
    speeds = draw(st.lists(st.floats(1, 6), min_size=len(lines), max_size=len(lines)))
    travel = {
        profile: way._replace(speed_m_s=np.array(speeds, np.float32)) for profile, way in ways.travel.items()
    }
    return compile_graph(replace(ways, travel=travel))


def _whole(point: Point) -> tuple[int, int]:
    return round(point.lon * DEGREE), round(point.lat * DEGREE)
