"""Rows and columns of a covering that another makes needless, and a local search, compiled by numba.

The search is weighting of rows (Gao, Weise and Li 2015, "An efficient local search heuristic with row
weighting for the unicost set covering problem"): a column is given up, rows left short are filled again, and
what stays short grows heavier, so that no way of falling short lasts. Here rows may need several columns and
columns have prices.

Nothing here calls what is compiled in another file, whose changes numba's cache would not notice.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

__all__ = ["Cover", "cover_more", "needless", "new_cover", "search", "thin_out"]

_kernel = njit(cache=True, nogil=True)


class Cover(NamedTuple):
    """A choice of columns that is being searched, and all that follows from it.

    Attributes
    ----------
    inside : (n,) bool
    count : (m,) int32
        Open columns of every row.
    weight : (m,) int64
        How much it matters that a row is short.
    score : (n,) int64
        Weight of the rows that a closed column would help, or an open one would leave short.
    since : (n,) int64
        The step at which a column was last opened or closed.
    short, place : (m,) int32
        Rows that have too few columns, in no order; where each row stands among them, -1 for nowhere.
    shorts, step, random : (1,) int64, int64, uint64
    best : (n,) bool
        The cheapest choice so far that leaves nothing short.
    price : (2,) float64
        Of the choice, and of the best.
    """

    inside: NDArray[np.bool_]
    count: NDArray[np.int32]
    weight: NDArray[np.int64]
    score: NDArray[np.int64]
    since: NDArray[np.int64]
    short: NDArray[np.int32]
    place: NDArray[np.int32]
    shorts: NDArray[np.int64]
    step: NDArray[np.int64]
    random: NDArray[np.uint64]
    best: NDArray[np.bool_]
    price: NDArray[np.float64]


@_kernel
def needless(lines, across, grade, kind, may, larger):
    """Return (m,) which lists another makes needless.

    Parameters
    ----------
    lines, across : Lines
        The lists, and for each item the lists it is in. Empty lists are left as they are.
    grade : (m,) float64
        A list counts only against another whose grade is not greater than its own, if it is the smaller one.
    kind : (m,) int64
        A larger list counts only for lists of its own kind, or if its kind is 0.
    may : (m,) bool
        What may be needless.
    larger : bool
        Whether of two lists, one within the other, the larger is needless (rows) or the smaller (columns).
    """
    lists = len(lines.start) - 1
    sign = _signs(lines)
    gone = np.zeros(lists, np.bool_)
    for a in range(lists):
        if gone[a] or lines.start[a] == lines.start[a + 1] or not (larger or may[a]):
            continue
        item = _rarest(lines, across, a)
        for e in range(across.start[item], across.start[item + 1]):
            b = across.item[e]
            drop, stay = (b, a) if larger else (a, b)
            if a == b or gone[drop] or not may[drop] or grade[a] < grade[b]:
                continue
            if (kind[b] != 0 and kind[b] != kind[a]) or sign[a] & ~sign[b] or not _is_within(lines, a, b):
                continue
            if stay > drop and _is_tie(lines, grade, kind, a, b):
                continue
            gone[drop] = True
            if not larger:
                break
    return gone


@_kernel
def _signs(lines):
    """Return 64 bits for each list, of which those of a list within another are a part."""
    sign = np.zeros(len(lines.start) - 1, np.uint64)
    for a in range(len(sign)):
        for e in range(lines.start[a], lines.start[a + 1]):
            sign[a] |= np.uint64(1) << np.uint64((lines.item[e] * 2654435761 >> 12) & 63)
    return sign


@_kernel
def _rarest(lines, across, a):
    """Return the item of a list that is in the fewest lists."""
    rarest, fewest = lines.item[lines.start[a]], np.int64(2**62)
    for e in range(lines.start[a], lines.start[a + 1]):
        item = lines.item[e]
        if across.start[item + 1] - across.start[item] < fewest:
            rarest, fewest = item, across.start[item + 1] - across.start[item]
    return rarest


@_kernel
def _is_within(lines, a, b):
    """Return whether every item of list a is in list b."""
    e, end = lines.start[b], lines.start[b + 1]
    if lines.start[a + 1] - lines.start[a] > end - e:
        return False
    for here in range(lines.start[a], lines.start[a + 1]):
        while e < end and lines.item[e] < lines.item[here]:
            e += 1
        if e == end or lines.item[e] != lines.item[here]:
            return False
    return True


@_kernel
def _is_tie(lines, grade, kind, a, b):
    """Return whether list b, which holds all of list a, is in nothing better or worse."""
    same = lines.start[a + 1] - lines.start[a] == lines.start[b + 1] - lines.start[b]
    return same and grade[a] == grade[b] and kind[a] == kind[b]


@_kernel
def new_cover(rows, columns, need, price, chosen, seed):
    """Return the state in which these columns, (n,) bool, are open, and none is known to be best."""
    n, m = len(columns.start) - 1, len(need)
    state = Cover(
        np.zeros(n, np.bool_),
        np.zeros(m, np.int32),
        np.ones(m, np.int64),
        np.diff(columns.start),
        np.zeros(n, np.int64),
        np.arange(m).astype(np.int32),
        np.arange(m).astype(np.int32),
        np.full(1, m, np.int64),
        np.zeros(1, np.int64),
        np.full(1, 2 * seed + 88172645463325253, np.uint64),
        np.zeros(n, np.bool_),
        np.array([0.0, np.inf]),
    )
    for i in range(n):
        if chosen[i]:
            _open(rows, columns, need, price, state, i)
    return state


@_kernel
def _open(rows, columns, need, price, state, i):
    # What it would help open is what it would leave short if closed again: its own score stays.
    state.inside[i] = True
    state.since[i] = state.step[0]
    state.price[0] += price[i]
    for e in range(columns.start[i], columns.start[i + 1]):
        r = columns.item[e]
        state.count[r] += 1
        over = state.count[r] - need[r]
        if over == 0:
            _shift(rows, state, r, i, False, -state.weight[r])
            _fill(state, r)
        elif over == 1:
            _shift(rows, state, r, i, True, -state.weight[r])


@_kernel
def _close(rows, columns, need, price, state, i):
    state.inside[i] = False
    state.since[i] = state.step[0]
    state.price[0] -= price[i]
    for e in range(columns.start[i], columns.start[i + 1]):
        r = columns.item[e]
        state.count[r] -= 1
        over = state.count[r] - need[r]
        if over == -1:
            _shift(rows, state, r, i, False, state.weight[r])
            state.place[r] = state.shorts[0]
            state.short[state.shorts[0]] = r
            state.shorts[0] += 1
        elif over == 0:
            _shift(rows, state, r, i, True, state.weight[r])


@_kernel
def _fill(state, r):
    """Take a row from those that are short."""
    state.shorts[0] -= 1
    last = state.short[state.shorts[0]]
    state.short[state.place[r]] = last
    state.place[last] = state.place[r]
    state.place[r] = -1


@_kernel
def _shift(rows, state, r, i, inside, weight):
    """Change the scores of the row's other columns that are open, or of those that are not."""
    for e in range(rows.start[r], rows.start[r + 1]):
        k = rows.item[e]
        if k != i and state.inside[k] == inside:
            state.score[k] += weight


