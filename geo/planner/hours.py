"""Which stations are open when a study asks: at a moment, and in every hour of an ordinary week."""

from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from geo.model.holidays import Calendar, DayKind, HolidayTable
from geo.model.hours import CHINA, CLOSED, OPEN, UNKNOWN, day_states
from geo.model.station import SERVING, Status
from geo.planner.question import parse_at
from geo.registry.openings import state_at
from geo.registry.snapshot import Schedule, Snapshot

__all__ = ["HOURS", "moment_of", "ordinary_week", "states_at", "week_states"]

HOURS = 24 * 7
"""Of a week, from Monday 00:00."""

_GROUPS = {"open": OPEN, "unknown": UNKNOWN}
_WEEKS_LOOKED_AT = 60
_WEDNESDAY = 2
# Counted though nobody can go there yet: by the hours they are to have.
_TO_COME = (Status.PLANNED, Status.BUILDING)


def moment_of(at: str, calendar: Calendar, today: date) -> tuple[datetime, Calendar]:
    """Return the moment a study's ``at`` means, and the calendar to read it by.

    ``HH:MM`` is that of an ordinary Wednesday, by the calendar of `ordinary_week`.
    """
    given = parse_at(at)
    if isinstance(given, datetime):
        return given, calendar
    calendar, days = ordinary_week(calendar, today)
    return datetime.combine(days[_WEDNESDAY], time(*given), CHINA), calendar


def ordinary_week(calendar: Calendar, today: date) -> tuple[Calendar, list[date]]:
    """Return a week from Monday without holidays or make-up days, and the calendar to read it by.

    It is the present week or the next one like it; where the tables know none to come, the last before; where
    they know none at all, the present week as if its years had no holidays.

    Examples
    --------
    >>> from geo.model.holidays import shipped_calendar
    >>> ordinary_week(shipped_calendar(), date(2026, 10, 2))[1][0].isoformat()
    '2026-10-12'
    """
    monday = today - timedelta(days=today.weekday())
    ahead = [*range(_WEEKS_LOOKED_AT), *range(-1, -_WEEKS_LOOKED_AT, -1)]
    for week in ahead:
        days = [monday + timedelta(days=7 * week + day) for day in range(7)]
        if all(calendar.on(day).kind is DayKind.ORDINARY for day in days):
            return calendar, days
    days = [monday + timedelta(days=day) for day in range(7)]
    for year in {day.year for day in days}:
        calendar = calendar.with_table(HolidayTable(year, (), ()))
    return calendar, days


def states_at(
    snapshot: Snapshot, rows: NDArray[np.int32], moment: datetime, calendar: Calendar
) -> NDArray[np.uint8]:
    """Return OPEN, UNKNOWN or CLOSED (`geo.registry.openings`) of stations, by rows of the snapshot."""
    numbers, places = np.unique(snapshot.schedule[rows], return_inverse=True)
    groups = [
        _GROUPS.get(state_at(_as_serving(snapshot.schedules[number]), calendar, moment).state, CLOSED)
        for number in numbers.tolist()
    ]
    return np.array(groups, np.uint8)[places]


def week_states(
    snapshot: Snapshot, rows: NDArray[np.int32], today: date
) -> tuple[NDArray[np.uint8], list[date]]:
    """Return the states of stations at every full hour of an ordinary week, and its days.

    Parameters
    ----------
    rows : (p,) int32
        Of the snapshot.

    Returns
    -------
    states : (168, p) uint8
        OPEN, UNKNOWN or CLOSED, from Monday 00:00.
    days : list of date
        Monday to Sunday.
    """
    calendar, days = ordinary_week(snapshot.calendar, today)
    numbers, places = np.unique(snapshot.schedule[rows], return_inverse=True)
    tables = [_week(_as_serving(snapshot.schedules[number]), calendar, days) for number in numbers.tolist()]
    table = np.array(tables, np.uint8).reshape(len(numbers), HOURS)
    return np.ascontiguousarray(table.T[:, places]), days


def _as_serving(schedule: Schedule) -> Schedule:
    return schedule._replace(status=SERVING[0]) if schedule.status in _TO_COME else schedule


def _week(schedule: Schedule, calendar: Calendar, days: list[date]) -> list[int]:
    if schedule.status not in SERVING:
        return [CLOSED] * HOURS
    states: list[int] = []
    for day in days:
        changes = day_states(schedule.osm, makeup=schedule.makeup, day=day, calendar=calendar)
        for hour in range(24):
            state = next(state for minute, state, _ in reversed(changes) if minute <= 60 * hour)
            states.append(_GROUPS.get(state, CLOSED))
    return states
