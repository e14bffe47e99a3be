"""Streets as a phone gets them: what it takes to snap a place to an edge and to measure ways from there.

The body (see `geo.network.pack_body`) has this head::

    format   "yizhan-streets"
    version  1
    crs      the system of all coordinates: wgs84, cgcs2000, gcj02 or bd09
    nodes, edges, points    how many; points are those inside edges, their ends left out
    scale    [latitude0, east, slope, north], see below
    profiles {"walk": {"snap_speed_m_s": 1.15}, "ebike": ...}
    kinds    [[[direction, m/s] of each profile], ...]: bit 1 of a direction is along the edge, 2 against it

and these columns of whole numbers; a *unit* is 1e-6 degrees, "from the one before" counts from 0 at first::

    node's longitude, units from the one before         node's latitude, likewise
    edge's first node, from that of the edge before     edge's last node, from its first
    edge's kind, a place in ``kinds``                   how many points are inside the edge
    point's longitude, from its forecast                point's latitude, likewise
    edge's length in centimetres, from its forecast

**A point's forecast** lies on the straight line from the point before it to the edge's last node, as far
along as if the points still to come were evenly spaced: ``before + floor((last - before) / left)``, where
``left`` is 1 + the number of points inside from this one on.

**A length's forecast** is that of the drawn line. A piece of dx and dy units whose ends' latitudes add up to
s units has sqrt((dx (east + slope (s / 2 - latitude0)))^2 + (dy north)^2) metres; the forecast is their sum
times a hundred, plus 0.5, rounded down. So lengths are those of the graph, to a centimetre, whatever the
coordinates were rounded to and whatever system they are in.

Nodes and edges keep the graph's order: of equally near edges the phone takes the one the server takes. A
place on an edge is told in metres along its *length*; the phone stretches to it what it measures of the line.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.crs import Crs, from_wgs84
from geo.model.profiles import PROFILES
from geo.model.streets import DEGREE, STREET_PROFILES
from geo.network.graph import Graph
from geo.network.pack_body import body_of, steps
from geo.network.pack_shapes import simple_shapes

__all__ = ["TOLERANCE_M", "UNITS", "centimetres", "pack_streets", "travelled_edges"]

UNITS = 1_000_000
"""Units in a degree."""

TOLERANCE_M = 0.25
"""How far the line of a street may be beside its true course: no more than rounding costs on top."""

_PER_METRE = 100
_PROFILES = {name: {"snap_speed_m_s": PROFILES[name].snap_speed_m_s} for name in STREET_PROFILES}
_VERSION = 1

_AXIS_M = 6_378_137.0
_E2 = 0.006694379990141317
"""Semi-major axis and squared eccentricity of WGS-84."""

_UNIT = np.pi / 180 / UNITS
"""Radians in a unit."""


class _Edges(NamedTuple):
    """Some edges of a graph by nodes of their own.

    Attributes
    ----------
    node : (n,) int64
        Their nodes in the graph, ascending.
    begin, end : (m,) int64
        Places in ``node``.
    """

    node: NDArray[np.int64]
    begin: NDArray[np.int64]
    end: NDArray[np.int64]


def travelled_edges(graph: Graph) -> NDArray[np.int32]:
    """Return the edges that any profile may travel, ascending."""
    directions = [graph.networks[profile].direction for profile in STREET_PROFILES]
    return np.flatnonzero(np.bitwise_or.reduce(directions)).astype(np.int32)


def pack_streets(graph: Graph, edges: NDArray[np.int32], *, crs: Crs = Crs.WGS84) -> bytes:
    """Return some edges of a graph as a phone gets them.

    Parameters
    ----------
    edges : (m,) int32
        Of the graph, ascending; place i among them is edge i of the pack.
    crs : Crs
        The system the pack's coordinates are in.

    Returns
    -------
    bytes
        As the module describes; not yet compressed.
    """
    shapes = simple_shapes(graph, edges, TOLERANCE_M)
    part = _edges_of(graph, edges)
    node_lon, node_lat = _units(graph.node_lon[part.node], graph.node_lat[part.node], crs)
    lon, lat = _units(shapes.lon, shapes.lat, crs)
    count = np.diff(shapes.start)
    edge = np.repeat(np.arange(len(edges)), count)
    left = shapes.start[1:][edge] - np.arange(len(lon))
    inside = np.flatnonzero((left > 1) & (left < count[edge]))
    scale = _scale(node_lat)
    kinds, kind = _kinds(graph, edges)
    forecast_cm = _drawn_cm(lon, lat, edge, len(edges), scale)
    head = {"format": "yizhan-streets", "version": _VERSION, "crs": crs.value}
    head |= {"nodes": len(part.node), "edges": len(edges), "points": len(inside)}
    head |= {"scale": scale, "profiles": _PROFILES, "kinds": kinds}
    columns = [
        steps(node_lon),
        steps(node_lat),
        steps(part.begin),
        part.end - part.begin,
        kind,
        count - 2,
        _beside_forecast(lon, node_lon[part.end], edge, inside, left),
        _beside_forecast(lat, node_lat[part.end], edge, inside, left),
        centimetres(graph.edge_length_m[edges]) - forecast_cm,
    ]
    return body_of(head, columns)


def _edges_of(graph: Graph, edges: NDArray[np.int32]) -> _Edges:
    ends = np.concatenate([graph.edge_from[edges], graph.edge_to[edges]])
    node, place = np.unique(ends, return_inverse=True)
    return _Edges(node.astype(np.int64), place[: len(edges)], place[len(edges) :])


def _units(lon: NDArray, lat: NDArray, crs: Crs) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return WGS-84 coordinates (1e-7 degrees) in whole units of a system."""
    x, y = from_wgs84(lon / DEGREE, lat / DEGREE, crs)
    return np.rint(x * UNITS).astype(np.int64), np.rint(y * UNITS).astype(np.int64)


