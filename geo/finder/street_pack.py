"""The streets of a city for a phone: which set of streets, in how many blocks, and where the stations stand.

A phone that has them measures ways itself, without network, and to nobody. What it asks for tells:

- the city, as its station pack does;
- where a city's streets take more than `BLOCK_BYTES`, the number of a block: that the person means a place
  within an area some kilometres wide, whose bounds the index publishes; never a position. A city in one block
  (all of 济南 takes half of the limit) tells nothing more by it.

**Coordinates.** Streets are public: OpenStreetMap publishes them in WGS-84. But a place on a street whose
true course is known is itself a true position. So that stations are given away no better than the settings
allow, everything in a pack is in the public coordinate system, streets too (the phone moves its own position
there). A station's place on a street is told to a decimetre, which is the precision of six decimals; where
the settings allow fewer, what is snapped is its *published* door, moved to that system and rounded. Lengths
are those of the graph in any case.
"""

import gzip
import hashlib
from collections.abc import Iterator, Mapping
from threading import Lock
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from geo.crs import Crs, from_wgs84, to_wgs84
from geo.errors import NotFoundError
from geo.finder.cities import find_city, rows_of_city
from geo.finder.streets import SNAP_LIMIT_M, graph_of
from geo.model.streets import STREET_PROFILES
from geo.network.graph import Graph, Positions
from geo.registry.nearest import Index
from geo.registry.snapshot import Snapshot
from geo.registry.streets import StreetSet

__all__ = ["BLOCK_BYTES", "Body", "StreetPack", "street_pack"]

BLOCK_BYTES = 300_000
"""A block takes no more than this, compressed."""

# Bounds of what blocks cover end on a grid: a new station at the rim moves no block.
_GRID_DEG = 0.05
_DECIMALS = 6
"""What a decimetre is worth: more exact a pack is not."""


class Body(NamedTuple):
    """One file of a pack: compressed by gzip, and a name for what it holds."""

    digest: str
    zipped: bytes


class StreetPack(NamedTuple):
    """The streets of a city.

    Attributes
    ----------
    index : dict
        To be given as JSON: ``format``, ``version``, ``city``, ``crs``, ``attribution``, ``data_at``, and
        ``blocks``, each with ``inner`` (west, south, east, north of where ways begin, degrees in ``crs``),
        ``reach_m`` (how long, by profile, the ways are that it holds whole; null: any length) and the digests
        of its ``streets`` and ``stands``.
    streets, stands : tuple of Body
        For each block, see `geo.network.pack` and `geo.network.pack_stands`.
    """

    index: dict[str, Any]
    streets: tuple[Body, ...]
    stands: tuple[Body, ...]


def street_pack(index: Index, city: str, *, name: str, crs: Crs, decimals: int) -> StreetPack:
    """Return the streets of a city; made once for each state of the registry, the streets once for all.

    Of several street sets that counts on which most of the city's stations lie, then the smallest.

    Parameters
    ----------
    city : str
        Its code, see `geo.finder.cities`.
    name : str
        The registry's.
    crs, decimals
        What the public may download.

    Raises
    ------
    NotFoundError
        No such city, or no streets of it at hand.
    """
    key = (city, name, crs, decimals, BLOCK_BYTES)
    with _lock:
        held = _packs.setdefault(index, {})
    if key not in held:
        # Made twice at worst, when two threads ask first: never wrong, and nobody waits for a lock.
        held[key] = _made(index, find_city(index.snapshot, city, name).code, crs, decimals)
    return held[key]


_lock = Lock()
_packs: WeakKeyDictionary[Index, dict[tuple, StreetPack]] = WeakKeyDictionary()
# Kept as long as their graph: registries change much more often than streets.
_cut: WeakKeyDictionary[Graph, dict[tuple, tuple["_Block", ...]]] = WeakKeyDictionary()


def _made(index: Index, city: str, crs: Crs, decimals: int) -> StreetPack:
    from geo.network.pack_blocks import REACH_M

    rows = rows_of_city(index.snapshot, city)
    lon, lat = _published_doors(index.snapshot, rows, crs, decimals)
    streets, graph = _chosen(index, city, lon, lat)
    blocks = _blocks(graph, _around(lon, lat, max(REACH_M.values())), crs, BLOCK_BYTES)
    codes = index.snapshot.codes[rows]
    stands = _stands(graph, lon, lat)
    bodies = tuple(_stand_body(graph, block, codes, stands) for block in blocks)
    listed = [
        block.about | {"streets": block.body.digest, "stands": body.digest}
        for block, body in zip(blocks, bodies, strict=True)
    ]
    about = {"format": "yizhan-street-index", "version": 1, "city": city, "crs": crs.value}
    about |= {"attribution": streets.attribution, "data_at": streets.data_at, "blocks": listed}
    return StreetPack(about, tuple(block.body for block in blocks), bodies)


