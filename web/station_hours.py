"""The coming days of a station: when each is open, and what it is in the official calendar."""

from datetime import date, timedelta
from typing import NamedTuple

from flask_babel import format_date

from geo.model.holidays import Calendar, DayKind
from geo.model.holidays import Day as OfficialDay
from geo.model.hours import Reason, day_intervals, day_states
from geo.model.hours_days import known_rules
from geo.model.hours_rules import DAY_MINUTES
from web.hours_words import clock_words, listed
from web.language import gettext, say
from web.words import day_words

__all__ = ["DAYS", "NAMES_ITS_DAY", "Day", "Spans", "coming_days"]

DAYS = 14

Spans = list[tuple[int, int, str]]
"""Stretches of a day: minutes from its 00:00, the night after it included, and ``open`` or ``unknown``."""

NAMES_ITS_DAY = {
    "今天按补班日开放": Reason("补班日,按工作日开放"),
    "今天是补班日,开放时间同工作日": Reason("补班日,时间同工作日"),
    "今天是%(name)s假期": Reason("%(name)s假期"),
    "今天是%(name)s假期,按假期时间开放": Reason("%(name)s假期,按假期时间开放"),
    "今天是%(name)s假期,登记的时间没有写明假期安排,以现场公告为准": Reason(
        "%(name)s假期,是否照常开放以现场公告为准"
    ),
    "补班日按星期几的时间开放没有写明,以现场公告为准": Reason(
        "补班日按星期几的时间开放没有写明,以现场公告为准"
    ),
}
"""The reasons that say what a day is in the calendar, and each as it is said of any day."""

_NOON = DAY_MINUTES // 2


class Day(NamedTuple):
    """One day as the table shows it.

    Attributes
    ----------
    spans : Spans or None
        The day's own hours, empty when it is closed; None where they are not known.
    key : str
        ``open``, ``closed`` or ``unknown``: its shape and colour.
    note : str
        The holiday or make-up day it is, and what follows from it; empty on an ordinary day.
    """

    day: date
    kind: DayKind
    spans: Spans | None
    key: str
    name: str
    hours: str
    note: str


def coming_days(osm: str | None, *, makeup: bool, today: date, calendar: Calendar) -> list[Day]:
    """Return today and the days after it, `DAYS` in all; none where the hours are not known, or unreadable.

    A night belongs to the day it begins on.
    """
    if not osm or known_rules(osm) is None:
        return []
    dates = [today + timedelta(days=number) for number in range(DAYS)]
    return [_day(osm, makeup, day, calendar) for day in dates]


def _day(osm: str, makeup: bool, day: date, calendar: Calendar) -> Day:
    spans = day_intervals(osm, makeup=makeup, day=day, calendar=calendar)
    official = calendar.on(day)
    reason = _reason(osm, makeup, day, calendar, spans)
    return Day(
        day=day,
        kind=official.kind,
        spans=spans,
        key=_key(spans),
        name=f"{day_words(day)} {format_date(day, 'EEE')}",
        hours=_hours(spans),
        note=_note(official, reason),
    )


def _reason(osm: str, makeup: bool, day: date, calendar: Calendar, spans: Spans | None) -> Reason | None:
    """Return why a day has its hours, as is said when it opens; when it does not, at noon."""
    states = day_states(osm, makeup=makeup, day=day, calendar=calendar)
    if spans is None:
        return next((reason for _, state, reason in states if state == "unknown"), None)
    moment = spans[0][0] if spans and spans[0][0] < DAY_MINUTES else _NOON
    return [reason for start, _, reason in states if start <= moment][-1]


def _key(spans: Spans | None) -> str:
    if spans is None:
        return "unknown"
    states = {state for _, _, state in spans}
    return "open" if "open" in states else "unknown" if states else "closed"


def _hours(spans: Spans | None) -> str:
    if spans is None:
        return gettext("未知")
    return listed([_span_words(*span) for span in spans]) or gettext("休息")


def _span_words(start: int, end: int, state: str) -> str:
    whole = (start, end) == (0, DAY_MINUTES)
    words = gettext("24 小时") if whole else f"{clock_words(start)}–{clock_words(end)}"
    return words if state == "open" else gettext("%(hours)s(不确定)", hours=words)


def _note(official: OfficialDay, reason: Reason | None) -> str:
    if reason and (telling := NAMES_ITS_DAY.get(reason.message)):
        return say(telling._replace(params=reason.params))
    named = {
        DayKind.HOLIDAY: Reason("%(name)s假期", {"name": official.name}),
        DayKind.MAKEUP: Reason("补班日"),
    }.get(official.kind)
    return " · ".join(say(part) for part in (named, reason) if part)
