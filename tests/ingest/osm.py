"""Extracts of OpenStreetMap, made for a test."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way

__all__ = ["GRID", "write_extract"]

Tags = Mapping[str, str]

GRID = {10: (117.0, 36.0), 20: (117.001, 36.0), 30: (117.002, 36.0), 40: (117.002, 36.001)}
"""Nodes of small extracts: number, longitude and latitude."""


def write_extract(
    path: Path,
    ways: Sequence[tuple[Sequence[int], Tags]],
    *,
    nodes: Mapping[int, tuple[float, float]] = GRID,
    node_tags: Mapping[int, Tags] | None = None,
    header: Mapping[str, str] | None = None,
    ways_first: bool = False,
    compression: str = "zlib",
) -> Path:
    """Write ways, each as the numbers of its nodes and its tags, and nodes in the order given."""
    head = osmium.io.Header()
    for key, value in (header or {}).items():
        head.set(key, value)
    path.unlink(missing_ok=True)
    objects = [
        Node(id=number, location=at, tags=(node_tags or {}).get(number, {})) for number, at in nodes.items()
    ]
    drawn = [Way(id=number, nodes=refs, tags=tags) for number, (refs, tags) in enumerate(ways, start=1)]
    file = osmium.io.File(path, f"pbf,pbf_compression={compression}")
    with osmium.SimpleWriter(file, header=head) as writer:
        for one in drawn + objects if ways_first else objects + drawn:
            writer.add(one)
    return path
