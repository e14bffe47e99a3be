"""A file of demand: places with weights, or problems.

Rows with a good place and good weights are taken, all others told; what is left out is counted.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.crs import Crs
from geo.errors import FileError
from geo.ingest.demand_cells import Column
from geo.ingest.demand_layer import read_geojson_demand, read_geopackage_demand
from geo.ingest.demand_raster import read_raster_demand
from geo.ingest.demand_raw import Progress, RawDemand
from geo.ingest.demand_table import read_demand_table
from geo.ingest.demand_weights import choose, refused
from geo.ingest.opening import open_file
from geo.ingest.problems import Problem
from geo.model.demand import Demand

__all__ = ["DemandFound", "Form", "read_demand"]

Form = Literal["points", "polygons", "raster"]
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_GEOPACKAGE = b"SQLite format 3\x00"


class DemandFound(NamedTuple):
    """What a file holds.

    Attributes
    ----------
    demand : Demand
        In the order of the file; without a place when no row was good. A polygon is a point inside it.
    shapes : (d,) object or None
        Where ``form`` is ``polygons``: them, in WGS-84 degrees, and the points beside them in the file.
    form : {"points", "polygons", "raster"}
    problems : list of Problem
        Rows refused, warnings and remarks.
    """

    demand: Demand
    shapes: NDArray[np.object_] | None
    form: Form
    problems: list[Problem]


def read_demand(
    path: str | Path,
    *,
    crs: Crs | None = None,
    weight: Sequence[str] = (),
    max_bytes: int,
    progress: Progress | None = None,
) -> DemandFound:
    """Read a CSV, XLSX, GeoPackage, GeoJSON or GeoTIFF of demand, told apart by content.

    Parameters
    ----------
    path : str or Path
    crs : Crs, optional
        The system of positions. By default columns of degrees are WGS-84 unless their header says otherwise,
        and other files say it themselves.
    weight : sequence of str
        The columns (bands of a raster) that are weights; by default all numeric ones that are neither
        positions nor numbers of things, or 1 for each row where there is none.
    max_bytes : int
        Refuse a larger file.
    progress : callable, optional

    Raises
    ------
    FileError
        The file as a whole cannot be read, has no positions, does not say in which system they are, or all of
        its weights are 0.
    InputError
        A column of ``weight`` is not there.
    """
    path, progress = Path(path), progress or _silent
    with open_file(path, max_bytes=max_bytes) as file:
        head = file.read(64)
    form: Form = "points"
    if head.startswith(_TIFF):
        form, raw = "raster", read_raster_demand(path, crs=crs, weight=weight, progress=progress)
    elif head.startswith(_GEOPACKAGE):
        raw = read_geopackage_demand(path, crs=crs, weight=weight)
    elif head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        raw = read_geojson_demand(path, crs=crs, weight=weight, max_bytes=max_bytes)
    else:
        raw = read_demand_table(path, crs=crs, weight=weight, max_bytes=max_bytes, progress=progress)
    progress(1.0)
    return _settled(raw, weight, form if raw.shapes is None else "polygons", path.name)


def _settled(raw: RawDemand, wanted: Sequence[str], form: Form, name: str) -> DemandFound:
    columns, notes = choose(raw.columns, wanted, len(raw.rows))
    wrong, found = refused(raw.rows, columns)
    good = ~wrong & ~np.isnan(raw.lon)
    # An empty cell beside others counts as 0, as was told.
    weights = {column.label: np.nan_to_num(column.values[good]) for column in columns}
    problems = raw.problems + found + notes
    problems += _left_out(columns, ~good, problems)
    problems += _without_weight(weights, name) if good.any() else [_NOTHING]
    demand = Demand(lon=raw.lon[good], lat=raw.lat[good], weights=weights)
    return DemandFound(demand, None if raw.shapes is None else raw.shapes[good], form, problems)


def _left_out(columns: list[Column], left: NDArray[np.bool_], problems: list[Problem]) -> list[Problem]:
    """Return how many rows are not taken, and what is known of their weight."""
    count = len({problem.row for problem in problems if problem.severity == "refused" and problem.row})
    if not count:
        return []
    sums = []
    for column in columns:
        values = column.values[left]
        known = values[np.isfinite(values) & (values > 0)]
        sums.append(f"{column.label} {known.sum():.15g}")
    reason = f"有 {count} 行没有导入,其中能认出的权重合计:{'、'.join(sums)}"
    return [Problem(None, None, None, "note", reason)]


def _without_weight(weights: dict[str, NDArray[np.float64]], name: str) -> list[Problem]:
    empty = [label for label, values in weights.items() if not values.any()]
    if len(empty) == len(weights):
        raise FileError(
            "文件“%(file)s”的权重合计是 0(%(columns)s);请核对权重列,或用 --weight 指明",
            file=name,
            columns="、".join(empty)[:300],
        )
    return [Problem(None, label, "0", "warning", "整列合计是 0,按它算不出覆盖率;请核对") for label in empty]


_NOTHING = Problem(None, None, None, "warning", "没有一行可以导入,什么都没有改动")


def _silent(_share: float) -> None:
    pass
