"""The same change of many stations: seen first, then made, never over somebody's head."""

import pytest

from geo.db.engine import reading, writing
from geo.errors import ForbiddenError, InputError, NotFoundError
from geo.registry.history import station_history, undo_load
from geo.registry.stations import change_station
from geo.upkeep import bulk
from geo.upkeep.bulk import Alike, change_alike, plan_alike
from geo.upkeep.bulk_undo import bulks_among, plan_undo_alike, undo_alike
from geo.upkeep.edits import newest_change
from tests.registry.conftest import station_row
from tests.upkeep.desk import furnish, row_of

CODES = [f"YZ-{number:04d}" for number in range(1, 7)]
ALIKE = Alike({"access_who": "anyone"}, {"wifi": "yes", "toilet": None})


@pytest.fixture
def people(engine):
    rows = [
        station_row(
            number,
            unit_code="UW" if number == 6 else "UE",
            access_who="anyone" if number == 1 else None,
            facilities={"wifi": "yes"} if number == 1 else {"toilet": "no", "tv": "yes"},
        )
        for number in range(1, 7)
    ]
    return furnish(engine, rows)


def test_all_change_alike_and_the_rest_of_them_stays(engine, people):
    with writing(engine) as session:
        since = newest_change(session)
        planned = plan_alike(session, people["east"], CODES, ALIKE, since=since)
        done = change_alike(session, people["east"], CODES, ALIKE, since=since, why="统一")
    assert planned.edits == done.edits
    assert [edit.before["code"] for edit in done.edits] == CODES[1:5]
    assert done.same == 1
    # The western one is not hers: no more is told of it than of one that is not there.
    assert [(code, str(fault)) for code, fault in done.left] == [
        ("YZ-0006", "没有编号为 YZ-0006 的站点,或者不归您管")
    ]
    row = row_of(engine, "YZ-0003")
    assert (row["access_who"], row["facilities"]) == ("anyone", {"tv": "yes", "wifi": "yes"})
    assert row_of(engine, "YZ-0006")["access_who"] is None


def test_what_somebody_touched_since_is_left_as_it_is(engine, people):
    with reading(engine) as session:
        since = newest_change(session)
    with writing(engine) as session:
        change_station(session, "YZ-0002", {"name": "刚改的"}, who="li")
    with writing(engine) as session:
        done = change_alike(session, people["east"], CODES[:4], ALIKE, since=since)
    assert [code for code, _ in done.left] == ["YZ-0002"]
    assert [edit.before["code"] for edit in done.edits] == ["YZ-0003", "YZ-0004"]
    assert row_of(engine, "YZ-0002")["access_who"] is None


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_some_cannot_be_is_told_of_each(engine, people):
    with writing(engine) as session:
        closing = Alike({"status": "closed"}, {})
        done = change_alike(session, people["east"], CODES[:2], closing, since=newest_change(session))
    assert not done.edits
    assert {str(fault) for _, fault in done.left} == {"关闭或暂停站点要写原因"}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_nobody_may_is_refused_whole(engine, people, monkeypatch):
    away = Alike({"unit_code": "UW"}, {})
    with pytest.raises(InputError, match="不归您管了"), writing(engine) as session:
        change_alike(session, people["east"], CODES[:2], away, since=newest_change(session))
    assert row_of(engine, "YZ-0001")["unit_code"] == "UE"
    with pytest.raises(ForbiddenError), writing(engine) as session:
        change_alike(session, people["reader"], CODES[:2], ALIKE, since=newest_change(session))
    monkeypatch.setattr(bulk, "MOST", 1)
    with pytest.raises(InputError, match="一次最多处理 1 个"), reading(engine) as session:
        plan_alike(session, people["east"], CODES[:2], ALIKE)


# Taking it back as a whole


def make(engine, person, codes=CODES, alike=ALIKE):
    """Make a change, and return its number."""
    with writing(engine) as session:
        return change_alike(session, person, codes, alike, since=newest_change(session)).number


def rows_of(engine):
    return {code: row_of(engine, code) | {"updated_at": None} for code in CODES}


def test_the_whole_is_taken_back_and_that_too(engine, people):
    before = rows_of(engine)
    number = make(engine, people["east"])
    changed = rows_of(engine)
    with writing(engine) as session:
        undoing = undo_alike(session, people["east2"], number)
    assert [edit.before["code"] for edit in undoing.edits] == CODES[1:5]
    assert rows_of(engine) == before
    with reading(engine) as session:
        latest = station_history(session, "YZ-0002")[0]
        again = plan_undo_alike(session, people["east"], number).undoing
        assert bulks_among(session, [number, latest.load_id, 999]) == {number, latest.load_id}
    assert (latest.why, latest.undoes is not None) == (f"撤销第 {number} 批改动", True)
    assert (again.edits, len(again.same), again.left) == ([], 4, [])
    with writing(engine) as session:
        undo_alike(session, people["east"], latest.load_id)
    assert rows_of(engine) == changed


def test_what_was_changed_since_stays_and_is_told(engine, people):
    number = make(engine, people["east"])
    with writing(engine) as session:
        change_station(session, "YZ-0002", {"access_who": "members"}, who="li")
        # Another field is no reason to leave it.
        change_station(session, "YZ-0003", {"name": "刚改的"}, who="li")
    with writing(engine) as session:
        undoing = undo_alike(session, people["east"], number)
    [(code, error)] = undoing.left
    assert (code, "后来又改过" in str(error)) == ("YZ-0002", True)
    left, back = row_of(engine, "YZ-0002"), row_of(engine, "YZ-0003")
    assert (left["access_who"], left["facilities"]["wifi"]) == ("members", "yes")
    assert (back["access_who"], back["name"]) == (None, "刚改的")
    assert back["facilities"] == {"toilet": "no", "tv": "yes"}


def test_each_takes_back_at_his_own_stations_alone(engine, people):
    number = make(engine, people["admin"])
    with reading(engine) as session:
        made = plan_undo_alike(session, people["west"], number)
        assert (made.count, made.others) == (5, 4)
        for person, what in (("keeper", ForbiddenError), ("reader", ForbiddenError)):
            with pytest.raises(what):
                plan_undo_alike(session, people[person], number)
    with writing(engine) as session:
        undo_alike(session, people["west"], number)
    assert [row_of(engine, code)["access_who"] for code in ("YZ-0006", "YZ-0005")] == [None, "anyone"]
    eastern = make(engine, people["east"], alike=Alike({"street_name": "甲街"}, {}))
    for other in (eastern, 999):
        with pytest.raises(NotFoundError, match="或者不归您管"), reading(engine) as session:
            plan_undo_alike(session, people["west"], other)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_would_leave_his_scope_is_refused_whole(engine, people):
    number = make(engine, people["admin"], ["YZ-0006"], Alike({"unit_code": "UE"}, {}))
    with pytest.raises(InputError, match="不归您管了"), writing(engine) as session:
        undo_alike(session, people["east"], number)
    assert row_of(engine, "YZ-0006")["unit_code"] == "UE"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_changes_nothing_has_no_number(engine, people):
    assert make(engine, people["east"]) is not None
    assert make(engine, people["east"]) is None


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_command_line_takes_it_back_by_its_number_too(engine, people):
    before = rows_of(engine)
    number = make(engine, people["east"])
    with writing(engine) as session:
        assert undo_load(session, number, who="clerk") == 4
        assert station_history(session, "YZ-0002")[0].why == f"撤销第 {number} 批改动"
    assert rows_of(engine) == before
