"""The nearest stops along streets, and the way to a place.

One search answers both: Dijkstra's from where one is, over arcs, until no stop still to come can be among the
k best. The metres of a way are therefore the very same number whichever of the two was asked.

Importing this module loads numba.
"""

import threading
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.model.profiles import PROFILES
from geo.network.ends import Ends, ends_at
from geo.network.graph import Graph, Position, Positions
from geo.network.kernels import BUCKETS, STRAIGHT, Best, Work, stop_search, way_back

__all__ = ["Legs", "Path", "Stops", "find_way", "nearest_stops", "stops_on", "work_for"]


class Stops(NamedTuple):
    """Places to go to, arranged to be met on the way.

    Attributes
    ----------
    positions : Positions
        Of p stops.
    known : (p,) bool
        On the network: there is a way in.
    flag : (n,) uint8
        1: the node is an end of a stop's edge.
    ends : Ends
        Legs from nodes to stops, by node.
    edge : (b,) int32
        Edges of the stops that are on the network, ascending.
    edge_stop : (b,) int32
        And which stops these are.
    """

    positions: Positions
    known: NDArray[np.bool_]
    flag: NDArray[np.uint8]
    ends: Ends
    edge: NDArray[np.int32]
    edge_stop: NDArray[np.int32]


class Legs(NamedTuple):
    """The way to each of some stops, nearest first.

    Attributes
    ----------
    stop : (q,) int32
    metres, seconds : (q,) float64
        Both snapping legs included.
    """

    stop: NDArray[np.int32]
    metres: NDArray[np.float64]
    seconds: NDArray[np.float64]


class Path(NamedTuple):
    """A way along edges.

    Attributes
    ----------
    metres, seconds : float
        Both snapping legs included.
    edge : (q,) int32
    forward : (q,) bool
        Travelled from its beginning towards its end.
    begin_m, end_m : (q,) float64
        Metres along the edge, from its beginning, where travel on it begins and ends: ``begin_m > end_m``
        when travelled backward. Never equal; where the whole way is one spot there are no edges.
    """

    metres: float
    seconds: float
    edge: NDArray[np.int32]
    forward: NDArray[np.bool_]
    begin_m: NDArray[np.float64]
    end_m: NDArray[np.float64]


def stops_on(graph: Graph, profile: str, positions: Positions) -> Stops:
    """Arrange places to go to for `nearest_stops`; those off the network will never be reached.

    Parameters
    ----------
    profile : str
        One of `geo.model.streets.STREET_PROFILES`.
    positions : Positions
        On the graph, as it was snapped for this profile.
    """
    ends = ends_at(graph, profile, positions, towards=True)
    order = np.lexsort((ends.place, ends.node))
    ends = Ends(*(column[order] for column in ends))
    flag = np.zeros(len(graph.node_lon), np.uint8)
    flag[ends.node] = 1
    known = np.zeros(len(positions.edge), np.bool_)
    known[ends.place] = True
    by_edge = np.argsort(positions.edge, kind="stable").astype(np.int32)
    by_edge = by_edge[known[by_edge]]
    return Stops(positions, known, flag, ends, positions.edge[by_edge], by_edge)


def nearest_stops(
    graph: Graph,
    profile: str,
    here: Position,
    stops: Stops,
    k: int,
    wanted: NDArray[np.bool_] | None = None,
) -> Legs:
    """Return the k nearest stops by metres along streets, exactly.

    Parameters
    ----------
    profile : str
        As the stops were arranged for.
    here : Position
        Where one sets out.
    k : int
        How many at most; stops that cannot be reached are left out.
    wanted : (p,) bool, optional
        Which stops count; by default all.

    Returns
    -------
    Legs
        Ordered by (metres, stop). The seconds are those of the shortest way, not of the quickest.

    Notes
    -----
    Nodes are searched from in ascending order of metres, and a stop is no nearer than the node one comes to
    it by. Once all nodes left are farther than the k-th best stop, no better one can follow.
    """
    best, found = _search(graph, profile, here, stops, k, stops.known if wanted is None else wanted)
    return Legs(best.stop[:found], best.metres[:found], best.seconds[:found])


