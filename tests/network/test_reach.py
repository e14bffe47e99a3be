"""Owners and reach are what Dijkstra's search from every source gives: the same as networkx and scipy."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.model.streets import FORWARD
from geo.network.graph import Graph, Position, Positions
from geo.network.reach import owners, reach
from tests.network.graphs import (
    OFF,
    PROFILE,
    Street,
    big_graph,
    graph_of,
    graphs,
    matrix_of,
    node_costs,
    places,
    positions_of,
)

LIMITS = st.sampled_from([0.0, 3.0, 9.0, 203.0, 2_000.0, np.inf])


def table(graph: Graph, sources: Sequence[Position], limit: float, measure: str, towards: bool) -> np.ndarray:
    """Return the cost between every source and every node by networkx, inf past the limit."""
    rows = [node_costs(graph, source, measure, towards) for source in sources]
    costs = np.array(rows, float).reshape(len(sources), len(graph.node_lon))
    return np.where(costs <= limit, costs, np.inf)


@settings(deadline=None)
@given(data=st.data(), limit=LIMITS, towards=st.booleans(), measure=st.sampled_from(["metres", "seconds"]))
def test_reach_is_all_nodes_within_the_limit(data, limit, towards, measure):
    graph = data.draw(graphs())
    sources = data.draw(st.lists(places(graph, snaps=measure == "metres"), max_size=5))
    expected = table(graph, sources, limit, measure, towards)

    found = reach(graph, PROFILE, positions_of(sources), limit=limit, measure=measure, towards=towards)

    costs = np.full(expected.shape, np.inf)
    rows = np.repeat(np.arange(len(sources)), np.diff(found.start))
    costs[rows, found.node] = found.cost
    assert len(found.node) == len(found.cost) == np.isfinite(expected).sum()
    assert costs.tolist() == expected.tolist()


@settings(deadline=None)
@given(data=st.data(), limit=LIMITS, towards=st.booleans(), measure=st.sampled_from(["metres", "seconds"]))
def test_a_node_belongs_to_the_cheapest_source_and_of_equals_to_the_first(data, limit, towards, measure):
    graph = data.draw(graphs())
    sources = data.draw(st.lists(places(graph, snaps=measure == "metres"), min_size=1, max_size=5))
    expected = table(graph, sources, limit, measure, towards)

    found = owners(graph, PROFILE, positions_of(sources), limit=limit, measure=measure, towards=towards)

    assert found.cost.tolist() == expected.min(axis=0).tolist()
    nearest = np.where(np.isfinite(expected.min(axis=0)), expected.argmin(axis=0), -1)
    assert found.owner.tolist() == nearest.tolist()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("measure", ["metres", "seconds"])
@pytest.mark.parametrize("towards", [False, True])
def test_a_larger_graph_gives_what_scipy_gives_to_the_last_bit(seed, measure, towards):
    graph = big_graph(2_000, seed)
    network = graph.networks[PROFILE]
    matrix = matrix_of(network.back if towards else network.out, measure)
    edges = np.random.default_rng(seed).choice(len(graph.edge_from), 60, replace=False).astype(np.int32)
    sources = Positions(edges, np.zeros(60), np.zeros(60))
    limit = 400.0

    far = dijkstra(matrix, indices=graph.edge_from[edges])
    owned = owners(graph, PROFILE, sources, measure=measure, towards=towards)
    found = reach(graph, PROFILE, sources, limit=limit, measure=measure, towards=towards)

    assert np.array_equal(owned.cost, far.min(axis=0))
    assert np.array_equal(owned.owner, np.where(np.isfinite(owned.cost), far.argmin(axis=0), -1))
    rows = np.repeat(np.arange(60), np.diff(found.start))
    dense = csr_matrix((found.cost + 1, (rows, found.node)), far.shape).toarray() - 1
    assert np.array_equal(dense, np.where(far <= limit, (far + 1) - 1, -1))


def test_people_go_to_the_source_and_from_it_as_one_way_streets_let_them():
    graph = graph_of([Street(0, 1, 10.0, FORWARD), Street(1, 2, 30.0, FORWARD), Street(2, 0, 5.0, FORWARD)])
    source = positions_of([Position(1, 20.0, 1.0)])
    assert owners(graph, PROFILE, source).cost.tolist() == [31, 21, 36]
    assert owners(graph, PROFILE, source, towards=False).cost.tolist() == [16, 26, 11]


def test_without_sources_or_off_the_network_nothing_is_reached():
    graph = graph_of([Street(0, 1, 10.0), Street(0, 1, 10.0, 0)])
    assert owners(graph, PROFILE, positions_of([])).owner.tolist() == [-1, -1]
    assert reach(graph, PROFILE, positions_of([]), limit=9).start.tolist() == [0]
    nowhere = positions_of([OFF, Position(1, 5.0, 0.0)])
    assert owners(graph, PROFILE, nowhere).cost.tolist() == [np.inf, np.inf]
    assert reach(graph, PROFILE, nowhere, limit=np.inf).start.tolist() == [0, 0, 0]
    far = positions_of([Position(0, 5.0, 100.0), Position(0, 0.0, 0.0)])
    assert reach(graph, PROFILE, far, limit=10).start.tolist() == [0, 0, 2]
