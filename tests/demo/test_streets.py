"""The demo city's streets, read back from the file as anybody would: what they join and what they part."""

from itertools import pairwise
from typing import NamedTuple

import networkx as nx
import numpy as np
import osmium
import pytest
from pyproj import Geod
from shapely import STRtree
from shapely.geometry import LineString, Point, Polygon

from geo.demo.generate import DEMO_FOLDER, DemoFiles
from geo.demo.grid import AVENUES, STREETS
from geo.demo.landmarks import LANDMARKS
from geo.demo.skeleton import DISTRICTS, OUTLINE, lonlat
from geo.demo.stations import make_stations

FILE = DemoFiles.within(DEMO_FOLDER).streets
NOT_WALKED = {"motorway", "motorway_link"}
NOT_RIDDEN = NOT_WALKED | {"steps", "footway", "pedestrian"}
GEOD = Geod(ellps="WGS84")


class Way(NamedTuple):
    id: int
    refs: list[int]
    tags: dict[str, str]


class City(NamedTuple):
    places: dict[int, tuple[float, float]]
    marks: dict[int, dict[str, str]]
    ways: list[Way]
    areas: dict[str, Polygon]

    def line(self, way: Way) -> LineString:
        return LineString([self.places[ref] for ref in way.refs])

    def named(self, name: str) -> list[Way]:
        return [way for way in self.ways if way.tags.get("name") == name]


@pytest.fixture(scope="module")
def city() -> City:
    found = City({}, {}, [], {})
    for item in osmium.FileProcessor(FILE).with_areas():
        if item.is_node():
            found.places[item.id] = (item.lon, item.lat)
            if item.tags:
                found.marks[item.id] = dict(item.tags)
        elif item.is_way():
            found.ways.append(Way(item.id, [node.ref for node in item.nodes], dict(item.tags)))
        elif item.is_area() and "name" in item.tags and "highway" not in item.tags:
            outer, *more = item.outer_rings()
            assert not more
            holes = [[(n.lon, n.lat) for n in ring] for ring in item.inner_rings(outer)]
            found.areas[item.tags["name"]] = Polygon([(n.lon, n.lat) for n in outer], holes)
    return found


def open_to_people(way: Way) -> bool:
    return "highway" in way.tags and way.tags.get("access") != "private"


def walked(city: City, *, gates_open: bool = False) -> nx.Graph:
    graph = nx.Graph()
    for way in city.ways:
        if open_to_people(way) and way.tags["highway"] not in NOT_WALKED:
            for a, b in pairwise(way.refs):
                graph.add_edge(
                    a, b, metres=GEOD.line_length(*zip(city.places[a], city.places[b], strict=True))
                )
    if not gates_open:
        graph.remove_nodes_from([node for node, tags in city.marks.items() if tags.get("locked") == "yes"])
    return graph


def ridden(city: City) -> nx.DiGraph:
    graph = nx.DiGraph()
    for way in city.ways:
        if open_to_people(way) and way.tags["highway"] not in NOT_RIDDEN:
            nx.add_path(graph, way.refs)
            round_ = way.tags.get("junction") == "roundabout"
            if not (round_ or way.tags.get("oneway") == "yes") or way.tags.get("oneway:bicycle") == "no":
                nx.add_path(graph, way.refs[::-1])
    graph.remove_nodes_from([node for node, tags in city.marks.items() if tags.get("locked") == "yes"])
    return graph


def test_it_is_a_sorted_extract_of_a_few_thousand_nodes_that_says_what_it_is(city):
    with osmium.io.Reader(FILE) as reader:
        header = reader.header()
    assert header.get("generator") == "yizhan-demo"
    assert 3_000 < len(city.places) < 8_000
    assert FILE.stat().st_size < 400_000
    kinds = [(item.type_str(), item.id) for item in osmium.FileProcessor(FILE)]
    assert kinds == sorted(kinds, key=lambda kind: ("nwr".index(kind[0]), kind[1]))
    box = header.box()
    lon, lat = zip(*city.places.values(), strict=True)
    bounds = (box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat)
    assert bounds == pytest.approx((min(lon), min(lat), max(lon), max(lat)), abs=1e-7)
    assert all(way.tags["note"] == "虚构" for way in city.ways)
    assert all(tags["note"] == "虚构" for tags in city.marks.values())


def test_all_of_it_lies_in_the_city(city):
    outline = Polygon([lonlat(corner) for corner in OUTLINE])
    assert all(outline.covers(Point(place)) for place in city.places.values())


def test_every_node_is_used_and_no_way_stands_still(city):
    used = {ref for way in city.ways for ref in way.refs}
    assert set(city.places) == used | {node for node, tags in city.marks.items() if "place" in tags}
    assert all(a != b for way in city.ways for a, b in pairwise(way.refs))
    # One place is one node: lines that meet share it.
    assert len(set(city.places.values())) == len(city.places)


