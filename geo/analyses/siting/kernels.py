"""What opening and closing columns gains and loses, and the local search by it, compiled by numba.

For every column the state keeps the weight that opening it would add and the weight that closing it would
lose (Resende and Werneck 2004). Both change only with the columns that share a group whose count of open
columns comes to, or goes from, just enough or one too few.

Nothing here calls what is compiled in another file, whose changes numba's cache would not notice.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["Limits", "State", "improve", "iterate", "new_state"]

_kernel = njit(cache=True, nogil=True)


class Limits(NamedTuple):
    """The rules as compressed rows by column: (n + 1,) int64, (q,) int32, (q,) float64; and (r,) float64 the
    least and the most of every rule, with room for rounding. ``free`` (n,) bool: may be opened and closed."""

    start: NDArray[np.int64]
    rule: NDArray[np.int32]
    coef: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    free: NDArray[np.bool_]


class State(NamedTuple):
    """Which columns are open, and all that follows from it.

    Attributes
    ----------
    inside : (n,) bool
    count : (g,) int32
        Open columns of every group.
    gain, loss : (n,) float64
        Weight that opening a closed column adds; that closing an open one loses.
    activity : (r,) float64
        Of every rule.
    value : (1,) float64
        Weight of the groups that are covered.
    """

    inside: NDArray[np.bool_]
    count: NDArray[np.int32]
    gain: NDArray[np.float64]
    loss: NDArray[np.float64]
    activity: NDArray[np.float64]
    value: NDArray[np.float64]


@_kernel
def new_state(merged, limits, chosen):
    """Return the state in which exactly these columns are open."""
    columns = len(merged.column_start) - 1
    state = State(
        np.zeros(columns, np.bool_),
        np.zeros(len(merged.weight), np.int32),
        np.zeros(columns),
        np.zeros(columns),
        np.zeros(len(limits.low)),
        np.zeros(1),
    )
    for i in chosen:
        state.inside[i] = True
        _act(limits, state, i, 1.0)
        for entry in range(merged.column_start[i], merged.column_start[i + 1]):
            state.count[merged.column_group[entry]] += 1
    for i in range(columns):
        for entry in range(merged.column_start[i], merged.column_start[i + 1]):
            g = merged.column_group[entry]
            if state.count[g] == merged.need[g] - 1:
                state.gain[i] += merged.weight[g]
            elif state.count[g] == merged.need[g]:
                state.loss[i] += merged.weight[g]
    for g in range(len(merged.weight)):
        if state.count[g] >= merged.need[g]:
            state.value[0] += merged.weight[g]
    return state


@_kernel
def put(merged, limits, state, i):
    """Open a column."""
    state.value[0] += state.gain[i]
    state.inside[i] = True
    _act(limits, state, i, 1.0)
    for entry in range(merged.column_start[i], merged.column_start[i + 1]):
        g = merged.column_group[entry]
        state.count[g] += 1
        over = state.count[g] - merged.need[g]
        if over == -1:
            _shift(merged, state.gain, g, merged.weight[g])
        elif over == 0:
            _shift(merged, state.gain, g, -merged.weight[g])
            _shift(merged, state.loss, g, merged.weight[g])
        elif over == 1:
            _shift(merged, state.loss, g, -merged.weight[g])


@_kernel
def take(merged, limits, state, i):
    """Close a column."""
    state.value[0] -= state.loss[i]
    state.inside[i] = False
    _act(limits, state, i, -1.0)
    for entry in range(merged.column_start[i], merged.column_start[i + 1]):
        g = merged.column_group[entry]
        state.count[g] -= 1
        over = state.count[g] - merged.need[g]
        if over == -2:
            _shift(merged, state.gain, g, -merged.weight[g])
        elif over == -1:
            _shift(merged, state.loss, g, -merged.weight[g])
            _shift(merged, state.gain, g, merged.weight[g])
        elif over == 0:
            _shift(merged, state.loss, g, merged.weight[g])


@_kernel
def _shift(merged, sums, g, weight):
    for entry in range(merged.group_start[g], merged.group_start[g + 1]):
        sums[merged.group_column[entry]] += weight


@_kernel
def _act(limits, state, i, sign):
    for entry in range(limits.start[i], limits.start[i + 1]):
        state.activity[limits.rule[entry]] += sign * limits.coef[entry]


@_kernel
def _broken(limits, activity, i):
    """Return how many of a column's rules do not hold."""
    broken = 0
    for entry in range(limits.start[i], limits.start[i + 1]):
        r = limits.rule[entry]
        if activity[r] < limits.low[r] or activity[r] > limits.high[r]:
            broken += 1
    return broken


@_kernel
def _fits(limits, activity, i, broken):
    """Return whether every rule holds once a column is opened, if so many do not hold now."""
    for entry in range(limits.start[i], limits.start[i + 1]):
        r = limits.rule[entry]
        after = activity[r] + limits.coef[entry]
        if after < limits.low[r] or after > limits.high[r]:
            return False
        if activity[r] < limits.low[r] or activity[r] > limits.high[r]:
            broken -= 1
    return broken == 0


