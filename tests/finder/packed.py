"""A pack read back by other means than the phone's, minute by minute."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from geo.finder.pack_hours import STATES
from geo.model.hours import CHINA, OpenState

__all__ = ["Told", "at", "codes_of", "expand", "told"]

_DAY = 1440
_HORIZON = 14 * _DAY


class Told(NamedTuple):
    """What a pack tells of a schedule at a moment; the reason in Chinese."""

    state: str
    until: datetime | None
    reason: str | None


def told(state: OpenState) -> Told:
    return Told(state.state, state.until, state.reason and str(state.reason))


def expand(pack: dict[str, Any], number: int) -> list[tuple[str, str | None]]:
    """Return a schedule's state and reason for every minute of the pack."""
    days = []
    runs = pack["schedules"][number]
    for many, line in zip(runs[::2], runs[1::2], strict=True):
        days += [_minutes(pack, pack["lines"][line])] * many
    assert len(days) == pack["days"]
    return [minute for day in days for minute in day]


def at(pack: dict[str, Any], minutes: list[tuple[str, str | None]], moment: datetime) -> Told:
    """Return what expanded minutes tell at a moment."""
    midnight = datetime.combine(date.fromisoformat(pack["day"]), datetime.min.time(), CHINA)
    now = int((moment - midnight).total_seconds() // 60)
    state, reason = minutes[now]
    if state not in ("open", "closed"):
        return Told(state, None, reason)
    for later in range(now + 1, min(now + _HORIZON + 1, len(minutes))):
        then = minutes[later][0]
        if then != state:
            known = then in ("open", "closed")
            return Told(state, midnight + timedelta(minutes=later) if known else None, reason)
    return Told(state, None, reason)


def _minutes(pack: dict[str, Any], line: list[int]) -> list[tuple[str, str | None]]:
    minutes: list[tuple[str, str | None]] = []
    for start, state, reason in zip(line[::3], line[1::3], line[2::3], strict=True):
        minutes += minutes[-1:] * (start - len(minutes))
        minutes.append((STATES[state], None if reason < 0 else pack["reasons"][reason][0]))
    return minutes + minutes[-1:] * (_DAY - len(minutes))


def codes_of(short: list[str | int]) -> list[str]:
    """Return the codes that a pack shortens."""
    codes: list[str] = []
    for item in short:
        if isinstance(item, str):
            codes.append(item)
            continue
        for _ in range(item):
            digits = len(codes[-1]) - len(codes[-1].rstrip("0123456789"))
            head, number = codes[-1][:-digits], codes[-1][-digits:]
            codes.append(f"{head}{int(number) + 1:0{digits}d}")
    return codes
