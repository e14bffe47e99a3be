"""Points as a GeoPackage, which QGIS and every GIS opens: an SQLite file of a known form (OGC 12-128r18).

Written by Python alone, a batch of rows at a time, so that a server can make one beside its answers.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from errno import EIO
from functools import lru_cache
from itertools import islice
from pathlib import Path
from struct import Struct
from typing import Any, NamedTuple

from pyproj import CRS

__all__ = ["Layer", "Row", "write_geopackage"]

Row = tuple[float, float, tuple[Any, ...]]
"""Longitude and latitude in degrees of the layer's system, and the values of its columns."""

_HERE = Path(__file__).parent
_APPLICATION, _VERSION = 0x47504B47, 10_300
_BATCH = 1_000
# "GP", version 1, little-endian without an envelope, the system; then little-endian WKB of a point.
_POINT = Struct("<2sBBiBIdd")


class Layer(NamedTuple):
    """What the layer ``stations`` holds.

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
    """

    columns: Mapping[str, str]
    epsg: int
    description: str = ""
    as_of: str = ""


def write_geopackage(path: Path, layer: Layer, rows: Iterable[Row]) -> int:
    """Write points as the one layer of a new file; returns how many.

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
            count = _write(file, layer, rows)
            file.commit()
            return count
    except sqlite3.Error as error:
        raise OSError(EIO, str(error)) from error


def _write(file: sqlite3.Connection, layer: Layer, rows: Iterable[Row]) -> int:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in layer.columns.items())
    file.executescript((_HERE / "geopackage.sql").read_text("utf-8").replace("{columns}", columns))
    file.execute(f"PRAGMA application_id = {_APPLICATION}")
    file.execute(f"PRAGMA user_version = {_VERSION}")
    marks = ", ".join("?" * (2 + len(layer.columns)))
    count, stream = 0, iter(rows)
    while batch := list(islice(stream, _BATCH)):
        points = [
            (_POINT.pack(b"GP", 0, 1, layer.epsg, 1, 1, lon, lat), *values) for lon, lat, values in batch
        ]
        numbered = ((count + n, *point) for n, point in enumerate(points, 1))
        file.executemany(f"INSERT INTO stations VALUES ({marks})", numbered)
        boxes = [(count + n, lon, lon, lat, lat) for n, (lon, lat, _) in enumerate(batch, 1)]
        file.executemany("INSERT INTO rtree_stations_geom VALUES (?, ?, ?, ?, ?)", boxes)
        count += len(batch)
    file.executescript((_HERE / "geopackage_index.sql").read_text("utf-8"))
    _describe(file, layer)
    return count


def _describe(file: sqlite3.Connection, layer: Layer) -> None:
    name, definition = _system(layer.epsg)
    file.execute(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, 'EPSG', ?, ?, NULL)",
        (name, layer.epsg, layer.epsg, definition),
    )
    file.execute(
        "INSERT INTO gpkg_contents SELECT 'stations', 'features', 'stations', ?,"
        " strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(nullif(?, ''), 'now')),"
        " min(minx), min(miny), max(maxx), max(maxy), ? FROM rtree_stations_geom",
        (layer.description, layer.as_of, layer.epsg),
    )
    file.execute(
        "INSERT INTO gpkg_geometry_columns VALUES ('stations', 'geom', 'POINT', ?, 0, 0)", (layer.epsg,)
    )


@lru_cache
def _system(epsg: int) -> tuple[str, str]:
    system = CRS.from_epsg(epsg)
    return system.name, system.to_wkt("WKT1_GDAL")