@_kernel
def _best_in(limits, state, extra, broken, least):
    """Return the closed column that adds most, more than ``least`` and within the rules; -1 for none."""
    best = -1
    for i in range(len(extra)):
        if state.inside[i] or not limits.free[i]:
            continue
        worth = state.gain[i] + extra[i]
        if worth > least and _fits(limits, state.activity, i, broken):
            best = i
            least = worth
    return best


@_kernel
def _share(merged, state, r, extra):
    """Add what other columns would cover of that which closing one uncovers."""
    for entry in range(merged.column_start[r], merged.column_start[r + 1]):
        g = merged.column_group[entry]
        over = state.count[g] - merged.need[g]
        if over == 0:
            _shift(merged, extra, g, merged.weight[g])
        elif over == -1:
            _shift(merged, extra, g, -merged.weight[g])


@_kernel
def _clear(merged, r, extra):
    """Make nought again what `_share` has added to."""
    for entry in range(merged.column_start[r], merged.column_start[r + 1]):
        g = merged.column_group[entry]
        for other in range(merged.group_start[g], merged.group_start[g + 1]):
            extra[merged.group_column[other]] = 0.0


@_kernel
def improve(merged, limits, state, order, used, extra, least):
    """Open columns, and swap open ones for closed ones, while that adds more than ``least``.

    ``order[:used]`` are the open columns that may be closed, in the order they are tried; it has room for
    all, is kept up to date, and how many they are then is returned. ``extra`` (n,) is nought, and is again
    after.
    """
    tried = 0
    at = 0
    while tried <= used:
        best = _best_in(limits, state, extra, 0, least)
        if best >= 0:
            put(merged, limits, state, best)
            order[used] = best
            used += 1
            tried = 0
        elif used == 0 or tried == used:
            break
        elif _swap(merged, limits, state, order, at % used, extra, least):
            tried = 0
        else:
            tried += 1
            at += 1
    return used


@_kernel
def _swap(merged, limits, state, order, at, extra, least):
    """Swap an open column for the best closed one; return whether that adds more than ``least``."""
    r = order[at]
    _share(merged, state, r, extra)
    _act(limits, state, r, -1.0)
    best = _best_in(limits, state, extra, _broken(limits, state.activity, r), state.loss[r] + least)
    _act(limits, state, r, 1.0)
    _clear(merged, r, extra)
    if best < 0:
        return False
    take(merged, limits, state, r)
    put(merged, limits, state, best)
    order[at] = best
    return True


@_kernel
def _random(seed, below):
    """Return the next number of a generator (splitmix64) that is less than another."""
    seed[0] += np.uint64(0x9E3779B97F4A7C15)
    z = seed[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.int64((z ^ (z >> np.uint64(31))) % np.uint64(below))


@_kernel
def _neighbour(merged, r, seed):
    """Return a column that shares demand with another, or any column."""
    size = merged.column_start[r + 1] - merged.column_start[r]
    if size == 0 or _random(seed, 4) == 0:
        return _random(seed, len(merged.column_start) - 1)
    g = merged.column_group[merged.column_start[r] + _random(seed, size)]
    first = merged.group_start[g]
    return merged.group_column[first + _random(seed, merged.group_start[g + 1] - first)]


@_kernel
def _kick(merged, limits, state, order, used, seed):
    """Close an open column for another at random, for none where none fits; return how many are open."""
    at = _random(seed, used)
    r = order[at]
    broken_before = _broken(limits, state.activity, r)
    take(merged, limits, state, r)
    broken = _broken(limits, state.activity, r)
    for _ in range(8):
        i = _neighbour(merged, r, seed)
        if i != r and limits.free[i] and not state.inside[i] and _fits(limits, state.activity, i, broken):
            put(merged, limits, state, i)
            order[at] = i
            return used
    if broken == broken_before:
        order[at] = order[used - 1]
        return used - 1
    put(merged, limits, state, r)
    return used


@_kernel
def _copy(source, target):
    target.inside[:] = source.inside
    target.count[:] = source.count
    target.gain[:] = source.gain
    target.loss[:] = source.loss
    target.activity[:] = source.activity
    target.value[:] = source.value


@_kernel
def iterate(merged, limits, best, order, used, rounds, seed, slack):
    """Go so many rounds from the best state: kick one in twenty of what is open, and improve.

    A state that is worse than the last by up to ``slack`` is gone on from all the same; another is not.
    ``best`` and ``order`` are kept up to date. Returns how often a better state was found.
    """
    base = new_state(merged, limits, np.flatnonzero(best.inside))
    now = new_state(merged, limits, np.flatnonzero(best.inside))
    base_order, now_order, base_used = order.copy(), order.copy(), used
    extra = np.zeros(len(best.gain))
    better = 0
    for _ in range(rounds):
        now_used = base_used
        for _ in range(max(1, base_used // 20)):
            now_used = _kick(merged, limits, now, now_order, now_used, seed) if now_used else 0
        now_used = improve(merged, limits, now, now_order, now_used, extra, 0.0)
        if now.value[0] > best.value[0]:
            better += 1
            _copy(now, best)
            order[:] = now_order
        if now.value[0] >= base.value[0] - slack:
            _copy(now, base)
            base_order[:], base_used = now_order, now_used
        else:
            _copy(base, now)
            now_order[:] = base_order
    return better
