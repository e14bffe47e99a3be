"""What people are told: kinds, open states, distances, ages, in the language of the answer."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any, NamedTuple

from flask_babel import format_date

from geo.model.facilities import FACILITIES
from geo.model.facts_state import MAYBE_LOCKED, SUSPENDED
from geo.model.hours import OpenState
from geo.model.station import Kind, Status
from geo.registry.feature import Say
from web.language import gettext, language, lazy_gettext, say

__all__ = [
    "HOW",
    "KINDS",
    "LEVELS",
    "SHORT_KINDS",
    "STATES",
    "STATUSES",
    "WAYS",
    "WHO",
    "StateWords",
    "access_words",
    "age_words",
    "clock_of",
    "day_words",
    "distance_words",
    "duration_words",
    "facility_name",
    "length_words",
    "saying",
    "state_words",
]

KINDS = {
    Kind.CARE_STATION: lazy_gettext("爱心驿站"),
    Kind.WATER_POINT: lazy_gettext("爱心派水点"),
    Kind.NURSING_ROOM: lazy_gettext("母婴关爱室"),
}
SHORT_KINDS = {
    Kind.CARE_STATION: lazy_gettext("驿站"),
    Kind.WATER_POINT: lazy_gettext("派水点"),
    Kind.NURSING_ROOM: lazy_gettext("母婴室"),
}
STATUSES = {
    Status.PLANNED: lazy_gettext("规划中"),
    Status.BUILDING: lazy_gettext("在建"),
    Status.TRIAL: lazy_gettext("试运行"),
    Status.OPEN: lazy_gettext("开放"),
    Status.SUSPENDED: lazy_gettext("暂停开放"),
    Status.CLOSED: lazy_gettext("已撤销"),
}
LEVELS = {
    "province": lazy_gettext("省"),
    "city": lazy_gettext("市"),
    "district": lazy_gettext("区县"),
    "street": lazy_gettext("街道(镇)"),
    "community": lazy_gettext("社区(村)"),
}
WHO = {
    "anyone": lazy_gettext("谁都可以进"),
    "outdoor_workers": lazy_gettext("户外劳动者可进"),
    "union_members": lazy_gettext("工会会员可进"),
    "mothers": lazy_gettext("带婴幼儿的家长可进"),
}
WAYS = {
    "walk": lazy_gettext("步行"),
    "ebike": lazy_gettext("电动车"),
}
HOW = {
    "free": lazy_gettext("直接进"),
    "scan": lazy_gettext("扫码开门"),
    "id_card": lazy_gettext("刷身份证"),
    "face": lazy_gettext("刷脸"),
    "bell": lazy_gettext("按门铃"),
    "ask": lazy_gettext("找工作人员"),
    "key": lazy_gettext("借钥匙或输密码"),
}
STATES = {
    "open": lazy_gettext("营业中"),
    "closing": lazy_gettext("即将关闭"),
    "closed": lazy_gettext("休息中"),
    "unknown": lazy_gettext("时间未知"),
    "maybe_locked": lazy_gettext("可能没开门"),
    "suspended": lazy_gettext("暂停开放"),
}
"""What `StateWords` calls them."""

_NOT_YET = {Status.PLANNED, Status.BUILDING, Status.CLOSED}
_CLOSING = timedelta(minutes=30)
_WEEK_DAYS = 7
_HERE_M = 10
_KM_M = 1_000
_FAR_M = 100_000
_HOUR_S, _DAY_S = 3_600, 86_400


class StateWords(NamedTuple):
    """An open state as a row shows it.

    ``key`` names its shape and colour: ``open``, ``closing``, ``closed``, ``unknown``, ``maybe_locked`` (one
    unknown that ought to be open) or ``suspended``.
    """

    key: str
    name: str
    when: str
    reason: str


def state_words(
    state: OpenState, doc: Mapping[str, Any], *, at: datetime, there: datetime | None = None
) -> StateWords:
    """Return the words for the open state that a station has at a moment.

    Parameters
    ----------
    at : datetime
        The reader's moment: what is today or tomorrow is so from there.
    there : datetime or None
        The moment the state is of, where it is another one: that of arrival.
    """
    reason = say(state.reason) if state.reason else ""
    if doc["status"] in _NOT_YET:
        return StateWords("closed", str(STATUSES[doc["status"]]), "", doc.get("closed_reason", ""))
    if state.state == "suspended":
        return _suspended_words(state, doc, at)
    if state.reason and state.reason.message == MAYBE_LOCKED:
        return StateWords("maybe_locked", str(STATES["maybe_locked"]), "", reason)
    if state.state == "unknown":
        # A reason ends with the same advice.
        return StateWords(
            "unknown", str(STATES["unknown"]), "" if reason else gettext("建议电话确认"), reason
        )
    closing = state.state == "open" and state.until is not None and state.until - (there or at) <= _CLOSING
    key = "closing" if closing else state.state
    return StateWords(key, str(STATES[key]), _until_words(state, doc, at), reason)


def _suspended_words(state: OpenState, doc: Mapping[str, Any], at: datetime) -> StateWords:
    """Return the words for what is suspended: by its status until it is opened again, or for a time."""
    when, reason = "", doc.get("closed_reason", "")
    if state.reason and state.reason.message == SUSPENDED:
        reason = str(state.reason.params["reason"])
    if state.until:
        when = gettext("%(when)s 恢复", when=_on_day(state.until.date(), clock_of(state.until), at.date()))
    return StateWords("suspended", str(STATES["suspended"]), when, reason)


def _until_words(state: OpenState, doc: Mapping[str, Any], at: datetime) -> str:
    if state.until is None:
        return gettext("24 小时") if doc.get("hours_osm") == "24/7" else ""
    if state.state == "open":
        # What ends at midnight ends today.
        last = state.until - timedelta(minutes=1)
        clock = "24:00" if (state.until.hour, state.until.minute) == (0, 0) else clock_of(state.until)
        return gettext("%(when)s 关", when=_on_day(last.date(), clock, at.date()))
    return gettext("%(when)s 开", when=_on_day(state.until.date(), clock_of(state.until), at.date()))


def clock_of(moment: datetime) -> str:
    """Return a moment's time of day, that of its own time zone."""
    return f"{moment.hour}:{moment:%M}"


