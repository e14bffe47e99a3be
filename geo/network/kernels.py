"""Shortest ways over arcs, compiled by numba: a queue, the labels of a search, and the searches themselves.

A search is Dijkstra's with buckets for a queue: labels wait in the bucket of their cost, and buckets are
emptied in order. A label that is bettered, even after its turn, goes back to wait. So the answer is exact
whatever the width of a bucket: it ends when nothing can be bettered, and the cheapest label waiting is no
cheaper than the bucket it is the turn of. A few metres wide, nearly every label has one turn, and a turn
takes half the time of a heap's.

A search labels the nodes it meets and keeps the labels side by side in the order of meeting, whatever the
nodes' numbers are: it works within a small piece of memory, and what it touched is soon cleared.

All of it is in one file because numba's cache knows a compiled function by its own file alone: a helper kept
elsewhere could change, and what was compiled with it would go on as before. The innermost loops call no
function that is given arrays and branches: numba counts references there, which takes as long as the work.
A number is handed on as np.int64(0) where for a plain 0 numba would compile the same function once more.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo.model.streets import BACKWARD, FORWARD

__all__ = [
    "BUCKETS",
    "STRAIGHT",
    "Best",
    "Work",
    "owner_search",
    "reach_search",
    "stop_search",
    "way_back",
]

BUCKETS = 1024
"""A power of two. A cost too far ahead for all of them shares one with a nearer cost: its label may have its
turn too early, and then has another."""

_PER_UNIT = 0.25
"""Buckets a metre, or a second. A power of two too: no rounding puts a cost into the bucket before."""

STRAIGHT = -1
"""In place of an end: the stop was reached along the street one started on, over no node."""

_FROM_START, _FROM_END = -1, -2
"""In place of an edge: one came from the place one starts at, on an edge that begins here, or ends here."""

_NEXT, _PREVIOUS = 0, 1

_kernel = njit(cache=True, nogil=True)


class Work(NamedTuple):
    """Room for one search at a time.

    Attributes
    ----------
    label : (n,) int32
        1 + the label of a node; 0: not met.
    node, via : (n,) int32
        By label: its node, and the edge one came by; where the search began, `_FROM_START` or `_FROM_END`.
    cost, aside : (n,) float64
        By label: what is minimised, and what is among ways that cost the same.
    links : (BUCKETS + n, 2) int32
        A ring for every bucket and the labels waiting in it: the next one and the previous one. Label i is
        row BUCKETS + i; it is a ring of its own when it does not wait.
    met : (1,) int64
        How many labels there are, until the next search clears them.
    """

    label: NDArray[np.int32]
    node: NDArray[np.int32]
    via: NDArray[np.int32]
    cost: NDArray[np.float64]
    aside: NDArray[np.float64]
    links: NDArray[np.int32]
    met: NDArray[np.int64]


class Best(NamedTuple):
    """The k best stops so far, by (metres, stop).

    Attributes
    ----------
    stop, end : (k,) int32
        ``end``: row of the stops' ends one came in by, or `STRAIGHT`.
    metres, seconds : (k,) float64
    """

    stop: NDArray[np.int32]
    end: NDArray[np.int32]
    metres: NDArray[np.float64]
    seconds: NDArray[np.float64]


@_kernel
def _bucket(cost):
    return np.int64(cost * _PER_UNIT) & (BUCKETS - 1)


@_kernel
def _move(links, row, ring):
    """Take a row out of its ring and put it into another, or into one of its own."""
    after, before = links[row, _NEXT], links[row, _PREVIOUS]
    links[before, _NEXT] = after
    links[after, _PREVIOUS] = before
    links[row, _NEXT] = row
    after = links[ring, _NEXT]
    links[ring, _NEXT] = row
    links[after, _PREVIOUS] = row
    links[row, _NEXT] = after
    links[row, _PREVIOUS] = ring


@_kernel
def _begin(work, seeds, first, last, limit):
    """Clear the last search and label the ends in these rows.

    Returns
    -------
    met, bucket : int
        How many labels there are, all waiting, and the first bucket that may hold one.
    """
    for label in range(work.met[0]):
        work.label[work.node[label]] = 0
    # The last search may have ended with labels waiting.
    for bucket in range(BUCKETS):
        work.links[bucket] = bucket
    met, least = 0, np.inf
    for i in range(first, last):
        cost, aside = seeds.metres[i], seeds.seconds[i]
        label = work.label[seeds.node[i]] - 1
        if cost > limit:
            continue
        if label < 0:
            label = met
            met += 1
            work.label[seeds.node[i]] = met
            work.node[label] = seeds.node[i]
            work.links[BUCKETS + label] = BUCKETS + label
        elif (cost, aside) >= (work.cost[label], work.aside[label]):
            # Both ends of a loop are one node.
            continue
        work.cost[label], work.aside[label] = cost, aside
        work.via[label] = _FROM_START if seeds.at_start[i] else _FROM_END
        least = min(least, cost)
        _move(work.links, BUCKETS + label, _bucket(cost))
    return met, np.int64(least * _PER_UNIT) if met else np.int64(0)


@_kernel
def _advance(arcs, work, flag, met, waiting, bucket, limit):
    """Go on with a search until the turn of a flagged node, or until nothing within the limit waits.

    Returns
    -------
    label : int
        Of the flagged node; -1 when the search is over.
    met, waiting, bucket : int
        The state to go on with.
    """
    start, to, edge, metres, seconds = arcs
    label_of, node_of, via, cost, aside, links, _ = work
    while waiting > 0 and bucket <= limit * _PER_UNIT:
        row = np.int64(links[bucket & (BUCKETS - 1), _NEXT])
        if row < BUCKETS:
            bucket += 1
            continue
        _move(links, row, row)
        waiting -= 1
        label = row - BUCKETS
        node = node_of[label]
        for arc in range(start[node], start[node + 1]):
            reached, beside = cost[label] + metres[arc], aside[label] + seconds[arc]
            if reached > limit:
                continue
            there = label_of[to[arc]] - 1
            if there < 0:
                there = met
                met += 1
                label_of[to[arc]] = met
                node_of[there] = to[arc]
                links[BUCKETS + there, _NEXT] = links[BUCKETS + there, _PREVIOUS] = BUCKETS + there
            elif (reached, beside) >= (cost[there], aside[there]):
                continue
            waiting += links[BUCKETS + there, _NEXT] == BUCKETS + there
            cost[there], aside[there], via[there] = reached, beside, edge[arc]
            _move(links, BUCKETS + there, _bucket(reached))
        if flag[node]:
            return label, met, waiting, bucket
    return -1, met, waiting, bucket


@_kernel
def _offer(best, found, stop, end, metres, seconds):
    """Put a stop among the best where it belongs; return how many there are."""
    k = len(best.stop)
    hole = 0
    while hole < found and best.stop[hole] != stop:
        hole += 1
    if hole < found:
        # A stop is offered from both ends of its street.
        if (metres, seconds) >= (best.metres[hole], best.seconds[hole]):
            return found
    elif found < k:
        found += 1
    elif (metres, stop) < (best.metres[k - 1], best.stop[k - 1]):
        hole = k - 1
    else:
        return found
    while hole > 0 and (metres, stop) < (best.metres[hole - 1], best.stop[hole - 1]):
        best.stop[hole], best.end[hole] = best.stop[hole - 1], best.end[hole - 1]
        best.metres[hole], best.seconds[hole] = best.metres[hole - 1], best.seconds[hole - 1]
        hole -= 1
    best.stop[hole], best.end[hole], best.metres[hole], best.seconds[hole] = stop, end, metres, seconds
    return found


@_kernel
def _first(ascending, value):
    """Return the first row that is not below a value."""
    # numpy's own takes numba a second to compile.
    low, high = 0, len(ascending)
    while low < high:
        middle = (low + high) // 2
        if ascending[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@_kernel
def _go_straight(here, travel, stops, wanted, best):
    """Offer the stops on the very street one starts on."""
    edge, offset_m, snap_m = here
    direction, speed_m_s, snap_speed_m_s = travel
    found = np.int64(0)
    i = _first(stops.edge, edge)
    while i < len(stops.edge) and stops.edge[i] == edge:
        stop = stops.edge_stop[i]
        ahead_m = stops.positions.offset_m[stop] - offset_m
        # At one spot either direction will do.
        if wanted[stop] and (
            (ahead_m >= 0.0 and direction & FORWARD) or (ahead_m <= 0.0 and direction & BACKWARD)
        ):
            stop_snap_m = stops.positions.snap_m[stop]
            metres = snap_m + abs(ahead_m) + stop_snap_m
            seconds = (snap_m + stop_snap_m) / snap_speed_m_s + abs(ahead_m) / speed_m_s
            found = _offer(best, found, stop, np.int64(STRAIGHT), metres, seconds)
        i += 1
    return found


@_kernel
def _arrive(work, stops, wanted, best, found, label):
    """Offer the stops that a node is an end of the street of."""
    node = work.node[label]
    i = _first(stops.ends.node, node)
    while i < len(stops.ends.node) and stops.ends.node[i] == node:
        stop = stops.ends.place[i]
        if wanted[stop]:
            metres = work.cost[label] + stops.ends.metres[i]
            seconds = work.aside[label] + stops.ends.seconds[i]
            found = _offer(best, found, stop, i, metres, seconds)
        i += 1
    return found


@_kernel
def stop_search(arcs, work, seeds, here, travel, stops, wanted, best):
    """Find the stops nearest to a place; return how many were found.

    Parameters
    ----------
    arcs : geo.network.graph.Arcs
    work : Work
        Keeps the labels, for `way_back`.
    seeds : geo.network.ends.Ends
        Of the place one starts from.
    here : (edge, offset_m, snap_m)
        The place itself.
    travel : (direction, speed_m_s, snap_speed_m_s)
        On its edge, and from the point to it.
    stops : geo.network.paths.Stops
    wanted : (p,) bool
    best : Best
        Is filled; its length is how many are sought.
    """
    found = _go_straight(here, travel, stops, wanted, best)
    k = len(best.stop)
    met, bucket = _begin(work, seeds, np.int64(0), len(seeds.node), np.inf)
    waiting, label = met, 0
    while label >= 0:
        # A stop still to come is no nearer than what waits; at the same metres its number decides.
        limit = best.metres[k - 1] if found == k else np.inf
        label, met, waiting, bucket = _advance(arcs, work, stops.flag, met, waiting, bucket, limit)
        if label >= 0:
            found = _arrive(work, stops, wanted, best, found, label)
    work.met[0] = met
    return found


@_kernel
def way_back(work, edge_from, edge_to, node):
    """Return how the last search came to a node: edges, whether forward, whether first to an edge's start."""
    steps = 0
    label = work.label[node] - 1
    while work.via[label] >= 0:
        edge = work.via[label]
        label = work.label[edge_from[edge] + edge_to[edge] - work.node[label]] - 1
        steps += 1
    at_start = work.via[label] == _FROM_START
    edges = np.empty(steps, np.int32)
    forward = np.empty(steps, np.bool_)
    label = work.label[node] - 1
    while steps > 0:
        steps -= 1
        edge = work.via[label]
        edges[steps] = edge
        # An arc is never a loop, so the node tells the direction, and the other end is where one came from.
        forward[steps] = edge_to[edge] == work.node[label]
        label = work.label[edge_from[edge] + edge_to[edge] - work.node[label]] - 1
    return edges, forward, at_start


