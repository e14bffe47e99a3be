"""The paper that maps are sketched on (SVG): where places lie on it, lines, a scale and the north."""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.report.study_dots import DEGREE_M

__all__ = ["WIDTH", "Frame", "drawn_line", "frame_of", "whole_sketch"]

WIDTH = 1000
"""Of every sketch, in its own units."""

_MARGIN = 24
# Height over width: no map becomes a ribbon.
_FLATTEST, _STEEPEST = 0.55, 1.25
_NICE = (1, 2, 5)


class Frame(NamedTuple):
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

    def holds(self, x: float, y: float) -> bool:
        """Return whether a place on paper is to be seen."""
        return 0 <= x <= WIDTH and 0 <= y <= self.height


def frame_of(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Frame:
    """Return what shows some places, at least one."""
    middle_lon, middle_lat = (lon.min() + lon.max()) / 2, (lat.min() + lat.max()) / 2
    shrink = math.cos(math.radians(middle_lat))
    # A single place has no extent: about a kilometre around it is shown.
    wide, high = max(np.ptp(lon) * shrink, 0.01), max(np.ptp(lat), 0.01)
    ratio = min(max(high / wide, _FLATTEST), _STEEPEST)
    inside = WIDTH - 2 * _MARGIN
    unit = max(wide / inside, high / (inside * ratio))
    height = round(inside * ratio) + 2 * _MARGIN
    return Frame(
        west=middle_lon - unit * WIDTH / 2 / shrink,
        north=middle_lat + unit * height / 2,
        unit_lon=unit / shrink,
        unit_lat=unit,
        height=height,
    )


def drawn_line(xy: NDArray[np.float64], *, closed: bool = False) -> str:
    """Return the path of a line in whole units, empty where it is too short to be seen."""
    whole = np.rint(xy).astype(int)
    moved = np.diff(whole, axis=0)
    moved = moved[moved.any(axis=1)]
    if not len(moved):
        return ""
    steps = "".join(f"l{x} {y}" for x, y in moved.tolist())
    return f"M{whole[0, 0]} {whole[0, 1]}{steps}{'z' if closed else ''}"


def whole_sketch(frame: Frame, drawn: Iterable[str]) -> str:
    """Return an SVG element of what is drawn, with a scale."""
    box = f'viewBox="0 0 {WIDTH} {frame.height}" width="{WIDTH}" height="{frame.height}"'
    clip = f'<clipPath id="m"><rect width="{WIDTH}" height="{frame.height}"/></clipPath>'
    ground = f'<rect width="{WIDTH}" height="{frame.height}" fill="#fbfaf6"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{clip}{ground}<g clip-path="url(#m)">'
        + "".join(drawn)
        + _scale(frame)
        + "</g></svg>"
    )


def _scale(frame: Frame) -> str:
    """Return a bar of a round length, at most a fifth of the width, and which way is north."""
    unit_m = frame.unit_lat * DEGREE_M
    most = WIDTH / 5 * unit_m
    power = 10 ** math.floor(math.log10(most))
    long_m = max(step * power for step in _NICE if step * power <= most)
    wide = long_m / unit_m
    text = f"{long_m / 1000:g} km" if long_m >= 1000 else f"{long_m:g} m"
    y = frame.height - 18
    bar = f'<path d="M16 {y - 6}v6h{wide:.1f}v-6" fill="none" stroke="#222" stroke-width="2"/>'
    label = f'<text x="{22 + wide:.1f}" y="{y + 1}">{text}</text>'
    east = WIDTH - 18
    north = f'<path d="M{east - 8} 40l8-24 8 24-8-6z"/><text x="{east}" y="56" text-anchor="middle">N</text>'
    return f'<g font-family="sans-serif" font-size="15" fill="#222">{bar}{label}{north}</g>'
