"""A table of stations as drafts, or as problems: no row is lost without a word."""

from collections.abc import Iterator

from geo.crs import Crs
from geo.ingest.headers import Heading
from geo.ingest.problems import Problem
from geo.ingest.station_reader import Draft, StationReader
from geo.ingest.table import Table
from geo.model.station import Kind

__all__ = ["Draft", "read_stations"]


def read_stations(
    table: Table,
    *,
    crs: Crs | None,
    kind: str | None,
    summer: str = "05-01/09-30",
    headings: list[Heading | None] | None = None,
) -> Iterator[Draft | Problem]:
    """Read the rows of a table as they come.

    Parameters
    ----------
    table : Table
        An open file.
    crs : Crs or None
        The coordinate system of rows that do not name their own; it outweighs what the header says (with a
        warning). None: header, column or format must say it.
    kind : str or None
        The kind of rows whose column does not say it; without it the name may tell.
    summer : str
        What 夏季 means in opening hours, as ``05-01/09-30``.
    headings : list of Heading or None, optional
        What each column holds, where somebody has said so; otherwise its header tells.

    Yields
    ------
    Draft or Problem
        For each row that is not blank a draft, or at least one refused problem; also warnings and notes.

    Raises
    ------
    FileError
        No column holds the names, or the positions, or nobody says in which system they are.
    """
    return _rows(StationReader(table, crs, Kind(kind) if kind else None, summer, headings))


def _rows(reader: StationReader) -> Iterator[Draft | Problem]:
    for row, cells in reader.table:
        draft = reader.draft(row, cells)
        if reader.problems:
            yield from reader.problems
            reader.problems.clear()
        if draft is not None:
            yield draft
    yield from reader.remarks()
