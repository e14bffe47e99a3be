"""Candidates in a GeoPackage: its points as rows of a table."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely

from geo.crs import Crs
from geo.ingest.first_layer import first_layer
from geo.ingest.geojson_rows import cell_text
from geo.ingest.problems import Problem
from geo.ingest.rows import Row

__all__ = ["read_candidate_layer"]


def read_candidate_layer(path: Path, *, crs: Crs | None) -> tuple[list[str], Iterator[Row], list[Problem]]:
    """Return the header, the rows (number of the feature from 1) and remarks of the first layer with shapes.

    The first two columns are longitude and latitude in WGS-84 degrees; a shape that is no point gives its
    type in place of the longitude.

    Raises
    ------
    FileError
        It cannot be read, or does not say in which system its points are.
    """
    layer = first_layer(path, crs=crs)
    shapes = shapely.transform(layer.shapes, lambda corners: np.column_stack(layer.convert(*corners.T)))
    return ["lon", "lat", *layer.names], _rows(shapes, layer.columns), layer.notes


def _rows(shapes: np.ndarray, fields: list[np.ndarray]) -> Iterator[Row]:
    for number, shape in enumerate(shapes):
        cells = [_cell(column[number]) for column in fields]
        yield number + 1, [*_position(shape), *cells]


def _position(shape: shapely.Geometry | None) -> tuple[str, str]:
    if shape is None or shape.is_empty:
        return "", ""
    if shape.geom_type == "MultiPoint" and len(shape.geoms) == 1:
        shape = shape.geoms[0]
    return (repr(shape.x), repr(shape.y)) if shape.geom_type == "Point" else (shape.geom_type, "")


def _cell(value: object) -> str:
    if isinstance(value, np.generic):
        value = value.item()
    return "" if value is None or value != value else cell_text(value)
