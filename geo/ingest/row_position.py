"""The position of one row of a table, in the system that the row, the header or the caller names."""

from collections.abc import Sequence

from geo.crs import Crs, parse_crs
from geo.errors import InputError
from geo.ingest.cells import clean
from geo.ingest.coords import OUTSIDE, Position, read_pair, read_position
from geo.ingest.positions import PositionColumns

__all__ = ["UNKNOWN_CRS", "crs_of_row", "position_of_row"]

UNKNOWN_CRS = "没有写坐标系,或认不出来"
"""Why a row has no system."""


def crs_of_row(cells: Sequence[str], columns: PositionColumns) -> Crs | None:
    """Return the system of a row's position: its own, else that of the columns; None where none is known."""
    own = clean(cells[columns.system]) if columns.system is not None else ""
    try:
        return parse_crs(own) if own else columns.crs
    except InputError:
        return None


def position_of_row(cells: Sequence[str], columns: PositionColumns, crs: Crs) -> Position | str:
    """Return the position of a row, or a Chinese sentence: why it has none."""
    x, y = columns.x, columns.y
    place = read_pair(cells[x]) if x == y else read_position(cells[x], cells[y])
    if isinstance(place, Position) and place.abroad and crs != Crs.WGS84:
        return OUTSIDE
    return place
