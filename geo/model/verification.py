"""How long a station's record is to be believed after somebody looked, and what there is to look at."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from geo.errors import InputError
from geo.model.hours import CHINA, Reason

__all__ = [
    "CHECKED",
    "DUE",
    "ONE_TAP",
    "Policy",
    "Standing",
    "age_days",
    "checked_items",
    "day_of",
    "standing",
]

CHECKED = {
    "exists": Reason("还在这里"),
    "door": Reason("门开着"),
    "hours": Reason("开放时间"),
    "position": Reason("位置"),
    "facilities": Reason("设施"),
    "contact": Reason("联系方式"),
}
"""What is looked at when a station is verified, and the words for it."""


ONE_TAP = ("exists", "door", "hours", "position")
"""What somebody who is there sees at once: what a form proposes."""


class Standing(StrEnum):
    """What the last verification is still worth."""

    FRESH = "fresh"
    SOON = "soon"
    STALE = "stale"
    NEVER = "never"


DUE = (Standing.NEVER, Standing.STALE, Standing.SOON)
"""The standings of stations that somebody should go and look at."""


class Policy(NamedTuple):
    """After how many days a verification is soon too old, and when it is."""

    soon_days: int
    stale_days: int

    def limits(self, today: date) -> tuple[str, str, str]:
        """Return ISO days as texts that dates are compared with: stale before, soon before, credible until.

        As text, a month or a year alone counts as its first day, and words are later than any date: what
        lies in the future, or is no date, is no verification. One day is left to clocks and time zones.

        Examples
        --------
        >>> Policy(275, 365).limits(date(2026, 11, 2))
        ('2025-11-02', '2026-01-31', '2026-11-03')
        """
        days = (-self.stale_days, -self.soon_days, 1)
        stale, soon, last = ((today + timedelta(days=shift)).isoformat() for shift in days)
        return stale, soon, last


def standing(verified_on: str | None, today: date, policy: Policy) -> Standing:
    """Return what a verification is still worth.

    Parameters
    ----------
    verified_on : str or None
        An ISO date, as exactly as it is known: a day, a month or a year.

    Examples
    --------
    >>> now, policy = date(2026, 11, 2), Policy(275, 365)
    >>> [str(standing(day, now, policy)) for day in ("2026-01-31", "2026-01-30", "2025-11-01", "2025-11")]
    ['fresh', 'soon', 'stale', 'stale']
    >>> [str(standing(day, now, policy)) for day in (None, "", "去年", "2027-01-01")]
    ['never', 'never', 'never', 'never']
    """
    stale, soon, last = policy.limits(today)
    if not verified_on or verified_on > last:
        return Standing.NEVER
    if verified_on < stale:
        return Standing.STALE
    return Standing.SOON if verified_on < soon else Standing.FRESH


def age_days(verified_on: str, today: date) -> int | None:
    """Return how many days ago that was, None for what is no exact day.

    Examples
    --------
    >>> age_days("2026-11-01", date(2026, 11, 2)), age_days("2026-11", date(2026, 11, 2))
    (1, None)
    """
    try:
        return (today - date.fromisoformat(verified_on)).days
    except ValueError:
        return None


def checked_items(given: Iterable[str]) -> list[str]:
    """Return what was looked at, each once, in the order of `CHECKED`.

    Raises
    ------
    InputError
        It is nothing, or something there is not.

    Examples
    --------
    >>> checked_items(["hours", "door", "hours"])
    ['door', 'hours']
    >>> checked_items([])
    Traceback (most recent call last):
        ...
    geo.errors.InputError: 请至少勾选一项看过的内容
    """
    wanted = set(given)
    if unknown := sorted(wanted - CHECKED.keys()):
        raise InputError("没有“%(item)s”这一项核实内容", parameter="checked", item=unknown[0])
    if not wanted:
        raise InputError("请至少勾选一项看过的内容", parameter="checked")
    return [item for item in CHECKED if item in wanted]


def day_of(at: str) -> str:
    """Return the day in China of a UTC timestamp.

    Examples
    --------
    >>> day_of("2026-11-01T16:30:00Z")
    '2026-11-02'
    """
    return datetime.fromisoformat(at).astimezone(CHINA).date().isoformat()
