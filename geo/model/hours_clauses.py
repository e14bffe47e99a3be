"""Tokens of an opening-hours text as clauses: on which days of which season, from when to when, or closed.

A text is read clause by clause, days before their times (``周一8:00-12:00``), or times before their days
throughout (``8:00-12:00 周一``). What could be read two ways is refused, for half-understood hours are wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

from geo.errors import InputError
from geo.model.hours_clock import Span
from geo.model.hours_parts import parts, unclear
from geo.model.hours_words import EVERY_DAY, Days, Season, Token

__all__ = ["Clause", "Closing", "Reading", "read_clauses"]

_MOST_DAYS = 5
_WEEKEND = frozenset({5, 6})
_WHOLE_DAY = Span(0, 1440)


@dataclass
class Clause:
    """Times, and the days and the season they hold on."""

    season: Season | None = None
    groups: list[Days] = field(default_factory=list)
    """The days as listed; a new group where more than a 、 parts them."""
    spans: list[Span] = field(default_factory=list)
    season_given: bool = False
    """The season stands in this clause itself, not before an earlier one."""
    sealed: bool = False
    """No times may follow before new days do."""
    announced: int | None = None
    """How many groups stood before 开放 (周末开放): later ones share no times with them."""
    ended: bool = False
    """Its days stood behind its times: new times are another clause's."""

    @property
    def days(self) -> Days:
        """Its days; every day when it names none."""
        if self.announced is not None and len(self.groups) > self.announced:
            raise InputError("分不清哪个时间是哪天的")
        return _union(self.groups) if self.groups else Days(EVERY_DAY)


class Closing(NamedTuple):
    """Days (None: the whole season) on which it is closed; ``excepted``: said as an exception (除外)."""

    season: Season | None
    days: Days | None
    excepted: bool


@dataclass
class Reading:
    """All that a text says."""

    opens: list[Clause] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)
    breaks: list[Span] = field(default_factory=list)
    as_usual: list[Days] = field(default_factory=list)
    """Days said to be open as usual (节假日正常开放)."""
    named: list[str] = field(default_factory=list)
    """Single holidays said to differ (春节休息)."""
    remarks: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    """Whose hours they are (随商场)."""
    notices: list[str] = field(default_factory=list)
    """What has the last word (以公告为准)."""


def read_clauses(tokens: Sequence[Token]) -> Reading:
    """Return what the tokens say together.

    Raises
    ------
    InputError
        They could be read two ways, or leave something unsaid.
    """
    reading = Reading()
    for part in parts(tokens):
        _Walk(reading).read(part)
    return reading


