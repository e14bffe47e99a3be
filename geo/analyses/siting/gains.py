"""What a choice of columns covers, and what one more would add."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.analyses.siting.merge import Merged

__all__ = ["cover_value", "gains"]

_Floats = NDArray[np.float64]


def cover_value(merged: Merged, chosen: ArrayLike) -> float:
    """Return the weight covered when exactly these columns are open, what is covered anyway included.

    The same choice has the same value to the bit, in whatever order it is told.
    """
    return merged.constant + float(np.sum(merged.weight[_count(merged, chosen) >= merged.need]))


def gains(merged: Merged, chosen: ArrayLike) -> _Floats:
    """Return (n,) the weight that opening each column would add; nought for those that are open."""
    one_short = _count(merged, chosen) == merged.need - 1
    sums = _sums(merged, np.where(one_short, merged.weight, 0.0))
    sums[np.asarray(chosen, np.int64)] = 0.0
    return sums


def _count(merged: Merged, chosen: ArrayLike) -> NDArray[np.int64]:
    """Return (g,) how many columns of every group are open."""
    start = merged.column_start
    parts = [merged.column_group[start[i] : start[i + 1]] for i in np.asarray(chosen, np.int64)]
    return np.bincount(np.concatenate([np.empty(0, np.int32), *parts]), minlength=len(merged.weight))


def _sums(merged: Merged, weight: _Floats) -> _Floats:
    """Return (n,) what the groups of every column weigh."""
    column = np.repeat(np.arange(len(merged.column_start) - 1), np.diff(merged.column_start))
    return np.bincount(column, weight[merged.column_group], len(merged.column_start) - 1)
