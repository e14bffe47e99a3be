"""What each column is worth beside the others: what a plan loses without it, and whom it serves."""

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.problem import Problem
from geo.analyses.siting.values import entries_of, flow_of, nearest_of, times_of, value_of

__all__ = ["serves_of", "worth_of"]

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int32]


def worth_of(problem: Problem, columns: _Ints, chosen: _Ints) -> _Floats:
    """Return by how much a choice is better with each column than without it.

    Parameters
    ----------
    problem : Problem
    columns : (c,) int32
        Columns asked about, chosen or not.
    chosen : (k,) int32
        The choice beside which they are looked at one by one.

    Returns
    -------
    (c,) float64
        Never negative. ``cover`` and ``all``: weight covered (with ``all`` not the price, of which each
        saves its own). ``distance``: weight times cost; ``farthest``: cost; inf where without the column,
        and only then, demand of positive weight has nowhere to go.
    """
    if problem.capacity is not None:
        return np.array([_by_flow(problem, column, chosen) for column in columns.tolist()], float)
    if problem.objective in ("cover", "all"):
        return _by_times(problem, columns, chosen)
    if problem.objective == "distance":
        return _by_cost(problem, columns, chosen)
    return _by_farthest(problem, columns, chosen)


def serves_of(problem: Problem, chosen: _Ints) -> _Floats:
    """Return the weight of the demand to which each column chosen is nearest, (k,), in the order of
    ``chosen``.

    Of several at the same cost what is kept beside the columns serves it, then the lowest column. With
    capacity it is what a best division of demand gives the column.
    """
    if problem.capacity is not None:
        return flow_of(problem, chosen)[1]
    owner = nearest_of(problem, chosen).owner
    of = owner >= 0
    return np.bincount(owner[of], problem.weight[of], len(problem.price))[chosen]


def _by_times(problem: Problem, columns: _Ints, chosen: _Ints) -> _Floats:
    """Count the weight that is covered often enough with the column only."""
    entries = entries_of(problem.reach, columns)
    others = times_of(problem, chosen)[entries.demand] - np.isin(columns, chosen)[entries.place]
    just = others == problem.backup - 1
    return np.bincount(entries.place[just], problem.weight[entries.demand[just]], len(columns))


def _by_cost(problem: Problem, columns: _Ints, chosen: _Ints) -> _Floats:
    """Add up by how much ways are shorter with the column."""
    place, demand, without, with_ = _ways(problem, columns, chosen)
    nearer = (with_ < without) & (problem.weight[demand] > 0)
    saved = problem.weight[demand[nearer]] * (without[nearer] - with_[nearer])
    return np.bincount(place[nearer], saved, len(columns))


def _by_farthest(problem: Problem, columns: _Ints, chosen: _Ints) -> _Floats:
    """Compare the longest way with the column and without it, one column after the other."""
    place, demand, without, with_ = _ways(problem, columns, chosen)
    cost = np.where(problem.weight > 0, nearest_of(problem, chosen).cost, 0.0)
    counts = problem.weight[demand] > 0
    parts = np.searchsorted(place, np.arange(len(columns) + 1))
    worth = np.zeros(len(columns))
    for number in range(len(columns)):
        part = slice(parts[number], parts[number + 1])
        far = cost.copy()
        far[demand[part]] = np.where(counts[part], with_[part], 0.0)
        best = np.max(far, initial=0.0)
        far[demand[part]] = np.where(counts[part], without[part], 0.0)
        worst = np.max(far, initial=0.0)
        worth[number] = worst - best if best < worst else 0.0
    return worth


def _ways(problem: Problem, columns: _Ints, chosen: _Ints) -> tuple[NDArray, ...]:
    """Return the pairs of the columns, and what their demand's way costs without the column and with it."""
    near = nearest_of(problem, chosen)
    place, demand, cost = entries_of(problem.reach, columns)
    mine = near.owner[demand] == columns[place]
    without = np.where(mine, near.second[demand], near.cost[demand])
    return place, demand, without, np.minimum(without, cost)


def _by_flow(problem: Problem, column: int, chosen: _Ints) -> float:
    """Divide demand anew, with the column and without it."""
    others = chosen[chosen != column]
    without, with_ = value_of(problem, others), value_of(problem, np.union1d(others, column).astype(np.int32))
    return (
        max(0.0, with_ - without if problem.objective == "cover" else without - with_)
        if with_ != without
        else 0.0
    )
