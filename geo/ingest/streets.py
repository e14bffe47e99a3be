"""The streets of an OpenStreetMap extract, for `geo.network.compile` to make a graph of.

The file is read twice: first its nodes, in C++ but for those with a barrier, then its streets. Memory holds
16 bytes for every node of the file (32 while the table grows), and some 60 for every node of a street.
"""

from array import array
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import osmium

from geo.errors import FileError
from geo.ingest.osm_file import OsmFile, data_at, open_osm, read_objects
from geo.ingest.street_ways import Drawn, Manner, join_ways
from geo.model.profiles import HIGHWAYS, NODE_KEYS, WAY_KEYS, closed, travel
from geo.model.streets import DEGREE, STREET_PROFILES, Ways

__all__ = ["Extract", "read_streets"]

_NAME_KEYS = ("name:zh", "name", "ref")


class Extract(NamedTuple):
    """What an extract holds.

    Parameters
    ----------
    ways : Ways
    data_at : str or None
        The moment up to which the extract is complete (ISO 8601), None if it does not say.
    bounds : tuple of float
        West, south, east, north of the streets' nodes; WGS-84 degrees.
    """

    ways: Ways
    data_at: str | None
    bounds: tuple[float, float, float, float]


def read_streets(
    path: str | Path, *, max_bytes: int | None = None, progress: Callable[[float], None] | None = None
) -> Extract:
    """Read every street that anyone of `STREET_PROFILES` may travel.

    A street's name is its ``name:zh``, else its ``name``, else its ``ref`` (the number of a road). Where the
    extract lacks nodes of a way, as it does where it was clipped, the way is cut there, and its parts of two
    nodes and more are kept. Nodes that a way repeats at once count once.

    Parameters
    ----------
    path : str or Path
        An .osm.pbf file.
    max_bytes : int, optional
        Refuse a larger file, before any of it is read.
    progress : callable, optional
        Told, now and then, what share of the work (0 to 1) is done.

    Raises
    ------
    FileError
        Missing, too large, not a PBF, truncated, damaged, without streets, of data that was never uploaded
        (negative numbers), or with nodes that are nowhere on earth.
    """
    path = Path(path)
    tell = progress or (lambda share: None)
    table = osmium.index.create_map("sparse_mem_array")
    locations = osmium.NodeLocationsForWays(table)
    locations.ignore_errors()
    with open_osm(path, max_bytes=max_bytes) as source:
        moment = data_at(source)
        barriers = _read_barriers(source, locations, lambda share: tell(share / 2))
        drawn = _read_ways(source, locations, lambda share: tell((1 + share) / 2))
    ways = join_ways(drawn, barriers, table, file=path.name)
    if not len(ways):
        raise FileError(
            "“%(file)s”里没有可以步行或骑行的街道;请确认它是 OSM 的提取文件,而且含有 highway 道路及其节点",
            file=path.name,
        )
    return Extract(ways, moment, _bounds(ways))


def _read_barriers(
    source: OsmFile, locations: osmium.BaseHandler, progress: Callable[[float], None]
) -> dict[int, int]:
    """Fill the table of locations; return for whom nodes are closed, as bits, by the nodes' numbers."""
    barriers = {}
    some_barrier = osmium.filter.KeyFilter(*NODE_KEYS)
    for node in read_objects(source, osmium.osm.NODE, locations, some_barrier, progress=progress):
        tags = dict(node.tags)
        bits = sum(closed(profile, tags) << bit for bit, profile in enumerate(STREET_PROFILES))
        if bits:
            barriers[node.id] = bits
    return barriers


def _read_ways(source: OsmFile, locations: osmium.BaseHandler, progress: Callable[[float], None]) -> Drawn:
    drawn = Drawn(array("q"), array("i"), array("i"), array("i"), [], {})
    manners: dict[frozenset[tuple[str, str]], int] = {}
    streets = osmium.filter.KeyFilter("highway")
    # Ways pass the locations once more: that sorts the table where the nodes of the file are not.
    for way in read_objects(source, osmium.osm.WAY, locations, streets, progress=progress):
        tags = dict(way.tags)
        about = frozenset(item for item in tags.items() if item[0] in WAY_KEYS)
        manner = manners.get(about)
        if manner is None:
            manner = manners[about] = _add_manner(drawn.manners, dict(about))
        if manner >= 0:
            drawn.add([node.ref for node in way.nodes], manner, _name(tags))
    return drawn


def _add_manner(manners: list[Manner], tags: dict[str, str]) -> int:
    travels = tuple(travel(profile, tags) for profile in STREET_PROFILES)
    if not any(direction for direction, _ in travels):
        return -1
    manners.append(Manner(HIGHWAYS.index(tags["highway"]), travels))
    return len(manners) - 1


def _name(tags: dict[str, str]) -> str:
    return next((name for key in _NAME_KEYS if (name := tags.get(key, "").strip())), "")


def _bounds(ways: Ways) -> tuple[float, float, float, float]:
    return tuple(
        int(edge) / DEGREE
        for edge in (ways.node_lon.min(), ways.node_lat.min(), ways.node_lon.max(), ways.node_lat.max())
    )
