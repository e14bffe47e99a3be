"""What a planner asks, checked when it is made."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, cast

from geo.errors import InputError
from geo.finder.question import PROFILES, check_known, line_speed_m_s
from geo.model.facilities import FACILITIES
from geo.model.hours import CHINA
from geo.model.station import SERVING
from geo.model.study import Asked
from geo.planner.site_question import SiteAsk
from geo.registry.selection import Filter
from geo.registry.snapshot import KINDS, STATUSES, facility_mask

__all__ = ["PRESETS", "Ask", "Preset", "limit_of", "parse_at", "parse_within"]

_LONGEST_TITLE = 100
_LARGEST = {"metres": 100_000.0, "seconds": 4 * 3600.0}
_WITHIN = re.compile(r"(\d+(?:\.\d+)?)\s*(m|米|km|公里|min|分钟|分|s|秒)?", re.IGNORECASE)
_UNITS: dict[str, tuple[float, Literal["metres", "seconds"]]] = {
    "m": (1.0, "metres"),
    "米": (1.0, "metres"),
    "km": (1000.0, "metres"),
    "公里": (1000.0, "metres"),
    "min": (60.0, "seconds"),
    "分钟": (60.0, "seconds"),
    "分": (60.0, "seconds"),
    "s": (1.0, "seconds"),
    "秒": (1.0, "seconds"),
}
_CLOCK = re.compile(r"([01]?\d|2[0-3])[::]([0-5]\d)")


class Preset(NamedTuple):
    """A limit that a standard or a programme sets: its Chinese name, how it measures, and where it is
    written."""

    name: str
    by: str
    within: str
    source: str


PRESETS: dict[str, Preset] = {
    "gb50180_15": Preset("15 分钟生活圈", "walk", "1000m", "GB 50180-2018:步行 15 分钟,800 到 1000 米"),
    "gb50180_10": Preset("10 分钟生活圈", "walk", "500m", "GB 50180-2018:步行 10 分钟,约 500 米"),
    "gb50180_5": Preset("5 分钟生活圈", "walk", "300m", "GB 50180-2018:步行 5 分钟,约 300 米"),
    "shuang15": Preset("双 15 工程", "walk", "15min", "步行 15 分钟内有驿站(按 1.15 米/秒)"),
    "shandong_dense": Preset("山东间距(人员密集处)", "walk", "500m", "山东 2022:密集处间距 0.5 公里以内"),
    "shandong": Preset("山东间距(城区)", "walk", "1000m", "山东 2022:城区间距 1 公里以内"),
    "ebike_5": Preset("电动车 5 分钟", "ebike", "5min", "骑手常用:电动自行车 5 分钟"),
}
"""Limits to choose from, by code."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What a planner asks; checked when made.

    Parameters
    ----------
    demand : str
        Name of a loaded demand.
    limit : float
        Metres, or seconds where ``measure`` says so: more than 0, at most 100 km or 4 hours. Itself included.
    measure : {"metres", "seconds"}
        What is minimised and limited.
    weight : str
        Column of the demand; empty: its first.
    area : str, optional
        Code of an area; only the demand within it counts, and stations of its neighbours still serve it.
    kinds, facilities, statuses : sequence of str
        Which stations count: no kinds means all, no statuses those one can go to (``open``, ``trial``), and
        every facility must be there.
    by : {"walk", "ebike", "line"}
        How ways are measured.
    at : str, optional
        ``HH:MM`` of an ordinary Wednesday, or ISO 8601; without it hours are not used.
    site : SiteAsk, optional
        Where new stations should go, if that is asked too.

    Raises
    ------
    InputError
        Naming the parameter.
    """

    demand: str
    limit: float
    measure: Literal["metres", "seconds"] = "metres"
    weight: str = ""
    area: str | None = None
    kinds: Sequence[str] = ()
    facilities: Sequence[str] = ()
    statuses: Sequence[str] = ()
    by: str = "walk"
    at: str | None = None
    title: str = ""
    site: SiteAsk | None = None

    def __post_init__(self) -> None:
        check_known("kind", self.kinds, KINDS)
        check_known("facility", self.facilities, FACILITIES)
        check_known("status", self.statuses, STATUSES)
        check_known("by", [self.by], PROFILES)
        check_known("measure", [self.measure], _LARGEST)
        if not 0 < self.limit <= _LARGEST[self.measure]:
            raise InputError(
                "within 应大于 0,至多 100km 或 240min,现在是 %(value)s", parameter="within", value=self.limit
            )
        if self.at is not None:
            parse_at(self.at)
        if len(self.title) > _LONGEST_TITLE:
            raise InputError("名称至多 %(most)s 个字", parameter="title", most=_LONGEST_TITLE)

    @classmethod
    def from_asked(cls, asked: Asked) -> "Ask":
        """Return the question of a kept study."""
        values = dict(cast(dict[str, Any], asked))
        site = values.pop("site", None)
        return cls(**values, site=None if site is None else SiteAsk.from_site(site))

    def asked(self) -> Asked:
        """Return the question as a study keeps it."""
        values = asdict(self)
        for name in ("kinds", "facilities", "statuses"):
            values[name] = list(dict.fromkeys(values[name]))
        values["statuses"] = values["statuses"] or [str(status) for status in SERVING]
        del values["site"]
        if self.site is not None:
            values["site"] = self.site.site()
        return cast(Asked, values)

    @property
    def filter(self) -> Filter:
        """The question's filter on stations."""
        return Filter(
            kinds=tuple(sorted(set(self.kinds))),
            statuses=tuple(sorted(set(self.statuses or SERVING))),
            facilities=facility_mask(list(self.facilities)),
        )

    @property
    def line_limit_m(self) -> float:
        """The limit as the crow flies, in metres; seconds become metres at a way's usual detour of 1.3."""
        return self.limit if self.measure == "metres" else self.limit * line_speed_m_s(self.by)


