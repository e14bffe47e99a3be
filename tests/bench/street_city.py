"""A synthetic street network: as many junctions as wanted, joined as streets are, as dense as a city's.

Junctions lie at random; two are joined where no third is nearer to both of them (the relative neighbourhood
graph, which resembles street networks). So streets cross nowhere, hang together, are 1.28 for each junction
and 80 m long on average.
"""

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import osmium
from numpy.typing import NDArray
from osmium.osm.mutable import Node, Way
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay, cKDTree

from geo.model.profiles import HIGHWAYS, travel
from geo.model.streets import DEGREE, STREET_PROFILES, Travel, Ways

__all__ = ["make_ways", "write_extract"]

# 郑州: in the middle of a plain.
_MIDDLE = (113.65, 34.75)
# Length of a degree on the WGS-84 ellipsoid there.
_DEGREE_M = (91_560.0, 110_930.0)
# 200,000 junctions in a square of 45 km.
_JUNCTIONS_PER_M2 = 200_000 / 45_000**2
# Who might lie nearer to both is looked for among so many neighbours.
_NEIGHBOURS = 16
_SHAPES_PER_STREET = 0.5
_BEND = 0.06
# Of an extract's nodes; the rest are shape.
_JUNCTIONS = 0.22
_KINDS = {
    "residential": 0.45,
    "tertiary": 0.15,
    "service": 0.15,
    "secondary": 0.1,
    "footway": 0.1,
    "primary": 0.05,
}
_FOOTWAY = list(_KINDS).index("footway")
_STREETS_PER_NAME = 40


class _City(NamedTuple):
    """Streets, each from one junction to another.

    Attributes
    ----------
    place : (n, 2) int32
        Junctions, then shape nodes: lon, lat in 1e-7 degrees.
    refs : (r,) int32
        The nodes along every street, one street after another.
    start : (m + 1,) int64
        Street i runs through ``refs[start[i]:start[i + 1]]``.
    kind : (m,) int64
        Place in `_KINDS`.
    one_way : (m,) bool
    """

    place: NDArray[np.int32]
    refs: NDArray[np.int32]
    start: NDArray[np.int64]
    kind: NDArray[np.int64]
    one_way: NDArray[np.bool_]


