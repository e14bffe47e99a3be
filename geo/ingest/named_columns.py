"""Columns of a large table by their names: CSV or Parquet, read by pyarrow, a million rows in a moment.

Cells stay text, so that what is wrong about one can be told with its line.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from geo.errors import FileError
from geo.ingest.opening import open_file
from geo.ingest.problems import shown
from geo.ingest.text_rows import encoding_of
from geo.ingest.words import plain

__all__ = ["Named", "as_numbers", "read_named"]

_PARQUET = b"PAR1"
_HEAD_BYTES = 1 << 16
_DELIMITERS = (",", "\t", ";")


class Named(NamedTuple):
    """Columns of a table.

    Attributes
    ----------
    column : mapping
        By field: text without spaces around it, None for an empty cell. A field that the file lacks is not
        there.
    line : (n,) int64
        The line of each row as a spreadsheet counts it; in Parquet the number of the row from 1.
    wrong : list of (int, str)
        Lines that are no rows of this table, and why.
    """

    column: dict[str, pa.Array]
    line: NDArray[np.int64]
    wrong: list[tuple[int, str]]


def read_named(
    path: Path, fields: Mapping[str, Sequence[str]], *, required: Sequence[str], max_bytes: int
) -> Named:
    """Read some columns of a CSV or Parquet file.

    Parameters
    ----------
    fields : mapping
        By field, the headers it may have.
    required : sequence of str
        Fields that must be there.

    Raises
    ------
    FileError
        The file cannot be read, has no row, or lacks a field.
    """
    with open_file(path, max_bytes=max_bytes) as file:
        is_parquet = file.read(len(_PARQUET)) == _PARQUET
    try:
        found = _parquet(path, fields, required) if is_parquet else _text(path, fields, required, max_bytes)
    except pa.ArrowException as error:
        detail = str(error)[:200]
        raise FileError("文件“%(file)s”读不出来:%(detail)s", file=path.name, detail=detail) from None
    if not len(found.line):
        raise FileError("文件“%(file)s”里没有一行数据,请核对是否选错了文件", file=path.name)
    return found


def as_numbers(column: pa.Array) -> NDArray[np.float64]:
    """Return text as numbers; NaN where a cell is empty or no number."""
    try:
        numbers = pc.cast(column, pa.float64())
    except pa.ArrowInvalid:
        numbers = pa.array([_number(text) for text in column.to_pylist()], pa.float64())
    return numbers.to_numpy(zero_copy_only=False)


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _parquet(path: Path, fields: Mapping[str, Sequence[str]], required: Sequence[str]) -> Named:
    header = pq.read_schema(path).names
    at = _places(header, fields, required, path.name)
    table = pq.read_table(path, columns=[header[index] for index in at.values()])
    column = {field: _trimmed(table.column(header[index])) for field, index in at.items()}
    return Named(column, np.arange(1, table.num_rows + 1), [])


def _text(path: Path, fields: Mapping[str, Sequence[str]], required: Sequence[str], max_bytes: int) -> Named:
    with open_file(path, max_bytes=max_bytes) as file:
        encoding = encoding_of(file, name=path.name)
        head = file.read(_HEAD_BYTES).decode(encoding, errors="ignore")
    delimiter = max(_DELIMITERS, key=head.partition("\n")[0].count)
    header = next(csv.reader(io.StringIO(head), delimiter=delimiter), [])
    at = _places(header, fields, required, path.name)
    wrong: list[tuple[int, str]] = []

    def skip(row: pyarrow.csv.InvalidRow) -> str:
        wrong.append((row.number, f"有 {row.actual_columns} 格,表头有 {row.expected_columns} 格"))
        return "skip"

    names = [str(number) for number in range(len(header))]
    wanted = [names[index] for index in at.values()]
    table = pyarrow.csv.read_csv(
        path,
        # One thread, so that rows are counted.
        pyarrow.csv.ReadOptions(use_threads=False, column_names=names, skip_rows=1, encoding=encoding),
        pyarrow.csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip
        ),
        pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(wanted, pa.string()),
            include_columns=wanted,
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    column = {field: _trimmed(table.column(names[index])) for field, index in at.items()}
    return _without_blanks(Named(column, _lines(table.num_rows, wrong), wrong))


def _places(
    header: Sequence[str], fields: Mapping[str, Sequence[str]], required: Sequence[str], name: str
) -> dict[str, int]:
    """Return which column each field is."""
    words = [plain(cell) for cell in header]
    at = {}
    for field, known in fields.items():
        for word in (field, *known):
            if plain(word) in words:
                at[field] = words.index(plain(word))
                break
    if missing := [field for field in required if field not in at]:
        raise FileError(
            "文件“%(file)s”没有“%(missing)s”列;表头是:%(seen)s",
            file=name,
            missing="、".join(missing),
            seen="、".join(shown(cell)[:30] for cell in header)[:300] or "空行",
        )
    return at


def _trimmed(column: pa.ChunkedArray) -> pa.Array:
    text = pc.utf8_trim_whitespace(pc.cast(column.combine_chunks(), pa.string()))
    return pc.if_else(pc.equal(text, ""), None, text)


def _lines(rows: int, wrong: Sequence[tuple[int, str]]) -> NDArray[np.int64]:
    """Return the lines of rows, from 2, without those that are none."""
    line = np.arange(2, rows + len(wrong) + 2)
    return np.setdiff1d(line, [number for number, _ in wrong])


def _without_blanks(found: Named) -> Named:
    blank = np.ones(len(found.line), bool)
    for column in found.column.values():
        blank &= column.is_null().to_numpy(zero_copy_only=False)
    if not blank.any():
        return found
    keep = pa.array(~blank)
    column = {field: values.filter(keep) for field, values in found.column.items()}
    return Named(column, found.line[~blank], found.wrong)
