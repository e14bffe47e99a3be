"""The nearest stops and the way to them are the shortest there are: the same as networkx finds."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from geo.model.profiles import PROFILES
from geo.model.streets import BACKWARD, FORWARD
from geo.network.graph import Graph, Position, Positions
from geo.network.paths import Path, find_way, nearest_stops, stops_on
from tests.network.graphs import (
    BOTH,
    OFF,
    PROFILE,
    Spot,
    Street,
    big_graph,
    graph_of,
    graphs,
    matrix_of,
    measured,
    places,
    positions_of,
    spot,
)

EXAMPLES = 200
PACE_M_S = PROFILES[PROFILE].snap_speed_m_s


def metres(graph: Graph, here: Position, there: Position) -> float:
    """Return the metres of the shortest way, inf where there is none."""
    path = find_way(graph, PROFILE, here, there)
    return np.inf if path is None else path.metres


@settings(deadline=None, max_examples=EXAMPLES)
@given(data=st.data())
def test_the_nearest_are_those_networkx_finds(data):
    graph = data.draw(graphs())
    here = data.draw(places(graph))
    others = data.draw(st.lists(places(graph), max_size=8))
    wanted = np.array(data.draw(st.lists(st.booleans(), min_size=len(others), max_size=len(others))), bool)
    k = data.draw(st.integers(1, 9))

    legs = nearest_stops(graph, PROFILE, here, stops_on(graph, PROFILE, positions_of(others)), k, wanted)

    costs = measured(graph, here, others)
    known = [(*cost, i) for i, cost in enumerate(costs) if cost is not None and wanted[i]]
    expected = sorted(known, key=lambda row: (row[0], row[2]))[:k]
    assert legs.stop.tolist() == [row[2] for row in expected]
    assert legs.metres.tolist() == [row[0] for row in expected]
    assert legs.seconds == pytest.approx([row[1] for row in expected])


@settings(deadline=None, max_examples=EXAMPLES)
@given(data=st.data())
def test_a_way_is_travelled_piece_by_piece_and_as_long_as_the_nearest_says(data):
    graph = data.draw(graphs())
    here, there = data.draw(places(graph)), data.draw(places(graph))
    stops = stops_on(graph, PROFILE, positions_of([OFF, there]))

    legs = nearest_stops(graph, PROFILE, here, stops, 1)
    path = find_way(graph, PROFILE, here, there)

    if path is None:
        assert len(legs.stop) == 0
    else:
        assert (path.metres, path.seconds) == (legs.metres[0], legs.seconds[0])
        assert_is_a_way(graph, path, here, there)


def assert_is_a_way(graph: Graph, path: Path, here: Position, there: Position) -> None:
    network = graph.networks[PROFILE]
    assert (network.direction[path.edge] & np.where(path.forward, FORWARD, BACKWARD)).all()
    assert ((path.begin_m < path.end_m) == path.forward).all()
    assert (path.begin_m != path.end_m).all()
    left = spot_names(graph, np.append(here.edge, path.edge), np.append(here.offset_m, path.end_m))
    entered = spot_names(graph, np.append(path.edge, there.edge), np.append(path.begin_m, there.offset_m))
    assert left == entered
    lengths_m = np.abs(path.end_m - path.begin_m)
    snaps_m = here.snap_m + there.snap_m
    assert path.metres == lengths_m.sum() + snaps_m
    seconds = (lengths_m / network.speed_m_s[path.edge]).sum() + snaps_m / PACE_M_S
    assert path.seconds == pytest.approx(seconds)


def spot_names(graph: Graph, edge: NDArray[np.int32], offset_m: NDArray[np.float64]) -> list[Spot]:
    """Return where places on edges are; nodes joined without length are one spot: no way names such edges."""
    short = graph.edge_length_m == 0
    n = len(graph.node_lon)
    joined = csr_matrix((np.ones(short.sum()), (graph.edge_from[short], graph.edge_to[short])), (n, n))
    _, group = connected_components(joined, directed=False)
    spots = [spot(graph, *place) for place in zip(edge.tolist(), offset_m.tolist(), strict=True)]
    return [(int(group[int(name[0])]),) if len(name) == 1 else name for name in spots]


@settings(deadline=None, max_examples=EXAMPLES)
@given(data=st.data())
def test_walking_is_as_far_there_as_back(data):
    graph = data.draw(graphs(directions=(0, BOTH)))
    here, there = data.draw(places(graph)), data.draw(places(graph))
    assert metres(graph, here, there) == metres(graph, there, here)


@settings(deadline=None, max_examples=EXAMPLES)
@given(data=st.data())
def test_no_way_is_longer_than_one_with_a_stop_between(data):
    graph = data.draw(graphs())
    here, between, there = (data.draw(places(graph)) for _ in range(3))
    assert metres(graph, here, there) <= metres(graph, here, between) + metres(graph, between, there)


@settings(deadline=None, max_examples=EXAMPLES)
@given(data=st.data())
def test_another_street_lengthens_no_way(data):
    node = st.integers(0, 4)
    streets = data.draw(
        st.lists(
            st.builds(Street, node, node, st.integers(0, 9), st.integers(0, BOTH), st.just(1.0)),
            min_size=2,
            max_size=9,
        )
    )
    before, after = graph_of(streets[:-1], 5), graph_of(streets, 5)
    here, there = data.draw(places(before)), data.draw(places(before))
    assert metres(after, here, there) <= metres(before, here, there)


@pytest.mark.parametrize("seed", range(3))
def test_a_larger_graph_gives_what_scipy_gives_to_the_last_bit(seed):
    graph = big_graph(3_000, seed)
    rng = np.random.default_rng(seed)
    edges = rng.choice(len(graph.edge_from), 200, replace=False).astype(np.int32)
    stops = stops_on(graph, PROFILE, Positions(edges, np.zeros(200), np.zeros(200)))
    here = Position(int(rng.integers(len(graph.edge_from))), 0.0, 0.0)

    legs = nearest_stops(graph, PROFILE, here, stops, 200)

    matrix = matrix_of(graph.networks[PROFILE].out)
    far = dijkstra(matrix, indices=graph.edge_from[here.edge])[graph.edge_from[edges]]
    expected = np.lexsort((np.arange(200), far))[: np.isfinite(far).sum()]
    assert legs.stop.tolist() == expected.tolist()
    assert legs.metres.tolist() == far[expected].tolist()


def test_what_lies_behind_on_a_one_way_street_is_reached_by_going_round():
    graph = graph_of([Street(0, 1, 10.0, FORWARD), Street(1, 0, 30.0)])
    path = find_way(graph, PROFILE, Position(0, 6.0, 1.0), Position(0, 4.0, 2.0))
    assert path is not None
    assert path.metres == 1 + 4 + 30 + 4 + 2
    assert path.edge.tolist() == [0, 1, 0]
    assert path.forward.tolist() == [True, True, True]
    assert path.begin_m.tolist() == [6, 0, 0]
    assert path.end_m.tolist() == [10, 30, 4]


def test_a_way_may_be_shorter_over_the_ends_of_the_street_than_along_it():
    graph = graph_of([Street(0, 1, 100.0), Street(0, 1, 5.0)])
    path = find_way(graph, PROFILE, Position(0, 2.0, 0.0), Position(0, 99.0, 0.0))
    assert path is not None
    assert (path.metres, path.edge.tolist(), path.forward.tolist()) == (8, [0, 1, 0], [False, True, False])


def test_on_a_loop_the_shorter_side_is_taken():
    graph = graph_of([Street(0, 0, 100.0), Street(0, 1, 7.0)])
    assert metres(graph, Position(0, 10.0, 0.0), Position(0, 80.0, 0.0)) == 30
    assert metres(graph, Position(0, 80.0, 0.0), Position(1, 7.0, 0.0)) == 27


def test_at_the_end_of_a_one_way_street_one_is_at_the_junction():
    graph = graph_of([Street(0, 1, 50.0, FORWARD), Street(0, 2, 20.0)])
    assert metres(graph, Position(0, 0.0, 0.0), Position(1, 20.0, 0.0)) == 20
    assert metres(graph, Position(0, 0.5, 0.0), Position(1, 20.0, 0.0)) == np.inf


def test_a_way_on_one_street_is_one_piece_and_one_on_the_spot_has_none():
    graph = graph_of([Street(0, 1, 10.0, speed_m_s=2.0)])
    path = find_way(graph, PROFILE, Position(0, 8.0, 0.0), Position(0, 3.0, 0.0))
    assert path is not None
    assert (path.edge.tolist(), path.forward.tolist(), path.seconds) == ([0], [False], 2.5)
    path = find_way(graph, PROFILE, Position(0, 8.0, 1.0), Position(0, 8.0, 2.0))
    assert path is not None
    assert (path.metres, len(path.edge), len(path.begin_m)) == (3, 0, 0)


def test_stops_at_the_same_place_keep_their_order():
    graph = graph_of([Street(0, 1, 10.0)])
    stops = stops_on(graph, PROFILE, positions_of([Position(0, 4.0, 1.0)] * 5))
    legs = nearest_stops(graph, PROFILE, Position(0, 0.0, 0.0), stops, 3)
    assert legs.stop.tolist() == [0, 1, 2]
    assert legs.metres.tolist() == [5, 5, 5]


def test_of_stops_as_far_the_first_counts_though_met_after_the_other():
    graph = graph_of([Street(0, 1, 20.0), Street(0, 2, 8.0), Street(2, 3, 20.0)])
    stops = stops_on(graph, PROFILE, positions_of([Position(2, 1.0, 0.0), Position(0, 9.0, 0.0)]))
    legs = nearest_stops(graph, PROFILE, Position(1, 0.0, 0.0), stops, 1)
    assert (legs.stop.tolist(), legs.metres.tolist()) == ([0], [9])


def test_of_ways_as_long_the_quicker_one_counts():
    graph = graph_of([Street(0, 1, 8.0, speed_m_s=1.0), Street(0, 1, 8.0, speed_m_s=4.0), Street(1, 2, 0.0)])
    path = find_way(graph, PROFILE, Position(0, 0.0, 0.0), Position(2, 0.0, 0.0))
    assert path is not None
    assert (path.metres, path.seconds, path.edge.tolist()) == (8, 2, [1])


def test_nothing_is_near_without_stops_off_the_network_or_with_none_wanted():
    graph = graph_of([Street(0, 1, 10.0), Street(0, 1, 10.0, 0)])
    here = Position(0, 5.0, 0.0)
    none, one = stops_on(graph, PROFILE, positions_of([])), stops_on(graph, PROFILE, positions_of([here]))
    closed = stops_on(graph, PROFILE, positions_of([OFF, Position(1, 5.0, 0.0)]))
    for answer in (
        nearest_stops(graph, PROFILE, here, none, 5),
        nearest_stops(graph, PROFILE, here, closed, 5),
        nearest_stops(graph, PROFILE, here, one, 5, np.array([False])),
        nearest_stops(graph, PROFILE, OFF, one, 5),
        nearest_stops(graph, PROFILE, Position(1, 5.0, 0.0), one, 5),
    ):
        assert [len(column) for column in answer] == [0, 0, 0]
    assert find_way(graph, PROFILE, OFF, here) is None
    assert find_way(graph, PROFILE, here, OFF) is None


def test_threads_and_graphs_in_turn_do_not_disturb_each_other():
    large, small = big_graph(2_000, 7), big_graph(300, 8)
    asked = []
    for graph in (large, small):
        edges = np.arange(0, len(graph.edge_from), 9, dtype=np.int32)
        positions = Positions(edges, graph.edge_length_m[edges] / 3, np.ones(len(edges)))
        stops = stops_on(graph, PROFILE, positions)
        asked += [(graph, positions.at(i), stops, k) for i in range(60) for k in (1, 10)]
    rng = np.random.default_rng(0)
    asked = [asked[i] for i in rng.permutation(len(asked))]

    def answer(question: tuple) -> list[list]:
        graph, here, stops, k = question
        return [column.tolist() for column in nearest_stops(graph, PROFILE, here, stops, k)]

    alone = [answer(question) for question in asked]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            assert list(pool.map(answer, asked)) == alone
