"""Which stations and streets a study is about: all that its figures depend on, however long its limit."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from geo.db.engine import open_engine, reading, writing
from geo.db.upgrade import upgrade
from geo.model.demand import Demand
from geo.planner import ground as ground_module
from geo.planner.ground import ground_of, streets_for
from geo.planner.question import Ask
from geo.planner.run import study_of
from geo.registry.areas import read_index
from geo.registry.nearest import Index
from geo.registry.snapshot_read import read_snapshot
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.planner.test_run import SET, TODAY, TOWN, everywhere, index, study
from tests.registry.conftest import station_row
from tests.town import GEOD

__all__ = ["index"]

HERE = 113.6, 34.7


def away(bearing: float, metres: float) -> tuple[float, float]:
    """Return the place so far from here."""
    return GEOD.fwd(*HERE, bearing, metres)[:2]


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    upgrade(open_engine(settings))
    return settings


def registry(home: Settings, *places: tuple[float, float]) -> Index:
    engine = open_engine(home)
    rows = [station_row(number, lon=lon, lat=lat) for number, (lon, lat) in enumerate(places, 1)]
    with writing(engine) as session:
        add_stations(session, rows, who="li", why="test")
    return Index(read_snapshot(engine), home.home)


def one_place() -> Demand:
    return Demand(lon=np.array([HERE[0]]), lat=np.array([HERE[1]]), weights={"人": np.ones(1)})


@pytest.mark.parametrize("bearing", [0, 45, 90, 180, 270])
@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 90_000.0, "by": "line"},
        {"limit": 4 * 3600.0, "measure": "seconds", "by": "line"},
        {"limit": 4 * 3600.0, "measure": "seconds", "by": "ebike"},
    ],
)
def test_stations_within_twice_the_limit_are_there_in_every_direction(home: Settings, bearing: float, asked):
    ask = Ask(demand="x", **asked)
    far_m = 2 * ask.line_limit_m - 1
    found = registry(home, away(bearing, far_m), away(bearing + 180, 10.0))
    assert ground_of(found, one_place(), np.ones(1), ask).rows.tolist() == [0, 1]


@pytest.mark.parametrize("far_m", [40_000.0, 59_900.0, 400_000.0])
def test_a_place_without_a_station_is_told_the_nearest(home: Settings, far_m: float):
    """Whatever the limit; of several the nearest, though it lies due east where degrees are short."""
    found = registry(home, away(90, far_m), away(0, 5e6))
    with reading(open_engine(home)) as session:
        areas = read_index(session)
    ask = Ask(demand="住户", limit=500, by="line")
    told, _ = study_of(
        found, areas, SET, one_place(), ask, id_="t", today=TODAY, tell=lambda _share, _step: None
    )
    assert told["gaps"][0]["nearest"] == "YZ-0001"
    assert told["gaps"][0]["cost"] == pytest.approx(far_m)


def test_stations_that_no_figure_depends_on_are_left_out(home: Settings):
    found = registry(home, away(0, 1_000.0), away(0, 300_000.0))
    ask = Ask(demand="x", limit=500, by="line")
    assert ground_of(found, one_place(), np.ones(1), ask).rows.tolist() == [0]
    none = Demand(lon=np.empty(0), lat=np.empty(0), weights={"人": np.empty(0)})
    assert ground_of(found, none, np.empty(0), ask).rows.tolist() == []


def test_only_streets_that_may_be_chosen_are_opened(index: Index, monkeypatch: pytest.MonkeyPatch):
    """Most weight first, then the smallest; what this machine does not have is passed over."""
    opened = []

    def opening(_index: Index, item):
        opened.append(item.name)
        return None if item.name == "缺文件" else "graph"

    (town,) = index.snapshot.streets
    sets = [
        town._replace(name="远处", west=0.0, east=1.0),
        town._replace(name="更大", west=town.west - 1),
        town._replace(name="半个", east=TOWN.spot(2.5, 0)[0]),
        town._replace(name="缺文件", east=TOWN.spot(5.0001, 0)[0]),
        town,
    ]
    snapshot = replace(index.snapshot, streets=tuple(sets))
    monkeypatch.setattr(ground_module, "graph_of", opening)
    demand = everywhere()
    found = streets_for(Index(snapshot, index.home), demand, demand.weights["人"])
    assert found == (town, "graph")
    assert "远处" not in opened
    assert set(opened) <= {"缺文件", town.name}


@pytest.mark.parametrize(("weight", "said"), [(0.5, None), (90.0, "11.9%")])
def test_demand_outside_the_streets_bounds_is_told_apart(index: Index, weight: float, said: str | None):
    """Of 666 people and some 50 km away; and 300 m from a street inside the bounds is another matter."""
    demand = everywhere()
    there = Demand(
        lon=np.append(demand.lon, TOWN.west + 0.5),
        lat=np.append(demand.lat, TOWN.south),
        weights={"人": np.append(demand.weights["人"], weight)},
    )
    found, _ = study(index, there)
    shares = [one["params"]["share"] for one in found["assumptions"] if "边界以外" in one["message"]]
    assert shares == ([said] if said else [])
    assert found["totals"]["off_network"] == weight
