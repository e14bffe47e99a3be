"""What a choice costs at least, of the p-median, by multipliers and by cuts, compiled by numba.

With a multiplier for demand a column is worth what it costs less than that, over all demand (Lagrangian
relaxation). A cut says of demand: it costs t, less (t - cost) for every column opened that costs less than t
(Duran-Mateluna, Ales and Elloumi 2023, "An efficient Benders decomposition for the p-median problem").

Nothing here calls what is compiled in another file, whose changes numba's cache would not notice.
"""

import numpy as np
from numba import njit

__all__ = ["around", "cuts_at", "reduced_costs", "served_by", "thresholds"]

_kernel = njit(cache=True, nogil=True)

_ROUNDING = 1e-9


@_kernel
def reduced_costs(near, multiplier):
    """Return what opening each column adds, (n,), never above 0, with multipliers of demand, (d,)."""
    reduced = np.zeros(len(near.reach_start) - 1)
    for j in range(len(multiplier)):
        for e in range(near.start[j], near.start[j + 1]):
            saved = multiplier[j] - near.weight[j] * near.cost[e]
            if saved <= 0.0:
                break
            reduced[near.column[e]] -= saved
    return reduced


@_kernel
def served_by(near, multiplier, opened):
    """Return (d,) how many of the columns opened, (n,) bool, serve demand for less than its multiplier."""
    times = np.zeros(len(multiplier))
    for j in range(len(multiplier)):
        for e in range(near.start[j], near.start[j + 1]):
            if near.weight[j] * near.cost[e] >= multiplier[j]:
                break
            times[j] += opened[near.column[e]]
    return times


@_kernel
def around(near, multiplier):
    """Return the costs next below and next above what a unit of demand may by its multiplier, (d,) each."""
    below, above = near.spare.copy(), near.spare.copy()
    for j in range(len(multiplier)):
        for e in range(near.start[j], near.start[j + 1]):
            if near.weight[j] * near.cost[e] >= multiplier[j]:
                above[j] = near.cost[e]
                below[j] = near.cost[max(e - 1, near.start[j])]
                break
            below[j] = near.cost[e]
    return below, above


@_kernel
def thresholds(near, opened):
    """Return the threshold of the cut of demand that says most where columns are open by ``opened``, (n,).

    And how much that says it costs there, times its weight; and how much is left to what is spare: (d,) each.
    """
    threshold = near.spare.copy()
    says, lack = np.empty(len(threshold)), np.zeros(len(threshold))
    for j in range(len(threshold)):
        left, total = 1.0, 0.0
        for e in range(near.start[j], near.start[j + 1]):
            share = opened[near.column[e]]
            if share >= left - _ROUNDING:
                threshold[j] = near.cost[e]
                total += left * near.cost[e]
                left = 0.0
                break
            left -= share
            total += share * near.cost[e]
        says[j] = near.weight[j] * (total + left * near.spare[j])
        lack[j] = left
    return threshold, says, lack


@_kernel
def cuts_at(near, threshold, member_start, member):
    """Return cuts of blocks of demand as compressed rows over columns, and what they say without any column.

    Parameters
    ----------
    near : Near
    threshold : (d,) float64
    member_start, member : (b + 1,) int64, (k,) int32
        The demand of every block.
    """
    blocks, columns = len(member_start) - 1, len(near.reach_start) - 1
    start, constant = np.zeros(blocks + 1, np.int64), np.zeros(blocks)
    sums = np.zeros(columns)
    room = 0
    for k in member:
        for e in range(near.start[k], near.start[k + 1]):
            if near.cost[e] >= threshold[k]:
                break
            room += 1
    column, coef = np.empty(room, np.int32), np.empty(room)
    used = 0
    for b in range(blocks):
        begin = used
        for k in range(member_start[b], member_start[b + 1]):
            used = _add_cut(near, threshold[member[k]], member[k], sums, column, used)
            constant[b] += near.weight[member[k]] * threshold[member[k]]
        column[begin:used].sort()
        for e in range(begin, used):
            coef[e] = sums[column[e]]
            sums[column[e]] = 0.0
        start[b + 1] = used
    return start, column[:used].copy(), coef[:used].copy(), constant


@_kernel
def _add_cut(near, threshold, j, sums, column, used):
    """Add one demand to the cut of its block; return how many columns are in use."""
    for e in range(near.start[j], near.start[j + 1]):
        if near.cost[e] >= threshold:
            break
        i = near.column[e]
        if sums[i] == 0.0:
            column[used] = i
            used += 1
        sums[i] += near.weight[j] * (threshold - near.cost[e])
    return used
