"""Pairs of demand and stations from tables of costs, in which they are easily counted by hand."""

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from geo.network.cover import Pairs

__all__ = ["LIMIT", "costs", "pairs_of", "states", "weights"]

LIMIT = 100.0

_COSTS = st.sampled_from([0.0, 40.0, 89.0, 90.0, 91.0, 100.0, 101.0, 110.0, 120.0, 126.0, 190.0, np.inf])


@st.composite
def costs(draw, max_demand: int = 8, max_stations: int = 5) -> NDArray[np.float64]:
    """Tables of what it costs from all demand to all stations, (d, p)."""
    stations = draw(st.integers(0, max_stations))
    row = st.lists(_COSTS, min_size=stations, max_size=stations)
    rows = draw(st.lists(row, max_size=max_demand))
    return np.array(rows, float).reshape(len(rows), stations)


def weights(count: int) -> st.SearchStrategy[NDArray[np.float64]]:
    """Columns of weights; some are nought, and most sums of them are rounded."""
    one = st.sampled_from([0.0, 0.1, 1.0, 2.0, 3.7, 1e9 / 3])
    return st.lists(one, min_size=count, max_size=count).map(lambda column: np.array(column, float))


def states(*shape: int) -> st.SearchStrategy[NDArray[np.uint8]]:
    """States of stations: open, unknown or closed."""
    count = int(np.prod(shape))
    one = st.lists(st.integers(0, 2), min_size=count, max_size=count)
    return one.map(lambda values: np.array(values, np.uint8).reshape(shape))


def pairs_of(table: NDArray[np.float64], limit: float) -> Pairs:
    """Return the pairs of a table within a limit."""
    rows = [
        sorted((cost, number) for number, cost in enumerate(row) if cost <= limit and cost < np.inf)
        for row in table.tolist()
    ]
    pairs = [pair for row in rows for pair in row]
    return Pairs(
        np.cumsum([0, *map(len, rows)]).astype(np.int64),
        np.array([number for _, number in pairs], np.int32),
        np.array([cost for cost, _ in pairs], np.float64),
    )
