"""The same change of many stations: seen first, then made, never over somebody's head."""

import pytest

from geo.db.engine import reading, writing
from geo.errors import ForbiddenError, InputError
from geo.registry.stations import change_station
from geo.upkeep import bulk
from geo.upkeep.bulk import Alike, change_alike, plan_alike
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
