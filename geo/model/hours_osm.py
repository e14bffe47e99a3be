"""What an opening-hours text says, written as OSM ``opening_hours``: the order of its rules matters.

Later rules override earlier ones, so hours of all days come first, then those of weekdays, then closed
weekdays, and what holds on public holidays last.
"""

from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import NamedTuple

from geo.errors import InputError
from geo.model.hours_clauses import Reading
from geo.model.hours_clock import Span
from geo.model.hours_dates import Dates, complement
from geo.model.hours_words import EVERY_DAY, Days, Season

__all__ = ["Written", "write_osm"]

_NAMES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_WEEKEND = frozenset({5, 6})
_WHOLE_DAY = Span(0, 1440)
_NEARLY_WHOLE_DAY = (0, 1439)
_OTHER = {"夏": "冬", "冬": "夏"}


_Seasons = dict[Season, Dates]


class Written(NamedTuple):
    """An OSM text, whether it follows make-up workdays, and in Chinese what was assumed for it."""

    osm: str
    makeup: bool
    assumptions: list[str]


@dataclass
class _Open:
    season: Season | None
    days: Days
    inherited: bool
    """The season was said of an earlier clause."""
    spans: list[Span] = field(default_factory=list)

    @property
    def daily(self) -> bool:
        return self.days.weekdays == EVERY_DAY

    @property
    def holiday(self) -> bool:
        return self.days.holiday and not self.daily


def write_osm(reading: Reading, summer: Dates) -> Written:
    """Write a reading as OSM; ``summer`` is the region's, for seasons without dates.

    Raises
    ------
    InputError
        No times, times that overlap, or statements that contradict each other.
    """
    opens = _opens(reading)
    _pause(opens, reading.breaks)
    _check(opens, reading)
    assumptions = [f"{span}的结束时间按次日理解" for one in opens for span in one.spans if span.assumed]
    assumptions += _weekends_as_holidays(opens, reading)
    seasons, assumed_seasons = _dated(opens, reading, summer)
    makeup = any(one.days.work for one in opens)
    on_holidays = _holiday_rule(opens, reading, makeup=makeup)
    rules = [
        *(_rule(one, seasons) for one in opens if not one.holiday),
        *_silent_season(opens, seasons),
        *_closed_rules(opens, reading, seasons),
        *(_rule(one, seasons) for one in opens if one.holiday),
        *on_holidays,
    ]
    if reading.named and on_holidays != ["PH off"]:
        assumptions.append(f"{'、'.join(reading.named)}的开放时间没有写明")
    return Written("; ".join(rules), makeup, assumptions + assumed_seasons)


def _opens(reading: Reading) -> list[_Open]:
    """Return the times with their days, those of the same days joined."""
    joined: dict[tuple[Season | None, frozenset[int], bool], _Open] = {}
    for clause in reading.opens:
        days = clause.days
        # 夏季…,冬季…,节假日…: what is said last of holidays alone is said of all the year.
        season = clause.season if clause.season_given or days.weekdays else None
        key = (season, days.weekdays, days.holiday and days.weekdays != EVERY_DAY)
        one = joined.setdefault(key, _Open(season, days, inherited=bool(season) and not clause.season_given))
        one.spans += [_WHOLE_DAY if span[:2] == _NEARLY_WHOLE_DAY else span for span in clause.spans]
    opens = list(joined.values())
    if not any(one.days.weekdays for one in opens):
        raise InputError("没有写明平日几点开放")
    return opens


def _pause(opens: list[_Open], breaks: list[Span]) -> None:
    """Take the breaks out of the times they lie in."""
    for pause in breaks:
        broken = [one for one in opens if any(_meets(pause, span) for span in one.spans)]
        if len(broken) != 1 or not any(_inside(pause, span) for span in broken[0].spans):
            raise InputError("分不清%(span)s休息是在哪段时间里", span=str(pause))
        broken[0].spans = [part for span in broken[0].spans for part in _around(span, pause)]


def _around(span: Span, pause: Span) -> list[Span]:
    if not _inside(pause, span):
        return [span]
    return [span._replace(end=pause.start, assumed=False), span._replace(start=pause.end)]


def _meets(pause: Span, span: Span) -> bool:
    return pause.start < span.end and span.start < pause.end


def _inside(pause: Span, span: Span) -> bool:
    return span.start < pause.start and pause.end < span.end


def _check(opens: list[_Open], reading: Reading) -> None:
    for one in opens:
        if any(after.start < before.end for before, after in pairwise(one.spans)):
            raise InputError("时间重叠,或没有按先后写")
        if one.spans[-1].end - one.spans[0].start > _WHOLE_DAY.end:
            raise InputError("时间超出一天的范围")
    if any(_clash(before, after) for before, after in combinations(opens, 2)):
        raise InputError("同一天写了两种时间")
    days_of: dict[Season, set[frozenset[int]]] = {}
    for one in opens:
        if one.season:
            days_of.setdefault(one.season, set()).add(one.days.weekdays)
    # 夏季…,冬季…,周末…: of winter only, or of both?
    if any(one.inherited for one in opens) and any(a != b for a, b in pairwise(days_of.values())):
        raise InputError("分不清哪个时间是哪个季节的")
    closings = [closing for closing in reading.closings if closing.days]
    exceptions = [closing for closing in closings if closing.excepted and closing.days.holiday]
    # 周一闭馆,节假日除外: closed on holidays too, or open on a holiday Monday?
    if exceptions and any(closing.days.weekdays for closing in closings if closing not in exceptions):
        raise InputError("分不清节假日是开放还是休息")