@dataclass
class _Walk:
    """One pass over the tokens of a text or of an aside."""

    reading: Reading
    clause: Clause = field(default_factory=Clause)
    shared: list[Days] = field(default_factory=list)
    """Days before the first of several seasons: they hold in each (周一至周五 夏季… 冬季…)."""
    named: bool = False

    def read(self, tokens: list[Token]) -> None:
        for token in tokens:
            self._take(token)
            self.named = token.kind == "named"
        if self.clause.spans:
            self.reading.opens.append(self.clause)
        first, *others = self.reading.opens or [Clause()]
        # 8:00-12:00 周一至周五,周六14:00-18:00: whose days are the first?
        if not (first.groups or first.season) and any(
            len(one.groups) + one.season_given > 1 for one in others
        ):
            raise InputError("分不清哪个时间是哪天的")
        if not self.clause.spans and (self.clause.groups or self.clause.season_given):
            self._days_after_times()

    def _take(self, token: Token) -> None:
        match token.kind:
            case "days":
                self._days(token)
            case "of days" | "of season":
                self._label(token)
            case "season":
                self._season(token.value)
            case "span":
                self._times(token.value)
            case "allday":
                self._times(_WHOLE_DAY)
            case "nonstop":
                self._as_usual() if self.clause.groups or self._has_times() else self._times(_WHOLE_DAY)
            case "break":
                self._break(token)
            case "off" | "excepted":
                self._closing(excepted=token.kind == "excepted")
            case "except":
                self.reading.closings.append(Closing(None, token.value, excepted=True))
            case "on":
                self._as_usual()
            case "named":
                self._named(token.text)
            case "others":
                self._others(token)
            case "opening":
                self.clause.announced = len(self.clause.groups) or None
            case "remark" | "host" | "notice":
                self._remark(token)
            case _:
                raise unclear(token.text)

    def _remark(self, token: Token) -> None:
        if not self.clause.spans and (self.clause.groups or self.clause.season_given):
            raise unclear(token.text)
        kept = {"remark": self.reading.remarks, "host": self.reading.hosts, "notice": self.reading.notices}
        kept[token.kind].append(token.text)

    def _has_times(self) -> bool:
        return bool(self.clause.spans or self.reading.opens)

    def _days(self, token: Token) -> None:
        if self.clause.spans:
            self.reading.opens.append(self.clause)
            self.clause, self.shared = Clause(self.clause.season), []
        self.clause.sealed = False
        if self.clause.groups and not token.parted:
            self.clause.groups[-1] = self.clause.groups[-1].union(token.value)
        else:
            self.clause.groups.append(token.value)

    def _others(self, token: Token) -> None:
        """Take 其余时间 as the days not closed before it (周一休息,其余时间9:00-17:00), or refuse it."""
        closed = [one.days for one in self.reading.closings if one.days and not one.season]
        empty = not (self._has_times() or self.clause.groups or self.clause.season or self.reading.named)
        plain = closed and len(closed) == len(self.reading.closings) and not any(days.work for days in closed)
        if not (empty and plain):
            raise unclear(token.text)
        self._days(token._replace(value=Days(EVERY_DAY - _union(closed).weekdays)))

    def _season(self, season: Season) -> None:
        if self.clause.spans:
            self.reading.opens.append(self.clause)
            self.clause = Clause(groups=[*self.shared])
        elif self.clause.groups:
            self.shared = [*self.clause.groups]
        if self.clause.season_given:
            season = _same_season(self.clause.season or season, season)
        self.clause.season, self.clause.season_given, self.clause.sealed = season, True, False

    def _label(self, token: Token) -> None:
        """Take days or a season that stand behind their times; what follows begins anew."""
        clause = self.clause
        if (clause.groups and not clause.ended) or clause.season_given:
            raise InputError("分不清“%(text)s”说的是哪个时间", text=token.text)
        if token.kind == "of days":
            clause.groups.append(token.value)
        else:
            clause.season, clause.season_given = token.value, True
        clause.ended = True

    def _times(self, span: Span) -> None:
        if self.clause.sealed:
            raise unclear(str(span))
        if self.clause.ended:
            self.reading.opens.append(self.clause)
            self.clause = Clause(None if self.clause.season_given else self.clause.season)
        if span != _WHOLE_DAY or self.clause.spans != [_WHOLE_DAY]:
            self.clause.spans.append(span)

    def _break(self, token: Token) -> None:
        if self.clause.groups and not self.clause.spans:
            raise unclear(token.text)
        self.reading.breaks.append(token.value)

    def _closing(self, *, excepted: bool) -> None:
        clause = self.clause
        season = clause.season if clause.season_given else None
        if self.named:
            return
        if clause.spans or not (clause.groups or season):
            raise InputError("没有写明哪天休息")
        if not clause.groups:
            self.reading.closings.append(Closing(season, None, excepted))
            self.clause = Clause()
            return
        closed, clause.groups = _closed_days(clause.groups, self.reading.opens)
        self.reading.closings.append(Closing(season, closed, excepted))

    def _as_usual(self) -> None:
        if self.named:
            self.reading.named.pop()
        if self.clause.spans or not self.clause.groups:
            return
        days = _union(self.clause.groups)
        if not days.holiday and not self.reading.opens:
            # 周一至周五正常开放8:00-17:00: the times are to come.
            self.clause.announced = len(self.clause.groups)
            return
        if len(self.clause.groups) > 1:
            raise InputError("分不清哪天照常开放")
        self.reading.as_usual.append(days)
        self.clause = Clause(self.clause.season, sealed=True)

    def _named(self, text: str) -> None:
        if self.clause.spans:
            self.reading.opens.append(self.clause)
        elif self.clause.groups:
            raise unclear(text)
        self.reading.named.append(text)
        self.clause = Clause(sealed=True)

    def _days_after_times(self) -> None:
        """Read ``8:00-12:00 周一, 14:00-18:00 周二``: each clause's days came with the next."""
        opens, last = self.reading.opens, self.clause
        if not opens:
            raise InputError("只写了哪天开放,没有写几点到几点")
        first, *others = opens
        labels = {(bool(one.groups), one.season_given) for one in (*others, last)}
        if first.groups or first.season or len(labels) > 1 or labels == {(True, True)}:
            raise InputError("分不清哪个时间是哪天的")
        for clause, after in zip(opens, [*others, last], strict=True):
            clause.groups, clause.season, clause.season_given = after.groups, after.season, after.season_given


def _closed_days(groups: list[Days], opens: list[Clause]) -> tuple[Days, list[Days]]:
    """Return which of the listed days the closing means, and which were named for times to come."""
    first, *rest = groups
    together = _union(groups)
    if not rest:
        if len(first.weekdays) >= _MOST_DAYS and first.holiday:
            return Days(holiday=True, legal=first.legal), [first._replace(holiday=False, legal=False)]
        closed, left = first, []
    elif len(first.weekdays) >= _MOST_DAYS and not first.holiday:
        closed, left = _union(rest), [first]
    elif _all_closed(groups, opens):
        closed, left = together, []
    else:
        raise InputError("分不清哪天休息,请用顿号连接休息的日子")
    if closed.work or closed.weekdays == EVERY_DAY or any(closed.weekdays & one.weekdays for one in left):
        raise InputError("分不清哪天休息")
    return closed, left


def _all_closed(groups: list[Days], opens: list[Clause]) -> bool:
    """Tell whether a list with commas (周六,周日休息) is surely closed as a whole, its first days too."""
    if opens and not opens[0].groups:
        return False
    single_days = all(len(group.weekdays) == 1 and not group.holiday for group in groups)
    return single_days or (bool(opens) and _union(groups).weekdays <= _WEEKEND)


def _same_season(before: Season, after: Season) -> Season:
    """Join a season's name with its dates: 夏季(5月-9月)."""
    if bool(before.word) == bool(after.word) or (before.dates and after.dates):
        raise InputError("分不清季节和日期")
    return Season(before.word or after.word, before.dates or after.dates)


def _union(groups: list[Days]) -> Days:
    return reduce(Days.union, groups)
