"""A problem in numbers of a size that solvers are exact with: their tolerances are absolute.

Only powers of ten are multiplied by, and only what is very small, very large or not whole; so numbers stay
the decimals that they were.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.problem import Duals, Problem, Rule, Solution, Watch
from geo.analyses.siting.program import tidy
from geo.analyses.siting.rules import places_of_rules, power_of
from geo.analyses.siting.values import value_of

__all__ = ["Scaled", "scaled", "unscaled", "watched"]

_WHOLE = 1e6
"""Rules of whole numbers up to this stay as they are; others are made whole, as far as ten times this."""

_Floats = NDArray[np.float64]


class Scaled(NamedTuple):
    """A problem, and what its numbers were multiplied by.

    Attributes
    ----------
    problem : Problem
    unit : float
        The value; a power of ten.
    rules : (r,) float64
        Each rule; powers of ten.
    """

    problem: Problem
    unit: float
    rules: _Floats


def scaled(problem: Problem) -> Scaled:
    """Return a problem whose best choices are the same."""
    pays = problem.objective == "all"
    unit = power_of(problem.price if pays else problem.weight)
    rules, factors = _scaled_rules(problem.rules)
    problem = problem._replace(rules=rules)
    if unit != 1.0 and pays:
        problem = problem._replace(price=tidy(problem.price * unit))
    elif unit != 1.0:
        room = None if problem.capacity is None else tidy(problem.capacity * unit)
        problem = problem._replace(weight=tidy(problem.weight * unit), capacity=room)
    # What costs most, or weighs nothing, does not change with the unit of weights.
    return Scaled(problem, 1.0 if problem.objective == "farthest" else unit, factors)


def unscaled(scaled: Scaled, problem: Problem, solution: Solution) -> Solution:
    """Return a solution of the scaled problem as one of the problem it was made from."""
    duals, unit = solution.duals, scaled.unit
    if duals is not None:
        duals = Duals(duals.demand / unit, duals.rules * scaled.rules / unit)
    if unit == 1.0:
        return solution._replace(duals=duals)
    value = value_of(problem, solution.chosen)
    better = max if problem.objective == "cover" else min
    bound = value if solution.proven else better(value, solution.bound / unit)
    return Solution(solution.chosen, value, bound, solution.proven, duals)


def watched(scaled: Scaled, watch: Watch) -> Watch:
    """Return a watch for the scaled problem, which tells values as they are in the other."""
    if scaled.unit == 1.0:
        return watch
    return watch._replace(tell=lambda value, bound: watch.tell(value / scaled.unit, bound / scaled.unit))


def _scaled_rules(rules: tuple[Rule, ...]) -> tuple[tuple[Rule, ...], _Floats]:
    """Return rules in whole numbers, as far as that is possible, and what each was multiplied by."""
    scaled, factors = list(rules), np.ones(len(rules))
    places = places_of_rules(rules)
    for number, rule in enumerate(rules):
        numbers = np.array([*rule.coef, *(side for side in (rule.low, rule.high) if np.isfinite(side))])
        plain = np.array_equal(numbers, np.rint(numbers)) and np.max(np.abs(rule.coef), initial=0.0) <= _WHOLE
        if plain or not np.any(rule.coef):
            continue
        power = int(places[number])
        steps = np.rint(numbers * 10.0**power)
        greatest = np.max(np.abs(steps[: len(rule.coef)]))
        while greatest > 10 * _WHOLE or not np.any(steps % 10):
            power, greatest, steps = power - 1, greatest / 10, steps / 10
        factors[number] = 10.0**power
        scaled[number] = rule._replace(
            coef=steps[: len(rule.coef)], low=_side(rule.low, power), high=_side(rule.high, power)
        )
    return tuple(scaled), factors


def _side(side: float, power: int) -> float:
    return side if not np.isfinite(side) else float(tidy(np.array(side * 10.0**power)))
