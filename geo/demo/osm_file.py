"""A drawn map as an OSM PBF file: nodes, ways and multipolygons numbered in the order they are met."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import osmium
from osmium.osm.mutable import Node as OsmNode
from osmium.osm.mutable import Relation as OsmRelation
from osmium.osm.mutable import Way as OsmWay

from geo.demo.drawing import NOTE, Area, Line, Sheet
from geo.demo.joining import Node, joined, node_at
from geo.demo.skeleton import Metres, lonlat

__all__ = ["write_osm"]

# Not compressed: compression libraries differ in the bytes they write.
_FORMAT = "pbf,pbf_compression=none,add_metadata=none"
_LEVEL_CROSSING = {"railway": "level_crossing", **NOTE}


class _Way(NamedTuple):
    nodes: list[Node]
    tags: Mapping[str, str]


def write_osm(path: Path, sheet: Sheet) -> None:
    """Write the map; the same map gives the same bytes."""
    lines = [
        _Way(run, drawn.tags) for drawn, run in zip(sheet.lines, joined(sheet.lines), strict=True) if run
    ]
    borders = [way for area in sheet.areas for way in _borders(area)]
    tags = {**_level_crossings(lines), **{node_at(mark.at): mark.tags for mark in sheet.marks}}
    ways = [*lines, *borders]
    places = {node: _degrees(node) for node in (*(node for way in ways for node in way.nodes), *tags)}
    number = {node: count for count, node in enumerate(places, 1)}
    file = osmium.io.File(path, _FORMAT)
    with osmium.SimpleWriter(file, header=_header(places.values()), overwrite=True) as writer:
        for node, place in places.items():
            writer.add_node(OsmNode(id=number[node], location=place, tags=tags.get(node, {})))
        for count, way in enumerate(ways, 1):
            writer.add_way(OsmWay(id=count, nodes=[number[node] for node in way.nodes], tags=way.tags))
        for count, relation in enumerate(_multipolygons(sheet.areas, first=len(lines) + 1), 1):
            relation.id = count
            writer.add_relation(relation)


def _borders(area: Area) -> list[_Way]:
    """Return the ways around an area; the tags of one with holes are its relation's."""
    tags = NOTE if area.holes else area.tags
    return [_Way(_run(area.border), tags), *(_Way(_run(hole), NOTE) for hole in area.holes)]


def _run(line: Line) -> list[Node]:
    return [node_at(at) for at in line]


def _multipolygons(areas: Iterable[Area], *, first: int) -> list[OsmRelation]:
    """Return the relations of areas with holes; `first` is the number of the first area's first way."""
    found = []
    for area in areas:
        if area.holes:
            members = [("w", first + k, "inner" if k else "outer") for k in range(1 + len(area.holes))]
            found.append(OsmRelation(members=members, tags={"type": "multipolygon", **area.tags}))
        first += 1 + len(area.holes)
    return found


def _level_crossings(ways: list[_Way]) -> dict[Node, Mapping[str, str]]:
    """Return the nodes at which streets cross the rails."""
    uses = Counter(node for way in ways for node in way.nodes)
    return {
        node: _LEVEL_CROSSING for way in ways if "railway" in way.tags for node in way.nodes if uses[node] > 1
    }


def _degrees(node: Node) -> tuple[float, float]:
    point = lonlat(Metres(node[0] / 10, node[1] / 10))
    return round(point.lon, 7), round(point.lat, 7)


def _header(places: Iterable[tuple[float, float]]) -> osmium.io.Header:
    lon, lat = zip(*places, strict=True)
    header = osmium.io.Header()
    header.set("generator", "yizhan-demo")
    header.set("sorting", "Type_then_ID")
    header.add_box(osmium.osm.Box(min(lon), min(lat), max(lon), max(lat)))
    return header
