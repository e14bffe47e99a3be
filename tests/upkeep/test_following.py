"""What went along when stations were merged comes back when that is undone: against where it hung before."""

import pytest
from sqlalchemy import delete, insert, select, update

from geo.cli.keep import undo
from geo.db.engine import reading, writing
from geo.db.tables import station
from geo.db.upkeep_tables import fact, head_count, keeping, merging, photo, ticket, work_order
from geo.errors import ConflictError, ForbiddenError, InputError
from geo.model.people import Role
from geo.registry.history import station_history
from geo.upkeep.bulk import Alike, change_alike
from geo.upkeep.bulk_undo import undo_alike
from geo.upkeep.edits import edit_station, hold_station, newest_change, undo_edit
from geo.upkeep.keeping import keep_stations
from geo.upkeep.merging import merge_stations
from geo.upkeep.people import add_person
from tests.registry.conftest import station_row
from tests.upkeep.desk import PASSWORD, furnish, id_at, row_of

AT = "2026-11-02T01:00:00Z"
A, B, C = "YZ-0001", "YZ-0002", "YZ-0003"
ALL = (A, B, C)
ON_ONE_STORE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
HUNG = (work_order, ticket, fact, photo, head_count, keeping)


def report(session, station_id, code, order=None):
    values = {"station_id": station_id, "code": code, "kind": "locked", "at": AT, "state": "new"}
    return session.execute(
        insert(ticket).values(**values, order_id=order).returning(ticket.c.id)
    ).scalar_one()


def order_at(session, station_id):
    values = {"station_id": station_id, "at": AT, "due_at": AT, "reason": "锁着", "state": "open"}
    return session.execute(insert(work_order).values(values).returning(work_order.c.id)).scalar_one()


def count(session, station_id, day, number):
    values = {"station_id": station_id, "day": day, "source": "keeper", "count": number, "at": AT}
    session.execute(insert(head_count).values(values))


@pytest.fixture
def people(engine):
    """Three stations of one place, with something of everything, and a keeper of all, and of each."""
    people = furnish(engine, [station_row(number, unit_code="UE") for number in (1, 2, 3)])
    ids = {code: id_at(engine, code) for code in ALL}
    with writing(engine) as session:
        keep_stations(session, people["keeper"], ALL)
        for code, id_ in ids.items():
            made = add_person(session, login=f"of.{code}", name=code, role=Role.KEEPER, password=PASSWORD)
            people[code] = made
            keep_stations(session, made, [code])
            order = order_at(session, id_)
            report(session, id_, f"in the order of {code}", order)
            report(session, id_, f"of {code}")
            doubt = {"what": "maybe_locked", "since": AT, "made_at": AT}
            session.execute(insert(fact).values(**doubt, station_id=id_, order_id=order))
            picture = {"at": AT, "caption": code, "width": 1, "height": 1, "body": b"x", "thumb": b"x"}
            session.execute(insert(photo).values(station_id=id_, **picture))
            count(session, id_, f"2026-11-{id_:02d}", id_)
            count(session, id_, "2026-12-01", id_)
    return people


def hanging(engine):
    """Return where everything hangs: by table, the station's code and all else that is kept of it."""
    with reading(engine) as session:
        codes = dict(session.execute(select(station.c.id, station.c.code)).all())
        found = set()
        for table in HUNG:
            for row in session.execute(select(table)).mappings():
                rest = {name: value for name, value in row.items() if name != "station_id"}
                found.add((table.name, codes[row["station_id"]], str(rest)))
    return found


def merge(engine, person, code, into, **taken):
    with writing(engine) as session:
        versions = tuple(hold_station(session, person, one).version for one in (code, into))
        merge_stations(session, person, code, into, taken, versions=versions)
    return newest(engine, code)


def newest(engine, code):
    id_ = id_at(engine, code)
    with reading(engine) as session:
        return newest_change(session, id_)


def take_back(engine, person, code, number):
    with writing(engine) as session:
        undo_edit(session, person, code, number)
    return newest(engine, code)


def test_all_that_followed_comes_back_and_follows_again(engine, people):
    before = hanging(engine)
    merged = merge(engine, people["east"], A, B)
    followed = hanging(engine)
    assert followed != before
    # Of one day both had counted: neither is lost, and none added to the other.
    assert {place for name, place, _ in followed if place == A} == {A}
    assert {name for name, place, _ in followed if place == A} == {"head_count"}
    undone = take_back(engine, people["east"], A, merged)
    assert (row_of(engine, A)["status"], row_of(engine, A)["merged_into"]) == ("open", None)
    assert hanging(engine) == before
    with pytest.raises(ConflictError, match="已经撤销过了"):
        take_back(engine, people["east"], A, merged)
    assert hanging(engine) == before
    again = take_back(engine, people["east"], A, undone)
    assert row_of(engine, A)["merged_into"] == B
    assert hanging(engine) == followed
    take_back(engine, people["east"], A, again)
    assert hanging(engine) == before


