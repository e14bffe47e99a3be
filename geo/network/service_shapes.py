"""Service areas for the eye: their streets as lines, and shapes around them. Nothing is decided by these."""

from collections.abc import Callable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from geo.network.graph import Graph
from geo.network.service import Pieces
from geo.network.way import trace

__all__ = ["service_lines", "service_outlines"]

_Move = Callable[[NDArray[np.float64]], NDArray[np.float64]]

# A shape ends so far beside its streets, and gaps between streets up to twice the reach are filled in.
_BESIDE_M = 20.0
_REACH_M = 60.0
_SIMPLER_M = 3.0
# Corners on a grid stay apart in degrees too: no outline crosses itself there.
_GRID_M = 0.1
_ARC_SEGMENTS = 4


def service_lines(graph: Graph, pieces: Pieces, limits: Sequence[float]) -> list[shapely.MultiLineString]:
    """Return the streets within each limit, in WGS-84 degrees, lon lat.

    Parameters
    ----------
    pieces : Pieces
        As `geo.network.service.service_area` found them.
    limits : sequence of float
        Those it was asked for.
    """
    drawn = trace(graph, pieces.edge, pieces.begin_m, pieces.end_m)
    lines = shapely.linestrings(np.column_stack((drawn.lon, drawn.lat)), indices=drawn.piece)
    return [shapely.multilinestrings(lines[pieces.limit == number]) for number in range(len(limits))]


def service_outlines(graph: Graph, pieces: Pieces, limits: Sequence[float]) -> list[shapely.Geometry]:
    """Return a shape around the streets within each limit, in WGS-84 degrees, lon lat; parameters as above.

    Returns
    -------
    list of Polygon or MultiPolygon
        Empty where no street is within. That of a smaller limit lies within that of a greater one.
    """
    streets = service_lines(graph, pieces, limits)
    there, back = _plane(streets)
    shapes: list[shapely.Geometry] = [shapely.Polygon()] * len(limits)
    inner: shapely.Geometry = shapely.Polygon()
    for number in np.argsort(limits, kind="stable").tolist():
        around = _around(shapely.transform(streets[number], there))
        inner = shapely.union(inner, around, grid_size=_GRID_M)
        shapes[number] = shapely.transform(inner, back)
    return shapes


def _around(streets: shapely.MultiLineString) -> shapely.Geometry:
    lines = shapely.simplify(shapely.get_parts(shapely.line_merge(streets)), _SIMPLER_M)
    # Line by line: around all at once takes many times as long.
    wide = shapely.union_all(shapely.buffer(lines, _REACH_M, quad_segs=_ARC_SEGMENTS))
    return shapely.simplify(shapely.buffer(wide, _BESIDE_M - _REACH_M, quad_segs=_ARC_SEGMENTS), _SIMPLER_M)


def _plane(streets: Sequence[shapely.Geometry]) -> tuple[_Move, _Move]:
    """Return the ways from degrees to metres around the middle of the streets, and back."""
    points = shapely.get_coordinates(list(streets))
    lon, lat = points.mean(axis=0) if len(points) else (0.0, 0.0)
    plane = CRS.from_dict({"proj": "aeqd", "lon_0": lon, "lat_0": lat, "ellps": "WGS84"})
    there = Transformer.from_crs("EPSG:4326", plane, always_xy=True)

    def move(direction: str) -> _Move:
        return lambda points: np.column_stack(there.transform(*points.T, direction=direction))

    return move("FORWARD"), move("INVERSE")
