"""Demand: places with weights, such as residents, workers, or riders by the hour."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Demand", "band_of", "stem_of"]

_DAY_H = 24
_BAND = re.compile(r"(?<!\d)(\d{1,2})[_-](\d{1,2})(?:[hH时点]|:00)?$")


@dataclass(frozen=True, eq=False, kw_only=True)
class Demand:
    """Places people set out from.

    Attributes
    ----------
    lon, lat : (d,) float64
        WGS-84 degrees.
    weights : mapping of str to (d,) float64
        For each column of the file how many people (or orders, or jobs) each place stands for: finite and not
        negative. At least one, in the file's order; a file without a weight has one column of ones.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    weights: Mapping[str, NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.lon)


def band_of(column: str) -> tuple[int, int] | None:
    """Return the hours a weight's column is about, as its name says; None where it names none.

    A column whose name ends in two hours is of these alone: ``riders_11_14`` and ``骑手11-14时`` are from
    11:00 to 14:00, ``riders_22_6`` is a night's.

    Examples
    --------
    >>> band_of("riders_11_14"), band_of("骑手22-6时"), band_of("residents"), band_of("jobs_2020_2024")
    ((11, 14), (22, 6), None, None)
    """
    found = _BAND.search(column)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2])
    return (first, last) if first != last and first < _DAY_H and last <= _DAY_H else None


def stem_of(column: str) -> str:
    """Return a column's name without the hours it is about: what columns for other hours share with it.

    Examples
    --------
    >>> stem_of("riders_11_14"), stem_of("riders_2024_11_14"), stem_of("骑手11-14时"), stem_of("residents")
    ('riders', 'riders_2024', '骑手', 'residents')
    """
    return column if band_of(column) is None else _BAND.sub("", column).rstrip("_- ")