def parse_within(text: str) -> tuple[float, Literal["metres", "seconds"]]:
    """Return a limit and what it measures; a number alone is metres.

    Raises
    ------
    InputError
        Neither a distance nor a time.

    Examples
    --------
    >>> parse_within("1000m"), parse_within("15min"), parse_within("1.5 公里"), parse_within("300")
    ((1000.0, 'metres'), (900.0, 'seconds'), (1500.0, 'metres'), (300.0, 'metres'))
    """
    found = _WITHIN.fullmatch(text.strip())
    if found is None:
        raise InputError(
            "within 应是 1000m 或 15min 这样的距离或时间,现在是“%(value)s”", parameter="within", value=text
        )
    return limit_of(float(found[1]), found[2] or "m")


def limit_of(number: float, unit: str) -> tuple[float, Literal["metres", "seconds"]]:
    """Return a limit, in metres or seconds, and which of them it measures.

    Parameters
    ----------
    unit : str
        One that `parse_within` knows.

    Examples
    --------
    >>> limit_of(1.5, "km"), limit_of(15, "min")
    ((1500.0, 'metres'), (900.0, 'seconds'))
    """
    times, measure = _UNITS[unit.lower()]
    return number * times, measure


def parse_at(text: str) -> tuple[int, int] | datetime:
    """Return the hour and minute of an ordinary Wednesday, or a moment in Asia/Shanghai.

    Raises
    ------
    InputError
        Neither ``HH:MM`` nor ISO 8601.

    Examples
    --------
    >>> parse_at("23:00"), parse_at("2026-10-01T09:00").isoformat()
    ((23, 0), '2026-10-01T09:00:00+08:00')
    """
    if found := _CLOCK.fullmatch(text.strip()):
        return int(found[1]), int(found[2])
    try:
        moment = datetime.fromisoformat(text)
        if not 1990 <= moment.year <= 2100:
            raise ValueError(text)
    except ValueError:
        raise InputError(
            "at 应是 14:00 或 2026-10-01T14:00 这样的时间,现在是“%(value)s”", parameter="at", value=text
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).astimezone(CHINA)
