"""Finding demand that the same columns serve, compiled by numba.

Demand is told apart by two sums of 64 random bits for each column that serves it. Equal sums hardly ever
belong to different columns, and whether they do is checked entry by entry, so that chance decides nothing.

Nothing here calls what is compiled in another file, whose changes numba's cache would not notice.
"""

import numpy as np
from numba import njit

__all__ = ["add_keys", "columns_of", "groups_of", "is_same", "number_alike"]

_kernel = njit(cache=True, nogil=True)


@_kernel
def add_keys(start, demand, keys, sums):
    """Add the (n, 2) uint64 keys of columns to the (d, 2) sums of what they reach; return (d,) how many."""
    degree = np.zeros(len(sums), np.int32)
    for i in range(len(start) - 1):
        for entry in range(start[i], start[i + 1]):
            j = demand[entry]
            sums[j, 0] += keys[i, 0]
            sums[j, 1] += keys[i, 1]
            degree[j] += 1
    return degree


@_kernel
def number_alike(sums, kind, wanted):
    """Return (d,) the group of wanted demand, -1 for other, numbered as they are met, and (g,) their first.

    A group is alike in both sums and in ``kind``, (d,) int64.
    """
    size = 16
    while size < 2 * len(kind):
        size *= 2
    table = np.full(size, -1, np.int32)
    of = np.full(len(kind), -1, np.int32)
    first = np.empty(len(kind), np.int32)
    groups = 0
    for j in range(len(kind)):
        if not wanted[j]:
            continue
        place = _place(table, first, sums, kind, j)
        if table[place] < 0:
            table[place] = groups
            first[groups] = j
            groups += 1
        of[j] = table[place]
    return of, first[:groups].copy()


@_kernel
def _place(table, first, sums, kind, j):
    """Return where in the table of open addresses the group of this demand is, or belongs."""
    mask = len(table) - 1
    place = np.int64(sums[j, 0] & np.uint64(mask))
    while table[place] >= 0:
        other = first[table[place]]
        if sums[other, 0] == sums[j, 0] and sums[other, 1] == sums[j, 1] and kind[other] == kind[j]:
            break
        place = (place + 1) & mask
    return place


@_kernel
def groups_of(start, demand, of, first):
    """Return the groups of every column as compressed rows: of each group's first demand, ascending."""
    size = np.zeros(len(start), np.int64)
    for i in range(len(start) - 1):
        for entry in range(start[i], start[i + 1]):
            j = demand[entry]
            if of[j] >= 0 and first[of[j]] == j:
                size[i + 1] += 1
    column_start = np.cumsum(size)
    group = np.empty(column_start[-1], np.int32)
    free = 0
    for i in range(len(start) - 1):
        for entry in range(start[i], start[i + 1]):
            j = demand[entry]
            if of[j] >= 0 and first[of[j]] == j:
                group[free] = of[j]
                free += 1
        group[column_start[i] : free].sort()
    return column_start, group


@_kernel
def columns_of(column_start, column_group, groups):
    """Return the columns of every group as compressed rows, ascending."""
    group_start = np.zeros(groups + 1, np.int64)
    for g in column_group:
        group_start[g + 1] += 1
    for g in range(groups):
        group_start[g + 1] += group_start[g]
    column = np.empty(len(column_group), np.int32)
    free = group_start[:-1].copy()
    for i in range(len(column_start) - 1):
        for entry in range(column_start[i], column_start[i + 1]):
            g = column_group[entry]
            column[free[g]] = i
            free[g] += 1
    return group_start, column


@_kernel
def is_same(start, demand, of, degree, column_start, column_group, group_start):
    """Return whether all demand is reached by exactly the columns of its group."""
    seen = np.full(len(group_start) - 1, -1, np.int32)
    for i in range(len(start) - 1):
        for entry in range(column_start[i], column_start[i + 1]):
            seen[column_group[entry]] = i
        for entry in range(start[i], start[i + 1]):
            g = of[demand[entry]]
            if g >= 0 and seen[g] != i:
                return False
    for j in range(len(of)):
        g = of[j]
        if g >= 0 and degree[j] != group_start[g + 1] - group_start[g]:
            return False
    return True
