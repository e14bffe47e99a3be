"""A compiled graph says of every two junctions what the ways themselves say."""

import csv
from collections import Counter
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.ingest.streets import read_streets
from geo.model.streets import BACKWARD, DEGREE, FORWARD, STREET_PROFILES
from geo.network.compile import compile_graph
from geo.network.graph import Graph, Positions
from geo.network.islands import KEPT_LENGTH_M
from geo.network.snap import snap
from tests.network.ways import BOTH, GEOD, SPEEDS, island_lengths, junctions, make_ways, metres, routed

WEST, SOUTH = 1_170_000_000, 366_000_000
STEP = 10_000
"""Some 100 m."""

LONG = int(KEPT_LENGTH_M // 88) + 3
"""Steps to the east, some 89 m each, that make an island worth keeping."""

places = st.tuples(st.integers(WEST, WEST + 30 * STEP), st.integers(SOUTH, SOUTH + 30 * STEP))


@st.composite
def cities(draw):
    """Nodes, ways through them, directions and barriers, all at random."""
    nodes = draw(st.lists(places, min_size=2, max_size=14, unique=True))
    line = st.lists(st.integers(0, len(nodes) - 1), min_size=2, max_size=7)
    lines = draw(st.lists(line, max_size=10))
    walk, ebike = st.sampled_from([0, BOTH, BOTH, BOTH]), st.sampled_from([0, FORWARD, BACKWARD, BOTH, BOTH])
    directions = {
        profile: draw(st.lists(each, min_size=len(lines), max_size=len(lines)))
        for profile, each in zip(STREET_PROFILES, (walk, ebike), strict=True)
    }
    barriers = draw(st.dictionaries(st.integers(0, len(nodes) - 1), st.integers(1, 3), max_size=3))
    return nodes, lines, directions, barriers


def street(cells: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return nodes on a grid of some 100 m."""
    return [(WEST + x * STEP, SOUTH + y * STEP) for x, y in cells]


def node_at(graph: Graph, place: tuple[int, int]) -> int:
    """Return the only node at a place."""
    (found,) = np.flatnonzero((graph.node_lon == place[0]) & (graph.node_lat == place[1]))
    return int(found)


def arcs_of(graph: Graph, profile: str, *, back: bool = False) -> list[tuple[int, int, int, float, float]]:
    """Return arcs as (from, to, edge, metres, seconds), those backward turned round."""
    arcs = graph.networks[profile].back if back else graph.networks[profile].out
    leaving = np.repeat(np.arange(len(arcs.start) - 1), np.diff(arcs.start))
    ends = (arcs.to, leaving) if back else (leaving, arcs.to)
    return list(zip(*(column.tolist() for column in (*ends, *arcs[2:])), strict=True))


def as_networkx(graph: Graph, profile: str) -> nx.MultiDiGraph:
    """Return the arcs of a profile."""
    found = nx.MultiDiGraph()
    found.add_nodes_from(range(len(graph.node_lon)))
    for here, there, _, length, seconds in arcs_of(graph, profile):
        found.add_edge(here, there, metres=length, seconds=seconds)
    return found


def way_m(graph: Graph, profile: str, here: tuple[int, int], there: tuple[int, int]) -> float | None:
    """Return the metres between two places, None where no way leads."""
    ends = node_at(graph, here), node_at(graph, there)
    try:
        return nx.dijkstra_path_length(as_networkx(graph, profile), *ends, weight="metres")
    except nx.NetworkXNoPath:
        return None


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cities())
def test_ways_between_junctions_are_those_of_the_streets(city):
    nodes, lines, directions, barriers = city
    graph = compile_graph(make_ways(nodes, lines, directions=directions, barriers=barriers))
    meeting = junctions(lines, barriers)
    assert {*zip(graph.node_lon, graph.node_lat, strict=True)} == {nodes[node] for node in meeting}
    for profile in STREET_PROFILES:
        expected = routed(nodes, lines, profile, directions, barriers)
        lengths = sorted(island_lengths(expected))[::-1]
        # Of two islands equally large to the micrometre, rounding says which one is the larger.
        assume(len(lengths) < 2 or abs(lengths[0] - lengths[1]) > 1e-6 or lengths[0] == 0)
        found = as_networkx(graph, profile)
        plain = sorted(meeting - barriers.keys())
        for here in plain:
            wanted = nx.single_source_dijkstra_path_length(expected, here, weight="metres")
            begin = node_at(graph, nodes[here])
            given_m = nx.single_source_dijkstra_path_length(found, begin, weight="metres")
            for there in plain:
                length = given_m.get(node_at(graph, nodes[there]))
                assert length == (None if there not in wanted else pytest.approx(wanted[there], abs=1e-6))


@settings(max_examples=200, deadline=None)
@given(cities())
def test_every_array_keeps_its_promise(city):
    nodes, lines, directions, barriers = city
    graph = compile_graph(make_ways(nodes, lines, directions=directions, barriers=barriers))
    first, last = graph.shape_start[:-1], graph.shape_start[1:] - 1
    for end, point in ((graph.edge_from, first), (graph.edge_to, last)):
        assert np.array_equal(graph.node_lon[end], graph.shape_lon[point])
        assert np.array_equal(graph.node_lat[end], graph.shape_lat[point])
    assert (graph.shape_at_m[first] == 0).all()
    assert np.array_equal(graph.shape_at_m[last], graph.edge_length_m)
    drawn = [GEOD.line_length(*(np.array(nodes)[line].T / DEGREE)) for line in lines]
    assert graph.edge_length_m.sum() == pytest.approx(sum(drawn), abs=1e-6)
    for profile in STREET_PROFILES:
        network = graph.networks[profile]
        out = arcs_of(graph, profile)
        assert Counter(out) == Counter(arcs_of(graph, profile, back=True))
        assert (network.back is network.out) == bool(np.isin(network.direction, [0, BOTH]).all())
        assert out == sorted(out, key=lambda arc: (arc[0], arc[2]))
        for here, there, edge, length, seconds in out:
            forward = (graph.edge_from[edge], graph.edge_to[edge]) == (here, there)
            assert forward or (graph.edge_to[edge], graph.edge_from[edge]) == (here, there)
            assert network.direction[edge] & (FORWARD if forward else BACKWARD)
            assert length == graph.edge_length_m[edge]
            assert seconds == pytest.approx(length / SPEEDS[profile])


def test_a_street_without_crossings_is_one_edge_with_its_shape():
    nodes = street([(0, 0), (1, 2), (3, 2), (5, 1)])
    graph = compile_graph(make_ways(nodes, [[0, 1, 2, 3]], names=["经十路"]))
    assert len(graph.edge_from) == 1
    assert [*zip(graph.shape_lon, graph.shape_lat, strict=True)] == nodes
    steps = [metres(nodes, i, i + 1) for i in range(3)]
    assert graph.shape_at_m == pytest.approx(np.cumsum([0, *steps]))
    assert graph.name(0) == "经十路"
    assert graph.edge_highway.tolist() == [0]


def test_a_roundabout_is_a_loop_until_streets_meet_it():
    ring = street([(0, 0), (1, 0), (1, 1), (0, 1)])
    alone = compile_graph(make_ways(ring, [[0, 1, 2, 3, 0]]))
    assert (len(alone.node_lon), len(alone.edge_from)) == (1, 1)
    assert arcs_of(alone, "walk") == []
    assert alone.networks["walk"].direction.tolist() == [BOTH]
    nodes = ring + street([(2, 0), (-1, 1)])
    lines = [[0, 1, 2, 3, 0], [1, 4], [3, 5]]
    met = compile_graph(make_ways(nodes, lines, directions={"ebike": [FORWARD, BOTH, BOTH]}))
    there, back = (way_m(met, "ebike", nodes[a], nodes[b]) for a, b in ((4, 5), (5, 4)))
    assert there == pytest.approx(sum(metres(nodes, a, b) for a, b in ((4, 1), (1, 2), (2, 3), (3, 5))))
    assert back == pytest.approx(sum(metres(nodes, a, b) for a, b in ((5, 3), (3, 0), (0, 1), (1, 4))))
    assert way_m(met, "walk", nodes[4], nodes[5]) == pytest.approx(way_m(met, "walk", nodes[5], nodes[4]))


def test_a_way_that_crosses_itself_has_a_junction_there():
    nodes = street([(0, 0), (1, 1), (2, 2), (2, 0), (0, 2)])
    graph = compile_graph(make_ways(nodes, [[0, 1, 2, 3, 1, 4]]))
    assert len(graph.node_lon) == 3
    assert way_m(graph, "walk", nodes[0], nodes[4]) == pytest.approx(
        metres(nodes, 0, 1) + metres(nodes, 1, 4)
    )


def test_a_bridge_over_a_street_is_no_junction():
    nodes = street([(0, 1), (2, 1), (1, 0), (1, 2), (1, 1)])
    graph = compile_graph(make_ways(nodes, [[0, 4, 1], [2, 3], [3, 1]]))
    assert way_m(graph, "walk", nodes[0], nodes[2]) == pytest.approx(
        sum(metres(nodes, a, b) for a, b in ((0, 4), (4, 1), (1, 3), (3, 2)))
    )


@pytest.mark.parametrize("lines", [[[0, 1, 2]], [[0, 1], [1, 2]], [[0, 1], [2, 1], [3, 1]]])
def test_who_may_not_pass_a_gate_walks_up_to_it_and_no_farther(lines):
    nodes = street([(0, 0), (1, 0), (2, 0), (1, 1)])
    graph = compile_graph(make_ways(nodes, lines, barriers={1: 0b10}))
    assert way_m(graph, "walk", nodes[0], nodes[2]) == pytest.approx(
        metres(nodes, 0, 1) + metres(nodes, 1, 2)
    )
    assert way_m(graph, "ebike", nodes[0], nodes[2]) is None
    gates = graph.edge_length_m == 0
    assert gates.sum() == sum(len(line) - 1 for line in lines)
    assert (graph.edge_name[gates] == -1).all()
    assert not graph.networks["ebike"].direction[gates].any()
    at_gate = (graph.node_lon == nodes[1][0]) & (graph.node_lat == nodes[1][1])
    ends = np.concatenate([graph.edge_from[~gates], graph.edge_to[~gates]])
    assert len(set(ends[at_gate[ends]].tolist())) == gates.sum()


def test_a_gate_closed_for_all_parts_the_street_for_all():
    nodes = street([(0, 0), (LONG, 0), (2 * LONG, 0)])
    graph = compile_graph(make_ways(nodes, [[0, 1, 2]], barriers={1: 0b11}))
    for profile in STREET_PROFILES:
        assert way_m(graph, profile, nodes[0], nodes[2]) is None
        assert (graph.networks[profile].direction != 0).tolist() == [True, True, False, False]


def test_a_gate_at_the_end_of_a_street_changes_nothing():
    nodes = street([(0, 0), (1, 0)])
    graph = compile_graph(make_ways(nodes, [[0, 1]], barriers={1: 0b11}))
    assert (len(graph.node_lon), len(graph.edge_from)) == (2, 1)


def test_two_junctions_at_one_place_are_no_distance_apart():
    nodes = street([(0, 0), (1, 0), (1, 0), (2, 0)])
    graph = compile_graph(make_ways(nodes, [[0, 1], [1, 2], [2, 3]]))
    assert sorted(graph.edge_length_m)[0] == 0
    assert np.isfinite(graph.shape_at_m).all()
    expected = metres(nodes, 0, 1) + metres(nodes, 2, 3)
    assert way_m(graph, "walk", nodes[0], nodes[3]) == pytest.approx(expected)


def islands(steps: int) -> tuple[list[tuple[int, int]], list[list[int]]]:
    """Return a long street, and one of some steps that nothing joins to it."""
    return street([(0, 0), (2 * LONG, 0), (0, 5), (steps, 5)]), [[0, 1], [2, 3]]


@pytest.mark.parametrize(("steps", "kept"), [(2, False), (LONG - 6, False), (LONG, True)])
def test_an_island_is_kept_from_a_length_on(steps, kept):
    nodes, lines = islands(steps)
    graph = compile_graph(make_ways(nodes, lines))
    assert graph.networks["walk"].direction.tolist() == [BOTH, BOTH if kept else 0]
    assert (way_m(graph, "walk", nodes[2], nodes[3]) is not None) == kept


def test_the_largest_island_is_kept_however_small():
    nodes, lines = street([(0, 0), (2, 0), (0, 5), (3, 5)]), [[0, 1], [2, 3]]
    assert compile_graph(make_ways(nodes, lines)).networks["walk"].direction.tolist() == [0, BOTH]


def test_where_one_never_comes_back_from_is_left_out():
    """A one-way street that leads nowhere, for who obeys it."""
    nodes = street([(0, 0), (10, 0), (10, 9)])
    graph = compile_graph(make_ways(nodes, [[0, 1], [1, 2]], directions={"ebike": [BOTH, FORWARD]}))
    assert graph.networks["ebike"].direction.tolist() == [BOTH, 0]
    assert graph.networks["walk"].direction.tolist() == [BOTH, BOTH]


def test_streets_of_which_none_leads_back_are_no_network():
    nodes = street([(0, 0), (1, 0), (2, 0)])
    graph = compile_graph(make_ways(nodes, [[0, 1], [1, 2]], directions={"ebike": [FORWARD, FORWARD]}))
    assert not graph.networks["ebike"].direction.any()
    assert len(graph.networks["ebike"].out.to) == 0


@pytest.mark.parametrize("lines", [[], [[0]], [[0, 0]]])
def test_no_streets_make_an_empty_graph(lines):
    graph = compile_graph(make_ways(street([(0, 0)]), lines))
    assert (len(graph.node_lon), len(graph.edge_from), len(graph.shape_lon)) == (0, 0, 0)
    assert graph.networks["walk"].out.start.tolist() == [0]


def test_the_same_ways_give_the_same_graph():
    rng = np.random.default_rng(3)
    nodes = [(WEST + int(x), SOUTH + int(y)) for x, y in rng.integers(0, 30 * STEP, (60, 2))]
    lines = [rng.integers(0, 60, 4).tolist() for _ in range(50)]
    one, other = (compile_graph(make_ways(nodes, lines, barriers={3: 1, 7: 2})) for _ in range(2))
    for field in ("node_lon", "edge_from", "edge_to", "edge_length_m", "shape_lon"):
        assert np.array_equal(getattr(one, field), getattr(other, field))


def ends_of(graph: Graph, positions: Positions) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the two nodes next to each position, with the metres to them."""
    edge = positions.edge
    left_m = graph.edge_length_m[edge] - positions.offset_m
    return [(graph.edge_from[edge], positions.offset_m), (graph.edge_to[edge], left_m)]


def walked_m(graph: Graph, here: Positions, there: Positions) -> np.ndarray:
    """Return the metres from each place to each other one, (h, t), by scipy."""
    arcs = np.array([arc[:4] for arc in arcs_of(graph, "walk")])
    arcs = arcs[np.argsort(arcs[:, 3])]
    # Of the arcs between two nodes scipy is given the shortest, for it would add them up.
    ends, first = np.unique(arcs[:, :2].astype(int), axis=0, return_index=True)
    matrix = csr_matrix((arcs[first, 3], ends.T), shape=(len(graph.node_lon),) * 2)
    cost = np.minimum(*(dijkstra(matrix, indices=node) + m[:, None] for node, m in ends_of(graph, here)))
    walked = np.minimum(*(cost[:, node] + m for node, m in ends_of(graph, there)))
    along = np.abs(here.offset_m[:, None] - there.offset_m)
    return np.where(here.edge[:, None] == there.edge, np.minimum(along, walked), walked)


@pytest.mark.real_data
def test_walks_through_a_real_city_are_as_long_as_others_say(real_data: Path):
    """All these places lie at nodes of streets; the expected walks were computed by others."""
    folder = real_data / "jinan"
    graph = compile_graph(read_streets(folder / "jinan.osm.pbf").ways)
    tables = []
    for name in ("sample_stations_60.csv", "nearest_expected_500.csv"):
        with (folder / name).open(encoding="utf-8-sig") as file:
            tables.append(list(csv.DictReader(file)))
    stations, origins = (
        snap(graph, "walk", *([float(row[axis]) for row in rows] for axis in ("lon", "lat")))
        for rows in tables
    )
    assert max(stations.snap_m.max(), origins.snap_m.max()) < 1e-6
    walked = walked_m(graph, stations, origins)
    expected = [float(row["walk_m"]) for row in tables[1]]
    assert walked.min(axis=0) == pytest.approx(expected, abs=0.01)
    for row, nearest in zip(tables[1], walked.argmin(axis=0), strict=True):
        assert tables[0][nearest]["id"] == row["nearest_walk"] or float(row["margin_m"]) < 0.01
