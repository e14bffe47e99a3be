"""Demand in a raster, such as WorldPop's or GHSL's grids of people: each cell above 0 is a point.

A cell holds a number of people, not a density: it is taken as it is.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.crs import Crs
from geo.errors import FileError
from geo.ingest.cells import clean
from geo.ingest.declared_crs import to_degrees
from geo.ingest.demand_cells import Column
from geo.ingest.demand_raw import Progress, RawDemand
from geo.ingest.demand_weights import UNNAMED, labels_of
from geo.ingest.problems import Problem

if TYPE_CHECKING:
    from rasterio.io import DatasetReader
    from rasterio.windows import Window

__all__ = ["read_raster_demand"]

# A grid of all China, 100 m wide, has more cells; nobody plans for all China at once.
_MOST_CELLS = 2_000_000_000
_MOST_POINTS = 5_000_000
_WINDOW_CELLS = 4_000_000
_COUNTS = "栅格的每一格按数量(如人数)计,不是密度;如果是每平方公里的密度,请先乘以格子的面积"


class _Found(NamedTuple):
    """The points of a window: columns and rows of the grid, (p, bands) weights; cells that were wrong."""

    column: NDArray[np.int64]
    row: NDArray[np.int64]
    weight: NDArray[np.float64]
    wrong: NDArray[np.float64]


def read_raster_demand(
    path: Path, *, crs: Crs | None, weight: Sequence[str], progress: Progress
) -> RawDemand:
    """Read a GeoTIFF window by window; see `geo.ingest.demand.read_demand`."""
    with _opened(path) as raster:
        _check(raster, path.name)
        convert = to_degrees(raster.crs and raster.crs.to_wkt(), crs, name=path.name)
        bands = labels_of(_names(raster), weight) if weight else dict(enumerate(_names(raster)))
        found, points = [], 0
        for window in _windows(raster):
            found.append(_read(raster, window, list(bands)))
            points += len(found[-1].row)
            if points > _MOST_POINTS:
                raise _too_many(path.name)
            progress((window.row_off + window.height) / raster.height)
        transform = raster.transform
    column, row, values, wrong = (np.concatenate(parts) for parts in zip(*found, strict=True))
    lon, lat = convert(*(transform @ (column + 0.5, row + 0.5)))
    on_earth = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    columns = [Column(name, values[on_earth, k], {}) for k, name in enumerate(bands.values())]
    problems = [Problem(None, None, None, "note", _COUNTS), *_told(wrong, values[~on_earth])]
    numbers = np.arange(1, int(on_earth.sum()) + 1)
    return RawDemand(numbers, lon[on_earth], lat[on_earth], None, columns, problems)


@contextmanager
def _opened(path: Path) -> Iterator["DatasetReader"]:
    # Imported here: no other file needs it, and it brings a second GDAL.
    import rasterio
    from rasterio.errors import RasterioError

    try:
        with rasterio.open(path, driver="GTiff") as raster:
            yield raster
    except RasterioError as error:
        detail = str(error.__cause__ or error)[:200]
        raise FileError("文件“%(file)s”读不出来:%(detail)s", file=path.name, detail=detail) from None


def _check(raster: "DatasetReader", name: str) -> None:
    if raster.transform.is_identity:
        raise FileError(
            "文件“%(file)s”是图片,没有写明每一格在地球上的位置;请用带地理参考的 GeoTIFF 栅格", file=name
        )
    if raster.width * raster.height > _MOST_CELLS:
        raise _too_many(name)


def _too_many(name: str) -> FileError:
    return FileError(
        "栅格“%(file)s”太大:最多 %(cells)s 格,其中大于 0 的最多 %(points)s 格;请先裁剪到一个城市的范围",
        file=name,
        cells=_MOST_CELLS,
        points=_MOST_POINTS,
    )


def _names(raster: "DatasetReader") -> list[str]:
    """Return what the bands are called; they are different."""
    names: list[str] = []
    for number, text in enumerate(raster.descriptions, 1):
        name = clean(text or "") or (UNNAMED if raster.count == 1 else f"band_{number}")
        names.append(f"{name} ({number})" if name in names else name)
    return names


def _windows(raster: "DatasetReader") -> Iterator["Window"]:
    from rasterio.windows import Window

    # Whole blocks of the file, or each would be unpacked more than once.
    block = raster.block_shapes[0][0]
    height = max(_WINDOW_CELLS // raster.width // block, 1) * block
    for top in range(0, raster.height, height):
        yield Window(0, top, raster.width, min(height, raster.height - top))


def _read(raster: "DatasetReader", window: "Window", bands: list[int]) -> _Found:
    read = raster.read([band + 1 for band in bands], window=window, masked=True)
    values = read.astype(np.float64).filled(np.nan)
    for k, band in enumerate(bands):
        values[k] = values[k] * raster.scales[band] + raster.offsets[band]
    wrong = (values < 0) | np.isinf(values)
    taken = ~wrong.any(axis=0) & (np.nan_to_num(values) > 0).any(axis=0)
    row, column = np.nonzero(taken)
    weight = np.nan_to_num(values[:, row, column]).T
    return _Found(column, row + int(window.row_off), weight, values[wrong])


def _told(wrong: NDArray[np.float64], off_earth: NDArray[np.float64]) -> Iterator[Problem]:
    if len(wrong):
        reason = (
            f"有 {len(wrong)} 格的值是负数或无穷大,没有导入这些格;"
            "如果这个值表示没有数据,请在 GIS 软件里把它设为 nodata"
        )
        yield Problem(None, None, f"{wrong[0]:g}", "refused", reason)
    if len(off_earth):
        reason = f"有 {len(off_earth)} 格在地球上没有位置,没有导入,它们的权重合计 {off_earth.sum():g}"
        yield Problem(None, None, None, "refused", reason)
