"""A search tree that proves a bound by itself: every leaf carries multipliers, which are reckoned exactly.

HiGHS solves the linear programs, and nothing of what it says is believed. Its multipliers are rounded to a
few decimal places, and what they prove is computed by the very function that will check it
(`geo.analyses.siting.certify`). The leaf that proves least is divided next, so that the tree is of use
whenever time ends.
"""

import heapq
from decimal import Decimal, Inexact, InvalidOperation, localcontext
from typing import Any, NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.certify import best_of
from geo.analyses.siting.highs import solve_lp
from geo.analyses.siting.mip import model_of, sign_of
from geo.analyses.siting.problem import Watch
from geo.analyses.siting.program import CONTINUOUS, DECIDES, Program, leaf_of, places_of

__all__ = ["Tree", "places_for", "prove", "proved_by"]

_PLACES = 6
"""Decimal places that multipliers have beyond those of the costs."""

_WHOLE = 1e-6
_ROUNDING = Decimal("1e-10")
"""A leaf that proves the value but for so much of it is not divided."""

_MOST_NUMBERS = 400_000
"""Multipliers in all leaves."""

_Number = int | Decimal
_Box = dict[int, int]
_Leaf = list[list[Any]]


class Tree(NamedTuple):
    """What a plan file has, and what it proves.

    Attributes
    ----------
    nodes : list
        Columns and leaves, parts after their column; see `geo.analyses.siting.certify`.
    bound : int or Decimal
        No solution is better.
    """

    nodes: list[Any]
    bound: _Number


class _Part(NamedTuple):
    """A part of all solutions, with some columns fixed.

    Attributes
    ----------
    box : dict
        The end at which each of these columns is.
    leaf : list
        Multipliers that prove ``bound``, as if always maximising.
    at : (n,) float64 or None
        The solution of the linear program, if there is one.
    """

    box: _Box
    leaf: _Leaf
    bound: _Number
    at: NDArray[np.float64] | None


class _Work(NamedTuple):
    """What all parts share; ``parts`` and ``split``, by the number of a part, grow."""

    program: Program
    document: dict[str, Any]
    model: highspy.Highs
    watch: Watch
    parts: list[_Part]
    split: dict[int, tuple[int, int, int]]


def prove(
    program: Program,
    document: dict[str, Any],
    value: _Number,
    watch: Watch,
    *,
    leaf: _Leaf | None = None,
    first: int | None = None,
) -> Tree:
    """Return a tree that proves that nothing is better than a value, or as little better as time allows.

    Parameters
    ----------
    program : Program
    document : dict
        The same as `geo.analyses.siting.program.as_document` has it.
    value : int or Decimal
        Of the best solution known.
    watch : Watch
    leaf : list, optional
        Multipliers for the whole to begin with.
    first : int, optional
        The column to divide first.
    """
    sign = -sign_of(program)
    work = _Work(program, document, model_of(program, seed=watch.seed), watch, [], {})
    target = int(sign) * value
    work.parts.append(_examined(work, {}, leaf or [], target))
    work.model.setOptionValue("presolve", "off")
    heap = [(-work.parts[0].bound, 0)]
    size, enough = len(work.parts[0].leaf), target + abs(target) * _ROUNDING
    while heap and -heap[0][0] > enough and size < _MOST_NUMBERS and watch.left() > 0:
        number = heap[0][1]
        column = _column_to_split(program, work.parts[number], float(target), first if number == 0 else None)
        if column is None:
            break
        heapq.heappop(heap)
        here = len(work.parts)
        work.split[number] = (column, here, here + 1)
        for end in (0, 1):
            box = {**work.parts[number].box, column: end}
            work.parts.append(_examined(work, box, work.parts[number].leaf, target))
            heapq.heappush(heap, (-work.parts[-1].bound, here + end))
            size += len(work.parts[-1].leaf)
        watch.tell(float(value), sign * float(-heap[0][0]))
    return Tree(_listed(work), int(sign) * max(-bound for bound, _ in heap))


