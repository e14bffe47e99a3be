"""The rows of a text table: CSV and its kin, as Excel, WPS and databases write them."""

import codecs
import csv
import io
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import BinaryIO

from geo.errors import FileError
from geo.ingest.rows import Rows

__all__ = ["DELIMITERS", "encoding_of", "text_rows"]

DELIMITERS = (",", "\t", ";", "|", "，")
"""What may stand between two cells."""

_CHUNK_BYTES = 1 << 20
# A whole file without a line end would otherwise be one line in memory, and millions of cells.
_LONGEST_LINE_CHARACTERS = 1 << 20
# More lines than any cell of a register has: a quotation mark was left open.
_MOST_LINES_IN_A_RECORD = 60


def encoding_of(file: BinaryIO, *, name: str) -> str:
    """Return the encoding of a text file, having read all of it, and leave it at its start.

    UTF-8 and UTF-16 are told by their marks; without one it is UTF-8 where every byte fits, else GB18030.

    Raises
    ------
    FileError
        No encoding fits.
    """
    head = file.read(4)
    file.seek(0)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ("utf-16",)
    elif head.startswith(codecs.BOM_UTF8):
        candidates = ("utf-8-sig",)
    else:
        candidates = ("utf-8", "gb18030")
    # The encoding that reads furthest is the likely one: its first wrong line is told.
    line = 0
    for encoding in candidates:
        wrong = _first_wrong_line(file, encoding)
        if wrong is None:
            return encoding
        line = max(line, wrong)
    raise FileError(
        "文件“%(file)s”第 %(line)s 行附近有认不出的文字编码,请另存为“CSV UTF-8”后再导入", file=name, line=line
    )


def text_rows(file: BinaryIO, *, encoding: str, delimiter: str, name: str) -> Rows:
    """Yield (row, cells) of every record, blank ones included; `row` counts records from 1.

    A cell in quotation marks may hold delimiters and line ends; a spreadsheet then counts one row all the
    same, and so does this.

    Raises
    ------
    FileError
        A quotation mark is left open, so that the rest of the file would be one cell; or a cell or a line is
        longer than any of a register.
    """
    file.seek(0)
    lines = io.TextIOWrapper(file, encoding=encoding, newline="")
    reader = csv.reader(_bounded(lines, name), delimiter=delimiter)
    row = before = 0
    try:
        for row, cells in enumerate(reader, 1):
            if reader.line_num - before > _MOST_LINES_IN_A_RECORD:
                raise _open_quote(name, row)
            first, before = before, reader.line_num
            # Files that were put one below the other keep the mark that each began with.
            if cells and cells[0][:1] == "\ufeff":
                cells[0] = cells[0].lstrip("\ufeff")
            yield row, cells
        if row and before - first > 1:
            _refuse_open_end(lines, first, row, name)
    except csv.Error:
        raise (
            _long_cell(name, row + 1) if reader.line_num - before <= 1 else _open_quote(name, row + 1)
        ) from None
    finally:
        lines.detach()


def _bounded(lines: io.TextIOWrapper, name: str) -> Iterator[str]:
    for number, line in enumerate(iter(partial(lines.readline, _LONGEST_LINE_CHARACTERS), ""), 1):
        if len(line) == _LONGEST_LINE_CHARACTERS:
            raise FileError(
                "文件“%(file)s”第 %(line)s 行长得不像台账;请核对是否选错了文件,或缺了换行",
                file=name,
                line=number,
            )
        yield line


def _refuse_open_end(lines: io.TextIOWrapper, first: int, row: int, name: str) -> None:
    """Look whether the last record ended because the file did."""
    lines.seek(0)
    if sum(line.count('"') for line in islice(lines, first, None)) % 2:
        raise _open_quote(name, row)


def _open_quote(name: str, row: int) -> FileError:
    return FileError(
        "文件“%(file)s”第 %(row)s 行起有一个引号没有配对,后面的内容被当成了一格;请补上或删去引号后再导入",
        file=name,
        row=row,
    )


def _long_cell(name: str, row: int) -> FileError:
    return FileError(
        "文件“%(file)s”第 %(row)s 行有一格超过 %(most)s 个字,不像台账;请核对这一行,或检查是否缺了换行",
        file=name,
        row=row,
        most=csv.field_size_limit(),
    )


def _first_wrong_line(file: BinaryIO, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 1
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK_BYTES):
            decoder.decode(chunk)
            lines += chunk.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return lines + error.object.count(b"\n", 0, error.start)
    finally:
        file.seek(0)
    return None