@_kernel
def reach_search(arcs, work, seeds, seed_start, limit):
    """Find all nodes within a limit of each source; return the columns of `geo.network.reach.Reach`.

    Parameters
    ----------
    arcs : geo.network.graph.Arcs
    work : Work
    seeds : geo.network.ends.Ends
        Of all sources, in their order. What is called metres here and in the arcs is minimised.
    seed_start : (p + 1,) int64
        The seeds of each source.
    limit : float
    """
    sources = len(seed_start) - 1
    start = np.zeros(sources + 1, np.int64)
    node = np.empty(64 * sources, np.int32)
    cost = np.empty(64 * sources, np.float64)
    nowhere = np.zeros(len(arcs.start), np.uint8)
    end = 0
    for source in range(sources):
        met, bucket = _begin(work, seeds, seed_start[source], seed_start[source + 1], limit)
        _, met, _, _ = _advance(arcs, work, nowhere, met, met, bucket, limit)
        work.met[0] = met
        if end + met > len(node):
            node = np.concatenate((node, np.empty(len(node) + met, np.int32)))
            cost = np.concatenate((cost, np.empty(len(cost) + met, np.float64)))
        for label in range(met):
            node[end + label], cost[end + label] = work.node[label], work.cost[label]
        end += met
        start[source + 1] = end
    return start, node[:end], cost[:end]


