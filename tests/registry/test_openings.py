"""Open states are those of the minute asked about, whoever asks, and however often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import Engine

from geo.db.engine import writing
from geo.model.holidays import shipped_calendar
from geo.model.hours import CHINA, CLOSED, OPEN, UNKNOWN, evaluate
from geo.registry.openings import Openings
from geo.registry.snapshot import Schedule
from geo.registry.snapshot_read import read_snapshot
from geo.registry.write import add_stations
from tests.registry.conftest import station_row

CALENDAR = shipped_calendar()
GROUPS = {"open": OPEN, "unknown": UNKNOWN, "closed": CLOSED, "suspended": CLOSED}
TEXTS = (None, "24/7", "08:00-18:00", "22:00-26:00", "Mo-Fr 09:00-17:00; PH off", "not hours")
SCHEDULES = tuple(Schedule("open", text, makeup) for text in TEXTS for makeup in (False, True))
SATURDAY = datetime(2026, 10, 10, 9, tzinfo=CHINA)


def expected(at: datetime) -> list[str]:
    return [evaluate(s.osm, makeup=s.makeup, at=at, calendar=CALENDAR).state for s in SCHEDULES]


@pytest.mark.parametrize("hours", range(0, 24 * 15, 7))
def test_each_schedule_is_in_the_group_of_its_own_hours(hours: int):
    at = SATURDAY + timedelta(hours=hours, minutes=hours % 60)
    minute, states = Openings(SCHEDULES, CALENDAR).at(at), expected(at)
    assert minute.all_groups().tolist() == [GROUPS[state] for state in states]
    assert [minute.state(number).state for number in range(len(SCHEDULES))] == states
    assert [minute.group(number) for number in range(len(SCHEDULES))] == [GROUPS[state] for state in states]


ROUND_THE_CLOCK = ("24/7", "00:00-24:00", "Mo-Su 00:00-24:00; PH 00:00-24:00", "08:00-32:00")
NOT_ALWAYS = (None, "not hours", "00:00-23:59", "24/7; PH off", "24/7; Su off", "Sa 08:00-18:00", "off")


@pytest.mark.parametrize("text", [*ROUND_THE_CLOCK, *NOT_ALWAYS])
def test_round_the_clock_is_open_at_every_minute_of_four_weeks(text: str | None):
    openings = Openings([Schedule("open", text, False)], CALENDAR)
    # The National Day is among them.
    start = datetime(2026, 9, 20, tzinfo=CHINA)
    minutes = (start + timedelta(minutes=30 * n + 29) for n in range(28 * 48))
    always = all(evaluate(text, makeup=False, at=at, calendar=CALENDAR).state == "open" for at in minutes)
    assert always == (text in ROUND_THE_CLOCK)
    at = start + timedelta(hours=9)
    now = evaluate(text, makeup=False, at=at, calendar=CALENDAR).state
    asked = openings.at(at, all_day=True)
    assert asked.group(0) == (OPEN if always else UNKNOWN if now == "unknown" else CLOSED)
    assert asked.all_groups().tolist() == [asked.group(0)]
    # Neither the state that is told nor what is open at the moment changes with it.
    assert asked.state(0) == openings.at(at).state(0)
    assert openings.at(at).group(0) == GROUPS[now]


@pytest.mark.parametrize("status", ["suspended", "closed", "building", "planned"])
def test_what_is_not_serving_is_never_open_round_the_clock(status: str):
    openings = Openings([Schedule(status, "24/7", False)], CALENDAR)
    assert openings.at(SATURDAY, all_day=True).group(0) == CLOSED


def test_groups_follow_the_rows_asked_about():
    minute = Openings(SCHEDULES, CALENDAR).at(SATURDAY)
    asked = np.array([3, 3, 0, 5, 3], np.int32)
    assert minute.groups(asked).tolist() == [GROUPS[expected(SATURDAY)[number]] for number in asked]
    assert minute.groups(np.array([], np.int32)).tolist() == []


def test_a_make_up_saturday_is_told_as_one():
    schedules = [Schedule("open", "Mo-Fr 09:00-17:00; PH off", makeup) for makeup in (True, False)]
    minute = Openings(schedules, CALENDAR).at(SATURDAY)
    assert str(minute.state(0).reason) == "今天按补班日开放"
    assert minute.state(1).state != "open"


def test_the_state_changes_on_the_minute():
    openings = Openings([Schedule("open", "08:00-18:00", False)], CALENDAR)
    just_before = datetime(2026, 10, 9, 7, 59, 59, 999_999, tzinfo=CHINA)
    assert openings.at(just_before).state(0).state == "closed"
    assert openings.at(just_before + timedelta(microseconds=1)).state(0).state == "open"


def test_one_moment_in_two_time_zones_is_one_moment():
    openings = Openings(SCHEDULES, CALENDAR)
    assert (
        openings.at(SATURDAY.astimezone(UTC)).all_groups().tolist()
        == openings.at(SATURDAY).all_groups().tolist()
    )


@pytest.mark.parametrize(
    ("status", "state", "said"),
    [
        ("planned", "closed", "规划"),
        ("building", "closed", "在建"),
        ("suspended", "suspended", "暂停"),
        ("closed", "closed", "已撤销"),
    ],
)
def test_what_is_not_serving_is_not_open_whatever_its_hours(
    sqlite_engine: Engine, status: str, state: str, said: str
):
    snapshot = _snapshot_with(sqlite_engine, status)
    found = Openings(snapshot.schedules, snapshot.calendar).at(SATURDAY).state(int(snapshot.schedule[0]))
    assert (found.state, found.until) == (state, None)
    assert said in str(found.reason)


@pytest.mark.parametrize("status", ["open", "trial"])
def test_what_is_serving_goes_by_its_hours(sqlite_engine: Engine, status: str):
    snapshot = _snapshot_with(sqlite_engine, status)
    found = Openings(snapshot.schedules, snapshot.calendar).at(SATURDAY).state(int(snapshot.schedule[0]))
    assert found == evaluate("24/7", makeup=False, at=SATURDAY, calendar=snapshot.calendar)


def test_many_threads_at_many_minutes_get_the_same():
    openings = Openings(SCHEDULES, CALENDAR)
    moments = [SATURDAY + timedelta(minutes=37 * n) for n in range(40)]

    def ask(at: datetime) -> list[int]:
        return openings.at(at).all_groups().tolist()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, moments * 5))
    assert found == [[GROUPS[state] for state in expected(at)] for at in moments] * 5


def test_no_schedules_no_groups():
    assert Openings([], CALENDAR).at(SATURDAY).all_groups().tolist() == []


def _snapshot_with(engine: Engine, status: str):
    with writing(engine) as session:
        row = station_row(1, status=status, hours_osm="24/7", closed_reason="x")
        add_stations(session, [row], who="li")
    return read_snapshot(engine)
