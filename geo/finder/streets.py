"""The street graphs a process has at hand: where a point lies on them, and where stations stand on it.

Kernels are imported when first needed: a registry without streets is not made to hold a compiler.
"""

import logging
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from geo.errors import FileError
from geo.model.place import Point
from geo.model.streets import STREET_PROFILES
from geo.network.graph import Graph, Position
from geo.registry.nearest import Index
from geo.registry.snapshot import Snapshot
from geo.registry.street_files import graph_path, open_graph
from geo.registry.streets import StreetSet

if TYPE_CHECKING:
    from geo.network.paths import Stops

__all__ = [
    "SNAP_LIMIT_M",
    "Located",
    "Stands",
    "graph_of",
    "locate",
    "locate_on",
    "sets_around",
    "stands_of",
    "warm",
]

SNAP_LIMIT_M = 300.0
"""Farther than this from any street a point is off the network."""

# More than the limit in degrees, up to 60 degrees of latitude.
_MARGIN_DEG = 0.006
_log = logging.getLogger(__name__)


class Located(NamedTuple):
    """A point on the streets of one set; off the network when its position has no edge."""

    streets: StreetSet
    graph: Graph
    position: Position

    @property
    def off_network(self) -> bool:
        """Whether no street is near enough."""
        return self.position.edge < 0


class Stands(NamedTuple):
    """Where the stations around one set of streets stand on it.

    Attributes
    ----------
    rows : (p,) int32
        Rows of the snapshot, ascending.
    on : (p,) bool
        Which of them a street is near enough to.
    stops : Stops
    """

    rows: NDArray[np.int32]
    on: NDArray[np.bool_]
    stops: "Stops"


def sets_around(snapshot: Snapshot, point: Point) -> list[StreetSet]:
    """Return the street sets whose bounds hold a point (WGS-84 degrees), the smallest first."""
    around = [item for item in snapshot.streets if _holds(item, point)]
    return sorted(around, key=lambda item: ((item.east - item.west) * (item.north - item.south), item.name))


def locate(index: Index, point: Point, profile: str) -> list[Located]:
    """Return where a point lies on the streets of each set around it, the smallest first.

    Sets may overlap, and the smaller one end just where the way goes on in the larger: each of them knows
    ways, and the shortest way counts, whichever set it is of.
    """
    around = ((item, graph_of(index, item)) for item in sets_around(index.snapshot, point))
    return [locate_on(item, graph, point, profile) for item, graph in around if graph is not None]


def locate_on(streets: StreetSet, graph: Graph, point: Point, profile: str) -> Located:
    """Return where a point lies on the streets of one set."""
    from geo.network.snap import snap

    lon, lat = np.array([point.lon]), np.array([point.lat])
    return Located(streets, graph, snap(graph, profile, lon, lat, limit_m=SNAP_LIMIT_M).at(0))


def graph_of(index: Index, streets: StreetSet) -> Graph | None:
    """Return the graph of a set, None (and a line in the log) where this machine does not have it."""
    if index.home is None:
        return None
    try:
        return _opened(index.home, index.snapshot, streets.digest)
    except FileError as error:
        # Not kept: the file may be there when it is asked for next.
        if streets.digest not in _missed:
            _missed.add(streets.digest)
            _log.warning("streets are registered that cannot be used here: %s", error)
        return None


def stands_of(index: Index, streets: StreetSet, graph: Graph, profile: str) -> Stands:
    """Return where the stations around a set stand on it; computed once for each state of the registry."""
    key = (streets.digest, profile)
    with _lock:
        held = _stands.setdefault(index.bare, {})
    if key not in held:
        # Computed twice at worst, when two threads ask first: never wrong, and nobody waits for a lock.
        held[key] = _stand(index.snapshot, streets, graph, profile)
    return held[key]


def warm(index: Index) -> None:
    """Make ready what the first questions along streets would otherwise wait for: kernels and graphs."""
    from geo.network.paths import find_way, nearest_stops

    for streets in index.snapshot.streets:
        graph = graph_of(index, streets)
        for profile in STREET_PROFILES if graph is not None else ():
            stands = stands_of(index, streets, graph, profile)
            # From a station to itself: over at once, and compiled all the same.
            for number in np.flatnonzero(stands.on)[:1].tolist():
                here = stands.stops.positions.at(number)
                nearest_stops(graph, profile, here, stands.stops, 1)
                find_way(graph, profile, here, here)


_lock = Lock()
# Said once, not with every question.
_missed: set[str] = set()
_graphs: dict[Path, Graph] = {}
_stands: WeakKeyDictionary[Index, dict[tuple[str, str], Stands]] = WeakKeyDictionary()


def _opened(home: Path, snapshot: Snapshot, digest: str) -> Graph:
    path = graph_path(home, digest)
    graph = _graphs.get(path)
    if graph is None:
        graph = open_graph(path)
        # Those replaced since are let go: a file that is open keeps its room on the disk, though deleted.
        needed = {graph_path(home, item.digest) for item in snapshot.streets}
        for other in list(_graphs):
            if other not in needed:
                _graphs.pop(other, None)
        _graphs[path] = graph
    return graph


def _holds(streets: StreetSet, point: Point) -> bool:
    return (
        streets.west - _MARGIN_DEG <= point.lon <= streets.east + _MARGIN_DEG
        and streets.south - _MARGIN_DEG <= point.lat <= streets.north + _MARGIN_DEG
    )


def _stand(snapshot: Snapshot, streets: StreetSet, graph: Graph, profile: str) -> Stands:
    from geo.network.paths import stops_on
    from geo.network.snap import snap

    lon, lat = snapshot.doors()
    rows = np.flatnonzero(
        (lon >= streets.west - _MARGIN_DEG)
        & (lon <= streets.east + _MARGIN_DEG)
        & (lat >= streets.south - _MARGIN_DEG)
        & (lat <= streets.north + _MARGIN_DEG)
    ).astype(np.int32)
    positions = snap(graph, profile, lon[rows], lat[rows], limit_m=SNAP_LIMIT_M)
    return Stands(rows, positions.edge >= 0, stops_on(graph, profile, positions))
