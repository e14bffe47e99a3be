"""What is left of a covering once everything is done that must be done anyway.

Rows that hold whenever another does are left out; columns for which another does as well are closed; columns
that a row cannot do without are opened; again and again, until nothing more follows. What is left falls into
parts that have nothing to do with each other.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.analyses.siting.covering import Covering, Lines, filtered, line_of, turned
from geo.analyses.siting.covering_kernels import needless
from geo.analyses.siting.problem import Rule

__all__ = ["Core", "Part", "core_of", "parts_of"]

_Ints = NDArray[np.int64]
_Flags = NDArray[np.bool_]


class Core(NamedTuple):
    """What is left, in the columns of the covering.

    Attributes
    ----------
    rows : Lines
        Free columns of each row left.
    need : (k,) int32
    row : (k,) int64
        Which row of the covering each is.
    opened, free : (n,) bool
        What has to be open, and what is left to be decided. All else is closed.
    forced : list of (int, (c,) int32)
        Rows for the sake of which columns were opened, in order: all that the row then had left.
    """

    rows: Lines
    need: NDArray[np.int32]
    row: _Ints
    opened: _Flags
    free: _Flags
    forced: list[tuple[int, NDArray[np.int32]]]


class Part(NamedTuple):
    """One of the parts of a core, as a covering of its own.

    Attributes
    ----------
    covering : Covering
        ``first`` are rows of the whole covering.
    column : (n,) int64
        Which column of the whole covering each is.
    rule : (r,) int64
        Which rule of it each is.
    """

    covering: Covering
    column: _Ints
    rule: _Ints


def core_of(covering: Covering) -> Core:
    """Return what is left to be decided; a best choice of it is a best choice of all.

    Rules stand as they are: a column they touch is closed for another only where that cannot break them.
    """
    kind, may = _kinds(covering)
    opened = covering.lower > 0
    opened |= (covering.price <= 0) & (kind == 0) & (covering.upper > 0)
    free = (covering.upper > 0) & ~opened
    forced: list[tuple[int, NDArray[np.int32]]] = []
    rows, need, row = covering.rows, covering.need, np.arange(len(covering.need))
    settled = opened
    while True:
        rows, need, row = _left(rows, need, row, settled, free)
        settled, taken = _forced(rows, need, row, len(free))
        forced += taken
        opened, free = opened | settled, free & ~settled
        if len(taken):
            continue
        closed = free & _pointless(rows, need, covering.price, kind, may & free)
        if not closed.any():
            return Core(rows, need, row, opened, free, forced)
        free &= ~closed


def parts_of(covering: Covering, core: Core) -> list[Part]:
    """Return the parts of a core that share neither rows nor rules, smallest first."""
    columns = len(core.free)
    rules = [(number, *_free_rule(rule, core)) for number, rule in enumerate(covering.rules)]
    label = _labels(core, [rule.column for _, rule in rules])
    row_label = label[core.rows.item[core.rows.start[:-1]]] if len(core.need) else np.empty(0, np.int64)
    size = np.bincount(label[core.free], minlength=columns + 1)
    parts = []
    for which in np.argsort(size, kind="stable"):
        if not size[which]:
            continue
        column = np.flatnonzero(core.free & (label == which))
        mine = [
            (number, rule) for number, rule in rules if len(rule.column) and label[rule.column[0]] == which
        ]
        parts.append(_part(covering, core, column, row_label == which, mine))
    return parts


def _kinds(covering: Covering) -> tuple[_Ints, _Flags]:
    """Return the kind of every column as `needless` has it, and whether it may be closed for another.

    Columns that no rule touches are of kind 0. Those that rules touch alike are of one kind. One may be
    closed for another if all rules it is in allow less of it.
    """
    touched: dict[int, list[tuple[int, float]]] = {}
    hard = covering.price < 0
    for number, rule in enumerate(covering.rules):
        for column, coef in zip(rule.column.tolist(), rule.coef.tolist(), strict=True):
            touched.setdefault(column, []).append((number, coef))
        if rule.low > -np.inf:
            hard[rule.column] = True
        hard[rule.column[rule.coef < 0]] = True
    kinds: dict[tuple[tuple[int, float], ...], int] = {}
    kind = np.zeros(len(covering.price), np.int64)
    for column, marks in touched.items():
        kind[column] = kinds.setdefault(tuple(marks), len(kinds) + 1)
    return kind, ~hard


def _left(
    rows: Lines, need: NDArray[np.int32], row: _Ints, settled: _Flags, free: _Flags
) -> tuple[Lines, NDArray[np.int32], _Ints]:
    """Return the rows that still need something, of the columns still free."""
    inside = np.concatenate([[0], np.cumsum(settled[rows.item])])
    need = (need - (inside[rows.start[1:]] - inside[rows.start[:-1]])).astype(np.int32)
    lacking = need > 0
    rows = filtered(rows, lacking, free)
    need, row = need[lacking], row[lacking]
    nothing = np.zeros(len(need), np.int64)
    across = turned(rows, len(free))
    gone = needless(rows, across, need.astype(float), nothing, np.ones(len(need), np.bool_), True)
    return filtered(rows, ~gone, free), need[~gone], row[~gone]


def _forced(
    rows: Lines, need: NDArray[np.int32], row: _Ints, columns: int
) -> tuple[_Flags, list[tuple[int, NDArray[np.int32]]]]:
    """Return the columns that rows cannot do without, and these rows with what they have left."""
    settled, taken = np.zeros(columns, np.bool_), []
    for r in np.flatnonzero(np.diff(rows.start) <= need).tolist():
        mine = rows.item[rows.start[r] : rows.start[r + 1]]
        if not settled[mine].all():
            taken.append((int(row[r]), mine))
            settled[mine] = True
    return settled, taken


def _pointless(
    rows: Lines, need: NDArray[np.int32], price: NDArray[np.float64], kind: _Ints, may: _Flags
) -> _Flags:
    """Return the columns for which another does as well, and those that serve nothing."""
    columns = turned(rows, len(price))
    often = np.bincount(rows.item, (need > 1)[line_of(rows)], minlength=len(price)) > 0
    idle = may & (np.diff(columns.start) == 0)
    return idle | needless(columns, rows, price, kind, may & ~often, False)


def _free_rule(rule: Rule, core: Core) -> tuple[Rule]:
    """Return what a rule still says about columns that are free."""
    already = float(rule.coef[core.opened[rule.column]].sum())
    free = core.free[rule.column]
    return (Rule(rule.name, rule.column[free], rule.coef[free], rule.low - already, rule.high - already),)


def _labels(core: Core, rules: list[NDArray[np.int32]]) -> _Ints:
    """Return the number of the part that each column is in."""
    columns = len(core.free)
    groups = [core.rows.item, *rules]
    line = np.concatenate(
        [line_of(core.rows), *(np.full(len(rule), len(core.need) + k) for k, rule in enumerate(rules))]
    )
    item = np.concatenate(groups)
    nodes = columns + len(core.need) + len(rules)
    graph = coo_array((np.ones(len(item), np.int8), (item, columns + line)), shape=(nodes, nodes))
    return connected_components(graph, directed=False)[1][:columns].astype(np.int64)


def _part(covering: Covering, core: Core, column: _Ints, rows: _Flags, rules: list[tuple[int, Rule]]) -> Part:
    """Return some columns, with their rows and rules, as a covering."""
    place = np.full(len(core.free), -1, np.int32)
    place[column] = np.arange(len(column))
    lines = filtered(core.rows, rows, core.free)
    own = tuple(rule._replace(column=place[rule.column]) for _, rule in rules)
    nothing, one = np.zeros(len(column), np.int8), np.ones(len(column), np.int8)
    made = Covering(
        lines._replace(item=place[lines.item]),
        core.need[rows],
        covering.price[column],
        nothing,
        one,
        own,
        core.row[rows].astype(np.int32),
    )
    return Part(made, column, np.array([number for number, _ in rules], np.int64))
