"""The shapes of an extract that a basemap draws, read in a stream, whatever their order in the file."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import osmium
import shapely

from geo.ingest.basemap_rules import AREA_KEYS, LINE_KEYS, Drawing, area_drawing, line_drawing, place_drawing
from geo.ingest.osm_file import OsmFile, open_osm, read_objects

__all__ = ["Box", "Shape", "header_box", "read_shapes"]

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

_AREA_RELATIONS = ("multipolygon", "boundary")
# How often a file is read: relations, nodes, ways, and the ways that relations are made of.
_READINGS = 4


class Shape(NamedTuple):
    """Something to draw.

    Attributes
    ----------
    drawing : Drawing
    wkb : str
        Hexadecimal, lon and lat in degrees: a point, a line, or the lines around an area.
    is_area : bool
    """

    drawing: Drawing
    wkb: str
    is_area: bool = False


def header_box(path: Path) -> Box | None:
    """Return the box that an extract says it was cut to, None if it says none.

    Raises
    ------
    FileError
    """
    with open_osm(path) as source:
        box = osmium.FileProcessor(osmium.io.FileBuffer(source.header, "pbf")).header.box()
    if not box.valid():
        return None
    return box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat


def read_shapes(path: Path, progress: Callable[[float], None] | None = None) -> Iterator[Shape | None]:
    """Yield what there is to draw; None for each thing that lacks a place, or a piece of its outline.

    Parameters
    ----------
    progress : callable, optional
        Told, now and then, what share of the work (0 to 1) is done.

    Raises
    ------
    FileError
        The extract cannot be read.
    """
    with open_osm(path) as source:
        relations = list(_relations(source, _part(progress, 0)))
        locations = osmium.NodeLocationsForWays(osmium.index.create_map("flex_mem"))
        locations.ignore_errors()
        yield from _places(source, locations, _part(progress, 1))
        yield from _ways(source, locations, _part(progress, 2))
        wanted = {ref for _, refs in relations for ref in refs}
        lines = _lines(source, locations, wanted, _part(progress, 3))
    for drawing, refs in relations:
        yield _outline(drawing, [lines.get(ref) for ref in refs])


def _part(progress: Callable[[float], None] | None, reading: int) -> Callable[[float], None] | None:
    return progress and (lambda share: progress((reading + share) / _READINGS))


def _relations(source: OsmFile, progress: Any) -> Iterator[tuple[Drawing, list[int]]]:
    """Yield the areas that are made of several ways, and the numbers of these."""
    areas = osmium.filter.KeyFilter(*AREA_KEYS)
    for relation in read_objects(source, osmium.osm.RELATION, areas, progress=progress):
        drawing = area_drawing(relation.tags)
        if drawing and relation.tags.get("type") in _AREA_RELATIONS:
            yield drawing, [member.ref for member in relation.members if member.type == "w"]


def _places(source: OsmFile, locations: Any, progress: Any) -> Iterator[Shape | None]:
    """Yield the places; where every node lies is kept in `locations`."""
    make = osmium.geom.WKBFactory()
    named = osmium.filter.KeyFilter("place")
    for node in read_objects(source, osmium.osm.NODE, locations, named, progress=progress):
        if drawing := place_drawing(node.tags):
            yield _shape(drawing, make.create_point, node)


def _ways(source: OsmFile, locations: Any, progress: Any) -> Iterator[Shape | None]:
    make = osmium.geom.WKBFactory()
    drawn = osmium.filter.KeyFilter(*dict.fromkeys(LINE_KEYS + AREA_KEYS))
    for way in read_objects(source, osmium.osm.WAY, locations, drawn, progress=progress):
        if drawing := line_drawing(way.tags):
            yield _shape(drawing, make.create_linestring, way)
        if way.tags.get("area") != "no" and (drawing := area_drawing(way.tags)):
            yield _shape(drawing, make.create_linestring, way, is_area=True)


def _lines(source: OsmFile, locations: Any, wanted: set[int], progress: Any) -> dict[int, str | None]:
    make = osmium.geom.WKBFactory()
    ways = read_objects(source, osmium.osm.WAY, locations, osmium.filter.IdFilter(wanted), progress=progress)
    return {way.id: _wkb(make.create_linestring, way) for way in ways}


def _outline(drawing: Drawing, lines: Sequence[str | None]) -> Shape | None:
    if not lines or None in lines:
        return None
    around = shapely.multilinestrings(shapely.from_wkb(lines))
    return Shape(drawing, shapely.to_wkb(around, hex=True), is_area=True)


def _shape(
    drawing: Drawing, make: Callable[[Any], str], thing: Any, *, is_area: bool = False
) -> Shape | None:
    wkb = _wkb(make, thing)
    return None if wkb is None else Shape(drawing, wkb, is_area)


def _wkb(make: Callable[[Any], str], thing: Any) -> str | None:
    try:
        return make(thing)
    except (RuntimeError, osmium.InvalidLocationError):  # fewer than two places, or a node the file lacks
        return None
