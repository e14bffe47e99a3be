"""What holds of a station for a time, in words: what is broken, what is announced."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple

from geo.model.facts import Fact, What, holding, of_kind
from geo.model.hours import CHINA
from web.language import gettext
from web.station_hours import Day
from web.words import clock_of, day_words, facility_name

__all__ = ["FactWords", "fact_words", "span_words", "suspended_words", "with_closures"]


class FactWords(NamedTuple):
    """One fact as a station's page shows it; ``key`` names its icon."""

    key: str
    text: str
    reason: str


def fact_words(facts: Sequence[Fact], now: datetime) -> list[FactWords]:
    """Return what is broken, and the closures and visits that are on or to come, each in words.

    What a station's open state says at the moment is not said again.
    """
    said = [_broken(fact) for fact in holding(of_kind(facts, What.BROKEN), now)]
    for fact in of_kind(facts, What.SUSPENDED, What.VISIT):
        if fact.what == What.SUSPENDED and fact.since > now:
            said.append(_closure(fact))
        elif fact.what == What.VISIT and not fact.is_over(now):
            said.append(_visit(fact, now))
    return said


def with_closures(days: Sequence[Day], facts: Sequence[Fact]) -> list[Day]:
    """Return the coming days, those on which the station is suspended as such."""
    return [_with_closure(day, of_kind(facts, What.SUSPENDED)) for day in days]


def _with_closure(day: Day, closures: Sequence[Fact]) -> Day:
    start = datetime.combine(day.day, time(), CHINA)
    end = start + timedelta(days=1)
    touching = [fact for fact in closures if fact.since < end and not fact.is_over(start)]
    if any(fact.since <= start and not fact.is_over(end - timedelta(minutes=1)) for fact in touching):
        return day._replace(key="closed", hours=gettext("暂停开放"))
    if not touching:
        return day
    return day._replace(note=" · ".join(filter(None, (day.note, gettext("有一段时间暂停开放")))))


def suspended_words(facts: Sequence[Fact], now: datetime) -> str:
    """Return for paper that a station is suspended, and until when; empty where it is not."""
    now_shut = holding(of_kind(facts, What.SUSPENDED), now)
    if not now_shut:
        return ""
    ends = [fact.until for fact in now_shut]
    if None in ends:
        return gettext("暂停开放")
    return gettext("暂停开放,预计 %(when)s 恢复", when=_moment(max(ends)))


def span_words(since: datetime, until: datetime | None) -> str:
    """Return from when until when: the day once, where it is one day's."""
    if until is None:
        return gettext("%(since)s 起", since=_moment(since))
    first, last = since.astimezone(CHINA), until.astimezone(CHINA)
    end = clock_of(last) if first.date() == last.date() else _moment(last)
    return gettext("%(since)s 到 %(until)s", since=_moment(first), until=end)


def _broken(fact: Fact) -> FactWords:
    name = facility_name(fact.facility or "")
    if fact.until is None:
        text = gettext("%(name)s坏了", name=name)
    else:
        text = gettext("%(name)s坏了,预计 %(when)s 修好", name=name, when=_moment(fact.until))
    return FactWords("broken", text, fact.reason or "")


def _closure(fact: Fact) -> FactWords:
    when = span_words(fact.since, fact.until)
    return FactWords("suspended", gettext("预告:%(when)s 暂停开放", when=when), fact.reason or "")


def _visit(fact: Fact, now: datetime) -> FactWords:
    when = span_words(fact.since, fact.until)
    text = (
        gettext("现在有活动:%(when)s", when=when)
        if fact.holds(now)
        else gettext("预告:%(when)s 有活动", when=when)
    )
    return FactWords("visit", text, fact.reason or "")


def _moment(moment: datetime) -> str:
    local = moment.astimezone(CHINA)
    return f"{day_words(local.date())} {clock_of(local)}"
