"""The opening hours of single days, each read as what the official calendar makes of it.

A day without an official table is read every way it could turn out (ordinary, holiday, make-up workday);
what all readings agree on is certain, the rest is in dispute.
"""

from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from geo.errors import InputError
from geo.model.holidays import Calendar, Day, DayKind
from geo.model.hours_rules import DAY_MINUTES, Rule, Segment, parse_rules, schedule

__all__ = ["DISPUTED", "DayHours", "Moment", "Timetable", "day_hours", "day_line", "known_rules"]

DISPUTED = "disputed"
"""The state of a stretch on which the readings of its day differ."""

# Where a night meets the next day: open wins, for the night belongs to the day on which it began.
_RANK = {"closed": 0, "unknown": 1, DISPUTED: 2, "open": 3}
_CLOSED = Segment(0, 2 * DAY_MINUTES, "closed")
_WORKDAYS = range(5)
# A few thousand different texts, each asked for two or three days, fit; an entry is well under a kilobyte.
_DAYS_KEPT = 32_768


class Timetable(NamedTuple):
    """An OSM text that `known_rules` can read, whether it follows make-up days, and the calendar it meets."""

    osm: str
    makeup: bool
    calendar: Calendar


class DayHours(NamedTuple):
    """One day's own hours, its night included; what no segment covers is closed."""

    segments: tuple[Segment, ...]
    day: Day
    worked_weekend: bool
    """A make-up workday whose hours are not those of the weekend day it falls on."""


class Moment(NamedTuple):
    """From this minute of the day on, up to the next, the place is in this state."""

    start: int
    state: str
    comment: str
    night: bool
    """The state comes from the hours of the day before."""


@lru_cache(maxsize=8_192)
def known_rules(osm: str) -> tuple[Rule, ...] | None:
    """Return the rules of an OSM text, None when it cannot be read."""
    try:
        return parse_rules(osm)
    except InputError:
        return None


@lru_cache(maxsize=_DAYS_KEPT)
def day_hours(timetable: Timetable, day: date) -> DayHours:
    """Return a day's own hours."""
    rules = known_rules(timetable.osm) or ()
    official, weekday = timetable.calendar.on(day), day.weekday()
    readings = _readings(official.kind, weekday, timetable.makeup)
    schedules = {schedule(rules, day, as_weekday, holiday=holiday): None for as_weekday, holiday in readings}
    differs = official.kind is DayKind.MAKEUP and [*schedules] != [
        schedule(rules, day, weekday, holiday=False)
    ]
    return DayHours(_agreed([*schedules]), official, differs)


def _readings(kind: DayKind, weekday: int, makeup: bool) -> list[tuple[int, bool]]:
    """Return the ways to read a day: as which weekday, and whether as a holiday."""
    # Which weekday's hours a worked Saturday follows is not said: it must be all the same.
    worked = [(day, False) for day in (_WORKDAYS if makeup and weekday not in _WORKDAYS else [weekday])]
    return {
        DayKind.ORDINARY: [(weekday, False)],
        DayKind.HOLIDAY: [(weekday, True)],
        DayKind.MAKEUP: worked,
        DayKind.UNTABLED: [(weekday, False), (weekday, True), *worked],
    }[kind]


def _agreed(distinct: list[tuple[Segment, ...]]) -> tuple[Segment, ...]:
    if len(distinct) == 1:
        return distinct[0]
    cuts = sorted({edge for one in distinct for segment in one for edge in (segment.start, segment.end)})
    segments: list[Segment] = []
    for start, end in pairwise(cuts):
        first, *others = (_at(one, start) for one in distinct)
        agreed = all(other.state == first.state for other in others)
        state, comment = (first.state, first.comment) if agreed else (DISPUTED, "")
        if segments and segments[-1][1:] == (start, state, comment):
            start = segments.pop().start
        segments.append(Segment(start, end, state, comment))
    return tuple(segments)


def _at(segments: tuple[Segment, ...], minute: int) -> Segment:
    return next((one for one in segments if one.start <= minute < one.end), _CLOSED)


@lru_cache(maxsize=_DAYS_KEPT)
def day_line(timetable: Timetable, day: date) -> tuple[Moment, ...]:
    """Return the states of a calendar day from 00:00 on, the night before included."""
    own = day_hours(timetable, day).segments
    before = day_hours(timetable, day - timedelta(days=1)).segments
    edges = [edge for segment in own for edge in (segment.start, segment.end)]
    edges += [edge - DAY_MINUTES for segment in before for edge in (segment.start, segment.end)]
    line: list[Moment] = []
    for start in sorted({0, *(edge for edge in edges if 0 <= edge < DAY_MINUTES)}):
        today, night = _at(own, start), _at(before, start + DAY_MINUTES)
        winner = max(today, night, key=lambda segment: _RANK[segment.state])
        moment = Moment(start, winner.state, winner.comment, winner is not today)
        if not line or line[-1][1:] != moment[1:]:
            line.append(moment)
    return tuple(line)
