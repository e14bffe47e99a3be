"""Suggestions of duplicates, against brute force over all pairs."""

from itertools import combinations

import pytest
from pyproj import Geod

from geo.db.engine import reading
from geo.model.place import Point
from geo.registry.nearest import Index
from geo.registry.rows import read_rows
from geo.registry.snapshot_read import read_snapshot
from geo.upkeep.alike import find_alike, find_pairs, likeness
from tests.registry.conftest import station_row
from tests.upkeep.desk import furnish

NAMES = ("文化路工会爱心驿站", "文化路驿站", "东风路驿站", "建设银行文化路支行驿站")
GEOD = Geod(ellps="WGS84")
# Some 9 m of latitude each.
STEP = 0.00008


# The store has no part in it: what is looked through is a snapshot.
pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def people(engine):
    rows = [
        station_row(
            number,
            name=NAMES[number % 4],
            lon=113.65,
            lat=34.7 + STEP * number,
            kind="water_point" if number % 7 == 0 else "care_station",
            status="closed" if number == 5 else "open",
            closed_reason="房屋到期" if number == 5 else None,
            unit_code="UE" if number < 20 else "UW",
        )
        for number in range(1, 31)
    ]
    return furnish(engine, rows)


def _same(one, other):
    metres = GEOD.inv(one["lon"], one["lat"], other["lon"], other["lat"])[2]
    alike = likeness(one["name"], other["name"])
    living = "closed" not in (one["status"], other["status"])
    least = 0.3 if metres <= 30 else 0.6
    return living and one["kind"] == other["kind"] and metres <= 150 and alike >= least


def test_pairs_are_those_near_and_alike(engine, people):
    index = Index(read_snapshot(engine))
    with reading(engine) as session:
        rows = [row for _, row in read_rows(session)]
        for person, ours in ((people["admin"], rows), (people["east"], rows[:19])):
            found = find_pairs(session, person, index)
            want = {(a["code"], b["code"]) for a, b in combinations(ours, 2) if _same(a, b)}
            assert {(pair.first.code, pair.second.code) for pair in found} == want
            assert want
            assert [pair.likeness for pair in found] == sorted((p.likeness for p in found), reverse=True)


def test_whoever_registers_a_place_again_is_told(engine, people):
    index = Index(read_snapshot(engine))
    here = Point(113.65, 34.7 + STEP)
    found = find_alike(index, "文化路爱心驿站", here, "care_station")
    # Nobody's own: a place is to be registered once, whoever has it.
    assert found[0].code == "YZ-0001"
    assert [one.distance_m for one in found] == sorted(one.distance_m for one in found)
    assert find_alike(index, "文化路爱心驿站", Point(113.7, 34.7), "care_station") == []
    assert find_alike(index, "完全另一个", here, "care_station") == []


def test_a_registry_without_stations_has_no_pairs(engine):
    people = furnish(engine, [])
    with reading(engine) as session:
        assert find_pairs(session, people["admin"], Index(read_snapshot(engine))) == []