def _published_doors(
    snapshot: Snapshot, rows: NDArray[np.int64], crs: Crs, decimals: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where the public may know stations' doors to be, in WGS-84 degrees."""
    lon, lat = (column[rows] for column in snapshot.doors())
    if decimals >= _DECIMALS:
        return lon, lat
    x, y = from_wgs84(lon, lat, crs)
    return to_wgs84(np.round(x, decimals), np.round(y, decimals), crs)


def _chosen(
    index: Index, city: str, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[StreetSet, Graph]:
    def rank(item: StreetSet) -> tuple[int, float, str]:
        held = (lon >= item.west) & (lon <= item.east) & (lat >= item.south) & (lat <= item.north)
        return -int(held.sum()), (item.east - item.west) * (item.north - item.south), item.name

    for item in sorted(index.snapshot.streets, key=rank):
        if rank(item)[0] < 0 and (graph := graph_of(index, item)) is not None:
            return item, graph
    raise NotFoundError(
        "代码为 %(code)s 的城市还没有街道数据:要由管理员执行 yizhan load streets 导入", code=city
    )


def _around(lon: NDArray[np.float64], lat: NDArray[np.float64], metres: float) -> tuple[float, ...]:
    """Return bounds (west, south, east, north) outside which no station is within so many metres."""
    from geo.network.pack_blocks import Box

    west, south, east, north = Box(lon.min(), lat.min(), lon.max(), lat.max()).grown(metres)
    low = (float(np.floor(value / _GRID_DEG) * _GRID_DEG) for value in (west, south))
    high = (float(np.ceil(value / _GRID_DEG) * _GRID_DEG) for value in (east, north))
    return (*low, *high)


class _Block(NamedTuple):
    """A block's edges, its file, whether it is all of the streets, and what the index says of it."""

    edges: NDArray[np.int32]
    body: Body
    whole: bool
    about: dict[str, Any]


def _blocks(graph: Graph, bounds: tuple[float, ...], crs: Crs, most_bytes: int) -> tuple[_Block, ...]:
    key = (bounds, crs, most_bytes)
    with _lock:
        held = _cut.setdefault(graph, {})
    if key not in held:
        held[key] = tuple(_cut_blocks(graph, bounds, crs, most_bytes))
    return held[key]


def _cut_blocks(graph: Graph, bounds: tuple[float, ...], crs: Crs, most_bytes: int) -> Iterator[_Block]:
    from geo.network.pack import pack_streets
    from geo.network.pack_blocks import REACH_M, Box, cut_blocks

    for block in cut_blocks(graph, Box(*bounds), most_bytes):
        share = block.share
        reach_m = None if share is None else {name: round(share * metres) for name, metres in REACH_M.items()}
        about = {"inner": _shown(block.inner, crs), "reach_m": reach_m}
        yield _Block(block.edges, _body(pack_streets(graph, block.edges, crs=crs)), share is None, about)


def _shown(bounds: tuple[float, ...], crs: Crs) -> list[float]:
    west, south, east, north = bounds
    lon, lat = from_wgs84([west, east], [south, north], crs)
    return [round(float(value), _DECIMALS) for value in (lon[0], lat[0], lon[1], lat[1])]


def _stands(graph: Graph, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> dict[str, Positions]:
    from geo.network.snap import snap

    return {profile: snap(graph, profile, lon, lat, limit_m=SNAP_LIMIT_M) for profile in STREET_PROFILES}


def _stand_body(
    graph: Graph, block: _Block, codes: NDArray[np.bytes_], stands: Mapping[str, Positions]
) -> Body:
    """Return the stands of a block: of all stations, off the network too, or of those on its edges alone."""
    from geo.network.pack_stands import pack_stands

    kept = np.full(len(codes), block.whole)
    for positions in stands.values():
        kept |= np.isin(positions.edge, block.edges)
    chosen = {profile: Positions(*(column[kept] for column in item)) for profile, item in stands.items()}
    names = [code.decode() for code in codes[kept].tolist()]
    return _body(pack_stands(graph, block.edges, names, chosen, streets=block.body.digest))


def _body(plain: bytes) -> Body:
    return Body(hashlib.sha256(plain).hexdigest()[:16], gzip.compress(plain, 9, mtime=0))
