"""The share covered if some stations were not there."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from geo.analyses.coverage import Served, serve
from geo.model.hours import CLOSED
from geo.network.cover import Pairs

__all__ = ["share_without"]


def share_without(
    pairs: Pairs, state: NDArray[np.uint8], served: Served, weight: NDArray[np.float64], limit: float
) -> Callable[[list[int]], float | None]:
    """Return what tells the share covered without some stations; None without weight.

    Parameters
    ----------
    pairs, state, served
        All stations' pairs, states at the hour asked, and what they serve.
    weight : (d,) float64
    limit : float
        In the unit of the costs, itself included.
    """
    whole = float(weight.sum())

    def share(left_out: list[int]) -> float | None:
        if whole <= 0:
            return None
        cost = served.cost
        if len(left_out) == 1:
            # Who had it for the nearest goes to the second nearest, which is known.
            cost = np.where(served.station == left_out[0], served.second, cost)
        elif left_out:
            without = state.copy()
            without[left_out] = CLOSED
            cost = serve(pairs, without).cost
        return float(np.where(cost <= limit, weight, 0.0).sum()) / whole

    return share
