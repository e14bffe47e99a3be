"""Candidates: places where a station could go."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Candidates"]


class Candidates(NamedTuple):
    """Places where a station could go.

    Attributes
    ----------
    codes : tuple of str
        Each once.
    names : tuple of str
        Empty where a place has none.
    lon, lat : (n,) float64
        WGS-84 degrees.
    price : (n,) float64
        What a station there costs; NaN where that is not known.
    capacity : (n,) float64
        The weight it could serve; NaN where that is not known.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    price: NDArray[np.float64]
    capacity: NDArray[np.float64]
