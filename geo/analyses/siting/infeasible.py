"""Why no choice will do: as few rules, and demand to be served, as cannot be satisfied together.

Found by QuickXplain (Junker 2004): without any one part of it the rest has a choice.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.covering import covering_of
from geo.analyses.siting.formulate import formulate
from geo.analyses.siting.merge import merge_demand
from geo.analyses.siting.mip import solve_program
from geo.analyses.siting.problem import Problem, Watch
from geo.analyses.siting.program import Program, tidy
from geo.errors import InputError

__all__ = ["Conflict", "explain", "refusal"]

_WORDS = {
    "count": "新建数量",
    "budget": "预算",
    "moves": "迁移数量",
    "upgrades": "延长开放的数量",
    "building": "合用与保留",
    "spacing": "站点间距",
    "area": "每个区划的最少数量",
}
_Ints = NDArray[np.int64]


class Conflict(NamedTuple):
    """What cannot be had together; if it is the least, without any one part of it the rest can.

    Attributes
    ----------
    rules : tuple of str
        Names of rules in the problem's order, each once.
    columns : (k,) int64
        Columns that must be opened, or must not.
    demand : (l,) int64
        Demand that must be served.
    least : bool
        That the rest can was found out for every part; without, time was over before.
    """

    rules: tuple[str, ...]
    columns: _Ints
    demand: _Ints
    least: bool = True


class _Parts(NamedTuple):
    """A program, and what may be taken out of it: rules, what is said of columns, and demand, in this order.

    Attributes
    ----------
    program : Program
        Only to be satisfied.
    row, column : (k,) int64
        The row or the column that each part is about, -1 for none.
    demand : (k,) int64
        The demand it is about, -1 for none.
    """

    program: Program
    row: _Ints
    column: _Ints
    demand: _Ints


def explain(problem: Problem, watch: Watch) -> Conflict | None:
    """Return why no choice satisfies a problem.

    Parameters
    ----------
    problem : Problem
    watch : Watch
        What cannot be decided in its time counts as possible.

    Returns
    -------
    Conflict or None
        None where there is a choice, or it could not be decided.
    """
    if watch.left() <= 0:
        return None
    parts = _parts(problem)
    silent = watch._replace(tell=lambda value, bound: None)
    undecided: list[list[int]] = []

    def impossible(kept: list[int]) -> bool:
        found = None if watch.left() <= 0 else solve_program(_with_only(parts, kept), silent)
        if found is None or (found.values is None and not found.proven):
            undecided.append(kept)
            return False
        return found.values is None

    everything = list(range(len(parts.row)))
    of_rules = [part for part in everything if parts.demand[part] < 0]
    for some in (of_rules, everything):
        if impossible(some):
            return _named(problem, parts, _least(impossible, [], some))._replace(least=not undecided)
    return None


def refusal(problem: Problem, watch: Watch) -> InputError:
    """Return the error to raise for a problem that has no solution; it names what does not fit together."""
    conflict = explain(problem, watch)
    if conflict is None:
        return InputError("没有一种选法符合全部条件,请放宽条件", parameter="rules")
    words = dict.fromkeys(_word(name) for name in conflict.rules)
    if len(conflict.columns):
        words["必选或不能选的候选点"] = None
    rules = "、".join(words)
    if rules and not conflict.least:
        return InputError(
            "这些条件,连同要服务的需求,不能同时满足:%(rules)s;时间不够,没能找出是其中哪几项,请延长时间或放宽条件",
            parameter="rules",
            rules=rules,
        )
    if not len(conflict.demand):
        return InputError("这些条件不能同时满足:%(rules)s;请放宽其中一项", parameter="rules", rules=rules)
    if not rules:
        return InputError(
            "有 %(count)s 处需求(第一处是第 %(first)s 处)无法都服务;请增加候选点或容量,或去掉这些需求",
            parameter="demand",
            count=len(conflict.demand),
            first=int(conflict.demand[0]) + 1,
        )
    return InputError(
        "要服务 %(count)s 处需求(第一处是第 %(first)s 处),就不能同时满足:%(rules)s;请放宽其中一项",
        parameter="rules",
        rules=rules,
        count=len(conflict.demand),
        first=int(conflict.demand[0]) + 1,
    )


def _word(name: str) -> str:
    kind, _, rest = name.partition(":")
    word = _WORDS.get(kind, kind)
    return f"{word}({rest})" if rest else word


def _parts(problem: Problem) -> _Parts:
    program, demand = _served(problem)
    rules, fixed = len(problem.rules), np.flatnonzero(problem.lower == problem.upper)
    rows = rules + np.flatnonzero(demand >= 0)
    return _Parts(
        program._replace(objective=np.zeros(len(program.objective)), constant=0.0),
        np.concatenate([np.arange(rules), np.full(len(fixed), -1), rows]),
        np.concatenate([np.full(rules, -1), fixed, np.full(len(rows), -1)]),
        np.concatenate([np.full(rules + len(fixed), -1), demand[demand >= 0]]),
    )


def _served(problem: Problem) -> tuple[Program, _Ints]:
    """Return what a choice must satisfy, and the demand of every row after the rules, -1 for none."""
    if problem.objective == "cover":
        none = np.empty(0)
        merged = merge_demand(problem._replace(weight=np.zeros(len(problem.weight)), capacity=None))
        return formulate(problem._replace(capacity=None), merged), none.astype(np.int64)
    if problem.capacity is not None:
        program = formulate(problem)
        demand = np.full(len(program.rows.low) - len(problem.rules), -1)
        wanted = np.flatnonzero(tidy(problem.weight) > 0)
        demand[: len(wanted)] = wanted
        return program, demand
    need = np.maximum(problem.backup - problem.kept, 0)
    if problem.objective != "all":
        need = ((problem.weight > 0) & ~np.isfinite(problem.kept_cost)).astype(np.int64)
    covering = covering_of(problem, need.astype(np.int32))
    return formulate(
        problem._replace(objective="all", kept=(problem.backup - need).astype(np.int32))
    ), covering.first


def _with_only(parts: _Parts, kept: list[int]) -> Program:
    """Return the program with only these parts, and with what is no part."""
    rows, sites = parts.program.rows, slice(0, parts.program.sites)
    gone = np.setdiff1d(np.arange(len(parts.row)), kept)
    low, high, lower, upper = (
        side.copy() for side in (rows.low, rows.high, parts.program.lower, parts.program.upper)
    )
    row, column = parts.row[gone], parts.column[gone]
    low[row[row >= 0]], high[row[row >= 0]] = -np.inf, np.inf
    lower[sites][column[column >= 0]], upper[sites][column[column >= 0]] = 0.0, 1.0
    return parts.program._replace(rows=rows._replace(low=low, high=high), lower=lower, upper=upper)


def _least(impossible: Callable[[list[int]], bool], given: list[int], some: list[int]) -> list[int]:
    """Return of some parts as few as are impossible together with those given, which are possible alone."""
    if len(some) == 1:
        return some
    first, second = some[: len(some) // 2], some[len(some) // 2 :]
    of_second = [] if impossible(given + first) else _least(impossible, given + first, second)
    rest = given + of_second
    of_first = [] if of_second and impossible(rest) else _least(impossible, rest, first)
    return of_first + of_second


def _named(problem: Problem, parts: _Parts, some: list[int]) -> Conflict:
    row, column, demand = (np.array(part)[some] for part in (parts.row, parts.column, parts.demand))
    names = dict.fromkeys(problem.rules[place].name for place in row[(demand < 0) & (row >= 0)].tolist())
    return Conflict(tuple(names), np.sort(column[column >= 0]), np.sort(demand[demand >= 0]))
