"""The rider's question: what may be asked, and what the answer says of hours, ways and times."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from pyproj import Geod
from sqlalchemy import Engine

from geo.crs import Crs, from_wgs84
from geo.db.engine import open_engine, writing
from geo.db.upgrade import upgrade
from geo.errors import InputError
from geo.finder import Question, answer_geojson, find_nearest, parse_moment
from geo.model.hours import CHINA
from geo.model.place import Point
from geo.registry.nearest import Index
from geo.registry.snapshot_read import read_snapshot
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.registry.conftest import station_row

HERE = Point(113.6, 34.7)
NOW = datetime(2026, 10, 14, 10, tzinfo=CHINA)
GEOD = Geod(ellps="WGS84")


@pytest.fixture
def engine(tmp_path) -> Engine:
    made = open_engine(Settings(home=tmp_path))
    upgrade(made)
    yield made
    made.dispose()


def index_of(engine: Engine, *rows: dict) -> Index:
    with writing(engine) as session:
        add_stations(session, rows, who="li")
    return Index(read_snapshot(engine))


def at_metres(number: int, metres: float, **given) -> dict:
    lon, lat, _ = GEOD.fwd(HERE.lon, HERE.lat, 90, metres)
    return station_row(number, lon=lon, lat=lat, **given)


def ask(index: Index, **given):
    return find_nearest(index, Question(point=HERE, **given), now=NOW)


def codes(index: Index, **given) -> list[str]:
    answer = ask(index, **given)
    return [answer.snapshot.codes[item.row].decode() for item in answer.found]


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"k": 0}, "k"),
        ({"k": 101}, "k"),
        ({"k": -1}, "k"),
        ({"kinds": ["care_station", "pub"]}, "kind"),
        ({"facilities": ["sauna"]}, "facility"),
        ({"statuses": ["gone"]}, "status"),
        ({"by": "car"}, "by"),
        ({"point": Point(181, 0)}, "lon"),
        ({"point": Point(0, 91)}, "lat"),
        ({"point": Point(float("nan"), 0)}, "lon"),
        ({"point": Point(0, float("inf"))}, "lat"),
    ],
)
def test_a_wrong_question_names_its_parameter(given: dict, parameter: str):
    with pytest.raises(InputError) as caught:
        Question(**{"point": HERE} | given)
    assert caught.value.parameter == parameter


@pytest.mark.parametrize("k", [1, 100])
def test_k_from_1_to_100_may_be_asked(k: int):
    assert Question(point=HERE, k=k).k == k


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-10-01T09:00", datetime(2026, 10, 1, 9, tzinfo=CHINA)),
        ("2026-10-01T09:00:30", datetime(2026, 10, 1, 9, 0, 30, tzinfo=CHINA)),
        ("2026-10-01 09:00", datetime(2026, 10, 1, 9, tzinfo=CHINA)),
        ("2026-10-01", datetime(2026, 10, 1, tzinfo=CHINA)),
        ("2026-10-01T01:00Z", datetime(2026, 10, 1, 1, tzinfo=UTC)),
        ("2026-10-01T09:00+08:00", datetime(2026, 10, 1, 1, tzinfo=UTC)),
        ("2026-10-01T09:00 08:00", datetime(2026, 10, 1, 1, tzinfo=UTC)),
        ("2026-10-01T09:00-05:00", datetime(2026, 10, 1, 14, tzinfo=UTC)),
    ],
)
def test_a_moment_is_that_of_china_unless_it_says_otherwise(text: str, moment: datetime):
    found, arrival = parse_moment(text, now=NOW)
    assert found == moment
    assert found.utcoffset() == timedelta(hours=8)
    assert not arrival


def test_now_and_arrival():
    assert parse_moment("now", now=NOW) == (NOW, False)
    assert parse_moment("arrival", now=NOW) == (NOW, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "NOW",
        "09:00",
        "2026-13-01T09:00",
        "2026-10-01T25:00",
        "0001-01-01T00:00+23:59",
        "9999-12-31T23:59Z",
        "1e9",
        "%(x)s",
    ],
)
def test_what_is_no_moment_is_said_of_open_at(text: str):
    with pytest.raises(InputError) as caught:
        parse_moment(text, now=NOW)
    assert caught.value.parameter == "open_at"
    assert f"“{text}”" in str(caught.value)


def test_open_ones_then_unknown_ones_each_by_distance(engine: Engine):
    index = index_of(
        engine,
        at_metres(1, 100),
        at_metres(2, 200, hours_osm="20:00-22:00"),
        at_metres(3, 300, hours_osm="24/7"),
        at_metres(4, 400),
        at_metres(5, 500, hours_osm="08:00-18:00"),
        at_metres(6, 600, status="suspended", closed_reason="x", hours_osm="24/7"),
    )
    assert codes(index, open_at=NOW) == ["YZ-0003", "YZ-0005", "YZ-0001", "YZ-0004"]
    assert codes(index, open_at=NOW, k=1) == ["YZ-0003"]
    # Without a moment hours are shown and not used.
    assert codes(index) == [f"YZ-000{n}" for n in range(1, 6)]
    assert [item.state.state for item in ask(index, k=3).found] == ["unknown", "closed", "open"]
    assert codes(index, statuses=["suspended"]) == ["YZ-0006"]


def test_serving_stations_of_the_kind_with_every_facility(engine: Engine):
    index = index_of(
        engine,
        at_metres(1, 100, kind="water_point", facilities={"toilet": "yes", "wifi": "yes"}),
        at_metres(2, 200, facilities={"toilet": "yes", "wifi": "no"}),
        at_metres(3, 300, facilities={"toilet": "yes", "wifi": "yes"}, status="trial"),
        at_metres(4, 400, facilities={"toilet": "yes", "wifi": "yes"}, status="building"),
        at_metres(5, 500),
    )
    assert codes(index, facilities=["toilet", "wifi"]) == ["YZ-0001", "YZ-0003"]
    assert codes(index, facilities=["toilet", "wifi"], kinds=["care_station"]) == ["YZ-0003"]
    assert codes(index, facilities=["wifi", "toilet", "wifi"], statuses=["building"]) == ["YZ-0004"]


@pytest.mark.parametrize("by", ["walk", "ebike"])
def test_on_arrival_what_counts_is_when_one_is_there(engine: Engine, by: str):
    """Both close at six; only the near one is reached before."""
    metres = 10_000 if by == "ebike" else 3_000
    index = index_of(
        engine,
        at_metres(1, 20, hours_osm="08:00-18:00"),
        at_metres(2, metres, hours_osm="08:00-18:00"),
        at_metres(3, metres + 10, hours_osm="18:00-20:00"),
    )
    leaving = NOW.replace(hour=17, minute=50)
    assert codes(index, open_at=leaving, by=by) == ["YZ-0001", "YZ-0002"]
    assert codes(index, open_at=leaving, by=by, arrival=True) == ["YZ-0001", "YZ-0003"]
    last = ask(index, open_at=leaving, by=by, arrival=True).found[-1]
    there = leaving + timedelta(seconds=last.duration_s)
    assert there >= leaving.replace(hour=18, minute=0)
    assert last.state.state == "open"


def test_times_are_told_of_walks_and_rides_only(engine: Engine):
    index = index_of(engine, at_metres(1, 1_150, hours_osm="24/7"))
    [line], [walk], [ride] = (ask(index, by=by).found for by in ("line", "walk", "ebike"))
    assert line.duration_s is None
    # 1.15 m/s on foot, 15 km/h on an e-bike, ways 1.3 times the straight line.
    assert walk.duration_s == pytest.approx(1_300, rel=1e-6)
    assert ride.duration_s == pytest.approx(1_150 * 1.3 / (15_000 / 3_600), rel=1e-6)
    assert line.distance_m == walk.distance_m == pytest.approx(1_150, abs=1e-3)


@pytest.mark.parametrize(("by", "told"), [("line", 0), ("walk", 1), ("ebike", 1)])
def test_that_streets_are_not_known_is_told(engine: Engine, by: str, told: int):
    answer = ask(index_of(engine, at_metres(1, 10)), by=by)
    assert answer.by == "line"
    assert ["直线" in str(notice) for notice in answer.notices] == [True] * told


def test_the_answer_as_geojson(engine: Engine):
    index = index_of(engine, at_metres(1, 100, hours_osm="08:00-18:00"), at_metres(2, 1_000))
    answer = ask(index, by="walk")
    document = json.loads(answer_geojson(answer, crs=Crs.GCJ02, decimals=5, stale=True))
    assert document["type"] == "FeatureCollection"
    assert document["coordinate_system"] == "gcj02"
    assert document["stale"] is True
    assert document["as_of"] == index.snapshot.at
    assert document["notices"] == [str(notice) for notice in answer.notices]
    _in_gcj02(document["features"], index)
    near, far = (item["properties"] for item in document["features"])
    assert (near["distance_m"], far["distance_m"]) == (100, 1_000)
    assert far["duration_s"] == round(1_000 * 1.3 / 1.15)
    assert near["open"] == {"state": "open", "until": "2026-10-14T18:00+08:00", "reason": None}
    assert far["open"]["state"] == "unknown"


def _in_gcj02(features: Sequence[dict], index: Index) -> None:
    for row, item in enumerate(features):
        shifted = from_wgs84(float(index.snapshot.lon[row]), float(index.snapshot.lat[row]), Crs.GCJ02)
        assert item["geometry"]["coordinates"] == [round(degrees, 5) for degrees in shifted]


def test_an_empty_registry_answers_with_nothing(engine: Engine):
    index = index_of(engine)
    assert ask(index, open_at=NOW, by="walk", arrival=True).found == []
    document = json.loads(answer_geojson(ask(index)))
    assert document["features"] == []
    assert document["stale"] is False


def test_reasons_are_said_in_the_readers_language(engine: Engine):
    index = index_of(engine, at_metres(1, 10))
    document = json.loads(
        answer_geojson(ask(index, by="walk"), say=lambda reason: f"<{len(reason.message)}>")
    )
    assert document["notices"][0].startswith("<")
    assert document["features"][0]["properties"]["open"]["reason"].startswith("<")
