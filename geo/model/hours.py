"""Opening hours: the value kept of a station, and whether a place is open at a moment.

The night belongs to the day on which it began: ``Sa 20:00-26:00`` ends at two on Sunday whatever Sunday's
own rules say. Everything is in Asia/Shanghai, the one time zone of the country.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from geo.errors import InputError
from geo.model.holidays import Calendar, DayKind
from geo.model.hours_days import DISPUTED, Moment, Timetable, day_hours, day_line, known_rules
from geo.model.hours_rules import parse_rules

__all__ = [
    "CHINA",
    "CLOSED",
    "OPEN",
    "UNKNOWN",
    "Hours",
    "OpenState",
    "Reason",
    "day_intervals",
    "day_states",
    "evaluate",
    "validate_osm",
]

CHINA = ZoneInfo("Asia/Shanghai")

OPEN, UNKNOWN, CLOSED = 0, 1, 2
"""What arrays hold of stations' states; whatever is not open for certain, nor unknown, is closed."""

_HORIZON = timedelta(days=14)
_YEARS = range(1901, 9998)


class Hours(NamedTuple):
    """Opening hours as given, and what they mean.

    Parameters
    ----------
    raw : str
        The text as given.
    osm : str or None
        Its meaning as an OSM ``opening_hours`` text; None: not known.
    makeup : bool
        The place follows office days: it is open on make-up workdays (调休).
    note : str or None
        A Chinese sentence: what was assumed, or why the hours are not known.
    doubtful : bool
        A person should look at it.
    """

    raw: str
    osm: str | None
    makeup: bool = False
    note: str | None = None
    doubtful: bool = False


class Reason(NamedTuple):
    """Why a place is in its state: a Chinese sentence, which is also its translation key, and its values.

    Examples
    --------
    >>> str(Reason("今天是%(name)s假期", {"name": "国庆节"}))
    '今天是国庆节假期'
    >>> str(Reason("今天按补班日开放"))
    '今天按补班日开放'
    """

    message: str
    params: Mapping[str, object] = MappingProxyType({})

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message


class OpenState(NamedTuple):
    """Whether a place is open, until when, and why.

    Parameters
    ----------
    state : str
        ``suspended`` is never said of hours; it is there for whoever knows the station's status.
    until : datetime or None
        When it opens or closes next, in Asia/Shanghai. None when the state is unknown, when nothing changes
        within 14 days, and when what comes next is not known for certain: no time is then promised.
    reason : Reason or None
        None where the hours speak for themselves.
    """

    state: Literal["open", "closed", "suspended", "unknown"]
    until: datetime | None = None
    reason: Reason | None = None


def validate_osm(text: str) -> str | None:
    """Return None for an OSM ``opening_hours`` text that can be answered, else a Chinese sentence why not.

    Examples
    --------
    >>> validate_osm("Mo-Fr 08:30-17:30; PH off")
    >>> validate_osm("sunrise-sunset").startswith("“sunrise-sunset”里有这里不支持的 OSM 写法")
    True
    >>> validate_osm("")
    '“”不是 OSM 开放时间的写法,请写成 Mo-Fr 08:30-17:30; PH off 的样子'
    """
    try:
        parse_rules(text)
    except InputError as error:
        return str(error)
    return None


def evaluate(osm: str | None, *, makeup: bool, at: datetime, calendar: Calendar) -> OpenState:
    """Return whether a place with these hours is open at a moment.

    Parameters
    ----------
    osm : str or None
        OSM ``opening_hours``; None or a text that cannot be read gives ``unknown``.
    makeup : bool
        Whether the hours follow make-up workdays: such a Saturday has the hours of Monday to Friday.
    at : datetime
        Without an offset it means Asia/Shanghai.
    calendar : Calendar
        A date it has no table for is read as an ordinary day, a holiday and a make-up day;
        where they agree that is the state, else ``unknown``.

    Raises
    ------
    InputError
        ``at`` lies outside the years 1901 to 9997.

    Examples
    --------
    >>> from geo.model.holidays import shipped_calendar
    >>> office = {"osm": "Mo-Fr 08:30-17:30; PH off", "makeup": True, "calendar": shipped_calendar()}
    >>> saturday = evaluate(at=datetime(2026, 10, 10, 9), **office)
    >>> saturday.state, saturday.until.isoformat(), str(saturday.reason)
    ('open', '2026-10-10T17:30:00+08:00', '今天按补班日开放')
    >>> evaluate(at=datetime(2027, 10, 12, 9), **office).state
    'unknown'
    >>> evaluate(None, makeup=False, at=datetime(2026, 1, 1), calendar=Calendar()).state
    'unknown'
    """
    local = _local(at)
    if (missing := _missing(osm)) is not None:
        return OpenState("unknown", reason=missing)
    timetable = Timetable(osm, makeup, calendar)
    line = day_line(timetable, local.date())
    here = line[bisect_right(line, 60 * local.hour + local.minute, key=lambda moment: moment.start) - 1]
    reason = _reason(here, timetable, local.date())
    if here.state not in ("open", "closed"):
        return OpenState("unknown", reason=reason)
    return OpenState(here.state, _until(here.state, timetable, local), reason)