def _scale(lat: NDArray[np.int64]) -> list[float]:
    """Return the ``scale`` of a head for nodes at these latitudes (units)."""
    middle = int(lat.mean()) if len(lat) else 0
    sin, cos = np.sin(middle * _UNIT), np.cos(middle * _UNIT)
    prime = _AXIS_M / np.sqrt(1 - _E2 * sin * sin)
    meridian = prime * (1 - _E2) / (1 - _E2 * sin * sin)
    scale = prime * cos * _UNIT, -meridian * sin * _UNIT * _UNIT, meridian * _UNIT
    return [middle, *(float(f"{value:.9g}") for value in scale)]


def _kinds(graph: Graph, edges: NDArray[np.int32]) -> tuple[list, NDArray[np.int64]]:
    """Return the ways in which edges are travelled, and which of them each edge has."""
    columns = []
    for profile in STREET_PROFILES:
        network = graph.networks[profile]
        direction = network.direction[edges]
        # Where one may not go, nobody asks how fast.
        columns += [direction, np.where(direction, network.speed_m_s[edges].round(6), 0)]
    found, kind = np.unique(np.column_stack(columns).astype(float), axis=0, return_inverse=True)
    kinds = [
        [[int(row[i]), round(row[i + 1], 6)] for i in range(0, len(columns), 2)] for row in found.tolist()
    ]
    return kinds, kind.reshape(-1)


def _beside_forecast(
    values: NDArray[np.int64],
    last: NDArray[np.int64],
    edge: NDArray[np.int64],
    inside: NDArray[np.int64],
    left: NDArray[np.int64],
) -> NDArray[np.int64]:
    before = values[inside - 1]
    return values[inside] - before - (last[edge[inside]] - before) // left[inside]


def _drawn_cm(
    lon: NDArray[np.int64], lat: NDArray[np.int64], edge: NDArray[np.int64], edges: int, scale: list[float]
) -> NDArray[np.int64]:
    """Return the centimetres that edges have as they are drawn."""
    within = edge[1:] == edge[:-1]
    middle, east, slope, north = scale
    dx = np.diff(lon) * (east + slope * ((lat[1:] + lat[:-1]) / 2 - middle))
    dy = np.diff(lat) * north
    metres = np.bincount(edge[:-1][within], np.sqrt(dx * dx + dy * dy)[within], edges)
    return centimetres(metres)


def centimetres(metres: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return metres in whole centimetres."""
    return np.floor(metres * _PER_METRE + 0.5).astype(np.int64)
