"""Swaps of columns by what they save, compiled by numba.

Of every column is kept what opening it saves and what closing it costs, and of every pair what the one makes
up for when the other is closed (Resende and Werneck 2007, "A fast swap-based local search procedure for
location problems").

Nothing here calls what is compiled in another file, whose changes numba's cache would not notice.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["Near", "Swaps", "assign", "cheapest_first", "improve", "kick", "reset"]

_kernel = njit(cache=True, nogil=True)


class Near(NamedTuple):
    """The columns of every demand, cheapest first, as compressed rows, and those of every column.

    Attributes
    ----------
    start : (d + 1,) int64
    column : (q,) int32
    cost : (q,) float64
        Below ``spare``.
    weight : (d,) float64
    spare : (d,) float64
        What demand costs without any column.
    reach_start, reach_demand, reach_cost : (n + 1,) int64, (q,) int32, (q,) float64
    """

    start: NDArray[np.int64]
    column: NDArray[np.int32]
    cost: NDArray[np.float64]
    weight: NDArray[np.float64]
    spare: NDArray[np.float64]
    reach_start: NDArray[np.int64]
    reach_demand: NDArray[np.int32]
    reach_cost: NDArray[np.float64]


class Swaps(NamedTuple):
    """Which columns are open, and what follows.

    Attributes
    ----------
    inside : (n,) bool
    opened : (p,) int32
        Open columns that may be closed, each at its slot; -1 for an empty slot.
    slot : (n,) int32
        The slot of such a column, -1 for others.
    first : (d,) int32
        The slot of the column that serves demand, -1 for one that cannot be closed or for none.
    cost, second : (d,) float64
        What demand costs, and what it would cost without that column.
    gain, loss : (n,), (p,) float64
        What opening a column saves, and what closing one costs.
    extra : (n, p) float64
        What a column opened makes up for when the one at a slot is closed.
    activity : (r,) float64
        Of every rule.
    """

    inside: NDArray[np.bool_]
    opened: NDArray[np.int32]
    slot: NDArray[np.int32]
    first: NDArray[np.int32]
    cost: NDArray[np.float64]
    second: NDArray[np.float64]
    gain: NDArray[np.float64]
    loss: NDArray[np.float64]
    extra: NDArray[np.float64]
    activity: NDArray[np.float64]


@_kernel
def cheapest_first(reach_start, reach_demand, reach_cost, demands):
    """Return start, column and cost of `Near` from those of columns; at equal cost the lowest first."""
    start = np.zeros(demands + 1, np.int64)
    for j in reach_demand:
        start[j + 1] += 1
    start = np.cumsum(start)
    free = start[:-1].copy()
    column, cost = np.empty(len(reach_demand), np.int32), np.empty(len(reach_demand))
    for i in range(len(reach_start) - 1):
        for e in range(reach_start[i], reach_start[i + 1]):
            j = reach_demand[e]
            column[free[j]], cost[free[j]] = i, reach_cost[e]
            free[j] += 1
    for j in range(demands):
        mine = slice(start[j], start[j + 1])
        order = np.argsort(cost[mine], kind="mergesort")
        column[mine], cost[mine] = column[mine][order], cost[mine][order]
    return start, column, cost


@_kernel
def assign(near, inside):
    """Return what demand costs, (d,), with these columns, (n,) bool, open."""
    cost = near.spare.copy()
    for j in range(len(cost)):
        for e in range(near.start[j], near.start[j + 1]):
            if inside[near.column[e]]:
                cost[j] = near.cost[e]
                break
    return cost


@_kernel
def reset(near, limits, state):
    """Work out everything anew from which columns are open."""
    state.opened[:] = -1
    state.slot[:] = -1
    for sums in (state.gain, state.loss, state.activity):
        sums[:] = 0.0
    state.extra[:] = 0.0
    used = 0
    for i in range(len(state.inside)):
        if not state.inside[i]:
            continue
        _act(limits, state.activity, i, 1.0)
        if limits.free[i]:
            state.opened[used] = i
            state.slot[i] = used
            used += 1
    for j in range(len(near.weight)):
        _look(near, state, j)
        _count(near, state, j, 1.0)


@_kernel
def _look(near, state, j):
    """Find the two cheapest open columns of demand."""
    state.first[j], found = -1, False
    state.cost[j] = state.second[j] = near.spare[j]
    for e in range(near.start[j], near.start[j + 1]):
        i = near.column[e]
        if not state.inside[i]:
            continue
        if found:
            state.second[j] = near.cost[e]
            break
        found = True
        state.cost[j], state.first[j] = near.cost[e], state.slot[i]


@_kernel
def _count(near, state, j, sign):
    """Add what demand adds to gains, losses and extras, or take it away."""
    s, here = state.first[j], state.cost[j]
    there = state.second[j] if s >= 0 else here
    weight = sign * near.weight[j]
    if s >= 0:
        state.loss[s] += weight * (there - here)
    for e in range(near.start[j], near.start[j + 1]):
        cost = near.cost[e]
        if cost >= there:
            break
        i = near.column[e]
        if cost < here:
            state.gain[i] += weight * (here - cost)
        if s >= 0:
            state.extra[i, s] += weight * (there - max(cost, here))


@_kernel
def _act(limits, activity, i, sign):
    for e in range(limits.start[i], limits.start[i + 1]):
        activity[limits.rule[e]] += sign * limits.coef[e]


@_kernel
def _holds(limits, activity, i):
    for e in range(limits.start[i], limits.start[i + 1]):
        r = limits.rule[e]
        if activity[r] < limits.low[r] or activity[r] > limits.high[r]:
            return False
    return True


@_kernel
def _fits(limits, activity, i, out):
    """Return whether the rules that hold now hold with i open instead of ``out`` (-1: besides all)."""
    _act(limits, activity, i, 1.0)
    if out >= 0:
        _act(limits, activity, out, -1.0)
    fits = _holds(limits, activity, i) and (out < 0 or _holds(limits, activity, out))
    _act(limits, activity, i, -1.0)
    if out >= 0:
        _act(limits, activity, out, 1.0)
    return fits


@_kernel
def _best_move(limits, state, least):
    """Return the column to open and the slot to close (-1: none) that save most, more than ``least``."""
    best, slot = -1, -1
    has_room = (state.opened < 0).any()
    for i in range(len(state.inside)):
        # No swap saves more than opening alone.
        if state.inside[i] or not limits.free[i] or state.gain[i] <= least:
            continue
        if has_room and _fits(limits, state.activity, i, -1):
            best, slot, least = i, -1, state.gain[i]
            continue
        for s in range(len(state.opened)):
            if state.opened[s] < 0:
                continue
            saves = state.gain[i] - state.loss[s] + state.extra[i, s]
            if saves > least and _fits(limits, state.activity, i, state.opened[s]):
                best, slot, least = i, s, saves
    return best, slot


@_kernel
def _put(near, limits, state, i):
    """Open a column at the first empty slot."""
    s = 0
    while state.opened[s] >= 0:
        s += 1
    state.opened[s] = i
    state.slot[i] = s
    state.inside[i] = True
    _act(limits, state.activity, i, 1.0)
    _recount(near, state, i)


@_kernel
def _take(near, limits, state, s):
    """Close the column at a slot."""
    i = state.opened[s]
    state.inside[i] = False
    _act(limits, state.activity, i, -1.0)
    _recount(near, state, i)
    state.slot[i] = state.opened[s] = -1
    # What is left is what rounding left.
    state.loss[s] = 0.0
    state.extra[:, s] = 0.0


@_kernel
def _recount(near, state, i):
    """Count the demand anew of which a column just opened or closed is or was among the two cheapest."""
    for e in range(near.reach_start[i], near.reach_start[i + 1]):
        j = near.reach_demand[e]
        if near.reach_cost[e] <= state.second[j]:
            _count(near, state, j, -1.0)
            _look(near, state, j)
            _count(near, state, j, 1.0)


@_kernel
def improve(near, limits, state, least):
    """Open and swap columns, always those that save most, as long as that is more than ``least``."""
    while True:
        i, s = _best_move(limits, state, least)
        if i < 0:
            return
        if s >= 0:
            _take(near, limits, state, s)
        _put(near, limits, state, i)


@_kernel
def kick(near, limits, state, random, times):
    """Swap some columns at random, within the rules."""
    columns, slots = len(state.inside), len(state.opened)
    for _ in range(times):
        for _ in range(100):
            i, s = _chance(random, columns), _chance(random, slots)
            out = state.opened[s]
            if not state.inside[i] and limits.free[i] and out >= 0 and _fits(limits, state.activity, i, out):
                _take(near, limits, state, s)
                _put(near, limits, state, i)
                break


@_kernel
def _chance(random, n):
    """Return a number below n: xorshift."""
    x = random[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    random[0] = x
    return np.int64(x % np.uint64(n))
