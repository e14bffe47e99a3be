"""A file as a table: its header, and its rows one by one, whatever the format."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from geo.crs import Crs
from geo.errors import FileError
from geo.ingest.geojson_rows import collection_facts, point_rows
from geo.ingest.header_row import FEWEST_KNOWN, STATIONS, Expected, known_columns, split_header, top_rows
from geo.ingest.headers import COORDINATES, heading_of
from geo.ingest.opening import open_file
from geo.ingest.problems import Problem
from geo.ingest.rows import Row, Rows
from geo.ingest.sniff import table_format
from geo.ingest.text_rows import DELIMITERS, encoding_of, text_rows
from geo.ingest.xlsx_book import open_workbook
from geo.ingest.xlsx_rows import sheet_rows
from geo.model.template import GUIDE_SHEET

__all__ = ["Table", "open_table"]

_ROWS_BETWEEN_REPORTS = 1000
_TOTAL = re.compile(r"(?:合|总|小|共)\s*计\s*(?:[:：(（\d].*)?", re.DOTALL)
_FOOT = re.compile(
    r"(?:注|备注|说明|填表|制表|填报|审核|审批|统计|联系|单位|负责人|经办|主管|领导|日期|时间|截至|截止|盖章|签字)"
    r"[^,，]{0,6}[:：].*",
    re.DOTALL,
)
_DEGREES = re.compile(r"(?<![\d.])\d{2,3}[.°度]\d")


@dataclass
class Table:
    """An open file of rows.

    Parameters
    ----------
    name : str
        The file's name.
    header : list of str
        The header cells as written.
    top, rest
        The rows below the header: those already read, and those to come.
    file, size
        The open file and its size in bytes.
    crs : Crs or None
        The system that the format itself declares (GeoJSON).
    shifts : bool
        True where a stray delimiter moves the cells after it (text files).
    on_progress : callable, optional
        Called from time to time with the bytes read so far, and with `size` at the end.

    Iterating yields the rows below the header, once: blank rows, totals, foot notes and repetitions of the
    header are left out. `notes` is whole when the rows are used up. Where none is left, FileError is raised.
    """

    name: str
    header: list[str]
    top: list[Row]
    rest: Rows
    file: BinaryIO
    size: int
    crs: Crs | None = None
    shifts: bool = False
    notes: list[Problem] = field(default_factory=list)
    on_progress: Callable[[int], None] | None = None

    def __iter__(self) -> Iterator[Row]:
        skipped: list[int] = []
        found = False
        header = {cell for cell in self.header if cell.strip()}
        for row, cells in self._counted():
            first = next(filter(None, cells), None)
            if first is None:
                continue
            if _is_beside(cells, first, header):
                if any(cell.strip() for cell in cells):
                    skipped.append(row)
                continue
            found = True
            yield row, cells
        if not found:
            raise FileError(
                "文件“%(file)s”在表头下面没有一行数据,请核对是否选错了文件或工作表", file=self.name
            )
        if skipped:
            lines = "、".join(map(str, skipped[:10])) + ("等" if len(skipped) > 10 else "")
            reason = f"合计、脚注和重复的表头共 {len(skipped)} 行没有导入(第 {lines} 行)"
            self.notes.append(Problem(None, None, None, "note", reason))

    def _counted(self) -> Iterator[Row]:
        for count, pair in enumerate(chain(self.top, self.rest), 1):
            if count % _ROWS_BETWEEN_REPORTS == 0 and self.on_progress is not None:
                self.on_progress(min(self.file.tell(), self.size))
            yield pair
        if self.on_progress is not None:
            self.on_progress(self.size)

    def close(self) -> None:
        """Let go of the file."""
        # A reader that is still under way lets go of the file first.
        self.rest.close()
        self.file.close()

    def __enter__(self) -> "Table":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_table(
    path: str | Path, *, max_bytes: int, expected: Expected = STATIONS, name: str | None = None
) -> Table:
    """Open a CSV, XLSX or GeoJSON file, told apart by content.

    Parameters
    ----------
    path : str or Path
        The file; its name is not looked at.
    max_bytes : int
        Refuse a larger file; a workbook may unpack to 5 times as much.
    expected : Expected
        Which header cells the reader of the table knows.
    name : str, optional
        What to call the file in messages; its own name otherwise.

    Raises
    ------
    FileError
        Missing, too large, no table, broken, or without a header that is known.
    """
    path = Path(path)
    name = name or path.name
    file = open_file(path, max_bytes=max_bytes, name=name)
    try:
        return _table(file, name, max_bytes, expected)
    except BaseException:
        file.close()
        raise


def _table(file: BinaryIO, name: str, max_bytes: int, expected: Expected) -> Table:
    size = file.seek(0, 2)
    file.seek(0)
    readers = {"text": _text_table, "json": _geojson_table, "zip": _workbook_table}
    return readers[table_format(file, name=name)](file, name, size, max_bytes, expected)


def _text_table(file: BinaryIO, name: str, size: int, _: int, expected: Expected) -> Table:
    encoding = encoding_of(file, name=name)

    def rows(delimiter: str) -> Rows:
        return text_rows(file, encoding=encoding, delimiter=delimiter, name=name)

    best, failure = (-1, ","), None
    for delimiter in DELIMITERS:
        try:
            score = known_columns(top_rows(rows(delimiter)), expected)
        except FileError as error:
            failure = failure or error
            continue
        best = best if best[0] >= score else (score, delimiter)
    if failure and best[0] < FEWEST_KNOWN:
        raise failure
    body = rows(best[1])
    header, top = split_header(top_rows(body), expected, name)
    return Table(name, header, top, body, file, size, shifts=True)


def _geojson_table(file: BinaryIO, name: str, size: int, _: int, expected: Expected) -> Table:
    names, declared = collection_facts(file, name=name)
    if not names:
        raise FileError("文件“%(file)s”里没有要素,或要素都没有属性;站点至少要有名称", file=name)
    fields = {column: heading.field for column in names if (heading := heading_of(column))}
    # The geometry is the position; columns that repeat it, maybe in another system, are not.
    columns = [column for column in names if fields.get(column) not in (*COORDINATES, "crs")]
    header = ["lon", "lat", *columns, "序号" if "ref" in fields.values() else "id"]
    body = point_rows(file, columns=columns, name=name)
    return Table(name, header, [], body, file, size, crs=declared or Crs.WGS84)


def _workbook_table(file: BinaryIO, name: str, size: int, max_bytes: int, expected: Expected) -> Table:
    book = open_workbook(file, name=name, max_bytes=max_bytes)
    rows = {sheet: sheet_rows(book, sheet) for sheet in book.sheets}
    tops = {sheet: top_rows(rows[sheet]) for sheet in book.sheets}
    filled = [sheet for sheet, top in tops.items() if top]
    if not filled:
        raise FileError("文件“%(file)s”的工作表都是空的,请核对是否选错了文件", file=name)
    chosen = next(
        (sheet for sheet in filled if known_columns(tops[sheet], expected) >= FEWEST_KNOWN), filled[0]
    )
    header, top = split_header(tops[chosen], expected, name)
    table = Table(name, header, top, rows[chosen], file, size)
    others = [sheet for sheet in filled if sheet != chosen and sheet.name != GUIDE_SHEET]
    like = [sheet for sheet in others if known_columns(tops[sheet], expected) >= FEWEST_KNOWN]
    for severity, sheets, content in (
        ("warning", like, "也是这样的表"),
        ("note", [sheet for sheet in others if sheet not in like], "也有内容"),
    ):
        if sheets:
            names = "、".join(f"“{sheet.name}”" for sheet in sheets)
            reason = f"只读取了工作表“{chosen.name}”;{names}{content},没有读取,需要时请另存为单独的文件再导入"
            table.notes.append(Problem(None, None, None, severity, reason))
    return table


def _is_beside(cells: list[str], first: str, header: set[str]) -> bool:
    """Tell whether a row is no record: a total, a foot note, a repeated header, or only spaces."""
    if first in header:
        return len(header.intersection(cells)) >= FEWEST_KNOWN
    mark = first[0]
    if mark in _MARKS:
        first = next((cell.strip() for cell in cells if cell.strip()), "")
        if not first or _TOTAL.fullmatch(first):
            return True
        return _FOOT.fullmatch(first) is not None and not any(map(_DEGREES.search, cells))
    return False


# What the first cell of such a row can begin with: a quick look at one character spares the patterns.
_MARKS = frozenset("合总小共注备说填制审统联单负经主领日时截盖签 \t\r\n\u3000\xa0")
