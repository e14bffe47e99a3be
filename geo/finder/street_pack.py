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

**Cities taken together** (`geo.finder.cities`) have the blocks of each, and in every block the stations of
all: near a border a way leads over it as far as the block's streets do.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from geo.crs import Crs, from_wgs84, to_wgs84
from geo.errors import NotFoundError
from geo.finder.cities import find_city, parts_of, rows_of_city
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

# A country's cities are asked for by turns, and a large one takes megabytes.
_KEPT_CITIES, _KEPT_FILES = 32, 128

# Counted up when the same streets are packed otherwise: then their files have other names.
_PACKED = 1


@dataclass(frozen=True)
class Body:
    """One file of a pack: a name for what it holds, and what makes it.

    A large city has a hundred blocks, each a second's work; it is done for those that are asked for.
    """

    digest: str
    make: Callable[[], bytes] = field(compare=False, repr=False)

    @property
    def zipped(self) -> bytes:
        """The file, compressed by gzip."""
        return _held(_zipped, self.digest, lambda: gzip.compress(self.make(), 9, mtime=0), most=_KEPT_FILES)


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
        held = _packs.setdefault(index.bare, OrderedDict())
    return _held(held, key, lambda: _made(index, find_city(index.snapshot, city, name).code, crs, decimals))


_Made = TypeVar("_Made")

_lock = Lock()
_packs: WeakKeyDictionary[Index, OrderedDict[Hashable, StreetPack]] = WeakKeyDictionary()
_zipped: OrderedDict[Hashable, bytes] = OrderedDict()
# Kept as long as their graph: registries change much more often than streets.
_cut: WeakKeyDictionary[Graph, OrderedDict[Hashable, tuple["_Block", ...]]] = WeakKeyDictionary()


def _held(
    held: OrderedDict[Hashable, _Made], key: Hashable, make: Callable[[], _Made], most: int = _KEPT_CITIES
) -> _Made:
    """Return what was made under a key; what was asked for last is held."""
    with _lock:
        if key in held:
            held.move_to_end(key)
            return held[key]
    # Made twice at worst, when two threads ask first: never wrong, and nobody waits for a lock.
    made = make()
    with _lock:
        held[key] = made
        while len(held) > most:
            held.popitem(last=False)
    return made


class _Part(NamedTuple):
    """The streets of one of the cities taken together, the blocks they add, and its stations' rows."""

    streets: StreetSet
    graph: Graph
    blocks: tuple["_Block", ...]
    rows: NDArray[np.int64]


def _made(index: Index, city: str, crs: Crs, decimals: int) -> StreetPack:
    from geo.network.pack import pack_streets

    rows = rows_of_city(index.snapshot, city)
    doors = _published_doors(index.snapshot, rows, crs, decimals)
    parts = _parts(index, city, crs, decimals)
    files: list[Body] = []
    bodies: list[Body] = []
    for part in parts:
        files += [
            Body(block.digest, partial(pack_streets, part.graph, block.edges, crs=crs))
            for block in part.blocks
        ]
        stands = _stands(part.graph, *doors)
        # That no street leads to a neighbour's station is known within the bounds of the streets alone.
        told = np.isin(rows, part.rows) | _within(part.streets, *doors)
        bodies += [
            _stand_body(part.graph, block, index.snapshot.codes[rows], stands, told) for block in part.blocks
        ]
    blocks = [block for part in parts for block in part.blocks]
    listed = [
        block.about | {"streets": block.digest, "stands": body.digest}
        for block, body in zip(blocks, bodies, strict=True)
    ]
    about = {"format": "yizhan-street-index", "version": 1, "city": city, "crs": crs.value}
    about |= {
        "attribution": ", ".join(dict.fromkeys(part.streets.attribution for part in parts)),
        # The oldest of several: nothing is newer than it is said to be.
        "data_at": min((part.streets.data_at for part in parts if part.streets.data_at), default=None),
        "blocks": listed,
    }
    return StreetPack(about, tuple(files), tuple(bodies))


def _parts(index: Index, city: str, crs: Crs, decimals: int) -> list[_Part]:
    """Return the parts of the cities that are taken together, as far as they have streets."""
    from geo.network.pack_blocks import REACH_M

    found: list[_Part] = []
    seen: set[str] = set()
    for code in parts_of(city):
        rows = rows_of_city(index.snapshot, code)
        lon, lat = _published_doors(index.snapshot, rows, crs, decimals)
        chosen = _chosen(index, lon, lat)
        if chosen is not None:
            blocks = _blocks(*chosen, _around(lon, lat, max(REACH_M.values())), crs)
            # Small enough not to be cut, streets are the same for all cities on them.
            new = tuple(block for block in blocks if block.digest not in seen)
            seen |= {block.digest for block in new}
            found.append(_Part(*chosen, new, rows))
    if not found:
        raise NotFoundError(
            "代码为 %(code)s 的城市还没有街道数据:要由管理员执行 yizhan load streets 导入", code=city
        )
    return found


