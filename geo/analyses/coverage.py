"""Who is covered: demand within a limit of a station that is open then, in total and by area.

Sums of weights take nought for what does not count instead of leaving it out. So they are added up in the
same order whatever counts, and rounding makes no part more than the whole, and no sum smaller for more in it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.model.hours import CLOSED, OPEN
from geo.model.study import Distances, Totals
from geo.network.cover import Nearest, Pairs

__all__ = [
    "SPREAD",
    "Served",
    "Shares",
    "area_shares",
    "distances",
    "quantile",
    "serve",
    "totals",
    "widest",
]

SPREAD = 0.1
"""People walk a tenth faster and slower: shares are told for a limit so much smaller and greater too."""

_Floats = NDArray[np.float64]


class Served(NamedTuple):
    """What stations do for all demand; costs are metres or seconds, inf for none within the pairs' limit.

    Attributes
    ----------
    cost : (d,) float64
        To the nearest station that is open.
    station : (d,) int32
        Which that is, -1 for none.
    second : (d,) float64
        To the second nearest that is open.
    perhaps : (d,) float64
        To the nearest that is open, or may be.
    """

    cost: _Floats
    station: NDArray[np.int32]
    second: _Floats
    perhaps: _Floats


class Shares(NamedTuple):
    """Coverage of areas, and in the last row that of demand outside all of them.

    Attributes
    ----------
    weight, covered, backup : (a + 1,) float64
    share : (a + 1,) float64
        NaN without weight.
    """

    weight: _Floats
    covered: _Floats
    backup: _Floats
    share: _Floats


def widest(limit: float) -> float:
    """Return the limit that pairs are taken within, for `totals` to tell the share at a greater one."""
    return limit * (1 + SPREAD)


def serve(pairs: Pairs, state: NDArray[np.uint8]) -> Served:
    """Return what stations do for all demand.

    Parameters
    ----------
    pairs : Pairs
        Of d places and p stations.
    state : (p,) uint8
        `OPEN`, `UNKNOWN` or `CLOSED`.
    """
    states = state[pairs.station]
    first, second = _leading(pairs.start, states == OPEN)
    perhaps, _ = _leading(pairs.start, states != CLOSED)
    # One more entry, which is what a row of -1 finds.
    cost, station = np.append(pairs.cost, np.inf), np.append(pairs.station, np.int32(-1))
    return Served(cost[first], station[first], cost[second], cost[perhaps])


def totals(
    served: Served, weight: _Floats, limit: float, *, off_network: NDArray[np.bool_], stations: int
) -> Totals:
    """Return weights covered in total.

    Parameters
    ----------
    served : Served
        From pairs within the `widest` limit.
    weight : (d,) float64
    limit : float
        In the unit of the costs, itself included.
    off_network : (d,) bool
        No street is near enough.
    stations : int
        How many the question is about.
    """
    whole = float(weight.sum())
    covered = served.cost <= limit
    return Totals(
        weight=whole,
        covered=_sum(weight, covered),
        share=_share(_sum(weight, covered), whole),
        share_low=_share(_sum(weight, served.cost <= limit * (1 - SPREAD)), whole),
        share_high=_share(_sum(weight, served.cost <= widest(limit)), whole),
        unknown=_sum(weight, ~covered & (served.perhaps <= limit)),
        backup=_sum(weight, served.second <= limit),
        off_network=_sum(weight, off_network),
        points=len(weight),
        stations=stations,
    )


def area_shares(
    served: Served, weight: _Floats, limit: float, *, area: NDArray[np.integer], areas: int
) -> Shares:
    """Return coverage by area.

    Parameters
    ----------
    served, weight, limit
        As for `totals`.
    area : (d,) int
        Which area demand lies in, -1 for none.
    areas : int
        How many there are.
    """
    row = np.where(area < 0, areas, area)
    counting = np.ones(len(weight), bool), served.cost <= limit, served.second <= limit
    whole, covered, backup = (
        np.bincount(row, np.where(counts, weight, 0.0), minlength=areas + 1) for counts in counting
    )
    share = np.divide(covered, whole, out=np.full(areas + 1, np.nan), where=whole > 0)
    return Shares(whole, covered, backup, share)


def distances(nearest: Nearest, weight: _Floats, edges: Sequence[float]) -> Distances:
    """Return how far it is to the nearest open station.

    Parameters
    ----------
    nearest : Nearest
        Among the open stations, without a limit.
    weight : (d,) float64
    edges : sequence of float
        Ascending, in the unit of the costs.
    """
    bins = np.searchsorted(np.asarray(edges, float), nearest.cost, side="left")
    bins[np.isinf(nearest.cost)] = len(edges) + 1
    return Distances(
        edges=[float(edge) for edge in edges],
        weight=np.bincount(bins, weight, minlength=len(edges) + 2).tolist(),
        median=quantile(nearest.cost, weight, 0.5),
        p90=quantile(nearest.cost, weight, 0.9),
    )


def quantile(cost: _Floats, weight: _Floats, part: float) -> float | None:
    """Return the least cost that so great a part of all weight does not exceed; None where that is inf.

    Examples
    --------
    >>> cost, weight = np.array([900.0, 100.0, np.inf]), np.array([2.0, 1.0, 1.0])
    >>> [quantile(cost, weight, part) for part in (0.25, 0.5, 0.75, 0.9)]
    [100.0, 900.0, 900.0, None]
    >>> quantile(np.empty(0), np.empty(0), 0.5) is None
    True
    """
    order = np.argsort(cost, kind="stable")
    below = np.cumsum(weight[order])
    if not len(below) or below[-1] <= 0:
        return None
    found = float(cost[order[np.searchsorted(below, part * below[-1])]])
    return found if np.isfinite(found) else None


def _leading(start: NDArray[np.int64], counts: NDArray[np.bool_]) -> tuple[NDArray[np.int64], ...]:
    """Return the first and the second entry of every compressed row that counts; -1 for none."""
    entries = np.flatnonzero(counts)
    # For every row how many entries before it count: its own begin there.
    before = np.searchsorted(entries, start)
    entries = np.append(entries, [-1, -1])
    many = np.diff(before)
    return tuple(np.where(many > n, entries[before[:-1] + n], -1) for n in (0, 1))


def _sum(weight: _Floats, counts: NDArray[np.bool_]) -> float:
    return float(np.where(counts, weight, 0.0).sum())


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
