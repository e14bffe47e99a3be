"""A build order as one siting problem: a column for every column and phase, demand anew in every phase.

Opened from phase k on, a new column serves the demand of phase k and of all after it; kept through phase k,
one that stands serves that of phase k and of all before. So any solver of siting problems finds orders, and
bounds them.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.problem import Problem, Reach, Rule
from geo.analyses.siting.values import entries_of

__all__ = ["choice_of", "expanded", "order_of"]

_Ints = NDArray[np.int32]
_Flags = NDArray[np.bool_]


def expanded(asked: Sequence[Problem], stands: _Flags) -> Problem | None:
    """Return the problem whose value is the sum of the values of all phases.

    Parameters
    ----------
    asked : sequence of Problem
        One a phase, alike but for rules and bounds of columns.
    stands : (n,) bool
        Columns that stand, which can only close; others can only open.

    Returns
    -------
    Problem or None
        Its columns are those of the first phase, then of the second, and so on. None for what cannot be a
        sum: ``farthest``, ``all``, and capacity, which a column has anew in every phase.
    """
    first, phases = asked[0], len(asked)
    if first.objective not in ("cover", "distance") or first.capacity is not None:
        return None
    lower = np.zeros((phases, len(stands)), np.int8)
    lower[0], lower[-1] = first.lower * ~stands, asked[-1].lower * stands
    later = np.flatnonzero((asked[-1].lower > first.lower) & ~stands)
    rules = [_in_phase(rule, phase, phases, stands) for phase in range(phases) for rule in asked[phase].rules]
    if first.backup > 1 or any(rule.low > -np.inf or np.any(rule.coef < 0) for rule in rules):
        rules += _of_all_phases("once", np.arange(len(stands)), phases, len(stands), -np.inf, 1.0)
    rules += _of_all_phases("must", later, phases, len(stands), 1.0, np.inf)
    return first._replace(
        weight=np.tile(first.weight, phases),
        reach=_reach(first, phases, stands),
        price=np.tile(first.price, phases),
        lower=lower.ravel(),
        upper=np.tile(first.upper, phases),
        rules=tuple(rules),
        kept=np.tile(first.kept, phases),
        kept_cost=np.tile(first.kept_cost, phases),
    )


def choice_of(order: Sequence[_Ints], stands: _Flags) -> _Ints:
    """Return the columns of `expanded` that an order opens."""
    opened = np.array([np.isin(np.arange(len(stands)), chosen) for chosen in order])
    last = len(order) - 1 - np.argmax(opened[::-1], axis=0)
    phase = np.where(stands, last, np.argmax(opened, axis=0))
    some = np.flatnonzero(opened.any(axis=0))
    return np.sort(phase[some] * len(stands) + some).astype(np.int32)


def order_of(chosen: _Ints, phases: int, stands: _Flags) -> list[_Ints]:
    """Return the columns open at the end of each phase."""
    opened = np.zeros((phases, len(stands)), np.bool_)
    opened.ravel()[chosen] = True
    after = np.logical_or.accumulate(opened, axis=0)
    before = np.logical_or.accumulate(opened[::-1], axis=0)[::-1]
    return [np.flatnonzero(row).astype(np.int32) for row in np.where(stands, before, after)]


def _in_phase(rule: Rule, phase: int, phases: int, stands: _Flags) -> Rule:
    """Return a rule over what is open at the end of a phase."""
    of = np.repeat(np.arange(phases), len(rule.column))
    column, coef = np.tile(rule.column, phases), np.tile(rule.coef, phases)
    is_open = np.where(stands[column], of >= phase, of <= phase)
    where = (of * len(stands) + column)[is_open].astype(np.int32)
    return rule._replace(name=f"{rule.name}@{phase}", column=where, coef=coef[is_open])


def _of_all_phases(
    name: str, columns: NDArray[np.int64], phases: int, width: int, low: float, high: float
) -> list[Rule]:
    """Return rules, one a column, on how many phases it may be opened in."""
    places = np.arange(phases) * width
    return [Rule(name, (places + column).astype(np.int32), np.ones(phases), low, high) for column in columns]


def _reach(problem: Problem, phases: int, stands: _Flags) -> Reach:
    """Return which demand of which phases each column of each phase serves."""
    columns, serves = np.meshgrid(np.arange(len(stands)), np.arange(phases), indexing="ij")
    parts = []
    for phase in range(phases):
        is_open = np.where(stands[columns], serves <= phase, serves >= phase)
        parts.append(np.column_stack([columns[is_open], serves[is_open], np.full(is_open.sum(), phase)]))
    column, at, phase = np.concatenate(parts).T
    place, demand, cost = entries_of(problem.reach, column)
    size = np.bincount(phase[place] * len(stands) + column[place], minlength=phases * len(stands))
    start = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    return Reach(start, (at[place] * len(problem.weight) + demand).astype(np.int32), cost)
