"""Demand that the same columns serve, merged: the same problem, ten to four hundred times smaller."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.kernels_merge import add_keys, columns_of, groups_of, is_same, number_alike
from geo.analyses.siting.problem import Problem

__all__ = ["Alike", "Merged", "alike_of", "merge_demand"]


class Merged(NamedTuple):
    """Groups of demand, and the columns of the problem, which stay what they are.

    A group counts as covered when at least ``need`` of its columns are open.

    Attributes
    ----------
    weight : (g,) float64
        Sums in the order of demand. Groups are in the order of their first demand.
    need : (g,) int32
        At least 1, at most the number of the group's columns.
    column_start, column_group : (n + 1,) int64, (q,) int32
        The groups of every column as compressed rows, ascending.
    group_start, group_column : (g + 1,) int64, (q,) int32
        The columns of every group as compressed rows, ascending.
    constant : float
        Weight that is covered whatever is opened.
    of : (d,) int32
        The group of all demand; -1 for what has no weight, is covered already, or cannot be.
    """

    weight: NDArray[np.float64]
    need: NDArray[np.int32]
    column_start: NDArray[np.int64]
    column_group: NDArray[np.int32]
    group_start: NDArray[np.int64]
    group_column: NDArray[np.int32]
    constant: float
    of: NDArray[np.int32]


class Alike(NamedTuple):
    """Groups of demand of the same columns.

    Attributes
    ----------
    of : (d,) int32
        The group of demand, -1 for none.
    first : (g,) int
        Of each group its first demand.
    by_column, by_group : pairs of (start, number)
        The groups of every column, and the columns of every group, as compressed rows.
    """

    of: NDArray[np.int32]
    first: NDArray[np.integer]
    by_column: tuple[NDArray[np.int64], NDArray[np.int32]]
    by_group: tuple[NDArray[np.int64], NDArray[np.int32]]


def merge_demand(problem: Problem, *, partition: NDArray[np.integer] | None = None) -> Merged:
    """Merge demand that exactly the same columns serve and that needs equally many of them.

    Parameters
    ----------
    problem : Problem
    partition : (d,) int, optional
        Labels, such as of districts: demand of different ones stays apart.

    Returns
    -------
    Merged
        Whatever is opened, it covers the same weight as before.
    """
    start, demand = problem.reach.start, problem.reach.demand
    need = np.maximum(problem.backup - problem.kept, 0).astype(np.int64)
    label = np.zeros(len(need), np.int64) if partition is None else partition.astype(np.int64)
    kind = label * (problem.backup + 1) + need
    degree = np.bincount(demand, minlength=len(need))
    wanted = (problem.weight > 0) & (need > 0) & (degree >= need)
    alike = alike_of(start, demand, kind, wanted)
    weight = np.bincount(alike.of[wanted], problem.weight[wanted], len(alike.first))
    constant = float(np.sum(problem.weight[need == 0]))
    sizes = need[alike.first].astype(np.int32)
    return Merged(weight, sizes, *alike.by_column, *alike.by_group, constant, alike.of)


def alike_of(
    start: NDArray[np.int64], demand: NDArray[np.int32], kind: NDArray[np.int64], wanted: NDArray[np.bool_]
) -> Alike:
    """Return the demand that is in the same lists and of the same kind, as groups.

    Parameters
    ----------
    start, demand : (n + 1,) int64, (q,) int32
        Lists of demand, one a column.
    kind, wanted : (d,) int64, (d,) bool
        Demand that is not wanted is in no group.
    """
    for attempt in range(64):
        sums = np.zeros((len(kind), 2), np.uint64)
        degree = add_keys(start, demand, _keys(len(start) - 1, attempt), sums)
        of, first = number_alike(sums, kind, wanted)
        by_column = groups_of(start, demand, of, first)
        by_group = columns_of(*by_column, len(first))
        if is_same(start, demand, of, degree, *by_column, by_group[0]):
            break
    return Alike(of, first, by_column, by_group)


def _keys(columns: int, attempt: int) -> NDArray[np.uint64]:
    """Return (n, 2) random bits, others at every attempt."""
    return np.random.default_rng(attempt).integers(0, 2**64, (columns, 2), np.uint64)