def _published_doors(
    snapshot: Snapshot, rows: NDArray[np.int64], crs: Crs, decimals: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where the public may know stations' doors to be, in WGS-84 degrees."""
    lon, lat = (column[rows] for column in snapshot.doors())
    if decimals >= _DECIMALS:
        return lon, lat
    x, y = from_wgs84(lon, lat, crs)
    return to_wgs84(np.round(x, decimals), np.round(y, decimals), crs)


def _within(streets: StreetSet, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which places lie within the bounds of a street set."""
    return (lon >= streets.west) & (lon <= streets.east) & (lat >= streets.south) & (lat <= streets.north)


def _chosen(
    index: Index, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[StreetSet, Graph] | None:
    def rank(item: StreetSet) -> tuple[int, float, str]:
        size = (item.east - item.west) * (item.north - item.south)
        return -int(_within(item, lon, lat).sum()), size, item.name

    for item in sorted(index.snapshot.streets, key=rank):
        if rank(item)[0] < 0 and (graph := graph_of(index, item)) is not None:
            return item, graph
    return None


def _around(lon: NDArray[np.float64], lat: NDArray[np.float64], metres: float) -> tuple[float, ...]:
    """Return bounds (west, south, east, north) outside which no station is within so many metres."""
    from geo.network.pack_blocks import Box

    west, south, east, north = Box(lon.min(), lat.min(), lon.max(), lat.max()).grown(metres)
    low = (float(np.floor(value / _GRID_DEG) * _GRID_DEG) for value in (west, south))
    high = (float(np.ceil(value / _GRID_DEG) * _GRID_DEG) for value in (east, north))
    return (*low, *high)


class _Block(NamedTuple):
    """A block's edges, the name of its file, whether it is all of the streets, and what the index says of it.

    It does not hold the graph, as long as which it is kept.
    """

    edges: NDArray[np.int32]
    digest: str
    whole: bool
    about: dict[str, Any]


def _blocks(streets: StreetSet, graph: Graph, bounds: tuple[float, ...], crs: Crs) -> tuple[_Block, ...]:
    most_bytes = BLOCK_BYTES
    with _lock:
        held = _cut.setdefault(graph, OrderedDict())
    key = (bounds, crs, most_bytes)
    return _held(held, key, lambda: tuple(_cut_blocks(streets.digest, graph, bounds, crs, most_bytes)))


def _cut_blocks(
    graph_digest: str, graph: Graph, bounds: tuple[float, ...], crs: Crs, most_bytes: int
) -> Iterator[_Block]:
    from geo.network.pack_blocks import REACH_M, Box, cut_blocks

    for block in cut_blocks(graph, Box(*bounds), most_bytes):
        share = block.share
        reach_m = None if share is None else {name: round(share * metres) for name, metres in REACH_M.items()}
        about = {"inner": _shown(block.inner, crs), "reach_m": reach_m}
        # What a file holds follows from this: it has its name before it is made.
        of = f"{_PACKED} {graph_digest} {crs.value} ".encode() + block.edges.tobytes()
        yield _Block(block.edges, _digest(of), share is None, about)


def _shown(bounds: tuple[float, ...], crs: Crs) -> list[float]:
    west, south, east, north = bounds
    lon, lat = from_wgs84([west, east], [south, north], crs)
    return [round(float(value), _DECIMALS) for value in (lon[0], lat[0], lon[1], lat[1])]


def _stands(graph: Graph, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> dict[str, Positions]:
    from geo.network.snap import snap

    return {profile: snap(graph, profile, lon, lat, limit_m=SNAP_LIMIT_M) for profile in STREET_PROFILES}


def _stand_body(
    graph: Graph,
    block: _Block,
    codes: NDArray[np.bytes_],
    stands: Mapping[str, Positions],
    told: NDArray[np.bool_],
) -> Body:
    """Return the stands of a block: of those told of, off the network too, or of those on its edges alone."""
    from geo.network.pack_stands import pack_stands

    kept = told & block.whole
    for positions in stands.values():
        kept |= np.isin(positions.edge, block.edges)
    chosen = {profile: Positions(*(column[kept] for column in item)) for profile, item in stands.items()}
    names = [code.decode() for code in codes[kept].tolist()]
    return _body(pack_stands(graph, block.edges, names, chosen, streets=block.digest))


def _body(plain: bytes) -> Body:
    return Body(_digest(plain), lambda: plain)


def _digest(plain: bytes) -> str:
    return hashlib.sha256(plain).hexdigest()[:16]
