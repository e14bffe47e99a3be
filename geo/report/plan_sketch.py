"""A plan's map as one still picture (SVG): its places, numbered, and the demand that goes to each of them.

Like a study's own map it holds numbers alone. What the plan changes has a colour of its own, and its places
have shapes that no station has.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from geo.model.hours import Reason
from geo.model.plan import Chosen, Plan
from geo.report.sketch_paper import Frame, whole_sketch
from geo.report.study_dots import LOOKS, Dots, look_of, parted_dots
from geo.report.study_parts import StudyParts
from geo.report.study_sketch import (
    DOT_COLOURS,
    dot_legend,
    dot_radii,
    drawn_dots,
    drawn_stations,
    sketch_frame,
    station_legend,
)
from geo.report.study_words import Say

__all__ = ["GAINED", "SITE", "plan_legend", "plan_sketch", "site_mark"]

SITE, GAINED, _CLOSED = "#5b1a8b", "#a06cc9", "#444444"
_MARKS = {
    "new": f'<path d="M0-17L17 0 0 17-17 0z" fill="{SITE}" stroke="#fff" stroke-width="2"/>',
    "upgrade": f'<rect x="-13" y="-13" width="26" height="26" fill="{SITE}" stroke="#fff" stroke-width="2"/>',
    "closed": (
        f'<rect x="-13" y="-13" width="26" height="26" fill="#fff" stroke="{_CLOSED}" stroke-width="2"/>'
        f'<path d="M-13 13L13-13" stroke="{_CLOSED}" stroke-width="2"/>'
    ),
}
_WORDS = {
    "new": Reason("新站点,数字是序号"),
    "upgrade": Reason("改为全天开放的站点"),
    "closed": Reason("关停的站点"),
}
_LEGEND_SCALE = 0.6
# So many places are drawn at full size; however many, none smaller than this part of it.
_ROOMY, _SMALLEST = 25, 0.7


def plan_sketch(parts: StudyParts, plan: Plan) -> str:
    """Return the map of a plan as an SVG element; empty where none of its places has a position."""
    if all(one["lon"] is None for one in plan["chosen"]):
        return ""
    dots, site = parted_dots(parts.places, parts.parted())
    frame = sketch_frame(dots, parts.stations)
    if frame is None:
        return ""
    drawn = [
        *_dots(frame, dots, site, plan["chosen"]),
        *drawn_stations(frame, parts.stations),
        *_sites(frame, plan["chosen"]),
    ]
    return whole_sketch(frame, drawn)


def site_mark(what: str, number: int | str = "") -> str:
    """Return the mark of a place at the origin: new a diamond, with longer hours a square, closed struck."""
    colour = _CLOSED if what == "closed" else "#fff"
    font = 'font-family="sans-serif" font-size="14" font-weight="bold"'
    label = f'<text y="5" text-anchor="middle" fill="{colour}" {font}>{number}</text>'
    return _MARKS[what] + (label if number else "")


def plan_legend(plan: Plan, say: Say = str) -> list[tuple[str, str]]:
    """Return what the map's marks mean: each drawn around the origin (SVG, 22 units wide), and its words."""
    there = {one["what"] for one in plan["chosen"]}
    sites = [
        (f'<g transform="scale({_LEGEND_SCALE})">{site_mark(what)}</g>', say(words))
        for what, words in _WORDS.items()
        if what in there
    ]
    gained = f'<path d="M-10 0h20" stroke="{GAINED}" stroke-width="2"/><circle r="6" fill="{GAINED}"/>'
    served = say(Reason("改去这些站点的需求,有线连着"))
    return [*sites, (gained, served), *dot_legend(say), *station_legend(say)]


def _dots(frame: Frame, dots: Dots, site: NDArray[np.int32], chosen: Sequence[Chosen]) -> Iterator[str]:
    if not len(site):
        return
    xy, radius, looks = frame.place(dots.lon, dots.lat), dot_radii(frame, dots), look_of(dots)
    for number in reversed(range(len(LOOKS))):
        its = (looks == number) & (site < 0)
        yield drawn_dots(xy[its], radius[its], DOT_COLOURS[LOOKS[number]])
    lines = []
    for number, one in enumerate(chosen):
        if one["lon"] is None or one["lat"] is None:
            continue
        x, y = np.rint(frame.place(one["lon"], one["lat"])).astype(int).tolist()
        ends = np.rint(xy[site == number]).astype(int).tolist()
        lines += [f"M{x} {y}L{there[0]} {there[1]}" for there in ends]
    yield f'<path d="{"".join(lines)}" fill="none" stroke="{GAINED}" stroke-width="1.2" stroke-opacity=".7"/>'
    yield drawn_dots(xy[site >= 0], radius[site >= 0], GAINED)


def _sites(frame: Frame, chosen: Sequence[Chosen]) -> Iterator[str]:
    # The more there are, the smaller, and the first is drawn last, over those it may hide.
    scale = min(1.0, max(_SMALLEST, (_ROOMY / max(len(chosen), 1)) ** 0.5))
    for number, one in reversed(list(enumerate(chosen, 1))):
        if one["lon"] is None or one["lat"] is None:
            continue
        x, y = frame.place(one["lon"], one["lat"]).tolist()
        place = f"translate({x:.1f} {y:.1f}) scale({scale:.2f})"
        yield f'<g transform="{place}">{site_mark(one["what"], number)}</g>'
