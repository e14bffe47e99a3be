"""Opening hours for people: OSM's shorthand spelled out."""

from collections.abc import Mapping, Sequence
from typing import Any

from geo.errors import InputError
from geo.model.hours_rules import DAY_MINUTES, Rule, parse_rules
from web.language import gettext, language, lazy_gettext

__all__ = ["clock_words", "hours_words", "listed"]

_DAYS = (
    lazy_gettext("周一"), lazy_gettext("周二"), lazy_gettext("周三"), lazy_gettext("周四"),
    lazy_gettext("周五"), lazy_gettext("周六"), lazy_gettext("周日"),
)  # fmt: skip
_ALL_DAY = ((0, DAY_MINUTES),)
_EVERY_WEEK = 5


def hours_words(doc: Mapping[str, Any]) -> str:
    """Return a station's opening hours, in the answer's language as far as they can be said in it.

    Chinese has the text as it was given. What is only known in OSM's shorthand is spelled out, or, where it
    is no plain week, given as it is.
    """
    osm, raw = doc.get("hours_osm"), doc.get("hours_raw")
    spelled = _spelled(osm) if osm else ""
    first, second = (raw, spelled) if language() == "zh" else (spelled, raw)
    return first or second or osm or gettext("未登记")


def listed(parts: Sequence[str]) -> str:
    """Return things listed as the answer's language does it."""
    return ("、" if language() == "zh" else ", ").join(parts)


def _spelled(osm: str) -> str:
    """Return a plain week in words; empty for what has dates, fallbacks or remarks."""
    try:
        rules = parse_rules(osm)
    except InputError:
        return ""
    if not all(map(_is_plain, rules)):
        return ""
    return (";" if language() == "zh" else "; ").join(map(_rule_words, rules))


def _is_plain(rule: Rule) -> bool:
    every = all(len(numbers) == _EVERY_WEEK for numbers in (rule.weekdays or {}).values())
    known = rule.state == "closed" or (rule.state == "open" and rule.spans)
    return bool(known) and every and rule.dates is None and rule.joint != "||" and not rule.comment


def _rule_words(rule: Rule) -> str:
    if rule.state == "closed":
        times = gettext("休息")
    elif rule.spans == _ALL_DAY:
        times = gettext("24 小时")
    else:
        times = listed([f"{clock_words(start)}–{clock_words(end)}" for start, end in rule.spans])
    return f"{_days_words(rule)} {times}".strip()


def _days_words(rule: Rule) -> str:
    names = [_run_words(run) for run in _runs(sorted(rule.weekdays or {}))]
    if rule.holiday:
        names.append(gettext("法定节假日"))
    return listed(names)


def _runs(days: list[int]) -> list[list[int]]:
    """Return days that follow each other together."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _run_words(run: list[int]) -> str:
    first, last = str(_DAYS[run[0]]), str(_DAYS[run[-1]])
    return first if len(run) == 1 else gettext("%(first)s至%(last)s", first=first, last=last)


def clock_words(minute: int) -> str:
    """Return a minute of a day, or of the night after it, as people say the time."""
    hour, rest = divmod(minute, 60)
    if minute <= DAY_MINUTES:
        return f"{hour}:{rest:02}"
    return gettext("次日 %(time)s", time=f"{hour - 24}:{rest:02}")
