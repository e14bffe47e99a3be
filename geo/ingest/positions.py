"""Which columns hold the position, and in which coordinate system: said by someone, never guessed."""

from typing import NamedTuple

from geo.crs import Crs
from geo.errors import FileError
from geo.ingest.cells import clean
from geo.ingest.headers import COORDINATES, Heading
from geo.ingest.problems import Problem, shown

__all__ = ["PositionColumns", "position_columns"]

_PREFERRED = (Crs.WGS84, Crs.CGCS2000, Crs.GCJ02, Crs.BD09)


class PositionColumns(NamedTuple):
    """Where the position of a row stands.

    Parameters
    ----------
    x, y : int
        Indices of the columns; the same where one cell holds both.
    system : int or None
        Index of the column that names the system row by row.
    crs : Crs or None
        The system of rows that do not name their own.
    label : str
        The column, or both, as a person calls them.
    """

    x: int
    y: int
    system: int | None
    crs: Crs | None
    label: str


class _Candidate(NamedTuple):
    x: int
    y: int
    crs: Crs | None


def position_columns(
    header: list[str], headings: list[Heading | None], *, crs: Crs | None, format_crs: Crs | None
) -> tuple[PositionColumns, list[Problem]]:
    """Choose the columns of the position.

    What the caller says stands above the header, the header above the format. Where a file gives the
    position in several systems, the one the caller names is taken, else the one nearest to WGS-84. A row
    that names its own system is always read in that one.

    Parameters
    ----------
    header, headings : list
        The header cells and what they mean.
    crs, format_crs : Crs or None
        The system that the caller says, and the one that the format declares.

    Raises
    ------
    FileError
        No position, or nobody says in which system it is.
    """
    candidates = _candidates(headings)
    if not candidates:
        seen = "、".join(shown(cell)[:20] for cell in header if cell.strip())
        raise FileError("没有坐标列。表头是:%(seen)s;需要“经度”和“纬度”两列,或“经纬度”一列", seen=seen[:300])
    system = next((i for i, heading in enumerate(headings) if heading and heading.field == "crs"), None)
    chosen = _best(candidates, crs, by_row=system is not None)
    said = crs or chosen.crs or format_crs
    label = clean(header[chosen.x])
    if chosen.y != chosen.x:
        label = f"{label}、{clean(header[chosen.y])}"
    if said is None and system is None:
        raise FileError(
            "不知道“%(columns)s”是什么坐标系;请用 --crs 说明(wgs84、cgcs2000、gcj02、bd09),或加一列“坐标系”",
            columns=label,
        )
    columns = PositionColumns(chosen.x, chosen.y, system, said, label)
    return columns, list(_remarks(label, chosen, candidates, crs))


def _candidates(headings: list[Heading | None]) -> list[_Candidate]:
    places = [(i, heading) for i, heading in enumerate(headings) if heading and heading.field in COORDINATES]
    found = []
    free = [(i, heading.crs) for i, heading in places if heading.field == "y"]
    for i, heading in places:
        if heading.field == "xy":
            found.append(_Candidate(i, i, heading.crs))
        elif heading.field == "x":
            # 高德经度 goes with 高德纬度; only then with a 纬度 that names no system.
            fitting = [y for y in free if y[1] == heading.crs] or [
                y for y in free if y[1] is None or heading.crs is None
            ]
            if fitting:
                free.remove(fitting[0])
                found.append(_Candidate(i, fitting[0][0], heading.crs or fitting[0][1]))
    return found


def _best(candidates: list[_Candidate], crs: Crs | None, *, by_row: bool) -> _Candidate:
    wanted: list[Crs | None] = [crs, None] if crs or by_row else []
    for system in (*wanted, *_PREFERRED, None):
        for candidate in candidates:
            if candidate.crs == system:
                return candidate
    return candidates[0]


def _remarks(label: str, chosen: _Candidate, candidates: list[_Candidate], crs: Crs | None) -> list[Problem]:
    remarks = []
    if crs and chosen.crs and chosen.crs != crs:
        reason = f"表头写的是 {chosen.crs},命令说的是 {crs};已按 {crs} 读取,请核对哪一个对"
        remarks.append(Problem(None, label, None, "warning", reason))
    if len(candidates) > 1:
        remarks.append(Problem(None, label, None, "note", f"文件里有几组坐标,读取的是“{label}”"))
    return remarks
