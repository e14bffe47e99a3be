"""A file of landmarks, by which people say where they are."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from geo.crs import Crs, to_wgs84
from geo.errors import FileError
from geo.ingest.cells import read_list, read_public_text
from geo.ingest.columns import first_filled
from geo.ingest.coords import Position
from geo.ingest.header_row import Expected
from geo.ingest.headers import Heading, heading_of
from geo.ingest.positions import PositionColumns, position_columns
from geo.ingest.problems import Problem, shown
from geo.ingest.row_position import UNKNOWN_CRS, crs_of_row, position_of_row
from geo.ingest.table import Table, open_table
from geo.ingest.words import lookup_table, plain

__all__ = ["LandmarkDraft", "read_landmarks"]

_FIELDS = lookup_table(
    {
        "name": ["名称", "地标", "地标名称", "地名", "title"],
        "aliases": ["别名", "又名", "简称", "其他名称", "alias"],
        "category": ["类别", "类型", "分类", "种类", "kind", "type"],
    }
)
_PLACES = ("x", "y", "xy", "crs")


class LandmarkDraft(NamedTuple):
    """A landmark that can be taken; longitude and latitude in WGS-84 degrees."""

    name: str
    aliases: list[str]
    category: str | None
    lon: float
    lat: float


def read_landmarks(
    path: str | Path, *, crs: Crs | None, max_bytes: int
) -> tuple[list[LandmarkDraft], list[Problem]]:
    """Read a CSV, XLSX or GeoJSON of landmarks: name, other names, category, position.

    Parameters
    ----------
    path : str or Path
    crs : Crs or None
        The coordinate system of rows that do not name their own. None: header, column or format must say it.
    max_bytes : int
        Refuse a larger file.

    Returns
    -------
    list of LandmarkDraft, list of Problem
        In the order of the file. Every row that is not blank is in one of them.

    Raises
    ------
    FileError
        The file as a whole cannot be read, or has no names or positions, or nobody says in which system.
    """
    with open_table(path, max_bytes=max_bytes, expected=_EXPECTED) as table:
        headings = [_place(cell) for cell in table.header]
        position, problems = position_columns(table.header, headings, crs=crs, format_crs=table.crs)
        columns = _columns(table)
        found: list[tuple[Crs, LandmarkDraft]] = []
        for row, cells in table:
            cells = cells + [""] * (len(table.header) - len(cells))
            landmark = _landmark(row, cells, columns, position)
            if isinstance(landmark, Problem):
                problems.append(landmark)
            elif landmark is not None:
                found.append(landmark)
        problems += table.notes
    return _in_wgs84(found), problems


def _place(cell: str) -> Heading | None:
    heading = heading_of(cell)
    return heading if heading and heading.field in _PLACES else None


_EXPECTED = Expected(
    lambda cell: plain(cell) in _FIELDS or _place(cell) is not None, "“名称”“类别”“经度”“纬度”"
)


def _columns(table: Table) -> dict[str, list[int]]:
    columns: dict[str, list[int]] = {}
    for index, cell in enumerate(table.header):
        if field := _FIELDS.get(plain(cell)):
            columns.setdefault(field, []).append(index)
    if "name" not in columns:
        seen = "、".join(cell.strip()[:20] for cell in table.header if cell.strip())
        raise FileError("没有“名称”列。表头是:%(seen)s", seen=seen[:300])
    return columns


def _landmark(
    row: int, cells: list[str], columns: dict[str, list[int]], position: PositionColumns
) -> tuple[Crs, LandmarkDraft] | Problem | None:
    if not any(map(str.strip, cells)):
        return None
    name = read_public_text(first_filled(cells, columns["name"])).value
    if name is None:
        return Problem(row, None, None, "refused", "没有名称;请补上")
    crs = crs_of_row(cells, position)
    if crs is None:
        return Problem(row, None, shown(name), "refused", f"{UNKNOWN_CRS};请补上,或用 --crs 说明")
    place = position_of_row(cells, position, crs)
    if not isinstance(place, Position):
        return Problem(row, position.label, shown(name), "refused", place)
    aliases = read_list(first_filled(cells, columns.get("aliases", ()))).value or []
    category = read_public_text(first_filled(cells, columns.get("category", ()))).value
    return crs, LandmarkDraft(name, aliases, category, place.x, place.y)


def _in_wgs84(found: Iterable[tuple[Crs, LandmarkDraft]]) -> list[LandmarkDraft]:
    pairs = list(found)
    drafts = [draft for _, draft in pairs]
    for crs in {crs for crs, _ in pairs}:
        chosen = [index for index, (own, _) in enumerate(pairs) if own == crs]
        lon, lat = to_wgs84(
            np.array([drafts[i].lon for i in chosen]), np.array([drafts[i].lat for i in chosen]), crs
        )
        for index, x, y in zip(chosen, lon.tolist(), lat.tolist(), strict=True):
            drafts[index] = drafts[index]._replace(lon=x, lat=y)
    return drafts
