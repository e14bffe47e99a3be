"""What is doubtful in a study's stations, and what it does to the share covered."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from geo.analyses.coverage import serve
from geo.crs import Crs, from_wgs84
from geo.db.engine import open_engine, reading, writing
from geo.model.demand import Demand
from geo.model.hours import CLOSED, OPEN, UNKNOWN
from geo.model.study import Finding
from geo.network.cover_line import line_pairs
from geo.planner.findings import find_problems
from geo.planner.ground import Ground, ground_of
from geo.planner.question import Ask
from geo.planner.run_areas import standing_in
from geo.planner.without import share_if
from geo.registry.areas import read_index, save_areas
from geo.registry.nearest import Index
from geo.registry.snapshot_read import read_snapshot
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.planner.test_run import HOURS, everywhere, index, metres_to, study
from tests.registry.conftest import station_row

__all__ = ["index"]

OPEN_ALWAYS: dict[str, Any] = {"hours_osm": "24/7", "hours_raw": "全天"}
WEST, EAST = (shapely.MultiPolygon([shapely.box(west, 34.6, west + 0.05, 34.8)]) for west in (113.6, 113.65))


def found(engine: Engine, *rows: dict[str, Any], top: str | None = None) -> list[Finding]:
    """Return what is told of stations, of the study of an area or of all."""
    with writing(engine) as session:
        areas = [
            SimpleNamespace(code=code, name=name, level="district", parent_code=None, shape=shape)
            for code, name, shape in (("410101", "西区", WEST), ("410102", "东区", EAST))
        ]
        save_areas(session, areas)
        add_stations(session, [OPEN_ALWAYS | row for row in rows], who="li")
    with reading(engine) as session:
        index = read_index(session)
    registry = Index(read_snapshot(engine), Settings().home)
    demand = Demand(lon=np.array([113.62]), lat=np.array([34.7]), weights={"人": np.ones(1)})
    ground = ground_of(registry, demand, np.ones(1), Ask(demand="x", limit=500, by="line"))
    inside = standing_in(index, Ask(demand="x", limit=500, area=top), ground)
    return find_problems(registry, index, ground, counted, top=top, inside=inside)


def counted(numbers: list[int], becoming: int) -> float:
    """Return a share that falls by a tenth with every station less and rises with every one more."""
    return 0.5 + (0.1 if becoming == OPEN else -0.1) * len(numbers)


def told(findings: list[Finding]) -> list[tuple[str, list[str]]]:
    return [(one["rule"], one["codes"]) for one in findings]


def test_nothing_is_wrong_with_plain_stations(engine: Engine):
    assert found(engine, station_row(1), station_row(2, district_name="西区")) == []


def test_one_place_entered_twice(engine: Engine):
    here = {"lon": 113.61, "lat": 34.7}
    beside = {"lon": 113.6102, "lat": 34.7}
    away = {"lon": 113.6104, "lat": 34.7}
    findings = found(
        engine,
        station_row(1, name="金苑社区工会驿站", **here),
        station_row(2, name="金苑 社区工会驿站(东门)", **beside),
        station_row(3, name="金苑社区工会驿站", **away | {"lon": 113.62}),
        station_row(4, name="金苑社区2号驿站", **here),
        station_row(5, name="金苑社区工会驿站", kind="water_point", **here),
        station_row(6, name="交行驿站", **here),
    )
    assert told(findings) == [("duplicate", ["YZ-0001", "YZ-0002"])]
    assert findings[0]["effect"] == pytest.approx(-0.1), "all but the first are left out"


def test_same_name_and_address_wherever_they_are(engine: Engine):
    same = {"name": "工会驿站", "address": "东风路 1 号"}
    findings = found(
        engine, station_row(1, **same), station_row(2, name="工会驿站", address="东风路1号"), station_row(9)
    )
    assert told(findings) == [("duplicate", ["YZ-0001", "YZ-0002"])]
    assert "地址" in findings[0]["detail"]["message"]


def test_outside_the_district_it_names(engine: Engine):
    findings = found(
        engine,
        station_row(1, district_name="东区"),
        station_row(2, district_name="西区"),
        station_row(3, district_name="西区", lat=34.9),
        station_row(4, district_name="没有的区", lat=34.9),
    )
    assert told(findings) == [("outside_area", ["YZ-0001"]), ("outside_area", ["YZ-0003"])]
    assert findings[0]["detail"]["params"] == {"named": "东区", "found": "西区"}


def test_positions_of_another_datum(engine: Engine):
    true_lon = np.array([113.646, 113.647, 113.648, 113.649])
    lon, lat = from_wgs84(true_lon, np.full(4, 34.7), Crs.GCJ02)
    assert (lon > 113.65).all(), "as given they lie over the border"
    rows = [
        station_row(number, name=f"驿站{number}号", district_name="西区", lon=x, lat=y)
        for number, (x, y) in enumerate(zip(lon.tolist(), lat.tolist(), strict=True), 1)
    ]
    findings = found(engine, *rows)
    assert told(findings) == [("other_datum", [f"YZ-000{n}" for n in (1, 2, 3, 4)])]


def test_hours_that_are_not_known(engine: Engine):
    findings = found(
        engine,
        station_row(1, hours_osm=None, hours_raw=None),
        station_row(2, hours_osm=None, hours_raw="看情况"),
        station_row(3),
    )
    assert told(findings) == [("hours_unknown", ["YZ-0001"]), ("hours_unknown", ["YZ-0002"])]
    assert [one["effect"] for one in findings] == pytest.approx([0.1, 0.1]), "they are taken to be open"


def test_neighbours_stations_are_not_told_of(engine: Engine):
    """In the east stand two entered twice, without hours; one of the west is said to be there too."""
    twice: dict[str, Any] = {"lon": 113.68, "hours_osm": None, "hours_raw": None}
    rows = [
        station_row(1, name="工会驿站", **twice),
        station_row(2, name="工会驿站", **twice),
        station_row(3, name="西边的站", lon=113.62, hours_osm=None, hours_raw=None),
        station_row(4, name="别处的站", lon=113.62, district_name="东区"),
    ]
    everywhere = told(found(engine, *rows))
    assert everywhere == [
        ("duplicate", ["YZ-0001", "YZ-0002"]),
        ("outside_area", ["YZ-0004"]),
        ("hours_unknown", ["YZ-0001", "YZ-0002", "YZ-0003"]),
    ]
    west, east = (told(found(engine, top=code)) for code in ("410101", "410102"))
    assert west == [("outside_area", ["YZ-0004"]), ("hours_unknown", ["YZ-0003"])]
    # Registered in the east: it is theirs to mend, wherever it stands.
    assert east == [*everywhere[:2], ("hours_unknown", ["YZ-0001", "YZ-0002"])]


def test_a_study_tells_what_unknown_hours_hide(index: Index):
    unknown = [code for code, hours in HOURS.items() if hours is None]
    whole, _ = study(index, at="10:00")
    assert told(whole["findings"]) == [("hours_unknown", unknown)]
    nearest = np.min([metres_to(code) for code in HOURS], axis=0)
    weight = everywhere().weights["人"]
    opened = weight[nearest <= 700].sum() / weight.sum()
    assert whole["findings"][0]["effect"] == pytest.approx(opened - whole["totals"]["share"])
    assert whole["findings"][0]["effect"] > 0
    assert study(index)[0]["findings"][0]["effect"] == 0, "hours are not asked about"


def test_off_network_needs_streets_around(index: Index):
    with_streets = ground_of(index, everywhere(), np.ones(36), Ask(demand="x", limit=500))
    off = with_streets.stations._replace(edge=np.array([-1, 0, 0], np.int32))
    areas = study_areas(index)
    of_all: dict[str, Any] = {"top": None, "inside": np.ones(3, bool)}
    doubted = find_problems(index, areas, with_streets._replace(stations=off), nothing, **of_all)
    assert ("off_network", ["YZ-0001"]) in told(doubted)
    away = Ground(*with_streets._replace(stations=off, door_lon=with_streets.door_lon + 1))
    assert "off_network" not in dict(told(find_problems(index, areas, away, nothing, **of_all)))


def nothing(_numbers: list[int], _becoming: int) -> None:
    """Return no share."""


def study_areas(index: Index):
    with reading(open_engine(Settings(home=index.home))) as session:
        return read_index(session)


@hypothesis_settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), count=st.integers(0, 3))
def test_the_share_if_stations_were_closed_or_open_is_that_of_their_being_so(seed: int, count: int):
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform([[113.6], [34.7]], [[113.62], [34.72]], (2, 30))
    at_lon, at_lat = rng.uniform([[113.6], [34.7]], [[113.62], [34.72]], (2, 6))
    state, weight = rng.integers(0, 3, 6).astype(np.uint8), rng.integers(1, 9, 30).astype(float)
    pairs = line_pairs(lon, lat, at_lon, at_lat, limit_m=550)
    share = share_if(pairs, state, serve(pairs, state), weight, 500)
    out = rng.choice(6, count, replace=False)
    chosen = np.isin(np.arange(6), out)
    for becoming, changed in (
        (CLOSED, np.where(chosen, CLOSED, state)),
        (OPEN, np.where(chosen & (state == UNKNOWN), OPEN, state)),
    ):
        expected = weight[serve(pairs, changed).cost <= 500].sum() / weight.sum()
        assert share(out.tolist(), becoming) == pytest.approx(expected, abs=1e-12)
    assert share_if(pairs, state, serve(pairs, state), np.zeros(30), 500)(out.tolist(), CLOSED) is None
