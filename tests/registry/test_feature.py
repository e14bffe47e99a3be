"""Stations leave as GeoJSON that RFC 7946 allows, in the system and with the decimals asked for."""

import json
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from geo.crs import Crs, from_wgs84
from geo.db.engine import writing
from geo.model.hours import CHINA, OpenState, Reason
from geo.model.station import INTERNAL
from geo.registry.feature import collection, feature, features, open_json, positions
from geo.registry.snapshot import Snapshot
from geo.registry.snapshot_read import read_snapshot
from geo.registry.write import add_stations
from tests.registry.conftest import station_row

SECRET = "绝密"
ROWS = [
    station_row(1, name='引号"反斜杠\\换行\n\u2028', lon=113.665432198, lat=34.752198765, star=0),
    station_row(2, lon=-0.5, lat=1e-7, facilities={"toilet": "no"}, hours_makeup=False),
    station_row(
        3,
        **dict.fromkeys(("keeper_name", "keeper_phone", "remarks", "verified_by", "position_given"), SECRET),
        grant_yuan=987654321.0,
        invested_yuan=987654321.0,
        source=SECRET,
        source_ref=SECRET,
    ),
]


@pytest.fixture
def snapshot(sqlite_engine: Engine) -> Snapshot:
    with writing(sqlite_engine) as session:
        add_stations(session, ROWS, who="li")
    return read_snapshot(sqlite_engine)


def as_features(snapshot: Snapshot, **options: Any) -> list[dict]:
    rows = list(range(len(snapshot)))
    places = positions(snapshot, rows, **{"crs": Crs.WGS84, "decimals": 6} | options)
    texts = features(snapshot, rows, places, [b""] * len(rows))
    return json.loads(collection(texts, {}), parse_constant=pytest.fail)["features"]


def assert_point_feature(found: Any) -> None:
    """RFC 7946, 3.1.1, 3.1.2, 3.2."""
    assert found["type"] == "Feature"
    assert isinstance(found["id"], str | int)
    assert found["geometry"].keys() == {"type", "coordinates"}
    assert found["geometry"]["type"] == "Point"
    lon, lat = found["geometry"]["coordinates"]
    assert -180 <= lon <= 180
    assert -90 <= lat <= 90
    assert isinstance(found["properties"], dict)
    # 7.1: members of other objects may not be redefined here.
    assert found.keys() == {"type", "id", "geometry", "properties"}


def test_every_feature_is_a_feature(snapshot: Snapshot):
    found = as_features(snapshot)
    for item in found:
        assert_point_feature(item)
    assert [item["id"] for item in found] == ["YZ-0001", "YZ-0002", "YZ-0003"]
    assert [item["properties"]["name"] for item in found] == [row["name"] for row in ROWS]
    assert found[0]["properties"]["star"] == 0
    assert found[1]["properties"]["hours_makeup"] is False


def test_nothing_internal_gets_out(snapshot: Snapshot):
    for held in (snapshot.docs, *snapshot.shared, snapshot.search):
        assert SECRET not in held.decode()
        assert "987654321" not in held.decode()
    for item in as_features(snapshot):
        assert item["properties"].keys().isdisjoint(INTERNAL)


def test_what_is_said_beside_comes_with_the_properties(snapshot: Snapshot):
    extra = {"distance_m": 1.5, "open": {"state": "open", "until": None, "reason": "“理由”"}}
    found = json.loads(feature(snapshot, 0, (113.0, 34.0), extra))
    assert_point_feature(found)
    assert {name: found["properties"][name] for name in extra} == extra
    assert found["properties"]["code"] == "YZ-0001"
    assert json.loads(feature(snapshot, 0, (113.0, 34.0)))["properties"].keys().isdisjoint(extra)


@pytest.mark.parametrize("crs", Crs)
@pytest.mark.parametrize("decimals", [0, 4, 6, 8])
def test_coordinates_are_in_the_system_and_as_fine_as_asked(snapshot: Snapshot, crs: Crs, decimals: int):
    found = [item["geometry"]["coordinates"] for item in as_features(snapshot, crs=crs, decimals=decimals)]
    for place, row in zip(found, ROWS, strict=True):
        exact = from_wgs84(row["lon"], row["lat"], crs)
        assert place == pytest.approx(exact, abs=0.5000001 * 10**-decimals)
        assert place == [round(degrees, decimals) for degrees in place]


def test_a_collection_may_be_empty_and_say_more(snapshot: Snapshot):
    assert json.loads(collection([], {"notices": ["好"]})) == {
        "type": "FeatureCollection",
        "notices": ["好"],
        "features": [],
    }
    assert positions(snapshot, [], crs=Crs.GCJ02, decimals=6) == []
    assert features(snapshot, [], [], []) == []


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (OpenState("unknown"), {"state": "unknown", "until": None, "reason": None}),
        (
            OpenState("open", datetime(2026, 10, 10, 17, 30, tzinfo=CHINA), Reason("%(n)s", {"n": "补班"})),
            {"state": "open", "until": "2026-10-10T17:30+08:00", "reason": "补班"},
        ),
    ],
)
def test_an_open_state_as_the_api_gives_it(state: OpenState, said: dict):
    assert open_json(state) == said


def test_its_reason_can_be_said_otherwise():
    state = OpenState("closed", None, Reason("shut", {}))
    assert open_json(state, lambda reason: reason.message.upper())["reason"] == "SHUT"
