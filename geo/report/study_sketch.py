"""A study's map as one still picture (SVG): reach, demand, gaps and stations, for paper and for any browser.

It holds numbers alone and no text of anybody's. Colours differ in lightness too, and stations in shape, for
black-and-white printers and eyes that see few colours.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.model.hours import Reason
from geo.model.study import Gap
from geo.report.study_dots import DEGREE_M, LOOKS, Dots, demand_dots, look_of, radii_m
from geo.report.study_parts import StudyParts, StudyStation
from geo.report.study_words import STATES, Say

__all__ = ["DOT_COLOURS", "GAP", "NUMBERED", "REACH", "STATION", "legend", "sketch", "station_mark"]

DOT_COLOURS = {"none": "#c2410c", "some": "#e0a458", "most": "#9db8d9"}
REACH, GAP, STATION = "#0b5d52", "#7c1d06", "#0b3d91"
NUMBERED = 12
"""So many gaps have their rank written on the map."""

_WIDTH = 1000
_MARGIN = 24
# Height over width: no map becomes a ribbon.
_FLATTEST, _STEEPEST = 0.55, 1.25
_NICE = (1, 2, 5)


class _Frame(NamedTuple):
    """A rectangle of the earth on paper: units from its west and north, x to the right, y down."""

    west: float
    north: float
    unit_lon: float
    unit_lat: float
    height: int

    def place(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
        """Return (n, 2) units of degrees."""
        x = (np.asarray(lon, float) - self.west) / self.unit_lon
        y = (self.north - np.asarray(lat, float)) / self.unit_lat
        return np.stack([x, y], axis=-1)


def sketch(parts: StudyParts) -> str:
    """Return the map of a study as an SVG element; empty where it has no demand and no station."""
    dots = demand_dots(parts.places)
    lon = dots.lon if len(dots.lon) else np.array([one.lon for one in parts.stations])
    lat = dots.lat if len(dots.lat) else np.array([one.lat for one in parts.stations])
    if not len(lon):
        return ""
    frame = _frame(lon, lat)
    drawn = [
        *_reach(frame, parts.reach),
        *_dots(frame, dots),
        *_outlines(frame, parts.study["gaps"]),
        *_stations(frame, parts.stations),
        *_ranks(frame, parts.study["gaps"][:NUMBERED]),
        *_scale(frame),
    ]
    box = f'viewBox="0 0 {_WIDTH} {frame.height}" width="{_WIDTH}" height="{frame.height}"'
    clip = f'<clipPath id="m"><rect width="{_WIDTH}" height="{frame.height}"/></clipPath>'
    ground = f'<rect width="{_WIDTH}" height="{frame.height}" fill="#fbfaf6"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{clip}{ground}<g clip-path="url(#m)">'
        + "".join(drawn)
        + "</g></svg>"
    )


def _frame(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> _Frame:
    middle_lon, middle_lat = (lon.min() + lon.max()) / 2, (lat.min() + lat.max()) / 2
    shrink = math.cos(math.radians(middle_lat))
    # A single place has no extent: about a kilometre around it is shown.
    wide, high = max(np.ptp(lon) * shrink, 0.01), max(np.ptp(lat), 0.01)
    ratio = min(max(high / wide, _FLATTEST), _STEEPEST)
    inside = _WIDTH - 2 * _MARGIN
    unit = max(wide / inside, high / (inside * ratio))
    height = round(inside * ratio) + 2 * _MARGIN
    return _Frame(
        west=middle_lon - unit * _WIDTH / 2 / shrink,
        north=middle_lat + unit * height / 2,
        unit_lon=unit / shrink,
        unit_lat=unit,
        height=height,
    )


def _reach(frame: _Frame, reach: shapely.MultiLineString | None) -> Iterator[str]:
    if reach is None or reach.is_empty:
        return
    on_paper = shapely.transform(reach, lambda xy: frame.place(xy[:, 0], xy[:, 1]))
    shown = shapely.clip_by_rect(on_paper, 0, 0, _WIDTH, frame.height)
    lines = shapely.get_parts(shapely.simplify(shapely.line_merge(shown), 0.7, preserve_topology=False))
    path = "".join(filter(None, (_path(shapely.get_coordinates(line)) for line in lines)))
    yield f'<path d="{path}" fill="none" stroke="{REACH}" stroke-width="1.1" stroke-opacity=".75"/>'


def _path(xy: NDArray[np.float64], *, closed: bool = False) -> str:
    """Return a line in whole units, empty where it is too short to be seen."""
    whole = np.rint(xy).astype(int)
    moved = np.diff(whole, axis=0)
    moved = moved[moved.any(axis=1)]
    if not len(moved):
        return ""
    steps = "".join(f"l{x} {y}" for x, y in moved.tolist())
    return f"M{whole[0, 0]} {whole[0, 1]}{steps}{'z' if closed else ''}"


def _dots(frame: _Frame, dots: Dots) -> Iterator[str]:
    if not len(dots.lon):
        return
    xy = frame.place(dots.lon, dots.lat)
    radius = np.clip(radii_m(dots) / (frame.unit_lat * DEGREE_M), 0.8, 14.0)
    looks = look_of(dots)
    # What is not covered is drawn last, over the rest.
    for number in reversed(range(len(LOOKS))):
        circles = "".join(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{r:.1f}"/>'
            for (x, y), r in zip(xy[looks == number].tolist(), radius[looks == number].tolist(), strict=True)
        )
        yield f'<g fill="{DOT_COLOURS[LOOKS[number]]}" fill-opacity=".85">{circles}</g>'


def _outlines(frame: _Frame, gaps: Sequence[Gap]) -> Iterator[str]:
    rings = [np.array(gap["outline"], float) for gap in gaps if len(gap["outline"]) >= 3]
    paths = "".join(_path(frame.place(ring[:, 0], ring[:, 1]), closed=True) for ring in rings)
    if paths:
        yield f'<path d="{paths}" fill="none" stroke="{GAP}" stroke-width="1.6" stroke-dasharray="5 3"/>'


def _stations(frame: _Frame, stations: Sequence[StudyStation]) -> Iterator[str]:
    if not stations:
        return
    xy = frame.place([one.lon for one in stations], [one.lat for one in stations])
    for (x, y), one in zip(xy.tolist(), stations, strict=True):
        if 0 <= x <= _WIDTH and 0 <= y <= frame.height:
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
    dots = {
        "most": say(Reason("需求,大多已覆盖")),
        "some": say(Reason("需求,部分覆盖")),
        "none": say(Reason("需求,大多未覆盖")),
    }
    ring = f'<path d="M-9-7h18v14h-18z" fill="none" stroke="{GAP}" stroke-width="2" stroke-dasharray="5 3"/>'
    street = f'<path d="M-9 0h18" stroke="{REACH}" stroke-width="2"/>'
    return [
        *((f'<circle r="8" fill="{DOT_COLOURS[look]}"/>', told) for look, told in dots.items()),
        (ring, say(Reason("缺口,数字是序号"))),
        (street, say(Reason("开放站点够得到的街道"))),
        *((station_mark(state), say(told)) for state, told in STATES.items()),
    ]


def _ranks(frame: _Frame, gaps: Sequence[Gap]) -> Iterator[str]:
    # The heaviest is drawn last, over those it may hide.
    for gap in reversed(gaps):
        x, y = frame.place(gap["lon"], gap["lat"]).tolist()
        label = f'<text y="5" text-anchor="middle" fill="#fff">{gap["rank"]}</text>'
        circle = f'<circle r="12" fill="{GAP}" stroke="#fff" stroke-width="1.5"/>'
        font = 'font-family="sans-serif" font-size="15" font-weight="bold"'
        yield f'<g transform="translate({x:.1f} {y:.1f})" {font}>{circle}{label}</g>'


def _scale(frame: _Frame) -> Iterator[str]:
    """Yield a bar of a round length, at most a fifth of the width, and which way is north."""
    unit_m = frame.unit_lat * DEGREE_M
    most = _WIDTH / 5 * unit_m
    power = 10 ** math.floor(math.log10(most))
    long_m = max(step * power for step in _NICE if step * power <= most)
    wide = long_m / unit_m
    text = f"{long_m / 1000:g} km" if long_m >= 1000 else f"{long_m:g} m"
    y = frame.height - 18
    bar = f'<path d="M16 {y - 6}v6h{wide:.1f}v-6" fill="none" stroke="#222" stroke-width="2"/>'
    label = f'<text x="{22 + wide:.1f}" y="{y + 1}">{text}</text>'
    east = _WIDTH - 18
    north = f'<path d="M{east - 8} 40l8-24 8 24-8-6z"/><text x="{east}" y="56" text-anchor="middle">N</text>'
    yield f'<g font-family="sans-serif" font-size="15" fill="#222">{bar}{label}{north}</g>'
