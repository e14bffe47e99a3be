"""Snapping is exact: the same as measuring every piece of every street along geodesics."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.model.streets import DEGREE, FORWARD
from geo.network.compile import compile_graph
from geo.network.graph import Graph
from geo.network.snap import place_of, snap
from tests.network.ways import BOTH, GEOD, Lines, Nodes, make_ways, metres

WEST, SOUTH = 1_170_000_000, 366_000_000
STEP = 10_000
"""Some 100 m."""
OFF = (-1, 0.0, np.inf)


def measured(graph: Graph, profile: str, lon: float, lat: float) -> float:
    """Return the geodesic from a point to the nearest place on any piece of street, inf without one.

    Along each piece, itself a geodesic, the nearest of 21 places is found, then of 21 about it, and so on.
    """
    allowed = np.repeat(graph.networks[profile].direction != 0, np.diff(graph.shape_start))
    allowed[graph.shape_start[1:] - 1] = False
    piece = np.flatnonzero(allowed)
    if not len(piece):
        return np.inf
    ax, ay, bx, by = (
        column[at] / DEGREE for at in (piece, piece + 1) for column in (graph.shape_lon, graph.shape_lat)
    )
    azimuth, _, length = GEOD.inv(ax, ay, bx, by)
    low, high = np.zeros(len(piece)), length
    for _ in range(8):
        along = np.linspace(low, high, 21)
        places = GEOD.fwd(*(np.broadcast_to(column, along.shape) for column in (ax, ay, azimuth)), along)
        away = GEOD.inv(np.full(along.shape, lon), np.full(along.shape, lat), *places[:2])[2]
        best = along[np.argmin(away, axis=0), np.arange(len(piece))]
        step = (high - low) / 20
        low, high = np.maximum(best - step, 0), np.minimum(best + step, length)
    return float(away.min())


def place_and_point_m(graph: Graph, edge: int, offset_m: float, lon: float, lat: float) -> float:
    """Return the geodesic from a point to a place on an edge."""
    (place_lon,), (place_lat,) = place_of(graph, edge, offset_m)
    return GEOD.inv(lon, lat, place_lon, place_lat)[2]


@st.composite
def drawings(draw):
    """Streets that hang together, of pieces up to 200 m each way: nodes, lines and who may walk them."""
    west = draw(st.sampled_from([-1_790_000_000, -512_000_000, 0, WEST]))
    south = draw(st.sampled_from([-600_000_000, -300_000_000, -STEP, SOUTH, 650_000_000]))
    move = st.tuples(st.integers(-2 * STEP, 2 * STEP), st.integers(-2 * STEP, 2 * STEP))
    nodes, lines = [(west, south)], []
    for _ in range(draw(st.integers(1, 6))):
        line = [draw(st.integers(0, len(nodes) - 1))]
        for dx, dy in draw(st.lists(move, min_size=1, max_size=6)):
            lon, lat = nodes[line[-1]]
            line.append(len(nodes))
            nodes.append((lon + dx, lat + dy))
        lines.append(line)
    walk = draw(st.lists(st.sampled_from([0, BOTH, BOTH]), min_size=len(lines), max_size=len(lines)))
    return nodes, lines, walk


points = st.tuples(st.integers(-8 * STEP, 8 * STEP), st.integers(-8 * STEP, 8 * STEP), st.floats(0, 1))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawings(), st.lists(points, min_size=1, max_size=8), st.sampled_from([0.0, 40.0, 300.0, 5e3]))
def test_the_nearest_place_is_the_nearest_of_all(drawing, where, limit_m):
    nodes, lines, walk = drawing
    graph = compile_graph(make_ways(nodes, lines, directions={"walk": walk}))
    lon = np.array([nodes[0][0] + x + share for x, _, share in where]) / DEGREE
    lat = np.array([nodes[0][1] + y - share for _, y, share in where]) / DEGREE
    found = snap(graph, "walk", lon, lat, limit_m=limit_m)
    for i in range(len(lon)):
        expected = measured(graph, "walk", lon[i], lat[i])
        bound = 1e-5 + expected * 1e-6
        if expected > limit_m + bound:
            assert found.at(i) == OFF
        elif expected < limit_m - bound:
            edge, offset_m, snap_m = found.at(i)
            assert snap_m == pytest.approx(expected, abs=bound)
            assert graph.networks["walk"].direction[edge]
            assert 0 <= offset_m <= graph.edge_length_m[edge]
            # Maps draw a piece along its coordinates, some millimetres beside the geodesic.
            assert place_and_point_m(graph, edge, offset_m, lon[i], lat[i]) == pytest.approx(snap_m, abs=0.02)


def city(seed: int, *, blocks: int = 12) -> tuple[Nodes, Lines]:
    """Return a grid of streets some 400 m apart, bent at random, a fifth of them missing."""
    rng = np.random.default_rng(seed)
    bent = rng.integers(-STEP, STEP, (blocks, blocks, 2))
    nodes = [
        (WEST + x * 4 * STEP + int(bent[x, y, 0]), SOUTH + y * 4 * STEP + int(bent[x, y, 1]))
        for x in range(blocks)
        for y in range(blocks)
    ]
    down = [[x * blocks + y, x * blocks + y + 1] for x in range(blocks) for y in range(blocks - 1)]
    across = [[x * blocks + y, (x + 1) * blocks + y] for x in range(blocks - 1) for y in range(blocks)]
    return nodes, [line for line in down + across if rng.random() < 0.8]


def scattered(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points over and around a city."""
    rng = np.random.default_rng(seed)
    return tuple((low + rng.uniform(-5, 50, count) * STEP) / DEGREE for low in (WEST, SOUTH))


