"""OSM ``opening_hours`` text as rules, and what the rules say of one day.

The library `opening_hours` checks the syntax and matches dates (years, months, weeks, Easter). The
weekdays, the holidays and the order of the rules are ours, because the library knows neither China's
make-up days nor that a night belongs to the day on which it began: it lets ``Su off`` cut Saturday's
``20:00-26:00`` at midnight. The rules follow the specification on the OSM wiki
(Key:opening_hours/specification).
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Literal, NamedTuple

from opening_hours import OpeningHours, ParserError

from geo.errors import InputError

__all__ = ["DAY_MINUTES", "Rule", "RuleState", "Segment", "parse_rules", "schedule"]

RuleState = Literal["open", "closed", "unknown"]
DAY_MINUTES = 1440
_LONGEST = 1000

_EVERY_WEEK = frozenset(range(1, 6))
_WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_TIME = r"\d{1,2}:\d\d\s*-\s*\d{1,2}:\d\d"
_STATE = r"\b(?:open|off|closed|unknown)\b"
# A comma parts two rules only after times, a state or a comment: in "Mo, We 10:00-12:00" it lists days.
_RULE = re.compile(
    rf"""\s* (?P<days>[^";|]*?) \s*
         (?: (?=24/7|{_TIME}|{_STATE}|")
             (?P<times> 24/7 | {_TIME}(?:\s*,\s*{_TIME})* )? \s*
             (?P<state>{_STATE})? \s* (?P<comment>"[^"]*")? \s*
             (?P<end> ; | \|\| | , | $ )
           | (?P<bare_end> ; | \|\| | $ ) )""",
    re.VERBOSE | re.IGNORECASE,
)
_DAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_DAY_ITEM = rf"(?:{_DAY}(?:\s*-\s*{_DAY}|\[[-\d,\s]+\])?|PH)"
_DAYS = re.compile(rf"(?P<dates>.*?)\s*(?P<days>\b{_DAY_ITEM}(?:\s*,\s*{_DAY_ITEM})*)?", re.IGNORECASE)
# What only the place's position, or a calendar we do not have, could decide; and times that are not plain.
_NOT_A_DATE = re.compile(
    r":|\b(?:sunrise|sunset|dawn|dusk|SH|PH)\b|\b(?:Mo|Tu|We|Th|Fr|Sa|Su)\b", re.IGNORECASE
)
_SYNTAX = "“%(text)s”不是 OSM 开放时间的写法,请写成 Mo-Fr 08:30-17:30; PH off 的样子"
_UNSUPPORTED = "“%(text)s”里有这里不支持的 OSM 写法(日出日落、学校假期、循环或没有结束的时刻、节日前后推移)"


class Segment(NamedTuple):
    """A stretch of one day in one state: minutes from 00:00 of the day it belongs to, at most 2880."""

    start: int
    end: int
    state: str
    comment: str = ""


class Rule(NamedTuple):
    """One OSM rule.

    ``joint`` is how it follows the rule before: ``;`` replaces the day, ``,`` adds, ``||`` fills what nothing
    spoke of. ``dates`` matches the date part, None for any. ``weekdays`` maps 0 (Monday) to 6 to which of the
    month's such days it holds on (1 the first, -1 the last); None for a rule without days. ``holiday``: it
    names ``PH``. ``spans`` are minutes from 00:00.
    """

    joint: str
    dates: OpeningHours | None
    weekdays: dict[int, frozenset[int]] | None
    holiday: bool
    spans: tuple[tuple[int, int], ...]
    state: RuleState
    comment: str


def parse_rules(osm: str) -> tuple[Rule, ...]:
    """Read an OSM ``opening_hours`` text.

    A comment without a state means ``unknown``, as the specification has it; ``open "..."`` is open.

    Raises
    ------
    InputError
        Not OSM syntax, or one of the few forms that cannot be answered here.

    Examples
    --------
    >>> [(rule.holiday, rule.spans, rule.state) for rule in parse_rules("Mo-Fr 07:30-26:00; PH off")]
    [(False, ((450, 1560),), 'open'), (True, (), 'closed')]
    >>> parse_rules("")
    Traceback (most recent call last):
        ...
    geo.errors.InputError: “”不是 OSM 开放时间的写法,请写成 Mo-Fr 08:30-17:30; PH off 的样子
    """
    text = osm.strip().rstrip(";")
    if len(text) > _LONGEST:
        raise InputError("OSM 开放时间超过 %(limit)s 个字符", limit=_LONGEST)
    try:
        OpeningHours(text)
    except (ParserError, UnicodeEncodeError) as error:
        raise InputError(_SYNTAX, text=osm) from error
    try:
        return tuple(_rules(text))
    except (ValueError, ParserError) as error:
        raise InputError(_UNSUPPORTED, text=osm) from error


def _rules(text: str) -> Iterator[Rule]:
    joint, position = ";", 0
    while position < len(text):
        match = _RULE.match(text, position)
        if not match:
            raise ValueError(text[position:])
        yield _rule(joint, match)
        joint, position = match["end"] or match["bare_end"], match.end()


def _rule(joint: str, match: re.Match[str]) -> Rule:
    parts = _DAYS.fullmatch(match["days"].removesuffix(":"))
    dates, days = parts["dates"].removesuffix(":").rstrip(), parts["days"]
    if _NOT_A_DATE.search(dates):
        raise ValueError(dates)
    state = {"off": "closed"}.get(word := (match["state"] or "").lower(), word)
    weekdays, holiday = _weekdays(days) if days else (None, False)
    return Rule(
        joint,
        OpeningHours(dates) if dates else None,
        weekdays,
        holiday,
        _spans(match["times"], closed=state == "closed"),
        state or ("unknown" if match["comment"] else "open"),
        (match["comment"] or "").strip('"'),
    )


def _weekdays(text: str) -> tuple[dict[int, frozenset[int]], bool]:
    weekdays: dict[int, frozenset[int]] = {}
    items = re.findall(_DAY_ITEM, text, re.IGNORECASE)
    for item in items:
        names = [_WEEKDAYS.index(name.title()) for name in re.findall(_DAY, item, re.IGNORECASE)]
        if names:
            first, last = names[0], names[-1]
            weeks = frozenset(_weeks(item[2:].strip("[]"))) if "[" in item else _EVERY_WEEK
            for day in range(first, first + (last - first) % 7 + 1):
                weekdays[day % 7] = weeks | weekdays.get(day % 7, weeks)
    return weekdays, any(item.upper() == "PH" for item in items)


def _weeks(text: str) -> Iterator[int]:
    for part in text.replace(" ", "").split(","):
        first, _, last = part.rpartition("-") if not part.startswith("-") else ("", "", part)
        yield from range(int(first or last), int(last) + 1)


def _spans(times: str | None, *, closed: bool) -> tuple[tuple[int, int], ...]:
    """Return minutes from 00:00; a closed rule without times has none: it clears the day and its night."""
    if not times or times == "24/7":
        return () if closed else ((0, DAY_MINUTES),)
    numbers = [int(number) for number in re.findall(r"\d+", times)]
    points = [60 * hour + minute for hour, minute in zip(numbers[::2], numbers[1::2], strict=True)]
    return tuple(
        (start, end if end > start else end + DAY_MINUTES)
        for start, end in zip(points[::2], points[1::2], strict=True)
    )


def schedule(rules: tuple[Rule, ...], day: date, weekday: int, *, holiday: bool) -> tuple[Segment, ...]:
    """Return what the rules say of a day, read as that weekday (0 Monday), as a holiday or not.

    Segments are in order and do not overlap; what none covers is closed. Hours past midnight stay with this
    day: the segments of the day before are not in it.

    Examples
    --------
    >>> rules = parse_rules("Mo-Sa 20:00-26:00; Su off; PH 10:00-12:00")
    >>> schedule(rules, date(2026, 6, 6), 5, holiday=False)
    (Segment(start=1200, end=1560, state='open', comment=''),)
    >>> schedule(rules, date(2026, 6, 7), 6, holiday=True)
    (Segment(start=600, end=720, state='open', comment=''),)
    >>> schedule((), date(2026, 6, 7), 6, holiday=False)
    ()
    """
    segments: list[Segment] = []
    for rule in rules:
        if not _matches(rule, day, weekday, holiday):
            continue
        if rule.joint == "||":
            segments += _gaps(segments, rule)
            continue
        if not rule.spans or (rule.joint == ";" and rule.state != "closed"):
            segments = []
        for start, end in rule.spans or ((0, DAY_MINUTES),):
            segments = [*_without(segments, start, end), Segment(start, end, rule.state, rule.comment)]
    return tuple(sorted(segments))


def _matches(rule: Rule, day: date, weekday: int, holiday: bool) -> bool:
    if rule.weekdays is not None and not (holiday and rule.holiday):
        weeks = rule.weekdays.get(weekday, frozenset())
        if not weeks >= _EVERY_WEEK and not weeks & _weeks_of(day):
            return False
    return rule.dates is None or rule.dates.is_open(datetime.combine(day, time(12)))


def _weeks_of(day: date) -> set[int]:
    """Return which of its weekday in the month a day is, counted from the front and from the back."""
    month_days = (
        31 if day.month == 12 else (day.replace(month=day.month + 1, day=1) - day.replace(day=1)).days
    )
    return {(day.day + 6) // 7, -((month_days - day.day) // 7 + 1)}


def _without(segments: list[Segment], start: int, end: int) -> Iterator[Segment]:
    for segment in segments:
        if segment.start < min(start, segment.end):
            yield segment._replace(end=min(start, segment.end))
        if segment.end > max(end, segment.start):
            yield segment._replace(start=max(end, segment.start))


def _gaps(segments: list[Segment], rule: Rule) -> list[Segment]:
    gaps = [Segment(start, end, rule.state, rule.comment) for start, end in rule.spans]
    for taken in segments:
        gaps = list(_without(gaps, taken.start, taken.end))
    return gaps
