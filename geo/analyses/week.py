"""Coverage hour by hour of a week, and what it would gain by stations that never close.

Hours at which the same stations are open are one. For all demand bits tell in which of these an open station
is within the limit: the bits of its stations, joined. So pairs are gone through once, not 168 times.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.model.hours import OPEN
from geo.network.cover import Pairs

__all__ = ["Week", "upgrade_gains", "week_coverage"]

_WORD = 64

_Floats = NDArray[np.float64]


class Week(NamedTuple):
    """Coverage by the hour.

    Attributes
    ----------
    weight, covered : (h,) float64
        In all, and within the limit of a station open then.
    share : (h,) float64
        NaN without weight.
    missed : (d,) float64
        Weight times the hours at which it is not covered.
    """

    weight: _Floats
    covered: _Floats
    share: _Floats
    missed: _Floats


def week_coverage(
    pairs: Pairs,
    states: NDArray[np.uint8],
    weights: Sequence[_Floats],
    column: NDArray[np.integer],
    limit: float,
) -> Week:
    """Return coverage for every hour.

    Parameters
    ----------
    pairs : Pairs
        Of d places and p stations.
    states : (h, p) uint8
        `geo.analyses.coverage` ``OPEN``, ``UNKNOWN`` or ``CLOSED``, such as for 168 hours from Monday 00:00.
    weights : sequence of (d,) float64
        Columns of weights.
    column : (h,) int
        Which of them holds in each hour.
    limit : float
        In the unit of the costs, itself included.
    """
    sets, of_hour = np.unique(states == OPEN, axis=0, return_inverse=True)
    words = _covering(pairs, sets, limit)
    weight, covered = np.zeros(len(column)), np.zeros(len(column))
    missed = np.zeros(len(pairs.start) - 1)
    for of_set, number in np.unique(np.column_stack([of_hour.ravel(), column]), axis=0).tolist():
        hours = (of_hour.ravel() == of_set) & (column == number)
        word, bit = divmod(of_set, _WORD)
        within = (words[:, word] >> np.uint64(bit)) & np.uint64(1) > 0
        # Nought for what does not count: sums are of one order, and rounding tips no balance.
        counted = np.where(within, weights[number], 0.0)
        weight[hours], covered[hours] = weights[number].sum(), counted.sum()
        missed += np.count_nonzero(hours) * (weights[number] - counted)
    share = np.divide(covered, weight, out=np.full(len(column), np.nan), where=weight > 0)
    return Week(weight, covered, share, missed)


def upgrade_gains(pairs: Pairs, missed: _Floats, stations: int, limit: float) -> _Floats:
    """Return for every station the weight times hours that it alone would add if it never closed.

    Parameters
    ----------
    pairs, limit
        As for `week_coverage`.
    missed : (d,) float64
        Of the `Week`: when demand is missed no station within its limit is open, this one neither.
    stations : int
        How many there are.

    Returns
    -------
    (p,) float64
    """
    place = np.repeat(np.arange(len(missed)), np.diff(pairs.start))
    gained = np.where(pairs.cost <= limit, missed[place], 0.0)
    return np.bincount(pairs.station, gained, minlength=stations)


def _covering(pairs: Pairs, sets: NDArray[np.bool_], limit: float) -> NDArray[np.uint64]:
    """Return for all demand (d, words) bits: which sets of stations (s, p) hold one within the limit."""
    packed = np.packbits(sets, axis=0, bitorder="little")
    packed = np.pad(packed, ((0, -len(packed) % 8), (0, 0)))
    of_station = np.ascontiguousarray(packed.T).view("<u8")
    words = np.zeros((len(pairs.start) - 1, of_station.shape[1]), np.uint64)
    within = np.where((pairs.cost <= limit)[:, None], of_station[pairs.station], np.uint64(0))
    served = np.flatnonzero(np.diff(pairs.start))
    if len(served):
        words[served] = np.bitwise_or.reduceat(within, pairs.start[served], axis=0)
    return words