def test_names_are_chinese_and_the_grid_is_there_under_its_names(city):
    names = {way.tags["name"] for way in city.ways if "name" in way.tags}
    assert all("\u4e00" <= sign <= "\u9fff" for name in names for sign in name)
    assert {street.name for street in (*AVENUES, *STREETS)} <= names
    assert len(names) > 300


def test_a_lane_name_means_lanes_in_one_place(city):
    lanes = ("residential", "living_street", "unclassified")
    for name in {w.tags["name"] for w in city.ways if w.tags.get("highway") in lanes and "name" in w.tags}:
        points = [city.places[ref] for way in city.named(name) for ref in way.refs]
        west, south, east, north = LineString(points).bounds
        assert GEOD.inv(west, south, east, north)[2] < 2_000, name


def test_nearly_all_can_be_walked_to_and_streets_apart_cannot(city):
    graph = walked(city)
    largest, *others = sorted(nx.connected_components(graph), key=len, reverse=True)
    assert len(largest) > 0.97 * len(graph)
    apart = {ref for way in city.ways if way.tags.get("name", "").startswith("西洲") for ref in way.refs}
    assert apart in others


def test_nearly_everywhere_an_e_bike_gets_it_also_gets_back(city):
    graph = ridden(city)
    assert len(max(nx.strongly_connected_components(graph), key=len)) > 0.95 * len(graph)


def test_streets_that_cross_on_the_ground_meet(city):
    ways = [
        way
        for way in city.ways
        if way.tags.get("highway", "motorway") not in NOT_WALKED and "layer" not in way.tags
    ]
    lines = [city.line(way) for way in ways]
    for i, j in STRtree(lines).query(lines, predicate="crosses").T.tolist():
        common = [Point(city.places[ref]) for ref in set(ways[i].refs) & set(ways[j].refs)]
        parts = getattr(lines[i].intersection(lines[j]), "geoms", [lines[i].intersection(lines[j])])
        # A node lies where the lines meet, to the decimetre it is kept to.
        assert all(min(part.distance(node) for node in common) < 2e-6 for part in parts)


def test_the_river_is_crossed_by_a_few_bridges_and_nothing_else(city):
    river = city.areas["云溪"]
    (course,) = [way for way in city.ways if way.tags.get("waterway") == "river"]
    assert city.line(course).length == pytest.approx(city.line(course).intersection(river).length, rel=1e-4)
    over = [way for way in city.ways if "highway" in way.tags and city.line(way).intersects(river)]
    assert all(way.tags.get("bridge") == "yes" and way.tags["layer"] == "1" for way in over)
    assert {way.tags["name"] for way in over} == {
        *("采薇路", "云栖大道", "拾光路", "白鹭路", "环城路", "听鹭桥"),
    }


def test_whoever_stands_on_the_other_bank_has_far_to_go(city):
    graph = walked(city)
    (north,), (south,) = (city.named(name) for name in ("云溪北岸绿道", "云溪南岸步道"))
    there = np.array([city.places[ref] for ref in north.refs])
    detours = []
    for ref in south.refs[::6]:
        lon, lat = city.places[ref]
        k = int(np.argmin(np.hypot((there[:, 0] - lon) * 0.76, there[:, 1] - lat)))
        straight_m = GEOD.inv(lon, lat, *there[k])[2]
        detours.append(nx.shortest_path_length(graph, ref, north.refs[k], weight="metres") / straight_m)
    assert np.median(detours) > 5


def test_trains_cross_streets_at_two_level_crossings_only(city):
    (rail,) = [way for way in city.ways if "railway" in way.tags]
    crossed = set(rail.refs) & {ref for way in city.ways if "highway" in way.tags for ref in way.refs}
    marked = {node for node, tags in city.marks.items() if tags.get("railway") == "level_crossing"}
    assert crossed == marked
    assert len(crossed) == 2
    others = [way for way in city.ways if "highway" in way.tags and not crossed & set(way.refs)]
    passing = [way for way in others if city.line(way).intersects(city.line(rail))]
    assert {way.tags.get("tunnel") or way.tags.get("bridge") for way in passing} == {"yes"}
    assert len(passing) < 12


def test_the_expressway_meets_the_streets_only_at_the_feet_of_its_ramps(city):
    above = [way for way in city.ways if way.tags.get("highway") in NOT_WALKED]
    assert {way.tags.get("name") for way in above} == {"云栖高架", None}
    assert all(way.tags["oneway"] == "yes" for way in above)
    below = set(walked(city, gates_open=True))
    ends = {way.refs[end] for way in above for end in (0, -1)}
    met = {ref for way in above for ref in way.refs if ref in below}
    assert met <= ends
    assert 0 < len(met) <= 8