@_kernel
def owner_search(arcs, seeds, limit):
    """Find the cheapest source of every node; return the columns of `geo.network.reach.Owners`."""
    start, to, metres = arcs.start, arcs.to, arcs.metres
    n = len(start) - 1
    # Nodes are their own labels here: mostly all of them are met.
    cost = np.full(n, np.inf)
    owner = np.full(n, -1, np.int32)
    links = np.empty((BUCKETS + n, 2), np.int32)
    for row in range(BUCKETS + n):
        links[row, _NEXT] = links[row, _PREVIOUS] = row
    waiting, bucket = 0, 0
    for i in range(len(seeds.node)):
        node, reached, source = seeds.node[i], seeds.metres[i], seeds.place[i]
        if reached <= limit and (reached, source) < (cost[node], owner[node]):
            waiting += links[BUCKETS + node, _NEXT] == BUCKETS + node
            cost[node], owner[node] = reached, source
            _move(links, BUCKETS + node, _bucket(reached))
    while waiting > 0:
        row = np.int64(links[bucket & (BUCKETS - 1), _NEXT])
        if row < BUCKETS:
            bucket += 1
            continue
        _move(links, row, row)
        waiting -= 1
        here, source = cost[row - BUCKETS], owner[row - BUCKETS]
        for arc in range(start[row - BUCKETS], start[row - BUCKETS + 1]):
            node, reached = to[arc], here + metres[arc]
            if reached <= limit and (reached, source) < (cost[node], owner[node]):
                waiting += links[BUCKETS + node, _NEXT] == BUCKETS + node
                cost[node], owner[node] = reached, source
                _move(links, BUCKETS + node, _bucket(reached))
    return cost, owner
