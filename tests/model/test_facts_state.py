"""What holds for a time, laid over hours: held against a scan of every minute."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from geo.model.facts import Fact, What, broken_at
from geo.model.facts_state import MAYBE_LOCKED, SUSPENDED, state_with
from geo.model.holidays import shipped_calendar
from geo.model.hours import CHINA, OpenState, evaluate

CALENDAR = shipped_calendar()
START = datetime(2026, 6, 1, tzinfo=CHINA)
STEP = timedelta(minutes=30)
DAYS = 6
HOURS = (
    "24/7",
    "08:00-18:00",
    "20:00-26:00",
    "Mo-Fr 09:00-12:00,13:30-17:30",
    "off",
    None,
    "12:00-24:00 unknown",
)


def fact(what: What, since: datetime, until: datetime | None, number: int = 1) -> Fact:
    return Fact(number, what.value, None, since, until, "装修")


def by_hours(osm: str | None, at: datetime) -> OpenState:
    return evaluate(osm, makeup=False, at=at, calendar=CALENDAR)


def made(chance: random.Random) -> list[Fact]:
    def moment(after: int) -> int:
        return chance.randrange(after, 48 * DAYS)

    facts = []
    for number in range(chance.randrange(4)):
        since = moment(0)
        until = None if chance.random() < 0.1 else moment(since) + 1
        what = chance.choice([What.SUSPENDED, What.SUSPENDED, What.MAYBE_LOCKED, What.BROKEN, What.VISIT])
        facts.append(fact(what, START + since * STEP, until and START + until * STEP, number))
    return facts


def plain_state(osm: str | None, facts: Sequence[Fact], at: datetime) -> str:
    there = {f.what for f in facts if f.since <= at and (f.until is None or at < f.until)}
    if "suspended" in there:
        return "suspended"
    state = by_hours(osm, at).state
    return "unknown" if "maybe_locked" in there and state == "open" else state


def plain_until(line: Sequence[tuple[datetime, str]]) -> datetime | None:
    """Return when the first state of a line of half hours ends, as far as what comes then is certain."""
    [(_, state), *rest] = line
    passing = {"open": ["open"], "suspended": ["suspended"], "closed": ["closed", "suspended"]}.get(state)
    if passing is None:
        return None
    for at, then in rest:
        if then not in passing:
            # Of a closed door it is told when it opens, of a suspended one when it is no longer that.
            return None if then == "unknown" and state == "closed" else at
    return None


@pytest.mark.parametrize("seed", range(40))
def test_states_and_their_ends_are_those_found_minute_by_minute(seed: int):
    chance = random.Random(seed)
    osm, facts = HOURS[seed % len(HOURS)], made(chance)
    line = [(at, plain_state(osm, facts, at)) for at in (START + n * STEP for n in range(48 * (DAYS + 8)))]
    for n in chance.sample(range(48 * DAYS), 24):
        at, state = line[n]
        found = state_with(facts, at, lambda moment: by_hours(osm, moment))
        assert found.state == state, (osm, facts, at)
        assert found.until == plain_until(line[n:]), (osm, facts, at)


def test_without_facts_the_hours_speak():
    for at, _ in pairwise(START + n * STEP for n in range(96)):
        assert state_with([], at, lambda moment: by_hours("08:00-18:00", moment)) == by_hours(
            "08:00-18:00", at
        )


def test_reasons_say_what_is_known():
    morning = START + timedelta(hours=9)
    locked = fact(What.MAYBE_LOCKED, morning, morning + timedelta(days=2))
    suspended = fact(What.SUSPENDED, morning, None)

    def reason(facts: list[Fact], at: datetime) -> tuple[str, str]:
        said = state_with(facts, at, lambda moment: by_hours("24/7", moment)).reason
        return said.message, str(said)

    assert reason([locked], morning) == (MAYBE_LOCKED, "09:00 有人反映门锁着,去之前请先确认")
    tomorrow = (morning + timedelta(days=1)).astimezone(UTC)
    assert reason([locked], tomorrow) == (MAYBE_LOCKED, "06-01 09:00 有人反映门锁着,去之前请先确认")
    assert reason([locked, suspended], tomorrow) == (SUSPENDED, "暂停开放:装修")


def test_what_is_broken_is_told_once_and_while_it_holds():
    noon = START + timedelta(hours=12)
    facts = [
        Fact(1, "broken", "wifi", START, None, None),
        Fact(2, "broken", "microwave", START, noon, None),
        Fact(3, "broken", "wifi", noon, None, None),
        Fact(4, "suspended", None, START, None, "装修"),
    ]
    assert broken_at(facts, START) == ["microwave", "wifi"]
    assert broken_at(facts, noon) == ["wifi"]
    assert broken_at(facts, START - STEP) == []
