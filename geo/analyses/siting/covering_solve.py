"""Set covering solved: reduced, searched, bounded, and what is left given to HiGHS.

Parts that rules touch are HiGHS's alone; the others are searched first. The bound is that of the linear
program, rounded up where prices are whole, until HiGHS has a better one.
"""

from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.covering import Covering, Lines, turned
from geo.analyses.siting.covering_core import Core, Part, core_of, parts_of
from geo.analyses.siting.covering_kernels import Cover, cover_more, new_cover, search, thin_out
from geo.analyses.siting.highs import add_rows, new_model, solve_lp, solve_mip
from geo.analyses.siting.problem import Rule, Watch
from geo.analyses.siting.program import Rows
from geo.analyses.siting.rules import rule_rows
from geo.errors import InputError

__all__ = ["Found", "none_found", "solve_covering"]

_Floats = NDArray[np.float64]
_Flags = NDArray[np.bool_]

_STEPS = 100
"""Steps of the local search for each iteration that is allowed: one closes a column and opens some."""

_PACE = 500
"""Steps between two looks at the clock."""

_LARGE = 50_000
"""Entries from which on a linear program is solved by an interior point method."""

_ROUNDING = 1e-6


class Found(NamedTuple):
    """What was found.

    Attributes
    ----------
    chosen : (n,) bool or None
        Columns open; None when nothing was found.
    value, bound : float
        Sum of prices, inf without a choice; what none can be below: inf when there is none.
    rows, rules : (m,), (r,) float64
        Multipliers that prove, about, what the linear program says; positive against ``need`` and ``low``.
    """

    chosen: _Flags | None
    value: float
    bound: float
    rows: _Floats
    rules: _Floats


class _Half(NamedTuple):
    """A part, what is known of it (value, bound), its best choice, and the search for a better one."""

    part: Part
    columns: Lines
    known: _Floats
    choice: _Flags
    cover: Cover | None


class _Work(NamedTuple):
    """All parts, what is open beside them costs ``base``; what was told last, and when it is enough."""

    halves: list[_Half]
    base: float
    enough: float
    told: _Floats
    watch: Watch


def solve_covering(
    covering: Covering,
    watch: Watch,
    *,
    enough: float = np.nan,
    start: _Flags | None = None,
    exact: bool = True,
) -> Found:
    """Find the cheapest choice of columns that gives every row what it needs and keeps the rules.

    Parameters
    ----------
    covering : Covering
    watch : Watch
        Told of the sum of prices and its bound.
    enough : float
        Stop once a choice costs no more, or none can: for those who only ask whether one does.
    start : (n,) bool, optional
        A choice to begin with, if it is one.
    exact : bool
        Without, whole numbers are not asked of HiGHS.
    """
    core = core_of(covering)
    duals = np.zeros(len(covering.need)), np.zeros(len(covering.rules))
    if not _holds(covering.rules, core.opened, core.free):
        return Found(None, np.inf, np.inf, *duals)
    halves = [_begun(part, watch, start) for part in parts_of(covering, core)]
    base = float(covering.price[core.opened].sum())
    work = _Work(halves, base, enough, np.array([np.inf, -np.inf]), watch)
    for half in halves:
        _relax(half, watch, duals)
    for finish in (_search, _prove) if exact else (_search,):
        for half in halves:
            if not _is_done(work) and half.known[0] > half.known[1] + _ROUNDING:
                finish(half, work)
    _is_done(work)
    _give_back(covering, core, duals[0])
    return Found(_chosen(core, halves), *work.told.tolist(), *duals)


def none_found(bound: float) -> InputError:
    """Return the error for what has no choice: there is none (``bound`` inf), or time was too short."""
    if np.isfinite(bound):
        return InputError("时间内没有找到符合全部条件的选法,请延长时间", parameter="seconds")
    return InputError("没有一种选法符合全部条件,请放宽条件", parameter="rules")


def _is_done(work: _Work) -> bool:
    """Tell what has become better, and return whether it is enough."""
    value, bound = work.base + sum((half.known for half in work.halves), np.zeros(2))
    if value < work.told[0] or bound > work.told[1]:
        work.told[:] = value, bound
        work.watch.tell(float(value), float(bound))
    return value <= bound + _ROUNDING or value <= work.enough + _ROUNDING or bound > work.enough + _ROUNDING


def _holds(rules: tuple[Rule, ...], opened: _Flags, free: _Flags) -> bool:
    """Return whether rules about columns that are all decided hold."""
    return all(
        rule.low - _ROUNDING <= rule.coef[opened[rule.column]].sum() <= rule.high + _ROUNDING
        for rule in rules
        if not free[rule.column].any()
    )


