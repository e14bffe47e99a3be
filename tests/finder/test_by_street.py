"""Nearest along streets, from the database and an extract to the answer: filters, hours, arrival, notices."""

import gc
import json
import weakref
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from pyproj import Geod

from geo.db.engine import open_engine, writing
from geo.db.upgrade import upgrade
from geo.finder import Question, answer_geojson, find_nearest, find_route, route_geojson
from geo.finder.streets import graph_of
from geo.loading import keep_streets
from geo.model.hours import CHINA
from geo.model.place import Point
from geo.registry.nearest import Index
from geo.registry.snapshot_read import read_snapshot
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.registry.conftest import station_row
from tests.town import Town

GEOD = Geod(ellps="WGS84")
NOW = datetime(2026, 10, 14, 10, tzinfo=CHINA)
TOWN = Town()
spot = TOWN.spot


@pytest.fixture
def region(tmp_path: Path):
    """Return a function that makes a registry of some towns' streets and gives its index with stations."""
    settings = Settings(home=tmp_path / "home")
    engine = open_engine(settings)
    upgrade(engine)

    def made(towns: dict[str, Town], *rows: dict) -> Index:
        for name, town in towns.items():
            (tmp_path / f"{name}.osm.pbf").unlink(missing_ok=True)
            extract = town.write(tmp_path / f"{name}.osm.pbf")
            keep_streets(engine, settings, extract, name=name, attribution=f"© {name}")
        with writing(engine) as session:
            add_stations(session, rows, who="li")
        return Index(read_snapshot(engine), settings.home)

    yield made
    engine.dispose()


@pytest.fixture
def town(region: Callable[..., Index]):
    """Return a function that puts stations into a registry with the town's streets and gives its index."""
    return partial(region, {"测试": TOWN})


def at(number: int, i: float, j: float, **given) -> dict:
    lon, lat = spot(i, j)
    return station_row(number, lon=lon, lat=lat, **given)


def ask(index: Index, i: float = 2, j: float = 0, **given):
    return find_nearest(index, Question(point=Point(*spot(i, j)), **{"by": "walk"} | given), now=NOW)


def codes(answer) -> list[str]:
    return [answer.snapshot.codes[item.row].decode() for item in answer.found]


def test_the_nearest_across_the_river_is_not_the_nearest_on_foot(town):
    index = town(at(1, 3, 0), at(2, 0, 0), at(3, 2, 3))
    assert codes(ask(index, by="line"))[0] == "YZ-0001"
    answer = ask(index)
    assert answer.by == "walk"
    assert answer.attribution == "© 测试"
    assert codes(answer) == ["YZ-0002", "YZ-0003", "YZ-0001"]
    for item, place in zip(answer.found, [(0, 0), (2, 3), (3, 0)], strict=True):
        metres = TOWN.metres((2, 0), place)
        assert item.distance_m == pytest.approx(metres, abs=0.01)
        assert item.duration_s == pytest.approx(metres / 1.15, rel=1e-3)


def test_both_legs_to_the_street_count(town):
    lon, lat, _ = GEOD.fwd(*spot(0.5, 0), 180, 40)
    index = town(station_row(1, lon=lon, lat=lat))
    here_lon, here_lat, _ = GEOD.fwd(*spot(1.5, 0), 180, 25)
    answer = find_nearest(index, Question(point=Point(here_lon, here_lat), by="walk"), now=NOW)
    street_m = GEOD.inv(*spot(0.5, 0), *spot(1.5, 0))[2]
    assert answer.found[0].distance_m == pytest.approx(40 + street_m + 25, abs=0.05)
    assert answer.snap_m == pytest.approx(25, abs=0.01)


def test_the_way_leads_to_the_entrance(town):
    door = spot(0, 4)
    index = town(at(1, 0, 0, entrance_lon=door[0], entrance_lat=door[1]))
    expected = TOWN.metres((2, 0), (0, 4))
    assert ask(index).found[0].distance_m == pytest.approx(expected, abs=0.01)
    route = find_route(index, Point(*spot(2, 0)), "YZ-0001", "walk", at=NOW)
    assert route.line[-1].tolist() == pytest.approx(door)


