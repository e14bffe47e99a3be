"""Which version of our own template a workbook was made from."""

from contextlib import closing
from itertools import islice
from typing import BinaryIO

from geo.errors import FileError
from geo.ingest.xlsx_book import open_workbook
from geo.ingest.xlsx_rows import sheet_rows
from geo.model.template import GUIDE_SHEET, VERSION_LABEL

__all__ = ["template_version"]

_SEARCHED_ROWS = 20


def template_version(file: BinaryIO, *, max_bytes: int) -> str:
    """Return the version, or an empty text for a file that is no workbook of ours; the file is at its start.

    Parameters
    ----------
    max_bytes : int
        As `geo.ingest.xlsx_book.open_workbook` takes it.
    """
    head = file.read(2)
    file.seek(0)
    if head != b"PK":
        return ""
    try:
        book = open_workbook(file, name="", max_bytes=max_bytes)
        guide = next((sheet for sheet in book.sheets if sheet.name == GUIDE_SHEET), None)
        if guide is None:
            return ""
        with closing(sheet_rows(book, guide)) as rows:
            for _, cells in islice(rows, _SEARCHED_ROWS):
                if VERSION_LABEL in cells[:-1]:
                    return cells[cells.index(VERSION_LABEL) + 1].strip()
    except FileError:
        # Whoever reads its rows says what is wrong with it.
        return ""
    finally:
        file.seek(0)
    return ""
