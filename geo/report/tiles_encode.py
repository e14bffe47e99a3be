"""The pieces of one tile as a Mapbox Vector Tile: merged, simplified, on whole units."""

from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.model.basemap import LAYERS, MAX_ZOOM, Look
from geo.report.tiles_cut import EXTENT, Pieces, Tile

__all__ = ["encode"]

# How far, in units, a simplified line may run beside the true one. A tile is shown on 512 points, 8 units
# each; the last is enlarged up to sixteen times over.
_TOLERANCE = 4.0
_LAST_TOLERANCE = 0.5
_OPTIONS = {"extents": EXTENT, "y_coord_down": True}

_Drawn = tuple[NDArray[np.object_], NDArray[np.int32]]
"""Geometries in units of the tile, and the look of each."""


def encode(tile: Tile, pieces: Pieces, looks: tuple[Look, ...]) -> bytes | None:
    """Return the tile, not compressed; None if nothing of it is left to see.

    Lines alike in every property are one feature, joined end to end where they meet. A point belongs to one
    tile alone, so that no label is written twice.
    """
    units = shapely.transform(pieces.geometry, lambda xy: (xy * 2.0**tile.z - (tile.x, tile.y)) * EXTENT)
    tolerance = _LAST_TOLERANCE if tile.z == MAX_ZOOM else _TOLERANCE
    dimension = shapely.get_dimensions(units)
    points, lines, areas = (
        (units[dimension == wanted], pieces.look[dimension == wanted]) for wanted in range(3)
    )
    drawn = [_points(*points), _lines(*lines, tolerance), _areas(*areas, tolerance)]
    geometry, look = (np.concatenate(column) for column in zip(*drawn, strict=True))
    order = np.argsort(look, kind="stable")
    features: dict[str, list[dict[str, Any]]] = {layer: [] for layer in LAYERS}
    for shape, number in zip(geometry[order], look[order], strict=True):
        features[looks[number].layer].append({"geometry": shape, "properties": _properties(looks[number])})
    layers = [{"name": name, "features": found} for name, found in features.items() if found]
    return mapbox_vector_tile.encode(layers, default_options=_OPTIONS) if layers else None


def _properties(look: Look) -> dict[str, str]:
    words = {"kind": look.kind, "name": look.name, "name_en": look.name_en}
    return {key: value for key, value in words.items() if value}


def _points(points: NDArray[np.object_], look: NDArray[np.int32]) -> _Drawn:
    units = shapely.get_coordinates(points)
    here = ((units >= 0) & (units < EXTENT)).all(axis=1)
    return points[here], look[here]


def _lines(lines: NDArray[np.object_], look: NDArray[np.int32], tolerance: float) -> _Drawn:
    parts, of = shapely.get_parts(lines, return_index=True)
    order = np.argsort(look[of], kind="stable")
    looks, group = np.unique(look[of][order], return_inverse=True)
    joined = shapely.line_merge(shapely.multilinestrings(parts[order], indices=group))
    simple = shapely.simplify(joined, tolerance, preserve_topology=False)
    return _whole(simple, looks)


def _areas(areas: NDArray[np.object_], look: NDArray[np.int32], tolerance: float) -> _Drawn:
    simple = shapely.simplify(areas, tolerance)
    crossing = ~shapely.is_valid(simple)
    simple[crossing] = shapely.buffer(simple[crossing], 0)
    return _whole(simple, look)


def _whole(shapes: NDArray[np.object_], look: NDArray[np.int32]) -> _Drawn:
    """Return the shapes on whole units, valid, without those too small to be left."""
    whole = shapely.set_precision(shapes, 1.0)
    left = ~shapely.is_empty(whole)
    return whole[left], look[left]
