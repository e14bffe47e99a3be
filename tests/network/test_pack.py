"""Street packs: what comes out of one is the graph, to a centimetre of length and a unit of position."""

import gzip
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from geo.crs import Crs, from_wgs84
from geo.ingest.streets import read_streets
from geo.model.streets import DEGREE, STREET_PROFILES
from geo.network.compile import compile_graph
from geo.network.graph import Graph, Positions
from geo.network.pack import TOLERANCE_M, pack_streets, travelled_edges
from geo.network.pack_blocks import REACH_M, Box, cut_blocks
from geo.network.pack_body import varints
from geo.network.pack_shapes import simple_shapes
from geo.network.pack_stands import pack_stands
from geo.network.snap import place_of, snap
from tests.network.graphs import matrix_of
from tests.network.packs import decode_stands, decode_streets, numbers_in, streets_graph
from tests.network.towns import EAST_M, NORTH_M, place, town, towns
from tests.network.ways import make_ways

DEMO = Path(__file__).parents[2] / "data" / "demo" / "streets.osm.pbf"
HALF_CM = 0.005 + 1e-9
UNIT_DEG = 1e-6
REAL = {
    "jinan/jinan.osm.pbf": 150_000,
    "monaco/monaco.osm.pbf": 40_000,
    "porto-alegre/porto-alegre.osm.pbf": 175_000,
}


@pytest.fixture(scope="module")
def demo() -> Graph:
    return compile_graph(read_streets(DEMO).ways)


def nodes_of(graph: Graph) -> np.ndarray:
    """Return the nodes of a pack of a graph as nodes of the graph."""
    edges = travelled_edges(graph)
    return np.unique(np.concatenate([graph.edge_from[edges], graph.edge_to[edges]]))


def in_metres(line: list[tuple[float, float]]) -> shapely.LineString:
    return shapely.LineString(np.array(line) * (EAST_M, NORTH_M))


# Numbers


@given(st.lists(st.integers(-(2**31), 2**31 - 1)))
def test_numbers_come_back(values: list[int]):
    assert list(numbers_in(varints(values))) == values


# Streets


@settings(deadline=None)
@given(towns())
def test_a_pack_holds_the_streets_that_are_travelled(graph: Graph):
    edges, nodes = travelled_edges(graph), nodes_of(graph)
    streets = decode_streets(pack_streets(graph, edges))
    assert (len(streets.node), len(streets.ends)) == (len(nodes), len(edges))
    for number, edge in enumerate(edges.tolist()):
        a, b = streets.ends[number]
        assert (nodes[a], nodes[b]) == (graph.edge_from[edge], graph.edge_to[edge])
        assert streets.length_m[number] == pytest.approx(graph.edge_length_m[edge], abs=HALF_CM)
        for profile, (direction, speed_m_s) in zip(STREET_PROFILES, streets.travel[number], strict=True):
            network = graph.networks[profile]
            assert direction == network.direction[edge]
            assert speed_m_s == pytest.approx(network.speed_m_s[edge] if direction else 0, abs=1e-5)


@settings(deadline=None)
@given(towns())
def test_streets_run_where_they_do(graph: Graph):
    edges = travelled_edges(graph)
    streets = decode_streets(pack_streets(graph, edges))
    for line, edge in zip(streets.shape, edges.tolist(), strict=True):
        points = slice(graph.shape_start[edge], graph.shape_start[edge + 1])
        course = np.column_stack([graph.shape_lon[points], graph.shape_lat[points]]) / DEGREE
        apart_m = shapely.hausdorff_distance(in_metres(course), in_metres(line))
        # Each end of a line may be half a unit off, in either direction.
        assert apart_m <= TOLERANCE_M + 0.71 * UNIT_DEG * NORTH_M


@settings(deadline=None)
@given(towns(), st.sampled_from(STREET_PROFILES))
def test_ways_are_as_long_as_in_the_graph(graph: Graph, profile: str):
    nodes = nodes_of(graph)
    streets = decode_streets(pack_streets(graph, travelled_edges(graph)))
    true_m = dijkstra(matrix_of(graph.networks[profile].out))
    found = dict(nx.all_pairs_dijkstra_path_length(streets_graph(streets, profile), weight="metres"))
    for a, reached in found.items():
        row = true_m[nodes[a], nodes]
        assert {b for b in range(len(nodes)) if np.isfinite(row[b])} == set(reached)
        for b, metres in reached.items():
            assert metres == pytest.approx(row[b], abs=HALF_CM * len(nodes))