def day_states(
    osm: str | None, *, makeup: bool, day: date, calendar: Calendar
) -> list[tuple[int, Literal["open", "closed", "unknown"], Reason | None]]:
    """Return a calendar day as changes, each a minute, the state from then on, and why: as `evaluate` says.

    The first change is that of 00:00, where a night of the day before may still go on.

    Examples
    --------
    >>> day_states("20:00-26:00", makeup=False, day=date(2026, 6, 1), calendar=Calendar())
    [(0, 'open', None), (120, 'closed', None), (1200, 'open', None)]
    >>> day_states(None, makeup=False, day=date(2026, 6, 1), calendar=Calendar())[0][:2]
    (0, 'unknown')
    """
    if (missing := _missing(osm)) is not None:
        return [(0, "unknown", missing)]
    timetable = Timetable(osm, makeup, calendar)
    return [
        (
            moment.start,
            moment.state if moment.state in ("open", "closed") else "unknown",
            _reason(moment, timetable, day),
        )
        for moment in day_line(timetable, day)
    ]


def day_intervals(
    osm: str | None, *, makeup: bool, day: date, calendar: Calendar
) -> list[tuple[int, int, str]] | None:
    """Return a day's own hours as (start, end, ``open`` or ``unknown``), in order and apart.

    Minutes from that day's 00:00; an end beyond 1440 is in the night that follows, which the next day's
    intervals leave out. None where the hours are not known, or where the calendar has no table for the day
    and its hours depend on it.

    Examples
    --------
    >>> day_intervals("07:30-26:00; PH off", makeup=False, day=date(2026, 6, 1), calendar=Calendar())
    >>> day_intervals("07:30-26:00", makeup=False, day=date(2026, 6, 1), calendar=Calendar())
    [(450, 1560, 'open')]
    >>> day_intervals("off", makeup=False, day=date(2026, 6, 1), calendar=Calendar())
    []
    """
    if not osm or known_rules(osm) is None:
        return None
    segments = day_hours(Timetable(osm, makeup, calendar), day).segments
    if any(segment.state == DISPUTED for segment in segments):
        return None
    intervals: list[tuple[int, int, str]] = []
    for start, end, state, _ in segments:
        if state == "closed":
            continue
        if intervals and intervals[-1][1:] == (start, state):
            start = intervals.pop()[0]
        intervals.append((start, end, state))
    return intervals


def _missing(osm: str | None) -> Reason | None:
    """Return why nothing can be said of hours, None where they can be read."""
    if not osm or not osm.strip():
        return Reason("没有登记开放时间,建议电话确认")
    if known_rules(osm) is None:
        return Reason("登记的开放时间无法识别,建议电话确认")
    return None


def _local(at: datetime) -> datetime:
    """Return the wall-clock time in China, without offset."""
    if at.year not in _YEARS:
        raise InputError(
            "时间 %(value)s 太早或太晚,请给出1901年到9997年之间的时间", parameter="at", value=at.isoformat()
        )
    return at if at.tzinfo is None else at.astimezone(CHINA).replace(tzinfo=None)


def _until(state: str, timetable: Timetable, local: datetime) -> datetime | None:
    for instant, then in _changes(timetable, local.date()):
        if instant > local + _HORIZON:
            break
        if instant > local and then != state:
            return instant.replace(tzinfo=CHINA) if then in ("open", "closed") else None
    return None


def _changes(timetable: Timetable, today: date) -> Iterator[tuple[datetime, str]]:
    for number in range(_HORIZON.days + 1):
        day = today + timedelta(days=number)
        midnight = datetime.combine(day, time())
        for moment in day_line(timetable, day):
            yield midnight + timedelta(minutes=moment.start), moment.state


def _reason(here: Moment, timetable: Timetable, today: date) -> Reason | None:
    day = today - timedelta(days=here.night)
    hours = day_hours(timetable, day)
    if here.state == DISPUTED:
        return _dispute(hours.day.kind, day.year, timetable.calendar)
    if here.comment:
        return Reason("登记的说明:%(comment)s", {"comment": here.comment})
    if here.state == "unknown":
        return Reason("登记的开放时间不确定,建议电话确认")
    if here.night:
        return None
    if hours.worked_weekend:
        return Reason("今天按补班日开放" if here.state == "open" else "今天是补班日,开放时间同工作日")
    if hours.day.kind is DayKind.HOLIDAY:
        return _holiday(here.state == "open", timetable.osm, hours.day.name)
    return None


def _dispute(kind: DayKind, year: int, calendar: Calendar) -> Reason:
    if kind is DayKind.MAKEUP:
        return Reason("补班日按星期几的时间开放没有写明,以现场公告为准")
    if year > max(calendar.years, default=0):
        return Reason("节假日安排尚未公布,以现场公告为准")
    return Reason("没有%(year)s年的节假日安排,以现场公告为准", {"year": year})


def _holiday(is_open: bool, osm: str, name: str) -> Reason | None:
    rules = known_rules(osm) or ()
    if any(rule.holiday for rule in rules):
        return Reason(
            "今天是%(name)s假期,按假期时间开放" if is_open else "今天是%(name)s假期", {"name": name}
        )
    # Hours given by weekday and silent on holidays: a bank's branch may well be shut.
    if is_open and any(rule.weekdays is not None for rule in rules):
        return Reason("今天是%(name)s假期,登记的时间没有写明假期安排,以现场公告为准", {"name": name})
    return None
