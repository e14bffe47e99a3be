"""A small town of streets, written as an OpenStreetMap extract, whose every distance can be told."""

from pathlib import Path
from typing import NamedTuple

import networkx as nx
import osmium
from pyproj import Geod

__all__ = ["Town"]

GEOD = Geod(ellps="WGS84")
STEP = 0.002
SIDE = 6
# Between these two columns runs a river: one row of streets crosses it, the northernmost of six.
RIVER = (2, 3)

_MOST = 100

Corner = tuple[int, int]


class Town(NamedTuple):
    """A grid of 6 x 6 crossings, streets of 180 x 220 m between them, parted by a river with one bridge.

    ``west`` and ``south`` are degrees of the corner; crossings are counted from there, east and north. A
    town of another ``side`` has the same crossings, fewer or more of them; ``bridge`` is the row that crosses
    the river, None when no row does.
    """

    west: float = 113.600
    south: float = 34.700
    side: int = SIDE
    bridge: int | None = SIDE - 1

    def spot(self, i: float, j: float) -> tuple[float, float]:
        """Return lon, lat of a crossing, or of a place between crossings."""
        return self.west + i * STEP, self.south + j * STEP

    def streets(self) -> list[tuple[Corner, Corner, str]]:
        """Return every piece of street between two crossings, and its name."""
        across = [
            ((i, j), (i + 1, j), f"东西{j}街")
            for i in range(self.side - 1)
            for j in range(self.side)
            if (i, i + 1) != RIVER or j == self.bridge
        ]
        along = [((i, j), (i, j + 1), f"南北{i}路") for i in range(self.side) for j in range(self.side - 1)]
        return across + along

    def write(self, path: Path) -> Path:
        """Write the town as an extract."""
        with osmium.SimpleWriter(str(path)) as writer:
            for i in range(self.side):
                for j in range(self.side):
                    writer.add_node(osmium.osm.mutable.Node(id=_node((i, j)), location=self.spot(i, j)))
            for number, (a, b, name) in enumerate(self.streets(), 1):
                tags = {"highway": "residential", "name": name}
                writer.add_way(osmium.osm.mutable.Way(id=number, nodes=[_node(a), _node(b)], tags=tags))
        return path

    def metres(self, start: Corner, end: Corner) -> float:
        """Return the way on foot between two crossings."""
        graph = nx.Graph()
        for a, b, _ in self.streets():
            graph.add_edge(a, b, weight=GEOD.inv(*self.spot(*a), *self.spot(*b))[2])
        return nx.shortest_path_length(graph, start, end, weight="weight")


def _node(corner: Corner) -> int:
    return 1 + corner[0] * _MOST + corner[1]
