"""What is told of a plan while it is being searched for."""

import math
from collections.abc import Callable

from geo.model.hours import Reason
from geo.model.plan import Site
from geo.model.study import Asked
from geo.registry.studies import Kept, Trace
from geo.report.plan_units import people
from geo.report.plan_values import seconds_words
from geo.report.study_bounds import gap_words
from geo.report.study_words import amount, cost_words, then
from web.language import say

__all__ = ["trace_of", "trace_words"]

_ROUNDING = 1e-9


def trace_of(kept: Kept) -> Trace | None:
    """Return how a plan that is searched for has become better, None where none is."""
    return kept.trace if kept.state == "running" and "site" in kept.asked and kept.trace else None


def trace_words(asked: Asked, trace: Trace, step: str = "") -> str:
    """Return how far a search is in words: the best so far, what bounds it, and what lies between them.

    Parameters
    ----------
    step : str
        What is being done now: once the plan is proven, something beside it.
    """
    seconds, value, bound = trace[-1]
    value, bound = (None if one is None or not math.isfinite(one) else one for one in (value, bound))
    values = {
        "seconds": f"{seconds:.0f}",
        "value": _words(asked, value),
        "bound": _words(asked, bound, math.ceil),
        "gap": gap_words(_gap(value, bound)),
    }
    if _gap(value, bound) == 0.0:
        proven = say(Reason("方案已证明,用了 %(seconds)s", {"seconds": seconds_words(seconds, say)}))
        return then([proven, step], say) if step else proven
    if value is None:
        return say(Reason("已算 %(seconds)s 秒,还没有找到可行的选法", values))
    if bound is None:
        return say(Reason("已算 %(seconds)s 秒:目前最好 %(value)s,还没有算出界", values))
    if asked["site"]["objective"] == "cover":
        return say(
            Reason("已算 %(seconds)s 秒:目前最好 %(value)s,任何选法都超不过 %(bound)s,相差 %(gap)s", values)
        )
    return say(
        Reason("已算 %(seconds)s 秒:目前最好 %(value)s,任何选法都少不过 %(bound)s,相差 %(gap)s", values)
    )


def _gap(value: float | None, bound: float | None) -> float | None:
    if value is None or bound is None:
        return None
    gap = abs(bound - value)
    return 0.0 if gap <= _ROUNDING * abs(value) else gap / abs(value) if value else None


def _words(asked: Asked, value: float | None, whole: Callable[[float], int] = round) -> str:
    if value is None:
        return ""
    site: Site = asked["site"]
    if site["objective"] == "farthest":
        return cost_words(value, asked["measure"], say)
    if site["objective"] == "all":
        return say(Reason("%(count)s 处", {"count": f"{math.ceil(value - 1e-6):,}"}))
    return people(whole(value)) if site["objective"] == "cover" else amount(round(value, 1))
