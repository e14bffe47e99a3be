"""A fair plan soon: columns swapped as long as the worst districts become better."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.merge import Merged
from geo.analyses.siting.problem import Problem, Watch
from geo.analyses.siting.values import Rows, may_add, rows_of

__all__ = ["Districts", "districts_of", "levelled"]

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int32]


class Districts(NamedTuple):
    """Districts and the groups of demand that lie in them, merged apart.

    Attributes
    ----------
    of : (g,) int64
        The district of every group.
    weight, already : (l,) float64
        In all, and of what is covered whatever is opened.
    most : (l,) float64
        Share that is covered when everything is opened.
    counts : (l,) bool
        Whether what is opened makes a difference to it.
    """

    of: NDArray[np.int64]
    weight: _Floats
    already: _Floats
    most: _Floats
    counts: NDArray[np.bool_]


def districts_of(problem: Problem, label: NDArray[np.integer], merged: Merged) -> Districts:
    """Return the districts of demand that was merged with ``partition=label``."""
    inside = merged.of >= 0
    of = np.zeros(len(merged.weight), np.int64)
    of[merged.of[inside]] = label[inside]
    count = int(np.max(label, initial=-1)) + 1
    weight = np.bincount(label, problem.weight, count)
    already = np.bincount(label, problem.weight * (problem.kept >= problem.backup), count)
    can = _times(merged, np.flatnonzero(problem.upper)) >= merged.need
    more = np.bincount(of, merged.weight * can, count)
    most = np.divide(already + more, weight, out=np.ones(count), where=weight > 0)
    return Districts(of, weight, already, most, more > 0)


def levelled(problem: Problem, merged: Merged, districts: Districts, watch: Watch, start: _Ints) -> _Ints:
    """Return a plan from which no swap of two columns makes the worst district better.

    Of two plans the one is better whose worst district is; if these are equal, the one with fewer districts
    as badly off; if these are equal too, the one that covers more. Columns are added and swapped from
    ``start``, which keeps the rules.
    """
    rows = rows_of(problem)
    chosen = start
    score = tuple(_score(districts, _covered(merged, districts, chosen)).tolist())
    for _ in range(watch.iterations):
        for closed in (None, *chosen[problem.lower[chosen] == 0].tolist()):
            if watch.left() <= 0:
                return chosen
            others = chosen[chosen != closed] if closed is not None else chosen
            best = _best_added(problem, merged, districts, rows, others)
            if best is not None and best[0] > score:
                score, chosen = best
                break
        else:
            break
    return chosen


def _best_added(
    problem: Problem, merged: Merged, districts: Districts, rows: Rows, chosen: _Ints
) -> tuple[tuple[float, ...], _Ints] | None:
    """Return the best score with one column more, and that choice; None where rules allow none."""
    may = np.flatnonzero(may_add(problem, rows, chosen))
    if not len(may):
        return None
    short = _times(merged, chosen) == merged.need - 1
    column = np.repeat(np.arange(len(problem.price)), np.diff(merged.column_start))
    group = merged.column_group
    key = column * len(districts.weight) + districts.of[group]
    sums = np.bincount(key, merged.weight[group] * short[group], len(problem.price) * len(districts.weight))
    added = sums.reshape(len(problem.price), -1)[may]
    score = _score(districts, _covered(merged, districts, chosen) + added)
    best = np.lexsort(score.T[::-1])[-1]
    return tuple(score[best].tolist()), np.sort(np.append(chosen, may[best])).astype(np.int32)


def _score(districts: Districts, covered: _Floats) -> _Floats:
    """Return how good plans are, (..., 3), the greatest in this order best; of weight covered, (..., l)."""
    # Rounded, so that equal is equal.
    shares = np.round(covered[..., districts.counts] / districts.weight[districts.counts], 12)
    worst = shares.min(axis=-1)
    as_bad = np.count_nonzero(shares == worst[..., None], axis=-1)
    return np.stack([worst, -as_bad, np.round(covered.sum(axis=-1), 3)], axis=-1)


def _covered(merged: Merged, districts: Districts, chosen: _Ints) -> _Floats:
    """Return the weight covered in every district, (l,)."""
    covered = merged.weight * (_times(merged, chosen) >= merged.need)
    return districts.already + np.bincount(districts.of, covered, len(districts.weight))


def _times(merged: Merged, chosen: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return how many of these columns serve each group, (g,)."""
    opened = np.zeros(len(merged.column_start) - 1, np.int64)
    opened[chosen] = 1
    column = np.repeat(opened, np.diff(merged.column_start))
    return np.bincount(merged.column_group, column, len(merged.weight)).astype(np.int64)
