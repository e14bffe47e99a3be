"""What holds of a station for some time, and what follows for whether it is open."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

__all__ = ["Fact", "What", "broken_at", "holding", "of_kind"]


class What(StrEnum):
    """What a fact says; a visit is a mobile team that comes."""

    MAYBE_LOCKED = "maybe_locked"
    BROKEN = "broken"
    SUSPENDED = "suspended"
    VISIT = "visit"


class Fact(NamedTuple):
    """One fact of a station.

    Parameters
    ----------
    id : int
    what : str
        A value of `What`.
    facility : str or None
        The code of what is broken; None: the fact is of the station.
    since, until : datetime
        With their time zone, ``until`` not included; None: until somebody ends it. What begins later is
        announced.
    reason : str or None
        As the public is told.
    """

    id: int
    what: str
    facility: str | None
    since: datetime
    until: datetime | None
    reason: str | None

    def holds(self, moment: datetime) -> bool:
        """Return whether it holds at a moment."""
        return self.since <= moment and not self.is_over(moment)

    def is_over(self, moment: datetime) -> bool:
        """Return whether it has ended by itself before a moment, or at it."""
        return self.until is not None and self.until <= moment


def of_kind(facts: Sequence[Fact], *kinds: What) -> tuple[Fact, ...]:
    """Return the facts of some kinds, in their order.

    Examples
    --------
    >>> of_kind([], What.VISIT)
    ()
    """
    return tuple(fact for fact in facts if fact.what in kinds)


def holding(facts: Sequence[Fact], moment: datetime) -> tuple[Fact, ...]:
    """Return the facts that hold at a moment, in their order.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon, one, two = (datetime(2026, 6, 1, hour, tzinfo=UTC) for hour in (12, 13, 14))
    >>> locked = Fact(1, "maybe_locked", None, noon, two, None)
    >>> holding([locked], one) == (locked,), holding([locked], two), holding([], one)
    (True, (), ())
    """
    return tuple(fact for fact in facts if fact.holds(moment))


def broken_at(facts: Sequence[Fact], moment: datetime) -> list[str]:
    """Return the codes of what is broken at a moment, each once, in their order.

    Examples
    --------
    >>> broken_at([], datetime(2026, 6, 1))
    []
    """
    broken = holding(of_kind(facts, What.BROKEN), moment)
    return sorted({fact.facility for fact in broken if fact.facility})
