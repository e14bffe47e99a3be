"""Which stations demand can go to within a limit along streets, and which it is nearest to.

Exact on edges: a way begins and ends at places on streets, never at the next junction, and both legs between
a point and its street count. Ways go from the demand to the stations.

Importing this module loads numba.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from geo.model.profiles import PROFILES
from geo.network.cover_kernels import Places, Streets, grouped, nearest_search, pair_search, rows_of
from geo.network.ends import ends_at
from geo.network.graph import Graph, Positions
from geo.network.reach import Measure, owners, reach

__all__ = ["MOST_PAIRS", "Nearest", "Pairs", "check_room", "in_parts", "nearest_stations", "pairs_within"]

MOST_PAIRS = 100_000_000
"""Of demand and stations. To find and sort them takes 32 bytes each, 3 GB, and to keep them 12."""

_ROOM = 5_000_000
"""About as many are found at a time: on the way to being kept each takes up to 120 bytes, 0.6 GB."""


_Found = TypeVar("_Found")
_Columns = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]


class Pairs(NamedTuple):
    """For all demand the stations within a limit, as compressed rows by (cost, station).

    Attributes
    ----------
    start : (d + 1,) int64
        The stations of demand i are those from ``start[i]`` up to ``start[i + 1]``.
    station : (r,) int32
    cost : (r,) float64
        Metres or seconds.
    """

    start: NDArray[np.int64]
    station: NDArray[np.int32]
    cost: NDArray[np.float64]


class Nearest(NamedTuple):
    """For all demand the nearest station; of several at the same cost the first.

    Attributes
    ----------
    cost : (d,) float64
        Metres or seconds; inf where there is none within the limit.
    station : (d,) int32
        -1 where there is none.
    """

    cost: NDArray[np.float64]
    station: NDArray[np.int32]


def pairs_within(
    graph: Graph, profile: str, demand: Positions, stations: Positions, *, limit: float, measure: Measure
) -> Pairs:
    """Return which stations are within a limit of all demand, exactly.

    Parameters
    ----------
    profile : str
        One of `geo.model.streets.STREET_PROFILES`.
    demand, stations : Positions
        On the graph, snapped for this profile; to and from those off the network there is no way.
    limit : float
        Metres or seconds, itself included.
    measure : {"metres", "seconds"}
        What is minimised and limited.

    Returns
    -------
    Pairs
        With a smaller limit the same rows without those that cost more, to the last bit.

    Raises
    ------
    InputError
        More than `MOST_PAIRS`.
    """
    find = _search(graph, profile, demand, stations, float(limit), measure)
    parts, count = [(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0))], 0
    for found in in_parts(len(stations.edge), max(len(demand.edge), len(graph.node_lon)), find):
        parts.append(found)
        count += len(found[0])
        check_room(count, MOST_PAIRS)
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    parts.clear()
    return Pairs(*rows_of(*columns, len(demand.edge)))


def in_parts(count: int, others: int, find: Callable[[slice], tuple[_Found, int]]) -> Iterator[_Found]:
    """Yield what is found for things part by part, so that no part takes much memory.

    Parameters
    ----------
    count : int
        How many things.
    others : int
        As many may be found for each at most.
    find : callable
        Given which things, what is found for them and how many.

    Notes
    -----
    The first part is one that is safe if all is found. Parts double while little is found, so that what
    each costs beside does not matter.
    """
    first, many = 0, max(1, _ROOM // max(others, 1))
    while first < count:
        found, size = find(slice(first, min(first + many, count)))
        yield found
        first += many
        if size < _ROOM // 4:
            many *= 2
        elif size > _ROOM:
            many = max(1, many // 2)


def check_room(count: int, most: int) -> None:
    """Refuse what memory has no room for.

    Raises
    ------
    InputError
        There are more than that many.
    """
    if count > most:
        raise InputError(
            "在范围以内要比较的需求和站点超过 %(most)s 对,内存放不下;请把范围改小,或只选一个区划",
            parameter="within",
            most=f"{most:,}",
        )


def nearest_stations(
    graph: Graph,
    profile: str,
    demand: Positions,
    stations: Positions,
    *,
    measure: Measure,
    limit: float = np.inf,
) -> Nearest:
    """Return the station nearest to all demand, exactly; parameters are those of `pairs_within`."""
    limit = float(limit)
    owned = owners(graph, profile, stations, limit=limit, measure=measure)
    ends = ends_at(graph, profile, demand, towards=False)
    legs = ends.place, ends.node, ends.metres if measure == "metres" else ends.seconds
    by_edge = grouped(stations.edge, len(graph.edge_from))
    sides = _places(profile, demand, measure), _places(profile, stations, measure), by_edge
    return Nearest(*nearest_search(owned, legs, _streets(graph, profile, measure), *sides, limit))


def _search(
    graph: Graph, profile: str, demand: Positions, stations: Positions, limit: float, measure: Measure
) -> Callable[[slice], tuple[_Columns, int]]:
    """Return what finds the pairs of some of the stations: demand, station, cost; and what room it took."""
    ends = ends_at(graph, profile, demand, towards=False)
    by_node = grouped(ends.node, len(graph.node_lon))
    leg = ends.metres if measure == "metres" else ends.seconds
    legs = by_node.start, ends.place[by_node.row], leg[by_node.row]
    here = _places(profile, demand, measure), grouped(demand.edge, len(graph.edge_from))
    streets = _streets(graph, profile, measure)

    def find(part: slice) -> tuple[_Columns, int]:
        some = Positions(*(column[part] for column in stations))
        reached = reach(graph, profile, some, limit=limit, measure=measure)
        there = _places(profile, some, measure)
        place, station, cost = pair_search(reached, legs, streets, *here, there, limit)
        # Copies, for these are the beginnings of larger columns.
        columns = place.copy(), station + np.int32(part.start), cost.copy()
        # Nodes within reach take room though nobody lives there.
        return columns, max(len(place), len(reached.node))

    return find


def _places(profile: str, positions: Positions, measure: Measure) -> Places:
    leg = positions.snap_m
    if measure == "seconds":
        leg = leg / PROFILES[profile].snap_speed_m_s
    return Places(positions.edge, positions.offset_m, leg)


def _streets(graph: Graph, profile: str, measure: Measure) -> Streets:
    network = graph.networks[profile]
    # Copies, because numba compiles anew for the read-only arrays of a graph that is mapped from a file.
    direction = network.direction.copy()
    if measure == "metres":
        return Streets(direction, np.ones(len(direction)))
    return Streets(direction, network.speed_m_s.astype(np.float64))
