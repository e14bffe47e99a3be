"""What each tile shows: shapes cut into quarters of quarters, from the whole world down."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.model.basemap import MAX_ZOOM, MIN_ZOOM, Basemap

__all__ = ["EXTENT", "Pieces", "Tile", "cut"]

EXTENT = 4096
"""Units along the side of a tile."""

# Shapes reach this far, in units, into the tiles beside theirs: half of the widest line, drawn over an edge.
_BUFFER = 128
# The smallest area worth showing, in square units: two pixels by two of a tile of 256.
_LEAST_AREA = 32.0 * 32.0


class Tile(NamedTuple):
    """The name of a tile: zoom, column from the west, row from the north."""

    z: int
    x: int
    y: int


class Pieces(NamedTuple):
    """Shapes cut to one tile and its buffer.

    Attributes
    ----------
    geometry : (p,) object
        Shapely, on the Web-Mercator square as in `geo.model.basemap.Basemap`.
    look, zoom : (p,) int32, (p,) uint8
        As there; the zoom is also that from which an area is large enough to be seen.
    bounds : (p, 4) float64
        Of each: x and y from, x and y to.
    """

    geometry: NDArray[np.object_]
    look: NDArray[np.int32]
    zoom: NDArray[np.uint8]
    bounds: NDArray[np.float64]

    def only(self, wanted: NDArray) -> "Pieces":
        """Return some of them, by a mask or by places."""
        return Pieces(*(column[wanted] for column in self))


def cut(basemap: Basemap) -> Iterator[tuple[Tile, Pieces, float]]:
    """Yield every tile that shows something, its pieces, and the share of the work done when it is done.

    Each quarter is cut out of its parent's pieces, not of the whole: a long shape is never cut again from its
    beginning for every tile it crosses.
    """
    if len(basemap):
        yield from _quarters(Tile(0, 0, 0), _whole(basemap), 0.0, 1.0)


def _whole(basemap: Basemap) -> Pieces:
    zoom = np.maximum(basemap.zoom, _seen_from(basemap.geometry))
    return Pieces(basemap.geometry, basemap.look, zoom, shapely.bounds(basemap.geometry))


def _seen_from(geometry: NDArray[np.object_]) -> NDArray[np.uint8]:
    """Return the first zoom at which an area is large enough to be seen; 0 for points and lines."""
    area = shapely.area(geometry)
    first = np.zeros(len(geometry))
    shown = area > 0
    first[shown] = np.ceil(np.log2(_LEAST_AREA / area[shown]) / 2 - np.log2(EXTENT))
    return np.clip(first, 0, MAX_ZOOM).astype(np.uint8)


def _quarters(tile: Tile, pieces: Pieces, begin: float, end: float) -> Iterator[tuple[Tile, Pieces, float]]:
    shown = pieces.only(pieces.zoom <= tile.z)
    if tile.z >= MIN_ZOOM and len(shown.geometry):
        yield tile, shown, end if tile.z == MAX_ZOOM else begin
    if tile.z == MAX_ZOOM:
        return
    children = [
        Tile(tile.z + 1, 2 * tile.x + right, 2 * tile.y + below) for below in (0, 1) for right in (0, 1)
    ]
    cuts = [_within(child, pieces) for child in children]
    shares = np.cumsum([0, *(len(part.geometry) for part in cuts)])
    ends = begin + (end - begin) * shares / max(shares[-1], 1)
    for number, (child, part) in enumerate(zip(children, cuts, strict=True)):
        if len(part.geometry):
            yield from _quarters(child, part, ends[number], ends[number + 1])


def _within(tile: Tile, pieces: Pieces) -> Pieces:
    """Return the pieces of a tile and its buffer."""
    side = 0.5**tile.z
    buffer = side * _BUFFER / EXTENT
    west, north = tile.x * side - buffer, tile.y * side - buffer
    east, south = (tile.x + 1) * side + buffer, (tile.y + 1) * side + buffer
    x0, y0, x1, y1 = pieces.bounds.T
    inside = pieces.only((x1 >= west) & (x0 <= east) & (y1 >= north) & (y0 <= south))
    x0, y0, x1, y1 = inside.bounds.T
    over = np.flatnonzero((x0 < west) | (x1 > east) | (y0 < north) | (y1 > south))
    if not len(over):
        return inside
    parts = shapely.clip_by_rect(inside.geometry[over], west, north, east, south)
    inside.geometry[over] = parts
    inside.bounds[over] = shapely.bounds(parts)
    return inside.only(~shapely.is_empty(inside.geometry))
