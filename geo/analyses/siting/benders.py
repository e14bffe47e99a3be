"""The bound of maximal covering by its linear program, of which only the columns are left (Benders).

What a block of demand contributes is one variable, held down by cuts. A cut is made at a point y: of the
groups that y covers it takes the weight, of others the weight times the columns that are open. One cut a
block (Cordeau, Furini and Ljubić 2019 have one in all) makes the master learn a city in a few rounds.
"""

from collections.abc import Callable
from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.bound import dual_bound, sides
from geo.analyses.siting.highs import add_rows, new_model, solve_lp
from geo.analyses.siting.kernels_bound import Blocks, add_shares, block_by_column, cut_blocks, worth_of
from geo.analyses.siting.merge import Merged
from geo.analyses.siting.problem import Duals, Problem, Watch
from geo.analyses.siting.program import Rows
from geo.analyses.siting.rules import rule_rows

__all__ = ["Master", "Relaxed", "add_cuts", "new_master", "tighten"]

_UNIT = 1e5
"""What all demand weighs in the master, whose tolerances are absolute."""

_ENOUGH = 1e-9
"""Of all demand: cuts that are violated by less, together, are not made."""

_SMALLEST, _BLOCKS = 25, 600
"""A block has so many groups at most, or the so manieth part of all."""

_TIDY = 10
"""Rounds after which cuts that hold nothing down are dropped."""

_PATIENCE, _STALLED = 5, 1e-6
"""So many rounds that lower the bound by less than this part of it are the last."""

_Floats = NDArray[np.float64]
Tell = Callable[[float], bool]


class Master(NamedTuple):
    """The linear program as far as it is known: by cuts, each of which holds whatever the rules say.

    The rules are the first of its rows; so their sides can be moved.

    Attributes
    ----------
    problem : Problem
    merged : Merged
        Of the problem; every group needs one column.
    unit : float
        How much one of the weight is in the model.
    blocks : Blocks
    model : highspy.Highs
        Its columns are those of the problem, then the blocks.
    cuts : list of ((n,) float64, (c,) int32)
        Where cuts were made, and of which blocks, in the order of the rows.
    """

    problem: Problem
    merged: Merged
    unit: float
    blocks: Blocks
    model: highspy.Highs
    cuts: list[tuple[_Floats, NDArray[np.int32]]]


class Relaxed(NamedTuple):
    """What the linear program says.

    Attributes
    ----------
    bound : float
        By `geo.analyses.siting.bound.dual_bound` of the multipliers: it holds whatever HiGHS did.
    duals : Duals
    y : (n,) float64
        Where the linear program is best; columns are open in part.
    """

    bound: float
    duals: Duals
    y: _Floats


def new_master(problem: Problem, merged: Merged, *, seed: int = 0) -> Master:
    """Return the master without cuts."""
    unit = _UNIT / max(float(np.sum(merged.weight)), 1e-300)
    block, count = block_by_column(merged, max(_SMALLEST, len(merged.weight) // _BLOCKS))
    order = np.argsort(block, kind="stable").astype(np.int32)
    start = np.searchsorted(block[order], np.arange(count + 1)).astype(np.int64)
    blocks = Blocks(start, order)
    most = np.bincount(block[block >= 0], merged.weight[block >= 0], count) * unit
    worth = worth_of(merged, np.where(block < 0, merged.weight, 0.0)) * unit
    model = new_model(
        -np.concatenate([worth, np.ones(count)]),
        np.concatenate([problem.lower, np.zeros(count)]),
        np.concatenate([problem.upper, most]),
        seed=seed,
    )
    add_rows(model, rule_rows(problem.rules))
    return Master(problem, merged, unit, blocks, model, [])


def add_cuts(master: Master, y: _Floats, eta: _Floats | None = None) -> int:
    """Add the cuts at a point, all or those that ``eta`` (b,) violates; return how many."""
    count = len(master.blocks.start) - 1
    eta = np.full(count, np.inf) if eta is None else eta
    least = _ENOUGH * _UNIT / max(1, count)
    scaled = master.merged._replace(weight=master.merged.weight * master.unit)
    block, constant, (start, column, coef) = cut_blocks(scaled, master.blocks, y, eta, least)
    if len(block):
        columns = np.insert(column, start[:-1], len(y) + block).astype(np.int32)
        coefs = np.insert(-coef, start[:-1], 1.0)
        low = np.full(len(block), -np.inf)
        add_rows(master.model, Rows(start + np.arange(len(start)), columns, coefs, low, constant))
        master.cuts.append((y, block))
    return len(block)


def tighten(master: Master, watch: Watch, inner: _Floats, *, tell: Tell) -> Relaxed | None:
    """Add cuts until the linear program is solved, time is up, or ``tell`` says that it is enough.

    Cuts are made half-way between where the program is best now and a point inside, which follows (in-out).

    Parameters
    ----------
    master : Master
    watch : Watch
    inner : (n,) float64
        Any point within the bounds of the columns.
    tell : callable
        Given every new bound; returns whether to go on.

    Returns
    -------
    Relaxed or None
        Of the best bound; None where there was no time for any, or no choice keeps the rules.
    """
    best = None
    bounds = []
    while True:
        answer = solve_lp(master.model, watch)
        if answer.found is None or answer.row is None:
            return best
        y, eta = np.split(answer.found, [len(inner)])
        y = np.clip(y, 0.0, 1.0)
        duals = _duals(master, answer.row)
        bound = dual_bound(master.problem, master.merged, duals)
        if best is None or bound < best.bound:
            best = Relaxed(bound, duals, y)
        bounds.append(best.bound)
        if not tell(best.bound) or _stalls(bounds):
            return best
        if len(bounds) % _TIDY == 0:
            _drop_loose(master, answer.row)
        inner = (inner + y) / 2.0
        if not (add_cuts(master, inner, eta) or add_cuts(master, y, eta)):
            return best


def _stalls(bounds: list[float]) -> bool:
    """Return whether the last rounds have hardly changed the bound."""
    return len(bounds) > _PATIENCE and bounds[-1 - _PATIENCE] - bounds[-1] < _STALLED * abs(bounds[-1])


def _drop_loose(master: Master, row: _Floats) -> None:
    """Forget the cuts that do not hold anything down."""
    rules = len(master.problem.rules)
    loose = row[rules:] == 0
    size = [len(block) for _, block in master.cuts]
    parts = np.split(loose, np.cumsum(size)[:-1]) if size else []
    master.cuts[:] = [
        (point, block[~part])
        for (point, block), part in zip(master.cuts, parts, strict=True)
        if not part.all()
    ]
    rows = (rules + np.flatnonzero(loose)).astype(np.int32)
    master.model.deleteRows(len(rows), rows)


def _duals(master: Master, row: _Floats) -> Duals:
    """Return the multipliers of groups and rules from those of the master's rows."""
    merged, rules = master.merged, len(master.problem.rules)
    shares = np.where(np.diff(merged.group_start) == 1, merged.weight, 0.0)
    at = rules
    for point, block in master.cuts:
        dual = np.zeros(len(master.blocks.start) - 1)
        dual[block] = np.maximum(-row[at : at + len(block)], 0.0)
        at += len(block)
        if dual.any():
            add_shares(merged, master.blocks, point, dual, shares)
    multiplier = -row[:rules] / master.unit
    multiplier[~np.isfinite(sides(master.problem, multiplier))] = 0.0
    return Duals(np.minimum(shares, merged.weight), multiplier)
