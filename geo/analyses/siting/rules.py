"""Rules as rows of decimal numbers, so that whether a choice keeps them is the same question everywhere.

Coefficients and sides of a rule are rounded to twelve digits of its greatest coefficient. All sums are then
multiples of one step, and half a step is more than adding floats can be wrong by.
"""

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.problem import Rule
from geo.analyses.siting.program import Rows

__all__ = ["places_of_rules", "power_of", "room_of", "rounded", "rule_rows"]

_DIGITS = 12
_MOST_PLACES = 20
"""Powers of ten up to 22 are exact as floats."""

_LEAST, _MOST = 1.0, 1e7
"""Between these the greatest weight, or price, stays as it is."""

_SIZE = 4
"""Else it gets so many digits before the point, and one."""

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]


def rule_rows(rules: tuple[Rule, ...]) -> Rows:
    """Return the rules as rows, in their order, without the dust of rounding."""
    size = np.array([len(rule.column) for rule in rules], np.int64)
    column = np.concatenate([np.empty(0, np.int32), *(rule.column for rule in rules)]).astype(np.int32)
    coef = np.concatenate([np.empty(0), *(rule.coef for rule in rules)]).astype(np.float64)
    places = places_of_rules(rules)
    low, high = (np.array([getattr(rule, side) for rule in rules], np.float64) for side in ("low", "high"))
    return Rows(
        np.concatenate([[0], np.cumsum(size)]).astype(np.int64),
        column,
        rounded(coef, np.repeat(places, size)),
        rounded(low, places),
        rounded(high, places),
    )


def places_of_rules(rules: tuple[Rule, ...]) -> _Ints:
    """Return how many decimal places each rule has, (r,), negative for those of large numbers."""
    greatest = np.array([np.max(np.abs(rule.coef), initial=0.0) for rule in rules], np.float64)
    greatest[greatest == 0] = 1.0
    return np.minimum(_DIGITS - 1 - np.floor(np.log10(greatest)).astype(np.int64), _MOST_PLACES)


def room_of(rules: tuple[Rule, ...]) -> _Floats:
    """Return how far beyond its sides the sum of a rule that is kept may be, (r,)."""
    return 0.5 * 10.0 ** -places_of_rules(rules).astype(np.float64)


def rounded(values: _Floats, places: _Ints) -> _Floats:
    """Return the nearest numbers of so many decimal places; whole numbers as they are.

    Examples
    --------
    >>> rounded(np.array([1 - 0.1 * 7, 7.0, np.inf]), np.array([12, 11, 3])).tolist()
    [0.3, 7.0, inf]
    """
    up, down = 10.0 ** np.maximum(places, 0), 10.0 ** np.maximum(-places, 0)
    return np.where(values == np.rint(values), values, np.rint(values * up / down) * down / up)


def power_of(values: _Floats) -> float:
    """Return the power of ten that brings the greatest of some numbers to a sane size."""
    greatest = float(np.max(np.abs(values), initial=0.0))
    if greatest == 0 or _LEAST <= greatest < _MOST:
        return 1.0
    return 10.0 ** (_SIZE - np.floor(np.log10(greatest)))
