"""The share covered if some stations were not there, or were open."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from geo.analyses.coverage import Served, serve
from geo.model.hours import CLOSED, OPEN, UNKNOWN
from geo.network.cover import Pairs

__all__ = ["ShareIf", "share_if"]

ShareIf = Callable[[list[int], int], float | None]
"""Given numbers of stations and the state that they would be in, the share covered then."""


def share_if(
    pairs: Pairs, state: NDArray[np.uint8], served: Served, weight: NDArray[np.float64], limit: float
) -> ShareIf:
    """Return what tells the share covered if some stations were closed, or open; None without weight.

    Closed is as good as not there. Open become those only of which it is not known: who is closed for certain
    stays so.

    Parameters
    ----------
    pairs, state, served
        All stations' pairs, states at the hour asked, and what they serve.
    weight : (d,) float64
    limit : float
        In the unit of the costs, itself included.
    """
    whole = float(weight.sum())

    def share(numbers: list[int], becoming: int) -> float | None:
        if whole <= 0:
            return None
        cost = served.cost
        if becoming == CLOSED and len(numbers) == 1:
            # Who had it for the nearest goes to the second nearest, which is known.
            cost = np.where(served.station == numbers[0], served.second, cost)
        elif numbers:
            changed = state.copy()
            changed[[one for one in numbers if becoming != OPEN or state[one] == UNKNOWN]] = becoming
            cost = serve(pairs, changed).cost
        return float(np.where(cost <= limit, weight, 0.0).sum()) / whole

    return share
