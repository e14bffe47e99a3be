"""Set covering as lists: which columns each row needs, made from a problem and merged.

Covering all demand and finding the least worst distance are both this: choose columns so that every row has
as many of its columns as it needs, at the least sum of prices, and keep the rules.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.analyses.siting.merge import alike_of
from geo.analyses.siting.problem import Problem, Rule

__all__ = ["Covering", "Lines", "covering_of", "filtered", "line_of", "turned"]


class Lines(NamedTuple):
    """Lists of numbers, ascending within a list: those of list i are ``item[start[i]:start[i + 1]]``.

    Attributes
    ----------
    start : (m + 1,) int64
    item : (q,) int32
    """

    start: NDArray[np.int64]
    item: NDArray[np.int32]


class Covering(NamedTuple):
    """Minimise the sum of prices of the columns opened.

    Attributes
    ----------
    rows : Lines
        The columns of each of m rows; only columns that may be opened.
    need : (m,) int32
        How many of them at least: from 1 to as many as there are.
    price : (n,) float64
    lower, upper : (n,) int8
    rules : tuple of Rule
    first : (m,) int32
        Of each row, the first demand that it stands for.
    """

    rows: Lines
    need: NDArray[np.int32]
    price: NDArray[np.float64]
    lower: NDArray[np.int8]
    upper: NDArray[np.int8]
    rules: tuple[Rule, ...]
    first: NDArray[np.int32]


def line_of(lines: Lines) -> NDArray[np.int64]:
    """Return the number of the list that each item is in, (q,)."""
    return np.repeat(np.arange(len(lines.start) - 1), np.diff(lines.start))


def turned(lines: Lines, width: int) -> Lines:
    """Return for each of ``width`` items the lists it is in."""
    shape = (len(lines.start) - 1, width)
    table = csr_array((np.ones(len(lines.item), np.int8), lines.item, lines.start), shape=shape).tocsc()
    return Lines(table.indptr.astype(np.int64), table.indices.astype(np.int32))


def filtered(lines: Lines, line: NDArray[np.bool_], item: NDArray[np.bool_]) -> Lines:
    """Return those lists where ``line``, (m,), and of them those items where ``item``, (width,)."""
    where = line_of(lines)
    keep = line[where] & item[lines.item]
    count = np.bincount(where[keep], minlength=len(line))[line]
    return Lines(np.concatenate([[0], np.cumsum(count)]), lines.item[keep])


def covering_of(problem: Problem, need: NDArray[np.int32], within: float = np.inf) -> Covering:
    """Return the rows of all demand that needs something, merged where they are the same.

    Parameters
    ----------
    problem : Problem
        Its prices, bounds and rules are taken over.
    need : (d,) int32
        How many columns demand needs. What cannot have so many has no row.
    within : float
        Columns that cost more cannot serve.
    """
    lists = _usable(problem, within)
    has = np.bincount(lists.item, minlength=len(need))
    need = np.where(has >= need, need, 0)
    alike = alike_of(lists.start, lists.item, need.astype(np.int64), need > 0)
    rows, sizes = Lines(*alike.by_group), need[alike.first].astype(np.int32)
    return Covering(rows, sizes, problem.price, problem.lower, problem.upper, problem.rules, alike.first)


def _usable(problem: Problem, within: float) -> Lines:
    """Return what each column serves, as far as it may be opened and costs no more."""
    lists = Lines(problem.reach.start, problem.reach.demand)
    keep = np.repeat(problem.upper > 0, np.diff(lists.start))
    keep &= problem.reach.cost <= within
    if keep.all():
        return lists
    total = np.concatenate([[0], np.cumsum(keep)])
    return Lines(total[lists.start], lists.item[keep])
