"""What is asked besides a plan: found in a time of their own, and never at the cost of the plan."""

import logging
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.curve import Point, curve_of
from geo.analyses.siting.fairness import Fair, fair_of
from geo.analyses.siting.nested import Stage, phases_of
from geo.analyses.siting.pool import Need, needed, pool_of
from geo.analyses.siting.pool import Plan as Near
from geo.analyses.siting.problem import Problem, Solution, Watch
from geo.analyses.siting.steps import portion
from geo.analyses.siting.values import obeys, rows_of
from geo.errors import GeoError
from geo.model.hours import Reason
from geo.model.study import Said, said
from geo.planner.run_work import Tell
from geo.planner.site_question import SiteAsk

__all__ = ["Extras", "extras_of", "surely"]

_CURVE = Reason("没有算出曲线;方案不受影响")
_PHASES = Reason("没有排出分期建设的次序;方案不受影响")
_POOL = Reason("没有找出其他方案;方案不受影响")
_NEED = Reason("没有算出哪些站点必选;方案不受影响")
_FAIR = Reason("没有算出照顾最差的区划要付出多少;方案不受影响")
_FAULT = Reason("原因是程序里的一个错误;运行记录里有详情")
_NO_POINT = Reason(
    "曲线上没有新建 %(counts)s 个的选法:条件不允许,或时间内没有找到;可以放宽条件或延长时间(seconds)"
)
_NO_STAGE = Reason(
    "分期里没有共 %(counts)s 个的一期:条件不允许,或时间内没有找到;可以放宽条件或延长时间(seconds)"
)
_SPENT = Reason("方案以外要的合起来至多算 %(seconds)s 秒,时间用完了:它们是到那时为止找到的")

_ROUNDING = 1e-9
_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_Counted = TypeVar("_Counted", Point, Stage)


class Extras(NamedTuple):
    """What was asked besides the plan; None for what was not, and for what could not be found.

    Attributes
    ----------
    told : list of Said
        What is missing, and why.
    """

    curve: list[Point] | None
    phases: list[Stage] | None
    pool: list[Near] | None
    need: list[Need] | None
    fair: Fair | None
    told: list[Said]


def extras_of(
    problem: Problem,
    site: SiteAsk,
    solution: Solution,
    label: NDArray[np.int32] | None,
    watch: Watch,
    tell: Tell,
) -> tuple[Solution, Extras]:
    """Return the plan, bettered where a curve knows better, and what is asked besides; raise nothing.

    Parameters
    ----------
    label : (d,) int32 or None
        The district of the demand; None where there are none.
    watch : Watch
        All of them share its time: each has an equal part of what those before it have left.
    """
    fairly = site.fairness and label is not None
    parts = iter(range(bool(site.curve) + bool(site.phases) + 2 * bool(site.pool) + fairly, 0, -1))
    told: list[Said] = []
    curve = phases = pool = need = fair = None

    def found(why: Reason, find: Callable[[Watch], _T]) -> _T | None:
        part = portion(watch, next(parts))
        return surely(told, why, lambda: find(part))

    if site.curve:
        tell(0.6, "正在算每多建一个能多多少")
        counts = range(1, site.curve + 1)
        curve = found(_CURVE, lambda part: curve_of(problem, part, counts, best=solution))
        curve = _all_there(told, _NO_POINT, curve, counts)
        solution = _bettered(problem, solution, curve or [], site.most)
    if site.phases:
        tell(0.7, "正在排分期建设的次序")
        phases = found(_PHASES, lambda part: phases_of(problem, part, site.phases, best=solution))
        phases = _all_there(told, _NO_STAGE, phases, site.phases)
    if site.pool:
        tell(0.8, "正在找一样好的其他选择")
        pool = found(_POOL, lambda part: pool_of(problem, part, solution, count=site.pool))
        need = found(_NEED, lambda part: needed(problem, part, solution, pool or []))
    if site.fairness and label is not None:
        tell(0.9, "正在算照顾最差的区划要付出多少")
        fair = found(_FAIR, lambda part: fair_of(problem, label, part, start=solution.chosen))
    if watch.left() <= 0 and any((curve, phases, pool, fair)):
        told.append(said(_SPENT._replace(params={"seconds": f"{site.seconds:g}"})))
    return solution, Extras(curve, phases, pool, need, fair, told)


def _bettered(problem: Problem, solution: Solution, curve: Sequence[Point], most: int | None) -> Solution:
    """Return the plan with the best choice of a curve that keeps its rules, and the bound at its count."""
    sign, rows = (1.0 if problem.objective == "cover" else -1.0), rows_of(problem)
    if solution.proven:
        return solution
    for point in curve:
        more = sign * (point.value - solution.value) > _ROUNDING * abs(solution.value)
        if more and obeys(problem, rows, point.chosen):
            solution = solution._replace(chosen=point.chosen, value=point.value)
        if point.p == most and sign * point.bound < sign * solution.bound:
            solution = solution._replace(bound=point.bound)
    return solution


def surely(told: list[Said], why: Reason, find: Callable[[], _T]) -> _T | None:
    """Return what is found, or None and say so: a plan that was solved is worth more than what it lacks."""
    try:
        return find()
    except GeoError as error:
        told += [said(why), said(error)]
    except Exception:
        _log.exception("something besides a plan failed")
        told += [said(why), said(_FAULT)]
    return None


def _all_there(
    told: list[Said], why: Reason, found: list[_Counted] | None, counts: Sequence[int]
) -> list[_Counted] | None:
    """Return what was found, None for nothing, and say which counts are missing."""
    if found is None:
        return None
    there = {one.p for one in found}
    if missing := [p for p in counts if p not in there]:
        told.append(said(why._replace(params={"counts": "、".join(map(str, missing))})))
    return found or None
