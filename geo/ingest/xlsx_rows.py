"""The rows of a worksheet, in memory that does not grow with the sheet."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from openpyxl.utils.datetime import from_excel

from geo.ingest.rows import Row, Rows
from geo.ingest.xlsx_book import Sheet, Workbook
from geo.ingest.xlsx_package import parse_xml, readable

__all__ = ["sheet_rows"]

_MOST_COLUMNS = 16_384
_SCAN_BYTES = 1 << 20
_MERGED = re.compile(rb'mergeCell\b[^>]*?\bref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_LONGEST_MERGE_TAG_BYTES = 200
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_EXACT_INTEGERS = 1e15
# As Excel shows a formula that has no result; other programs may save one without calculating it. An empty
# text is a result.
_NOT_CALCULATED = "#CALC!"


def sheet_rows(book: Workbook, sheet: Sheet) -> Rows:
    """Yield (row, cells as text) of every row that holds a value; `row` is the sheet's own number.

    A cell merged downwards counts in each of its rows. Numbers are written as a person sees them (54, not
    54.0; 15 significant figures, as Excel keeps), dates as ISO text, true and false as 是 and 否.

    Raises
    ------
    FileError
        The sheet is broken.
    """
    with readable(book.file):
        merges = _downward_merges(book, sheet)
        rows = _rows(book, sheet)
        yield from _filled(rows, merges) if merges else rows


def _rows(book: Workbook, sheet: Sheet) -> Iterator[Row]:
    reader = _Reader(book)
    handlers = {"start": reader.start, "end": reader.end, "text": reader.pieces.append}
    for _ in parse_xml(book.archive, sheet.part, **handlers):
        rows, reader.rows = reader.rows, []
        yield from rows


class _Reader:
    """The handlers of a sheet's XML: they gather rows until someone takes them."""

    def __init__(self, book: Workbook) -> None:
        self.rows: list[Row] = []
        self.pieces: list[str] = []
        self._book = book
        self._prefix = ""
        self._row = 0
        self._column = -1
        self._cells: list[str] = []
        self._type = ""
        self._style = "0"
        self._text = ""
        self._phonetic = False
        self._formula = False

    def start(self, tag: str, given: dict[str, str]) -> None:
        """Open an element."""
        local = tag.removeprefix(self._prefix)
        if local == "c":
            reference = given.get("r")
            self._column = _column_of(reference) if reference else self._column + 1
            self._type = given.get("t", "n")
            self._style = given.get("s", "0")
            self._text = ""
            self._formula = False
        elif local == "f":
            self._formula = True
        elif local == "row":
            self._row = int(given["r"]) if "r" in given else self._row + 1
            self._column = -1
            self._cells = []
        elif local == "rPh":
            self._phonetic = True
        elif tag.endswith("worksheet"):
            self._prefix = tag[: -len("worksheet")]
        self.pieces.clear()

    def end(self, tag: str) -> None:
        """Close an element."""
        local = tag.removeprefix(self._prefix)
        if local in ("v", "t"):
            if not self._phonetic:
                self._text += "".join(self.pieces)
        elif local == "c":
            if self._text:
                self._put(self._value())
            elif self._formula and self._type != "str":
                self._put(_NOT_CALCULATED)
        elif local == "row":
            if self._cells:
                self.rows.append((self._row, self._cells))
        elif local == "rPh":
            self._phonetic = False
        self.pieces.clear()

    def _put(self, value: str) -> None:
        if self._column >= _MOST_COLUMNS:
            raise ValueError("more columns than a sheet has")
        missing = self._column - len(self._cells)
        if missing >= 0:
            self._cells += [""] * (missing + 1)
        self._cells[self._column] = value

    def _value(self) -> str:
        kind, text = self._type, self._text
        if kind == "s":
            return _unescape(self._book.strings[int(text)])
        if kind == "n":
            date_kind = self._book.dates.get(int(self._style))
            return _date_text(text, date_kind, self._book.epoch) if date_kind else _number_text(text)
        if kind == "b":
            return "是" if text == "1" else "否"
        return _unescape(text)


def _column_of(reference: str) -> int:
    column = 0
    for letter in reference.rstrip("0123456789"):
        column = column * 26 + ord(letter) - 64
    return column - 1


def _unescape(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _number_text(text: str) -> str:
    try:
        value = float(text)
        if value == int(value) and abs(value) < _EXACT_INTEGERS:
            return str(int(value))
    except (ValueError, OverflowError):
        return text
    return f"{value:.15g}"


def _date_text(text: str, kind: str, epoch: datetime) -> str:
    try:
        moment = from_excel(float(text), epoch)
    except (ValueError, OverflowError):
        return _number_text(text)
    if isinstance(moment, timedelta | time) or kind == "time":
        return _clock(moment)
    if kind == "month":
        return f"{moment:%Y-%m}"
    midnight = not isinstance(moment, datetime) or moment.time() == time.min
    return f"{moment:%Y-%m-%d}" if midnight else f"{moment:%Y-%m-%d %H:%M}"


def _clock(moment: date | time | timedelta) -> str:
    if isinstance(moment, timedelta):
        minutes = round(moment.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return f"{moment:%H:%M}"


def _downward_merges(book: Workbook, sheet: Sheet) -> deque[tuple[int, int, int]]:
    """Return (first row, last row, column) of cells merged over several rows, by first row.

    They are listed after the rows, so the part is passed over once beforehand, as mere bytes.
    """
    found: set[tuple[int, int, int]] = set()
    tail = b""
    with book.archive.open(sheet.part) as handle:
        while chunk := handle.read(_SCAN_BYTES):
            piece = tail + chunk
            for left, top, _, bottom in _MERGED.findall(piece) if b"mergeCell" in piece else ():
                if top != bottom:
                    found.add((int(top), int(bottom), _column_of(left.decode())))
            tail = piece[-_LONGEST_MERGE_TAG_BYTES:]
    return deque(sorted(found))


def _filled(rows: Iterable[Row], merges: deque[tuple[int, int, int]]) -> Iterator[Row]:
    """Write the value of a cell merged downwards into its lower rows."""
    active: dict[int, tuple[int, str]] = {}
    for row, cells in rows:
        active = {column: (bottom, value) for column, (bottom, value) in active.items() if row <= bottom}
        for column, (_, value) in active.items():
            cells += [""] * (column + 1 - len(cells))
            cells[column] = cells[column] or value
        while merges and merges[0][0] <= row:
            top, bottom, column = merges.popleft()
            if top == row and column < len(cells) and cells[column]:
                active[column] = (bottom, cells[column])
        yield row, cells
