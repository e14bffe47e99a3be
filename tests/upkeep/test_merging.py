"""Two records of one place become one, and what was said of either is said of it."""

import pytest
from sqlalchemy import insert, select

from geo.db.engine import reading, writing
from geo.db.upkeep_tables import fact, head_count, keeping, photo, ticket, work_order
from geo.errors import ConflictError, InputError, NotFoundError
from geo.upkeep.edits import edit_station, hold_station
from geo.upkeep.keeping import keep_stations
from geo.upkeep.merging import merge_stations
from tests.registry.conftest import station_row
from tests.upkeep.desk import furnish, id_at, row_of

AT = "2026-11-02T01:00:00Z"
ROWS = [
    station_row(1, unit_code="UE", public_phone=None),
    station_row(2, unit_code="UE", public_phone="0371-5550106"),
    station_row(3, unit_code="UW"),
    station_row(4, unit_code="UE", kind="water_point"),
    station_row(5, unit_code="UE", status="closed", closed_reason="房屋到期"),
]


@pytest.fixture
def people(engine):
    people = furnish(engine, ROWS)
    lost, kept = id_at(engine, "YZ-0002"), id_at(engine, "YZ-0001")
    with writing(engine) as session:
        keep_stations(session, people["keeper"], ["YZ-0001", "YZ-0002"])
        for values in (
            {"day": "2026-11-01", "station_id": lost, "count": 5},
            {"day": "2026-11-02", "station_id": lost, "count": 7},
            {"day": "2026-11-02", "station_id": kept, "count": 6},
        ):
            session.execute(insert(head_count).values(source="keeper", at=AT, **values))
        order = session.execute(
            insert(work_order)
            .values(station_id=lost, at=AT, due_at=AT, reason="锁着", state="open")
            .returning(work_order.c.id)
        ).scalar_one()
        session.execute(
            insert(ticket).values(
                code="t", station_id=lost, kind="locked", at=AT, state="new", order_id=order
            )
        )
        session.execute(
            insert(fact).values(station_id=lost, what="maybe_locked", since=AT, made_at=AT, order_id=order)
        )
        session.execute(
            insert(photo).values(station_id=lost, at=AT, caption="", width=1, height=1, body=b"x", thumb=b"x")
        )
    return people


def _merge(engine, person, code, into, values=None, versions=None):
    with writing(engine) as session:
        if versions is None:
            versions = tuple(hold_station(session, person, one).version for one in (code, into))
        merge_stations(session, person, code, into, values or {}, versions=versions)


def test_one_is_closed_and_what_hangs_on_it_follows(engine, people):
    _merge(engine, people["east"], "YZ-0002", "YZ-0001", {"public_phone": "0371-5550106"})
    lost, kept = row_of(engine, "YZ-0002"), row_of(engine, "YZ-0001")
    assert (lost["status"], lost["merged_into"]) == ("closed", "YZ-0001")
    assert "YZ-0001" in lost["closed_reason"]
    assert (kept["status"], kept["public_phone"]) == ("open", "0371-5550106")
    lost_id, kept_id = id_at(engine, "YZ-0002"), id_at(engine, "YZ-0001")
    with reading(engine) as session:
        for table in (fact, ticket, work_order, photo):
            assert session.scalars(select(table.c.station_id)).all() == [kept_id]
        assert session.scalars(select(keeping.c.station_id)).all() == [kept_id]
        counts = session.execute(select(head_count.c.station_id, head_count.c.day, head_count.c.count)).all()
    # Two counts of one day may be of the same people: neither is added to the other, neither is lost.
    assert sorted(counts) == sorted(
        [(kept_id, "2026-11-01", 5), (kept_id, "2026-11-02", 6), (lost_id, "2026-11-02", 7)]
    )


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("login", "code", "into", "fault", "message"),
    [
        ("east", "YZ-0001", "YZ-0001", InputError, "同一个站点"),
        ("east", "YZ-0001", "YZ-0004", InputError, "类别不同"),
        ("east", "YZ-0001", "YZ-0005", InputError, "已撤销"),
        ("east", "YZ-0001", "YZ-0003", NotFoundError, "不归您管"),
        ("west", "YZ-0001", "YZ-0003", NotFoundError, "不归您管"),
    ],
)
def test_what_cannot_be_one_is_not_merged(engine, people, login, code, into, fault, message):
    with pytest.raises(fault, match=message):
        _merge(engine, people[login], code, into, versions=(1, 1))
    assert row_of(engine, code)["status"] == "open"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_changed_meanwhile_or_went_before_is_not_merged(engine, people):
    with pytest.raises(ConflictError):
        _merge(engine, people["east"], "YZ-0002", "YZ-0001", versions=(2, 99))
    _merge(engine, people["admin"], "YZ-0002", "YZ-0001")
    with pytest.raises(InputError, match="已经并入 YZ-0001"):
        _merge(engine, people["admin"], "YZ-0002", "YZ-0001")
    with pytest.raises(InputError, match="已撤销"):
        _merge(engine, people["admin"], "YZ-0001", "YZ-0002")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_one_that_is_opened_again_stands_for_itself(engine, people):
    _merge(engine, people["east"], "YZ-0002", "YZ-0001")
    with writing(engine) as session:
        held = hold_station(session, people["east"], "YZ-0002")
        edit_station(session, people["east"], "YZ-0002", {"status": "open"}, version=held.version)
    row = row_of(engine, "YZ-0002")
    assert (row["status"], row["merged_into"], row["closed_reason"]) == ("open", None, None)
