"""Bounds of maximal covering for any number of stations, from one linear program: its cuts hold for all."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.benders import Master, Relaxed, new_master, tighten
from geo.analyses.siting.merge import Merged, merge_demand
from geo.analyses.siting.problem import Problem, Watch

__all__ = ["Root", "cover_root", "root_bound"]


class Root(NamedTuple):
    """The linear program of a problem, which learns with every bound that is asked for.

    Attributes
    ----------
    master : Master
    watch : Watch
        Its ``tell`` is not used.
    inner : (n,) float64
        Where the last bound was found.
    count : int
        Which of the rules says how many.
    """

    master: Master
    watch: Watch
    inner: NDArray[np.float64]
    count: int


def cover_root(problem: Problem, watch: Watch, *, merged: Merged | None = None) -> Root:
    """Return the linear program of maximal covering (``backup`` 1, no capacity), not yet solved.

    Parameters
    ----------
    problem : Problem
        One of its rules is named ``count``.
    watch : Watch
    merged : Merged, optional
        Of the problem, where it is at hand.
    """
    master = new_master(problem, merge_demand(problem) if merged is None else merged, seed=watch.seed)
    count = next(place for place, rule in enumerate(problem.rules) if rule.name == "count")
    return Root(master, watch, np.zeros(len(problem.lower)), count)


def root_bound(root: Root, high: float) -> Relaxed | None:
    """Return the bound where the rule ``count`` has this as its most, and the multipliers that prove it.

    None where there was no time, or no choice keeps the rules. Counts asked in order take less time.
    """
    problem = root.master.problem
    rule = problem.rules[root.count]._replace(high=float(high))
    rules = (*problem.rules[: root.count], rule, *problem.rules[root.count + 1 :])
    master = root.master._replace(problem=problem._replace(rules=rules))
    master.model.changeRowBounds(root.count, rule.low, rule.high)
    relaxed = tighten(master, root.watch, root.inner.copy(), tell=lambda bound: True)
    if relaxed is not None:
        root.inner[:] = relaxed.y
    return relaxed
