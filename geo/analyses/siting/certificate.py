"""The plan file: what was asked as an exact integer program, the solution, and what proves how good it is.

`geo.analyses.siting.certify` checks it by itself and says what each part means. Small programs are proved by
a tree of leaves; large ones by one leaf, whose multipliers are those that the solver ended with.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal, Inexact, InvalidOperation, localcontext
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.formulate import evened, formulate, places_of_weight
from geo.analyses.siting.leaves import Tree, prove
from geo.analyses.siting.mip import completed
from geo.analyses.siting.multipliers import levels_from, tree_from
from geo.analyses.siting.problem import Problem, Solution, Watch
from geo.analyses.siting.program import CONTINUOUS, Program, as_document, exact
from geo.analyses.siting.scale import scaled
from geo.analyses.siting.shorten import shortened
from geo.analyses.siting.values import obeys, rows_of
from geo.errors import GeoError

__all__ = ["certificate_of", "text_of"]

_SMALL = 60_000
"""Coefficients of a program whose linear programs are solved, for a tree."""

_Number = int | Decimal


def certificate_of(
    problem: Problem,
    solution: Solution,
    stations: Sequence[str | Sequence[Any]],
    *,
    watch: Watch,
    about: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the plan file of a solution as a document of exact numbers, for `text_of`.

    Parameters
    ----------
    problem : Problem
    solution : Solution
        Of this problem.
    stations : (n,) sequence
        Of every column its code, each once, or a list of code, name, lon and lat.
    watch : Watch
        For the tree; even without any time the solver's multipliers prove something.
    about : mapping, optional
        What else is told to people; it proves nothing.

    Returns
    -------
    dict
        ``value`` and ``certified_bound`` are what the file proves, ``bound`` is the solver's, which is never
        worse. ``left_out`` counts demand of large problems of ``farthest`` that is not in the file: what is
        proved of the rest holds of all, but that the solution serves those within its value is not proved.

    Raises
    ------
    GeoError
        The solution is none of the problem.
    """
    whole, problem = problem, evened(shortened(problem, solution))
    program = formulate(problem, levels=levels_from(problem, solution))
    document = as_document(program)
    values = _exactly(problem, program, solution.chosen)
    places = [[one] if isinstance(one, str) else list(one) for one in stations]
    value = _value(document, values)
    tree = _tree(problem, program, document, solution, value, watch)
    return {
        "format": "yizhan-plan-1",
        "about": dict(about or {}),
        "objective": problem.objective,
        "left_out": int(np.count_nonzero(whole.weight > 0) - np.count_nonzero(problem.weight > 0)),
        "stations": places,
        **document,
        "solution": values,
        "chosen": [place[0] for place, x in zip(places, values, strict=False) if x],
        "value": value,
        "bound": _between(value, solution.bound, tree.bound, proven=solution.proven),
        "certified_bound": tree.bound,
        "tree": tree.nodes,
    }


def text_of(document: Mapping[str, Any]) -> bytes:
    """Return a plan file: the same bytes for the same document, sealed so that any change shows."""
    text = _json(dict(document))
    parts = json.loads(text, parse_float=Decimal, object_pairs_hook=list)
    digest = sha256(json.dumps(sorted(parts), default=str).encode()).hexdigest()
    return f'{text[:-1]},\n"digest":"{digest}"}}\n'.encode()


def _exactly(problem: Problem, program: Program, chosen: NDArray[np.int32]) -> list[_Number]:
    """Return the values of all columns, and of the constant, as exact numbers."""
    values, unit = None, 1.0
    if obeys(problem, rows_of(problem), chosen):
        if problem.capacity is not None:
            small = scaled(problem)
            program, unit = formulate(small.problem), small.unit
        values = completed(program, chosen, len(problem.rules))
    if values is None:
        raise GeoError("这个方案不满足它自己的条件,写不出计划文件;请重新求解")
    part = program.whole == CONTINUOUS
    values[part] = np.round(values[part] / unit, places_of_weight(problem.weight)) + 0.0
    return [exact(value) for value in values.tolist()] + [1] * bool(program.constant)


def _value(document: dict[str, Any], values: list[_Number]) -> _Number:
    with localcontext(prec=400, traps=[Inexact, InvalidOperation]):
        return sum(x * cost for x, (cost, *_) in zip(values, document["columns"], strict=True))


def _tree(
    problem: Problem,
    program: Program,
    document: dict[str, Any],
    solution: Solution,
    value: _Number,
    watch: Watch,
) -> Tree:
    """Return what the solver's multipliers prove, and, where that is not enough, what a tree does."""
    known = tree_from(problem, program, document, solution)
    large = len(program.rows.coef) > _SMALL
    if known is not None and (large or known.bound == value):
        return known
    farthest = problem.objective == "farthest"
    leaf = None if known is None or farthest else known.nodes[0]
    tree = prove(program, document, value, watch, leaf=leaf, first=program.sites if farthest else None)
    return tree if known is None or abs(tree.bound - value) <= abs(known.bound - value) else known


def _between(value: _Number, bound: float, proved: _Number, *, proven: bool) -> _Number:
    """Return the solver's bound: the value if that is the best, and no worse than what is proved."""
    if proven or not np.isfinite(bound):
        return value if proven else proved
    return sorted((value, exact(bound), proved))[1]


def _json(value: Any) -> str:
    """Return JSON in which numbers are as exact as they are here."""
    if isinstance(value, dict):
        members = (f"{json.dumps(name, ensure_ascii=False)}:{_json(part)}" for name, part in value.items())
        return "{" + ",\n".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_json, value)) + "]"
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