def test_ways_of_a_city_are_as_long_as_in_the_graph(demo: Graph):
    streets = decode_streets(pack_streets(demo, travelled_edges(demo)))
    nodes = nodes_of(demo)
    for profile in STREET_PROFILES:
        sources = [0, len(nodes) // 2, len(nodes) - 1]
        true_m = dijkstra(matrix_of(demo.networks[profile].out), indices=nodes[sources])[:, nodes]
        decoded = streets_graph(streets, profile)
        for row, source in zip(true_m, sources, strict=True):
            found = nx.single_source_dijkstra_path_length(decoded, source, weight="metres")
            assert set(np.flatnonzero(np.isfinite(row)).tolist()) == set(found)
            for node, metres in found.items():
                assert metres == pytest.approx(row[node], abs=0.5)


@pytest.mark.parametrize("crs", [Crs.GCJ02, Crs.BD09, Crs.CGCS2000])
def test_another_system_moves_places_and_leaves_lengths(crs: Crs):
    graph = town([("东街", "residential", [(0, 0), (300, 40), (600, 0)]), (None, "path", [(600, 0), (0, 0)])])
    edges = travelled_edges(graph)
    plain, moved = (decode_streets(pack_streets(graph, edges, crs=each)) for each in (Crs.WGS84, crs))
    assert moved.head["crs"] == crs.value
    assert moved.length_m == plain.length_m
    nodes = nodes_of(graph)
    lon, lat = from_wgs84(graph.node_lon[nodes] / DEGREE, graph.node_lat[nodes] / DEGREE, crs)
    assert np.array(moved.node) == pytest.approx(np.column_stack([lon, lat]), abs=0.51 * UNIT_DEG)


def test_there_may_be_no_streets_at_all():
    graph = compile_graph(make_ways([], []))
    streets = decode_streets(pack_streets(graph, travelled_edges(graph)))
    assert (streets.node, streets.ends) == ([], [])


def test_points_that_a_straight_street_does_not_need_are_left_out():
    line = [(10 * i, 0.2 * (i % 2)) for i in range(50)]
    graph = town([(None, "residential", line)])
    shapes = simple_shapes(graph, travelled_edges(graph), TOLERANCE_M)
    assert shapes.start.tolist() == [0, 2]
    assert len(simple_shapes(graph, travelled_edges(graph), 0.05).lon) > 40


# Stands


@settings(deadline=None)
@given(towns(), st.data())
def test_stations_stand_where_they_do(graph: Graph, data: st.DataObject):
    edges = travelled_edges(graph)
    lon, lat = np.array(data.draw(st.lists(st.builds(place, *[st.floats(-20, 420)] * 2), min_size=1))).T
    stands = {profile: snap(graph, profile, lon, lat) for profile in STREET_PROFILES}
    codes = [f"驿-{number}" for number in range(len(lon))]
    head, found = decode_stands(pack_stands(graph, edges, codes, stands, streets="abc"))
    assert (head["codes"], head["streets"]) == (codes, "abc")
    for profile, rows in found.items():
        for (edge, offset_m, snap_m), true in zip(
            rows, map(stands[profile].at, range(len(lon))), strict=True
        ):
            if true.edge < 0:
                assert (edge, offset_m, snap_m) == (-1, 0, 0)
                continue
            assert edges[edge] == true.edge
            assert snap_m == pytest.approx(true.snap_m, abs=0.0501)
            assert offset_m == pytest.approx(true.offset_m, abs=0.11)


def test_just_before_a_junction_is_not_at_the_junction():
    graph = town([(None, "residential", [(0, 0), (100, 0)])])
    length_m = float(graph.edge_length_m[0])
    offset_m = np.array([0, 0.01, length_m / 2, length_m - 0.01, length_m])
    positions = Positions(np.zeros(5, np.int32), offset_m, np.zeros(5))
    edges = travelled_edges(graph)
    _, found = decode_stands(pack_stands(graph, edges, "abcde", dict.fromkeys(STREET_PROFILES, positions)))
    told = [offset for _, offset, _ in found["ebike"]]
    assert told[:2] == [0, 0.1]
    # The phone knows the length to a centimetre.
    [length_m] = decode_streets(pack_streets(graph, edges)).length_m
    assert told[3] < length_m <= told[4]


def test_a_station_beside_the_streets_of_a_block_stands_nowhere_in_it():
    graph = town([(None, "residential", [(0, 0), (100, 0)]), (None, "residential", [(0, 0), (0, 100)])])
    positions = Positions(np.array([0, 1], np.int32), np.array([5.0, 5.0]), np.array([1.0, 1.0]))
    _, found = decode_stands(
        pack_stands(graph, np.array([1], np.int32), "ab", dict.fromkeys(STREET_PROFILES, positions))
    )
    assert found["walk"] == [(-1, 0, 0), (0, 5, 1)]


# Blocks


def box_of(graph: Graph) -> Box:
    lon, lat = graph.node_lon / DEGREE, graph.node_lat / DEGREE
    return Box(float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))


