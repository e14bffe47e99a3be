"""Signing in: one answer for whatever is wrong, and ever longer waits for whoever goes on guessing."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from geo.db.engine import writing_aside
from geo.db.upkeep_tables import person
from geo.errors import InputError
from geo.model.people import Person
from geo.registry.rows import stamp
from geo.upkeep.audit import note
from geo.upkeep.hashing import is_password
from geo.upkeep.marks import mark_of
from geo.upkeep.people import is_login, person_of, plain_login

__all__ = ["Standing", "pause_after", "read_standing", "sign_in"]

_FREE = 5
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)


class Standing(NamedTuple):
    """When somebody last came in, and until when nobody may try with his login; UTC text."""

    signed_in_at: str | None
    locked_until: str | None


class _Attempt(NamedTuple):
    """Whose account is tried, if there is one; what is kept of its password, None where none will do."""

    person: Person | None
    kept: str | None


def sign_in(
    engine: Engine,
    login: str,
    password: str,
    *,
    now: datetime,
    network: str | None = None,
    act: str = "sign_in",
) -> Person:
    """Return whose login and password these are.

    It takes the engine, as it writes even when it refuses. The attempt is counted before the password is
    looked at, so that guesses made at once count, each of them; and the password is looked at between two
    transactions, so that nobody waits for the slow hash.

    Parameters
    ----------
    network : str, optional
        The address of who tries; the log gets its mark.
    act : str
        What the log calls it; somebody signed in proves himself again before what matters most.

    Raises
    ------
    InputError
        Wrong, unknown, stopped or locked: which of these is not told.
    """
    with writing_aside(engine) as session:
        attempt = _begin(session, login, now)
    right = is_password(attempt.kept, password)
    with writing_aside(engine) as session:
        _end(session, attempt, act, right, now=now, network=network)
    if not right:
        raise InputError(
            "账号或密码不对,或者账号已停用。连续输错 5 次以后,要等 1 分钟才能再试,再错等得更久,最长 1 小时;"
            "忘了密码请联系管理员",
            parameter="password",
        )
    return attempt.person


def read_standing(session: Session) -> dict[int, Standing]:
    """Return how it stands with signing in, by the numbers of the accounts."""
    rows = session.execute(select(person.c.id, person.c.signed_in_at, person.c.locked_until))
    return {row.id: Standing(row.signed_in_at, row.locked_until) for row in rows}


def pause_after(failures: int) -> timedelta:
    """Return how long nobody may try after so many wrong passwords in a row.

    Examples
    --------
    >>> [int(pause_after(failures).total_seconds() // 60) for failures in (4, 5, 6, 7, 11, 500)]
    [0, 1, 2, 4, 60, 60]
    """
    if failures < _FREE:
        return timedelta(0)
    # Beyond this the pause is the longest anyway, and the power would be too large a number.
    doublings = min(failures - _FREE, 10)
    return min(_FIRST_PAUSE * 2**doublings, _LONGEST_PAUSE)


def _begin(session: Session, login: str, now: datetime) -> _Attempt:
    """Count an attempt as a wrong one; `_end` takes that back."""
    login = plain_login(login)
    asked = select(person).where(person.c.login == login).with_for_update()
    row = session.execute(asked).one_or_none() if is_login(login) else None
    if row is None:
        return _Attempt(None, None)
    who = person_of(row)
    if not who.active or (row.locked_until or "") > stamp(now):
        return _Attempt(who, None)
    failures = row.failures + 1
    pause = pause_after(failures)
    locked_until = stamp(now + pause) if pause else None
    values = {"failures": failures, "locked_until": locked_until}
    session.execute(update(person).where(person.c.id == who.id).values(**values))
    return _Attempt(who, row.password)


def _end(
    session: Session, attempt: _Attempt, act: str, right: bool, *, now: datetime, network: str | None
) -> None:
    id_ = attempt.person.id if attempt.person else None
    if right:
        values = {"failures": 0, "locked_until": None, "signed_in_at": stamp(now)}
        session.execute(update(person).where(person.c.id == id_).values(**values))
    # Not the login as typed: people type their password there.
    note(
        session,
        act if right else f"{act}.refused",
        person_id=id_ if right else None,
        object=None if id_ is None else str(id_),
        network=mark_of(session, network, now=now) if network else None,
    )
