"""A basemap drawn by hand around the small city, and its place in the registry, without our own writer."""

import gzip
import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write
from sqlalchemy import insert

from geo.db.engine import open_engine, writing
from geo.db.tables import streets
from geo.registry.street_files import basemap_path
from geo.settings import Settings

__all__ = ["BOX", "DIGEST", "OSM", "add_streets", "tile_at"]

DIGEST = "0123456789abcdef"
OSM = "© OpenStreetMap contributors"
BOX = (113.58, 34.69, 113.66, 34.75)
"""West, south, east, north of what is drawn, in WGS-84 degrees."""

_EXTENT = 4096
_BUFFER = 128

# Layer, kind, name, shape in WGS-84 degrees.
_DRAWN: list[tuple[str, str, str, Any]] = [
    ("water", "lake", "样湖", shapely.box(113.6112, 34.7180, 113.6135, 34.7197)),
    ("green", "park", "样园", shapely.box(113.596, 34.722, 113.605, 34.729)),
    ("roads", "primary", "文化路", shapely.LineString([(113.58, 34.7205), (113.64, 34.7205)])),
    ("roads", "secondary", "中山大道", shapely.LineString([(113.6105, 34.69), (113.6105, 34.75)])),
    *(
        ("roads", "minor", f"第{n}街", shapely.LineString([(113.58, y), (113.64, y)]))
        for n, y in enumerate((34.712, 34.716, 34.7245, 34.729), 1)
    ),
    ("places", "suburb", "样城新区", shapely.Point(113.600, 34.712)),
    # Where the registry has a landmark.
    ("places", "suburb", "公园新村", shapely.Point(113.65, 34.70)),
]


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int]:
    """Return column and row of the tile that holds a position, in Web Mercator."""
    x, y = _world(lon, lat)
    return int(x * 2**z), int(y * 2**z)


def add_streets(home: Path, *, digest: str = DIGEST, attribution: str = OSM) -> None:
    """Register a street set with a basemap, in the registry at ``home``."""
    path = basemap_path(home, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path)
    engine = open_engine(Settings(home=home))
    with writing(engine) as session:
        bounds = dict(zip(("west", "south", "east", "north"), BOX, strict=True))
        about = {"name": digest, "digest": digest, "source": "city.osm.pbf", "attribution": attribution}
        when = {"data_at": None, "loaded_at": "2026-10-10T00:00:00Z"}
        counts = {"nodes": 0, "edges": 0, "metres": 0, "names": 0}
        session.execute(insert(streets).values(**about, **when, **bounds, counts=counts))
    engine.dispose()


def _world(lon: Any, lat: Any) -> tuple[float, float]:
    y = math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))
    return (lon + 180) / 360, (1 - y / math.pi) / 2


def _write(path: Path) -> None:
    with write(path) as writer:
        tiles = sorted((zxy_to_tileid(*name), body) for name, body in _tiles())
        for number, body in tiles:
            writer.write_tile(number, body)
        header = {"tile_type": TileType.MVT, "tile_compression": Compression.GZIP, "center_zoom": 12}
        names = ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
        header |= {name: round(degrees * 1e7) for name, degrees in zip(names, BOX, strict=True)}
        writer.finalize(header | {"center_lon_e7": 0, "center_lat_e7": 0}, {})


def _tiles() -> Iterable[tuple[tuple[int, int, int], bytes]]:
    west, south, east, north = BOX
    for z in range(8, 15):
        (left, bottom), (right, top) = tile_at(west, south, z), tile_at(east, north, z)
        for x in range(left, right + 1):
            for y in range(top, bottom + 1):
                if body := _tile(z, x, y):
                    yield (z, x, y), gzip.compress(body, mtime=0)


def _tile(z: int, x: int, y: int) -> bytes:
    window = shapely.box(-_BUFFER, -_BUFFER, _EXTENT + _BUFFER, _EXTENT + _BUFFER)
    layers: dict[str, list[dict[str, Any]]] = {}
    for layer, kind, name, shape in _DRAWN:
        cut = shapely.transform(shape, _onto(z, x, y)).intersection(window)
        if not cut.is_empty:
            layers.setdefault(layer, []).append({"geometry": cut, "properties": {"kind": kind, "name": name}})
    if not layers:
        return b""
    return mapbox_vector_tile.encode(
        [{"name": name, "features": features} for name, features in layers.items()],
        default_options={"extents": _EXTENT, "y_coord_down": True},
    )


def _onto(z: int, x: int, y: int) -> Callable[[Sequence[Any]], list[tuple[float, float]]]:
    def moved(points: Sequence[Any]) -> list[tuple[float, float]]:
        world = (_world(*point) for point in points)
        return [((across * 2**z - x) * _EXTENT, (down * 2**z - y) * _EXTENT) for across, down in world]

    return moved
