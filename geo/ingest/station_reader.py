"""One row of a station file after the other: what is needed first, then field by field."""

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

from geo.crs import Crs, parse_crs, to_wgs84
from geo.errors import FileError, InputError
from geo.ingest.cell_hours import HoursCells, read_hours
from geo.ingest.cell_words import kind_of_name
from geo.ingest.cells import clean, read_code, read_public_text
from geo.ingest.columns import first_filled, station_columns
from geo.ingest.coords import OUTSIDE, Position, read_pair, read_position
from geo.ingest.headers import Heading, heading_of, when_of
from geo.ingest.position_doubts import PositionDoubts
from geo.ingest.positions import position_columns
from geo.ingest.problems import Problem, Severity, masked, shown
from geo.ingest.table import Table
from geo.model.station import Kind

__all__ = ["Draft", "StationReader"]

_LONGEST_GIVEN = 100
_HOURS_REMEMBERED = 8192


class Draft(NamedTuple):
    """A row that can be taken.

    Parameters
    ----------
    row : int
        The line as a spreadsheet counts it.
    ref : str or None
        The row's own number (编号) in its file.
    x, y : float
        Longitude and latitude in degrees, in `crs`.
    values : dict
        The fields the row gave, as `geo.model.station.FIELDS` has them; not to be changed. Without ``lon``
        and ``lat``: whoever loads converts many positions at once.
    """

    row: int
    ref: str | None
    x: float
    y: float
    crs: Crs
    values: dict[str, Any]


