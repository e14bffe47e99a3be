"""Weights as files write them: cells as numbers, and columns of them gathered piece by piece."""

import math
import re
import unicodedata
from array import array
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.ingest.cells import read_text

__all__ = ["Column", "Gatherer", "column_of", "read_weight"]

# So many cells that are no numbers, more than half of all: the column is one of words.
_FEWEST_WORDS = 1000
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NUMBER = re.compile(
    r"[约近]?\s*([-+]?\d+(?:\.\d+)?(?:E[-+]?\d+)?)\s*(万)?\s*(?:人次|人|户|名|个|单)?(?:左右|以上)?"
)


class Column(NamedTuple):
    """A column of a file.

    Attributes
    ----------
    label : str
        The header as written.
    values : (n,) float64
        NaN where a cell is empty, or holds no number.
    unread : dict
        The cells that hold something else than a number, by place.
    """

    label: str
    values: NDArray[np.float64]
    unread: dict[int, str]

    @property
    def is_numeric(self) -> bool:
        """Whether it holds numbers, and not mostly something else."""
        numbers = int(np.count_nonzero(~np.isnan(self.values)))
        return numbers > 0 and numbers >= len(self.unread)


class Gatherer:
    """One column, as its cells come.

    Parameters
    ----------
    keep : bool
        Go on even where hardly a cell is a number: somebody asked for this very column.
    """

    def __init__(self, label: str, *, keep: bool) -> None:
        self._label = label
        self._keep = keep
        self._values = array("d")
        self._unread: dict[int, str] = {}
        self._words = False

    def add(self, cells: Sequence[str]) -> None:
        """Take the next cells."""
        if self._words:
            return
        try:
            self._values.extend(array("d", map(float, cells)))
        except ValueError:
            for cell in cells:
                number = read_weight(cell)
                if number is None:
                    self._unread[len(self._values)] = cell
                self._values.append(math.nan if number is None else number)
        if not self._keep and len(self._unread) > max(_FEWEST_WORDS, len(self._values) // 2):
            self._words = True
            self._unread.clear()

    def column(self) -> Column | None:
        """Return the whole column, None where it turned out to be one of words."""
        return None if self._words else Column(self._label, np.array(self._values), self._unread)


def read_weight(text: str) -> float | None:
    """Return a cell as a number, NaN where it says nothing, None where it says something else.

    Examples
    --------
    >>> [read_weight(text) for text in ("1,234", "约3.5万人", "-2", "１２", "0", "")]
    [1234.0, 35000.0, -2.0, 12.0, 0.0, nan]
    >>> read_weight("3号楼"), read_weight("#N/A"), read_weight("—")
    (None, None, nan)
    """
    if not text:
        return math.nan
    try:
        return float(text)
    except ValueError:
        pass
    value, doubt = read_text(text)
    if value is None:
        return None if doubt else math.nan
    found = _NUMBER.fullmatch(_THOUSANDS.sub("", unicodedata.normalize("NFKC", value).upper()))
    if found is None:
        return None
    return float(found[1]) * (10_000 if found[2] else 1)


def column_of(label: str, values: NDArray) -> Column | None:
    """Return an array of a layer as a column; None where it holds dates, yes and no, or the like."""
    if values.dtype.kind in "iuf":
        return Column(label, values.astype(np.float64), {})
    if values.dtype.kind != "O":
        return None
    gatherer = Gatherer(label, keep=True)
    gatherer.add(["" if value is None else str(value) for value in values])
    return gatherer.column()
