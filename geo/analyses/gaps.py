"""Demand that is not covered, grouped into places that one new station each could serve.

Greedy: the candidate centre that most demand is near enough to makes the first gap, of what is left the same
makes the next, and so on. What a candidate gains only ever shrinks as others take demand. So its gain is
counted anew only when it is first in the heap, and if it then is still first it is the best of all.
"""

import heapq
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Proj

from geo.model.study import REASONS
from geo.network.cover import Pairs, check_room, in_parts, pairs_within
from geo.network.cover_line import line_pairs
from geo.network.graph import Graph, Positions
from geo.network.reach import Measure

__all__ = ["Gaps", "Within", "find_gaps", "line_within", "outline", "reason_weights", "street_within"]

_SIDE_M = 500.0
_MOST_COVERED = 300_000_000
"""Of the pairs of candidates and demand only the demand's numbers are kept, 4 bytes each: 1.2 GB."""

_DEGREE_M = 111_320.0
"""About a degree of latitude: cells need no more."""

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]
Within = Callable[[_Ints], Pairs]
"""From centres, (c,) numbers of demand, to which demand is within the limit of each."""


class Gaps(NamedTuple):
    """Places that are not covered, heaviest first.

    Attributes
    ----------
    centre : (g,) int64
        The demand from which, or so near to which, the rest is within the limit.
    weight : (g,) float64
    group : (d,) int32
        Which gap demand belongs to, -1 for none.
    """

    centre: _Ints
    weight: _Floats
    group: NDArray[np.int32]


def street_within(
    graph: Graph,
    profile: str,
    demand: Positions,
    lon: _Floats,
    lat: _Floats,
    *,
    limit: float,
    measure: Measure,
    limit_m: float,
) -> Within:
    """Return how to find who can go to a centre along streets within the limit.

    Parameters
    ----------
    graph, profile, demand, limit, measure
        As for `geo.network.cover.pairs_within`.
    lon, lat : (d,) float64
        Of the demand, WGS-84 degrees.
    limit_m : float
        The limit in metres. Demand off the network goes straight, to centres that are off it too.
    """
    off = np.flatnonzero(demand.edge < 0)
    by_line = line_within(lon[off], lat[off], limit_m=limit_m)
    row = np.full(len(lon), -1)
    row[off] = np.arange(len(off))

    def within(centre: _Ints) -> Pairs:
        stations = Positions(*(column[centre] for column in demand))
        found = pairs_within(graph, profile, demand, stations, limit=limit, measure=measure)
        lost = np.flatnonzero(row[centre] >= 0)
        straight = by_line(row[centre[lost]])
        return _both(found, straight._replace(station=lost[straight.station].astype(np.int32)), off)

    return within


def line_within(lon: _Floats, lat: _Floats, *, limit_m: float) -> Within:
    """Return how to find who is within so many metres of a centre by straight line."""
    return lambda centre: line_pairs(lon, lat, lon[centre], lat[centre], limit_m=limit_m)


def find_gaps(
    lon: _Floats,
    lat: _Floats,
    weight: _Floats,
    within: Within,
    *,
    apart: NDArray[np.bool_],
    limit_m: float,
    most: int = 100,
) -> Gaps:
    """Group demand that is not covered.

    Parameters
    ----------
    lon, lat : (d,) float64
        WGS-84 degrees.
    weight : (d,) float64
    within : Within
        `street_within` or `line_within` of this demand.
    apart : (d,) bool
        Demand off the network, which is grouped by itself.
    limit_m : float
        The limit, in metres. Centres are the heaviest demand of every cell of a grid: half as wide, at most
        500 m, but never less than a tenth. So demand is near enough to a few hundred of them at most.
    most : int
        How many gaps at most.

    Returns
    -------
    Gaps
        No demand is in two. Only demand beyond ``most`` gaps, or of no weight, is in none.

    Raises
    ------
    InputError
        Candidates and demand near enough to them are more than memory has room for.
    """
    cell = _cells(lon, lat, _side_m(limit_m), apart)
    centre, covers = _candidates(cell, weight, within)
    return _greedy(centre, covers, weight, most)


def reason_weights(gaps: Gaps, reason: NDArray[np.uint8], weight: _Floats) -> _Floats:
    """Return the weight of every reason in every gap, (g, reasons): columns are places in `REASONS`."""
    inside = gaps.group >= 0
    key = gaps.group[inside] * len(REASONS) + reason[inside]
    sums = np.bincount(key, weight[inside], minlength=len(gaps.centre) * len(REASONS))
    return sums.reshape(len(gaps.centre), len(REASONS))


