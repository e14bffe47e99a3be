"""Clock times as Chinese writes them: ``上午8点半-下午5点半``, ``7:30-次日2:00``."""

from collections.abc import Mapping
from typing import NamedTuple

from geo.errors import InputError

__all__ = ["SPAN", "Span", "read_span"]

_DAY, _NOON = 1440, 720
_PERIODS = {
    "凌晨": "small hours",
    **dict.fromkeys(["清晨", "清早", "早晨", "早上", "早间", "早", "上午"], "morning"),
    **dict.fromkeys(["正午", "中午", "午间"], "noon"),
    **dict.fromkeys(["午后", "下午", "傍晚"], "afternoon"),
    **dict.fromkeys(["晚上", "晚间", "晚", "夜间", "夜里", "夜", "深夜", "半夜", "午夜"], "night"),
}
_PERIOD = "|".join(sorted(_PERIODS, key=len, reverse=True))
_NEXT_DAY = "次日|第二天|翌日|隔天|隔日|转天"


def _clock(n: int) -> str:
    return rf"""(?P<period{n}>{_PERIOD})?:?
        (?: (?P<h{n}>\d{{1,2}}) (?: :(?P<m{n}>\d\d)(?::\d\d)? | (?P<dot{n}>[点时])(?!间)
                (?: (?P<half{n}>半) | (?P<quarter{n}>[13])刻 | (?P<minute{n}>\d{{1,2}})分? | 整 | 钟 )? )?
          | (?P<compact{n}>[012]\d[0-5]\d) )
        (?:\s*(?P<half_day{n}>[ap])\.?m\.?)?"""


# In 8:30-12:00/14:00-18:00 the slash parts two ranges; any other may be of a date.
_SLASH = rf"(?: (?<!:\d\d)(?<![点半])/ | /(?!\s*(?:{_PERIOD})?\d{{1,2}}(?::\d\d|[点时](?!间))) )"
SPAN = rf"""(?<!\d){_clock(1)}(?:-|(?P<opened>开[门馆放][-\s,;、]*))(?:(?P<next>{_NEXT_DAY})的?)?{_clock(2)}
        (?(opened)(?:[关闭][门馆]|关闭|打烊))(?!(?:[\d:.点时月日号年]|{_SLASH}))"""
"""One range of times, in verbose syntax, on normalised text."""


class Span(NamedTuple):
    """From ``start`` to ``end``, minutes from 00:00 (an end in the night that follows exceeds 1440)."""

    start: int
    end: int
    assumed: bool = False
    """The end was taken to be on the next day, though the text does not say so."""

    def __str__(self) -> str:
        start, end = divmod(self.start, 60), divmod(self.end, 60)
        return f"{start[0]:02}:{start[1]:02}-{end[0]:02}:{end[1]:02}"


class _Clock(NamedTuple):
    minutes: int
    period: str
    explicit: bool
    """Written as a time of day (8:00, 8点), not as a bare number."""
    padded: bool
    """Written with a leading zero (02:00): surely by the 24-hour clock."""


def read_span(match: Mapping[str, str | None]) -> Span:
    """Return the range that the groups of `SPAN` mean.

    Raises
    ------
    InputError
        No such time, or one that could mean two things: ``9:00-5:00``, ``1:30-5:30``.

    Examples
    --------
    >>> import re
    >>> def read(text):
    ...     return str(read_span(re.fullmatch(SPAN, text, re.VERBOSE).groupdict()))
    >>> read("上午8点半-下午5点半"), read("7:30-次日2:00"), read("下午2:00-5:30")
    ('08:30-17:30', '07:30-26:00', '14:00-17:30')
    """
    # 1:00-5:00pm: does it say of both, or of the end alone?
    if bool(match["half_day1"]) != bool(match["half_day2"]):
        raise InputError("开始和结束要么都写am/pm,要么都不写")
    start, end = _read_clock(match, 1), _read_clock(match, 2)
    if not (start.explicit or end.explicit):
        raise InputError("时间写法不明确")
    first, last = start.minutes, end.minutes
    if (
        start.period in ("afternoon", "night")
        and not end.period
        and last <= _NOON < first + 1 < last + 1 + _NOON
    ):
        last += _NOON
    if match["next"]:
        return _checked(first, last + _DAY if last <= _DAY else last)
    if last > first:
        if last <= 6 * 60 and first >= 60 and not (start.period or start.padded):
            raise InputError("分不清是凌晨还是下午,请写24小时制或写明上午下午")
        return _checked(first, last)
    return _past_midnight(start, end)


def _past_midnight(start: _Clock, end: _Clock) -> Span:
    """Read an end that is not after its start: a night, unless it looks like a 12-hour clock."""
    if end.period == "small hours" or (start.minutes >= _NOON and not end.period and end.minutes <= 10 * 60):
        return _checked(start.minutes, end.minutes + _DAY)
    if start.period or end.period or end.minutes > 4 * 60 or end.minutes == start.minutes:
        raise InputError("结束不晚于开始:如到第二天,请写明次日")
    span = _checked(start.minutes, end.minutes + _DAY)
    return span._replace(assumed=end.minutes >= 60 and not end.padded)


def _checked(start: int, end: int) -> Span:
    if not (start < _DAY and start < end <= start + _DAY):
        raise InputError("时间超出一天的范围")
    return Span(start, end)


def _read_clock(match: Mapping[str, str | None], n: int) -> _Clock:
    period, compact = _PERIODS.get(match[f"period{n}"] or "", ""), match[f"compact{n}"]
    hours = compact[:2] if compact else match[f"h{n}"] or ""
    if half_day := match[f"half_day{n}"]:
        if period or int(hours) == (12 if half_day == "a" else 0):
            raise InputError("分不清%(hour)s点是什么时候,请写24小时制", hour=int(hours))
        period = "morning" if half_day == "a" else "afternoon"
    quarters = 30 if match[f"half{n}"] else 15 * int(match[f"quarter{n}"] or 0)
    minute = int((compact and compact[2:]) or match[f"m{n}"] or match[f"minute{n}"] or quarters)
    if minute > 59:
        raise InputError("没有%(minute)s分", minute=minute)
    explicit = bool(match[f"m{n}"] or match[f"dot{n}"] or half_day or (compact and compact[0] in "01"))
    return _Clock(60 * _hour(int(hours), period) + minute, period, explicit, hours.startswith("0"))


def _hour(hour: int, period: str) -> int:
    """Return the hour of the 24-hour clock; up to 30 for hours past midnight."""
    if hour > (24 if period else 30):
        raise InputError("没有%(hour)s点", hour=hour)
    if period == "small hours":
        return hour % 12
    wrong = False
    if period == "morning":
        wrong = hour > 12
    elif period == "noon":
        hour = {1: 13, 2: 14}.get(hour, hour)
        wrong = not 10 <= hour <= 14
    elif period:
        # 晚上2点: of which night?
        wrong = period == "night" and 0 < hour < 5
        hour = 24 if period == "night" and hour in (0, 12) else hour + 12 * (hour < 12)
    if wrong:
        raise InputError("分不清%(hour)s点是什么时候,请写24小时制", hour=hour)
    return hour
