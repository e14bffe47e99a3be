"""What is told about a file: one problem per row and cause, a remark on a whole column once."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from geo.ingest.cells import clean
from geo.model.hours import Reason

__all__ = ["Problem", "Repeated", "Severity", "masked", "shown"]

Severity = Literal["refused", "warning", "note"]

_SHOWN_CHARACTERS = 80
# A mobile number, one with its area code, one that a spreadsheet has mangled, and any long run of figures.
_PHONE = re.compile(
    r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)"
    r"|(?<!\d)0\d{2,3}[\s-]\d{7,8}(?!\d)"
    r"|(?<![\d.])\d\.\d{7,}(?:[Ee]\+?\d+)?"
    r"|(?<![\d.])\d{7,}"
)
_SHOWN_FIGURES = 3


class Problem(NamedTuple):
    """Something about a file that its clerk should know.

    Parameters
    ----------
    row : int or None
        The line as a spreadsheet counts it (the first is 1); None for a remark on the whole file or column.
    column : str or None
        The header of the column, as written in the file.
    value : str or None
        The cell, see `shown`; never that of an internal column.
    severity : {"refused", "warning", "note"}
        ``refused``: the row is not taken. ``warning``: it is taken, with a doubt. ``note``: good to know.
    reason : str or Reason
        A Chinese sentence: why, and what to do. A `Reason` where pages in other languages tell it, too.
    """

    row: int | None
    column: str | None
    value: str | None
    severity: Severity
    reason: str | Reason


def masked(text: str) -> str:
    """Return the text with everything that could be a telephone number cut down to its first figures.

    Examples
    --------
    >>> masked("找张师傅 138-1234-5678 或 0371 67181234")
    '找张师傅 138**** 或 037****'
    >>> masked("113.665123,34.752456")
    '113.665123,34.752456'
    """
    return _PHONE.sub(lambda found: f"{found[0][:_SHOWN_FIGURES]}****", text)


def shown(text: str) -> str:
    """Return a cell as it may be repeated to others: short, on one line, telephone numbers masked.

    Nothing invisible is left, so that no cell moves a terminal's cursor or turns the text around.

    Examples
    --------
    >>> shown("找张师傅\\n13812345678")
    '找张师傅 138****'
    >>> shown("")
    ''
    """
    line = masked(" ".join(clean(text).split()))
    return line if len(line) <= _SHOWN_CHARACTERS else line[:_SHOWN_CHARACTERS] + "…"


class Repeated:
    """One doubt met in many rows: told once when it holds for every row, else row by row.

    Examples
    --------
    >>> doubt = Repeated("经度", each="经纬度写反了", all="整列经纬度写反了")
    >>> list(doubt.told(rows=0))
    []
    >>> doubt.add(2); doubt.add(3)
    >>> [problem.row for problem in doubt.told(rows=9)], [problem.row for problem in doubt.told(rows=2)]
    ([2, 3], [None])
    """

    def __init__(self, column: str | None, *, each: str, all: str) -> None:
        self._column = column
        self._each = each
        self._all = all
        self._rows: list[int] = []

    def add(self, row: int) -> None:
        """Remember one row."""
        self._rows.append(row)

    def told(self, *, rows: int) -> Iterator[Problem]:
        """Yield the warnings, given how many rows could have had the doubt."""
        if len(self._rows) > 1 and len(self._rows) == rows:
            yield Problem(None, self._column, None, "warning", self._all)
            return
        for row in self._rows:
            yield Problem(row, self._column, None, "warning", self._each)
