"""A file of public venues that may have to have a nursing room."""

from pathlib import Path

from geo.crs import Crs, to_wgs84
from geo.errors import FileError
from geo.ingest.cell_numbers import read_number
from geo.ingest.cells import read_public_text
from geo.ingest.columns import first_filled
from geo.ingest.coords import Position
from geo.ingest.header_row import Expected
from geo.ingest.headers import Heading, heading_of
from geo.ingest.positions import PositionColumns, position_columns
from geo.ingest.problems import Problem, shown
from geo.ingest.row_position import UNKNOWN_CRS, crs_of_row, position_of_row
from geo.ingest.table import open_table
from geo.ingest.words import lookup_table, plain
from geo.model.venues import Venue

__all__ = ["read_venues"]

_FIELDS = lookup_table(
    {
        "name": ["名称", "场所", "场所名称", "单位名称", "name", "venue"],
        "type": ["类型", "类别", "场所类型", "type"],
        "area_m2": ["面积", "建筑面积", "面积(平方米)", "建筑面积(平方米)", "area_m2"],
        "visitors": ["日客流量", "客流量", "日均客流量", "日客流", "visitors_per_day"],
        "rule": ["省份", "适用规定", "province", "rule"],
    }
)
_NUMBERS = {"area_m2": "面积", "visitors": "日客流量"}
_PLACES = ("x", "y", "xy", "crs")


def read_venues(path: str | Path, *, crs: Crs | None, max_bytes: int) -> tuple[list[Venue], list[Problem]]:
    """Read a CSV or XLSX of venues: name, type, floor area, visitors in a day, province, position.

    Parameters
    ----------
    path : str or Path
    crs : Crs or None
        The coordinate system of rows that do not name their own. None: header or column must say it.
    max_bytes : int
        Refuse a larger file.

    Returns
    -------
    list of Venue, list of Problem
        A venue whose position or number cannot be read is taken without it, and told.

    Raises
    ------
    FileError
        The file as a whole cannot be read, or has no names or positions, or nobody says in which system.
    """
    with open_table(path, max_bytes=max_bytes, expected=_EXPECTED) as table:
        headings = [_place(cell) for cell in table.header]
        position, problems = position_columns(table.header, headings, crs=crs, format_crs=table.crs)
        columns: dict[str, list[int]] = {}
        for index, cell in enumerate(table.header):
            if field := _FIELDS.get(plain(cell)):
                columns.setdefault(field, []).append(index)
        if "name" not in columns:
            raise FileError("没有“名称”列。表头是:%(seen)s", seen="、".join(table.header)[:300])
        venues = []
        for row, cells in table:
            if any(map(str.strip, cells)):
                cells = cells + [""] * (len(table.header) - len(cells))
                said = {field: first_filled(cells, at) for field, at in columns.items()}
                venue, told = _venue(row, said, cells, position)
                venues += [venue] if venue else []
                problems += told
        problems += table.notes
    return venues, problems


def _place(cell: str) -> Heading | None:
    heading = heading_of(cell)
    return heading if heading and heading.field in _PLACES else None


_EXPECTED = Expected(
    lambda cell: plain(cell) in _FIELDS or _place(cell) is not None, "“名称”“面积”“日客流量”“经度”“纬度”"
)


def _venue(
    row: int, said: dict[str, str], cells: list[str], position: PositionColumns
) -> tuple[Venue | None, list[Problem]]:
    name, type_, rule = (read_public_text(said.get(field, "")).value for field in ("name", "type", "rule"))
    if name is None:
        return None, [Problem(row, None, None, "refused", "没有名称;请补上")]
    told = []
    numbers = {field: read_number(said.get(field, "")) for field in _NUMBERS}
    for field, reading in numbers.items():
        if reading.doubt:
            told.append(Problem(row, _NUMBERS[field], shown(said[field]), "warning", reading.doubt))
    found = _position(cells, position)
    if isinstance(found, str):
        told.append(
            Problem(row, position.label, shown(name), "warning", f"{found};只按依托单位的名称来找母婴室")
        )
    lon, lat = (None, None) if isinstance(found, str) else found
    area_m2, visitors = (reading.value for reading in numbers.values())
    return Venue(row, name, type_, area_m2, visitors, rule, lon, lat), told


def _position(cells: list[str], columns: PositionColumns) -> tuple[float, float] | str:
    """Return lon, lat in WGS-84 degrees, or why there are none."""
    crs = crs_of_row(cells, columns)
    if crs is None:
        return UNKNOWN_CRS
    place = position_of_row(cells, columns, crs)
    if not isinstance(place, Position):
        return str(place)
    lon, lat = to_wgs84([place.x], [place.y], crs)
    return float(lon[0]), float(lat[0])
