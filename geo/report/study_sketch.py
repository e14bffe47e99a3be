"""A study's map as one still picture (SVG): reach, demand, gaps and stations, for paper and for any browser.

It holds numbers alone and no text of anybody's. Colours differ in lightness too, and stations in shape, for
black-and-white printers and eyes that see few colours.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.model.hours import Reason
from geo.model.study import Gap
from geo.report.sketch_paper import WIDTH, Frame, drawn_line, frame_of, whole_sketch
from geo.report.study_dots import DEGREE_M, LOOKS, Dots, demand_dots, look_of, radii_m
from geo.report.study_parts import StudyParts, StudyStation
from geo.report.study_words import STATES, Say

__all__ = [
    "DOT_COLOURS",
    "GAP",
    "NUMBERED",
    "REACH",
    "STATION",
    "dot_legend",
    "dot_radii",
    "drawn_dots",
    "drawn_stations",
    "legend",
    "sketch",
    "sketch_frame",
    "station_legend",
    "station_mark",
]

DOT_COLOURS = {"none": "#c2410c", "some": "#e0a458", "most": "#9db8d9"}
REACH, GAP, STATION = "#0b5d52", "#7c1d06", "#0b3d91"
NUMBERED = 12
"""So many gaps have their rank written on the map."""


def sketch(parts: StudyParts) -> str:
    """Return the map of a study as an SVG element; empty where it has no demand and no station."""
    dots = demand_dots(parts.places)
    frame = sketch_frame(dots, parts.stations)
    if frame is None:
        return ""
    drawn = [
        *_reach(frame, parts.reach),
        *_dots(frame, dots),
        *_outlines(frame, parts.study["gaps"]),
        *drawn_stations(frame, parts.stations),
        *_ranks(frame, parts.study["gaps"][:NUMBERED]),
    ]
    return whole_sketch(frame, drawn)


def sketch_frame(dots: Dots, stations: Sequence[StudyStation]) -> Frame | None:
    """Return what shows all demand, without demand all stations; None where there is neither."""
    lon = dots.lon if len(dots.lon) else np.array([one.lon for one in stations])
    lat = dots.lat if len(dots.lat) else np.array([one.lat for one in stations])
    return frame_of(lon, lat) if len(lon) else None


def _reach(frame: Frame, reach: shapely.MultiLineString | None) -> Iterator[str]:
    if reach is None or reach.is_empty:
        return
    on_paper = shapely.transform(reach, lambda xy: frame.place(xy[:, 0], xy[:, 1]))
    shown = shapely.clip_by_rect(on_paper, 0, 0, WIDTH, frame.height)
    lines = shapely.get_parts(shapely.simplify(shapely.line_merge(shown), 0.7, preserve_topology=False))
    path = "".join(filter(None, (drawn_line(shapely.get_coordinates(line)) for line in lines)))
    yield f'<path d="{path}" fill="none" stroke="{REACH}" stroke-width="1.1" stroke-opacity=".75"/>'


def _dots(frame: Frame, dots: Dots) -> Iterator[str]:
    if not len(dots.lon):
        return
    xy, radius, looks = frame.place(dots.lon, dots.lat), dot_radii(frame, dots), look_of(dots)
    # What is not covered is drawn last, over the rest.
    for number in reversed(range(len(LOOKS))):
        its = looks == number
        yield drawn_dots(xy[its], radius[its], DOT_COLOURS[LOOKS[number]])


def dot_radii(frame: Frame, dots: Dots) -> NDArray[np.float64]:
    """Return the radii of dots on paper: none too small to be seen, none over its neighbours."""
    return np.clip(radii_m(dots) / (frame.unit_lat * DEGREE_M), 0.8, 14.0)


def drawn_dots(xy: NDArray[np.float64], radius: NDArray[np.float64], colour: str) -> str:
    """Return dots of one colour: (n, 2) places on paper and (n,) radii."""
    circles = "".join(
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{r:.1f}"/>'
        for (x, y), r in zip(xy.tolist(), radius.tolist(), strict=True)
    )
    return f'<g fill="{colour}" fill-opacity=".85">{circles}</g>'


def _outlines(frame: Frame, gaps: Sequence[Gap]) -> Iterator[str]:
    rings = [np.array(gap["outline"], float) for gap in gaps if len(gap["outline"]) >= 3]
    paths = "".join(drawn_line(frame.place(ring[:, 0], ring[:, 1]), closed=True) for ring in rings)
    if paths:
        yield f'<path d="{paths}" fill="none" stroke="{GAP}" stroke-width="1.6" stroke-dasharray="5 3"/>'


def drawn_stations(frame: Frame, stations: Sequence[StudyStation]) -> Iterator[str]:
    """Yield the marks of the stations that are to be seen."""
    if not stations:
        return
    xy = frame.place([one.lon for one in stations], [one.lat for one in stations])
    for (x, y), one in zip(xy.tolist(), stations, strict=True):
        if frame.holds(x, y):
            yield f'<g transform="translate({x:.1f} {y:.1f})">{station_mark(one.state)}</g>'


def station_mark(state: str) -> str:
    """Return the mark of a station at the origin: full if open, hollow if not known, crossed if closed."""
    fill = STATION if state == "open" else "#fff"
    cross = f'<path d="M-5-5l10 10M5-5l-10 10" stroke="{STATION}" stroke-width="2"/>'
    square = f'<rect x="-6" y="-6" width="12" height="12" fill="{fill}" stroke="{STATION}" stroke-width="2"/>'
    halo = '<rect x="-8" y="-8" width="16" height="16" fill="#fff"/>'
    return halo + square + (cross if state == "closed" else "")


def legend(say: Say = str) -> list[tuple[str, str]]:
    """Return what the map's marks mean: each drawn around the origin (SVG, 22 units wide), and its words."""
    ring = f'<path d="M-9-7h18v14h-18z" fill="none" stroke="{GAP}" stroke-width="2" stroke-dasharray="5 3"/>'
    street = f'<path d="M-9 0h18" stroke="{REACH}" stroke-width="2"/>'
    return [
        *dot_legend(say),
        (ring, say(Reason("缺口,数字是序号"))),
        (street, say(Reason("开放站点够得到的街道"))),
        *station_legend(say),
    ]


def dot_legend(say: Say = str) -> list[tuple[str, str]]:
    """Return what the marks of demand mean, as `legend` does."""
    dots = {
        "most": say(Reason("需求,大多已覆盖")),
        "some": say(Reason("需求,部分覆盖")),
        "none": say(Reason("需求,大多未覆盖")),
    }
    return [(f'<circle r="8" fill="{DOT_COLOURS[look]}"/>', told) for look, told in dots.items()]


def station_legend(say: Say = str) -> list[tuple[str, str]]:
    """Return what the marks of stations mean, as `legend` does."""
    return [(station_mark(state), say(told)) for state, told in STATES.items()]


def _ranks(frame: Frame, gaps: Sequence[Gap]) -> Iterator[str]:
    # The heaviest is drawn last, over those it may hide.
    for gap in reversed(gaps):
        x, y = frame.place(gap["lon"], gap["lat"]).tolist()
        label = f'<text y="5" text-anchor="middle" fill="#fff">{gap["rank"]}</text>'
        circle = f'<circle r="12" fill="{GAP}" stroke="#fff" stroke-width="1.5"/>'
        font = 'font-family="sans-serif" font-size="15" font-weight="bold"'
        yield f'<g transform="translate({x:.1f} {y:.1f})" {font}>{circle}{label}</g>'
