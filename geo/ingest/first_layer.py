"""The first layer with shapes of a GeoPackage."""

import warnings
from pathlib import Path
from typing import NamedTuple

import pyogrio
import shapely
from numpy.typing import NDArray

from geo.crs import Crs
from geo.errors import FileError
from geo.ingest.declared_crs import Conversion, to_degrees
from geo.ingest.problems import Problem

__all__ = ["Layer", "first_layer"]


class Layer(NamedTuple):
    """A layer of a file.

    Attributes
    ----------
    names : list of str
        Of its columns.
    shapes : (n,) object
        In the layer's own system; None where one cannot be read.
    columns : list of (n,) array
    convert : callable
        To WGS-84 degrees.
    notes : list of Problem
        Layers that were not read.
    """

    names: list[str]
    shapes: NDArray
    columns: list[NDArray]
    convert: Conversion
    notes: list[Problem]


def first_layer(path: Path, *, crs: Crs | None) -> Layer:
    """Read the first layer with shapes.

    Parameters
    ----------
    crs : Crs, optional
        The system of its positions, where it does not say.

    Raises
    ------
    FileError
        It cannot be read, has no such layer, or nobody says in which system it is.
    """
    try:
        with warnings.catch_warnings():
            # What GDAL thinks of a file it can read is nothing a planner could mend.
            warnings.simplefilter("ignore", RuntimeWarning)
            layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
            if not layers:
                raise FileError("文件“%(file)s”里没有带图形的图层;请核对是否选错了文件", file=path.name)
            meta, _, shapes, fields = pyogrio.raw.read(path, layer=layers[0], force_2d=True)
    except (RuntimeError, ValueError) as error:
        detail = str(error)[:200]
        raise FileError("文件“%(file)s”读不出来:%(detail)s", file=path.name, detail=detail) from None
    names = [str(name) for name in meta["fields"]]
    convert = to_degrees(meta["crs"], crs, name=path.name)
    notes = [_left_layers(layers)] if len(layers) > 1 else []
    return Layer(names, shapely.from_wkb(shapes, on_invalid="ignore"), fields, convert, notes)


def _left_layers(layers: list[str]) -> Problem:
    others = "、".join(f"“{layer[:30]}”" for layer in layers[1:6])
    reason = f"只读取了图层“{layers[0][:30]}”;{others}没有读取,需要时请另存为单独的文件再导入"
    return Problem(None, None, None, "warning", reason)