def _clash(before: _Open, after: _Open) -> bool:
    """Tell whether days are given times twice, other than as a special case after "every day"."""
    if not (before.days.weekdays & after.days.weekdays or (before.holiday and after.holiday)):
        return False
    if before.season in (after.season, None):
        return not before.daily
    return after.season is None


def _weekends_as_holidays(opens: list[_Open], reading: Reading) -> list[str]:
    """Read 节假日 beside 工作日 as all days that are not workdays, weekends included."""
    named = frozenset().union(*(one.days.weekdays for one in opens))
    named |= frozenset().union(*(closing.days.weekdays for closing in reading.closings if closing.days))
    for one in opens:
        if one.holiday and not one.days.weekdays and not one.days.legal and named and not named & _WEEKEND:
            one.days = one.days._replace(weekdays=_WEEKEND)
            return ["节假日按含周末理解"]
    return []


def _dated(opens: list[_Open], reading: Reading, summer: Dates) -> tuple[_Seasons, list[str]]:
    """Return each season's dates, and in Chinese which of them were assumed."""
    seasons = [one.season for one in (*opens, *reading.closings) if one.season]
    given = {season.word: season.dates for season in seasons if season.dates}
    words = {season.word for season in seasons if season.word}
    # 夏季…,高温期间(7月)…: which of two that overlap has the last word?
    if len(words) > 1 and words - _OTHER.keys():
        raise InputError("分不清%(words)s哪个优先", words="、".join(sorted(words)))
    dated: _Seasons = {}
    assumptions = []
    for season in dict.fromkeys(seasons):
        if season.dates:
            dated[season] = season.dates
        elif season.word not in _OTHER:
            raise InputError("没有写明%(word)s是几月几日", word=season.word)
        elif other := given.get(_OTHER[season.word]):
            dated[season] = complement(other)
        else:
            dated[season] = summer if season.word == "夏" else complement(summer)
            assumptions.append(f"{season.word}季按{dated[season].zh}理解")
    return dated, assumptions


def _silent_season(opens: list[_Open], seasons: _Seasons) -> list[str]:
    """Say that the other season is unknown where the text speaks of 夏季 or 冬季 alone."""
    if len(seasons) != 1 or any(one.season is None and one.days.weekdays for one in opens):
        return []
    ((season, dates),) = seasons.items()
    other = _OTHER.get(season.word)
    return [f'{complement(dates)} unknown "没有写明{other}季的时间"'] if other else []


def _closed_rules(opens: list[_Open], reading: Reading, seasons: _Seasons) -> list[str]:
    daily = any(one.daily for one in opens)
    stated = frozenset().union(*(one.days.weekdays for one in opens if not one.daily))
    if not daily and any(days.weekdays for days in reading.as_usual):
        raise InputError("写了照常开放,却没有写那天的时间")
    rules = []
    for season, days, _ in reading.closings:
        if days is None:
            rules.append(f"{seasons[season]} off")
        elif days.weekdays & stated:
            raise InputError("同一天又开放又休息")
        # What no rule opens needs no closing.
        elif days.weekdays and daily:
            rules.append(f"{_when(season, days._replace(holiday=False), seasons)} off")
    return rules


def _holiday_rule(opens: list[_Open], reading: Reading, *, makeup: bool) -> list[str]:
    closed = any(closing.days and closing.days.holiday for closing in reading.closings)
    usual = any(days.holiday for days in reading.as_usual)
    timed = any(one.holiday for one in opens)
    if closed + usual + timed + (usual and makeup) > 1:
        raise InputError("分不清节假日是开放还是休息")
    if closed or (makeup and not timed):
        return ["PH off"]
    if reading.named:
        return [f'PH unknown "{"、".join(reading.named)}以现场公告为准"']
    return []


def _rule(one: _Open, seasons: _Seasons) -> str:
    if one.spans == [_WHOLE_DAY] and one.daily and not one.season:
        return "24/7"
    return f"{_when(one.season, one.days, seasons)} {','.join(map(str, one.spans))}".lstrip()


def _when(season: Season | None, days: Days, seasons: _Seasons) -> str:
    names = [] if days.weekdays == EVERY_DAY else [_days(days.weekdays), "PH" * days.holiday]
    return " ".join(filter(None, [str(seasons[season]) if season else "", ",".join(filter(None, names))]))


def _days(weekdays: frozenset[int]) -> str:
    """Return ``Mo-We,Fr``."""
    runs: list[list[int]] = []
    for day in sorted(weekdays):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(_NAMES[run[0]] + (f"-{_NAMES[run[-1]]}" if len(run) > 1 else "") for run in runs)
