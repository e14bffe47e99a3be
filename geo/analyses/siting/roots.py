"""The linear programs of maximal covering for many counts: one master, whose cuts hold for all of them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.benders import Master, new_master, tighten
from geo.analyses.siting.benders import Relaxed as Root
from geo.analyses.siting.merge import merge_demand
from geo.analyses.siting.problem import Duals, Problem, Watch
from geo.analyses.siting.relaxed import Relaxed, relax
from geo.analyses.siting.steps import portion, with_count

__all__ = ["Proof", "master_of", "proof_of", "root_bound", "roots_of"]

_AHEAD = 10
"""A count may take the time of so many: the cuts of the first help all that follow."""

_AGAIN = 9
"""After so many counts the last, which was the first, is bounded once more."""

_ROUNDS, _SLOW = 10, 1e-4
"""A bound that became better by no more than this part of it in so many rounds is left for the next count."""


class Proof(NamedTuple):
    """Multipliers that bound the values of ``p`` best, and those of other counts too.

    Attributes
    ----------
    p : int
    relaxed : Relaxed
    rules : (r,) float64
        As of `Duals`.
    """

    p: int
    relaxed: Relaxed
    rules: NDArray[np.float64]


def proof_of(problem: Problem, p: int, duals: Duals | None) -> list[Proof]:
    """Return what multipliers prove, if they fit; none or one."""
    relaxed = None if duals is None else relax(problem, duals)
    return [] if duals is None or relaxed is None else [Proof(p, relaxed, duals.rules)]


def master_of(problem: Problem, p: int, *, seed: int) -> Master:
    """Return the linear program of covering, whose cuts hold for other counts, too; see `root_bound`."""
    return new_master(with_count(problem, p), merge_demand(problem), seed=seed)


def root_bound(
    master: Master, p: int, watch: Watch, inner: NDArray[np.float64], *, tell: Callable[[float], bool]
) -> Root | None:
    """Return the bound for a count, and the multipliers that prove it; others are `benders.tighten`'s."""
    problem = with_count(master.problem, p)
    # The rules are the master's first rows, and the count is the first of them.
    master.model.changeRowBounds(0, problem.rules[0].low, problem.rules[0].high)
    return tighten(master._replace(problem=problem), watch, inner, tell=tell)


def roots_of(problem: Problem, watch: Watch, counts: Sequence[int]) -> list[Proof]:
    """Solve the linear programs for as many counts as there is time for, the most different first.

    Parameters
    ----------
    problem : Problem
        ``cover``, demand merged; for others there are none.
    watch : Watch
    counts : sequence of int
        Ascending.
    """
    if problem.objective != "cover" or problem.backup > 1 or problem.capacity is not None:
        return []
    if not len(problem.weight) or not len(counts):
        return []
    master = master_of(problem, counts[-1], seed=watch.seed)
    proofs: list[Proof] = []
    y = np.zeros(len(problem.price))
    order = _spread(counts)
    for number, p in enumerate(order):
        if watch.left() <= 0:
            break
        part = portion(watch, 1 + (len(order) - number - 1) / _AHEAD)
        found = root_bound(master, p, part, (y + y.mean()) / 2, tell=_listener(watch))
        if found is not None:
            y = found.y
            proofs += proof_of(with_count(problem, p), p, found.duals)
    return proofs


def _listener(watch: Watch) -> Callable[[float], bool]:
    """Return what says to go on as long as there is time and bounds become better by enough."""
    bounds: list[float] = []

    def go_on(bound: float) -> bool:
        watch.tell(-np.inf, bound)
        bounds.append(bound)
        slow = len(bounds) > _ROUNDS and bounds[-1 - _ROUNDS] - bound < _SLOW * bound
        return watch.left() > 0 and not slow

    return go_on


def _spread(counts: Sequence[int]) -> list[int]:
    """Return the counts in an order in which any first few lie far apart, closer where they are small.

    There a curve bends most. The last is asked again when a few have taught the master its cuts.

    Examples
    --------
    >>> _spread([1, 2, 3, 4, 5])
    [5, 1, 2, 3, 4, 5]
    """
    last = len(counts) - 1
    places, parts = [last, 0], 2
    while parts < 2 * len(counts):
        places += [round(last * (part / parts) ** 2) for part in range(1, parts, 2)]
        parts *= 2
    order = list(dict.fromkeys([*places, *range(len(counts))]))
    order.insert(_AGAIN, last)
    return [counts[place] for place in order]
