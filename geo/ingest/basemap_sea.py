"""The sea, which OpenStreetMap draws only as a coastline: land to its left, water to its right."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["sea_polygons"]

# How far beside the coast to look for water and land, of a stretch's length.
_ASIDE = 1e-3


def sea_polygons(
    coast: Sequence[shapely.LineString], box: tuple[float, float, float, float]
) -> list[shapely.Polygon]:
    """Return the parts of a box that are sea.

    Parameters
    ----------
    coast : sequence of LineString
        Coastlines in the direction they are drawn; lon, lat.
    box : tuple of float
        West, south, east, north.

    Notes
    -----
    The coast parts the box into faces. A face that lies to the right of some coast, and to the left of none,
    is sea. An extract cut along a border, not along its box, has a coast that ends within the box: such an
    end is prolonged straight to the nearest side, across land or sea of which the extract holds nothing.
    Faces that contradict themselves (a piece of coast is missing) are left out.

    Examples
    --------
    >>> northward = shapely.LineString([(1, 0), (1, 2)])
    >>> [part.bounds for part in sea_polygons([northward], (0, 0, 3, 2))]
    [(1.0, 0.0, 3.0, 2.0)]
    >>> sea_polygons([], (0, 0, 3, 2))
    []
    """
    frame = shapely.box(*box)
    borders = shapely.union_all([frame.exterior, *coast, *_prolonged(coast, box)])
    faces = shapely.get_parts(shapely.polygonize([borders]))
    faces = faces[shapely.covers(frame, shapely.point_on_surface(faces))]
    left, right = _beside(coast)
    tree = shapely.STRtree(faces)
    land = tree.query(left, predicate="within")[1]
    water = tree.query(right, predicate="within")[1]
    return list(faces[np.setdiff1d(water, land)])


def _prolonged(
    coast: Sequence[shapely.LineString], box: tuple[float, float, float, float]
) -> list[shapely.LineString]:
    """Return a line to the nearest side of the box from every end of the coast within it."""
    ends = np.array([line.coords[place] for line in coast for place in (0, -1)]).reshape(-1, 2)
    places, times = np.unique(ends, axis=0, return_counts=True)
    west, south, east, north = box
    lines = []
    for x, y in places[times == 1]:
        if west < x < east and south < y < north:
            sides = [(west, y), (east, y), (x, south), (x, north)]
            lines.append(
                shapely.LineString([(x, y), min(sides, key=lambda side: abs(side[0] - x) + abs(side[1] - y))])
            )
    return lines


def _beside(coast: Sequence[shapely.LineString]) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return points just to the left and just to the right of the middle of every straight stretch."""
    vertices, line = shapely.get_coordinates(coast, return_index=True)
    along = (vertices[1:] - vertices[:-1])[line[1:] == line[:-1]]
    middle = ((vertices[1:] + vertices[:-1]) / 2)[line[1:] == line[:-1]]
    leftward = _ASIDE * np.column_stack([-along[:, 1], along[:, 0]])
    return shapely.points(middle + leftward), shapely.points(middle - leftward)
