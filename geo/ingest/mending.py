"""A table with some of its cells mended, or rows left out, as a person said; the file stays as it is."""

import dataclasses
from collections.abc import Iterable, Mapping

from geo.ingest.problems import Problem
from geo.ingest.rows import Row, Rows
from geo.ingest.table import Table

__all__ = ["SKIP", "Fixes", "mended"]

SKIP = "skip"
"""The mark, in place of a column, of a row that is left out."""

Fixes = Mapping[str, Mapping[str, str]]
"""By row as a spreadsheet counts it, then by index of the column: the text that takes the cell's place.

The keys are text, as they are kept as JSON.
"""


def mended(table: Table, fixes: Fixes) -> Table:
    """Return a table whose rows are read with the fixes; the one given is not to be read any more.

    A remark at the end tells how many rows were left out.
    """
    if not fixes:
        return table
    skipped = sorted(int(row) for row, cells in fixes.items() if SKIP in cells)
    if skipped:
        lines = "、".join(map(str, skipped[:10])) + ("等" if len(skipped) > 10 else "")
        reason = f"按您说的没有导入 {len(skipped)} 行(第 {lines} 行)"
        table.notes.append(Problem(None, None, None, "note", reason))
    return dataclasses.replace(table, top=list(_mended(table.top, fixes)), rest=_mended(table.rest, fixes))


def _mended(rows: Iterable[Row], fixes: Fixes) -> Rows:
    for row, cells in rows:
        given = fixes.get(str(row))
        if given is None:
            yield row, cells
        elif SKIP not in given:
            yield row, _with(cells, given)


def _with(cells: list[str], given: Mapping[str, str]) -> list[str]:
    columns = {int(column): text for column, text in given.items()}
    changed = cells + [""] * (max(columns, default=-1) + 1 - len(cells))
    for column, text in columns.items():
        changed[column] = text
    return changed
