"""A study's moment and its week agree on who is open, also beyond the holidays that are known."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from geo.model.holidays import Calendar, shipped_calendar
from geo.model.hours import CLOSED, OPEN, UNKNOWN
from geo.model.station import Status
from geo.planner.hours import HOURS, moment_of, states_at, week_states
from geo.registry.snapshot import Schedule

RULES = "Mo-Fr 08:00-18:00; PH off", "24/7", "Mo-Su 22:00-02:00; PH off", None
ROWS = np.arange(len(RULES), dtype=np.int32)
WEDNESDAY = 2


def snapshot(calendar: Calendar) -> SimpleNamespace:
    schedules = [Schedule(Status.OPEN, rule, False) for rule in RULES]
    return SimpleNamespace(calendar=calendar, schedules=schedules, schedule=ROWS)


def at(text: str, today: date, calendar: Calendar) -> list[int]:
    return states_at(snapshot(calendar), ROWS, *moment_of(text, calendar, today)).tolist()


def test_beyond_the_holiday_tables_an_ordinary_wednesday_has_no_holiday():
    assert at("14:00", date(2029, 6, 1), shipped_calendar()) == [OPEN, OPEN, CLOSED, UNKNOWN]


def test_a_date_beyond_the_tables_is_not_guessed():
    today, calendar = date(2029, 6, 1), shipped_calendar()
    assert at("2029-06-06T14:00", today, calendar)[0] == UNKNOWN
    assert moment_of("2026-10-01T14:00", today=today, calendar=calendar)[1] is calendar


@pytest.mark.parametrize("calendar", [shipped_calendar(), Calendar()])
@pytest.mark.parametrize(
    "today", [date(2026, 10, 2), date(2026, 12, 31), date(2029, 6, 1), date(2029, 12, 31)]
)
def test_the_headline_is_that_hour_of_the_week(today: date, calendar: Calendar):
    states, _ = week_states(snapshot(calendar), ROWS, today)
    assert states.shape == (HOURS, len(RULES))
    for hour in range(24):
        assert at(f"{hour:02d}:00", today, calendar) == states[24 * WEDNESDAY + hour].tolist()
