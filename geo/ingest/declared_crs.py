"""From the coordinate system that a layer or a raster declares to WGS-84 degrees."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geo.crs import Crs, to_wgs84
from geo.errors import FileError

__all__ = ["Conversion", "to_degrees"]

Conversion = Callable[[NDArray[np.float64], NDArray[np.float64]], tuple[NDArray, NDArray]]


def to_degrees(declared: str | None, said: Crs | None, *, name: str) -> Conversion:
    """Return the conversion of x, y of a file to WGS-84 longitudes and latitudes in degrees.

    Parameters
    ----------
    declared : str or None
        What the file says, as ``EPSG:54009`` or WKT; geographic or projected. A system without a place on
        earth counts as None.
    said : Crs or None
        What a person says. It outweighs a declared system in degrees: files of GCJ-02 are often declared
        as WGS-84, having no other name for it. Metres are brought to degrees first.
    name : str
        The file's, for messages.

    Returns
    -------
    callable
        Gives inf where a position has none on earth.

    Raises
    ------
    FileError
        Neither says anything, or the declared system is unknown.
    """
    system = _system(declared, name)
    if system is None and said is None:
        raise FileError(
            "文件“%(file)s”没有写明坐标系;请用 --crs 说明(wgs84、cgcs2000、gcj02、bd09),"
            "或在 GIS 软件里设好后重新导出",
            file=name,
        )
    if system is None or (system.is_geographic and said is not None):
        return lambda x, y: to_wgs84(x, y, said or Crs.WGS84)
    try:
        transform = Transformer.from_crs(system, "EPSG:4326", always_xy=True).transform
    except (CRSError, ProjError):
        raise _unusable(declared, name) from None

    def convert(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray, NDArray]:
        return to_wgs84(*transform(x, y), said or Crs.WGS84)

    return convert


def _system(declared: str | None, name: str) -> CRS | None:
    if not declared:
        return None
    try:
        system = CRS.from_user_input(declared)
    except CRSError:
        raise _unusable(declared, name) from None
    return system if system.is_geographic or system.is_projected else None


def _unusable(declared: str | None, name: str) -> FileError:
    return FileError(
        "文件“%(file)s”的坐标系 %(crs)s 换算不了;请在 GIS 软件里按 WGS-84(EPSG:4326)重新导出",
        file=name,
        crs=str(declared)[:80],
    )
