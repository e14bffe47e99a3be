"""An integer program as arrays, and as exact numbers: the one shape in which every plan can be proved.

``sense`` of ``constant + objective . v`` over the columns v, where ``low <= sum of coef * v <= high`` in all
rows and ``lower <= v <= upper`` for every column. The first columns are those of the `Problem`.
"""

from decimal import Decimal
from math import gcd
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "CONTINUOUS",
    "DECIDES",
    "FOLLOWS",
    "Program",
    "Rows",
    "as_document",
    "exact",
    "leaf_of",
    "no_rows",
    "places_of",
    "stacked",
    "step_of",
    "tidy",
]

CONTINUOUS, DECIDES, FOLLOWS = 0, 1, 2
"""Of a column: any number; a whole number to be decided; a whole number in some best solution once all others
are, which a solver may leave free and a proof may use."""

_DIGITS = 12
_MOST_PLACES = 20
"""Powers of ten up to 22 are exact as floats, and so the quotient is the float nearest to the decimal."""

_Floats = NDArray[np.float64]


class Rows(NamedTuple):
    """Rows of a program, compressed.

    Attributes
    ----------
    start : (m + 1,) int64
    column : (q,) int32
    coef : (q,) float64
    low, high : (m,) float64
        Infinite where there is no such side.
    """

    start: NDArray[np.int64]
    column: NDArray[np.int32]
    coef: _Floats
    low: _Floats
    high: _Floats


class Program(NamedTuple):
    """The whole program.

    Attributes
    ----------
    sense : {"max", "min"}
    constant : float
    objective, lower, upper : (n,) float64
        All finite.
    whole : (n,) uint8
        `CONTINUOUS`, `DECIDES` or `FOLLOWS`; whole numbers are 0 or 1.
    rows : Rows
        Those of the rules come first, in the order of the problem.
    sites : int
        How many of the columns are those of the problem.
    """

    sense: Literal["max", "min"]
    constant: float
    objective: _Floats
    lower: _Floats
    upper: _Floats
    whole: NDArray[np.uint8]
    rows: Rows
    sites: int


def no_rows() -> Rows:
    """Return rows of which there are none."""
    none = np.empty(0)
    return Rows(np.zeros(1, np.int64), none.astype(np.int32), none, none, none)


def stacked(*blocks: Rows) -> Rows:
    """Return the rows of all blocks, one block after the other."""
    starts = [np.diff(block.start) for block in blocks]
    start = np.concatenate([[0], np.cumsum(np.concatenate(starts))]).astype(np.int64)
    return Rows(start, *(np.concatenate(parts) for parts in list(zip(*blocks, strict=True))[1:]))


def tidy(values: _Floats) -> _Floats:
    """Return the nearest numbers of twelve digits and twenty decimal places: without the dust of rounding.

    Examples
    --------
    >>> tidy(np.array([0.1 + 0.2, 1e9 / 3, 0.0, -7.0])).tolist()
    [0.3, 333333333.333, 0.0, -7.0]
    """
    values = np.asarray(values, np.float64)
    size = np.floor(np.log10(np.abs(values, where=values != 0, out=np.ones_like(values))))
    places = np.minimum(_DIGITS - 1 - size.astype(np.int64), _MOST_PLACES)
    up, down = 10.0 ** np.maximum(places, 0), 10.0 ** np.maximum(-places, 0)
    return np.rint(values * up / down) * down / up


def exact(value: float) -> int | Decimal:
    """Return the decimal number that a float is written as.

    Examples
    --------
    >>> exact(3.0), exact(0.1)
    (3, Decimal('0.1'))
    """
    return int(value) if float(value).is_integer() else Decimal(repr(float(value)))


def step_of(program: Program) -> Decimal | None:
    """Return the largest step of which the values of all whole solutions are multiples.

    None where a column that is not whole has a part in the objective, or nothing has.
    """
    counts = program.objective != 0
    if np.any(program.whole[counts] == CONTINUOUS):
        return None
    numbers = {abs(exact(value)) for value in [*program.objective[counts].tolist(), program.constant]} - {0}
    if not numbers:
        return None
    digits = max(places_of(number) for number in numbers)
    return Decimal(gcd(*(int(Decimal(number).scaleb(digits)) for number in numbers))).scaleb(-digits)


def places_of(number: int | Decimal) -> int:
    """Return how many decimal places a number has."""
    return max(0, -int(Decimal(number).normalize().as_tuple().exponent))


def as_document(program: Program) -> dict[str, Any]:
    """Return the program in exact numbers, as a plan file has it; see `geo.analyses.siting.certify`.

    Columns are ``[cost, lower, upper, whole]``, the constant is the cost of one more that is 1. A row with
    two sides is two of the form ``[least, columns, coefs]``, that for ``low`` first.
    """
    sides = np.column_stack([program.objective, program.lower, program.upper, program.whole != CONTINUOUS])
    columns = [[exact(value) for value in column] for column in sides.tolist()]
    if program.constant:
        columns.append([exact(program.constant), 1, 1, 1])
    rows = [side for row in range(len(program.rows.low)) for side in _sides(program.rows, row)]
    return {"sense": program.sense, "step": step_of(program), "columns": columns, "rows": rows}


def leaf_of(program: Program, multiplier: _Floats, places: int) -> list[list[Any]]:
    """Return multipliers of the rows as a leaf of the tree of a plan file.

    Parameters
    ----------
    program : Program
    multiplier : (m,) float64
        How the value rises with a row's side: when maximising positive against ``high``, when minimising
        against ``low``. Against a side that a row does not have it counts as nought.
    places : int
        Decimal places that are kept.
    """
    low, high = np.isfinite(program.rows.low), np.isfinite(program.rows.high)
    number = np.cumsum(low.astype(np.int64) + high) - high - low
    upward = np.round(multiplier if program.sense == "min" else -multiplier, places) + 0.0
    against_low, against_high = low & (upward > 0), high & (upward < 0)
    where = np.where(against_low, number, number + low)
    keep = np.flatnonzero(against_low | against_high)
    return [
        [row, exact(round(by, places))]
        for row, by in zip(where[keep].tolist(), np.abs(upward[keep]).tolist(), strict=True)
    ]


def _sides(rows: Rows, row: int) -> list[list[Any]]:
    part = slice(rows.start[row], rows.start[row + 1])
    column, coef = rows.column[part].tolist(), [exact(value) for value in rows.coef[part].tolist()]
    low, high = float(rows.low[row]), float(rows.high[row])
    sides = [[exact(low), column, coef]] if np.isfinite(low) else []
    return [*sides, [-exact(high), column, [-value for value in coef]]] if np.isfinite(high) else sides
