"""Whether a place is open, when what holds for a time is laid over its hours.

The twin on the phone is ``web/static/js/facts.js``.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from geo.model.facts import Fact, What, holding, of_kind
from geo.model.hours import CHINA, OpenState, Reason

__all__ = ["MAYBE_LOCKED", "SUSPENDED", "state_with"]

MAYBE_LOCKED = "%(time)s 有人反映门锁着,去之前请先确认"
"""The message of the reason why a station that ought to be open is unknown."""

SUSPENDED = "暂停开放:%(reason)s"

# As far as hours look ahead.
_HORIZON = timedelta(days=14)


def state_with(
    facts: Sequence[Fact], moment: datetime, by_hours: Callable[[datetime], OpenState]
) -> OpenState:
    """Return the open state at a moment, facts laid over what the hours say.

    While it is suspended a place is just that, until it is to open again. A door that may be locked makes
    unknown what ought to be open; what is closed stays so. No time is promised that a fact might break.

    Parameters
    ----------
    moment : datetime
        With its time zone, as those of the facts.
    by_hours : callable
        The state that the hours alone say at a moment.
    """
    suspended = of_kind(facts, What.SUSPENDED)
    if now := holding(suspended, moment):
        reason = Reason(SUSPENDED, {"reason": now[0].reason})
        return OpenState("suspended", _in_china(_end(suspended, moment)), reason)
    state = by_hours(moment)
    locked = of_kind(facts, What.MAYBE_LOCKED)
    if state.state != "closed" and (now := holding(locked, moment)):
        return OpenState("unknown", None, Reason(MAYBE_LOCKED, {"time": _clock(now[0].since, moment)}))
    if state.state == "open":
        return state._replace(until=_closes(state.until, (*suspended, *locked), moment))
    if state.state == "closed":
        return state._replace(until=_opens(state.until, suspended, locked, by_hours))
    return state


def _end(suspended: Sequence[Fact], moment: datetime) -> datetime | None:
    """Return when no suspension holds any more, None where that is not known."""
    while now := holding(suspended, moment):
        if any(fact.until is None for fact in now):
            return None
        moment = max(fact.until for fact in now)
    return moment


def _closes(until: datetime | None, facts: Sequence[Fact], moment: datetime) -> datetime | None:
    begins = [fact.since for fact in facts if moment < fact.since <= moment + _HORIZON]
    return _in_china(min([*begins, *([until] if until else [])], default=None))


def _opens(
    until: datetime | None,
    suspended: Sequence[Fact],
    locked: Sequence[Fact],
    by_hours: Callable[[datetime], OpenState],
) -> datetime | None:
    while until is not None and holding(suspended, until):
        again = _end(suspended, until)
        then = again and by_hours(again)
        until = (again if then.state == "open" else then.until) if then else None
    return None if until is not None and holding(locked, until) else _in_china(until)


def _in_china(moment: datetime | None) -> datetime | None:
    return moment and moment.astimezone(CHINA)


def _clock(since: datetime, moment: datetime) -> str:
    here, there = since.astimezone(CHINA), moment.astimezone(CHINA)
    return f"{here:%H:%M}" if here.date() == there.date() else f"{here:%m-%d %H:%M}"
