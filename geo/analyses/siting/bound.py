"""What multipliers prove about maximal covering, by weak duality alone: plain sums, whoever found them.

For multipliers lambda of the groups of demand, and pi of the rules, no choice covers more than

    sum of (weight - lambda)+  +  sum of pi times the side of the rule it is against
      +  sum over columns of the better end of [lower, upper] times (lambda of its groups - pi of its rules).
"""

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.kernels_bound import worth_of
from geo.analyses.siting.merge import Merged
from geo.analyses.siting.problem import Duals, Problem

__all__ = ["dual_bound", "reduced_worth", "sides"]

_Floats = NDArray[np.float64]


def dual_bound(problem: Problem, merged: Merged, duals: Duals) -> float:
    """Return the bound; inf where a multiplier is against a side that its rule does not have."""
    worth = reduced_worth(problem, merged, duals)
    against = duals.rules != 0
    parts = (
        np.maximum(merged.weight - duals.demand, 0.0),
        duals.rules[against] * sides(problem, duals.rules)[against],
        np.maximum(worth * problem.lower, worth * problem.upper),
    )
    return merged.constant + float(sum(np.sum(part) for part in parts))


def reduced_worth(problem: Problem, merged: Merged, duals: Duals) -> _Floats:
    """Return (n,) what a column's groups are worth by the multipliers, less what its rules cost."""
    worth = worth_of(merged, duals.demand)
    for rule, price in zip(problem.rules, duals.rules.tolist(), strict=True):
        worth[rule.column] -= price * rule.coef
    return worth


def sides(problem: Problem, multiplier: _Floats) -> _Floats:
    """Return the side of every rule that its multiplier is against."""
    low, high = (np.array([getattr(rule, side) for rule in problem.rules], float) for side in ("low", "high"))
    return np.where(multiplier > 0, high, low)
