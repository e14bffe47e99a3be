"""Points along the streets inside polygons, for weights to be spread over: people live at streets."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.model.streets import DEGREE
from geo.network.graph import Graph
from geo.network.snap import place_of
from geo.network.spread import Spots

__all__ = ["street_spots"]

# An edge is looked at when one of its ends lies so near: few are longer, none in a town.
_MARGIN = round(0.05 * DEGREE)


def street_spots(
    graph: Graph, profile: str, polygons: Sequence[shapely.Geometry], *, spacing_m: float = 50.0
) -> Spots:
    """Return points along the streets inside polygons, each with its piece of street as its share.

    Streets are cut into equal pieces; a piece belongs to the polygons in which its middle lies, borders
    included, and that middle is the point.

    Parameters
    ----------
    profile : str
        One of `geo.model.streets.STREET_PROFILES`; streets it may not travel count for nothing.
    polygons : sequence of Geometry
        WGS-84 degrees, lon lat.
    spacing_m : float
        No piece is longer.

    Returns
    -------
    Spots
        By polygon, edge, and place along the edge. A polygon without streets has none.
    """
    edge = _edges(graph, profile, polygons)
    count = np.ceil(graph.edge_length_m[edge] / spacing_m).astype(np.int64)
    piece_m = np.repeat(graph.edge_length_m[edge] / np.maximum(count, 1), count)
    first = np.repeat(np.cumsum(count) - count, count)
    offset_m = (np.arange(len(piece_m)) - first + 0.5) * piece_m
    lon, lat = place_of(graph, np.repeat(edge, count), offset_m)
    # The polygons are what is prepared: they may have thousands of corners.
    polygon, spot = shapely.STRtree(shapely.points(lon, lat)).query(np.array(polygons), "intersects")
    order = np.lexsort((spot, polygon))
    polygon, spot = polygon[order], spot[order]
    whole_m = np.bincount(polygon, piece_m[spot], minlength=len(polygons))
    return Spots(polygon, lon[spot], lat[spot], piece_m[spot] / whole_m[polygon])


def _edges(graph: Graph, profile: str, polygons: Sequence[shapely.Geometry]) -> NDArray[np.int64]:
    """Return the edges near the polygons that a profile may travel."""
    west, south, east, north = shapely.total_bounds(np.array(polygons)) * DEGREE
    near = (graph.node_lon >= west - _MARGIN) & (graph.node_lon <= east + _MARGIN)
    near &= (graph.node_lat >= south - _MARGIN) & (graph.node_lat <= north + _MARGIN)
    travelled = graph.networks[profile].direction != 0
    return np.flatnonzero(travelled & (near[graph.edge_from] | near[graph.edge_to]))
