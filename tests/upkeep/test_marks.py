"""Marks of addresses: alike within a day, meaningless two days later."""

from datetime import datetime, timedelta

from sqlalchemy import select

from geo.db.engine import reading, writing
from geo.db.upkeep_tables import daily_key
from geo.model.hours import CHINA
from geo.upkeep.marks import drop_old_keys, mark_of

NOON = datetime(2026, 10, 10, 12, tzinfo=CHINA)


def _mark(engine, text: str, now: datetime) -> str:
    with writing(engine) as session:
        return mark_of(session, text, now=now)


def _days(engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(daily_key.c.day).order_by(daily_key.c.day)))


def test_one_text_has_one_mark_on_a_day_and_another_on_the_next(engine):
    first = _mark(engine, "203.0.113.7", NOON)
    assert first == _mark(engine, "203.0.113.7", NOON + timedelta(hours=11))
    assert first != _mark(engine, "203.0.113.8", NOON)
    assert first != _mark(engine, "203.0.113.7", NOON + timedelta(hours=12))
    assert "203" not in first
    assert len(first) == 32


def test_the_day_is_chinas(engine):
    _mark(engine, "x", datetime.fromisoformat("2026-10-10T17:00:00+00:00"))
    assert _days(engine) == ["2026-10-11"]


def test_keys_of_days_before_yesterday_are_gone_with_the_next_day(engine):
    for days in range(4):
        _mark(engine, "x", NOON + timedelta(days=days))
    assert _days(engine) == ["2026-10-12", "2026-10-13"]
    with writing(engine) as session:
        assert drop_old_keys(session, NOON.date() + timedelta(days=5)) == 2
    assert _days(engine) == []
