"""Cuts of maximal covering by blocks of demand, compiled by numba.

Nothing here calls what is compiled in another file, whose changes numba's cache would not notice.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["Blocks", "add_shares", "block_by_column", "cut_blocks", "worth_of"]

_kernel = njit(cache=True, nogil=True)


class Blocks(NamedTuple):
    """Groups by block as compressed rows, (b + 1,) int64 and (q,) int32; groups of one column are in none."""

    start: NDArray[np.int64]
    group: NDArray[np.int32]


@_kernel
def block_by_column(merged, most):
    """Return (g,) blocks of groups that share a column: the column of most such weight again and again.

    A group of one column is in no block, -1. ``most`` is how many groups a block has at most.
    """
    groups = len(merged.weight)
    columns = len(merged.column_start) - 1
    block = np.full(groups, -1, np.int32)
    left = np.zeros(columns)
    for i in range(columns):
        for entry in range(merged.column_start[i], merged.column_start[i + 1]):
            g = merged.column_group[entry]
            if merged.group_start[g + 1] - merged.group_start[g] > 1:
                left[i] += 1.0
    blocks = 0
    while True:
        i = np.argmax(left)
        if left[i] < 0.5:
            return block, blocks
        size = 0
        for entry in range(merged.column_start[i], merged.column_start[i + 1]):
            g = merged.column_group[entry]
            if block[g] < 0 and merged.group_start[g + 1] - merged.group_start[g] > 1 and size < most:
                block[g] = blocks
                size += 1
                for other in range(merged.group_start[g], merged.group_start[g + 1]):
                    left[merged.group_column[other]] -= 1.0
        blocks += 1


@_kernel
def cut_blocks(merged, blocks, y, eta, least):
    """Return the cuts at a point that another violates by more than ``least``: eta <= constant + coef . y.

    Returns
    -------
    block : (c,) int32
    constant : (c,) float64
    rows : (c + 1,) int64, (q,) int32, (q,) float64
        Where each begins, columns and coefs.
    """
    count = len(blocks.start) - 1
    block = np.empty(count, np.int32)
    constant = np.empty(count)
    start = np.zeros(count + 1, np.int64)
    column = np.empty(len(merged.group_column), np.int32)
    coef = np.empty(len(merged.group_column))
    slope = np.zeros(len(y))
    met = np.zeros(len(y), np.bool_)
    cuts = 0
    free = 0
    for b in range(count):
        end, whole = _cut(merged, blocks, b, y, slope, met, column, free)
        value = whole
        for entry in range(free, end):
            i = column[entry]
            coef[entry] = slope[i]
            value += slope[i] * y[i]
            slope[i] = 0.0
            met[i] = False
        if eta[b] > value + least:
            block[cuts] = b
            constant[cuts] = whole
            cuts += 1
            free = end
            start[cuts] = free
    rows = start[: cuts + 1].copy(), column[:free].copy(), coef[:free].copy()
    return block[:cuts].copy(), constant[:cuts].copy(), rows


@_kernel
def _cut(merged, blocks, b, y, slope, met, column, free):
    """Note a block's cut from ``free`` on; return how far it goes, and its constant."""
    whole = 0.0
    for place in range(blocks.start[b], blocks.start[b + 1]):
        g = blocks.group[place]
        covered = 0.0
        for entry in range(merged.group_start[g], merged.group_start[g + 1]):
            covered += y[merged.group_column[entry]]
        if covered >= 1.0 - 1e-9:
            whole += merged.weight[g]
            continue
        for entry in range(merged.group_start[g], merged.group_start[g + 1]):
            i = merged.group_column[entry]
            if not met[i]:
                met[i] = True
                column[free] = i
                free += 1
            slope[i] += merged.weight[g]
    return free, whole


@_kernel
def worth_of(merged, share):
    """Return (n,) the sum of ``share`` (g,) over the groups of every column."""
    worth = np.zeros(len(merged.column_start) - 1)
    for i in range(len(worth)):
        for entry in range(merged.column_start[i], merged.column_start[i + 1]):
            worth[i] += share[merged.column_group[entry]]
    return worth


@_kernel
def add_shares(merged, blocks, y, dual, shares):
    """Add to ``shares`` (g,) what multipliers (b,) of the cuts at a point give the groups it leaves open."""
    for b in range(len(dual)):
        if dual[b] == 0.0:
            continue
        for place in range(blocks.start[b], blocks.start[b + 1]):
            g = blocks.group[place]
            covered = 0.0
            for entry in range(merged.group_start[g], merged.group_start[g + 1]):
                covered += y[merged.group_column[entry]]
            if covered < 1.0 - 1e-9:
                shares[g] += dual[b] * merged.weight[g]
