"""Where the header of a table is: often below titles, sometimes on two lines."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from geo.errors import FileError
from geo.ingest.headers import is_known
from geo.ingest.problems import shown
from geo.ingest.rows import Row

__all__ = ["ANYTHING", "FEWEST_KNOWN", "STATIONS", "Expected", "known_columns", "split_header", "top_rows"]

FEWEST_KNOWN = 2
"""How many known columns make a header."""

_SEARCHED_ROWS = 20


class Expected(NamedTuple):
    """The header cells that a reader knows: a test for them, and examples to show."""

    known: Callable[[str], bool]
    examples: str


STATIONS = Expected(is_known, "“站点名称”“经度”“纬度”")
ANYTHING = Expected(lambda cell: bool(cell.strip()), STATIONS.examples)
"""For whoever asks a person what the columns are: the first of the fullest rows is the header."""


def top_rows(rows: Iterator[Row]) -> list[Row]:
    """Take the rows among which the header is looked for; blank ones do not count."""
    return list(islice(((row, cells) for row, cells in rows if any(map(str.strip, cells))), _SEARCHED_ROWS))


def known_columns(top: list[Row], expected: Expected) -> int:
    """Return how many known columns the best of the rows names."""
    return max((len({cell for cell in cells if expected.known(cell)}) for _, cells in top), default=0)


def split_header(top: list[Row], expected: Expected, name: str) -> tuple[list[str], list[Row]]:
    """Return the header, which may stand below titles and span two lines, and the rows of `top` below it.

    Raises
    ------
    FileError
        No row holds two known columns.

    Examples
    --------
    >>> rows = [(1, ["某区驿站台账"]), (2, ["名称", "地址", "坐标"]), (3, ["甲", "路", "1"])]
    >>> split_header(rows, STATIONS, "台账.csv")
    (['名称', '地址', '坐标'], [(3, ['甲', '路', '1'])])
    >>> split_header([], STATIONS, "台账.csv")
    Traceback (most recent call last):
        ...
    geo.errors.FileError: 文件“台账.csv”里找不到表头,第一行是:空行。表头应当有“站点名称”“经度”“纬度”这样的列名
    """
    best = known_columns(top, expected)
    if best < FEWEST_KNOWN:
        seen = [shown(cell)[:20] for cell in (top[0][1] if top else ()) if cell.strip()][:12]
        raise FileError(
            "文件“%(file)s”里找不到表头,第一行是:%(seen)s。表头应当有%(examples)s这样的列名",
            file=name,
            examples=expected.examples,
            seen="、".join(seen) or "空行",
        )
    at = next(i for i, (_, cells) in enumerate(top) if len(set(filter(expected.known, cells))) == best)
    header, below = top[at][1], top[at + 1 :]
    if below and _continues(header, below[0][1], expected):
        lower = below.pop(0)[1]
        width = max(len(header), len(lower))
        pairs = zip(_padded(header, width), _padded(lower, width), strict=True)
        header = [low if low.strip() else high for high, low in pairs]
    return header, below


def _continues(header: list[str], lower: list[str], expected: Expected) -> bool:
    """Tell whether a row names the parts of groups above it, such as 经度 and 纬度 below 坐标."""
    filled = [index for index, cell in enumerate(lower) if cell.strip()]
    if len(filled) < FEWEST_KNOWN or not all(expected.known(lower[index]) for index in filled):
        return False
    high = [cell.strip() for cell in _padded(header, len(lower) + 1)]
    # A group's own cell stands left of the blank ones it is merged with.
    below_blank = [index for index in filled if not high[index]]
    heads = [index for index in filled if high[index] and index + 1 in below_blank]
    return bool(below_blank) and len(below_blank) + len(heads) == len(filled)


def _padded(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))
