"""What the special solvers' multipliers mean for the rows of the program that a plan file holds."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.covering import covering_of
from geo.analyses.siting.formulate import places_of_weight
from geo.analyses.siting.leaves import Tree, places_for, proved_by
from geo.analyses.siting.problem import Duals, Problem, Solution
from geo.analyses.siting.program import Program, exact, leaf_of, tidy

__all__ = ["levels_from", "tree_from"]

_Floats = NDArray[np.float64]


def levels_from(problem: Problem, solution: Solution) -> _Floats | None:
    """Return the levels that a proof of a solution needs to tell apart; None but for ``farthest``."""
    if problem.objective != "farthest":
        return None
    bound = solution.bound if 0 < solution.bound < solution.value else solution.value
    return np.unique(tidy(np.array([bound, solution.value])))


def tree_from(
    problem: Problem, program: Program, document: dict[str, Any], solution: Solution
) -> Tree | None:
    """Return what a solver's multipliers prove by themselves; None where they prove nothing.

    Parameters
    ----------
    problem : Problem
    program : Program
        Of `levels_from` for ``farthest``.
    document : dict
        The same as `geo.analyses.siting.program.as_document` has it.
    solution : Solution
    """
    if solution.duals is None:
        return None
    leaf = leaf_of(program, _of_rows(problem, program, solution.duals), places_for(document))
    sign = 1 if program.sense == "max" else -1
    if problem.objective != "farthest":
        return Tree([leaf], sign * proved_by(document, leaf, {}))
    # No choice stays below the first level, which is what is proved: so the cost is at least that.
    without, with_it = {program.sites: 0}, {program.sites: 1}
    lacking = -proved_by(document, leaf, without, free=True)
    if lacking <= 0:
        return None
    times = int(exact(float(program.objective[program.sites])) / lacking) + 1
    leaf = [[row, by * times] for row, by in leaf]
    bound = max(proved_by(document, leaf, without), proved_by(document, [], with_it))
    return Tree([program.sites, leaf, []], sign * bound)


def _of_rows(problem: Problem, program: Program, duals: Duals) -> _Floats:
    """Return the multiplier of every row of the program, (m,)."""
    of = {"cover": _of_cover, "all": _of_all, "distance": _of_distance, "farthest": _of_farthest}
    known = np.concatenate([duals.rules, of[problem.objective](problem, program, duals.demand)])
    return np.concatenate([known, np.zeros(len(program.rows.low) - len(known))])


def _of_cover(_problem: Problem, _program: Program, demand: _Floats) -> _Floats:
    return np.maximum(demand, 0.0)


def _of_all(problem: Problem, _program: Program, demand: _Floats) -> _Floats:
    covering = covering_of(problem, np.maximum(problem.backup - problem.kept, 0).astype(np.int32))
    return demand[covering.first]


def _of_distance(problem: Problem, program: Program, demand: _Floats) -> _Floats:
    """Return multipliers of demand, then of pairs: as small as leaves no pair a cost below nought."""
    wanted = np.flatnonzero(tidy(problem.weight) > 0)
    price = np.maximum(demand, 0.0)[wanted]
    price = np.round(price, max(6, places_of_weight(price)))
    start, column = program.rows.start, program.rows.column
    first = len(problem.rules)
    part = slice(start[first], start[first + len(wanted)])
    row = np.repeat(np.arange(len(wanted)), np.diff(start[first : first + len(wanted) + 1]))
    saved = np.zeros(len(program.objective))
    saved[column[part]] = np.maximum(price[row] - program.objective[column[part]], 0.0)
    # The rows of pairs follow in the order of their columns; what is kept has no such row.
    pairs = len(program.rows.low) - first - len(wanted)
    return np.concatenate([price, -saved[program.sites : program.sites + pairs]])


def _of_farthest(problem: Problem, program: Program, demand: _Floats) -> _Floats:
    """Return multipliers of the rows of the first level, which follow those of the last."""
    levels = np.cumsum(program.objective[program.sites :])
    wanted = problem.weight > 0
    last = int(np.count_nonzero(wanted & (problem.kept_cost > levels[-1])))
    return np.concatenate([np.zeros(last), demand[wanted & (problem.kept_cost >= levels[0])]])