@ON_ONE_STORE
def test_what_came_since_stays_and_what_went_elsewhere_too(engine, people):
    merged = merge(engine, people["east"], A, B)
    a, b, c = (id_at(engine, code) for code in ALL)
    with writing(engine) as session:
        report(session, b, "new")
        count(session, b, "2027-01-01", 9)
        # Whoever kept the first is given other work; another gets it, in place of him.
        keep_stations(session, people[A], [C])
        session.execute(update(photo).where(photo.c.caption == A).values(station_id=c))
        session.execute(delete(keeping).where(keeping.c.person_id == people["keeper"].id))
    take_back(engine, people["east"], A, merged)
    with reading(engine) as session:
        where = dict(session.execute(select(ticket.c.code, ticket.c.station_id)).all())
        assert (where["new"], where[f"of {A}"], where[f"of {B}"]) == (b, a, b)
        assert set(session.scalars(select(photo.c.caption).where(photo.c.station_id == c))) == {A, C}
        kept = session.execute(select(keeping.c.person_id, keeping.c.station_id)).all()
        assert set(kept) == {(people[A].id, c), (people[B].id, b), (people[C].id, c)}
        days = session.scalars(select(head_count.c.day).where(head_count.c.station_id == b))
        assert set(days) == {f"2026-11-{b:02d}", "2026-12-01", "2027-01-01"}


def test_reports_go_with_the_order_that_they_were_given_to(engine, people):
    merged = merge(engine, people["east"], A, B)
    a, b, _ = (id_at(engine, code) for code in ALL)
    with writing(engine) as session:
        orders = {
            code: session.scalar(select(ticket.c.order_id).where(ticket.c.code == f"in the order of {code}"))
            for code in (A, B)
        }
        report(session, b, "joins the first", orders[A])
        session.execute(update(ticket).where(ticket.c.code == f"of {A}").values(order_id=orders[B]))
    take_back(engine, people["east"], A, merged)
    with reading(engine) as session:
        where = dict(session.execute(select(ticket.c.code, ticket.c.station_id)).all())
        same = select(ticket.c.id).join(work_order).where(work_order.c.station_id != ticket.c.station_id)
        assert session.scalars(same).all() == []
    assert (where["joins the first"], where[f"of {A}"]) == (a, b)


def test_the_remaining_one_merged_on_gives_back_from_where_it_went(engine, people):
    before = hanging(engine)
    first = merge(engine, people["east"], A, B)
    between = hanging(engine)
    second = merge(engine, people["east"], B, C)
    # In the order in which they were made, too.
    undone = take_back(engine, people["east"], A, first)
    now = hanging(engine)
    assert {row for row in now if row[1] == A} == {row for row in before if row[1] == A}
    with pytest.raises(ConflictError, match="已经撤销了"):
        # It would be merged into one that is closed.
        take_back(engine, people["east"], A, undone)
    assert hanging(engine) == now
    take_back(engine, people["east"], B, second)
    assert hanging(engine) == before != between


@ON_ONE_STORE
def test_undone_from_the_last_to_the_first_each_state_comes_back(engine, people):
    before = hanging(engine)
    first = merge(engine, people["east"], A, B)
    between = hanging(engine)
    second = merge(engine, people["east"], B, C)
    take_back(engine, people["east"], B, second)
    assert hanging(engine) == between
    take_back(engine, people["east"], A, first)
    assert hanging(engine) == before


@ON_ONE_STORE
def test_what_was_given_back_past_a_later_merging_is_not_taken_by_undoing_that(engine, people):
    before = hanging(engine)
    first = merge(engine, people["east"], A, B)
    second = merge(engine, people["east"], B, C)
    take_back(engine, people["east"], A, first)
    third = merge(engine, people["east"], A, C)
    take_back(engine, people["east"], B, second)
    now = hanging(engine)
    assert {row for row in now if row[1] == B} == {row for row in before if row[1] == B}
    take_back(engine, people["east"], A, third)
    assert hanging(engine) == before


@ON_ONE_STORE
def test_one_opened_again_by_hand_has_its_own_again(engine, people):
    before = hanging(engine)
    merge(engine, people["east"], A, B)
    with writing(engine) as session:
        version = hold_station(session, people["east"], A).version
        edit_station(session, people["east"], A, {"status": "open"}, version=version)
    assert hanging(engine) == before
    with reading(engine) as session:
        [at] = session.scalars(select(merging.c.undone_at))
    assert at


@ON_ONE_STORE
def test_who_is_no_keeper_any_more_gets_nothing_back(engine, people):
    merged = merge(engine, people["east"], A, B)
    with writing(engine) as session:
        for login in ("keeper", A):
            session.execute(delete(keeping).where(keeping.c.person_id == people[login].id))
    take_back(engine, people["east"], A, merged)
    with reading(engine) as session:
        assert session.scalars(select(keeping.c.person_id).order_by(keeping.c.person_id)).all() == [
            people[B].id, people[C].id,
        ]  # fmt: skip