def proved_by(document: dict[str, Any], leaf: _Leaf, box: _Box, *, free: bool = False) -> _Number:
    """Return what multipliers prove within a box, as if maximising; ``free``: as if nothing had a cost."""
    sign, step = {"max": 1, "min": -1}[document["sense"]], document["step"]
    columns = [[0, *rest] for _, *rest in document["columns"]] if free else document["columns"]
    with localcontext(prec=400, traps=[Inexact, InvalidOperation]):
        bound = best_of(columns, document["rows"], iter([leaf]), sign, box)
        bound = bound - (bound % step + step) % step if step and not free else bound
        return int(bound) if bound == int(bound) else bound


def _examined(work: _Work, box: _Box, known: _Leaf, target: _Number) -> _Part:
    """Return a part with the best multipliers of those known and those of its linear program."""
    program = work.program
    lower, upper = program.lower.copy(), program.upper.copy()
    columns = list(box)
    lower[columns] = upper[columns] = list(box.values())
    work.model.changeColsBounds(len(lower), np.arange(len(lower), dtype=np.int32), lower, upper)
    answer = solve_lp(work.model, work.watch)
    leaves = [known]
    if answer.row is not None:
        places = places_for(work.document)
        multiplier = sign_of(program) * answer.row
        leaves = [leaf_of(program, multiplier, places), leaf_of(program, multiplier, places - _PLACES), known]
    elif answer.bound == np.inf:
        leaves = [*_impossible(work, box, target), known]
    bounds = [proved_by(work.document, leaf, box) for leaf in leaves]
    best = bounds.index(min(bounds))
    return _Part(box, leaves[best], bounds[best], answer.found)


def _impossible(work: _Work, box: _Box, target: _Number) -> list[_Leaf]:
    """Return multipliers, if HiGHS has any, that prove a part without solutions as bad as the target."""
    _, has_ray, ray = work.model.getDualRay()
    ray = np.asarray(ray, np.float64)
    if not has_ray or not np.any(ray):
        return []
    leaves = []
    for side in (1.0, -1.0):
        leaf = leaf_of(work.program, side * ray / np.max(np.abs(ray)), 2 * _PLACES)
        lacking = -proved_by(work.document, leaf, box, free=True)
        if lacking > 0:
            beyond = max(0, proved_by(work.document, [], box) - target)
            times = int(beyond / lacking) + 1
            leaves.append([[row, by * times] for row, by in leaf])
    return leaves


def places_for(document: dict[str, Any]) -> int:
    """Return how many decimal places multipliers get: more than the costs have."""
    return _PLACES + max((places_of(cost) for cost, *_ in document["columns"]), default=0)


def _column_to_split(program: Program, part: _Part, target: float, first: int | None) -> int | None:
    """Return the most undecided column, None where all are decided, or where a better solution was found."""
    if first is not None:
        return first
    can = (program.whole != CONTINUOUS) & (program.lower == 0) & (program.upper == 1)
    can[list(part.box)] = False
    if not can.any():
        return None
    at = np.zeros(len(can)) if part.at is None else part.at
    undecided = np.where(can, 0.5 - np.abs(at - 0.5), -1.0)
    decides = np.where(program.whole == DECIDES, undecided, -1.0)
    for order in (decides, undecided):
        if order.max() > _WHOLE:
            return int(np.argmax(order))
    if part.at is not None and -sign_of(program) * _value(program, at) > target + _WHOLE * max(
        1.0, abs(target)
    ):
        return None
    return int(np.argmax(decides if decides.max() >= 0 else undecided))


def _value(program: Program, at: NDArray[np.float64]) -> float:
    return float(program.objective @ at + program.constant)


def _listed(work: _Work) -> list[Any]:
    """Return the tree, parts after the column that divides them."""
    nodes, left = [], [0]
    while left:
        number = left.pop()
        if number not in work.split:
            nodes.append(work.parts[number].leaf)
            continue
        column, zero, one = work.split[number]
        nodes.append(column)
        left += [one, zero]
    return nodes