def make_ways(nodes: int = 200_000, *, seed: int = 0) -> Ways:
    """Return a city's streets.

    Parameters
    ----------
    nodes : int
        Junctions: the nodes of the graph that is compiled from them. Shape nodes come on top, one for every
        second street.
    seed : int

    Returns
    -------
    Ways
        One for each street, about 1.28 times as many as junctions. All can be walked, by e-bike all but one
        in fifty; every ninth is one-way. By either, one gets from everywhere to everywhere.
    """
    rng = np.random.default_rng(seed)
    city = _city(rng, nodes, _SHAPES_PER_STREET)
    highways = list(_KINDS)
    names = tuple(_name(number) for number in range(len(city.kind) // _STREETS_PER_NAME + 1))
    return Ways(
        node_lon=city.place[:, 0].copy(),
        node_lat=city.place[:, 1].copy(),
        refs=city.refs,
        way_start=city.start,
        highway=np.array([HIGHWAYS.index(highway) for highway in highways], np.uint8)[city.kind],
        name=(np.arange(len(city.kind)) // _STREETS_PER_NAME).astype(np.int32),
        names=names,
        travel={profile: _travel(profile, city) for profile in STREET_PROFILES},
        barrier=np.zeros(0, np.int32),
        barrier_closed=np.zeros(0, np.uint8),
    )


def write_extract(path: Path, nodes: int = 1_000_000, *, seed: int = 0) -> None:
    """Write a city's streets as .osm.pbf: so many nodes, in 0.28 times as many ways."""
    rng = np.random.default_rng(seed)
    junctions = int(nodes * _JUNCTIONS)
    city = _city(rng, junctions, nodes - junctions)
    highways = list(_KINDS)
    with osmium.SimpleWriter(path, overwrite=True) as writer:
        for number, place in enumerate((city.place / DEGREE).tolist(), 1):
            writer.add_node(Node(id=number, location=place))
        streets = zip(pairwise(city.start.tolist()), city.kind.tolist(), city.one_way.tolist(), strict=True)
        refs = (city.refs + 1).tolist()
        for number, ((first, last), kind, one_way) in enumerate(streets):
            tags = {"highway": highways[kind], "name": _name(number // _STREETS_PER_NAME)}
            writer.add_way(Way(id=number + 1, nodes=refs[first:last], tags=tags | _ONE_WAY[one_way]))


_ONE_WAY: dict[bool, dict[str, str]] = {False: {}, True: {"oneway": "yes"}}


def _name(number: int) -> str:
    return f"合成{number}路"


def _travel(profile: str, city: _City) -> Travel:
    """Return how a profile travels the streets, by the rules the program itself reads."""
    rules = [
        [travel(profile, {"highway": highway, **tags}) for tags in _ONE_WAY.values()] for highway in _KINDS
    ]
    direction, speed = np.array(rules)[city.kind, city.one_way.astype(int)].T
    return Travel(direction.astype(np.uint8), speed.astype(np.float32))


def _city(rng: np.random.Generator, junctions: int, shapes: float) -> _City:
    """Return a city with so many shape nodes, or, below 1, so many for each street."""
    side_m = (junctions / _JUNCTIONS_PER_M2) ** 0.5
    at_m = rng.uniform(-side_m / 2, side_m / 2, (junctions, 2))
    ends, length_m = _neighbours(at_m)
    count = round(shapes * len(ends)) if shapes < 1 else int(shapes)
    counts = np.bincount(rng.integers(0, len(ends), count), minlength=len(ends))
    place_m, refs, start = _shaped(rng, at_m, ends, counts)
    # A tree that only people on foot could climb, or one way only, would shut cyclists in.
    spare = _spare(ends, length_m, junctions)
    kind = rng.choice(len(_KINDS), len(ends), p=list(_KINDS.values()))
    return _City(
        place=np.rint((place_m / _DEGREE_M + _MIDDLE) * DEGREE).astype(np.int32),
        refs=refs,
        start=start,
        kind=np.where(spare | (kind != _FOOTWAY), kind, 0),
        one_way=spare & (rng.random(len(ends)) < 0.5),
    )


def _neighbours(at_m: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the pairs (m, 2) of points to which no third is nearer than they to each other, and lengths."""
    corners = Delaunay(at_m).simplices
    sides = np.sort(corners[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2))
    pairs = np.column_stack(np.divmod(np.unique(_key(sides.T, len(at_m))), len(at_m)))
    length_m = np.hypot(*(at_m[pairs[:, 0]] - at_m[pairs[:, 1]]).T)
    away_m, third = cKDTree(at_m).query(at_m, _NEIGHBOURS)
    between = np.zeros(len(pairs), bool)
    for k in range(1, third.shape[1]):
        other = third[pairs[:, 0], k]
        other_m = np.hypot(*(at_m[other] - at_m[pairs[:, 1]]).T)
        between |= (away_m[pairs[:, 0], k] < length_m) & (other_m < length_m) & (other != pairs[:, 1])
    return pairs[~between].astype(np.int32), length_m[~between]


def _spare(ends: NDArray[np.int32], length_m: NDArray[np.float64], junctions: int) -> NDArray[np.bool_]:
    """Return which streets are not in the shortest tree that joins all junctions."""
    graph = coo_array((length_m, ends.T), shape=(junctions, junctions)).tocsr()
    tree = minimum_spanning_tree(graph).tocoo()
    return ~np.isin(_key(ends.T, junctions), _key(np.sort([tree.row, tree.col], axis=0), junctions))


def _key(ends: NDArray, junctions: int) -> NDArray[np.int64]:
    return ends[0].astype(np.int64) * junctions + ends[1]


def _shaped(
    rng: np.random.Generator, at_m: NDArray[np.float64], ends: NDArray[np.int32], counts: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.int64]]:
    """Return the places of junctions and of shape nodes beside the straight lines, refs, and starts."""
    start = np.concatenate([[0], np.cumsum(counts + 2)])
    street = np.repeat(np.arange(len(ends)), counts)
    within = np.arange(len(street)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = ((within + 1) / (counts[street] + 1))[:, None]
    along_m = at_m[ends[street, 1]] - at_m[ends[street, 0]]
    aside = rng.uniform(-_BEND, _BEND, len(street))[:, None] * along_m[:, ::-1] * (1, -1)
    place_m = np.concatenate([at_m, at_m[ends[street, 0]] + share * along_m + aside])
    refs = np.empty(start[-1], np.int32)
    refs[start[:-1]], refs[start[1:] - 1] = ends.T
    refs[start[street] + 1 + within] = len(at_m) + np.arange(len(street))
    return place_m, refs, start
