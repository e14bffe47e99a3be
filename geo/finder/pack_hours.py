"""Opening hours as a phone needs them: compiled, day by day, to states that need no rules and no calendar."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from geo.model.holidays import Calendar
from geo.model.hours import Reason, day_states
from geo.registry.feature import Say
from geo.registry.openings import state_at
from geo.registry.snapshot import Schedule

__all__ = ["DAYS", "STATES", "PackHours", "compile_hours"]

DAYS = 28
"""How many days are compiled. On the first fourteen every answer is the server's, until when included: that
looks fourteen days ahead."""

STATES = ("open", "closed", "suspended", "unknown")
_SERVING = "open"
_Line = tuple[tuple[int, int, int], ...]


class PackHours(NamedTuple):
    """The compiled hours of some schedules.

    Attributes
    ----------
    reasons : list of [str, str]
        Each in Chinese and in English.
    lines : list of list of int
        The different days there are: from which minute on (0 first), which place in `STATES`, which reason
        (-1: none), three numbers for each change.
    schedules : list of list of int
        For each schedule its days' places in ``lines``, two numbers for each run of equal days: how many,
        and which.
    """

    reasons: list[list[str]]
    lines: list[list[int]]
    schedules: list[list[int]]


def compile_hours(schedules: Sequence[Schedule], calendar: Calendar, day: date, english: Say) -> PackHours:
    """Return the hours of schedules from a day on.

    What changes without a change that anybody would see is left out; a night belongs to the calendar days it
    covers, as `geo.model.hours.evaluate` has it, whose answers these are.
    """
    reasons: dict[tuple[str, str], int] = {}
    lines: dict[_Line, int] = {}
    compiled = []
    for schedule in schedules:
        runs: list[int] = []
        for number in range(DAYS):
            line = _line(schedule, calendar, day + timedelta(days=number), reasons, english)
            place = lines.setdefault(line, len(lines))
            if runs and runs[-1] == place:
                runs[-2] += 1
            else:
                runs += [1, place]
        compiled.append(runs)
    return PackHours(
        [list(texts) for texts in reasons],
        [[number for change in line for number in change] for line in lines],
        compiled,
    )


def _line(
    schedule: Schedule, calendar: Calendar, day: date, reasons: dict[tuple[str, str], int], english: Say
) -> _Line:
    line: list[tuple[int, int, int]] = []
    for start, state, reason in _states(schedule, calendar, day):
        change = start, STATES.index(state), _reason(reason, reasons, english)
        if not line or line[-1][1:] != change[1:]:
            line.append(change)
    return tuple(line)


def _states(schedule: Schedule, calendar: Calendar, day: date) -> list[tuple[int, str, Reason | None]]:
    status, osm, makeup, _ = schedule
    if status != _SERVING:
        state = state_at(schedule, calendar, datetime.combine(day, time()))
        return [(0, state.state, state.reason)]
    return day_states(osm, makeup=makeup, day=day, calendar=calendar)


def _reason(reason: Reason | None, reasons: dict[Any, int], english: Say) -> int:
    if reason is None:
        return -1
    return reasons.setdefault((str(reason), english(reason)), len(reasons))
