"""Signing in: one answer for whatever is wrong, ever longer waits for whoever guesses."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update

from geo.db.engine import reading, writing
from geo.db.upkeep_tables import audit, person
from geo.errors import InputError
from geo.model.people import Person
from geo.upkeep import hashing
from geo.upkeep.entry import sign_in
from geo.upkeep.people import find_by_login, set_active, set_password
from tests.upkeep.people import PASSWORD, make_person

NOON = datetime(2026, 10, 10, 4, tzinfo=UTC)


@pytest.fixture
def add(engine: Engine) -> Callable[..., Person]:
    """Return a function that makes an account."""

    def made(login: str = "li") -> Person:
        with writing(engine) as session:
            return make_person(session, login)

    return made


def acts(engine: Engine) -> list[str]:
    """Return the words of the log, in order."""
    with reading(engine) as session:
        return list(session.scalars(select(audit.c.act).order_by(audit.c.id)))


def refusal(engine: Engine, login: str, password: str, now: datetime = NOON) -> str:
    """Return what somebody is told who may not come in."""
    with pytest.raises(InputError) as refused:
        sign_in(engine, login, password, now=now)
    return str(refused.value)


def test_the_right_password_comes_in_and_is_logged(engine, add):
    made = add()
    assert sign_in(engine, " LI", PASSWORD, now=NOON, network="192.0.2.7") == made
    with reading(engine) as session:
        row = session.execute(select(audit).order_by(audit.c.id.desc()).limit(1)).one()
        assert session.scalar(select(person.c.signed_in_at)) == "2026-10-10T04:00:00Z"
    assert (row.act, row.person_id) == ("sign_in", made.id)
    assert len(row.network) == 32


def test_full_width_letters_of_an_input_method_are_the_same_password(engine, add):
    add()
    assert sign_in(engine, "ｌｉ", "ｃｏｒｒｅｃｔ　ｈｏｒｓｅ　７", now=NOON)


def test_unknown_stopped_locked_and_wrong_are_told_apart_by_nobody(engine, add):
    add("stopped")
    add("locked")
    add("wrong")
    with writing(engine) as session:
        set_active(session, find_by_login(session, "stopped").id, False)
        session.execute(
            update(person).where(person.c.login == "locked").values(locked_until="2026-10-10T05:00:00Z")
        )
    told = {
        refusal(engine, "nobody", PASSWORD),
        refusal(engine, "stopped", PASSWORD),
        refusal(engine, "locked", PASSWORD),
        refusal(engine, "wrong", "wrong"),
        refusal(engine, "", ""),
        refusal(engine, "x\x00y", "x\x00y"),
        refusal(engine, "\ud800", "\ud800"),
        refusal(engine, "x" * 5000, "y" * 5000),
    }
    assert len(told) == 1


def test_each_refusal_takes_one_hash(engine, add, monkeypatch):
    # What takes the time; measuring it would tell of the machine.
    add("stopped")
    add("locked")
    with writing(engine) as session:
        set_active(session, find_by_login(session, "stopped").id, False)
        session.execute(
            update(person).where(person.c.login == "locked").values(locked_until="2026-10-10T05:00:00Z")
        )
    worked = []
    hasher = hashing.HASHER

    class Counting:
        def hash(self, password: bytes) -> str:
            worked.append("hash")
            return hasher.hash(password)

        def verify(self, kept: str, password: bytes) -> bool:
            worked.append("verify")
            return hasher.verify(kept, password)

    monkeypatch.setattr(hashing, "HASHER", Counting())
    for login in ("nobody", "stopped", "locked"):
        refusal(engine, login, PASSWORD)
    assert len(worked) == 3


def test_after_five_wrong_passwords_even_the_right_one_waits(engine, add):
    made = add()
    for _ in range(5):
        refusal(engine, "li", "wrong")
    refusal(engine, "li", PASSWORD)
    refusal(engine, "li", PASSWORD, NOON + timedelta(seconds=59))
    assert sign_in(engine, "li", PASSWORD, now=NOON + timedelta(seconds=61)) == made
    refusal(engine, "li", "wrong", NOON + timedelta(minutes=2))
    assert sign_in(engine, "li", PASSWORD, now=NOON + timedelta(minutes=2)) == made


def test_each_further_wrong_password_doubles_the_wait_up_to_an_hour(engine, add):
    add()
    now = NOON
    for _ in range(4):
        refusal(engine, "li", "wrong")
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        refusal(engine, "li", "wrong", now)
        with reading(engine) as session:
            locked_until = datetime.fromisoformat(session.scalar(select(person.c.locked_until)))
        assert locked_until - now == timedelta(minutes=minutes)
        now = locked_until


def test_attempts_while_locked_do_not_lengthen_the_wait(engine, add):
    made = add()
    for _ in range(50):
        refusal(engine, "li", "wrong")
    assert sign_in(engine, "li", PASSWORD, now=NOON + timedelta(seconds=61)) == made


def test_guesses_made_at_once_count_each(engine, add):
    add()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda guess: refusal(engine, "li", f"guess {guess}"), range(24)))
    with reading(engine) as session:
        # The fifth locked it: none of the others was looked at.
        assert session.scalar(select(person.c.failures)) == 5
    assert acts(engine).count("sign_in.refused") == 24


def test_a_new_password_unlocks(engine, add):
    made = add()
    for _ in range(5):
        refusal(engine, "li", "wrong")
    with writing(engine) as session:
        set_password(session, made.id, "another horse 8")
    assert sign_in(engine, "li", "another horse 8", now=NOON)
    refusal(engine, "li", PASSWORD)


def test_what_is_typed_as_login_is_not_logged(engine, add):
    add()
    refusal(engine, "my secret password", "")
    with reading(engine) as session:
        assert "secret" not in str(session.execute(select(audit)).all())
