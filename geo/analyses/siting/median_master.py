"""The p-median as a program over columns alone, whose rows are found as they are needed (Benders).

What demand costs is a number of its own for each block of demand; cuts say what it is at least, given what is
opened. The linear program with all cuts has the same bound as the one with every pair of demand and column.
"""

from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.highs import add_rows, new_model
from geo.analyses.siting.median_bound_kernels import around, cuts_at, thresholds
from geo.analyses.siting.median_kernels import Near, assign
from geo.analyses.siting.problem import Problem
from geo.analyses.siting.program import Rows
from geo.analyses.siting.rules import rule_rows

__all__ = ["Master", "add_cuts", "add_first", "choice_of", "multipliers", "new_master"]

_BLOCKS = 4000
_ROUNDING = 3e-7
"""Of a unit: what rows may be broken by. The solver's own is a little less."""

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]


class Master(NamedTuple):
    """The program, and what its rows are.

    Attributes
    ----------
    model : highspy.Highs
        Its columns are those of the problem, then the cost of each block in units of ``unit``. Its first rows
        are the rules.
    near : Near
    must : (d,) bool
        Demand that cannot do without any column.
    block : (d,) int64
        Of all demand, -1 for what has no column.
    unit : float
    rows : list of (int, int)
        Of each row below the rules: the round in which it was found, and its block; or -1 and the demand that
        has to be served.
    rounds : list of (d,) float64
        The thresholds of each round.
    """

    model: highspy.Highs
    near: Near
    must: NDArray[np.bool_]
    block: _Ints
    unit: float
    rows: list[tuple[int, int]]
    rounds: list[_Floats]


def new_master(problem: Problem, near: Near, must: NDArray[np.bool_], value: float, seed: int) -> Master:
    """Return the program without cuts.

    Parameters
    ----------
    problem : Problem
        For its bounds and rules.
    near : Near
    must : (d,) bool
        Demand that cannot do without any column.
    value : float
        Of some choice, for the unit.
    seed : int
    """
    block = _blocks(near)
    count, n = int(block.max(initial=-1)) + 1, len(problem.price)
    price = np.concatenate([np.zeros(n), np.ones(count)])
    lower = np.concatenate([problem.lower, np.zeros(count)])
    upper = np.concatenate([problem.upper, np.full(count, np.inf)])
    model = new_model(price, lower, upper, seed=seed)
    add_rows(model, rule_rows(problem.rules))
    unit = max(value, 1e-300) / max(count, 1) / 10.0
    return Master(model, near, must, block, unit, [], [])


def add_cuts(master: Master, opened: _Floats, says: _Floats) -> float:
    """Add the cuts that what is open, (n,), breaks; return what it costs, inf where demand is not served.

    Parameters
    ----------
    opened : (n,) float64
        From 0 to 1, as the program has it.
    says : (b,) float64
        What the program says the blocks cost.
    """
    near, served = master.near, master.block >= 0
    threshold, cost, lack = thresholds(near, opened)
    lacking = np.flatnonzero(master.must & (lack > _ROUNDING))
    _add_served(master, lacking)
    costs = np.bincount(master.block[served], cost[served], len(says))
    # A demand that has to be served says nothing of its cost before it is.
    threshold[lacking] = near.cost[near.start[lacking + 1] - 1]
    _add_blocks(master, np.flatnonzero(costs / master.unit > says + _ROUNDING), threshold)
    return np.inf if len(lacking) else float(cost.sum())


def add_first(master: Master, multiplier: _Floats) -> None:
    """Add to all blocks the cuts that together say at least what multipliers of demand, (d,), do.

    A threshold between two costs says no more than one at the one and one at the other do.
    """
    near, every = master.near, np.arange(int(master.block.max(initial=-1)) + 1)
    below, above = around(near, multiplier)
    for threshold in (below, above):
        _add_blocks(master, every, threshold)


def choice_of(master: Master, opened: NDArray[np.bool_]) -> _Floats:
    """Return a choice of columns, (n,), with what the blocks cost, as the program has them."""
    near, served = master.near, master.block >= 0
    cost = near.weight * assign(near, opened)
    costs = np.bincount(master.block[served], cost[served], int(master.block.max(initial=-1)) + 1)
    return np.concatenate([opened.astype(np.float64), costs / master.unit])


def multipliers(master: Master, row: _Floats, rules: int) -> tuple[_Floats, _Floats]:
    """Return what the duals of the rows, (m,), are as multipliers of demand, (d,), and of rules, (r,)."""
    near, count = master.near, int(master.block.max(initial=-1)) + 1
    demand, dual = np.zeros(len(near.weight)), np.maximum(row[rules:], 0.0)
    found, which = np.array(master.rows[: len(dual)], np.int64).reshape(-1, 2).T
    served = found < 0
    np.add.at(demand, which[served], dual[served] * master.unit)
    for number, threshold in enumerate(master.rounds):
        mine = found == number
        # The last place is that of demand without a block.
        share = np.zeros(count + 1)
        share[which[mine]] = dual[mine]
        demand += share[master.block] * near.weight * threshold
    # What no column can serve costs what it costs.
    alone = master.block < 0
    demand[alone] = near.weight[alone] * near.spare[alone]
    return demand, row[:rules] * master.unit


def _blocks(near: Near) -> _Ints:
    """Return blocks of demand that has columns: each its own, or those near each other if it is too many."""
    has = np.flatnonzero(np.diff(near.start) > 0)
    last = near.start[has + 1] - 1
    nearest = [near.column[np.minimum(near.start[has] + k, last)] for k in (3, 2, 1, 0)]
    order = has[np.lexsort(nearest)]
    block = np.full(len(near.weight), -1, np.int64)
    block[order] = np.arange(len(order)) * min(len(order), _BLOCKS) // max(len(order), 1)
    return block


def _add_blocks(master: Master, blocks: _Ints, threshold: _Floats) -> None:
    near, n = master.near, len(master.near.reach_start) - 1
    place = np.full(int(master.block.max(initial=-1)) + 2, -1, np.int64)
    place[blocks] = np.arange(len(blocks))
    of = place[master.block]
    member = np.argsort(of, kind="stable")[np.count_nonzero(of < 0) :]
    member_start = np.searchsorted(of[member], np.arange(len(blocks) + 1))
    start, column, coef, constant = cuts_at(near, threshold, member_start, member)
    where = start[:-1]
    rows = Rows(
        start + np.arange(len(start)),
        np.insert(column, where, n + blocks),
        np.insert(coef / master.unit, where, 1.0),
        constant / master.unit,
        np.full(len(blocks), np.inf),
    )
    add_rows(master.model, rows)
    master.rows.extend((len(master.rounds), block) for block in blocks.tolist())
    master.rounds.append(threshold)


def _add_served(master: Master, lacking: _Ints) -> None:
    """Add rows that some column serves demand, each set of columns once."""
    near, seen = master.near, set()
    for j in lacking.tolist():
        mine = np.sort(near.column[near.start[j] : near.start[j + 1]])
        if mine.tobytes() in seen:
            continue
        seen.add(mine.tobytes())
        start = np.array([0, len(mine)])
        add_rows(master.model, Rows(start, mine, np.ones(len(mine)), np.ones(1), np.full(1, np.inf)))
        master.rows.append((-1, j))
