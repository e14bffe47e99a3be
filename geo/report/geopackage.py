"""Layers as a GeoPackage, which QGIS and every GIS opens: an SQLite file of a known form (OGC 12-128r18).

Written by Python alone, a batch of rows at a time, so that a server can make one beside its answers.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from errno import EIO
from functools import lru_cache
from itertools import islice
from pathlib import Path
from struct import Struct
from typing import Any, Literal, NamedTuple

from pyproj import CRS

__all__ = ["Layer", "Row", "Shape", "write_geopackage", "write_layers"]

Row = tuple[float, float, tuple[Any, ...]]
"""Longitude and latitude in degrees of the layer's system, and the values of its columns."""

Shape = tuple[Any, tuple[Any, ...]]
"""A shapely geometry in degrees of the layer's system, and the values of its columns."""

_Box = tuple[float, float, float, float]
_HERE = Path(__file__).parent
_APPLICATION, _VERSION = 0x47504B47, 10_300
_BATCH = 1_000
# "GP", version 1, little-endian without an envelope, the system; then little-endian WKB.
_HEAD = Struct("<2sBBi")
_POINT = Struct("<2sBBiBIdd")


class Layer(NamedTuple):
    """What a layer holds.

    Attributes
    ----------
    columns : mapping of str to str
        Each column's name and its type in SQL.
    epsg : int
        The geographic coordinate system.
    description : str
        Shown by a GIS: whose data these are, and how they may be used.
    as_of : str
        Of when they are, as ISO text in UTC; empty: now.
    name : str
        A word of SQL, such as ``stations``.
    shape : str
        The type of its geometries.
    """

    columns: Mapping[str, str]
    epsg: int
    description: str = ""
    as_of: str = ""
    name: str = "stations"
    shape: Literal["POINT", "POLYGON", "MULTILINESTRING"] = "POINT"


def write_geopackage(path: Path, layer: Layer, rows: Iterable[Row]) -> int:
    """Write points as the one layer of a new file; returns how many.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    return write_layers(path, [(layer, rows)])


def write_layers(
    path: Path, layers: Sequence[tuple[Layer, Iterable[Row] | Iterable[Shape]]], *, about: str = ""
) -> int:
    """Write a new file of several layers, points as `Row` and others as `Shape`; returns how many rows.

    Parameters
    ----------
    about : str
        A JSON document of what all the layers are, kept as the metadata of the file.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    try:
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as file:
            # A file that is not finished is thrown away: there is nothing to be brought back.
            file.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            file.executescript((_HERE / "geopackage.sql").read_text("utf-8"))
            file.execute(f"PRAGMA application_id = {_APPLICATION}")
            file.execute(f"PRAGMA user_version = {_VERSION}")
            count = sum(_write(file, layer, rows) for layer, rows in layers)
            if about:
                file.executescript((_HERE / "geopackage_metadata.sql").read_text("utf-8"))
                file.execute("UPDATE gpkg_metadata SET metadata = ?", (about,))
            file.commit()
            return count
    except sqlite3.Error as error:
        raise OSError(EIO, str(error)) from error


def _write(file: sqlite3.Connection, layer: Layer, rows: Iterable[Any]) -> int:
    file.executescript(_filled("geopackage_layer.sql", layer))
    marks = ", ".join("?" * (2 + len(layer.columns)))
    pack = _packed_points if layer.shape == "POINT" else _packed_shapes
    count, stream = 0, iter(rows)
    while batch := list(islice(stream, _BATCH)):
        packed = pack(batch, layer.epsg)
        numbered = ((count + n, blob, *values) for n, (blob, _, values) in enumerate(packed, 1))
        file.executemany(f"INSERT INTO {layer.name} VALUES ({marks})", numbered)
        boxes = [(count + n, *box) for n, (_, box, _) in enumerate(packed, 1)]
        file.executemany(f"INSERT INTO rtree_{layer.name}_geom VALUES (?, ?, ?, ?, ?)", boxes)
        count += len(batch)
    file.executescript(_filled("geopackage_index.sql", layer))
    _describe(file, layer)
    return count


def _filled(template: str, layer: Layer) -> str:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in layer.columns.items())
    text = (_HERE / template).read_text("utf-8")
    return text.replace("{name}", layer.name).replace("{shape}", layer.shape).replace("{columns}", columns)


def _packed_points(rows: list[Row], epsg: int) -> list[tuple[bytes, _Box, tuple[Any, ...]]]:
    return [
        (_POINT.pack(b"GP", 0, 1, epsg, 1, 1, lon, lat), (lon, lon, lat, lat), values)
        for lon, lat, values in rows
    ]


def _packed_shapes(rows: list[Shape], epsg: int) -> list[tuple[bytes, _Box, tuple[Any, ...]]]:
    import shapely

    shapes = [shape for shape, _ in rows]
    head = _HEAD.pack(b"GP", 0, 1, epsg)
    bodies, bounds = shapely.to_wkb(shapes, byte_order=1), shapely.bounds(shapes).tolist()
    return [
        (head + body, (west, east, south, north), values)
        for body, (west, south, east, north), (_, values) in zip(bodies, bounds, rows, strict=True)
    ]


def _describe(file: sqlite3.Connection, layer: Layer) -> None:
    name, definition = _system(layer.epsg)
    file.execute(
        "INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?, ?, 'EPSG', ?, ?, NULL)",
        (name, layer.epsg, layer.epsg, definition),
    )
    file.execute(
        "INSERT INTO gpkg_contents SELECT ?, 'features', ?, ?,"
        " strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(nullif(?, ''), 'now')),"
        f" min(minx), min(miny), max(maxx), max(maxy), ? FROM rtree_{layer.name}_geom",
        (layer.name, layer.name, layer.description, layer.as_of, layer.epsg),
    )
    file.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
        (layer.name, layer.shape, layer.epsg),
    )


@lru_cache
def _system(epsg: int) -> tuple[str, str]:
    system = CRS.from_epsg(epsg)
    return system.name, system.to_wkt("WKT1_GDAL")
