"""Small graphs made by hand or at random, and the same graphs as networkx knows them.

Lengths, offsets and speeds are such that sums along ways come out exactly: what is as long is equal.
"""

from collections.abc import Sequence
from typing import NamedTuple

import networkx
import numpy as np
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from geo.model.profiles import PROFILES
from geo.model.streets import BACKWARD, FORWARD, STREET_PROFILES
from geo.network.graph import Arcs, Cells, Graph, Network, Position, Positions

BOTH = FORWARD | BACKWARD
PROFILE = "ebike"
OFF = Position(-1, 0.0, np.inf)
# Metres weigh this much more than seconds; no way in these graphs takes as many seconds.
_METRE = 2.0**24

Spot = tuple[float, ...]
"""A node (its number), or a place inside an edge (edge, metres)."""


class Street(NamedTuple):
    """An edge between two nodes."""

    begin: int
    end: int
    length_m: float
    direction: int = BOTH
    speed_m_s: float = 1.0


def graph_of(streets: Sequence[Street], nodes: int | None = None) -> Graph:
    """Return the graph of some streets, the same for every profile; it has no shapes, names or cells."""
    begin, end, length_m, direction, speed_m_s = np.array(streets, float).reshape(-1, 5).T
    n = nodes or int(max(begin.max(), end.max())) + 1
    columns = begin.astype(np.int32), end.astype(np.int32), length_m.copy()
    travel = direction.astype(np.uint8), speed_m_s.astype(np.float32)
    back = columns[1], columns[0], columns[2]
    network = Network(*travel, _arcs(n, *columns, *travel), _arcs(n, *back, *travel))
    none = np.empty(0, np.int32)
    return Graph(
        node_lon=np.zeros(n, np.int32),
        node_lat=np.zeros(n, np.int32),
        edge_from=columns[0],
        edge_to=columns[1],
        edge_length_m=columns[2],
        edge_name=np.full(len(begin), -1, np.int32),
        edge_highway=np.zeros(len(begin), np.uint8),
        shape_start=np.zeros(len(begin) + 1, np.int64),
        shape_lon=none,
        shape_lat=none,
        shape_at_m=np.empty(0),
        cells=Cells(*(none for _ in Cells._fields)),
        names=(),
        networks=dict.fromkeys(STREET_PROFILES, network),
    )


def _arcs(n, begin, end, length_m, direction, speed_m_s) -> Arcs:
    """Return the arcs of edges; called with the ends exchanged, the same arcs reversed."""
    ahead = np.flatnonzero((direction & FORWARD > 0) & (begin != end))
    behind = np.flatnonzero((direction & BACKWARD > 0) & (begin != end))
    edge = np.concatenate([ahead, behind])
    leave, to = np.concatenate([begin[ahead], end[behind]]), np.concatenate([end[ahead], begin[behind]])
    order = np.lexsort((edge, leave))
    edge, to = edge[order].astype(np.int32), to[order].astype(np.int32)
    start = np.concatenate([[0], np.cumsum(np.bincount(leave, minlength=n))])
    return Arcs(start, to, edge, length_m[edge], length_m[edge] / speed_m_s[edge])


def positions_of(places: Sequence[Position]) -> Positions:
    edge, offset_m, snap_m = np.array(places, float).reshape(-1, 3).T
    return Positions(edge.astype(np.int32), offset_m.copy(), snap_m.copy())


def spot(graph: Graph, edge: int, offset_m: float) -> Spot:
    """Return where a place on an edge is: the very end of an edge is the node."""
    if offset_m == 0:
        return (float(graph.edge_from[edge]),)
    if offset_m == graph.edge_length_m[edge]:
        return (float(graph.edge_to[edge]),)
    return (float(edge), float(offset_m))


def split(graph: Graph, places: Sequence[Position], measure: str = "both") -> networkx.DiGraph:
    """Return the streets between spots, edges cut in two wherever one of the places lies inside.

    They weigh metres, seconds or (``both``) metres before seconds.
    """
    network = graph.networks[PROFILE]
    streets = networkx.DiGraph()
    streets.add_nodes_from((float(node),) for node in range(len(graph.node_lon)))
    for edge, length_m in enumerate(graph.edge_length_m.tolist()):
        inside = {place.offset_m for place in places if place.edge == edge} - {0.0, length_m}
        cuts = [0.0, *sorted(inside), length_m]
        ends = [(float(graph.edge_from[edge]),), (float(graph.edge_to[edge]),)]
        spots = [ends[0], *((float(edge), cut) for cut in cuts[1:-1]), ends[1]]
        for a, b, metres in zip(spots, spots[1:], np.diff(cuts).tolist(), strict=False):
            weight = _weight(metres, metres / float(network.speed_m_s[edge]), measure)
            for bit, pair in ((FORWARD, (a, b)), (BACKWARD, (b, a))):
                if network.direction[edge] & bit:
                    known = streets.edges[pair]["weight"] if streets.has_edge(*pair) else np.inf
                    streets.add_edge(*pair, weight=min(known, weight))
    return streets


