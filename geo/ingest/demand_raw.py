"""What the readers of demand hand on: places and columns as the file has them."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.ingest.demand_cells import Column
from geo.ingest.problems import Problem

__all__ = ["Progress", "RawDemand"]

Progress = Callable[[float], None]
"""Told from time to time which share, 0 to 1, is read."""


class RawDemand(NamedTuple):
    """A file as read, its weights not looked at.

    Attributes
    ----------
    rows : (n,) int64
        The line of a table as a spreadsheet counts it, or the number of the feature from 1.
    lon, lat : (n,) float64
        WGS-84 degrees; NaN where a row has no good place, which is told in ``problems``.
    shapes : (n,) object or None
        Polygons, or points beside them, in WGS-84 degrees; None where the file has points alone.
    columns : list of Column
    problems : list of Problem
    """

    rows: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    shapes: NDArray[np.object_] | None
    columns: list[Column]
    problems: list[Problem]