class StationReader:
    """What is made ready once for a file, and what its rows have shown so far."""

    def __init__(
        self,
        table: Table,
        crs: Crs | None,
        kind: Kind | None,
        summer: str,
        headings: list[Heading | None] | None = None,
    ) -> None:
        self.table = table
        self.problems: list[Problem] = []
        self._width = len(table.header)
        self._kind = kind
        self._said = crs
        headings = headings or [heading_of(cell) for cell in table.header]
        self._columns = station_columns(table.header, headings)
        self._labels: dict[str, str] = {}
        for cell, heading in zip(table.header, headings, strict=True):
            if heading:
                self._labels.setdefault(heading.field, clean(cell))
        self._at = self._columns.apart
        if "name" not in self._at:
            self._name_by_number(table.header)
        self._position, self._notes = position_columns(table.header, headings, crs=crs, format_crs=table.crs)
        self._hours_when = {index: when_of(table.header[index]) for index in self._at.get("hours_raw", ())}
        self._hours = lru_cache(maxsize=_HOURS_REMEMBERED)(partial(read_hours, summer=summer))
        self._beside = self._other_systems = 0
        self._assumed: dict[str, list[int]] = {}
        self._doubts = PositionDoubts(self._position.label)

    def draft(self, row: int, cells: list[str]) -> Draft | None:
        """Return the row's draft, or None; what is wrong is in `problems`."""
        if len(cells) != self._width and (cells := self._fitted(row, cells)) is None:
            return None
        name = self._name(row, cells)
        if name is None and not any(map(str.strip, cells)):
            return None
        if name is None and not self._given(cells):
            return None
        position = self._read_position(row, cells)
        crs = self._read_crs(row, cells)
        if name is None or position is None or crs is None:
            return None
        if position.abroad and crs != Crs.WGS84:
            self._tell(row, self._position.label, self._given(cells), "refused", OUTSIDE)
            return None
        self._doubts.add(row, position)
        values: dict[str, Any] = {"name": name, "crs_given": crs.value}
        values["position_given"] = self._given(cells)
        self._read_hours(row, cells, values)
        for column in self._columns.single:
            if doubted := column.take(cells, values):
                text, doubt = doubted
                self._tell(row, column.label, None if column.internal else text, "warning", doubt)
        self._settle_kind(name, values)
        if "entrance_lon" in self._at and "entrance_lat" in self._at:
            self._read_entrance(row, cells, crs, values)
        return Draft(row, self._ref(row, cells), position.x, position.y, crs, values)

    def _name_by_number(self, header: Sequence[str]) -> None:
        # Survey points and other programs' exports often have numbers alone: told apart all the same.
        if "ref" not in self._at:
            seen = "、".join(shown(cell)[:20] for cell in header if cell.strip())
            raise FileError("没有名称列,也没有编号列。表头是:%(seen)s;需要“站点名称”一列", seen=seen[:300])
        self._at = {**self._at, "name": self._at["ref"]}
        self._labels["name"] = label = self._labels["ref"]
        reason = "没有名称列,用编号作名称;需要名称时请加上“站点名称”一列再导入"
        self.problems.append(Problem(None, label, None, "warning", reason))

    def remarks(self) -> Iterator[Problem]:
        """Yield what is said of the whole file, at its end."""
        yield from self._notes
        yield from self._columns.notes
        yield from self._doubts.told()
        for assumption, rows in self._assumed.items():
            row, count = (rows[0], "") if len(rows) == 1 else (None, f"有 {len(rows)} 行:")
            reason = f"{count}{assumption};请核对"
            yield Problem(row, self._labels.get("hours_raw"), None, "warning", reason)
        if self._other_systems:
            label = self._labels["crs"]
            reason = f"有 {self._other_systems} 行写的坐标系不是 {self._said},已按各行自己的读取;请核对"
            yield Problem(None, label, None, "warning", reason)
        if self._beside:
            reason = f"有 {self._beside} 行在没有列名的列里写了内容,没有导入;需要时请加上列名"
            yield Problem(None, None, None, "note", reason)
        yield from self.table.notes

    def _fitted(self, row: int, cells: list[str]) -> list[str] | None:
        missing = self._width - len(cells)
        if missing > 0:
            return cells + [""] * missing
        if any(map(str.strip, cells[self._width :])):
            if self.table.shifts:
                reason = (
                    f"这一行比表头多 {-missing} 格,后面的内容可能错了位,没有导入;含有分隔符的内容请加英文引号"
                )
                self._tell(row, None, None, "refused", reason)
                return None
            self._beside += 1
        return cells[: self._width]

    def _name(self, row: int, cells: list[str]) -> str | None:
        text = first_filled(cells, self._at["name"])
        name, doubt = read_public_text(text)
        if name is None and any(map(str.strip, cells)):
            reason = f"站点名称用不了:{doubt}" if doubt else self._without_name(cells)
            self._tell(row, self._labels["name"], text, "refused", reason)
        elif doubt:
            self._tell(row, self._labels["name"], text, "warning", doubt)
        return name

    def _without_name(self, cells: list[str]) -> str:
        if self._given(cells):
            return "没有站点名称,这一行没有导入;请补上名称"
        return "没有站点名称,也没有坐标,这一行没有导入;如果是站点,请补上,如果是说明文字,不用处理"

    def _read_position(self, row: int, cells: list[str]) -> Position | None:
        x, y, _, _, label = self._position
        found = read_pair(cells[x]) if x == y else read_position(cells[x], cells[y])
        if isinstance(found, str):
            self._tell(row, label, self._given(cells), "refused", found)
            return None
        return found

    def _given(self, cells: Sequence[str]) -> str:
        x, y = self._position.x, self._position.y
        text = cells[x] if x == y or not cells[y] else f"{cells[x]},{cells[y]}"
        return clean(text)[:_LONGEST_GIVEN]

    def _read_crs(self, row: int, cells: list[str]) -> Crs | None:
        index, said = self._position.system, self._position.crs
        text = clean(cells[index]) if index is not None else ""
        if not text:
            if said is None:
                self._tell(row, self._labels["crs"], None, "refused", "没有写坐标系;请补上,或用 --crs 说明")
            return said
        own, reason = _crs_of(text)
        if reason:
            self._tell(row, self._labels["crs"], text, "refused", reason)
            return None
        if self._said is not None and own != self._said:
            self._other_systems += 1
        return own

    def _read_hours(self, row: int, cells: list[str], values: dict[str, Any]) -> None:
        at = self._at
        texts = [first_filled(cells, at[field]) if field in at else "" for field in HoursCells._fields]
        if any(self._hours_when.values()):
            texts[0] = self._hours_by_season(cells)
        if not any(texts):
            return
        fields, doubts, assumption = self._hours(HoursCells(*texts))
        values.update(fields)
        if assumption:
            self._assumed.setdefault(assumption, []).append(row)
        for field, doubt in doubts:
            text = texts[HoursCells._fields.index(field)]
            self._tell(row, self._labels.get(field), text, "warning", doubt)

    def _hours_by_season(self, cells: list[str]) -> str:
        """Write what several columns say (夏季, 冬季) as one cell would."""
        said = ((when, cells[index].strip()) for index, when in self._hours_when.items())
        return ";".join(text if when in text else when + text for when, text in said if text)

    def _settle_kind(self, name: str, values: dict[str, Any]) -> None:
        if "kind" in values:
            return
        if self._kind is not None:
            values["kind"] = self._kind.value
        elif (told := kind_of_name(name)) not in (None, Kind.CARE_STATION):
            values["kind"] = told

    def _read_entrance(self, row: int, cells: list[str], crs: Crs, values: dict[str, Any]) -> None:
        x, y = (first_filled(cells, self._at[field]) for field in ("entrance_lon", "entrance_lat"))
        if not x and not y:
            return
        found = read_position(x, y)
        if isinstance(found, Position) and found.abroad and crs != Crs.WGS84:
            found = OUTSIDE
        if isinstance(found, str):
            self._tell(
                row, self._labels["entrance_lon"], f"{x},{y}", "warning", f"入口的坐标没有导入:{found}"
            )
            return
        values["entrance_lon"], values["entrance_lat"] = to_wgs84(found.x, found.y, crs)

    def _ref(self, row: int, cells: list[str]) -> str | None:
        if "ref" not in self._at:
            return None
        text = first_filled(cells, self._at["ref"])
        ref, doubt = read_code(text)
        if doubt:
            self._tell(row, self._labels["ref"], text, "warning", doubt)
        return ref

    def _tell(self, row: int, column: str | None, text: str | None, severity: Severity, reason: str) -> None:
        value = shown(text) if text else None
        self.problems.append(Problem(row, column, value, severity, masked(reason)))


@lru_cache(maxsize=256)
def _crs_of(text: str) -> tuple[Crs | None, str]:
    """Return the system that a cell names, or why none."""
    try:
        return parse_crs(text), ""
    except InputError as error:
        return None, str(error)
