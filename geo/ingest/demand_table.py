"""Demand in a table: CSV or XLSX with longitude, latitude and weights."""

from array import array
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.crs import Crs, parse_crs, to_wgs84
from geo.errors import InputError
from geo.ingest.cells import clean
from geo.ingest.coords import OUTSIDE, Position, read_pair, read_position
from geo.ingest.demand_cells import Gatherer
from geo.ingest.demand_raw import Progress, RawDemand
from geo.ingest.demand_weights import labels_of
from geo.ingest.header_row import Expected
from geo.ingest.headers import Heading, heading_of
from geo.ingest.position_doubts import PositionDoubts
from geo.ingest.positions import PositionColumns, position_columns
from geo.ingest.problems import Problem, shown
from geo.ingest.rows import Row
from geo.ingest.table import Table, open_table
from geo.ingest.words import plain

__all__ = ["read_demand_table"]

_CHUNK = 8192
_SYSTEMS = tuple(Crs)
_PLACES = ("x", "y", "xy", "crs")
# Beside a single column of positions they tell the header from a title.
_WORDS = (
    "population pop people residents workers riders jobs orders demand weight count "
    "人口 人数 人口数 常住人口 居民 居民数 职工 职工数 骑手 骑手数 岗位 订单 订单数 需求 权重"
)


def read_demand_table(
    path: Path, *, crs: Crs | None, weight: Sequence[str], max_bytes: int, progress: Progress
) -> RawDemand:
    """Read the rows of a table; see `geo.ingest.demand.read_demand`."""
    with open_table(path, max_bytes=max_bytes, expected=_expected(weight)) as table:
        table.on_progress = lambda read: progress(read / max(table.size, 1))
        reader = _Reader(table, crs, weight)
        chunk: list[Row] = []
        for pair in table:
            chunk.append(pair)
            if len(chunk) == _CHUNK:
                reader.take(chunk)
                chunk = []
        reader.take(chunk)
        return reader.raw()


def _expected(weight: Sequence[str]) -> Expected:
    words = {*_WORDS.split(), *map(plain, weight)}
    return Expected(lambda cell: _place(cell) is not None or plain(cell) in words, "“经度”“纬度”“人口”")


def _place(cell: str) -> Heading | None:
    heading = heading_of(cell)
    return heading if heading and heading.field in _PLACES else None


class _Reader:
    """What is made ready once for a file, and what its rows have shown so far."""

    def __init__(self, table: Table, crs: Crs | None, weight: Sequence[str]) -> None:
        headings = [_place(cell) for cell in table.header]
        self._table = table
        self._at, self._problems = position_columns(
            table.header, headings, crs=crs, format_crs=table.crs or Crs.WGS84
        )
        self._gatherers = {
            index: Gatherer(label, keep=bool(weight))
            for index, label in labels_of(table.header, weight).items()
        }
        self._rows, self._x, self._y, self._system = array("q"), array("d"), array("d"), array("b")
        self._doubts = PositionDoubts(self._at.label)

    def take(self, chunk: list[Row]) -> None:
        """Read some rows."""
        fitting = [(row, fitted) for row, cells in chunk if (fitted := self._fitted(row, cells)) is not None]
        for row, cells in fitting:
            x, y, system = self._position(row, cells, self._at)
            self._rows.append(row)
            self._x.append(x)
            self._y.append(y)
            self._system.append(system)
        for index, gatherer in self._gatherers.items():
            gatherer.add([cells[index] for _, cells in fitting])

    def raw(self) -> RawDemand:
        """Return what all of them say."""
        x, y = np.array(self._x), np.array(self._y)
        lon, lat = _in_wgs84(x, y, np.array(self._system))
        self._problems += self._doubts.told()
        self._problems += self._table.notes
        columns = [gatherer.column() for gatherer in self._gatherers.values()]
        return RawDemand(np.array(self._rows, np.int64), lon, lat, None, columns, self._problems)

    def _fitted(self, row: int, cells: list[str]) -> list[str] | None:
        missing = len(self._table.header) - len(cells)
        if missing >= 0:
            return cells + [""] * missing if missing else cells
        beyond = cells[missing:]
        if self._table.shifts and any(map(str.strip, beyond)):
            reason = (
                f"这一行比表头多 {-missing} 格,后面的内容可能错了位,没有导入;含有分隔符的内容请加英文引号"
            )
            self._problems.append(Problem(row, None, None, "refused", reason))
            return None
        return cells[:missing]

    def _position(self, row: int, cells: list[str], at: PositionColumns) -> tuple[float, float, int]:
        """Return x, y and the number of their system; NaN, and a problem, where there is none."""
        text = clean(cells[at.system]) if at.system is not None else ""
        crs = _crs_of(text) if text else at.crs
        if crs is None:
            self._refuse(row, self._table.header[at.system or 0], text, "认不出坐标系;请改正,或用 --crs 说明")
            return np.nan, np.nan, 0
        place = read_pair(cells[at.x]) if at.x == at.y else read_position(cells[at.x], cells[at.y])
        if isinstance(place, Position) and place.abroad and crs != Crs.WGS84:
            place = OUTSIDE
        if isinstance(place, str):
            given = cells[at.x] if at.x == at.y else f"{cells[at.x]},{cells[at.y]}"
            self._refuse(row, at.label, given.strip(","), place)
            return np.nan, np.nan, 0
        self._doubts.add(row, place)
        return place.x, place.y, _SYSTEMS.index(crs)

    def _refuse(self, row: int, column: str, text: str, reason: str) -> None:
        self._problems.append(Problem(row, clean(column), shown(text) or None, "refused", reason))


def _in_wgs84(x: NDArray, y: NDArray, system: NDArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    lon, lat = x.copy(), y.copy()
    for number in np.unique(system).tolist():
        rows = system == number
        lon[rows], lat[rows] = to_wgs84(x[rows], y[rows], _SYSTEMS[number])
    return lon, lat


@lru_cache(maxsize=256)
def _crs_of(text: str) -> Crs | None:
    try:
        return parse_crs(text)
    except InputError:
        return None
