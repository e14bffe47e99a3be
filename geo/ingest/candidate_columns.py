"""Which columns of a file of candidates hold what."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from geo.crs import Crs
from geo.errors import InputError
from geo.ingest.cells import clean
from geo.ingest.columns import first_filled
from geo.ingest.header_row import Expected
from geo.ingest.headers import Heading, heading_of
from geo.ingest.positions import PositionColumns, position_columns
from geo.ingest.problems import Problem, shown
from geo.ingest.words import lookup_table, plain

__all__ = ["EXPECTED", "CandidateColumns", "candidate_columns"]

_FIELDS = lookup_table(
    {
        "code": ["编号", "代码", "候选点编号", "网点编号", "站点编号", "id", "candidate"],
        "name": ["名称", "候选点", "候选点名称", "网点", "网点名称", "单位名称", "站点名称", "地点", "title"],
        "price": ["费用", "成本", "造价", "建设费用", "建设成本", "预算", "费用(元)", "费用(万元)", "cost"],
        "capacity": ["容量", "接待能力", "服务能力", "可服务人数"],
        "address": ["地址", "详细地址", "位置"],
    }
)
_PLACES = ("x", "y", "xy", "crs")
_TEN_THOUSAND = 10_000.0


class CandidateColumns(NamedTuple):
    """The columns of a file of candidates.

    Attributes
    ----------
    header : list of str
    field : mapping
        From ``code``, ``name``, ``price``, ``capacity`` and ``address`` to the columns that hold it.
    factor : mapping
        What numbers of a field must be multiplied by: 10000 where the header says 万.
    """

    header: list[str]
    field: Mapping[str, list[int]]
    factor: Mapping[str, float]
    position: PositionColumns

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.header)

    def text(self, cells: Sequence[str], field: str) -> str:
        """Return what a row says of a field; of a name that is empty, the address."""
        found = first_filled(cells, self.field.get(field, ()))
        return found or (self.text(cells, "address") if field == "name" else "")

    def label(self, field: str) -> str | None:
        """Return the header of a field."""
        at = self.field.get(field)
        return clean(self.header[at[0]]) if at else None


def candidate_columns(
    header: list[str], *, crs: Crs | None, format_crs: Crs | None, capacity: str | None
) -> tuple[CandidateColumns, list[Problem]]:
    """Choose the columns of a header; parameters are those of `geo.ingest.candidates.read_candidates`.

    Raises
    ------
    FileError
        No position.
    InputError
        There is no column that ``capacity`` names.
    """
    headings = [_place(cell) for cell in header]
    position, problems = position_columns(header, headings, crs=crs, format_crs=format_crs)
    field: dict[str, list[int]] = {}
    for index, cell in enumerate(header):
        if (what := _field(cell)) and headings[index] is None:
            field.setdefault(what, []).append(index)
    if capacity is not None:
        field["capacity"] = [_named(header, capacity)]
    if "code" not in field:
        problems.append(Problem(None, None, None, "note", "没有“编号”列,候选点按行号编号"))
    wide = {what for what, at in field.items() if "万" in unicodedata.normalize("NFKC", header[at[0]])}
    factor = dict.fromkeys(wide & {"price", "capacity"}, _TEN_THOUSAND)
    return CandidateColumns(header, field, factor, position), problems


def _place(cell: str) -> Heading | None:
    heading = heading_of(cell)
    return heading if heading and heading.field in _PLACES else None


def _field(cell: str) -> str | None:
    return _FIELDS.get(plain(cell))


EXPECTED = Expected(
    lambda cell: _field(cell) is not None or _place(cell) is not None, "“编号”“名称”“经度”“纬度”“费用”"
)
"""The header cells of a file of candidates."""


def _named(header: list[str], wanted: str) -> int:
    for index, cell in enumerate(header):
        if plain(cell) and plain(cell) == plain(wanted):
            return index
    raise InputError(
        "没有“%(column)s”这一列;文件里的列有:%(seen)s",
        parameter="capacity",
        column=wanted[:80],
        seen="、".join(shown(cell)[:30] for cell in header if cell.strip())[:300] or "(没有)",
    )
