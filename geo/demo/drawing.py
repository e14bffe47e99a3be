"""The drawing board of the demo city: lines, areas and marks in metres, and how lines are cut and moved."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from math import cos, hypot, pi, sin
from typing import NamedTuple

from geo.demo.skeleton import Metres, distance_m

__all__ = [
    "NOTE",
    "Area",
    "Drawn",
    "Line",
    "Mark",
    "Sheet",
    "aside",
    "band",
    "crossing_shares",
    "longer",
    "nearest_on",
    "oval",
    "parts",
    "share_of",
    "street",
    "together",
]

NOTE = {"note": "虚构"}
"""What is written on everything drawn: it is nowhere."""

Line = tuple[Metres, ...]
"""The points a line runs through; an area's border ends where it begins."""


class Drawn(NamedTuple):
    """A line with its OSM tags; lines of one level meet where they cross, those without a level nowhere."""

    line: Line
    tags: Mapping[str, str]
    level: int | None = 0


class Area(NamedTuple):
    """An area with its OSM tags; what lies within the holes is not part of it."""

    border: Line
    tags: Mapping[str, str]
    holes: tuple[Line, ...] = ()


class Mark(NamedTuple):
    """A tagged point: of the lines that run through it, or standing for itself."""

    at: Metres
    tags: Mapping[str, str]


class Sheet(NamedTuple):
    """A part of the map."""

    lines: tuple[Drawn, ...] = ()
    areas: tuple[Area, ...] = ()
    marks: tuple[Mark, ...] = ()


def together(sheets: Iterable[Sheet]) -> Sheet:
    """Return several sheets as one."""
    lines, areas, marks = zip(*sheets, strict=True)
    return Sheet(sum(lines, ()), sum(areas, ()), sum(marks, ()))


def street(line: Iterable[Metres], highway: str, name: str = "", **tags: str) -> Drawn:
    """Return a street; a further tag is written with ``_`` for the colon in its key.

    Examples
    --------
    >>> street([Metres(0, 0), Metres(9, 0)], "residential", "松涛里", oneway_bicycle="no").tags
    {'highway': 'residential', 'name': '松涛里', 'oneway:bicycle': 'no', 'note': '虚构'}
    """
    named = {"name": name} if name else {}
    return Drawn(
        tuple(line),
        {"highway": highway, **named, **{key.replace("_", ":"): tags[key] for key in tags}, **NOTE},
    )


def aside(line: Line, left_m: float) -> Line:
    """Return the line moved to its left (to its right if negative), its bends kept."""
    steps = [_step(a, b) for a, b in pairwise(line)]
    moved = []
    for point, before, after in zip(line, [steps[0], *steps], [*steps, steps[-1]], strict=True):
        # At a bend both pieces keep their distance: the mitre is longer than it by 1 / (1 + cos(bend)).
        scale = left_m / (1 + before.east_m * after.east_m + before.north_m * after.north_m)
        moved.append(
            Metres(
                point.east_m - (before.north_m + after.north_m) * scale,
                point.north_m + (before.east_m + after.east_m) * scale,
            )
        )
    return tuple(moved)


def longer(line: Line, metres: float) -> Line:
    """Return the line drawn on, straight, beyond both ends."""
    first, last = _step(line[1], line[0]), _step(line[-2], line[-1])
    return (_moved(line[0], first, metres), *line[1:-1], _moved(line[-1], last, metres))


def band(line: Line, half_width_m: float) -> Line:
    """Return the border of a strip along a line."""
    left, right = aside(line, half_width_m), aside(line, -half_width_m)
    return (*left, *reversed(right), left[0])


def oval(centre: Metres, radii_m: tuple[float, float], corners: int, *, squareness: float = 2) -> Line:
    """Return a closed superellipse, counter-clockwise from the east; `squareness` 2 is an ellipse."""
    points = []
    for corner in range(corners):
        turn = 2 * pi * corner / corners
        reach = (abs(cos(turn)) ** squareness + abs(sin(turn)) ** squareness) ** (-1 / squareness)
        east_m, north_m = radii_m[0] * reach * cos(turn), radii_m[1] * reach * sin(turn)
        points.append(Metres(centre.east_m + east_m, centre.north_m + north_m))
    return (*points, points[0])


def parts(line: Line, border: Line) -> list[tuple[Line, bool]]:
    """Return the pieces of a line between its crossings of a border, and whether each lies inside."""
    found: list[tuple[Line, bool]] = []
    run, inside = [line[0]], _holds(border, line[0])
    for a, b in pairwise(line):
        for share in sorted(share for c, d in pairwise(border) for share, _ in crossing_shares(a, b, c, d)):
            cut = share_of(a, b, share)
            found.append(((*run, cut), inside))
            run, inside = [cut], not inside
        run.append(b)
    return [*found, (tuple(run), inside)]


def share_of(a: Metres, b: Metres, share: float) -> Metres:
    """Return the position a share (0 to 1) of the way from one to another."""
    return Metres(a.east_m + share * (b.east_m - a.east_m), a.north_m + share * (b.north_m - a.north_m))


def crossing_shares(
    a: Metres, b: Metres, c: Metres, d: Metres, *, slack: float = 0
) -> list[tuple[float, float]]:
    """Return how far along (0 to 1) the pieces a-b and c-d cross: one pair, or none.

    With `slack`, pieces that end that share of their length too early cross too.
    """
    east, north = b.east_m - a.east_m, b.north_m - a.north_m
    across_east, across_north = d.east_m - c.east_m, d.north_m - c.north_m
    turn = east * across_north - north * across_east
    if not turn:
        return []
    share = ((c.east_m - a.east_m) * across_north - (c.north_m - a.north_m) * across_east) / turn
    other = ((c.east_m - a.east_m) * north - (c.north_m - a.north_m) * east) / turn
    return [(share, other)] if all(-slack <= s <= 1 + slack for s in (share, other)) else []


def nearest_on(line: Line, at: Metres) -> Metres:
    """Return the point of a line nearest to a position."""
    return min((_foot(a, b, at) for a, b in pairwise(line)), key=lambda foot: distance_m(foot, at))


def _foot(a: Metres, b: Metres, at: Metres) -> Metres:
    east, north = b.east_m - a.east_m, b.north_m - a.north_m
    along = (at.east_m - a.east_m) * east + (at.north_m - a.north_m) * north
    share = min(1, max(0, along / (east**2 + north**2)))
    return share_of(a, b, share)


def _holds(border: Line, at: Metres) -> bool:
    """Count the border's crossings of a ray to the east."""
    odd = False
    for a, b in pairwise(border):
        if (a.north_m > at.north_m) != (b.north_m > at.north_m):
            share = (at.north_m - a.north_m) / (b.north_m - a.north_m)
            odd ^= at.east_m < a.east_m + share * (b.east_m - a.east_m)
    return odd


def _step(a: Metres, b: Metres) -> Metres:
    length_m = hypot(b.east_m - a.east_m, b.north_m - a.north_m)
    return Metres((b.east_m - a.east_m) / length_m, (b.north_m - a.north_m) / length_m)


def _moved(at: Metres, step: Metres, metres: float) -> Metres:
    return Metres(at.east_m + step.east_m * metres, at.north_m + step.north_m * metres)