def _on_day(day: date, clock: str, today: date) -> str:
    days = (day - today).days
    if days == 0:
        return clock
    if days == 1:
        return gettext("明天 %(time)s", time=clock)
    return f"{format_date(day, 'EEE') if days < _WEEK_DAYS else day_words(day)} {clock}"


def day_words(day: date) -> str:
    """Return a date without its year."""
    # The pattern is itself translated, as CLDR patterns differ in order.
    return format_date(day, gettext("M月d日"))


def length_words(distance_m: float) -> str:
    """Return a length as people say it: to 10 m from 100 m on, in kilometres from 1,000 m on."""
    metres = round(distance_m, -1) if distance_m >= 100 else round(distance_m)
    if metres < _KM_M:
        return gettext("%(number)s 米", number=int(metres))
    kilometres = f"{metres / _KM_M:.{0 if metres >= _FAR_M else 1}f}"
    return gettext("%(number)s 公里", number=kilometres.removesuffix(".0"))


def distance_words(distance_m: float, by: str = "line", duration_s: float | None = None) -> str:
    """Return how far it is: by line a length, along streets the time it takes and the length."""
    if distance_m < _HERE_M:
        return gettext("就在这里")
    length = length_words(distance_m)
    if by == "line" or duration_s is None:
        return gettext("直线 %(length)s", length=length)
    time = duration_words(duration_s)
    if by == "walk":
        return gettext("步行 %(time)s · %(length)s", time=time, length=length)
    return gettext("骑行 %(time)s · %(length)s", time=time, length=length)


def duration_words(seconds: float) -> str:
    """Return how long a way takes, in minutes begun."""
    minutes = max(ceil(seconds / 60), 1)
    if minutes < _HOUR_S // 60:
        return gettext("%(number)s 分钟", number=minutes)
    hours, minutes = divmod(minutes, 60)
    if not minutes:
        return gettext("%(number)s 小时", number=hours)
    return gettext("%(hours)s 小时 %(minutes)s 分", hours=hours, minutes=minutes)


def age_words(seconds: float) -> str:
    """Return an age in its largest whole unit."""
    if seconds < _HOUR_S:
        return gettext("%(number)s 分钟", number=max(int(seconds // 60), 1))
    if seconds < 2 * _DAY_S:
        return gettext("%(number)s 小时", number=int(seconds // _HOUR_S))
    return gettext("%(number)s 天", number=int(seconds // _DAY_S))


def access_words(doc: Mapping[str, Any]) -> list[str]:
    """Return who may enter and how, as far as it is known."""
    known = (WHO.get(doc.get("access_who", "")), HOW.get(doc.get("access_how", "")))
    return [str(word) for word in known if word is not None]


def saying() -> Say:
    """Return how an answer of the API says its reasons: as they are, unless English is asked for."""
    return say if language() == "en" else str


def facility_name(code: str) -> str:
    """Return a facility's name; the code itself for one this program does not know yet."""
    facility = FACILITIES.get(code)
    if facility is None:
        return code
    return facility.zh if language() == "zh" else facility.en
