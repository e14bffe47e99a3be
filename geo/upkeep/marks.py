"""Marks of addresses and devices: hashes under a key that lives for two days.

While its key is there, two marks of one day tell whether two reports came from one place. Then the key is
deleted, and nobody can find out any more what a mark was made from, not even whoever has the whole database.
"""

import hashlib
import hmac
import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from geo.db.engine import is_postgres
from geo.db.upkeep_tables import daily_key
from geo.model.hours import CHINA

__all__ = ["drop_old_keys", "mark_of"]

_KEY_BYTES = 32
_DIGITS = 32


def mark_of(session: Session, text: str, *, now: datetime) -> str:
    """Return the mark of a text on the day of a moment: 32 hexadecimal digits.

    The session writes: the day's key is made when it is first needed, the keys of days before yesterday
    are deleted then.
    """
    day = now.astimezone(CHINA).date()
    asked = select(daily_key.c.key).where(daily_key.c.day == day.isoformat())
    key = session.scalar(asked)
    if key is None:
        _make_key(session, day)
        key = session.scalar(asked)
        drop_old_keys(session, day)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:_DIGITS]


def _make_key(session: Session, day: date) -> None:
    # Two that come first on a day make one key: the other's, whoever is the later.
    insert = postgresql.insert if is_postgres(session) else sqlite.insert
    made = insert(daily_key).values(day=day.isoformat(), key=secrets.token_bytes(_KEY_BYTES))
    session.execute(made.on_conflict_do_nothing())


def drop_old_keys(session: Session, today: date) -> int:
    """Delete the keys of days before yesterday; returns how many."""
    yesterday = (today - timedelta(days=1)).isoformat()
    return session.execute(delete(daily_key).where(daily_key.c.day < yesterday)).rowcount
