"""An OpenStreetMap extract as a basemap: roads, water, green and places."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.ingest.basemap_rules import COASTLINE, SEA, Drawing
from geo.ingest.basemap_sea import sea_polygons
from geo.ingest.basemap_shapes import Box, Shape, header_box, read_shapes
from geo.model.basemap import LAYERS, Basemap

__all__ = ["read_basemap"]

# Web Mercator's square ends here, north and south.
_MOST_LAT = 85.05112877980659


def read_basemap(path: Path, progress: Callable[[float], None] | None = None) -> Basemap:
    """Read what a basemap draws of an extract.

    Parameters
    ----------
    path : Path
        An OpenStreetMap extract, ``.osm.pbf``; the order of what is in it does not matter.
    progress : callable, optional
        Told, now and then, what share of the work (0 to 1) is done.

    Raises
    ------
    FileError
        The extract cannot be read.

    Notes
    -----
    What an extract holds twice, alike in every respect, is drawn once. Where a sea can be made of the
    coastline (`geo.ingest.basemap_sea`) it is drawn, else the coastline as a line. An area of which the
    extract lacks a piece of the outline is left out: of the rest, islands might pass for the area.
    """
    found: dict[Shape, None] = {}
    broken = 0
    for shape in read_shapes(path, progress):
        if shape is None:
            broken += 1
        else:
            found[shape] = None
    return _basemap(list(found), broken, header_box(path))


def _basemap(shapes: Sequence[Shape], broken: int, box: Box | None) -> Basemap:
    degrees, whole = _geometry(shapes)
    drawings = [shape.drawing for shape, is_whole in zip(shapes, whole, strict=True) if is_whole]
    drawings, degrees = _with_sea(drawings, degrees[whole], box)
    looks = sorted(
        {drawing.look for drawing in drawings}, key=lambda look: (LAYERS.index(look.layer), *look[1:])
    )
    place = {look: number for number, look in enumerate(looks)}
    return Basemap(
        geometry=shapely.transform(degrees, _on_square),
        look=np.array([place[drawing.look] for drawing in drawings], np.int32),
        zoom=np.array([drawing.zoom for drawing in drawings], np.uint8),
        looks=tuple(looks),
        bounds=_bounds(degrees),
        broken=broken + int((~whole).sum()),
    )


def _geometry(shapes: Sequence[Shape]) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Return points, lines and areas in degrees, and which of them are whole.

    Areas are what their outlines enclose, less what inner outlines enclose, and so on. An outline is whole
    where its lines meet end to end: an even number at every end, so that none is left over. Inner outlines
    that share a side are common; what encloses nothing, because it crosses itself, is left out.
    """
    geometry = shapely.from_wkb(np.array([shape.wkb for shape in shapes], dtype=object))
    whole = np.ones(len(shapes), bool)
    is_area = np.array([shape.is_area for shape in shapes], bool)
    outlines = geometry[is_area]
    areas = shapely.build_area(outlines)
    shared = ~shapely.is_valid(areas)
    areas[shared] = shapely.make_valid(areas[shared], method="structure", keep_collapsed=False)
    whole[is_area] = shapely.is_empty(shapely.boundary(outlines)) & ~shapely.is_empty(areas)
    geometry[is_area] = areas
    return geometry, whole


def _with_sea(
    drawings: list[Drawing], degrees: NDArray[np.object_], box: Box | None
) -> tuple[list[Drawing], NDArray[np.object_]]:
    """Return all to draw, the sea in the coastline's stead where it can be made."""
    is_coast = np.array([drawing == COASTLINE for drawing in drawings], bool)
    if not is_coast.any():
        return drawings, degrees
    sea = sea_polygons(list(degrees[is_coast]), box or _bounds(degrees))
    if not sea:
        return drawings, degrees
    rest = [drawing for drawing in drawings if drawing != COASTLINE]
    return rest + [SEA] * len(sea), np.concatenate([degrees[~is_coast], np.array(sea, dtype=object)])


def _bounds(degrees: NDArray[np.object_]) -> Box | None:
    if not len(degrees):
        return None
    west, south, east, north = map(float, shapely.total_bounds(degrees))
    return west, south, east, north


def _on_square(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return lon, lat as x, y on the square of Web Mercator (EPSG:3857, spherical), y from the north."""
    lat = np.radians(np.clip(degrees[:, 1], -_MOST_LAT, _MOST_LAT))
    return np.column_stack([(degrees[:, 0] + 180) / 360, (1 - np.arcsinh(np.tan(lat)) / np.pi) / 2])
