"""A siting problem solved, with all that was asked besides: by the clock, and told as it goes on."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.certificate import certificate_of
from geo.analyses.siting.changes import serves_of, worth_of
from geo.analyses.siting.problem import Problem, Solution, Watch
from geo.analyses.siting.solve import solve
from geo.model.hours import Reason
from geo.model.study import Said
from geo.planner.run_work import Tell
from geo.planner.site_extras import Extras, extras_of, surely
from geo.planner.site_question import SiteAsk

__all__ = ["Case", "Live", "Outcome", "certified", "solve_case"]

Trace = list[tuple[float, float | None, float | None]]
Live = Callable[[Trace], None]
"""Told how far the solver is: seconds, value and bound, all of them so far. What it raises ends the work."""

# A page that looks on asks no more often.
_PULSE_S = 1.0
_MOST_TRACE = 200
_NO_GAINS = Reason("没有算出少了某个站点会怎样;方案不受影响")
_Floats = NDArray[np.float64]
_Ints = NDArray[np.int32]
_T = TypeVar("_T")


class Case(NamedTuple):
    """A problem, and what else is needed to solve all that was asked.

    Attributes
    ----------
    problem : Problem
    site : SiteAsk
    standing : (s,) int32
        Columns that stand for stations that may be closed: so many more the rule ``count`` lets be open.
    label : (d,) int32 or None
        The district of the demand, from 0; None where there are none.
    """

    problem: Problem
    site: SiteAsk
    standing: _Ints
    label: NDArray[np.int32] | None


class Outcome(NamedTuple):
    """What was found.

    Attributes
    ----------
    gains, serves : (k,) float64
        Of the solution's columns, in their order.
    loses : (s,) float64
        What each station that may be closed would add to the plan; 0 for those it keeps.
    """

    solution: Solution
    seconds: float
    trace: Trace
    gains: NDArray[np.float64]
    serves: NDArray[np.float64]
    loses: NDArray[np.float64]
    extras: Extras


def solve_case(case: Case, *, tell: Tell, live: Live | None = None) -> Outcome:
    """Return what is found within the question's seconds; what is asked besides shares as many again.

    Raises
    ------
    InputError
        No choice keeps all rules; says which.
    """
    problem, site, trace = case.problem, case.site, Trace()
    tell(0.2, "正在求最好的选择")
    begun = time.monotonic()
    solution = _timed(case, live, trace, lambda watch: solve(problem, watch))
    seconds = time.monotonic() - begun
    _follow(trace, seconds, solution.value, solution.bound)
    if live is not None:
        # However short ago the last word was: what follows may take long, and this is what it came to.
        live(trace)

    def besides(watch: Watch) -> tuple[Solution, Extras]:
        return extras_of(problem, site, solution, case.label, watch, tell)

    # What is told of searches for other things is not about the plan.
    better, extras = _timed(case, live, trace, besides, heard=False)
    if better is not solution:
        seconds = time.monotonic() - begun
        _follow(trace, seconds, better.value, better.bound)
    return _outcome(case, better, extras)._replace(seconds=seconds, trace=trace)


def _outcome(case: Case, solution: Solution, extras: Extras) -> Outcome:
    """Return an outcome with what its parts are worth; NaN, and said so, where that cannot be computed."""
    problem, chosen, told = case.problem, solution.chosen, list[Said]()

    def found(find: Callable[[], _Floats], size: int) -> _Floats:
        values = surely(told, _NO_GAINS, find)
        return np.full(size, np.nan) if values is None else values

    closed = np.setdiff1d(case.standing, chosen).astype(np.int32)
    loses = np.zeros(len(case.standing))
    loses[np.isin(case.standing, closed)] = found(lambda: worth_of(problem, closed, chosen), len(closed))
    asked = np.ones(len(chosen), bool)
    if problem.capacity is not None:
        # Each takes a division of all demand: only for what was there to be chosen.
        asked = (problem.lower[chosen] == 0) & ~np.isin(chosen, case.standing)
    gains = np.full(len(chosen), np.nan)
    gains[asked] = found(lambda: worth_of(problem, chosen[asked], chosen), int(asked.sum()))
    extras = extras._replace(told=[*extras.told, *told])
    return Outcome(solution, 0.0, [], gains, serves_of(problem, chosen), loses, extras)


def certified(
    case: Case,
    found: Outcome,
    stations: Sequence[Sequence[Any]],
    about: Mapping[str, Any],
    *,
    live: Live | None,
) -> dict[str, Any]:
    """Return the document that proves a plan; `geo.analyses.siting.certificate.text_of` makes a file of it.

    Parameters
    ----------
    stations : (n,) sequence
        Of every column a code of its own, name, lon and lat.
    about : mapping
        What else its readers are told.
    """
    return _timed(
        case,
        live,
        found.trace,
        lambda watch: certificate_of(case.problem, found.solution, stations, watch=watch, about=about),
        heard=False,
    )


def _timed(
    case: Case,
    live: Live | None,
    trace: Trace,
    find: Callable[[Watch], _T],
    *,
    heard: bool = True,
) -> _T:
    """Return what is found within the question's seconds, and raise what ``live`` raised meanwhile.

    Parameters
    ----------
    heard : bool
        Whether values and bounds told are those of the plan.
    """
    begun, last, raised = time.monotonic(), [-math.inf], list[BaseException]()

    def pulse() -> None:
        if live is None or raised or time.monotonic() - last[0] < _PULSE_S:
            return
        last[0] = time.monotonic()
        try:
            live(trace)
        except BaseException as error:
            # Not through the solver, which may be called from a language that knows no exceptions.
            raised.append(error)

    def left() -> float:
        pulse()
        return 0.0 if raised else case.site.seconds - (time.monotonic() - begun)

    def told(value: float, bound: float) -> None:
        if heard:
            _follow(trace, time.monotonic() - begun, value, bound)
        pulse()

    try:
        return find(Watch(left, told, case.site.iterations, case.site.seed))
    finally:
        # Whatever a solver makes of having no time left.
        if raised:
            raise raised[0]


def _follow(trace: Trace, seconds: float, value: float, bound: float) -> None:
    """Add what was told to what is drawn; when there is much of it, every second one of the older goes."""
    if len(trace) >= _MOST_TRACE:
        del trace[1:-1:2]
    known = (number if math.isfinite(number) else None for number in (value, bound))
    trace.append((seconds, *known))
