"""A graph out of ways: cut them into edges, measure these, and index what every profile may travel."""

from itertools import pairwise

import numba as nb
import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from geo.model.streets import BACKWARD, DEGREE, FORWARD, STREET_PROFILES, Travel, Ways
from geo.network.compile_arcs import network_of
from geo.network.compile_cells import cells_of
from geo.network.compile_edges import Cut, cut_ways, in_order, part_barriers
from geo.network.graph import Graph, pack_names

__all__ = ["compile_graph"]

_GEOD = Geod(ellps="WGS84")
_CHUNK = 1 << 18
"""Pieces measured at a time: bounds the memory used on the way."""


def compile_graph(ways: Ways) -> Graph:
    """Compile ways into a street graph.

    Parameters
    ----------
    ways : Ways
        Streets away from the 180th meridian: across it a street would run once around the earth.

    Returns
    -------
    Graph
        Its nodes are the ends of ways, nodes used more than once, and barriers, ordered along a curve through
        the city; all other nodes are shape. The same ways give the same graph.

    Notes
    -----
    A node that is closed for some profile is parted, see `geo.network.compile_edges.part_barriers`. Small
    islands are left out of a profile's network, see `geo.network.islands`. The graph of 1,000,000 junctions
    takes some seconds and a gigabyte.
    """
    cut = in_order(part_barriers(cut_ways(ways), ways), ways)
    shape_start, shape = _shapes(cut)
    lon, lat = ways.node_lon[shape], ways.node_lat[shape]
    at_m = _along(shape_start, _pieces_m(lon, lat))
    length_m = at_m[shape_start[1:] - 1]
    ends = cut.from_node.astype(np.int32), cut.to_node.astype(np.int32)
    return Graph(
        node_lon=ways.node_lon[cut.node],
        node_lat=ways.node_lat[cut.node],
        edge_from=ends[0],
        edge_to=ends[1],
        edge_length_m=length_m,
        edge_name=np.where(cut.gate, -1, ways.name[cut.way]).astype(np.int32),
        edge_highway=ways.highway[cut.way],
        shape_start=shape_start,
        shape_lon=lon,
        shape_lat=lat,
        shape_at_m=at_m,
        cells=cells_of(shape_start, lon, lat),
        names=pack_names(ways.names),
        networks={
            profile: network_of(*ends, length_m, _travel(cut, ways, bit), len(cut.node))
            for bit, profile in enumerate(STREET_PROFILES)
        },
    )


def _shapes(cut: Cut) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return where every edge's shape begins, and the nodes of `Ways` along all of them."""
    # A gate is drawn by its one node, twice.
    counts = np.maximum(cut.last - cut.first + 1, 2)
    start = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=start[1:])
    within = np.arange(start[-1]) - np.repeat(start[:-1], counts)
    return start, cut.refs[np.minimum(np.repeat(cut.first, counts) + within, np.repeat(cut.last, counts))]


def _pieces_m(lon: NDArray[np.int32], lat: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the geodesic from each point to the next, in metres; the last is 0."""
    metres = np.zeros(len(lon))
    bounds = [*range(0, max(len(lon) - 1, 0), _CHUNK), max(len(lon) - 1, 0)]
    for begin, end in pairwise(bounds):
        here, there = slice(begin, end), slice(begin + 1, end + 1)
        degrees = lon[here] / DEGREE, lat[here] / DEGREE, lon[there] / DEGREE, lat[there] / DEGREE
        metres[here] = _GEOD.inv(*degrees)[2]
    return metres


@nb.njit(cache=True)
def _along(start: NDArray[np.int64], piece_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the metres from the beginning of each edge to its points; each sum begins anew, at 0."""
    at_m = np.zeros(len(piece_m))
    for edge in range(len(start) - 1):
        for point in range(start[edge] + 1, start[edge + 1]):
            at_m[point] = at_m[point - 1] + piece_m[point - 1]
    return at_m


def _travel(cut: Cut, ways: Ways, bit: int) -> Travel:
    """Return how the profile of a bit travels edges: its gates are open where it may pass and be."""
    travel = ways.travel[STREET_PROFILES[bit]]
    direction = travel.direction[cut.way]
    opened = ((cut.closed >> bit) & 1 == 0) & (direction != 0)
    direction = np.where(cut.gate, np.where(opened, FORWARD | BACKWARD, 0), direction)
    return Travel(direction.astype(np.uint8), travel.speed_m_s[cut.way])
