"""A file of candidates: places where a station could go, or problems."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from geo.crs import Crs, to_wgs84
from geo.ingest.candidate_columns import EXPECTED, CandidateColumns, candidate_columns
from geo.ingest.candidate_layer import read_candidate_layer
from geo.ingest.cells import read_code, read_public_text
from geo.ingest.coords import Position
from geo.ingest.demand_cells import read_weight
from geo.ingest.opening import open_file
from geo.ingest.position_doubts import PositionDoubts
from geo.ingest.problems import Problem, shown
from geo.ingest.row_position import UNKNOWN_CRS, crs_of_row, position_of_row
from geo.ingest.rows import Row
from geo.ingest.table import open_table
from geo.model.candidates import Candidates

__all__ = ["CandidatesFound", "read_candidates"]

_GEOPACKAGE = b"SQLite format 3\x00"
_LONGEST_CODE = 60
_NUMBERS = {"price": "费用", "capacity": "容量"}


class CandidatesFound(NamedTuple):
    """What a file holds: candidates in its order, none when no row was good; rows refused and remarks."""

    candidates: Candidates
    problems: list[Problem]


class _Draft(NamedTuple):
    """A row that can be taken; x, y in the row's own system."""

    row: int
    code: str
    name: str
    x: float
    y: float
    crs: Crs
    price: float
    capacity: float


def read_candidates(
    path: str | Path, *, crs: Crs | None = None, capacity: str | None = None, max_bytes: int
) -> CandidatesFound:
    """Read a CSV, XLSX, GeoJSON or GeoPackage of candidates: number, name, position, cost, capacity.

    Parameters
    ----------
    path : str or Path
    crs : Crs, optional
        The system of positions; by default columns of degrees are WGS-84 unless their header says otherwise,
        and other files say it themselves.
    capacity : str, optional
        The header of the column that says what each can serve; by default one that is called so.
    max_bytes : int
        Refuse a larger file.

    Notes
    -----
    A candidate without a number of its own is numbered by its row. Of two with one number, or one name at one
    place, the first is taken.

    Raises
    ------
    FileError
        The file as a whole cannot be read, or has no positions.
    InputError
        There is no column of that header.
    """
    path = Path(path)
    with open_file(path, max_bytes=max_bytes) as file:
        is_layer = file.read(len(_GEOPACKAGE)) == _GEOPACKAGE
    if is_layer:
        header, rows, notes = read_candidate_layer(path, crs=crs)
        columns, remarks = candidate_columns(header, crs=Crs.WGS84, format_crs=None, capacity=capacity)
        return _found(rows, columns, remarks, notes)
    with open_table(path, max_bytes=max_bytes, expected=EXPECTED) as table:
        columns, remarks = candidate_columns(
            table.header, crs=crs, format_crs=table.crs or Crs.WGS84, capacity=capacity
        )
        return _found(table, columns, remarks, table.notes)


def _found(
    rows: Iterable[Row], columns: CandidateColumns, problems: list[Problem], notes: list[Problem]
) -> CandidatesFound:
    """Return what rows say; ``notes`` is whole when they are used up."""
    doubts, drafts = PositionDoubts(columns.position.label), list[_Draft]()
    for row, cells in rows:
        cells = cells + [""] * (columns.width - len(cells))
        if not any(map(str.strip, cells)):
            continue
        draft = _draft(row, cells, columns, doubts)
        if isinstance(draft, Problem):
            problems.append(draft)
        else:
            drafts.append(draft)
    drafts = _each_once(drafts, problems)
    problems += [*doubts.told(), *_unpriced(drafts), *notes]
    if not drafts:
        problems.append(Problem(None, None, None, "warning", "没有一行可以导入,什么都没有改动"))
    return CandidatesFound(_candidates(drafts), problems)


def _draft(row: int, cells: list[str], columns: CandidateColumns, doubts: PositionDoubts) -> _Draft | Problem:
    code, doubt = read_code(columns.text(cells, "code"))
    name = read_public_text(columns.text(cells, "name")).value or ""
    called = shown(name or code or "") or None
    if doubt or len(code or "") > _LONGEST_CODE:
        return Problem(row, columns.label("code"), called, "refused", doubt or "编号太长,没有导入;请改短")
    numbers = {}
    for field, what in _NUMBERS.items():
        number = read_weight(columns.text(cells, field))
        if number is None or number < 0 or np.isinf(number):
            value = shown(columns.text(cells, field))
            reason = f"{what}应是一个不小于 0 的数,没有导入这一行;请改正"
            return Problem(row, columns.label(field), value, "refused", reason)
        numbers[field] = number * columns.factor.get(field, 1.0)
    crs = crs_of_row(cells, columns.position)
    if crs is None:
        return Problem(row, None, called, "refused", f"{UNKNOWN_CRS};请补上,或用 --crs 说明")
    place = position_of_row(cells, columns.position, crs)
    if not isinstance(place, Position):
        return Problem(row, columns.position.label, called, "refused", place)
    doubts.add(row, place)
    return _Draft(row, code or f"候选-{row:06d}", name, place.x, place.y, crs, **numbers)


def _each_once(drafts: list[_Draft], problems: list[Problem]) -> list[_Draft]:
    codes: dict[str, int] = {}
    places: dict[tuple[str, float, float], int] = {}
    taken = []
    for draft in drafts:
        # Without a name only the number tells two at one place apart.
        place = (draft.name or draft.code, draft.x, draft.y)
        if (first := codes.get(draft.code)) is not None:
            reason = f"编号“{shown(draft.code)}”与第 {first} 行相同,没有导入这一行;请改正编号或删去一行"
        elif (first := places.get(place)) is not None:
            reason = f"名称和坐标与第 {first} 行相同,没有导入这一行;请删去一行"
        else:
            codes[draft.code] = places[place] = draft.row
            taken.append(draft)
            continue
        problems.append(Problem(draft.row, None, shown(draft.name) or None, "refused", reason))
    return taken


def _unpriced(drafts: list[_Draft]) -> list[Problem]:
    """Return which rows leave out what others say."""
    told = []
    for field, what in _NUMBERS.items():
        without = [draft.row for draft in drafts if np.isnan(getattr(draft, field))]
        if 0 < len(without) < len(drafts):
            reason = f"没有写{what};按{what}规划时不能用这份候选点,请补上"
            told += [Problem(row, None, None, "warning", reason) for row in without]
    return told


def _candidates(drafts: list[_Draft]) -> Candidates:
    x, y = (np.array([getattr(draft, axis) for draft in drafts], float) for axis in ("x", "y"))
    lon, lat = x.copy(), y.copy()
    for crs in sorted({draft.crs for draft in drafts}):
        own = np.array([draft.crs == crs for draft in drafts])
        lon[own], lat[own] = to_wgs84(x[own], y[own], crs)
    return Candidates(
        codes=tuple(draft.code for draft in drafts),
        names=tuple(draft.name for draft in drafts),
        lon=lon,
        lat=lat,
        price=np.array([draft.price for draft in drafts], float),
        capacity=np.array([draft.capacity for draft in drafts], float),
    )
