"""Shortest ways in a graph of 200,000 junctions and half a million arcs, against scipy's Dijkstra."""

import statistics
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack
from scipy.sparse.csgraph import dijkstra

from geo.network.compile import compile_graph
from geo.network.graph import Graph, Positions
from geo.network.paths import nearest_stops, stops_on
from geo.network.reach import owners, reach
from tests.bench.street_city import make_ways

__all__ = ["measure_streets"]

_PROFILE = "walk"
_TURNS = 5
_STOPS = 500
_QUERIES = 1_000
_SOURCES = 2_000
_LIMIT_M = 1_000.0
# scipy's answer has a column for every node; so many rows at once stay small.
_ROWS = 100


def measure_streets() -> list[tuple]:
    """Return (what, value, unit, limit, at_least) of searches along streets."""
    graph = compile_graph(make_ways())
    matrix = _matrix(graph)
    print(f"     {len(graph.node_lon):,} nodes, {matrix.nnz:,} arcs")
    own, reached = _owners(graph, matrix), _reach(graph, matrix)
    return [
        ("nearest of 500 for all nodes, time of scipy's", own, "x", 1.5, False),
        ("2,000 sources bounded at 1 km: times faster than scipy", reached, "x", 10, True),
        ("nearest k=5 of 500 by street", _nearest_ms(graph), "ms", 2, False),
    ]


def _owners(graph: Graph, matrix: csr_array) -> float:
    stops, nodes = _at_nodes(graph, _STOPS, seed=1)

    def ours() -> NDArray[np.float64]:
        return owners(graph, _PROFILE, stops).cost

    def scipys() -> NDArray[np.float64]:
        return dijkstra(matrix, indices=nodes, min_only=True, return_predecessors=True)[0]

    assert np.array_equal(ours(), scipys())
    return statistics.median(a / b for a, b in _in_turns("nearest for all nodes", ours, scipys))


def _reach(graph: Graph, matrix: csr_array) -> float:
    sources, nodes = _at_nodes(graph, _SOURCES, seed=2)

    def ours() -> csr_array:
        start, node, cost = reach(graph, _PROFILE, sources, limit=_LIMIT_M)
        return csr_array((cost, node, start), (_SOURCES, len(graph.node_lon)))

    def scipys() -> csr_array:
        rows = (
            dijkstra(matrix, indices=nodes[i : i + _ROWS], limit=_LIMIT_M) for i in range(0, _SOURCES, _ROWS)
        )
        return vstack([_sparse(dense) for dense in rows], format="csr")

    assert abs(ours() - scipys()).max() == 0
    return statistics.median(b / a for a, b in _in_turns("bounded", ours, scipys))


def _nearest_ms(graph: Graph) -> float:
    stops = stops_on(graph, _PROFILE, _on_edges(graph, _STOPS, seed=3))
    places = _on_edges(graph, _QUERIES, seed=4)
    times = []
    for i in [0, *range(_QUERIES)]:
        here = places.at(i)
        start = time.perf_counter()
        nearest_stops(graph, _PROFILE, here, stops, 5)
        times.append(time.perf_counter() - start)
    # The first call loads or compiles.
    return 1_000 * statistics.median(times[1:])


def _in_turns(what: str, ours: Callable, scipys: Callable) -> list[tuple[float, float]]:
    times = []
    for _ in range(_TURNS):
        marks = [time.perf_counter()]
        for function in (ours, scipys):
            function()
            marks.append(time.perf_counter())
        times.append((marks[1] - marks[0], marks[2] - marks[1]))
    shown = (1_000 * statistics.median(column) for column in zip(*times, strict=True))
    print("     {}: {:.0f} ms, scipy {:.0f} ms".format(what, *shown))
    return times


def _on_edges(graph: Graph, count: int, seed: int) -> Positions:
    """Return places anywhere on edges that are travelled, up to 30 m from the street."""
    rng = np.random.default_rng(seed)
    edge = rng.choice(np.flatnonzero(graph.networks[_PROFILE].direction), count).astype(np.int32)
    return Positions(edge, rng.random(count) * graph.edge_length_m[edge], rng.random(count) * 30)


def _at_nodes(graph: Graph, count: int, seed: int) -> tuple[Positions, NDArray[np.int32]]:
    """Return places at nodes, which is all that scipy knows, and the nodes; no node twice."""
    on_edges = _on_edges(graph, 2 * count, seed)
    _, first = np.unique(graph.edge_from[on_edges.edge], return_index=True)
    edge = on_edges.edge[np.sort(first)[:count]]
    return Positions(edge, np.zeros(count), np.zeros(count)), graph.edge_from[edge]


def _matrix(graph: Graph) -> csr_array:
    arcs = graph.networks[_PROFILE].out
    return csr_array((arcs.metres, arcs.to, arcs.start), (len(graph.node_lon),) * 2)


def _sparse(dense: NDArray[np.float64]) -> csr_array:
    row, node = np.nonzero(np.isfinite(dense))
    return csr_array((dense[row, node], (row, node)), dense.shape)
