"""What is kept of a person: handed out, taken away, and gone when its time is over."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Table, insert, inspect, select

from geo.db.engine import reading, writing
from geo.db.tables import metadata
from geo.db.upkeep_tables import (
    apart,
    audit,
    daily_key,
    import_draft,
    keeping,
    message,
    person,
    saved_view,
    subscription,
    ticket,
    ticket_step,
)
from geo.errors import ConflictError, InputError, NotFoundError
from geo.model.people import Role
from geo.model.privacy import KEPT
from geo.model.reports import ReportKind
from geo.registry.history import station_history
from geo.registry.rows import id_of, stamp
from geo.registry.stations import change_station
from geo.registry.write import add_stations
from geo.settings import Settings
from geo.upkeep.contacts import erase_contact, export_contact
from geo.upkeep.leftovers import draft_folder
from geo.upkeep.marks import mark_of
from geo.upkeep.people import add_person, find_person, set_active
from geo.upkeep.personal import erase_person, erase_ticket, export_person, export_ticket
from geo.upkeep.retention import EXPIRY, expire
from geo.upkeep.tickets import Report, file_report
from tests.registry.conftest import station_row
from tests.upkeep.people import make_person

NOW = datetime(2026, 11, 2, 4, tzinfo=UTC)
SETTINGS = Settings(home=Path("/nowhere"), keep_days=100)
SECRETS = ("王某某", "wang@example.cn", "写在反馈里的话", "收到了,已修好", "草稿里的电话")


def ago(days: float) -> str:
    return stamp(NOW - timedelta(days=days))


@pytest.fixture
def wang(engine) -> int:
    """Number of the account of a keeper of whom something of everything is kept."""
    with writing(engine) as session:
        add_stations(session, [station_row(1), station_row(2)], who="li")
        make_person(session, "an", Role.ADMINISTRATOR)
        made = make_person(session, "wang", keeps=("YZ-0001",), name="王某某", email="wang@example.cn")
        station_id = id_of(session, "YZ-0001")
        change_station(session, "YZ-0001", {"floor": "2F"}, who=f"账号 {made.id}")

        def add(table: Table, **values) -> int:
            return session.execute(insert(table).values(**values)).inserted_primary_key[0]

        add(saved_view, person_id=made.id, name="王某某的", query="x")
        add(subscription, person_id=made.id, email="wang@example.cn", what=["report"], made_at=ago(1))
        add(
            message, at=ago(1), person_id=made.id, what="report", key="1", station_id=station_id, title="x",
            body="x", link="/admin/", email="wang@example.cn", tries=0,
        )  # fmt: skip
        # Of many stations, and so of none.
        add(
            message, at=ago(1), person_id=made.id, what="stale_soon", key="2", title="x", body="x",
            link="/admin/todo", email="wang@example.cn", tries=0,
        )  # fmt: skip
        other_id = id_of(session, "YZ-0002")
        add(apart, first_id=station_id, second_id=other_id, person_id=made.id, at=ago(1))
        draft = {"file": "王某某.csv", "body": "草稿里的电话".encode(), "reading": {}, "fixes": {}}
        add(import_draft, person_id=made.id, made_at=ago(1), touched_at=ago(1), state="open", **draft)
        for code, days in (("NEW", 99), ("OLD", 101)):
            said = {"text": "写在反馈里的话", "photo": b"x", "device": "d", "network": "n"}
            done = {"state": "answered", "answered_at": ago(days), "person_id": made.id}
            reported = add(
                ticket, code=code, station_id=station_id, kind="locked", at=ago(days), **said, **done
            )
            step = {"ticket_id": reported, "at": ago(days), "state": "answered", "role": "keeper"}
            add(ticket_step, **step, person_id=made.id, words="收到了,已修好")
    return made.id


def kept(engine) -> str:
    """Return all that is kept, as one text."""
    with reading(engine) as session:
        rows = (row for table in metadata.sorted_tables for row in session.execute(select(table)))
        return "\n".join(
            part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part)
            for row in rows
            for part in row
        )


def test_somebody_gets_all_of_every_table_that_names_him(engine, wang):
    with reading(engine) as session:
        told = orjson.loads(orjson.dumps(export_person(session, wang)))
    assert told["account"]["email"] == "wang@example.cn"
    assert told["stations"] == ["YZ-0001"]
    assert [item["why"] for item in told["changes"]] == [None]
    for name in ("saved_views", "subscriptions", "messages", "import_drafts", "answers", "tickets_given"):
        assert told[name], name
    assert [item["station"] for item in told["messages"]] == ["YZ-0001", None]
    assert [(item["first"], item["second"]) for item in told["stations_apart"]] == [("YZ-0001", "YZ-0002")]
    assert told["import_drafts"][0]["body"] == "18 B"
    # Whose reports he answered is not his to take along.
    assert {name for row in told["tickets_given"] for name in row} == {"id", "station", "kind", "at", "state"}


def test_no_table_that_names_accounts_is_forgotten(sqlite_engine):
    from geo.upkeep import personal

    tables = inspect(sqlite_engine)
    naming = {
        (table, key["constrained_columns"][0])
        for table in tables.get_table_names()
        for key in tables.get_foreign_keys(table)
        if key["referred_table"] == "person"
    }
    told = {(table.name, column) for table, column in personal._OF_PERSON.values()}
    assert naming - told == {("keeping", "person_id")}


def test_who_is_erased_is_nowhere_and_his_work_stays(engine, wang):
    with writing(engine) as session:
        erase_person(session, SETTINGS, wang)
    left = kept(engine)
    assert not any(word in left for word in ("王某某", "wang", "草稿里的电话"))
    with reading(engine) as session:
        assert find_person(session, wang) is None
        assert session.scalar(select(keeping.c.person_id)) is None
        assert session.scalars(select(ticket_step.c.person_id)).all() == [wang, wang]
        assert session.scalars(select(apart.c.person_id)).all() == [wang]
        with pytest.raises(NotFoundError):
            export_person(session, wang)
    with writing(engine) as session:
        # His login is free again.
        add_person(session, login="wang", name="另一个", role=Role.READER, password="correct horse 7")


def test_the_last_administrator_cannot_be_erased(engine, wang):
    with pytest.raises(ConflictError), writing(engine) as session:
        erase_person(session, SETTINGS, 1)


def test_the_log_outlives_whom_it_is_about(engine, wang):
    with reading(engine) as session:
        before = session.execute(select(audit).order_by(audit.c.id)).all()
    with writing(engine) as session:
        erase_person(session, SETTINGS, wang)
        after = session.execute(select(audit).order_by(audit.c.id)).all()
    assert after[: len(before)] == before


def test_whoever_has_the_ticket_gets_his_report_and_has_it_forgotten(engine, wang):
    with reading(engine) as session:
        told = export_ticket(session, " new ")
        assert told["ticket"]["text"] == "写在反馈里的话"
        assert len(told["steps"]) == 1
        with pytest.raises(NotFoundError):
            export_ticket(session, "none")
    with writing(engine) as session:
        erase_ticket(session, "new")
        row = session.execute(select(ticket).where(ticket.c.code == "NEW")).one()
    assert (row.text, row.photo, row.device, row.network) == (None, None, None, None)
    assert (row.kind, row.state) == ("locked", "answered")


def test_the_code_that_a_rider_was_given_is_that_of_his_report(engine, wang):
    made = Report(ReportKind.NO_WATER, None, "d", "n", text="桶空了")
    with writing(engine) as session:
        code = file_report(session, id_of(session, "YZ-0001"), made, now=NOW, settings=SETTINGS)
        for typed in (code, code.lower()):
            assert export_ticket(session, typed)["ticket"]["text"] == "桶空了"


@pytest.fixture
def contact(engine):
    """A registry in whose record and history somebody in charge stands, beside others."""
    zhang, li = {"keeper_name": "张某", "keeper_phone": "13900001234"}, {"keeper_name": "李某"}
    with writing(engine) as session:
        rows = [station_row(1, **zhang), station_row(2, **zhang)]
        rows.append(station_row(3, keeper_phone="13800001234", **li))
        add_stations(session, rows, who="li")
        change_station(session, "YZ-0002", li, who="li")
        change_station(session, "YZ-0002", {"keeper_phone": "13700000000", "floor": "2F"}, who="li")
    return engine


def test_somebody_in_charge_of_a_station_gets_and_loses_his_entries(contact):
    with reading(contact) as session:
        told = export_contact(session, "139-0000-1234")
    assert {(item["station"], item["name"]) for item in told} == {
        ("YZ-0001", "张某"), ("YZ-0002", "张某"), ("YZ-0002", None),
    }  # fmt: skip
    with writing(contact) as session:
        assert erase_contact(session, "139 0000 1234", who="li") == 2
    left = kept(contact)
    assert "张某" not in left
    assert "13900001234" not in left
    for other in ("李某", "13800001234", "13700000000", "2F"):
        assert other in left
    with reading(contact) as session:
        assert [item.why for item in station_history(session, "YZ-0001")] == ["按本人要求抹去负责人", None]
        with pytest.raises(NotFoundError):
            export_contact(session, "13900001234")
        with pytest.raises(InputError):
            export_contact(session, "1234")


def test_every_kind_with_a_time_of_its_own_is_deleted_by_the_command():
    assert {item.code for item in KEPT if item.days is not None} == set(EXPIRY)


def test_what_was_kept_long_enough_goes_and_the_rest_stays(engine, wang):
    with writing(engine) as session:
        gone = expire(session, SETTINGS, now=NOW)
        again = expire(session, SETTINGS, now=NOW)
        rows = {row.code: row for row in session.execute(select(ticket))}
        words = session.scalars(select(ticket_step.c.words).order_by(ticket_step.c.ticket_id)).all()
    assert gone == {"ticket": 1, "mark": 0, "account": 0, "message": 0, "draft": 0}
    assert not any(again.values())
    assert (rows["OLD"].text, rows["OLD"].photo, rows["OLD"].device, rows["OLD"].network) == (None,) * 4
    assert rows["OLD"].state == "answered"
    assert rows["NEW"].text == "写在反馈里的话"
    assert words == ["收到了,已修好", None]


def test_files_made_on_the_way_go_with_what_they_were_made_of(engine, wang, tmp_path):
    settings = replace(SETTINGS, home=tmp_path)
    with writing(engine) as session:
        of_wang = (import_draft.c.id, import_draft.c.person_id, import_draft.c.made_at)
        under_way = draft_folder(settings, *session.execute(select(*of_wang)).one())
        told = dict(session.execute(select(import_draft)).mappings().one())
        told |= {"id": told["id"] + 1, "state": "loaded", "body": None}
        session.execute(insert(import_draft).values(told))
        ended = draft_folder(settings, told["id"], told["person_id"], told["made_at"])
        old, new = tmp_path / "exports" / "old.xlsx", tmp_path / "exports" / "new.xlsx"
        for file in (under_way / "check.json", ended / "look.json", old, new):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
            os.utime(file, (NOW.timestamp(), NOW.timestamp()))
            os.utime(file.parent, (NOW.timestamp(), NOW.timestamp()))
        os.utime(old, (NOW.timestamp() - 3_601,) * 2)
        expire(session, settings, now=NOW)
        assert [file.exists() for file in (under_way, ended, old, new)] == [True, False, False, True]
        erase_person(session, settings, wang)
        assert not under_way.exists()


def test_after_its_time_nothing_personal_is_left_of_a_stopped_account(engine, wang):
    with writing(engine) as session:
        set_active(session, wang, False)
        # The log says that it was stopped now, whenever this test runs.
        assert expire(session, SETTINGS, now=datetime.now(UTC))["account"] == 0
        later = datetime.now(UTC) + timedelta(days=101)
        assert expire(session, SETTINGS, now=later)["account"] == 1
    assert not any(word in kept(engine) for word in SECRETS)


def test_an_account_stopped_started_and_stopped_again_counts_from_the_last(engine, wang):
    with writing(engine) as session:
        set_active(session, wang, False)
        set_active(session, wang, True)
        later = datetime.now(UTC) + timedelta(days=101)
        assert expire(session, SETTINGS, now=later)["account"] == 0


def test_the_key_of_a_day_is_gone_two_days_later(engine):
    with writing(engine) as session:
        mark_of(session, "192.0.2.1", now=NOW)
        assert expire(session, SETTINGS, now=NOW + timedelta(days=1))["mark"] == 0
        assert expire(session, SETTINGS, now=NOW + timedelta(days=2))["mark"] == 1
        assert session.scalar(select(daily_key.c.day)) is None


def test_who_has_unsubscribed_is_forgotten_at_once(engine, wang):
    with writing(engine) as session:
        session.execute(subscription.update().values(ended_at=ago(0)))
        assert expire(session, SETTINGS, now=NOW)["message"] == 1
        assert session.scalar(select(subscription.c.id)) is None
        assert session.scalar(select(person.c.id).where(person.c.id == wang)) == wang