def test_filters_are_those_of_the_line(town):
    index = town(
        at(1, 1, 0, kind="water_point"),
        at(2, 0, 0, facilities={"toilet": "yes"}),
        at(3, 2, 1, status="closed"),
        at(4, 0, 2),
    )
    assert codes(ask(index)) == ["YZ-0001", "YZ-0002", "YZ-0004"]
    assert codes(ask(index, kinds=["care_station"])) == ["YZ-0002", "YZ-0004"]
    assert codes(ask(index, facilities=["toilet"])) == ["YZ-0002"]
    assert codes(ask(index, statuses=["closed"])) == ["YZ-0003"]
    assert codes(ask(index, k=2)) == ["YZ-0001", "YZ-0002"]


def test_open_ones_come_before_unknown_ones_and_closed_ones_not_at_all(town):
    index = town(
        at(1, 1, 0, hours_osm="12:00-13:00"), at(2, 0, 0), at(3, 0, 3, hours_osm="24/7"),
        at(4, 0, 4, hours_osm="08:00-12:00"),
    )  # fmt: skip
    assert codes(ask(index, open_at=NOW)) == ["YZ-0003", "YZ-0004", "YZ-0002"]
    assert codes(ask(index, open_at=NOW, k=1)) == ["YZ-0003"]


def test_open_round_the_clock_is_more_than_open_now(town):
    index = town(
        at(1, 1, 0, hours_osm="08:00-22:00"), at(2, 0, 0), at(3, 0, 3, hours_osm="24/7"),
        at(4, 0, 4, hours_osm="24/7"),
    )  # fmt: skip
    given = {"open_at": NOW, "all_day": True}
    for by in ("walk", "line"):
        assert codes(ask(index, **given, by=by)) == ["YZ-0003", "YZ-0004", "YZ-0002"]
        assert codes(ask(index, **given, by=by, k=1)) == ["YZ-0003"]


def test_on_arrival_means_when_the_walk_ends(town):
    # From (2, 0) to (0, 0) it is 366 m, more than five minutes on foot and less than two by e-bike.
    leaving = datetime(2026, 10, 14, 11, 56, tzinfo=CHINA)
    index = town(at(1, 0, 0, hours_osm="08:00-12:00"), at(2, 0, 4, hours_osm="24/7"))
    given = {"open_at": leaving, "arrival": True}
    assert codes(ask(index, **given)) == ["YZ-0002"]
    assert ask(index, **given).notices == []
    assert codes(ask(index, **given, by="ebike")) == ["YZ-0001", "YZ-0002"]
    first = ask(index, **given).found[0]
    assert first.minute.at == (leaving + timedelta(seconds=first.duration_s)).replace(second=0, microsecond=0)


def test_one_that_closes_before_the_walk_ends_is_not_offered_by_line(town):
    # By line, and 1.3 times its length, one would be there before noon.
    leaving = datetime(2026, 10, 14, 11, 52, tzinfo=CHINA)
    index = town(
        at(1, 3, 0, hours_osm="08:00-12:00"),
        station_row(2, lon=116.4, lat=39.9, hours_osm="24/7", kind="water_point"),
    )
    given = {"open_at": leaving, "arrival": True}
    assert codes(ask(index, **given, by="line")) == ["YZ-0001", "YZ-0002"]
    answer = ask(index, **given)
    assert (answer.by, codes(answer)) == ("line", ["YZ-0002"])
    assert "到不了任何" in str(answer.notices[0])
    answer = ask(index, **given, kinds=["care_station"])
    assert (answer.by, answer.found, answer.notices) == ("walk", [], [])


def test_many_closed_ones_on_the_way_do_not_hide_the_open_one(town):
    shut = [at(n, 2, n / 20, hours_osm="01:00-02:00") for n in range(1, 60)]
    index = town(*shut, at(99, 0, 5, hours_osm="24/7"))
    assert codes(ask(index, open_at=NOW, arrival=True, k=1)) == ["YZ-0099"]


def test_off_the_network_the_answer_is_by_line_and_says_so(town):
    index = town(at(1, 1, 0))
    lon, lat, _ = GEOD.fwd(*spot(2, 0), 180, 350)
    answer = find_nearest(index, Question(point=Point(lon, lat), by="walk"), now=NOW)
    assert (answer.by, answer.snap_m) == ("line", None)
    assert "300 米内没有街道" in str(answer.notices[0])
    assert answer.found[0].distance_m == pytest.approx(GEOD.inv(lon, lat, *spot(1, 0))[2], abs=0.01)


