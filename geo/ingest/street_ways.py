"""Ways as they were read, by the numbers OpenStreetMap gives nodes, joined into `Ways`."""

from array import array
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import osmium
from numpy.typing import NDArray

from geo.errors import FileError
from geo.model.streets import STREET_PROFILES, Travel, Ways

__all__ = ["Drawn", "Manner", "join_ways"]

_MISSING = np.iinfo(np.int32).max


class Manner(NamedTuple):
    """How ways of the same tags are travelled.

    Parameters
    ----------
    highway : int
        Place in `geo.model.profiles.HIGHWAYS`.
    travels : tuple
        For each of `STREET_PROFILES` what `geo.model.profiles.travel` says.
    """

    highway: int
    travels: tuple[tuple[int, float], ...]


class Drawn(NamedTuple):
    """Ways in the order of the file; grows by `add`.

    Parameters
    ----------
    refs : array of int64
        The numbers of the nodes along every way, one way after another.
    sizes, manner, name : array of int32
        For every way: how many of them are its own; its place in ``manners``; its name's in ``names``, or -1.
    manners : list of Manner
    names : dict
        The place of each name.
    """

    refs: array
    sizes: array
    manner: array
    name: array
    manners: list[Manner]
    names: dict[str, int]

    def add(self, refs: list[int], manner: int, name: str) -> None:
        """Append a way; an empty name is none."""
        self.refs.extend(refs)
        self.sizes.append(len(refs))
        self.manner.append(manner)
        self.name.append(self.names.setdefault(name, len(self.names)) if name else -1)


def join_ways(
    drawn: Drawn, barriers: Mapping[int, int], locations: osmium.index.LocationTable, *, file: str
) -> Ways:
    """Return the ways over numbered nodes that have a place.

    Parameters
    ----------
    drawn : Drawn
    barriers : mapping
        For whom nodes are closed, as bits, by the nodes' numbers.
    locations : LocationTable
        By the nodes' numbers; nodes that are missing in the file are missing here.
    file : str
        What to call the file in messages.

    Raises
    ------
    FileError
        A negative number, or a node outside the world.
    """
    number, place = np.unique(np.frombuffer(drawn.refs, np.int64), return_inverse=True)
    lon, lat = _locate(number, locations, file)
    pieces = _cut(place, np.frombuffer(drawn.sizes, np.int32), lon != _MISSING)
    used, refs = np.unique(pieces.refs, return_inverse=True)
    manner = np.frombuffer(drawn.manner, np.int32)[pieces.way]
    return Ways(
        node_lon=lon[used],
        node_lat=lat[used],
        refs=refs.astype(np.int32),
        way_start=np.concatenate([[0], np.cumsum(pieces.sizes)]),
        highway=np.array([one.highway for one in drawn.manners], np.uint8)[manner],
        name=np.frombuffer(drawn.name, np.int32)[pieces.way],
        names=tuple(drawn.names),
        travel=_travel(drawn.manners, manner),
        **_closed(number[used], barriers),
    )


def _locate(
    number: NDArray[np.int64], locations: osmium.index.LocationTable, file: str
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return longitude and latitude in 1e-7 degrees, `_MISSING` for nodes that are not in the file."""
    if len(number) and number[0] < 0:
        raise FileError(
            "“%(file)s”里有编号为负的节点 %(node)s,是还没有上传到 OpenStreetMap 的数据;"
            "请先用 osmium renumber 重新编号",
            file=file,
            node=int(number[0]),
        )
    lon, lat = array("i"), array("i")
    for node in number.tolist():
        try:
            place = locations.get(node)
        except KeyError:
            lon.append(_MISSING)
            lat.append(_MISSING)
            continue
        if not place.valid():
            raise FileError(
                "“%(file)s”里节点 %(node)s 的坐标不在地球上;请确认它是 WGS-84 坐标的 OSM 提取文件",
                file=file,
                node=node,
            )
        lon.append(place.x)
        lat.append(place.y)
    return np.frombuffer(lon, np.int32), np.frombuffer(lat, np.int32)


class _Pieces(NamedTuple):
    """Ways without their gaps: nodes, then for each piece how many are its own and which way it is of."""

    refs: NDArray[np.int64]
    sizes: NDArray[np.int64]
    way: NDArray[np.int64]


def _cut(place: NDArray[np.int64], sizes: NDArray[np.int32], there: NDArray[np.bool_]) -> _Pieces:
    """Cut ways where nodes are not there, drop nodes repeated at once, and pieces of fewer than two."""
    way = np.repeat(np.arange(len(sizes)), sizes)
    kept = there[place]
    begins = np.ones(len(place), bool)
    begins[1:] = (way[1:] != way[:-1]) | ~kept[:-1]
    piece = np.cumsum(begins)
    repeated = np.zeros(len(place), bool)
    repeated[1:] = ~begins[1:] & (place[1:] == place[:-1])
    kept &= ~repeated
    kept &= np.bincount(piece[kept], minlength=piece[-1] + 1 if len(piece) else 0)[piece] >= 2
    _, first, counts = np.unique(piece[kept], return_index=True, return_counts=True)
    return _Pieces(place[kept], counts, way[kept][first])


def _travel(manners: list[Manner], manner: NDArray[np.int32]) -> dict[str, Travel]:
    travels = np.array([one.travels for one in manners], float).reshape(-1, len(STREET_PROFILES), 2)[manner]
    return {
        profile: Travel(travels[:, bit, 0].astype(np.uint8), travels[:, bit, 1].astype(np.float32))
        for bit, profile in enumerate(STREET_PROFILES)
    }


def _closed(number: NDArray[np.int64], barriers: Mapping[int, int]) -> dict[str, NDArray]:
    bits = np.array([barriers.get(node, 0) for node in number.tolist()], np.uint8)
    (barrier,) = np.nonzero(bits)
    return {"barrier": barrier.astype(np.int32), "barrier_closed": bits[barrier]}