def find_way(graph: Graph, profile: str, here: Position, there: Position) -> Path | None:
    """Return the shortest way from one place to another; None where there is none.

    Its metres and seconds are those that `nearest_stops` gives for the same two places.
    """
    stops = stops_on(graph, profile, _alone(there))
    best, found = _search(graph, profile, here, stops, 1, stops.known)
    if not found:
        return None
    pieces = _pieces(graph, here, there, stops.ends, int(best.end[0]))
    moving = pieces.begin_m != pieces.end_m
    return Path(float(best.metres[0]), float(best.seconds[0]), *(column[moving] for column in pieces))


_own = threading.local()


def work_for(graph: Graph) -> Work:
    """Return room for searching a graph: this thread's own, kept for its next search."""
    n = len(graph.node_lon)
    work: Work | None = getattr(_own, "work", None)
    if work is None or len(work.label) < n:
        # Only the labels are looked up by node; of the rest, memory is taken as far as a search ever gets.
        work = Work(
            label=np.zeros(n, np.int32),
            node=np.empty(n, np.int32),
            via=np.empty(n, np.int32),
            cost=np.empty(n),
            aside=np.empty(n),
            links=np.empty((BUCKETS + n, 2), np.int32),
            met=np.zeros(1, np.int64),
        )
        _own.work = work
    return work


def _alone(position: Position) -> Positions:
    edge, offset_m, snap_m = position
    return Positions(np.array([edge], np.int32), np.array([offset_m], float), np.array([snap_m], float))


def _search(
    graph: Graph, profile: str, here: Position, stops: Stops, k: int, wanted: NDArray[np.bool_]
) -> tuple[Best, int]:
    """Return the k nearest stops (rows after those found mean nothing), and how many were found."""
    k = min(k, np.count_nonzero(wanted & stops.known)) if here.edge >= 0 else 0
    best = Best(np.empty(k, np.int32), np.empty(k, np.int32), np.empty(k), np.empty(k))
    if k == 0:
        return best, 0
    network = graph.networks[profile]
    # Plain numbers: numba compiles anew for every kind of number it meets.
    place = int(here.edge), float(here.offset_m), float(here.snap_m)
    travel = (
        int(network.direction[here.edge]),
        float(network.speed_m_s[here.edge]),
        float(PROFILES[profile].snap_speed_m_s),
    )
    seeds = ends_at(graph, profile, _alone(here), towards=False)
    return best, stop_search(network.out, work_for(graph), seeds, place, travel, stops, wanted, best)


class _Pieces(NamedTuple):
    """The columns of a `Path`."""

    edge: NDArray[np.int32]
    forward: NDArray[np.bool_]
    begin_m: NDArray[np.float64]
    end_m: NDArray[np.float64]


def _pieces(graph: Graph, here: Position, there: Position, ends: Ends, end: int) -> _Pieces:
    """Return the pieces of the way that the last search found, those without length too."""
    if end == STRAIGHT:
        ahead = there.offset_m >= here.offset_m
        return _piece(here.edge, ahead, here.offset_m, there.offset_m)
    edge, forward, at_start = way_back(work_for(graph), graph.edge_from, graph.edge_to, ends.node[end])
    length_m = graph.edge_length_m
    first = _piece(here.edge, not at_start, here.offset_m, 0.0 if at_start else length_m[here.edge])
    begin_m = np.where(forward, 0.0, length_m[edge])
    between = _Pieces(edge, forward, begin_m, length_m[edge] - begin_m)
    forward_in = ends.at_start[end]
    last = _piece(there.edge, forward_in, 0.0 if forward_in else length_m[there.edge], there.offset_m)
    return _Pieces(*(np.concatenate(columns) for columns in zip(first, between, last, strict=True)))


def _piece(edge: int, forward: bool, begin_m: float, end_m: float) -> _Pieces:
    return _Pieces(np.array([edge], np.int32), np.array([forward]), np.array([begin_m]), np.array([end_m]))