@ON_ONE_STORE
def test_the_command_line_brings_it_back_too(engine, people, monkeypatch):
    before = hanging(engine)
    merged = merge(engine, people["east"], A, B)
    monkeypatch.setattr("geo.cli.keep.read_settings", lambda: None)
    monkeypatch.setattr("geo.cli.keep.open_registry", lambda _: engine)
    undo.callback(merged, whole_load=False)
    assert hanging(engine) == before


@ON_ONE_STORE
def test_many_opened_again_at_once_have_their_own_and_lose_it_with_that_undone(engine, people, monkeypatch):
    before = hanging(engine)
    merge(engine, people["east"], A, B)
    followed = hanging(engine)
    with writing(engine) as session:
        since = newest_change(session)
        number = change_alike(
            session, people["east"], [A, C], Alike({"status": "open"}, {}), since=since
        ).number
    assert hanging(engine) == before
    monkeypatch.setattr("geo.cli.keep.read_settings", lambda: None)
    monkeypatch.setattr("geo.cli.keep.open_registry", lambda _: engine)
    undo.callback(number, whole_load=True)
    assert row_of(engine, A)["merged_into"] == B
    assert hanging(engine) == followed


@ON_ONE_STORE
@pytest.mark.parametrize("chain", [(A, B, C), (C, A, B), (C, B, A)])
def test_a_chain_opened_at_once_is_as_it_was_with_that_undone(engine, people, chain):
    first, middle, last = chain
    merge(engine, people["east"], first, middle)
    merge(engine, people["east"], middle, last)
    followed = hanging(engine)
    with writing(engine) as session:
        opening = Alike({"status": "open"}, {})
        number = change_alike(
            session, people["east"], [first, middle], opening, since=newest_change(session)
        ).number
    assert hanging(engine) != followed
    with writing(engine) as session:
        assert len(undo_alike(session, people["east"], number).edits) == 2
    assert hanging(engine) == followed


@ON_ONE_STORE
def test_a_merging_is_undone_whole_with_what_the_remaining_one_took_over(engine, people):
    before, rows = hanging(engine), {code: row_of(engine, code) for code in (A, B)}
    merge(engine, people["east"], A, B, floor="3F", public_phone="12351")
    assert row_of(engine, B)["floor"] == "3F"
    with reading(engine) as session:
        [number] = {entry.load_id for entry in (station_history(session, code)[0] for code in (A, B))}
    with writing(engine) as session:
        undoing = undo_alike(session, people["east"], number)
    assert (len(undoing.edits), undoing.left) == (2, [])
    for code, row in rows.items():
        assert row_of(engine, code) == row
    assert hanging(engine) == before


def test_nobody_merges_or_undoes_that_with_a_station_of_others(engine, people):
    east = people["east"]
    with writing(engine) as session:
        moving = hold_station(session, people["admin"], C)
        edit_station(session, people["admin"], C, {"unit_code": "UW"}, version=moving.version)
    before = hanging(engine)
    merged = merge(engine, people["admin"], A, C)
    followed = hanging(engine)
    with reading(engine) as session:
        number = station_history(session, A)[0].load_id
    with pytest.raises(ForbiddenError, match=C):
        take_back(engine, east, A, merged)
    with writing(engine) as session:
        opened = change_alike(session, east, [A], Alike({"status": "open"}, {}), since=newest_change(session))
        assert (opened.number, [code for code, _ in opened.left]) == (None, [A])
        undoing = undo_alike(session, east, number)
        assert (undoing.edits, [code for code, _ in undoing.left]) == ([], [A])
    with pytest.raises(ForbiddenError, match=C), writing(engine) as session:
        edit_station(session, east, A, {"status": "open"}, version=merged)
    assert hanging(engine) == followed
    undone = take_back(engine, people["admin"], A, merged)
    assert hanging(engine) == before
    with pytest.raises(ForbiddenError, match=C):
        take_back(engine, east, A, undone)
    assert hanging(engine) == before


@ON_ONE_STORE
def test_nobody_gets_back_what_went_on_to_a_station_of_others(engine, people):
    merge(engine, people["east"], A, B)
    with writing(engine) as session:
        moving = hold_station(session, people["admin"], C)
        edit_station(session, people["admin"], C, {"unit_code": "UW"}, version=moving.version)
    merge(engine, people["admin"], B, C)
    followed = hanging(engine)
    with pytest.raises(ForbiddenError, match=C):
        take_back(engine, people["east"], A, newest(engine, A))
    assert hanging(engine) == followed


@ON_ONE_STORE
def test_a_change_that_is_none_of_a_merging_moves_nothing(engine, people):
    merge(engine, people["east"], A, B)
    followed = hanging(engine)
    for code in (A, B):
        with writing(engine) as session:
            version = hold_station(session, people["east"], code).version
            edit_station(session, people["east"], code, {"floor": "2F"}, version=version)
        take_back(engine, people["east"], code, newest(engine, code))
        assert hanging(engine) == followed
    with pytest.raises(InputError):
        merge(engine, people["east"], A, C)
