"""A plan's values and bounds in words: in the unit of what was to be made best.

Bounds are rounded outwards, so that no sentence claims more than is known: the most that can be reached never
down, the least that is needed never up.
"""

import math
from collections.abc import Callable

from geo.model.hours import Reason
from geo.model.plan import Plan
from geo.model.study import Asked
from geo.report.plan_units import known, mean_of
from geo.report.study_bounds import rounded_down, rounded_up
from geo.report.study_words import NOTHING, Say, amount, cost_words, share_words

__all__ = [
    "bound_words",
    "certified",
    "gap_of",
    "limit_word",
    "proven",
    "seconds_words",
    "value_words",
]

# Of a value: what rounding in the last places may leave between it and a bound that it reaches.
_ROUNDING = 1e-6
_MINUTE_S = 60


def value_words(plan: Plan, value: float | None, asked: Asked | None, say: Say = str) -> str:
    """Return a value in the unit of what was to be made best, such as ``81.3%`` or ``412 米``."""
    return _figure(plan, known(value), asked, say, _nearest)


def bound_words(plan: Plan, bound: float | None, asked: Asked | None, say: Say = str) -> str:
    """Return a bound in the unit of the value, rounded away from it; as the value where that reaches it."""
    if gap_of(plan, bound) == 0:
        return value_words(plan, plan["value"], asked, say)
    outwards = rounded_up if plan["site"]["objective"] == "cover" else rounded_down
    return _figure(plan, known(bound), asked, say, outwards)


def gap_of(plan: Plan, bound: float | None, value: float | None = None) -> float | None:
    """Return how far a value, that of the plan unless said, is from a bound, as a part of the bound.

    Nothing where the value reaches the bound. Stations are counted: nine and a bit are needed where ten are.
    """
    bound, value = known(bound), known(plan["value"] if value is None else value)
    if bound is None or value is None:
        return None
    if plan["site"]["objective"] == "all":
        bound = math.ceil(bound - _ROUNDING)
    if math.isclose(bound, value, rel_tol=_ROUNDING, abs_tol=1e-9):
        return 0.0
    return abs(bound - value) / abs(bound) if bound else None


def proven(plan: Plan) -> bool:
    """Return whether nothing is better, as far as the solver can be trusted."""
    return plan["proven"] or gap_of(plan, plan["bound"]) == 0


def certified(plan: Plan) -> bool:
    """Return whether the certificate alone proves that nothing is better."""
    return gap_of(plan, plan["certified_bound"]) == 0


def seconds_words(seconds: float, say: Say = str) -> str:
    """Return how long something was computed.

    Examples
    --------
    >>> seconds_words(0.84), seconds_words(119.4)
    ('0.8 秒', '119 秒')
    """
    return say(Reason("%(seconds)s 秒", {"seconds": f"{seconds:.1f}" if seconds < 10 else f"{seconds:.0f}"}))


def limit_word(plan: Plan, say: Say = str) -> str:
    """Return what a bound is called: the most or the least that there can be."""
    return say(Reason("上限") if plan["site"]["objective"] == "cover" else Reason("下限"))


def _figure(
    plan: Plan, value: float | None, asked: Asked | None, say: Say, rounded: Callable[[float, float], float]
) -> str:
    """Return a value in words; what is rounded is told by how many of it make the last place."""
    objective, whole = plan["site"]["objective"], plan["whole"]
    if value is None:
        return NOTHING
    if objective == "cover":
        return share_words(rounded(value / whole, 1e3)) if whole else NOTHING
    if objective == "all":
        # Stations are counted: a bound of nine and a bit is one of ten.
        count = math.ceil(value - _ROUNDING)
        return say(Reason("%(count)s 处", {"count": f"{count:,}"}))
    cost = mean_of(plan, value)
    return _cost(cost, asked, say, rounded) if cost is not None else NOTHING


def _cost(cost: float, asked: Asked | None, say: Say, rounded: Callable[[float, float], float]) -> str:
    if asked is None:
        return amount(rounded(cost, 10.0))
    per = 1.0 if asked["measure"] == "metres" else 10 / _MINUTE_S
    return cost_words(rounded(cost, per), asked["measure"], say)


def _nearest(value: float, _per: float) -> float:
    return value
