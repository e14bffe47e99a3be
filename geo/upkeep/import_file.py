"""The file of an import as a table, read the way its draft says."""

import io
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from geo.crs import Crs
from geo.errors import FileError, InputError
from geo.ingest.header_row import ANYTHING
from geo.ingest.headers import COORDINATES, Heading, heading_as, heading_of
from geo.ingest.mending import mended
from geo.ingest.positions import position_columns
from geo.ingest.table import Table, open_table
from geo.ingest.template_version import template_version
from geo.settings import Settings
from geo.upkeep.import_drafts import ImportDraft

__all__ = ["COLUMN", "declared_system", "headings_of", "max_bytes", "opened", "version_of", "work_bytes"]

COLUMN = "column"
"""Said of a file whose rows name their coordinate system in a column of their own."""


@contextmanager
def opened(draft: ImportDraft, body: bytes, *, max_bytes: int) -> Iterator[Table]:
    """Open the file of a draft, mended as the draft says.

    A header in which nothing is known is taken all the same: the draft's maker says what the columns are.

    Raises
    ------
    FileError
        As `geo.ingest.table.open_table`.
    """
    with tempfile.NamedTemporaryFile() as copy:
        copy.write(body)
        copy.flush()
        path = Path(copy.name)
        try:
            table = open_table(path, max_bytes=max_bytes, name=draft.file)
        except FileError as error:
            try:
                table = open_table(path, max_bytes=max_bytes, name=draft.file, expected=ANYTHING)
            except FileError:
                raise error from None
        with mended(table, draft.fixes) as rows:
            yield rows


def headings_of(header: list[str], columns: Mapping[str, str]) -> list[Heading | None]:
    """Return what each column holds: as somebody says, else as its header tells.

    Examples
    --------
    >>> [heading and heading.field for heading in headings_of(["站名", "甲", "乙"], {"1": "x", "0": ""})]
    [None, 'x', None]
    """
    found: list[Heading | None] = []
    for index, cell in enumerate(header):
        guess = heading_of(cell)
        field = columns.get(str(index))
        if field is None or (guess and guess.field == field):
            found.append(guess)
        else:
            found.append(heading_as(cell, field) if field else None)
    return found


def declared_system(table: Table, headings: list[Heading | None]) -> str:
    """Return the coordinate system that a file names itself: `COLUMN` row by row; empty: none.

    Raises
    ------
    FileError
        It has no position.
    """
    if any(heading and heading.field == "crs" for heading in headings):
        return COLUMN
    if not any(heading and heading.field in COORDINATES for heading in headings):
        # Says which columns there are.
        position_columns(table.header, headings, crs=Crs.WGS84, format_crs=None)
    try:
        columns, _ = position_columns(table.header, headings, crs=None, format_crs=table.crs)
    except FileError:
        return ""
    return columns.crs.value if columns.crs else ""


def max_bytes(settings: Settings) -> int:
    """Return how large a file may be.

    Examples
    --------
    >>> max_bytes(Settings(max_file_mb=2))
    2000000
    """
    return settings.max_file_mb * 1_000_000


def version_of(body: bytes, *, max_bytes: int) -> str:
    """Return the version of our own template that a file is made from; empty: it is another file."""
    return template_version(io.BytesIO(body), max_bytes=max_bytes)


def work_bytes(body: bytes) -> int:
    """Return how much there is to read in a file: of a workbook as much as it says to unpack to.

    Raises
    ------
    InputError
        It is empty.

    Examples
    --------
    >>> work_bytes("站点名称,经度".encode())
    19
    """
    if not body:
        raise InputError("请选择一个文件再上传", parameter="file")
    if body[:2] != b"PK":
        return len(body)
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return len(body)