def test_it_is_exact_over_a_whole_city():
    graph = compile_graph(make_ways(*city(1)))
    lon, lat = scattered(150, 2)
    found = snap(graph, "walk", lon, lat, limit_m=1_000.0)
    expected = np.array([measured(graph, "walk", *point) for point in zip(lon, lat, strict=True)])
    expected[expected > 1_000] = np.inf
    assert (found.snap_m < np.inf).sum() > 100
    assert found.snap_m == pytest.approx(expected, rel=1e-7, abs=1e-5)


@pytest.mark.parametrize("lat", [0.0, 18.2, 36.6, 53.5, -33.0])
def test_up_to_300_m_distances_are_geodesics_to_a_billionth(lat):
    azimuths = np.arange(0, 360, 7.0)
    lon, lats, _ = GEOD.fwd(
        *(np.full(len(azimuths), v) for v in (104.0, lat)), azimuths, np.full(len(azimuths), 299)
    )
    for ends in zip(np.rint(lon * DEGREE), np.rint(lats * DEGREE), strict=True):
        place = int(ends[0]), int(ends[1])
        # A street that ends there, and goes straight on: nothing of it is nearer.
        beyond = place[0] + (place[0] - 104 * DEGREE), place[1] + (place[1] - round(lat * DEGREE))
        graph = compile_graph(make_ways([place, beyond], [[0, 1]]))
        expected = GEOD.inv(104.0, lat, place[0] / DEGREE, place[1] / DEGREE)[2]
        assert snap(graph, "walk", [104.0], [lat]).at(0).snap_m == pytest.approx(expected, rel=1e-9)


def test_all_points_at_once_and_one_by_one_agree():
    graph = compile_graph(make_ways(*city(3)))
    lon, lat = scattered(50, 4)
    together = snap(graph, "walk", lon, lat)
    for i in range(len(lon)):
        assert snap(graph, "walk", lon[i], lat[i]).at(0) == together.at(i)
    assert [len(column) for column in snap(graph, "walk", [], [])] == [0, 0, 0]


def test_the_place_found_is_found_again():
    graph = compile_graph(make_ways(*city(5)))
    found = snap(graph, "walk", *scattered(300, 6))
    on = found.edge >= 0
    lon, lat = place_of(graph, found.edge, found.offset_m)
    assert np.array_equal(np.isnan(lon), ~on)
    again = snap(graph, "walk", lon, lat)
    assert again.snap_m[on].max() < 0.01
    assert (again.edge[~on] == -1).all()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 48 * STEP), st.integers(0, 48 * STEP)), min_size=2, max_size=5))
