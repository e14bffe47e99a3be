"""What each number of new stations comes to, as a picture (SVG): the best found, its bound, what each adds.

It holds numbers alone and no text of anybody's. Lines differ in form as well as in colour.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from geo.model.hours import Reason
from geo.model.plan import Plan
from geo.model.study import Asked
from geo.report.plan_units import curve_points, unit_of
from geo.report.study_tables import Form, cell_text
from geo.report.study_words import Say

__all__ = ["curve_legend", "curve_picture"]

BEST, BOUND, BETWEEN, GAIN = "#08665a", "#b45309", "#f4d9b0", "#9db8d9"

_WIDTH, _HIGH, _LOW = 440, 190, 80
_LEFT, _RIGHT, _TOP, _BOTTOM = 66, 16, 16, 30
# Between the lines above and the bars below.
_APART = 26
_MARKS = 4
_NICE = (1, 2, 5, 10)
_MOST_DOTS = 30
# Of counts under the bars, every so many.
_COUNTS = (1, 2, 5, 10, 20, 50, 100)

_Point = tuple[float, float]


class _Axis(NamedTuple):
    """A scale: its round numbers from the lowest to the highest, and where on paper those two lie."""

    marks: list[float]
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return where a number lies on paper."""
        low, high = self.marks[0], self.marks[-1]
        return self.start + (value - low) / (high - low) * (self.end - self.start)


class _Curve(NamedTuple):
    """What is drawn, in the form it is told in; what is not known is left out."""

    best: list[_Point]
    bound: list[_Point]
    gain: list[_Point]
    p: int
    value_form: Form
    gain_form: Form


def curve_picture(plan: Plan, asked: Asked | None) -> str:
    """Return the picture as an SVG element; empty where there is no curve of at least two numbers."""
    curve = _curve(plan, asked)
    if len(curve.best) < 2:
        return ""
    first, last = curve.best[0][0], curve.best[-1][0]
    across = _Axis([first - 0.5, last + 0.5], _LEFT, _WIDTH - _RIGHT)
    values = [value for _, value in (*curve.best, *curve.bound)]
    up = _Axis(_marks(min(values), max(values)), _TOP + _HIGH, _TOP)
    foot = _TOP + _HIGH + _APART + _LOW
    beside = _Axis(_marks(0.0, max([value for _, value in curve.gain], default=0.0), 2), foot, foot - _LOW)
    drawn = [
        *_scale(up, lambda value: cell_text(value, curve.value_form)),
        *_scale(beside, lambda value: cell_text(value, curve.gain_form)),
        *_bars(curve.gain, across, beside),
        *_lines(curve, across, up),
        *_counts(first, last, across, foot),
    ]
    box = f'viewBox="0 0 {_WIDTH} {foot + _BOTTOM}" width="{_WIDTH}" height="{foot + _BOTTOM}"'
    font = 'font-family="sans-serif" font-size="14" fill="#222"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}><g {font}>{"".join(drawn)}</g></svg>'


def curve_legend(plan: Plan, asked: Asked | None, say: Say = str) -> list[tuple[str, str]]:
    """Return what the picture's marks mean: each around the origin (SVG, 22 units wide), and its words."""
    unit = unit_of(plan, asked)
    line = f'<path d="M-10 0h20" stroke="{BEST}" stroke-width="2.5"/>'
    dashed = f'<path d="M-10 0h20" stroke="{BOUND}" stroke-width="2.5" stroke-dasharray="5 3"/>'
    return [
        (f'{line}<circle r="4" fill="{BEST}"/>', say(unit.name)),
        (f'<rect x="-10" y="0" width="20" height="7" fill="{BETWEEN}"/>{dashed}', say(unit.bound)),
        (f'<circle r="6" fill="#fff" stroke="{BEST}" stroke-width="3"/>', say(Reason("这个方案"))),
        (
            f'<rect x="-5" y="-8" width="10" height="16" fill="{GAIN}"/>',
            say(Reason("每多一处:%(gain)s", {"gain": unit.gain})),
        ),
    ]


def _curve(plan: Plan, asked: Asked | None) -> _Curve:
    unit, points = unit_of(plan, asked), curve_points(plan)

    def told(name: str, form: Callable[[float | None], float | None]) -> list[_Point]:
        values = ((point["p"], form(point[name])) for point in points)
        return [(p, value) for p, value in values if value is not None]

    return _Curve(
        told("value", unit.value), told("bound", unit.value), told("gain", unit.added), plan["p"],
        unit.value_form, unit.gain_form,
    )  # fmt: skip


def _marks(low: float, high: float, most: int = _MARKS) -> list[float]:
    """Return round numbers from one not above ``low`` to one not below ``high``.

    Examples
    --------
    >>> _marks(5.0, 9.0), _marks(0.0, 0.0, 2)
    ([5.0, 6.0, 7.0, 8.0, 9.0], [0.0, 0.5, 1.0])
    """
    if high <= low:
        high = low + max(abs(low) * 0.1, 1.0)
    rough = (high - low) / most
    ten = 10.0 ** math.floor(math.log10(rough))
    step = next(ten * part for part in _NICE if ten * part >= rough * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * number, 10) for number in range(first, last + 1)]


def _scale(axis: _Axis, words: Callable[[float], str]) -> Iterator[str]:
    """Yield a line across at every round number, and the number left of it."""
    for mark in axis.marks:
        y = axis.at(mark)
        yield f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#dcd9cf"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 5:.1f}" text-anchor="end">{words(mark)}</text>'


def _bars(points: Sequence[_Point], across: _Axis, up: _Axis) -> Iterator[str]:
    wide = 0.7 * (across.at(1) - across.at(0))
    for p, value in points:
        x, y = across.at(p) - wide / 2, up.at(max(value, 0.0))
        yield f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{up.start - y:.1f}" fill="{GAIN}"/>'


def _lines(curve: _Curve, across: _Axis, up: _Axis) -> Iterator[str]:
    best, bound = ([(across.at(p), up.at(value)) for p, value in line] for line in (curve.best, curve.bound))
    if bound:
        yield f'<path d="{_path([*bound, *reversed(best)])}z" fill="{BETWEEN}"/>'
        dashes = 'stroke-width="2.5" stroke-dasharray="7 4"'
        yield f'<path d="{_path(bound)}" fill="none" stroke="{BOUND}" {dashes}/>'
    yield f'<path d="{_path(best)}" fill="none" stroke="{BEST}" stroke-width="2.5"/>'
    if len(best) <= _MOST_DOTS:
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{BEST}"/>' for x, y in best)
    for (p, _), (x, y) in zip(curve.best, best, strict=True):
        if p == curve.p:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="#fff" stroke="{BEST}" stroke-width="3"/>'


def _path(points: Sequence[_Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _counts(first: float, last: float, across: _Axis, foot: float) -> Iterator[str]:
    """Yield the numbers of stations under the bars, not more of them than there is room for."""
    step = next(size for size in _COUNTS if (last - first) / size <= 15)
    for p in range(int(first), int(last) + 1):
        if p % step == 0 or p == first:
            yield f'<text x="{across.at(p):.1f}" y="{foot + 20}" text-anchor="middle">{p}</text>'
