"""The tables a union reports, with the stations behind every figure."""

from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

from geo.model.hours import Reason

__all__ = ["Ledger", "Line", "Sheet", "cells_of"]


class Line(NamedTuple):
    """One row of figures.

    Attributes
    ----------
    key : str
        Names the row for good, in addresses too.
    name : Reason or str
        What it counts; words of the data are a plain text.
    cells : tuple of tuple of str
        For each column of the sheet the codes counted, ordered.
    of : tuple of int or None
        For each column what the figure is a part of.
    before : tuple of int or None
        For each column the figure of the day compared with.
    """

    key: str
    name: Reason | str
    cells: tuple[tuple[str, ...], ...]
    of: tuple[int, ...] | None = None
    before: tuple[int, ...] | None = None


class Sheet(NamedTuple):
    """Rows that belong together.

    ``group`` is the page of a workbook the sheet goes to; ``definition`` says what is counted and how;
    ``counts`` says what the codes are of; where these are no stations, a workbook names those of
    column ``named``.
    """

    key: str
    group: str
    title: Reason
    definition: Reason
    columns: tuple[Reason, ...]
    lines: list[Line]
    counts: Literal["stations", "areas", "units", "venues"] = "stations"
    named: int = 0


class Ledger(NamedTuple):
    """All sheets, as of the end of a day; ``since`` is the day compared with, if any.

    ``names`` are those of the stations, areas, units and venues counted, by code.
    """

    as_of: date
    since: date | None
    sheets: list[Sheet]
    names: dict[str, dict[str, str]]


def cells_of(ledger: Ledger, key: str) -> Iterator[tuple[Sheet, Line]]:
    """Yield the sheet and the row with a key: one, or none."""
    for sheet in ledger.sheets:
        for line in sheet.lines:
            if line.key == key:
                yield sheet, line
