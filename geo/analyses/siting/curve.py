"""What each further station adds: for every count the best choice found, and a bound."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.merge import merge_demand
from geo.analyses.siting.problem import Duals, Problem, Solution, Watch
from geo.analyses.siting.relaxed import bound_of
from geo.analyses.siting.roots import Proof, proof_of, roots_of
from geo.analyses.siting.search import chosen_of, go_on, start_search
from geo.analyses.siting.steps import COUNT, counted, easy_bound, portion, smaller, solved, with_count
from geo.analyses.siting.values import obeys, rows_of, value_of
from geo.errors import InputError

__all__ = ["Point", "curve_of", "tightened"]

_NEAR = 16
"""Of so many counts nearby the multipliers are tried."""

_BATCH = 100
"""Rounds of the local search at a time; it ends where one finds nothing better."""

_ROUNDING = 1e-9

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


def curve_of(
    problem: Problem, watch: Watch, counts: Sequence[int], *, best: Solution | None = None
) -> list[Point]:
    """Return a point for every count.

    Demand is merged once. First come bounds for all counts, from linear programs; then a local search for
    every count, each beginning with the last one's choice; what time is left is for whatever is still open.
    A choice for one count is one for more, and a bound of more columns holds for fewer.

    Parameters
    ----------
    problem : Problem
        Not ``all``, which asks for the least count itself. Its rule ``count`` is replaced.
    watch : Watch
        Half of its time is for the bounds, where there are linear programs for them. ``tell`` hears of each
        search in turn.
    counts : sequence of int
        Ascending.
    best : Solution, optional
        Of the problem as it is: the point at its own count is never worse.

    Returns
    -------
    list of Point
        Ascending. Values get never worse, bounds neither, and no value is better than its bound. A count
        that the rules make impossible is left out. When time is up what is left is continued greedily.
    """
    small, constant = smaller(problem)
    sign = 1.0 if problem.objective == "cover" else -1.0
    roots = roots_of(small, portion(watch, 2), counts)
    known, proofs = _known(problem, small, constant, counts, best)
    searched = _searched if roots else _solved
    points, more = searched(small, watch, counts, known)
    points = tightened(_bounded(small, points, [*roots, *proofs, *more]), sign)
    if roots:
        points = tightened(_decided(small, watch, points), sign)
    return [_with_constant(point, constant) for point in points]


def tightened(points: Sequence[Point], sign: float) -> list[Point]:
    """Return points of which none is worse than those of fewer columns, nor its bound than of more.

    Parameters
    ----------
    points : sequence of Point
        By ascending count.
    sign : float
        1 when maximising, -1 when minimising.
    """
    done: list[Point] = []
    for point in points:
        if done and sign * done[-1].value > sign * point.value:
            point = point._replace(value=done[-1].value, chosen=done[-1].chosen)
        done.append(point)
    least = np.inf
    for place in reversed(range(len(done))):
        least = max(min(least, sign * done[place].bound), sign * done[place].value)
        done[place] = done[place]._replace(bound=sign * least)
    return done


def _known(
    problem: Problem, small: Problem, constant: float, counts: Sequence[int], best: Solution | None
) -> tuple[list[Point], list[Proof]]:
    """Return the point that is known already, if any, and what its multipliers prove."""
    most = counted(problem).high
    own = next((p for p in counts if counted(with_count(problem, p)).high == most), None)
    if best is None or own is None:
        return [], []
    point = Point(own, best.value - constant, best.bound - constant, best.chosen)
    return [point], proof_of(with_count(small, own), own, _ordered(problem, best.duals))


def _ordered(problem: Problem, duals: Duals | None) -> Duals | None:
    """Return multipliers in the order of rules that `with_count` makes: the count is the first."""
    if duals is None or len(duals.rules) != len(problem.rules):
        return None
    order = np.argsort([rule.name != COUNT for rule in problem.rules], kind="stable")
    return duals._replace(rules=duals.rules[order])


def _searched(
    problem: Problem, watch: Watch, counts: Sequence[int], known: list[Point]
) -> tuple[list[Point], list[Proof]]:
    """Return what a local search finds for every count, in two thirds of the time; bounds are trivial."""
    merged, part = merge_demand(problem), portion(watch, 1.5)
    most = easy_bound(problem)
    points, chosen = list(known), np.flatnonzero(problem.lower).astype(np.int32)
    for place, p in enumerate(counts):
        asked, mine = with_count(problem, p), portion(part, len(counts) - place)
        start = next((point.chosen for point in known if point.p == p), chosen)
        try:
            search = start_search(asked, merged, mine, start=start)
        except InputError:
            continue
        for _ in range(0, watch.iterations, _BATCH):
            if mine.left() <= 0 or not go_on(search, _BATCH):
                break
        chosen = chosen_of(search)
        points.append(Point(p, value_of(asked, chosen), most, chosen))
    return _one_each(points, 1.0), []


def _solved(
    problem: Problem, watch: Watch, counts: Sequence[int], known: list[Point]
) -> tuple[list[Point], list[Proof]]:
    """Return what a solver finds for every count, and what its multipliers prove."""
    points, proofs = list(known), list[Proof]()
    sign = 1.0 if problem.objective == "cover" else -1.0
    chosen = np.flatnonzero(problem.lower).astype(np.int32)
    own = {point.p: point for point in known}
    for place, p in enumerate(counts):
        asked = with_count(problem, p)
        if p in own:
            chosen = _better(asked, own[p].chosen, chosen)
            continue
        found = solved(asked, portion(watch, len(counts) - place), chosen)
        if found is None:
            continue
        chosen = _better(asked, found.chosen, chosen)
        points.append(Point(p, value_of(asked, chosen), found.bound, chosen))
        proofs += proof_of(asked, p, found.duals)
    return _one_each(points, sign), proofs


def _one_each(points: list[Point], sign: float) -> list[Point]:
    """Return the best value and the best bound of every count, ascending."""
    of: dict[int, Point] = {}
    for point in points:
        other = of.get(point.p, point)
        best = max(point, other, key=lambda one: sign * one.value)
        of[point.p] = best._replace(bound=sign * min(sign * point.bound, sign * other.bound))
    return [of[p] for p in sorted(of)]


def _decided(problem: Problem, watch: Watch, points: list[Point]) -> list[Point]:
    """Return the points after solving those that are still open, the most open first, in the time left."""
    open_ = [point for point in points if point.bound - point.value > _ROUNDING * abs(point.bound)]
    open_.sort(key=lambda point: (point.value - point.bound) / point.bound)
    more = list(points)
    for number, point in enumerate(open_):
        if watch.left() <= 0:
            break
        found = solved(with_count(problem, point.p), portion(watch, len(open_) - number), point.chosen)
        if found is not None:
            more.append(Point(point.p, found.value, found.bound, found.chosen))
    return _one_each(more, 1.0)


def _better(problem: Problem, found: _Ints, before: _Ints) -> _Ints:
    """Return the better choice; the one before only where the rules still allow it."""
    if not obeys(problem, rows_of(problem), before):
        return found
    sign = 1.0 if problem.objective == "cover" else -1.0
    return found if sign * value_of(problem, found) >= sign * value_of(problem, before) else before


def _bounded(problem: Problem, points: list[Point], proofs: list[Proof]) -> list[Point]:
    """Return the points with the best of all bounds that multipliers prove for each."""
    sign = 1.0 if problem.objective == "cover" else -1.0
    done: list[Point] = []
    for point in points:
        asked = with_count(problem, point.p)
        near = sorted(proofs, key=lambda proof, p=point.p: abs(proof.p - p))[:_NEAR]
        bounds = [sign * bound_of(proof.relaxed, asked, proof.rules) for proof in near]
        done.append(point._replace(bound=sign * min([sign * point.bound, *bounds])))
    return done


def _with_constant(point: Point, constant: float) -> Point:
    return point._replace(value=point.value + constant, bound=point.bound + constant)
