"""Opening hours against an oracle that asks each rule about each half hour, and knows no segments."""

from datetime import date, datetime, time, timedelta
from itertools import product
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from geo.model.holidays import DayKind, shipped_calendar
from geo.model.hours import CHINA, day_intervals, evaluate
from tests.model.test_holidays import NOTICES, official_kind

HALF_HOUR = timedelta(minutes=30)
DAY_NAMES = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]


class Rule(NamedTuple):
    joint: str
    months: tuple[int, int] | None
    weekdays: frozenset[int]
    holiday: bool
    spans: tuple[tuple[int, int], ...]
    """In half hours from midnight; none: the whole day."""
    state: str

    def __str__(self) -> str:
        names = [DAY_NAMES[day] for day in sorted(self.weekdays)] + ["PH"] * self.holiday
        # Times straight after a comma would go on with the rule before.
        names = names or ["Mo-Su"] * (self.joint == ",")
        months = [f"{date(2026, month, 1):%b}" for month in self.months or ()]
        spans = ",".join("-".join(f"{at // 2:02}:{at % 2 * 30:02}" for at in span) for span in self.spans)
        state = {"open": "" if spans else "open", "closed": "off", "unknown": "unknown"}[self.state]
        return " ".join(filter(None, ["-".join(months), ",".join(names), spans, state]))

    def holds(self, day: date, weekday: int, holiday: bool) -> bool:
        if self.months and not self.months[0] <= day.month <= self.months[1]:
            return False
        any_day = not self.weekdays and not self.holiday
        return any_day or weekday in self.weekdays or (holiday and self.holiday)


def own_state(rules: list[Rule], day: date, weekday: int, holiday: bool, half_hour: int) -> str:
    """The state at a half hour counted from the day's midnight, as far as the day's own rules say."""
    state = "closed"
    for rule in rules:
        if not rule.holds(day, weekday, holiday):
            continue
        inside = any(start <= half_hour < end for start, end in rule.spans or [(0, 48)])
        if rule.joint == ";" and rule.state != "closed":
            state = "closed"
        if inside or (rule.state == "closed" and not rule.spans):
            state = rule.state
    return state


def readings(day: date, makeup: bool) -> list[tuple[int, bool]]:
    weekday = day.weekday()
    ordinary, holiday = [(weekday, False)], [(weekday, True)]
    worked = [(other, False) for other in range(5)] if makeup and weekday > 4 else ordinary
    if day.year not in NOTICES:
        return ordinary + holiday + worked
    return {"ordinary": ordinary, "holiday": holiday, "makeup": worked}[official_kind(day)]


def truth(rules: list[Rule], makeup: bool, at: datetime) -> str:
    half_hour = at.hour * 2 + at.minute // 30
    before = at.date() - timedelta(days=1)
    answers = set()
    for today, night in product(readings(at.date(), makeup), readings(before, makeup)):
        both = {
            own_state(rules, at.date(), *today, half_hour),
            own_state(rules, before, *night, half_hour + 48),
        }
        answers.add(next(state for state in ("open", "unknown", "closed") if state in both))
    return answers.pop() if len(answers) == 1 else "unknown"


def true_until(rules: list[Rule], makeup: bool, at: datetime, state: str) -> datetime | None:
    """The next change, found by walking half hour by half hour."""
    step = datetime.combine(at.date(), time(at.hour, at.minute // 30 * 30))
    while state != "unknown" and (step := step + HALF_HOUR) <= at + timedelta(days=14):
        if (then := truth(rules, makeup, step)) != state:
            return None if then == "unknown" else step
    return None


spans = st.lists(st.integers(0, 47), min_size=1, max_size=4, unique=True).map(
    lambda edges: tuple((start, start + 3) for start in sorted(edges)[::2])
) | st.tuples(st.tuples(st.integers(30, 47), st.integers(49, 60)))
rule = st.builds(
    Rule,
    st.sampled_from(";;;,"),
    st.none() | st.sampled_from([(1, 1), (5, 9), (10, 12)]),
    st.frozensets(st.integers(0, 6), max_size=5) | st.just(frozenset(range(5))),
    st.booleans(),
    st.just(()) | spans,
    st.sampled_from(["open", "open", "closed", "unknown"]),
)
# Days where kinds meet: round the holidays of both years and their make-up days, and both ends of the tables.
meeting = ["2025-01-01", "2025-01-26", "2025-10-08", "2026-01-04", "2026-02-14", "2026-05-05", "2026-10-08",
           "2026-10-10", "2026-12-31", "2027-02-06"]  # fmt: skip
moments = st.builds(
    lambda day, offset, minutes: datetime.fromisoformat(day) + timedelta(days=offset, minutes=minutes),
    st.sampled_from(meeting),
    st.integers(-4, 4),
    st.integers(0, 1439),
) | st.datetimes(datetime.fromisoformat("2024-12-01"), datetime.fromisoformat("2027-03-01"))


def as_osm(rules: list[Rule]) -> str:
    return "".join(f"{one.joint * bool(number)} {one}" for number, one in enumerate(rules)).strip()


@given(rules=st.lists(rule, min_size=1, max_size=4), makeup=st.booleans(), at=moments)
@settings(max_examples=150, deadline=None)
def test_state_and_until_are_those_of_the_oracle(rules, makeup, at):
    answer = evaluate(as_osm(rules), makeup=makeup, at=at, calendar=shipped_calendar())
    assert answer.state == truth(rules, makeup, at)
    expected = true_until(rules, makeup, at, answer.state)
    assert answer.until == (expected and expected.replace(tzinfo=CHINA))


@given(rules=st.lists(rule, min_size=1, max_size=4), makeup=st.booleans(), at=moments)
@settings(deadline=None)
def test_day_intervals_are_those_of_the_oracle(rules, makeup, at):
    day = at.date()
    states = [
        {own_state(rules, day, *reading, half_hour) for reading in readings(day, makeup)}
        for half_hour in range(96)
    ]
    intervals = day_intervals(as_osm(rules), makeup=makeup, day=day, calendar=shipped_calendar())
    if any(len(one) > 1 for one in states):
        assert intervals is None
        return
    told = ["closed"] * 96
    for start, end, state in intervals:
        told[start // 30 : end // 30] = [state] * ((end - start) // 30)
    assert [{state} for state in told] == states


def test_the_oracle_meets_every_kind_of_day():
    kinds = {official_kind(date.fromisoformat(day)) for day in meeting if int(day[:4]) in NOTICES}
    assert kinds == {DayKind.ORDINARY, DayKind.HOLIDAY, DayKind.MAKEUP}
