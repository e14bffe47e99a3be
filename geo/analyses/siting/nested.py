"""A build order: phase 1 within phase 2 within phase 3, and what it costs that none may be undone."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.expanded import choice_of, expanded, order_of
from geo.analyses.siting.problem import Problem, Solution, Watch
from geo.analyses.siting.steps import counted, portion, reduced, smaller, solved, standing_in, with_count
from geo.analyses.siting.values import obeys, rows_of, value_of

__all__ = ["Stage", "phases_of"]

_AREA = "area:"
"""What rules begin with that say how many an area must have at least."""

_Ints = NDArray[np.int32]
_Order = list[_Ints]


class Stage(NamedTuple):
    """What stands at the end of a phase.

    Attributes
    ----------
    p : int
        Of all phases up to it.
    chosen : (k,) int32
        Columns of all phases up to it.
    value : float
    best, bound : float
        The best value found of a choice that need not keep other phases, and what none is better than. The
        difference of ``best`` and ``value`` is what the order costs.
    """

    p: int
    chosen: _Ints
    value: float
    best: float
    bound: float


def phases_of(
    problem: Problem, watch: Watch, counts: Sequence[int], *, best: Solution | None = None
) -> list[Stage]:
    """Return a build order that loses little in all its phases together.

    Three orders are made: the best first phase extended, choices within the best last phase, and both from
    the middle phase. The one with the least sum of losses is bettered, as a siting problem of its own
    (`expanded`).

    Parameters
    ----------
    problem : Problem
        Not ``all``. Its rule ``count`` is replaced.
    watch : Watch
        Its time is shared by some three searches a phase. ``tell`` hears of each in turn.
    counts : sequence of int
        Of all phases up to each, ascending.
    best : Solution, optional
        Of the problem as it is. Where its count is that of a last phase it is not solved again; and what is
        left of it when new columns are taken away is a first choice for every phase.

    Returns
    -------
    list of Stage
        Ascending. What areas must have at least, and new columns that must be opened, count in the last
        phase only. Existing stations that may be closed stay closed, once they are; all others, once opened,
        stay open. Counts that the rules make impossible are left out; empty where no order is possible.
    """
    if not len(counts):
        return []
    small, constant = smaller(problem)
    stands = np.isin(np.arange(len(problem.price)), standing_in(problem))
    asked = [_early(small, p, stands) for p in counts[:-1]] + [with_count(small, p) for p in counts[-1:]]
    free = _free(asked, watch, None if best is None else _without(best, constant), problem)
    asked = [one for one, found in zip(asked, free, strict=True) if found is not None]
    alone = [found for found in free if found is not None]
    orders = list(_orders(asked, alone, watch, stands)) if asked else []
    if not orders:
        return []
    order = _bettered(asked, min(orders, key=lambda order: _loss(asked, order)), watch, stands)
    counts = [p for p, found in zip(counts, free, strict=True) if found is not None]
    return [_stage(*parts, constant) for parts in zip(counts, asked, alone, order, strict=True)]


def _early(problem: Problem, p: int, stands: NDArray[np.bool_]) -> Problem:
    """Return the problem of a phase that is not the last: what is asked for at least may come later."""
    asked = with_count(problem, p)
    rules = tuple(rule._replace(low=-np.inf) if rule.name.startswith(_AREA) else rule for rule in asked.rules)
    later = np.isin(np.arange(len(stands)), counted(problem).column) & ~stands
    return asked._replace(rules=rules, lower=np.where(later, 0, asked.lower).astype(np.int8))


def _without(best: Solution, constant: float) -> Solution:
    """Return a solution of the problem whose demand is merged, where some value is left out."""
    return best._replace(value=best.value - constant, bound=best.bound - constant)


def _free(
    asked: list[Problem], watch: Watch, known: Solution | None, problem: Problem
) -> list[Solution | None]:
    """Return the best of every phase by itself; of the last, where it is the problem, what is known."""
    found: list[Solution | None] = []
    chosen = np.empty(0, np.int32)
    whole = counted(problem).high
    for place, one in enumerate(asked):
        if known is not None and place == len(asked) - 1 and counted(one).high == whole:
            found.append(known)
            break
        before = np.union1d(chosen, np.flatnonzero(one.lower)).astype(np.int32)
        if known is not None and not obeys(one, rows_of(one), before):
            before = reduced(one, known.chosen)
        found.append(solved(one, portion(watch, 3 * len(asked) - place), before))
        chosen = chosen if found[-1] is None else found[-1].chosen
    return found


def _orders(
    asked: list[Problem], best: list[Solution], watch: Watch, stands: NDArray[np.bool_]
) -> Iterator[_Order]:
    """Yield the orders that start from the best first, middle and last phase."""
    last = len(asked) - 1
    anchors = sorted({0, (last + 1) // 2, last})
    for place, anchor in enumerate(anchors):
        order: _Order = [found.chosen for found in best]
        part = portion(watch, len(anchors) - place + 1)
        for number, (phase, step) in enumerate(_outwards(anchor, last)):
            inside = _within(asked[phase], order[phase - step], step, stands)
            before = np.flatnonzero(inside.lower).astype(np.int32)
            found = solved(inside, portion(part, last - number), before)
            if found is None:
                break
            order[phase] = found.chosen
        else:
            yield order


def _outwards(anchor: int, last: int) -> list[tuple[int, int]]:
    """Return the phases after an anchor, then those before it, each with the way that leads there."""
    return [(phase, 1) for phase in range(anchor + 1, last + 1)] + [
        (phase, -1) for phase in range(anchor)[::-1]
    ]


def _within(problem: Problem, fixed: _Ints, step: int, stands: NDArray[np.bool_]) -> Problem:
    """Return the problem of the phase after (``step`` 1) or before (-1) one that is fixed."""
    opened = np.isin(np.arange(len(stands)), fixed)
    # What is new only becomes more from phase to phase, what stands only less.
    stays, goes = (opened & ~stands, ~opened & stands) if step > 0 else (opened & stands, ~opened & ~stands)
    lower = np.maximum(problem.lower, stays & (problem.upper > 0))
    return problem._replace(
        lower=lower.astype(np.int8), upper=np.where(goes, 0, problem.upper).astype(np.int8)
    )


def _bettered(asked: list[Problem], order: _Order, watch: Watch, stands: NDArray[np.bool_]) -> _Order:
    """Return an order of less loss, if one is found in the time left."""
    whole = expanded(asked, stands)
    found = None if whole is None else solved(whole, watch, choice_of(order, stands))
    if found is None:
        return order
    other = order_of(found.chosen, len(asked), stands)
    fits = all(obeys(problem, rows_of(problem), chosen) for problem, chosen in zip(asked, other, strict=True))
    return other if fits and _loss(asked, other) < _loss(asked, order) else order


def _loss(asked: list[Problem], order: _Order) -> float:
    """Return the sum of values with the sign that makes less better."""
    sign = -1.0 if asked[0].objective == "cover" else 1.0
    return sum(sign * value_of(problem, chosen) for problem, chosen in zip(asked, order, strict=True))


def _stage(p: int, problem: Problem, free: Solution, chosen: _Ints, constant: float) -> Stage:
    better = max if problem.objective == "cover" else min
    value = value_of(problem, chosen) + constant
    best = better(free.value + constant, value)
    return Stage(p, chosen, value, best, better(free.bound + constant, best))