@_kernel
def cover_more(rows, columns, need, price, state):
    """Open whatever helps most for its price until no row is short."""
    while state.shorts[0] > 0:
        best = -1
        for i in range(len(price)):
            if state.inside[i] or state.score[i] <= 0:
                continue
            if best < 0 or state.score[i] * price[best] > state.score[best] * price[i]:
                best = i
        _open(rows, columns, need, price, state, best)


@_kernel
def thin_out(rows, columns, need, price, state):
    """Close what is not needed, dearest first; the choice is then the best known if it is cheapest."""
    for i in np.argsort(-price, kind="mergesort"):
        if state.inside[i] and state.score[i] == 0:
            _close(rows, columns, need, price, state, i)
    _remember(price, state)


@_kernel
def _remember(price, state):
    total = 0.0
    for i in range(len(price)):
        if state.inside[i]:
            total += price[i]
    state.price[0] = total
    if total < state.price[1]:
        state.price[1] = total
        state.best[:] = state.inside


@_kernel
def search(rows, columns, need, price, state, steps):
    """Look for cheaper choices that leave nothing short, from where the state is, for so many steps."""
    for _ in range(steps):
        while state.shorts[0] == 0:
            _remember(price, state)
            if not state.inside.any():
                return
            _close(rows, columns, need, price, state, _worst(price, state, False))
        state.step[0] += 1
        if state.inside.any():
            _close(rows, columns, need, price, state, _worst(price, state, True))
        while state.shorts[0] > 0:
            i = _helper(rows, price, state, _chance(state, state.shorts[0]))
            if i < 0:
                break
            _open(rows, columns, need, price, state, i)
            for s in range(state.shorts[0]):
                _press(rows, state, state.short[s])
            if state.price[0] + _MARGIN >= state.price[1]:
                break


_MARGIN = 1e-9


@_kernel
def _press(rows, state, r):
    """Make a row that is short heavier."""
    state.weight[r] += 1
    for e in range(rows.start[r], rows.start[r + 1]):
        state.score[rows.item[e]] += 1


@_kernel
def _worst(price, state, settled):
    """Return the open column that does least for its price, the oldest of equals; not one just opened."""
    worst = -1
    for i in range(len(price)):
        if not state.inside[i] or (settled and worst >= 0 and state.since[i] >= state.step[0] - 1):
            continue
        if worst < 0:
            worst = i
            continue
        here, there = state.score[i] * price[worst], state.score[worst] * price[i]
        if here < there or (here == there and state.since[i] < state.since[worst]):
            worst = i
    return worst


@_kernel
def _helper(rows, price, state, pick):
    """Return the closed column that helps a short row, and most others, for a price there is room for."""
    best = -1
    r = state.short[pick]
    for e in range(rows.start[r], rows.start[r + 1]):
        i = rows.item[e]
        if state.inside[i] or state.since[i] == state.step[0]:
            continue
        if state.price[0] + price[i] + _MARGIN >= state.price[1]:
            continue
        if best < 0:
            best = i
            continue
        here, there = state.score[i] * price[best], state.score[best] * price[i]
        if here > there or (here == there and state.since[i] < state.since[best]):
            best = i
    return best


@_kernel
def _chance(state, n):
    """Return a number below n: xorshift."""
    x = state.random[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state.random[0] = x
    return np.int64(x % np.uint64(n))
