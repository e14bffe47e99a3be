"""What demand lies within reach of which stations, and which station is nearest to it, compiled by numba.

The searches over nodes are in `geo.network.kernels`; here is what joins them to the demand: the ways between
nodes and places on their streets, and those along one street that pass no node. Nothing here calls what is
compiled in another file, whose changes numba's cache would not notice.

Costs are metres or seconds, whichever is measured. A cost is added up from the station outwards, as searches
do: the nearest of several stations costs, to the bit, what the same station costs alone.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from geo.model.streets import BACKWARD, FORWARD

__all__ = ["Grouped", "Places", "Streets", "grouped", "nearest_search", "pair_search", "rows_of"]

_kernel = njit(cache=True, nogil=True)


class Places(NamedTuple):
    """Places on edges: (p,) int32, -1 for off the network; (p,) float64 metres; (p,) float64 cost of the leg
    between the place and its street."""

    edge: NDArray[np.int32]
    offset_m: NDArray[np.float64]
    leg: NDArray[np.float64]


class Streets(NamedTuple):
    """How edges are travelled: (m,) uint8 directions, (m,) float64 metres for a unit of cost."""

    direction: NDArray[np.uint8]
    rate_m: NDArray[np.float64]


class Grouped(NamedTuple):
    """Rows by a key: those of key i are ``row[start[i]:start[i + 1]]``, ascending."""

    start: NDArray[np.int64]
    row: NDArray[np.int32]


@_kernel
def grouped(key, keys):
    """Return rows by their keys, 0 up to ``keys``; rows with a negative key are left out."""
    start = np.zeros(keys + 1, np.int64)
    for i in range(len(key)):
        if key[i] >= 0:
            start[key[i] + 1] += 1
    for i in range(keys):
        start[i + 1] += start[i]
    row = np.empty(start[keys], np.int32)
    free = start[:-1].copy()
    for i in range(len(key)):
        if key[i] >= 0:
            row[free[key[i]]] = i
            free[key[i]] += 1
    return Grouped(start, row)


@_kernel
def _straight(direction, rate_m, ahead_m, here_leg, there_leg):
    """Return the cost between two places without leaving their street; inf where one may not go so."""
    # At one spot either direction will do.
    if (ahead_m >= 0.0 and direction & FORWARD) or (ahead_m <= 0.0 and direction & BACKWARD):
        return there_leg + abs(ahead_m) / rate_m + here_leg
    return np.inf


@_kernel
def _from_nodes(reach, station, legs, limit, best, met):
    """Note the demand within the limit of a station by way of nodes; return how much was met."""
    by_node, place, leg = legs
    found = 0
    for r in range(reach.start[station], reach.start[station + 1]):
        here = reach.cost[r]
        for i in range(by_node[reach.node[r]], by_node[reach.node[r] + 1]):
            cost = here + leg[i]
            if cost > limit:
                continue
            if best[place[i]] == np.inf:
                met[found] = place[i]
                found += 1
            best[place[i]] = min(cost, best[place[i]])
    return found


@_kernel
def _from_street(streets, demand, by_edge, door, limit, best, met, found):
    """Note the demand within the limit on a station's own street; return how much was met by now."""
    edge, offset_m, leg = door
    direction, rate_m = streets.direction[edge], streets.rate_m[edge]
    for i in range(by_edge.start[edge], by_edge.start[edge + 1]):
        place = by_edge.row[i]
        cost = _straight(direction, rate_m, offset_m - demand.offset_m[place], demand.leg[place], leg)
        if cost > limit or cost == np.inf:
            continue
        if best[place] == np.inf:
            met[found] = place
            found += 1
        best[place] = min(cost, best[place])
    return found


@_kernel
def pair_search(reach, legs, streets, demand, by_edge, stations, limit):
    """Find the demand within a limit of every station; each pair is found once.

    Parameters
    ----------
    reach : geo.network.reach.Reach
        Of the stations.
    legs : (start, place, cost)
        By node: which demand has an end of its street there, and the cost from one to the other.
    streets : Streets
    demand, stations : Places
    by_edge : Grouped
        The demand by edge.
    limit : float

    Returns
    -------
    demand, station : (r,) int32
        Station by station.
    cost : (r,) float64
    """
    count = len(demand.edge)
    best, met = np.full(count, np.inf), np.empty(count, np.int32)
    place, station = np.empty(count, np.int32), np.empty(count, np.int32)
    cost = np.empty(count, np.float64)
    end = 0
    for s in range(len(stations.edge)):
        found = _from_nodes(reach, s, legs, limit, best, met)
        if stations.edge[s] >= 0:
            door = stations.edge[s], stations.offset_m[s], stations.leg[s]
            found = _from_street(streets, demand, by_edge, door, limit, best, met, found)
        if end + found > len(place):
            more = len(place) // 2 + found
            place = np.concatenate((place, np.empty(more, np.int32)))
            station = np.concatenate((station, np.empty(more, np.int32)))
            cost = np.concatenate((cost, np.empty(more, np.float64)))
        for i in range(found):
            place[end + i], station[end + i], cost[end + i] = met[i], s, best[met[i]]
            best[met[i]] = np.inf
        end += found
    return place[:end], station[:end], cost[:end]


@_kernel
def _sort(station, cost, first, last):
    """Order rows by (cost, station)."""
    # Shell's: an insertion sort for the few rows that there mostly are, and no trouble with many.
    gap = 1
    while gap < (last - first) // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for i in range(first + gap, last):
            key, number = cost[i], station[i]
            j = i
            while j >= first + gap and (cost[j - gap], station[j - gap]) > (key, number):
                cost[j], station[j] = cost[j - gap], station[j - gap]
                j -= gap
            cost[j], station[j] = key, number
        gap //= 3


@_kernel
def rows_of(place, station, cost, count):
    """Return pairs, in any order, as the columns of `geo.network.cover.Pairs` of so much demand."""
    start, row = grouped(place, count)
    stations, costs = station[row], cost[row]
    for i in range(count):
        _sort(stations, costs, start[i], start[i + 1])
    return start, stations, costs


@_kernel
def nearest_search(owners, ends, streets, demand, stations, by_edge, limit):
    """Find the cheapest station of every place; return the columns of `geo.network.cover.Nearest`.

    Parameters
    ----------
    owners : geo.network.reach.Owners
        Of the stations.
    ends : (place, node, cost)
        From the demand to the ends of its streets.
    streets : Streets
    demand, stations : Places
    by_edge : Grouped
        The stations by edge.
    limit : float
    """
    cost = np.full(len(demand.edge), np.inf)
    station = np.full(len(demand.edge), -1, np.int32)
    places, nodes, legs = ends
    for i in range(len(places)):
        place, owner, reached = places[i], owners.owner[nodes[i]], owners.cost[nodes[i]] + legs[i]
        if reached <= limit and (reached, owner) < (cost[place], station[place]):
            cost[place], station[place] = reached, owner
    for place in range(len(demand.edge)):
        edge = demand.edge[place]
        if edge < 0:
            continue
        for i in range(by_edge.start[edge], by_edge.start[edge + 1]):
            s = by_edge.row[i]
            ahead_m = stations.offset_m[s] - demand.offset_m[place]
            travel = streets.direction[edge], streets.rate_m[edge]
            reached = _straight(*travel, ahead_m, demand.leg[place], stations.leg[s])
            if reached <= limit and (reached, s) < (cost[place], station[place]):
                cost[place], station[place] = reached, s
    return cost, station