def test_where_there_are_no_streets_the_answer_is_by_line_and_says_so(town):
    index = town(station_row(1, lon=116.4, lat=39.9))
    answer = find_nearest(index, Question(point=Point(116.4, 39.9), by="walk"), now=NOW)
    assert answer.by == "line"
    assert "还没有街道数据" in str(answer.notices[0])


def test_a_nearer_station_off_the_network_is_told(town):
    lon, lat, _ = GEOD.fwd(*spot(2, 0), 180, 320)
    index = town(at(1, 0, 5), station_row(2, lon=lon, lat=lat))
    answer = ask(index)
    assert codes(answer) == ["YZ-0001"]
    assert str(answer.notices[0]) == "有 1 个更近的站点离街道太远,没有算进来"


def test_streets_whose_file_this_machine_lacks_cannot_be_used_and_that_is_said(town, tmp_path: Path):
    index = town(at(1, 1, 0))
    answer = ask(Index(index.snapshot, tmp_path / "elsewhere"))
    assert answer.by == "line"
    assert "街道数据现在不能用" in str(answer.notices[0])


def test_the_document_tells_metres_seconds_and_whose_streets(town):
    found = json.loads(answer_geojson(ask(town(at(1, 1, 0)))))
    assert (found["by"], found["attribution"], found["snap_m"]) == ("walk", "© 测试", 0.0)
    properties = found["features"][0]["properties"]
    metres = GEOD.inv(*spot(2, 0), *spot(1, 0))[2]
    assert properties["distance_m"] == pytest.approx(metres, abs=0.01)
    assert properties["duration_s"] == round(metres / 1.15)


def test_a_route_is_the_way_of_nearest_with_its_steps(town):
    index = town(at(1, 3, 0))
    route = find_route(index, Point(*spot(2, 0)), "YZ-0001", "walk", at=NOW)
    assert route.distance_m == pytest.approx(ask(index).found[0].distance_m, abs=0.01)
    assert sum(step.distance_m for step in route.steps) == pytest.approx(route.distance_m, abs=0.1)
    streets = [step.street for step in route.steps if step.street]
    assert streets[:3] == ["南北2路", "东西5街", "南北3路"]
    line_m = GEOD.line_length(route.line[:, 0], route.line[:, 1])
    assert line_m == pytest.approx(route.distance_m, rel=1e-4)
    found = json.loads(route_geojson(route))
    assert found["geometry"]["type"] == "LineString"
    assert "东西5街" in "".join(step["text"] for step in found["properties"]["steps"])


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        ((2, -2), (1, 0), "您的位置 300 米内没有街道"),
        ((2, 0), (1, -2), "这个站点 300 米内没有街道"),
        ((50, 50), (1, 0), "还没有街道数据"),
    ],
)
def test_a_route_without_streets_is_a_straight_line_that_says_why(town, start, end, says):
    index = town(at(1, *end))
    route = find_route(index, Point(*spot(*start)), "YZ-0001", "walk", at=NOW)
    assert (route.by, route.steps, len(route.line)) == ("line", [], 2)
    assert says in str(route.notices[0])
    assert route.distance_m == pytest.approx(GEOD.inv(*spot(*start), *spot(*end))[2], abs=0.01)


# Crossings of the town lie in the county too: a person in the one may walk on into the other.
COUNTY = Town(side=12)
BOTH = {"town": TOWN, "county": COUNTY}


def test_stations_only_the_larger_streets_have_are_found(region):
    answer = ask(region(BOTH, at(1, 8, 3)))
    assert (answer.by, answer.attribution, answer.notices) == ("walk", "© county", [])
    assert answer.found[0].distance_m == pytest.approx(COUNTY.metres((2, 0), (8, 3)), abs=0.01)


def test_the_edge_of_the_smaller_streets_hides_nothing_nearer(region):
    index = region(BOTH, at(1, 4, 1), at(2, 3, 0), at(3, 6, 0), at(4, 10, 3))
    answer = ask(index, 5, 0, k=3)
    assert codes(answer) == ["YZ-0003", "YZ-0002", "YZ-0001"]
    assert set(answer.attribution.split("; ")) == {"© town", "© county"}
    for item, place in zip(answer.found, [(6, 0), (3, 0), (4, 1)], strict=True):
        assert item.distance_m == pytest.approx(COUNTY.metres((5, 0), place), abs=0.01)


