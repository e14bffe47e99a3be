"""A polygon's weight on points inside it: what a share of it is, and points for polygons without streets."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["Spots", "grid_spots", "spread"]

# Metres of a degree of latitude, of longitude at the equator: for spacing points, nothing is measured.
_DEGREE_M = 111_195.0
_MOST_IN_ONE = 400
# A narrow polygon across its box has few of the box's points.
_MOST_IN_BOX = 40_000


class Spots(NamedTuple):
    """Points that share the weights of polygons.

    Attributes
    ----------
    polygon : (p,) int64
        Whose weight, ascending.
    lon, lat : (p,) float64
        WGS-84 degrees.
    share : (p,) float64
        Above 0; those of one polygon add up to 1, rounding aside.
    """

    polygon: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    share: NDArray[np.float64]


def spread(weight: NDArray[np.float64], spots: Spots) -> NDArray[np.float64]:
    """Return the weights of spots, which add up to those of their polygons exactly, in any order.

    Parameters
    ----------
    weight : (d,) float64
        Of the polygons, not negative.

    Notes
    -----
    Every part is a multiple of the whole's own precision, so that adding parts rounds nothing.

    Examples
    --------
    >>> spots = Spots(np.array([0, 0, 0]), np.zeros(3), np.zeros(3), np.full(3, 1 / 3))
    >>> parts = spread(np.array([0.1]), spots)
    >>> bool(parts.sum() == parts[::-1].sum() == 0.1)
    True
    """
    if not len(spots.polygon):
        return np.empty(0)
    whole = weight[spots.polygon]
    step = 2 * np.spacing(whole)
    part = np.floor(whole * spots.share / step) * step
    first = np.flatnonzero(np.diff(spots.polygon, prepend=-1))
    part[first] += weight[spots.polygon[first]] - np.add.reduceat(part, first)
    return part


def grid_spots(polygons: Sequence[shapely.Geometry], *, spacing_m: float = 100.0) -> Spots:
    """Return evenly spread points inside polygons, of equal shares; one for whatever has no room for more.

    Parameters
    ----------
    polygons : sequence of Geometry
        WGS-84 degrees, lon lat; a point is itself.
    spacing_m : float
        Between points; more in polygons that would hold many hundred.
    """
    found = [_inside(polygon, spacing_m) for polygon in polygons]
    counts = np.array([len(places) for places in found], np.int64)
    lon, lat = np.concatenate([np.empty((0, 2)), *found]).T
    return Spots(np.repeat(np.arange(len(found)), counts), lon, lat, np.repeat(1 / counts, counts))


def _inside(polygon: shapely.Geometry, spacing_m: float) -> NDArray[np.float64]:
    west, south, east, north = polygon.bounds
    lon_m = _DEGREE_M * max(np.cos(np.radians((south + north) / 2)), 0.01)
    box_m2 = (east - west) * lon_m * (north - south) * _DEGREE_M
    area_m2 = polygon.area * lon_m * _DEGREE_M
    step_m = max(spacing_m, (area_m2 / _MOST_IN_ONE) ** 0.5, (box_m2 / _MOST_IN_BOX) ** 0.5)
    x, y = np.meshgrid(_steps(west, east, step_m / lon_m), _steps(south, north, step_m / _DEGREE_M))
    shapely.prepare(polygon)
    inside = shapely.contains_xy(polygon, x, y)
    if not inside.any():
        return shapely.get_coordinates(shapely.point_on_surface(polygon))
    return np.column_stack((x[inside], y[inside]))


def _steps(begin: float, end: float, step: float) -> NDArray[np.float64]:
    """Return the middles of equal steps, none longer than `step`."""
    count = max(int(np.ceil((end - begin) / step)), 1)
    return begin + (np.arange(count) + 0.5) * ((end - begin) / count)
