"""Streets for tests, drawn as ways over a few nodes, and what a router straight on those ways would say."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

import networkx as nx
import numpy as np
from pyproj import Geod

from geo.model.streets import BACKWARD, DEGREE, FORWARD, STREET_PROFILES, Travel, Ways
from geo.network.islands import KEPT_LENGTH_M

GEOD = Geod(ellps="WGS84")
BOTH = FORWARD | BACKWARD
SPEEDS = {"walk": 1.25, "ebike": 5.0}

Nodes = Sequence[tuple[int, int]]
Lines = Sequence[Sequence[int]]
Directions = Mapping[str, Sequence[int]]


def make_ways(
    nodes: Nodes,
    lines: Lines,
    *,
    directions: Directions | None = None,
    barriers: Mapping[int, int] | None = None,
    names: Sequence[str | None] | None = None,
) -> Ways:
    """Return ways.

    Parameters
    ----------
    nodes : sequence of (int, int)
        Longitude and latitude, 1e-7 degrees.
    lines : sequence
        The nodes along each way.
    directions : mapping, optional
        For a profile the direction of each way; without it both ways.
    barriers : mapping, optional
        Nodes, and the profiles they are closed for, as bits.
    names : sequence, optional
        The name of each way.
    """
    place = np.array(nodes, np.int32).reshape(-1, 2)
    given = list(names or [None] * len(lines))
    words = tuple(dict.fromkeys(name for name in given if name is not None))
    closed = sorted((barriers or {}).items())
    return Ways(
        node_lon=place[:, 0].copy(),
        node_lat=place[:, 1].copy(),
        refs=np.array([node for line in lines for node in line], np.int32),
        way_start=np.cumsum([0, *map(len, lines)]).astype(np.int64),
        highway=np.arange(len(lines)).astype(np.uint8),
        name=np.array([-1 if name is None else words.index(name) for name in given], np.int32),
        names=words,
        travel={
            profile: Travel(
                np.array((directions or {}).get(profile, [BOTH] * len(lines)), np.uint8),
                np.full(len(lines), SPEEDS[profile], np.float32),
            )
            for profile in STREET_PROFILES
        },
        barrier=np.array([node for node, _ in closed], np.int32),
        barrier_closed=np.array([bits for _, bits in closed], np.uint8),
    )


def metres(nodes: Nodes, here: int, there: int) -> float:
    """Return the geodesic between two nodes."""
    return GEOD.inv(*(value / DEGREE for value in (*nodes[here], *nodes[there])))[2]


def junctions(lines: Lines, barriers: Mapping[int, int]) -> set[int]:
    """Return the nodes at which a graph of the ways has to have nodes."""
    drawn = [[node for node, _ in groupby(line)] for line in lines]
    drawn = [line for line in drawn if len(line) > 1]
    uses = Counter(node for line in drawn for node in line)
    ends = {node for line in drawn for node in (line[0], line[-1])}
    return ends | {node for node, count in uses.items() if count > 1 or node in barriers}


def routed(
    nodes: Nodes, lines: Lines, profile: str, directions: Directions, barriers: Mapping[int, int]
) -> nx.MultiDiGraph:
    """Return a graph of every node and every straight piece of the ways, small islands left out.

    At a closed barrier every piece ends at a node of its own, that no other reaches.
    """
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(len(nodes)))
    bit = 1 << STREET_PROFILES.index(profile)
    shut = {node for node, closed in barriers.items() if closed & bit}
    for number, line in enumerate(lines):
        for step, (here, there) in enumerate(pairwise(line)):
            a = (here, number, step, "begin") if here in shut else here
            b = (there, number, step, "end") if there in shut else there
            direction, length = directions[profile][number], metres(nodes, here, there)
            if direction & FORWARD:
                graph.add_edge(a, b, metres=length, piece=(number, step))
            if direction & BACKWARD:
                graph.add_edge(b, a, metres=length, piece=(number, step))
    graph.remove_edges_from(list(_on_islands(graph)))
    return graph


def island_lengths(graph: nx.MultiDiGraph) -> list[float]:
    """Return the metres of street of every strongly connected component."""
    return [_street_m(graph, island) for island in nx.strongly_connected_components(graph)]


def _on_islands(graph: nx.MultiDiGraph) -> Iterator[tuple]:
    """Yield the edges between components, and those of small ones."""
    islands = list(nx.strongly_connected_components(graph))
    lengths = [_street_m(graph, island) for island in islands]
    island_of = {node: number for number, island in enumerate(islands) for node in island}
    enough = min(KEPT_LENGTH_M, max(lengths, default=0.0))
    for a, b, key in graph.edges(keys=True):
        if island_of[a] != island_of[b] or lengths[island_of[a]] < enough:
            yield a, b, key


def _street_m(graph: nx.MultiDiGraph, island: set) -> float:
    pieces = {data["piece"]: data["metres"] for _, _, data in graph.subgraph(island).edges(data=True)}
    return sum(pieces.values())
