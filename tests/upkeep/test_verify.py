"""Saying that somebody looked: what it changes, who may, and what the public is told of it."""

from datetime import date, datetime, timedelta

import orjson
import pytest
from sqlalchemy import Engine, select

from geo.db.engine import reading, writing
from geo.db.tables import station
from geo.errors import ForbiddenError, InputError, NotFoundError
from geo.model.hours import CHINA
from geo.model.people import Person, Role
from geo.model.verification import Policy, Standing, standing
from geo.registry.history import station_history, undo_change
from geo.registry.snapshot_read import read_revision, read_snapshot
from geo.registry.stations import change_station
from geo.registry.write import add_stations
from geo.upkeep.messages import read_messages
from geo.upkeep.verify import VERIFIABLE, doubt_station, stands, verify_station
from geo.upkeep.worklist import count_due, read_due, read_looks
from tests.registry.conftest import station_row
from tests.upkeep.people import make_person

# Three in the morning: still the day before in UTC.
NOW = datetime(2026, 11, 2, 3, 0, tzinfo=CHINA)
POLICY = Policy(275, 365)


@pytest.fixture
def keeper(engine: Engine) -> Person:
    """The keeper of YZ-0001; YZ-0002 is somebody else's."""
    rows = [station_row(1, verified_on="2025-01-01", facilities={"toilet": "yes"}), station_row(2)]
    with writing(engine) as session:
        add_stations(session, rows, who="li")
        return make_person(session, "keeper", keeps=("YZ-0001",))


def shown(engine: Engine, code: str) -> dict:
    """Return what the public is told of a station."""
    snapshot = read_snapshot(engine)
    return orjson.loads(snapshot.doc(snapshot.row(code)))


def test_the_day_the_role_and_the_items_reach_the_public(engine: Engine, keeper: Person):
    with writing(engine) as session:
        day = verify_station(session, keeper, "yz-0001", ["hours", "door"], now=NOW)
    told = shown(engine, "YZ-0001")
    assert day == told["verified_on"] == "2026-11-02"
    assert told["verified"] == {"role": "keeper", "checked": ["door", "hours"]}
    assert told["facilities"] == {"toilet": "yes"}
    assert "verified" not in shown(engine, "YZ-0002")


def test_the_history_says_who_by_number_and_the_public_never(engine: Engine, keeper: Person):
    with writing(engine) as session:
        verify_station(session, keeper, "YZ-0001", ["door"], now=NOW)
        [last, _] = station_history(session, "YZ-0001")
    assert (last.who, last.after["verified_by"]) == (f"账号 {keeper.id}",) * 2
    assert keeper.name not in str(shown(engine, "YZ-0001"))


def test_a_second_look_on_one_day_is_told_at_once(engine: Engine, keeper: Person):
    with writing(engine) as session:
        verify_station(session, keeper, "YZ-0001", ["door"], now=NOW)
    before = read_revision(engine)
    with writing(engine) as session:
        verify_station(session, keeper, "YZ-0001", ["hours"], now=NOW + timedelta(hours=1))
    assert read_revision(engine) > before
    assert shown(engine, "YZ-0001")["verified"]["checked"] == ["hours"]


def test_a_doubt_keeps_the_day_it_had(engine: Engine, keeper: Person):
    with writing(engine) as session:
        verify_station(session, keeper, "YZ-0001", ["door"], now=NOW)
        later = NOW + timedelta(days=9)
        doubt_station(session, keeper, "YZ-0001", " 周末不开 ", now=later)
        id_ = session.scalar(select(station.c.id).where(station.c.code == "YZ-0001"))
        [doubt, first] = read_looks(session, id_, most=9)
        [message] = read_messages(session, keeper)
    assert (doubt.right, doubt.note, first.right) == (False, "周末不开", True)
    assert (message.what, message.body) == ("report", "周末不开")
    told = shown(engine, "YZ-0001")
    assert (told["verified_on"], told["verified"]["checked"]) == ("2026-11-02", ["door"])


def test_a_day_set_by_others_is_nobodys_verification(engine: Engine, keeper: Person):
    with writing(engine) as session:
        verify_station(session, keeper, "YZ-0001", ["door"], now=NOW)
        change_station(session, "YZ-0001", {"verified_on": "2026-11-05"}, who="clerk")
    assert "verified" not in shown(engine, "YZ-0001")
    with writing(engine) as session:
        undo_change(session, station_history(session, "YZ-0001")[0].id, who="clerk")
    assert shown(engine, "YZ-0001")["verified"]["role"] == "keeper"


@pytest.mark.parametrize(
    ("code", "checked", "fault"),
    [
        ("YZ-0002", ["door"], NotFoundError),
        ("YZ-0009", ["door"], NotFoundError),
        ("YZ-0001", [], InputError),
        ("YZ-0001", ["smell"], InputError),
    ],
)
def test_what_is_not_his_or_nothing_is_refused(engine: Engine, keeper: Person, code, checked, fault):
    with writing(engine) as session, pytest.raises(fault):
        verify_station(session, keeper, code, checked, now=NOW)


def test_a_reader_verifies_nothing_and_nobody_what_is_closed(engine: Engine, keeper: Person):
    with writing(engine) as session:
        reader = make_person(session, "reader", Role.READER)
        with pytest.raises(ForbiddenError):
            verify_station(session, reader, "YZ-0001", ["door"], now=NOW)
        change_station(session, "YZ-0001", {"status": "closed", "closed_reason": "房屋到期"}, who="li")
        with pytest.raises(InputError, match="不用核实"):
            verify_station(session, keeper, "YZ-0001", ["door"], now=NOW)
        for note in (" ", "长" * 501):
            with pytest.raises(InputError):
                doubt_station(
                    session,
                    make_person(session, f"a{len(note)}", Role.ADMINISTRATOR),
                    "YZ-0002",
                    note,
                    now=NOW,
                )


DAYS = (
    None, "", "去年", "2019", "2025", "2025-11", "2025-11-01", "2025-11-02", "2026-01", "2026-01-30",
    "2026-01-31", "2026-02", "2026-11-02", "2026-11-03", "2026-11-04", "2031-01-01",
)  # fmt: skip


def test_the_database_means_by_a_standing_what_the_model_means(engine: Engine):
    today = NOW.date()
    rows = [station_row(n, verified_on=day) for n, day in enumerate(DAYS)]
    rows += [
        station_row(50 + n, status=status)
        for n, status in enumerate(["closed", "planned", "suspended", "trial"])
    ]
    with writing(engine) as session:
        add_stations(session, rows, who="li")
        admin = make_person(session, "admin", Role.ADMINISTRATOR)
    with reading(engine) as session:
        found = {
            held: set(session.scalars(select(station.c.code).where(stands([held], today, POLICY))))
            for held in Standing
        }
        due = read_due(session, admin, today, POLICY, most=100)
        counts = count_due(session, admin, today, POLICY)
    for row in rows:
        looked_at = row.get("status", "open") in VERIFIABLE
        expected = {standing(row.get("verified_on"), today, POLICY)} if looked_at else set()
        assert {held for held, codes in found.items() if row["code"] in codes} == expected, row
    assert {one.code: one.standing for one in due} == {
        code: held for held, codes in found.items() for code in codes if held != Standing.FRESH
    }
    assert counts == {held: len(found[held]) for held in counts}


def test_days_are_those_of_china():
    assert standing("2026-11-03", date(2026, 11, 2), POLICY) == Standing.FRESH
