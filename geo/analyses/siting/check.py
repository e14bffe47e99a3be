"""Problems that make no sense are refused before anything is searched."""

import numpy as np

from geo.analyses.siting.problem import Problem
from geo.errors import InputError

__all__ = ["check_problem"]

_ROUNDING = 1e-9


def check_problem(problem: Problem) -> None:
    """Refuse a problem of which there is nothing to choose, or that no choice can satisfy at sight.

    Parameters
    ----------
    problem : Problem

    Raises
    ------
    InputError
        ``parameter`` is the word of the question that is wrong.
    """
    _check_numbers(problem)
    _check_columns(problem)
    _check_options(problem)
    if problem.objective in ("distance", "farthest"):
        _check_served(problem)
    if problem.capacity is not None and problem.objective == "distance":
        _check_capacity(problem)


def _check_numbers(problem: Problem) -> None:
    numbers = (problem.weight, problem.price, problem.reach.cost)
    if not all(np.isfinite(part).all() for part in numbers) or np.any(problem.reach.cost < 0):
        raise InputError("权重、费用和距离必须都是数,距离不能小于 0;请检查数据", parameter="costs")
    if np.any(problem.weight < 0):
        raise InputError("需求的权重不能小于 0;请检查需求数据", parameter="weight")
    if not np.any(problem.weight > 0):
        raise InputError("需求合计是 0,没有什么可以规划;请换一列权重或换一个范围", parameter="weight")


def _check_columns(problem: Problem) -> None:
    if not np.any(problem.upper > 0):
        raise InputError("没有一个候选点可以选;请换一份候选点或放宽条件", parameter="candidates")
    both = int(np.count_nonzero(problem.lower > problem.upper))
    if both:
        raise InputError("有 %(count)s 处既必选又不能选;请去掉其中一项", parameter="must", count=both)
    for rule in problem.rules:
        if rule.name == "count" and rule.low > rule.coef[problem.upper[rule.column] > 0].sum() + _ROUNDING:
            raise InputError(
                "要新建 %(p)s 处,可选的候选点只有 %(count)s 处;请减小 p 或增加候选点",
                parameter="p",
                p=f"{rule.low:g}",
                count=int(np.count_nonzero(problem.upper[rule.column] > 0)),
            )


def _check_options(problem: Problem) -> None:
    if problem.backup < 1:
        raise InputError("覆盖次数至少是 1,而不是 %(backup)s", parameter="backup", backup=problem.backup)
    if problem.backup > 1 and problem.objective in ("distance", "farthest"):
        raise InputError("要求多次覆盖时,只能用“覆盖最多”或“全部覆盖”", parameter="backup")
    if problem.capacity is None:
        return
    if problem.objective not in ("cover", "distance") or problem.backup > 1:
        raise InputError("限制容量时,只能用“覆盖最多”或“总距离最短”,且只覆盖一次", parameter="capacity")
    if not np.isfinite(problem.capacity).all() or np.any(problem.capacity < 0):
        raise InputError("容量必须是不小于 0 的数", parameter="capacity")


def _check_served(problem: Problem) -> None:
    """Refuse demand that nothing can serve where all must be served: its cost would be infinite."""
    can = np.isfinite(problem.kept_cost)
    column = np.repeat(np.arange(len(problem.price)), np.diff(problem.reach.start))
    can[problem.reach.demand[problem.upper[column] > 0]] = True
    lost = np.flatnonzero(~can & (problem.weight > 0))
    if len(lost):
        raise InputError(
            "有 %(count)s 处需求(第一处是第 %(first)s 处)没有任何站点到得了;请增加候选点,或去掉这些需求",
            parameter="demand",
            count=len(lost),
            first=int(lost[0]) + 1,
        )


def _check_capacity(problem: Problem) -> None:
    whole = float(problem.weight.sum())
    most = float(problem.capacity[problem.upper > 0].sum())
    if most < whole * (1 - _ROUNDING):
        raise InputError(
            "所有站点的容量合计至多 %(most)s,少于需求 %(whole)s;请加大容量、增加候选点,或改用“覆盖最多”",
            parameter="capacity",
            most=f"{most:,.0f}",
            whole=f"{whole:,.0f}",
        )
