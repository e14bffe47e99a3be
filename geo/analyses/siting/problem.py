"""A siting problem as arrays, what a solver finds, and how it is told when to stop.

A **column** is something that may be opened: a new station, longer hours of one that stands, one that stands
and may be closed (opened means kept), or a building that several columns share. All that limits which columns
may be opened together is a `Rule`, a row over columns; so every solver meets one shape, whatever is asked.
"""

from collections.abc import Callable
from math import isfinite
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Duals", "Objective", "Problem", "Reach", "Rule", "Solution", "Watch", "part_of"]

Objective = Literal["cover", "all", "distance", "farthest"]
"""Maximal covering (MCLP), set covering (LSCP), p-median, p-center."""


class Reach(NamedTuple):
    """For every column the demand it can serve, as compressed rows, demand ascending within a column.

    Attributes
    ----------
    start : (n + 1,) int64
        The entries of column i are those from ``start[i]`` up to ``start[i + 1]``.
    demand : (q,) int32
    cost : (q,) float64
        Metres, seconds, or the unit of costs that were given.
    """

    start: NDArray[np.int64]
    demand: NDArray[np.int32]
    cost: NDArray[np.float64]


class Rule(NamedTuple):
    """``low`` <= sum of ``coef`` over the columns opened <= ``high``.

    Attributes
    ----------
    name : str
        What it is for, such as ``count``, ``budget``, ``area:370102``, ``spacing``, ``building``, ``moves``.
    column : (k,) int32
        Each once, ascending.
    coef : (k,) float64
    low, high : float
        May be infinite.
    """

    name: str
    column: NDArray[np.int32]
    coef: NDArray[np.float64]
    low: float
    high: float


class Problem(NamedTuple):
    """What is to be decided.

    Attributes
    ----------
    objective : Objective
    weight : (d,) float64
        Of the demand, none negative. Demand asked about at several hours is several.
    reach : Reach
        For ``cover`` and ``all`` within the limit; else as far as ways go.
    price : (n,) float64
        What ``all`` adds up for the columns opened, 1 for a station. Budgets are rules.
    lower, upper : (n,) int8
        0 and 1; both 1 for what must be opened, both 0 for what must not.
    rules : tuple of Rule
        How many stations is one of them, named ``count``.
    kept : (d,) int32
        How many stations that stay cover the demand, beside the columns.
    kept_cost : (d,) float64
        To the nearest of them, inf where there is none.
    backup : int
        ``cover`` and ``all`` count demand that is covered so often.
    capacity : (n,) float64 or None
        Weight that a column can serve; then nothing is kept beside the columns, what stays is a column.
        Demand may be divided among columns; only for ``cover`` and ``distance``.
    """

    objective: Objective
    weight: NDArray[np.float64]
    reach: Reach
    price: NDArray[np.float64]
    lower: NDArray[np.int8]
    upper: NDArray[np.int8]
    rules: tuple[Rule, ...]
    kept: NDArray[np.int32]
    kept_cost: NDArray[np.float64]
    backup: int = 1
    capacity: NDArray[np.float64] | None = None


class Duals(NamedTuple):
    """Multipliers that prove a bound; see `geo.analyses.siting.certificate`.

    Attributes
    ----------
    demand : (g,) float64
        Of the rows of demand, merged as the solver merged it.
    rules : (r,) float64
        Of the rules, positive against ``high``, negative against ``low`` when maximising.
    """

    demand: NDArray[np.float64]
    rules: NDArray[np.float64]


class Solution(NamedTuple):
    """What a solver found.

    Attributes
    ----------
    chosen : (k,) int32
        Columns opened, ascending, those that must be included.
    value : float
        ``cover``: weight covered, by what is kept too. ``all``: sum of prices. ``distance``: sum of weight
        times cost. ``farthest``: largest cost of any demand of positive weight.
    bound : float
        No choice is better than this, as far as the solver can be trusted.
    proven : bool
        ``bound`` equals ``value`` but for rounding.
    duals : Duals or None
        From which about the same bound can be computed anew.
    """

    chosen: NDArray[np.int32]
    value: float
    bound: float
    proven: bool
    duals: Duals | None = None


class Watch(NamedTuple):
    """How a solver is told when to stop, and tells how far it is.

    Attributes
    ----------
    left : callable
        Returns the seconds left; at 0 or less a solver returns what it has.
    tell : callable
        Given the best value and bound so far, whenever one of them has become better. What it raises ends
        the work.
    iterations : int
        Of the local search at most. Nothing else than this and ``seed`` decides, where time does not.
    seed : int
    """

    left: Callable[[], float]
    tell: Callable[[float, float], None]
    iterations: int = 2000
    seed: int = 0


def part_of(watch: Watch, part: float) -> Watch:
    """Return a watch that ends when this part, from 0 to 1, of the time that is left has passed."""
    left = watch.left()
    if not isfinite(left):
        return watch
    reserve = left * (1 - part)
    return watch._replace(left=lambda: watch.left() - reserve)
