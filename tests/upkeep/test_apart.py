"""Pairs marked as different: by whom, seen by whom, for how long."""

import pytest
from sqlalchemy import select

from geo.db.engine import reading, writing
from geo.db.upkeep_tables import audit
from geo.errors import ForbiddenError, InputError, NotFoundError
from geo.model.place import Point
from geo.registry.nearest import Index
from geo.registry.snapshot_read import read_snapshot
from geo.registry.stations import change_station
from geo.upkeep.alike import find_alike, find_pairs
from geo.upkeep.apart import list_apart, set_apart, take_apart_back
from tests.registry.conftest import station_row
from tests.upkeep.desk import furnish

NAME = "文化路爱心驿站"
# Some 9 m of latitude each: all three may be one.
STEP = 0.00008
ONE, TWO, THREE = "YZ-0001", "YZ-0002", "YZ-0003"


@pytest.fixture
def people(engine):
    rows = [
        station_row(number, name=NAME, lon=113.65, lat=34.7 + STEP * number, unit_code=unit)
        for number, unit in ((1, "UE"), (2, "UE"), (3, "UW"))
    ]
    return furnish(engine, rows)


def pairs(engine, person):
    index = Index(read_snapshot(engine))
    with reading(engine) as session:
        return {(pair.first.code, pair.second.code) for pair in find_pairs(session, person, index)}


def marked(engine, person):
    with reading(engine) as session:
        return [(pair.code, pair.other_code, pair.who) for pair in list_apart(session, person)]


def mark(engine, person, code, other, act=set_apart):
    with writing(engine) as session:
        act(session, person, code, other)


def test_a_marked_pair_is_suggested_to_nobody_until_it_is_taken_back(engine, people):
    assert pairs(engine, people["east"]) == {(ONE, TWO)}
    # In whichever order, and as often as anybody likes.
    mark(engine, people["east"], TWO, ONE.lower())
    mark(engine, people["east2"], ONE, TWO)
    assert pairs(engine, people["east2"]) == set()
    assert pairs(engine, people["admin"]) == {(ONE, THREE), (TWO, THREE)}
    assert marked(engine, people["east2"]) == marked(engine, people["admin"]) == [(ONE, TWO, "east")]
    mark(engine, people["east2"], ONE, TWO, take_apart_back)
    mark(engine, people["east2"], ONE, TWO, take_apart_back)
    assert pairs(engine, people["east"]) == {(ONE, TWO)}
    assert marked(engine, people["admin"]) == []
    with reading(engine) as session:
        acts = session.execute(select(audit.c.act, audit.c.person_id).where(audit.c.act.like("station.%")))
        assert acts.all() == [
            ("station.apart", people["east"].id),
            ("station.alike", people["east2"].id),
        ]


def test_renamed_or_moved_they_stay_marked(engine, people):
    mark(engine, people["east"], ONE, TWO)
    with writing(engine) as session:
        change_station(session, ONE, {"name": "文化路工会爱心驿站", "lat": 34.7 + STEP * 3}, who="li")
    assert pairs(engine, people["east"]) == set()


def test_whoever_registers_a_place_again_is_told_of_both(engine, people):
    index = Index(read_snapshot(engine))
    here = Point(113.65, 34.7)
    told = find_alike(index, NAME, here, "care_station")
    mark(engine, people["east"], ONE, TWO)
    assert find_alike(Index(read_snapshot(engine)), NAME, here, "care_station") == told
    assert [near.code for near in told] == [ONE, TWO, THREE]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_only_who_may_edit_both_marks_them(engine, people):
    mark(engine, people["admin"], ONE, TWO)
    mark(engine, people["admin"], ONE, THREE)
    before = marked(engine, people["admin"])
    for login, code, other, fault in (
        ("east", ONE, THREE, NotFoundError),
        ("east", THREE, ONE, NotFoundError),
        ("west", ONE, TWO, NotFoundError),
        ("east", ONE, "YZ-9999", NotFoundError),
        ("east", ONE, ONE.lower(), InputError),
        ("reader", ONE, TWO, ForbiddenError),
        ("keeper", ONE, TWO, ForbiddenError),
    ):
        for act in (set_apart, take_apart_back):
            with pytest.raises(fault):
                mark(engine, people[login], code, other, act)
    assert marked(engine, people["admin"]) == before
    # What is not wholly his is not in his list.
    assert marked(engine, people["east"]) == [(ONE, TWO, "admin")]
    assert marked(engine, people["west"]) == []
