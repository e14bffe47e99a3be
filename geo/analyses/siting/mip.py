"""Any program solved by HiGHS, and believed only where HiGHS itself says that it has ended."""

from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.highs import add_rows, new_model, solve_mip
from geo.analyses.siting.problem import Watch
from geo.analyses.siting.program import CONTINUOUS, DECIDES, Program

__all__ = ["Found", "completed", "model_of", "sign_of", "solve_program"]

_PRECISE = 1e-9
"""What a solution may break a row by; HiGHS allows a thousand times more by itself."""

_Floats = NDArray[np.float64]


class Found(NamedTuple):
    """What was found of a program.

    Attributes
    ----------
    values : (n,) float64 or None
        Of the columns, whole numbers exactly so; None where no solution was found.
    value, bound : float
        Infinite where there is none.
    proven : bool
        That there is no better solution, or, without values, none at all.
    """

    values: _Floats | None
    value: float
    bound: float
    proven: bool


def sign_of(program: Program) -> float:
    """Return 1 when minimising, -1 when maximising: what makes any program a minimum."""
    return 1.0 if program.sense == "min" else -1.0


def model_of(program: Program, *, seed: int = 0) -> highspy.Highs:
    """Return the program as a linear one for HiGHS, which minimises; without the constant."""
    model = new_model(sign_of(program) * program.objective, program.lower, program.upper, seed=seed)
    model.setOptionValue("primal_feasibility_tolerance", _PRECISE)
    add_rows(model, program.rows)
    return model


def solve_program(program: Program, watch: Watch, *, start: NDArray[np.int32] | None = None) -> Found:
    """Solve a program as far as time allows.

    Parameters
    ----------
    program : Program
    watch : Watch
        `tell` hears of better values and bounds; what it raises ends the work and is raised here.
    start : (k,) int32, optional
        Columns of the problem that are opened in a solution to begin with; all others are not.
    """
    sign, told = sign_of(program), [np.inf, -np.inf]

    def heard(value: float, bound: float, _choice: _Floats | None) -> bool:
        better = [min(told[0], value), max(told[1], bound)]
        if better != told:
            told[:] = better
            watch.tell(sign * better[0] + program.constant, sign * better[1] + program.constant)
        return False

    model = model_of(program, seed=watch.seed)
    model.setOptionValue("mip_feasibility_tolerance", _PRECISE)
    opened = None
    if start is not None:
        opened = np.zeros(program.sites)
        opened[start] = 1.0
    whole = int(np.max(np.flatnonzero(program.whole == DECIDES), initial=-1)) + 1
    answer = solve_mip(model, watch, whole, opened, heard)
    value, bound = (sign * number + program.constant for number in (answer.value, answer.bound))
    if answer.found is None:
        return Found(None, value, bound, answer.bound == np.inf)
    follows = program.whole != CONTINUOUS
    answer.found[follows] = np.rint(answer.found[follows])
    return Found(answer.found, value, bound, answer.value == answer.bound)


def completed(program: Program, chosen: NDArray[np.int32], rules: int = 0) -> _Floats | None:
    """Return the best values of all columns when just these of the problem are opened; None without any.

    The first rows, so many, are about columns of the problem alone and taken to be kept.
    """
    opened = np.zeros(program.sites)
    opened[chosen] = 1.0
    rest = slice(program.sites, None)
    if np.any((opened < program.lower[: program.sites]) | (opened > program.upper[: program.sites])):
        return None
    lower, upper = (np.concatenate([opened, side[rest]]) for side in (program.lower, program.upper))
    endless = Watch(lambda: np.inf, lambda value, bound: None)
    low, high = program.rows.low.copy(), program.rows.high.copy()
    low[:rules], high[:rules] = -np.inf, np.inf
    rows = program.rows._replace(low=low, high=high)
    return solve_program(program._replace(lower=lower, upper=upper, rows=rows), endless).values
