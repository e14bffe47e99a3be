"""A basemap written as one file of vector tiles: PMTiles, each tile a gzipped Mapbox Vector Tile."""

import gzip
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from geo.model.basemap import LAYERS, MAX_ZOOM, MIN_ZOOM, Basemap
from geo.report.tiles_cut import cut
from geo.report.tiles_encode import encode

__all__ = ["write_tiles"]

_FIELDS = {"kind": "String", "name": "String", "name_en": "String"}


def write_tiles(
    basemap: Basemap,
    path: Path,
    *,
    name: str,
    attribution: str,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write the tiles of a basemap, so that the file is at any moment the old one or the new one, whole.

    Parameters
    ----------
    path : Path
        Where to write, in a folder that exists. The same basemap gives the same bytes.
    name, attribution : str
        Kept in the file for whoever opens it elsewhere.
    progress : callable, optional
        Told after each tile what share of the work (0 to 1) is done.

    Notes
    -----
    A tile has the layers of `geo.model.basemap.LAYERS`; a feature has ``kind`` and, where it is named,
    ``name`` and ``name_en``. A basemap of nothing is a file with one empty tile: the format knows none
    without any.
    """
    told = progress or (lambda _: None)
    tiles = dict(_tiles(basemap, told)) or {zxy_to_tileid(MIN_ZOOM, 0, 0): _zipped(b"")}
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            _write(file, tiles, _frame(basemap), {"name": name, "attribution": attribution})
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    told(1.0)


def _tiles(basemap: Basemap, told: Callable[[float], None]) -> Iterator[tuple[int, bytes]]:
    for tile, pieces, done in cut(basemap):
        if (made := encode(tile, pieces, basemap.looks)) is not None:
            yield zxy_to_tileid(*tile), _zipped(made)
        told(done)


def _zipped(body: bytes) -> bytes:
    # Without the time of day: the same tile is always the same bytes.
    return gzip.compress(body, mtime=0)


def _write(file: BinaryIO, tiles: dict[int, bytes], frame: dict[str, Any], words: dict[str, str]) -> None:
    writer = Writer(file)
    for number in sorted(tiles):
        writer.write_tile(number, tiles[number])
    layers = [{"id": layer, "minzoom": MIN_ZOOM, "maxzoom": MAX_ZOOM, "fields": _FIELDS} for layer in LAYERS]
    header = {"tile_type": TileType.MVT, "tile_compression": Compression.GZIP, **frame}
    writer.finalize(header, {**words, "type": "baselayer", "vector_layers": layers})


def _frame(basemap: Basemap) -> dict[str, Any]:
    if basemap.bounds is None:
        return {}
    sides = ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
    return {side: round(degrees * 1e7) for side, degrees in zip(sides, basemap.bounds, strict=True)}