def _begun(part: Part, watch: Watch, start: _Flags | None) -> _Half:
    """Return a part with a first choice: the one given, or a greedy one; with rules it may have none."""
    covering = part.covering
    columns = turned(covering.rows, len(covering.price))
    known, given = np.array([np.inf, -np.inf]), np.zeros(len(covering.price), np.bool_)
    if start is not None:
        given = start[part.column]
    if covering.rules:
        if start is not None and _is_choice(covering, given):
            known[0] = covering.price[given].sum()
        return _Half(part, columns, known, given.copy(), None)
    lists = (covering.rows, columns, covering.need, covering.price)
    cover = new_cover(*lists, given, watch.seed)
    cover_more(*lists, cover)
    thin_out(*lists, cover)
    known[0] = cover.price[1]
    return _Half(part, columns, known, cover.best, cover)


def _is_choice(covering: Covering, chosen: _Flags) -> bool:
    inside = np.concatenate([[0], np.cumsum(chosen[covering.rows.item])])
    count = inside[covering.rows.start[1:]] - inside[covering.rows.start[:-1]]
    return bool(np.all(count >= covering.need)) and _holds(
        covering.rules, chosen, np.zeros(len(chosen), np.bool_)
    )


def _model(covering: Covering, upper: _Floats, seed: int) -> highspy.Highs:
    """Return the program of a part, its rows before its rules."""
    model = new_model(covering.price, np.zeros(len(upper)), upper, seed=seed)
    rows, count = covering.rows, len(covering.need)
    need = covering.need.astype(np.float64)
    add_rows(model, Rows(rows.start, rows.item, np.ones(len(rows.item)), need, np.full(count, np.inf)))
    add_rows(model, rule_rows(covering.rules))
    return model


def _raise(half: _Half, bound: float) -> None:
    """Note a bound; of whole prices no sum lies between two whole numbers."""
    price = half.part.covering.price
    if np.isfinite(bound) and np.all(price == np.rint(price)):
        bound = float(np.ceil(bound - _ROUNDING))
    half.known[1] = max(half.known[1], min(bound, half.known[0]))


def _relax(half: _Half, watch: Watch, duals: tuple[_Floats, _Floats]) -> None:
    """Bound a part by its linear program, and note its multipliers."""
    covering = half.part.covering
    # Where no column is needed twice none is opened more than once, and no multiplier need answer for it.
    often = bool(covering.rules) or bool(np.any(covering.need > 1))
    most = np.full(len(covering.price), 1.0 if often else np.inf)
    _raise(half, float(np.minimum(covering.price, 0.0).sum()))
    interior = len(covering.rows.item) > _LARGE
    answer = solve_lp(_model(covering, most, watch.seed), watch, interior=interior)
    _raise(half, answer.bound)
    if answer.row is not None:
        count = len(covering.need)
        duals[0][covering.first] = np.maximum(answer.row[:count], 0.0)
        duals[1][half.part.rule] = answer.row[count:]


def _search(half: _Half, work: _Work) -> None:
    """Look for cheaper choices, where no rules are in the way."""
    if half.cover is None:
        return
    covering = half.part.covering
    for _ in range(0, work.watch.iterations * _STEPS, _PACE):
        search(covering.rows, half.columns, covering.need, covering.price, half.cover, _PACE)
        half.known[0] = min(half.known[0], half.cover.price[1])
        if _is_done(work) or half.known[0] <= half.known[1] + _ROUNDING or work.watch.left() <= 0:
            return


def _prove(half: _Half, work: _Work) -> None:
    """Let HiGHS decide a part, from the best choice known."""
    covering = half.part.covering

    def heard(value: float, bound: float, choice: _Floats | None) -> bool:
        _raise(half, bound)
        if choice is not None and value < half.known[0] - _ROUNDING:
            half.known[0] = value
            half.choice[:] = choice > 0.5
        return _is_done(work)

    start = half.choice.astype(np.float64) if np.isfinite(half.known[0]) else None
    model = _model(covering, np.ones(len(covering.price)), work.watch.seed)
    answer = solve_mip(model, work.watch, len(covering.price), start, heard)
    if answer.found is not None and answer.value < half.known[0] - _ROUNDING:
        half.known[0] = answer.value
        half.choice[:] = answer.found > 0.5
    _raise(half, answer.bound)


def _give_back(covering: Covering, core: Core, price_of_row: _Floats) -> None:
    """Give multipliers to the rows for the sake of which columns were opened, last first.

    Each gets what its columns still cost beyond what their other rows pay: then these cost nothing that the
    bound does not count.
    """
    columns = turned(covering.rows, len(covering.price))
    for row, mine in reversed(core.forced):
        paid = [
            price_of_row[columns.item[columns.start[i] : columns.start[i + 1]]].sum() for i in mine.tolist()
        ]
        price_of_row[row] += max(0.0, float(np.max(covering.price[mine] - paid)))


def _chosen(core: Core, halves: list[_Half]) -> _Flags | None:
    if not all(np.isfinite(half.known[0]) for half in halves):
        return None
    chosen = core.opened.copy()
    for half in halves:
        chosen[half.part.column[half.choice]] = True
    return chosen
