"""Accounts: made, changed, stopped."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, insert, select

from geo.db.engine import reading, writing
from geo.db.tables import unit
from geo.db.upkeep_tables import audit, person
from geo.errors import ConflictError, GeoError, InputError, NotFoundError
from geo.model.people import Person, Role
from geo.registry.write import add_stations
from geo.upkeep.keeping import codes_kept, keep_stations, kept_by_all
from geo.upkeep.people import (
    add_person,
    change_person,
    find_by_login,
    find_person,
    read_people,
    set_active,
    set_password,
)
from tests.web.registry import STATIONS

PASSWORD = "correct horse 7"
NOON = datetime(2026, 10, 10, 4, tzinfo=UTC)


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """A registry on SQLite: what is asked of the store is plain."""
    return sqlite_engine


@pytest.fixture
def add(engine: Engine) -> Callable[..., Person]:
    """Return a function that makes an account."""

    def made(login: str = "li", role: Role = Role.ADMINISTRATOR, **given: str) -> Person:
        with writing(engine) as session:
            return add_person(
                session, **{"login": login, "name": "李明", "role": role, "password": PASSWORD} | given
            )

    return made


def test_an_account_is_found_by_number_and_by_login_however_it_is_typed(engine, add):
    made = add("Li.Ming@example.cn", email=" li@example.cn ")
    assert made.login == "li.ming@example.cn"
    assert made.email == "li@example.cn"
    with reading(engine) as session:
        assert find_person(session, made.id) == made == find_by_login(session, " LI.MING@example.cn")
        assert find_person(session, made.id + 1) is None
        with pytest.raises(NotFoundError, match="nobody"):
            find_by_login(session, "nobody")


def test_the_password_is_kept_as_argon2id_alone(engine, add):
    add()
    with reading(engine) as session:
        kept = session.scalar(select(person.c.password))
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"login": "a b"}, "login"),
        ({"login": "x"}, "login"),
        ({"login": "<script>"}, "login"),
        ({"name": " "}, "name"),
        ({"name": "李\x00明"}, "name"),
        ({"name": "李\u202e明"}, "name"),
        ({"name": "长" * 61}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@b.cn\nBcc: c@d.cn"}, "email"),
        ({"password": "short"}, "password"),
        ({"role": Role.EDITOR, "unit_code": "999"}, "unit_code"),
        ({"role": Role.KEEPER, "unit_code": "410100"}, "unit_code"),
        ({"role": Role.ADMINISTRATOR, "unit_code": "410100"}, "unit_code"),
    ],
)
def test_a_wrong_value_is_refused_by_name(engine, add, given, parameter):
    with writing(engine) as session:
        session.execute(insert(unit).values(code="410100", name="总工会"))
    with pytest.raises(InputError) as refused:
        add(**given)
    assert refused.value.parameter == parameter
    with reading(engine) as session:
        assert read_people(session) == []


def test_no_two_accounts_have_one_login(engine, add):
    add("li")
    with pytest.raises(ConflictError, match="li"):
        add(" LI ")


def test_an_editor_may_work_for_a_unit(engine, add):
    with writing(engine) as session:
        session.execute(insert(unit).values(code="410100", name="总工会"))
    assert add("wang", Role.EDITOR, unit_code=" 410100 ").unit_code == "410100"


def test_the_last_administrator_stays_one(engine, add):
    last = add()
    stopped = add("old")
    add("wang", Role.EDITOR)
    with writing(engine) as session:
        set_active(session, stopped.id, False)
    with pytest.raises(ConflictError), writing(engine) as session:
        set_active(session, last.id, False)
    with pytest.raises(ConflictError), writing(engine) as session:
        change_person(session, last.id, name="李", role=Role.READER, email=None, unit_code=None)
    with writing(engine) as session:
        set_active(session, stopped.id, True)
        set_active(session, last.id, False)


def test_a_new_password_and_a_stop_end_every_session(engine, add):
    made, other = add(), add("wang")
    with writing(engine) as session:
        set_password(session, made.id, "another horse 8")
        changed = find_person(session, made.id)
        set_active(session, made.id, False)
        stopped = find_person(session, made.id)
    assert len({made.session_key, changed.session_key, stopped.session_key, other.session_key}) == 4
    assert not stopped.active


def test_every_act_is_logged_without_names(engine, add):
    made, by = add(), add("wang")
    with writing(engine) as session:
        change_person(
            session, made.id, name="李四", role=Role.READER, email="l@b.cn", unit_code=None, by=by.id
        )
        set_password(session, made.id, "another horse 8", by=by.id)
        set_active(session, made.id, False, by=by.id)
        set_active(session, made.id, True, by=by.id)
        rows = session.execute(select(audit).order_by(audit.c.id)).all()
    mine = [row for row in rows if row.object == str(made.id)]
    assert [row.act for row in mine] == [
        "person.add", "person.change", "person.password", "person.stop", "person.start",
    ]  # fmt: skip
    assert [row.person_id for row in mine] == [None, by.id, by.id, by.id, by.id]
    told = " ".join(str(tuple(row)) for row in rows)
    assert not any(word in told for word in ("李", "l@b.cn", "horse"))


def test_a_keeper_answers_for_the_stations_given_and_no_others(engine, add):
    keeper, other = add("wang", Role.KEEPER), add("zhao", Role.KEEPER)
    with writing(engine) as session:
        add_stations(session, STATIONS[:4], who="tester")
        assert keep_stations(session, keeper, ["yz-0003", "YZ-0001", "YZ-0001"]) == ["YZ-0001", "YZ-0003"]
        keep_stations(session, other, ["YZ-0001"])
        assert kept_by_all(session) == {keeper.id: ["YZ-0001", "YZ-0003"], other.id: ["YZ-0001"]}
        keep_stations(session, keeper, ["YZ-0002"])
        assert codes_kept(session, keeper.id) == ["YZ-0002"]
        assert keep_stations(session, keeper, []) == []
        with pytest.raises(NotFoundError, match="YZ-9999"):
            keep_stations(session, keeper, ["YZ-9999"])


def test_only_a_keeper_is_given_stations(engine, add):
    made = add("wang", Role.READER)
    with writing(engine) as session:
        add_stations(session, STATIONS[:1], who="tester")
    with pytest.raises(GeoError, match="wang"), writing(engine) as session:
        keep_stations(session, made, ["YZ-0001"])