def _weight(metres: float, seconds: float, measure: str) -> float:
    return {"metres": metres, "seconds": seconds, "both": metres * _METRE + seconds}[measure]


def measured(graph: Graph, here: Position, others: Sequence[Position]) -> list[tuple[float, float] | None]:
    """Return (metres, seconds) of the shortest way to each place, the quickest of several; by networkx."""
    streets = split(graph, [here, *others])
    if not _travelled(graph, here):
        return [None] * len(others)
    weights = networkx.single_source_dijkstra_path_length(streets, spot(graph, here.edge, here.offset_m))
    found = []
    for place in others:
        weight = weights.get(spot(graph, place.edge, place.offset_m)) if _travelled(graph, place) else None
        found.append(None if weight is None else _with_snaps(weight, here, place))
    return found


def node_costs(graph: Graph, source: Position, measure: str, towards: bool) -> list[float]:
    """Return what it costs from every node to a source, or from it; by networkx."""
    streets = split(graph, [source], measure)
    if not _travelled(graph, source):
        return [np.inf] * len(graph.node_lon)
    ways = streets.reverse() if towards else streets
    weights = networkx.single_source_dijkstra_path_length(ways, spot(graph, source.edge, source.offset_m))
    snap = _weight(source.snap_m, source.snap_m / PROFILES[PROFILE].snap_speed_m_s, measure)
    return [weights.get((float(node),), np.inf) + snap for node in range(len(graph.node_lon))]


def matrix_of(arcs: Arcs, measure: str = "metres") -> csr_matrix:
    """Return arcs as scipy wants them, the cheapest of parallel ones; a cost of 0 must not occur."""
    n = len(arcs.start) - 1
    cost = arcs.metres if measure == "metres" else arcs.seconds
    leave = np.repeat(np.arange(n), np.diff(arcs.start))
    order = np.lexsort((cost, arcs.to, leave))
    kept = order[np.unique(leave[order] * n + arcs.to[order], return_index=True)[1]]
    return csr_matrix((cost[kept], (leave[kept], arcs.to[kept])), (n, n))


def _travelled(graph: Graph, place: Position) -> bool:
    return place.edge >= 0 and graph.networks[PROFILE].direction[place.edge] > 0


def _with_snaps(weight: float, here: Position, there: Position) -> tuple[float, float]:
    # Metres are whole quarters.
    metres = np.floor(weight * 4 / _METRE) / 4
    snaps_m = here.snap_m + there.snap_m
    return metres + snaps_m, weight - metres * _METRE + snaps_m / PROFILES[PROFILE].snap_speed_m_s


_LENGTHS_M = st.sampled_from([0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 40.0, 1_000.0, 30_000.0])
_SPEEDS_M_S = st.sampled_from([1.0, 2.0, 4.0])


@st.composite
def graphs(draw, *, directions: Sequence[int] = (0, FORWARD, BACKWARD, BOTH, BOTH)) -> Graph:
    """Graphs of a few nodes, with loops, parallel edges, edges without length and parts on their own."""
    nodes = draw(st.integers(1, 7))
    node = st.integers(0, nodes - 1)
    street = st.builds(Street, node, node, _LENGTHS_M, st.sampled_from(directions), _SPEEDS_M_S)
    return graph_of(draw(st.lists(street, min_size=1, max_size=12)), nodes)


@st.composite
def places(draw, graph: Graph, *, snaps: bool = True) -> Position:
    """Places on a graph, at the ends of edges and anywhere between, and none at all."""
    edge = draw(st.integers(-1, len(graph.edge_length_m) - 1))
    if edge < 0:
        return OFF
    quarters = int(4 * graph.edge_length_m[edge])
    offset_m = draw(st.one_of(st.sampled_from([0, quarters]), st.integers(0, quarters))) / 4
    return Position(edge, offset_m, draw(st.sampled_from([0.0, 0.25, 3.0, 200.0])) if snaps else 0.0)


def big_graph(nodes: int, seed: int) -> Graph:
    """Return a graph of some size, with lengths as they come; some streets are one-way, some very long."""
    rng = np.random.default_rng(seed)
    begin = rng.integers(0, nodes, 2 * nodes)
    end = (begin + rng.integers(-30, 31, 2 * nodes)) % nodes
    length_m = np.where(rng.random(2 * nodes) < 0.01, 20_000.0, 100.0) * rng.random(2 * nodes)
    direction = rng.choice([FORWARD, BACKWARD, BOTH, BOTH], 2 * nodes)
    speed_m_s = rng.choice([1.15, 4.0, 6.9], 2 * nodes)
    return graph_of(
        [Street(*row) for row in zip(begin, end, length_m, direction, speed_m_s, strict=True)], nodes
    )
