"""Ways from demand to stations, by scipy: places are nodes, joined to the ends of their edges."""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from geo.model.profiles import PROFILES
from geo.model.streets import BACKWARD, FORWARD
from geo.network.graph import Graph, Positions

__all__ = ["costs"]

# scipy takes a cost of 0 for no way at all.
_LEAST = 1e-9


def costs(graph: Graph, profile: str, demand: Positions, stations: Positions, measure: str) -> np.ndarray:
    """Return what it costs from all demand to all stations, (p, d); inf where there is no way."""
    network = graph.networks[profile]
    n, d, p = len(graph.node_lon), len(demand.edge), len(stations.edge)
    speed = network.speed_m_s.astype(float) if measure == "seconds" else np.ones(len(graph.edge_from))
    snap_speed = PROFILES[profile].snap_speed_m_s if measure == "seconds" else 1.0
    rows: list[tuple[int, int, float]] = []
    for edge in np.flatnonzero(network.direction).tolist():
        a, b = int(graph.edge_from[edge]), int(graph.edge_to[edge])
        cost = float(graph.edge_length_m[edge]) / speed[edge]
        rows += [(a, b, cost)] * bool(network.direction[edge] & FORWARD)
        rows += [(b, a, cost)] * bool(network.direction[edge] & BACKWARD)
    on_edge: dict[int, list[int]] = {}
    for number, place in enumerate(places(demand)):
        on_edge.setdefault(place[0], []).append(number)
        rows += legs(graph, network, place, n + number, speed, snap_speed, leaving=True)
    for number, place in enumerate(places(stations)):
        rows += legs(graph, network, place, n + d + number, speed, snap_speed, leaving=False)
        edge, at_m, snap_m = place
        for other in on_edge.get(edge, []) if edge >= 0 else []:
            ahead_m = at_m - float(demand.offset_m[other])
            bit = FORWARD if ahead_m > 0 else BACKWARD if ahead_m < 0 else FORWARD | BACKWARD
            if network.direction[edge] & bit:
                snaps = (snap_m + float(demand.snap_m[other])) / snap_speed
                rows.append((n + other, n + d + number, abs(ahead_m) / speed[edge] + snaps))
    begin, end, cost = zip(*cheapest(rows), strict=True)
    ways = coo_matrix((cost, (begin, end)), (n + d + p,) * 2).tocsr()
    return dijkstra(ways.T.tocsr(), indices=range(n + d, n + d + p))[:, n : n + d]


def places(positions: Positions) -> list[tuple[int, float, float]]:
    return [
        (int(edge), float(offset_m), float(snap_m)) for edge, offset_m, snap_m in zip(*positions, strict=True)
    ]


def legs(graph, network, place, number, speed, snap_speed, *, leaving):
    edge, at_m, snap_m = place
    if edge < 0 or not network.direction[edge]:
        return []
    length_m, direction = float(graph.edge_length_m[edge]), network.direction[edge]
    to_begin, to_end = (BACKWARD, FORWARD) if leaving else (FORWARD, BACKWARD)
    found = []
    for node, far_m, bit in (
        (int(graph.edge_from[edge]), at_m, to_begin),
        (int(graph.edge_to[edge]), length_m - at_m, to_end),
    ):
        # At the very end of a one-way street one is at the junction.
        if direction & bit or far_m <= 0:
            cost = max(far_m, 0.0) / speed[edge] + snap_m / snap_speed
            found.append((number, node, cost) if leaving else (node, number, cost))
    return found


def cheapest(rows):
    best: dict[tuple[int, int], float] = {}
    for begin, end, cost in rows:
        best[begin, end] = min(best.get((begin, end), np.inf), max(cost, _LEAST))
    return [(*pair, cost) for pair, cost in best.items()]
