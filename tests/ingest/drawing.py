"""Extracts given by what is to be drawn: points, lines and rings of lon, lat, each with its tags."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

__all__ = ["draw"]

Place = tuple[float, float]
Tags = Mapping[str, str]


def draw(
    path: Path,
    *,
    points: Sequence[tuple[Place, Tags]] = (),
    lines: Sequence[tuple[Sequence[Place], Tags]] = (),
    areas: Sequence[tuple[Sequence[Sequence[Place]], Tags]] = (),
    box: tuple[float, float, float, float] | None = None,
) -> Path:
    """Write an extract: an area is a multipolygon relation of rings, the first of them the outer one.

    Lines share a node where they share a place; one that ends where it begins is closed.
    """
    rings = [ring for area, _ in areas for ring in area]
    ways = [*lines, *((ring, {}) for ring in rings)]
    nodes = {
        place: number for number, place in enumerate(dict.fromkeys(p for way, _ in ways for p in way), 1)
    }
    header = osmium.io.Header()
    if box:
        header.add_box(osmium.osm.Box(*box))
    with osmium.SimpleWriter(path, header=header, overwrite=True) as writer:
        for place, number in nodes.items():
            writer.add_node(Node(id=number, location=place))
        for number, (place, tags) in enumerate(points, len(nodes) + 1):
            writer.add_node(Node(id=number, location=place, tags=tags))
        for number, (places, tags) in enumerate(ways, 1):
            writer.add_way(Way(id=number, nodes=[nodes[place] for place in places], tags=tags))
        first = len(lines) + 1
        for number, (area, tags) in enumerate(areas, 1):
            roles = ["outer", *["inner"] * (len(area) - 1)]
            members = [("w", first + place, role) for place, role in enumerate(roles)]
            first += len(area)
            writer.add_relation(Relation(id=number, members=members, tags={"type": "multipolygon", **tags}))
    return path