def outline(lon: ArrayLike, lat: ArrayLike, *, margin_m: float = 60.0) -> list[tuple[float, float]]:
    """Return a ring around points, for drawing only.

    Parameters
    ----------
    lon, lat : (q,) array_like of float
        WGS-84 degrees, one point at least.
    margin_m : float
        How far outside their convex hull it runs.

    Returns
    -------
    list of (float, float)
        WGS-84 lon, lat, counterclockwise, the last the same as the first.
    """
    plane = Proj(proj="aeqd", ellps="WGS84", lon_0=float(np.mean(lon)), lat_0=float(np.mean(lat)))
    hull = shapely.convex_hull(shapely.multipoints(np.column_stack(plane(lon, lat))))
    ring = shapely.get_exterior_ring(shapely.orient_polygons(shapely.buffer(hull, margin_m, quad_segs=4)))
    x, y = shapely.get_coordinates(ring).T
    return list(zip(*(column.tolist() for column in plane(x, y, inverse=True)), strict=True))


def _both(streets: Pairs, straight: Pairs, off: _Ints) -> Pairs:
    """Return pairs along streets joined with those of the demand off the network, which has no streets."""
    count = np.diff(streets.start)
    count[off] = np.diff(straight.start)
    start = np.concatenate([[0], np.cumsum(count)])
    is_straight = np.zeros(len(count), bool)
    is_straight[off] = True
    here = np.repeat(is_straight, count)
    station, cost = np.empty(start[-1], np.int32), np.empty(start[-1])
    station[here], station[~here] = straight.station, streets.station
    cost[here], cost[~here] = straight.cost, streets.cost
    return Pairs(start, station, cost)


def _side_m(limit_m: float) -> float:
    return max(min(limit_m / 2, _SIDE_M), limit_m / 10)


def _cells(lon: _Floats, lat: _Floats, side_m: float, apart: NDArray[np.bool_]) -> _Ints:
    """Return the number of every point's cell; those apart have cells of their own."""
    middle = np.cos(np.radians(lat.mean())) if len(lat) else 1.0
    column = np.floor(lon * (_DEGREE_M * middle / side_m)).astype(np.int64)
    row = np.floor(lat * (_DEGREE_M / side_m)).astype(np.int64)
    return np.unique(np.column_stack([apart, row, column]), axis=0, return_inverse=True)[1].ravel()


def _greedy(centre: _Ints, covers: list[NDArray[np.int32]], weight: _Floats, most: int) -> Gaps:
    """Choose centre after centre, each with all that is left of what it covers."""
    group = np.full(len(weight), -1, np.int32)
    left = weight.astype(np.float64)
    heap = [(-float(weight[covered].sum()), number) for number, covered in enumerate(covers)]
    heapq.heapify(heap)
    chosen: list[tuple[int, float]] = []
    while heap and len(chosen) < most:
        _, number = heapq.heappop(heap)
        gain = float(left[covers[number]].sum())
        if gain <= 0:
            continue
        if heap and (-gain, number) > heap[0]:
            heapq.heappush(heap, (-gain, number))
            continue
        mine = covers[number][group[covers[number]] < 0]
        group[mine] = len(chosen)
        left[mine] = 0.0
        chosen.append((int(centre[number]), gain))
    numbers, gains = zip(*chosen, strict=True) if chosen else ((), ())
    return Gaps(np.array(numbers, np.int64), np.array(gains, float), group)


def _candidates(cell: _Ints, weight: _Floats, within: Within) -> tuple[_Ints, list[NDArray[np.int32]]]:
    """Return centres, and for each the demand it covers, itself at least; together they cover all.

    The heaviest demand of every cell, then of what none of these covers again, until nothing is left.
    """
    heaviest = np.lexsort((-weight, cell))
    centres: list[_Ints] = []
    covers: list[NDArray[np.int32]] = []
    covered, count = weight <= 0, 0
    while len(left := heaviest[~covered[heaviest]]):
        centre = left[np.unique(cell[left], return_index=True)[1]]
        for part in in_parts(len(centre), len(weight), lambda some, of=centre: _covered_by(of[some], within)):
            covers += part
            count += sum(map(len, part))
            check_room(count, _MOST_COVERED)
            for mine in part:
                covered[mine] = True
        centres.append(centre)
    return np.concatenate([np.empty(0, np.int64), *centres]), covers


def _covered_by(centre: _Ints, within: Within) -> tuple[list[NDArray[np.int32]], int]:
    """Return the demand within the limit of each centre, and how many pairs these are.

    The centre itself is among them though its street be far.
    """
    pairs = within(centre)
    place = np.repeat(np.arange(len(pairs.start) - 1, dtype=np.int32), np.diff(pairs.start))
    order = np.argsort(pairs.station, kind="stable")
    parts = np.split(place[order], np.searchsorted(pairs.station[order], np.arange(1, len(centre))))
    covered = [np.union1d(part, mine).astype(np.int32) for part, mine in zip(parts, centre, strict=True)]
    return covered, len(place)
