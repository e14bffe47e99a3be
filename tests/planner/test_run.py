"""A study as a whole, on the streets of a small town."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from geo.db.engine import open_engine, reading, writing
from geo.db.upgrade import upgrade
from geo.errors import InputError, NotFoundError
from geo.finder.question import DETOUR, line_speed_m_s
from geo.finder.streets import SNAP_LIMIT_M
from geo.loading import keep_streets
from geo.model.demand import Demand
from geo.model.study import REASONS
from geo.network.snap import snap
from geo.planner.ground import ground_of
from geo.planner.question import Ask
from geo.planner.run import study_of
from geo.registry.areas import AreaIndex, read_index
from geo.registry.demand import DemandSet
from geo.registry.nearest import Index
from geo.registry.snapshot_read import read_snapshot
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.planner.oracle import costs
from tests.registry.conftest import station_row
from tests.town import GEOD, Town

TODAY = date(2026, 11, 23)
TOWN = Town()
SET = DemandSet(
    "住户", "0", "住户.csv", None, "points", "2026-11-01T00:00:00Z", 36, (("人", 36.0),), 0, 0, 0, 0
)
HOURS = {"YZ-0001": "24/7", "YZ-0002": "Mo-Su 08:00-18:00", "YZ-0003": None}
CORNERS = {"YZ-0001": (0, 0), "YZ-0002": (5, 5), "YZ-0003": (0, 5)}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    settings = Settings(home=tmp_path_factory.mktemp("planner"))
    engine = open_engine(settings)
    upgrade(engine)
    with writing(engine) as session:
        rows = []
        for number, (code, corner) in enumerate(CORNERS.items(), 1):
            lon, lat = TOWN.spot(*corner)
            rows.append(
                station_row(
                    number,
                    code=code,
                    name=f"站{code}",
                    lon=lon,
                    lat=lat,
                    hours_osm=HOURS[code],
                    hours_raw="x",
                    facilities={"toilet": "yes"} if corner == (0, 0) else None,
                )
            )
        add_stations(session, rows, who="li", why="test")
    keep_streets(engine, settings, TOWN.write(settings.home / "town.osm.pbf"))
    return Index(read_snapshot(engine), settings.home)


def everywhere() -> Demand:
    spots = np.array([TOWN.spot(i, j) for i in range(6) for j in range(6)])
    return Demand(lon=spots[:, 0], lat=spots[:, 1], weights={"人": np.arange(1.0, 37.0)})


def study(index: Index, demand: Demand | None = None, **asked):
    with reading(open_engine(Settings(home=index.home))) as session:
        areas = read_index(session)
    ask = Ask(demand="住户", **{"limit": 700, **asked})
    return study_of(
        index, areas, SET, demand or everywhere(), ask, id_="t", today=TODAY, tell=lambda _share, _step: None
    )


def metres_to(code: str) -> np.ndarray:
    return np.array([TOWN.metres((i, j), CORNERS[code]) for i in range(6) for j in range(6)])


def test_covered_is_who_can_walk_there_within_the_limit(index: Index):
    found, places = study(index)
    nearest = np.min([metres_to(code) for code in CORNERS], axis=0)
    weight = everywhere().weights["人"]
    assert found["totals"]["covered"] == weight[nearest <= 700].sum()
    assert found["totals"]["weight"] == weight.sum()
    assert np.allclose(places.cost, nearest, atol=0.05)
    assert np.array_equal(places.covered, nearest <= 700)
    share = {
        part: weight[nearest <= limit].sum() / weight.sum() for part, limit in (("low", 630), ("high", 770))
    }
    assert (found["totals"]["share_low"], found["totals"]["share_high"]) == (share["low"], share["high"])


def test_by_line_stands_beside_and_covers_no_less(index: Index):
    found, _ = study(index)
    assert found["by_line"]["covered"] >= found["totals"]["covered"]
    alone, _ = study(index, by="line")
    assert alone["totals"]["covered"] == found["by_line"]["covered"]
    assert alone["by_line"] is None


def test_hours_decide_who_is_open(index: Index):
    weight = everywhere().weights["人"]
    near = {code: metres_to(code) <= 700 for code in CORNERS}
    day, night = study(index, at="10:00")[0], study(index, at="23:00")[0]
    assert day["totals"]["covered"] == weight[near["YZ-0001"] | near["YZ-0002"]].sum()
    assert night["totals"]["covered"] == weight[near["YZ-0001"]].sum()
    only_perhaps = near["YZ-0003"] & ~near["YZ-0001"] & ~near["YZ-0002"]
    assert day["totals"]["unknown"] == weight[only_perhaps].sum()
    assert day["week"][2][10] == day["totals"]["share"]
    assert day["week"][2][23] == night["totals"]["share"]
    gain = weight[near["YZ-0002"] & ~near["YZ-0001"]].sum() * 14 * 7
    assert {one["code"]: one["gain"] for one in night["upgrades"]}["YZ-0002"] == gain


def test_gaps_are_all_that_is_not_covered_and_have_reasons(index: Index):
    found, places = study(index, at="23:00")
    missing = found["totals"]["weight"] - found["totals"]["covered"]
    assert sum(gap["weight"] for gap in found["gaps"]) + found["gaps_left"] == pytest.approx(missing)
    assert [gap["rank"] for gap in found["gaps"]] == list(range(1, len(found["gaps"]) + 1))
    for gap in found["gaps"]:
        members = places.gap == gap["rank"]
        assert places.weight[members].sum() == pytest.approx(gap["weight"])
        assert not places.covered[members].any()
        assert sum(gap["reasons"].values()) == pytest.approx(gap["weight"])
        assert gap["beyond"] == pytest.approx(gap["cost"] - 700)
    of = {why: [gap for gap in found["gaps"] if gap["reason"] == why] for why in REASONS}
    assert any("YZ-0002" in gap["closed"] for gap in of["closed_then"])
    assert {gap["remedy"] for gap in of["closed_then"]} == {"hours"}
    assert any("YZ-0003" in gap["unknown"] for gap in of["hours_unknown"])
    assert {gap["remedy"] for gap in of["hours_unknown"]} == {"register"}
    assert not any("YZ-0003" in gap["closed"] for gap in found["gaps"])


def test_who_has_a_station_of_unknown_hours_near_is_told_so(index: Index):
    """By what only that station may cover: so much is not covered for want of knowing."""
    found, _ = study(index, at="10:00")
    told = sum(gap["reasons"].get("hours_unknown", 0) for gap in found["gaps"])
    assert found["gaps_left"] == 0
    assert told == pytest.approx(found["totals"]["unknown"])
    assert told > 0


def test_a_way_twice_as_long_as_the_line_is_a_barrier_in_minutes_too(index: Index):
    """Over the water: between twice the line and twice what a line is estimated to take."""
    start, end = (3, 3), (0, 0)
    lon, lat = TOWN.spot(*start)
    near = Demand(lon=np.array([lon]), lat=np.array([lat]), weights={"人": np.array([5.0])})
    line_m, way_m = GEOD.inv(lon, lat, *TOWN.spot(*end))[2], TOWN.metres(start, end)
    assert 2 * line_m < way_m < 2 * DETOUR * line_m
    asked = {"demand": near, "facilities": ("toilet",)}
    metres, _ = study(index, limit=900, **asked)
    seconds, _ = study(index, limit=900 / line_speed_m_s("walk"), measure="seconds", **asked)
    assert metres["gaps"][0]["reason"] == seconds["gaps"][0]["reason"] == "barrier"


def test_stations_are_those_in_the_area_asked(index: Index):
    """The west bank has two of three stations; half of its demand is in a street of it, with one of them."""
    west, south = TOWN.west - 0.001, TOWN.south - 0.001
    east, middle, north = (TOWN.spot(2.5, 0)[0], TOWN.spot(0, 2.5)[1], TOWN.spot(0, 5.5)[1])
    shapes = {"410101": (west, south, east, north), "410101001": (west, south, east, middle)}
    areas, told = with_areas(index, shapes)
    everything = everywhere()
    found, _ = study_of(
        told, areas, SET, everything, Ask(demand="住户", limit=2000, area="410101"),
        id_="t", today=TODAY, tell=lambda _share, _step: None,
    )  # fmt: skip
    assert (found["totals"]["stations"], found["around"]) == (2, 1)
    assert [(row["code"], row["stations"]) for row in found["areas"]] == [("410101001", 1), (None, 1)]
    assert found["by_line"]["stations"] == 2
    far, _ = study_of(
        told, areas, SET, everything, Ask(demand="住户", limit=100, area="410101"),
        id_="t", today=TODAY, tell=lambda _share, _step: None,
    )  # fmt: skip
    assert far["around"] == 0, "too far to serve anybody there"
    assert study(index)[0]["totals"]["stations"] == 3


def with_areas(index: Index, boxes: dict[str, tuple[float, ...]]) -> tuple[AreaIndex, Index]:
    """Return a district and streets of it, as boxes by code, and the registry with them."""
    rows = [
        {
            "code": code,
            "name": f"区{code}",
            "level": "district" if len(code) == 6 else "street",
            "parent_code": code[:6] if len(code) > 6 else None,
        }
        for code in boxes
    ]
    shapes = {code: shapely.box(*box) for code, box in boxes.items()}
    areas = AreaIndex(
        names={row["code"]: row["name"] for row in rows},
        levels={row["code"]: row["level"] for row in rows},
        shapes=shapes,
        tree=shapely.STRtree(list(shapes.values())),
        order=tuple(shapes),
        by_name={},
    )
    return areas, Index(replace(index.snapshot, areas=rows), index.home)


def test_across_the_river_is_a_barrier(index: Index):
    """A station lies 550 m away over the water; on foot it is more than twice as far."""
    lon, lat = TOWN.spot(3, 0)
    near = Demand(lon=np.array([lon]), lat=np.array([lat]), weights={"人": np.array([5.0])})
    line_m = GEOD.inv(lon, lat, *TOWN.spot(0, 0))[2]
    assert line_m < 600 < 2 * line_m < TOWN.metres((3, 0), (0, 0))
    found, _ = study(index, near, limit=600)
    assert found["gaps"][0]["reason"] == "barrier"
    assert found["gaps"][0]["remedy"] == "crossing"


def test_places_are_named_by_their_streets(index: Index):
    found, _ = study(index, limit=200)
    names = [gap["name"] for gap in found["gaps"]]
    assert len(set(names)) == len(names)
    assert all("街" in name or "路" in name for name in names)


@pytest.mark.parametrize("measure", ["metres", "seconds"])
@pytest.mark.parametrize("by", ["walk", "ebike"])
def test_costs_are_those_of_scipy(index: Index, by: str, measure: str):
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform(*TOWN.spot(0, 0)[:1], TOWN.spot(5, 5)[0], 60), rng.uniform(34.7, 34.71, 60)
    demand = Demand(lon=lon, lat=lat, weights={"人": np.ones(60)})
    ask = Ask(demand="住户", limit=500, by=by, measure=measure)
    ground = ground_of(index, demand, np.ones(60), ask)
    _, places = study(index, demand, by=by, measure=measure, limit=500)
    expected = costs(ground.graph, by, ground.demand, ground.stations, measure).min(axis=0)
    assert np.allclose(places.cost, expected, atol=1e-6)


@hypothesis_settings(deadline=None, max_examples=25)
@given(first=st.floats(10, 3000), more=st.floats(0, 500))
def test_coverage_never_falls_when_the_limit_grows(index: Index, first: float, more: float):
    less, greater = (study(index, limit=limit)[0]["totals"]["covered"] for limit in (first, first + more))
    assert less <= greater


def test_a_part_of_the_demand_is_asked_by_its_column(index: Index):
    demand = everywhere()
    two = Demand(lon=demand.lon, lat=demand.lat, weights={**demand.weights, "骑手": np.ones(36)})
    assert study(index, two, weight="骑手")[0]["totals"]["weight"] == 36
    with pytest.raises(InputError, match=r"没有“居民”这一列,有的是 人、骑手"):
        study(index, two, weight="居民")
    with pytest.raises(NotFoundError, match="410199"):
        study(index, area="410199")


def test_nobody_within_any_street(index: Index):
    far = Demand(lon=np.array([113.9]), lat=np.array([34.9]), weights={"人": np.array([1.0])})
    found, _ = study(index, far)
    assert found["totals"]["covered"] == 0
    assert found["by_line"] is None, "no streets there: the answer is by line, and says so"
    assert any("还没有街道数据" in said["message"] for said in found["assumptions"])


def test_demand_off_the_network_is_told_apart(index: Index):
    lon, lat = TOWN.spot(2.5, 2.5)
    west = TOWN.west - 0.004
    both = Demand(lon=np.array([lon, west]), lat=np.array([lat, lat]), weights={"人": np.array([1.0, 2.0])})
    graph = ground_of(index, both, np.ones(2), Ask(demand="x", limit=1)).graph
    assert snap(graph, "walk", [west], [lat], limit_m=SNAP_LIMIT_M).edge[0] == -1
    found, _ = study(index, both)
    assert found["totals"]["off_network"] == 2.0
    assert {gap["reason"] for gap in found["gaps"]} >= {"off_network"}