def test_a_street_more_never_moves_a_point_farther_away(line):
    """The street is joined to the others: one that is not may be left out as an island."""
    nodes, lines = city(7)
    added = [(WEST + x, SOUTH + y) for x, y in line]
    more = [*lines, [0, *range(len(nodes), len(nodes) + len(added))]]
    where = scattered(100, 8)
    before = snap(compile_graph(make_ways(nodes, lines)), "walk", *where)
    after = snap(compile_graph(make_ways([*nodes, *added], more)), "walk", *where)
    assert (after.snap_m <= before.snap_m).all()


eastward = st.tuples(st.integers(STEP, 2 * STEP), st.integers(-STEP // 2, STEP // 2))


@settings(max_examples=200, deadline=None)
@given(eastward, eastward, eastward, st.booleans(), st.sampled_from([1, -1]))
def test_of_streets_that_meet_at_the_nearest_place_the_first_is_taken(one, other, away, turned, east):
    corner = WEST, SOUTH
    nodes = [corner, *((WEST + east * x, SOUTH + y) for x, y in (one, other))]
    graph = compile_graph(make_ways(nodes, [[1, 0], [2, 0] if turned else [0, 2]]))
    here = (WEST - east * away[0]) / DEGREE, (SOUTH - away[1]) / DEGREE
    edge, offset_m, _ = snap(graph, "walk", *here).at(0)
    assert edge == 0
    assert place_of(graph, 0, offset_m) == (WEST / DEGREE, SOUTH / DEGREE)


def test_of_equally_near_places_on_a_street_the_one_nearer_to_its_beginning():
    """On a ring, and on a street up and down again, each side in another cell of the grid."""
    corners = [(WEST, SOUTH), (WEST + STEP, SOUTH), (WEST, SOUTH + STEP)]
    ring = compile_graph(make_ways(corners, [[0, 1, 2, 0]]))
    assert snap(ring, "walk", (WEST - 500) / DEGREE, (SOUTH - 500) / DEGREE).at(0)[:2] == (0, 0.0)
    sides = [(x, y) for x, y in ((1, -1), (1, 9), (-1, 9), (-1, -1))]
    for turn in (1, -1):
        nodes = [(WEST + turn * x * 25_000, 365_000_000 + y * 20_000) for x, y in sides]
        graph = compile_graph(make_ways(nodes, [[0, 1, 2, 3]]))
        offset_m = snap(graph, "walk", 117.0, 36.5).at(0).offset_m
        assert offset_m == pytest.approx(GEOD.inv(117.0, 36.498, 117.0, 36.5)[2], abs=0.1)


@settings(max_examples=100, deadline=None)
@given(st.integers(-STEP, 3 * STEP), st.integers(-STEP, 3 * STEP), st.integers(-STEP, STEP))
def test_a_street_drawn_twice_is_taken_once(x, y, slope):
    """Whichever way each is drawn: the first, and for one profile the only one it may travel."""
    nodes = [(WEST, SOUTH), (WEST + 2 * STEP, SOUTH + slope)]
    ways = make_ways(nodes, [[0, 1], [1, 0]], directions={"ebike": [0, BOTH]})
    graph = compile_graph(ways)
    here = (WEST + x) / DEGREE, (SOUTH + y) / DEGREE
    first, second = (snap(graph, profile, *here, limit_m=1_000).at(0) for profile in ("walk", "ebike"))
    assert first.edge == 0
    assert second.edge == int(np.flatnonzero(graph.networks["ebike"].direction)[0])
    assert first.snap_m == second.snap_m


def test_off_the_network_is_an_answer_of_its_own():
    graph = compile_graph(make_ways([(WEST, SOUTH), (WEST + STEP, SOUTH)], [[0, 1]]))
    here = WEST / DEGREE, SOUTH / DEGREE
    away_m = GEOD.inv(*here, here[0], here[1] - 0.001)[2]
    assert snap(graph, "walk", here[0], here[1] - 0.001, limit_m=away_m - 1e-3).at(0) == OFF
    assert snap(graph, "walk", here[0], here[1] - 0.001, limit_m=away_m + 1e-3).at(0).edge == 0
    for lon, lat in [
        (np.nan, 36.6),
        (117.0, np.inf),
        (1e300, 36.6),
        (117.0, -1e300),
        (117.0, 91.0),
        (0.0, 0.0),
    ]:
        assert snap(graph, "walk", lon, lat).at(0) == OFF
    assert snap(compile_graph(make_ways([], [])), "walk", *here).at(0) == OFF


def test_without_a_limit_the_nearest_street_is_found_from_anywhere():
    graph = compile_graph(make_ways([(WEST, SOUTH), (WEST + STEP, SOUTH)], [[0, 1]]))
    for lon, lat in [(117.0, 36.0), (116.0, 37.0), (117.5, 36.7)]:
        assert snap(graph, "walk", lon, lat, limit_m=np.inf).at(0).edge == 0


def test_a_street_is_taken_that_the_profile_may_travel_and_leave():
    nodes = [(WEST + x * STEP, SOUTH + y * STEP) for x, y in ((0, 0), (8, 0), (0, 1), (8, 1), (12, 0))]
    lines = [[0, 1], [2, 3], [1, 4], [0, 2]]
    directions = {"ebike": [0, BOTH, FORWARD, BOTH], "walk": [BOTH, BOTH, BOTH, BOTH]}
    graph = compile_graph(make_ways(nodes, lines, directions=directions))
    near = (WEST + 4 * STEP) / DEGREE, (SOUTH + 1000) / DEGREE
    assert snap(graph, "walk", *near).at(0).snap_m == pytest.approx(11.1, abs=0.1)
    assert snap(graph, "ebike", *near).at(0).snap_m == pytest.approx(99.9, abs=0.1)
    # Over there one could ride only the one-way street, which leads nowhere.
    assert snap(graph, "ebike", (WEST + 12 * STEP) / DEGREE, SOUTH / DEGREE).at(0) == OFF


def test_at_a_gate_the_street_is_taken():
    nodes = [(WEST + x * STEP, SOUTH) for x in range(3)]
    graph = compile_graph(make_ways(nodes, [[0, 1, 2]], barriers={1: 0b10}))
    for profile in ("walk", "ebike"):
        edge, offset_m, snap_m = snap(graph, profile, nodes[1][0] / DEGREE, SOUTH / DEGREE).at(0)
        assert graph.edge_length_m[edge] > 0
        assert offset_m in (0, graph.edge_length_m[edge])
        assert snap_m == pytest.approx(0, abs=1e-6)


def test_a_gate_in_a_street_no_one_may_ride_is_not_ridden_to():
    nodes = [(WEST + x * STEP, SOUTH) for x in range(3)]
    graph = compile_graph(make_ways(nodes, [[0, 1, 2]], directions={"ebike": [0]}, barriers={1: 0b01}))
    assert not graph.networks["ebike"].direction.any()
    assert snap(graph, "ebike", nodes[1][0] / DEGREE, SOUTH / DEGREE).at(0) == OFF


def test_a_place_on_an_edge_lies_by_its_metres():
    nodes = [(WEST, SOUTH), (WEST + STEP, SOUTH), (WEST + STEP, SOUTH + 2 * STEP)]
    graph = compile_graph(make_ways(nodes, [[0, 1, 2]]))
    first, whole = metres(nodes, 0, 1), graph.edge_length_m[0]
    offsets = [0.0, first / 2, first, first + metres(nodes, 1, 2) / 4, whole, -5.0, whole + 5]
    lon, lat = place_of(graph, np.zeros(7, int), offsets)
    expected = [(0, 0), (0.5, 0), (1, 0), (1, 0.5), (1, 2), (0, 0), (1, 2)]
    assert lon * DEGREE == pytest.approx([WEST + x * STEP for x, _ in expected], abs=1e-4)
    assert lat * DEGREE == pytest.approx([SOUTH + y * STEP for _, y in expected], abs=1e-4)
    assert np.isnan(place_of(graph, [-1], [0.0])).all()


def test_a_street_straight_on_for_more_than_a_degree_is_none():
    """A node is out of place, or the street runs across the 180th meridian, around the earth."""
    nodes = [(1_170_000_000, 0), (1_170_010_000, 0), (1_190_000_000, 0), (-1_799_000_000, 0)]
    graph = compile_graph(make_ways(nodes, [[0, 1], [1, 2], [2, 3]]))
    assert snap(graph, "walk", 118.0, 0.0).at(0) == OFF
    assert snap(graph, "walk", 117.0005, 0.0).at(0).snap_m == pytest.approx(0, abs=1e-6)