def test_dual_carriageways_are_two_lines_that_keep_to_the_right(city):
    for name in ("云栖大道", "临溪大道", "长亭大道"):
        ways = city.named(name)
        assert {way.tags["oneway"] for way in ways} == {"yes"}
        lines = [city.line(way) for way in ways if way.tags.get("bridge") != "yes"]
        for line in lines:
            middle = line.interpolate(0.5, normalized=True)
            other = min((o for o in lines if o is not line), key=middle.distance)
            (x0, y0), (x1, y1) = line.coords[0], line.coords[-1]
            across = other.interpolate(other.project(middle))
            # The other one is on the left: the turn from going along to looking across is a left turn.
            assert (x1 - x0) * (across.y - middle.y) - (y1 - y0) * (across.x - middle.x) > 0
            assert 10 < GEOD.inv(middle.x, middle.y, across.x, across.y)[2] < 20


def test_one_way_lanes_some_of_which_cyclists_may_use_against_the_traffic(city):
    lanes = [
        w
        for w in city.ways
        if w.tags["note"] and w.tags.get("highway") == "residential" and "oneway" in w.tags
    ]
    assert {way.tags.get("oneway:bicycle") for way in lanes} == {None, "no"}
    turns = {np.sign(city.places[w.refs[-1]][0] - city.places[w.refs[0]][0]) for w in lanes}
    assert turns == {-1, 1}


def test_the_roundabout_goes_around_as_traffic_keeps_to_the_right(city):
    (roundabout,) = [way for way in city.ways if way.tags.get("junction") == "roundabout"]
    assert roundabout.refs[0] == roundabout.refs[-1]
    assert Polygon(city.line(roundabout)).exterior.is_ccw
    entering = [
        way
        for way in city.ways
        if way is not roundabout and {way.refs[0], way.refs[-1]} & set(roundabout.refs)
    ]
    assert {way.tags["name"] for way in entering} == {AVENUES[9].name, STREETS[1].name}


def test_a_locked_gate_parts_a_lane_and_an_open_one_lets_through(city):
    graph, ignoring = walked(city), walked(city, gates_open=True)
    (lane,) = city.named("织云巷")
    (gate,) = set(lane.refs) & {node for node, tags in city.marks.items() if tags.get("locked") == "yes"}
    west, east = (lane.refs[lane.refs.index(gate) + step] for step in (-1, 1))
    through = nx.shortest_path_length(ignoring, west, east, weight="metres")
    assert nx.shortest_path_length(graph, west, east, weight="metres") > 1.5 * through
    opened = [node for node, tags in city.marks.items() if tags.get("access") == "yes"]
    assert opened
    assert all(len(list(graph[node])) == 2 for node in opened)


def test_walled_estates_are_entered_by_their_gates_only(city):
    inside = {ref for way in city.ways if way.tags.get("access") == "private" for ref in way.refs}
    gates = {node for node, tags in city.marks.items() if tags.get("barrier") == "lift_gate"}
    assert len(gates) >= 10
    assert gates <= inside
    # Beyond the gate the way in runs on to the lane: that node alone is shared.
    assert len(inside & set(walked(city))) == len(gates)


def test_parks_have_paths_and_water_has_no_streets_in_it(city):
    parks = [mark.name for mark in LANDMARKS if mark.category == "公园"]
    ways = [way for way in city.ways if way.tags.get("highway") in ("footway", "path", "steps")]
    for name in parks:
        assert sum(city.line(way).intersects(city.areas[name]) for way in ways) >= 4
    assert [len(city.areas[name].interiors) for name in ("白鹭湿地湖", "云溪湖")] == [1, 0]
    for name in ("云溪湖", "白鹭湿地湖"):
        assert not any(
            city.line(way).intersects(city.areas[name]) for way in city.ways if "highway" in way.tags
        )
    assert any(way.tags.get("highway") == "steps" and "name" in way.tags for way in city.ways)


def test_places_are_named(city):
    places = {tags["name"]: tags["place"] for tags in city.marks.values() if "place" in tags}
    assert {places[district.name] for district in DISTRICTS} == {"suburb"}
    assert {places[office] for district in DISTRICTS for office in district.offices} == {
        "town",
        "neighbourhood",
    }
    assert sum(kind == "village" for kind in places.values()) > 10


def test_stations_stand_beside_streets(city):
    graph = walked(city)
    streets = [LineString([city.places[a], city.places[b]]) for a, b in graph.edges]
    tree = STRtree(streets)
    for seed in (20260501, 1, 2):
        away_m = []
        for cells in make_stations(seed):
            at = Point(float(cells["经度"]), float(cells["纬度"]))
            # The nearest in degrees and the nearest in metres differ by a quarter at most.
            near = tree.query(
                at, predicate="dwithin", distance=1.4 * at.distance(streets[tree.nearest(at)]) + 1e-9
            )
            feet = (streets[k].interpolate(streets[k].project(at)) for k in near)
            away_m.append(min(GEOD.inv(at.x, at.y, foot.x, foot.y)[2] for foot in feet))
        assert np.mean(np.array(away_m) < 60) >= 0.98