def test_open_ones_of_every_set_come_before_unknown_ones(region):
    index = region(
        BOTH, at(1, 4, 0), at(2, 8, 0, hours_osm="24/7"), at(3, 5, 2, hours_osm="24/7"), at(4, 9, 0)
    )  # fmt: skip
    for arrival in (False, True):
        given = {"open_at": NOW, "arrival": arrival}
        assert codes(ask(index, 5, 0, **given)) == ["YZ-0003", "YZ-0002", "YZ-0001", "YZ-0004"]
        assert codes(ask(index, 5, 0, **given, k=2)) == ["YZ-0003", "YZ-0002"]


def test_a_bridge_that_only_one_set_has_is_crossed(region):
    parted, joined = Town(side=8, bridge=None), Town(side=12, bridge=11)
    index = region({"parted": parted, "joined": joined}, at(1, 3, 0))
    metres = joined.metres((2, 0), (3, 0))
    assert ask(index).found[0].distance_m == pytest.approx(metres, abs=0.01)
    route = find_route(index, Point(*spot(2, 0)), "YZ-0001", "walk", at=NOW)
    assert (route.by, route.attribution, route.notices) == ("walk", "© joined", [])
    assert route.distance_m == pytest.approx(metres, abs=0.01)


def test_nearest_and_route_agree_where_sets_overlap(region):
    places = {1: (0, 0), 2: (4, 1), 3: (6, 0), 4: (9, 4), 5: (3, 5)}
    # The shorter bridge is in the smaller one.
    index = region(
        {"town": TOWN, "county": Town(side=12, bridge=9)}, *(at(n, *place) for n, place in places.items())
    )
    answer = ask(index, 2, 2, k=5)
    assert len(answer.found) == 5
    for code, item in zip(codes(answer), answer.found, strict=True):
        route = find_route(index, Point(*spot(2, 2)), code, "walk", at=NOW)
        assert route.distance_m == pytest.approx(item.distance_m, abs=0.01)


def test_a_nearer_station_beyond_the_streets_is_told(town):
    answer = ask(town(at(1, 0, 0), at(2, 11, 0)), 5, 0, k=1)
    assert codes(answer) == ["YZ-0001"]
    assert str(answer.notices[0]) == "有 1 个更近的站点离街道太远,没有算进来"


def test_a_station_closed_then_is_not_missed(town):
    lon, lat, _ = GEOD.fwd(*spot(2, 0), 180, 320)
    index = town(at(1, 0, 5, hours_osm="24/7"), station_row(2, lon=lon, lat=lat, hours_osm="01:00-02:00"))
    assert ask(index, open_at=NOW).notices == []
    assert ask(index, open_at=NOW, arrival=True).notices == []
    assert ask(index).notices != []


def test_an_open_station_off_the_network_is_missed_though_an_unknown_one_is_near(town):
    lon, lat, _ = GEOD.fwd(*spot(2, 0), 180, 320)
    index = town(
        at(1, 0, 5, hours_osm="24/7"), at(2, 2, 0), station_row(3, lon=lon, lat=lat, hours_osm="24/7")
    )
    answer = ask(index, open_at=NOW)
    assert codes(answer) == ["YZ-0001", "YZ-0002"]
    assert "有 1 个更近的站点" in str(answer.notices[0])


def test_fewer_than_asked_for_are_told_when_others_cannot_be_reached(town):
    index = town(at(1, 0, 0), at(2, 0, 1), station_row(3, lon=116.4, lat=39.9, kind="water_point"))
    answer = ask(index)
    assert codes(answer) == ["YZ-0001", "YZ-0002"]
    assert "只到得了这 2 个" in str(answer.notices[0])
    assert ask(index, k=2).notices == []
    assert ask(index, kinds=["care_station"]).notices == []


def test_replaced_streets_are_let_go(region):
    index = region({"town": TOWN}, at(1, 1, 0))
    old = graph_of(index, index.snapshot.streets[0])
    gone = weakref.ref(old)
    index = region({"town": COUNTY})
    assert codes(ask(index)) == ["YZ-0001"]
    del old
    gc.collect()
    assert gone() is None
