"""The course of streets with fewer points: no farther from the true one than a pack needs to be exact."""

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.model.streets import DEGREE
from geo.network.graph import Graph

__all__ = ["Shapes", "simple_shapes"]

_NORTH_M = 111_000.0 / DEGREE
"""Metres in 1e-7 degrees of latitude, near enough for drawing."""


class Shapes(NamedTuple):
    """Points along edges, the two ends of each included.

    Attributes
    ----------
    start : (m + 1,) int64
        Edge i is drawn by the points from ``start[i]`` up to ``start[i + 1]``.
    lon, lat : (s,) int64
        WGS-84, 1e-7 degrees.
    """

    start: NDArray[np.int64]
    lon: NDArray[np.int64]
    lat: NDArray[np.int64]


def simple_shapes(graph: Graph, edges: NDArray[np.int32], tolerance_m: float) -> Shapes:
    """Return how some edges run, with points left out (Douglas-Peucker).

    Parameters
    ----------
    edges : (m,) int32
    tolerance_m : float
        Every point left out lies no farther than this from the line between those that are kept.

    Returns
    -------
    Shapes
        Of the edges in their order; every point is one of the graph's.
    """
    counts = np.diff(graph.shape_start)[edges]
    start = np.zeros(len(edges) + 1, np.int64)
    np.cumsum(counts, out=start[1:])
    if not len(edges):
        none = np.empty(0, np.int64)
        return Shapes(start, none, none)
    within = np.arange(start[-1]) - np.repeat(start[:-1], counts)
    point = np.repeat(graph.shape_start[edges], counts) + within
    scale = _NORTH_M * np.array([np.cos(np.radians(graph.shape_lat[point].mean() / DEGREE)), 1.0])
    places = np.column_stack([graph.shape_lon[point], graph.shape_lat[point]]) * scale
    lines = shapely.linestrings(places, indices=np.repeat(np.arange(len(edges)), counts))
    kept, edge = shapely.get_coordinates(
        shapely.simplify(lines, tolerance_m, preserve_topology=False), return_index=True
    )
    lon, lat = np.rint(kept / scale).astype(np.int64).T
    return Shapes(np.concatenate([[0], np.cumsum(np.bincount(edge, minlength=len(edges)))]), lon, lat)