def test_a_small_city_is_one_block_of_all_its_streets(demo: Graph):
    [block] = cut_blocks(demo, box_of(demo), 300_000)
    assert block.share is None
    assert np.array_equal(block.edges, travelled_edges(demo))
    assert len(cut_blocks(compile_graph(make_ways([], [])), box_of(demo), 300_000)) == 1


def test_inner_parts_tile_the_city(demo: Graph):
    blocks = cut_blocks(demo, box_of(demo), 15_000)
    boxes = [shapely.box(*block.inner) for block in blocks]
    assert shapely.union_all(boxes).area == pytest.approx(sum(box.area for box in boxes))
    edges = travelled_edges(demo)
    lon, lat = place_of(demo, edges, demo.edge_length_m[edges] / 2)
    covered = shapely.union_all(boxes).buffer(1e-9)
    assert shapely.contains_xy(covered, lon, lat).all()


def test_blocks_are_no_larger_than_asked(demo: Graph):
    for block in cut_blocks(demo, box_of(demo), 15_000):
        assert len(gzip.compress(pack_streets(demo, block.edges))) <= 15_000


def test_ways_within_reach_are_whole_in_a_block(demo: Graph):
    lon, lat = demo.node_lon / DEGREE, demo.node_lat / DEGREE
    blocks = cut_blocks(demo, box_of(demo), 15_000)
    for block in blocks[:: len(blocks) // 12]:
        west, south, east, north = block.inner
        inside = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))[:5]
        for profile in STREET_PROFILES:
            out = demo.networks[profile].out
            limit_m = block.share * REACH_M[profile]
            kept = np.isin(out.edge, block.edges)
            leave = np.repeat(np.arange(len(lon)), np.diff(out.start))[kept]
            start = np.concatenate([[0], np.cumsum(np.bincount(leave, minlength=len(lon)))])
            part = out._replace(start=start, **{f: getattr(out, f)[kept] for f in ("to", "edge", "metres")})
            part = part._replace(seconds=out.seconds[kept])
            whole_m = dijkstra(matrix_of(out), indices=inside, limit=limit_m)
            assert np.array_equal(whole_m, dijkstra(matrix_of(part), indices=inside, limit=limit_m))


# Sizes


def test_the_demo_city_is_small(demo: Graph):
    assert len(gzip.compress(pack_streets(demo, travelled_edges(demo)))) <= 27_000


@pytest.mark.real_data
@pytest.mark.parametrize("name", REAL)
def test_a_city_is_small(real_data: Path, name: str):
    graph = compile_graph(read_streets(real_data / name).ways)
    body = pack_streets(graph, travelled_edges(graph))
    assert len(gzip.compress(body)) <= REAL[name]


@pytest.mark.real_data
@pytest.mark.parametrize("name", REAL)
def test_sizes_are_estimated_above_the_truth(real_data: Path, name: str):
    graph = compile_graph(read_streets(real_data / name).ways)
    for block in cut_blocks(graph, box_of(graph), 100_000)[:20]:
        assert len(gzip.compress(pack_streets(graph, block.edges))) <= 100_000


@pytest.mark.real_data
def test_places_along_winding_streets_are_told_right(real_data: Path):
    graph = compile_graph(read_streets(real_data / "jinan/jinan.osm.pbf").ways)
    edges = travelled_edges(graph)
    streets = decode_streets(pack_streets(graph, edges))
    number = np.random.default_rng(1).integers(0, len(edges), 2000)
    share = np.random.default_rng(2).random(2000)
    lon, lat = place_of(graph, edges[number], share * graph.edge_length_m[edges[number]])
    scale = np.array([np.cos(np.radians(36.6)), 1]) * NORTH_M
    for i, edge in enumerate(number.tolist()):
        line = shapely.LineString(np.array(streets.shape[edge]) * scale)
        there = line.interpolate(share[i], normalized=True)
        assert there.distance(shapely.Point(lon[i] * scale[0], lat[i] * scale[1])) < 2
