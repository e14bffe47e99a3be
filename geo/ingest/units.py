"""A file of union units (工会): their tree, or problems."""

from pathlib import Path
from typing import NamedTuple

from geo.errors import FileError
from geo.ingest.cells import Reading, read_code, read_text
from geo.ingest.columns import first_filled
from geo.ingest.header_row import Expected
from geo.ingest.problems import Problem, shown
from geo.ingest.table import Table, open_table
from geo.ingest.words import lookup_table, plain

__all__ = ["UnitDraft", "read_units"]

_FIELDS = lookup_table(
    {
        "code": ["工会代码", "代码", "编码", "编号", "组织代码", "unit_code", "id"],
        "name": ["工会名称", "名称", "组织名称", "工会", "unit_name"],
        "parent": ["上级", "上级代码", "上级工会", "上级工会代码", "上级工会名称", "主管工会", "parent_code"],
        "area": ["区划代码", "行政区划代码", "area_code", "adcode"],
    }
)
_EXPECTED = Expected(lambda cell: plain(cell) in _FIELDS, "“工会代码”“工会名称”“上级工会代码”")


class UnitDraft(NamedTuple):
    """A union unit that can be taken; ``area_code`` is the administrative area it belongs to, if any."""

    row: int
    code: str
    name: str
    parent_code: str | None
    area_code: str | None


def read_units(path: str | Path, *, max_bytes: int) -> tuple[list[UnitDraft], list[Problem]]:
    """Read a CSV or XLSX of union units: code, name, the unit above (its code or its name).

    Parameters
    ----------
    path : str or Path
    max_bytes : int
        Refuse a larger file.

    Returns
    -------
    list of UnitDraft, list of Problem
        Every unit after the one above it. Units in a circle, under an unknown unit, or under a refused one,
        are refused.

    Raises
    ------
    FileError
        The file as a whole cannot be read, or has no column of codes or names.
    """
    with open_table(path, max_bytes=max_bytes, expected=_EXPECTED) as table:
        columns = _columns(table)
        units: dict[str, UnitDraft] = {}
        problems: list[Problem] = []
        for row, cells in table:
            cells = cells + [""] * (len(table.header) - len(cells))
            said = {field: first_filled(cells, indices) for field, indices in columns.items()}
            draft = _draft(row, said, units)
            if isinstance(draft, Problem):
                problems.append(draft)
            elif draft is not None:
                units[draft.code] = draft
        problems += table.notes
    ordered, refused = _from_the_top(_with_parent_codes(units))
    return ordered, problems + refused


def _columns(table: Table) -> dict[str, list[int]]:
    columns: dict[str, list[int]] = {}
    for index, cell in enumerate(table.header):
        if field := _FIELDS.get(plain(cell)):
            columns.setdefault(field, []).append(index)
    if missing := [
        word for field, word in (("code", "工会代码"), ("name", "工会名称")) if field not in columns
    ]:
        raise FileError(
            "没有“%(missing)s”列。表头是:%(seen)s",
            missing="”“".join(missing),
            seen="、".join(cell.strip()[:20] for cell in table.header if cell.strip())[:300],
        )
    return columns


def _draft(row: int, said: dict[str, str], units: dict[str, UnitDraft]) -> UnitDraft | Problem | None:
    if not any(map(str.strip, said.values())):
        return None
    code, name = _value(read_code(said["code"])), _value(read_text(said["name"]))
    if not code or not name:
        return Problem(row, None, shown(name or code), "refused", "代码和名称都要有;请补上缺的一个")
    if code in units:
        reason = f"与第 {units[code].row} 行的代码相同;请改正"
        return Problem(row, None, shown(code), "refused", reason)
    parent, area = (_value(read_code(said.get(field, ""))) for field in ("parent", "area"))
    return UnitDraft(row, code, name, parent or None, area or None)


def _value(reading: Reading) -> str:
    return reading.value or ""


def _with_parent_codes(units: dict[str, UnitDraft]) -> dict[str, UnitDraft]:
    """Replace the name of a unit above, where one stands for the code, by its code."""
    codes: dict[str, list[str]] = {}
    for unit in units.values():
        codes.setdefault(unit.name, []).append(unit.code)
    resolved = {}
    for unit in units.values():
        named = codes.get(unit.parent_code or "", [])
        known = unit.parent_code in units or len(named) != 1
        resolved[unit.code] = unit if known else unit._replace(parent_code=named[0])
    return resolved


def _from_the_top(units: dict[str, UnitDraft]) -> tuple[list[UnitDraft], list[Problem]]:
    below: dict[str | None, list[UnitDraft]] = {}
    for unit in units.values():
        below.setdefault(unit.parent_code, []).append(unit)
    ordered = list(below.get(None, []))
    for unit in ordered:
        ordered += below.get(unit.code, [])
    reached = {unit.code for unit in ordered}
    refused = [
        Problem(unit.row, None, shown(unit.parent_code or ""), "refused", _why(unit, units))
        for unit in units.values()
        if unit.code not in reached
    ]
    return ordered, refused


def _why(unit: UnitDraft, units: dict[str, UnitDraft]) -> str:
    seen = {unit.code}
    above = unit
    while above.parent_code in units:
        above = units[above.parent_code]
        if above.code == unit.code:
            return "上级绕成了一个圈,最后又是它自己;请改正上级"
        if above.code in seen:
            return "它的上级绕成了一个圈;请先改正上级"
        seen.add(above.code)
    if above is unit:
        return "文件里没有这个上级,或有几个同名的;请写上级的代码,并把上级也放进文件"
    return "它的上级没有导入;请先改正上级那一行"
