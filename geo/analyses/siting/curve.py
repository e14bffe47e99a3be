"""What each further station adds: for every count the best choice found, and a bound."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.problem import Problem, Watch
from geo.analyses.siting.relaxed import bound_of
from geo.analyses.siting.roots import Proof, proof_of, roots_of
from geo.analyses.siting.steps import portion, smaller, solved, with_count
from geo.analyses.siting.values import obeys, rows_of, value_of

__all__ = ["Point", "curve_of"]

_NEAR = 16
"""Of so many counts nearby the multipliers are tried."""

_Ints = NDArray[np.int32]


class Point(NamedTuple):
    """The best choice found of so many columns, and what none is better than.

    Attributes
    ----------
    p : int
    value, bound : float
        As of a `Solution`.
    chosen : (k,) int32
    """

    p: int
    value: float
    bound: float
    chosen: _Ints


def curve_of(problem: Problem, watch: Watch, counts: Sequence[int]) -> list[Point]:
    """Return a point for every count, each search beginning with the last one's choice.

    Demand is merged once. Multipliers that one count's search ends with bound the values of all counts; a
    bound of more columns holds for fewer.

    Parameters
    ----------
    problem : Problem
        Not ``all``, which asks for the least count itself. Its rule ``count`` is replaced.
    watch : Watch
        A third of its time is for the bounds, the rest is shared equally by the counts. ``tell`` hears of
        each search in turn.
    counts : sequence of int
        Ascending.

    Returns
    -------
    list of Point
        Ascending. Values get never worse, bounds neither, and no value is better than its bound. A count
        that the rules make impossible is left out. When time is up what is left is continued greedily.
    """
    small, constant = smaller(problem)
    points: list[Point] = []
    roots = roots_of(small, portion(watch, 3), counts)
    proofs: list[Proof] = []
    chosen = np.flatnonzero(problem.lower).astype(np.int32)
    for place, p in enumerate(counts):
        asked = with_count(small, p)
        found = solved(asked, portion(watch, len(counts) - place), chosen)
        if found is None:
            continue
        chosen = _better(asked, found.chosen, chosen)
        points.append(Point(p, value_of(asked, chosen), found.bound, chosen))
        proofs += proof_of(asked, p, found.duals)
    return [_with_constant(point, constant) for point in _bounded(small, points, roots or proofs)]


def _better(problem: Problem, found: _Ints, before: _Ints) -> _Ints:
    """Return the better choice; the one before only where the rules still allow it."""
    if not obeys(problem, rows_of(problem), before):
        return found
    sign = 1.0 if problem.objective == "cover" else -1.0
    return found if sign * value_of(problem, found) >= sign * value_of(problem, before) else before


def _bounded(problem: Problem, points: list[Point], proofs: list[Proof]) -> list[Point]:
    """Return the points with the best of all bounds that hold for each."""
    sign = 1.0 if problem.objective == "cover" else -1.0
    done: list[Point] = []
    least = np.inf
    for point in reversed(points):
        asked = with_count(problem, point.p)
        near = sorted(proofs, key=lambda proof, p=point.p: abs(proof.p - p))[:_NEAR]
        bounds = [sign * bound_of(proof.relaxed, asked, proof.rules) for proof in near]
        least = min(least, sign * point.bound, *bounds)
        done.append(point._replace(bound=sign * max(least, sign * point.value)))
    return done[::-1]


def _with_constant(point: Point, constant: float) -> Point:
    return point._replace(value=point.value + constant, bound=point.bound + constant)
