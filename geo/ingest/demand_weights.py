"""Which columns of a demand file are weights, and which rows they are good in."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from geo.ingest.cells import clean
from geo.ingest.demand_cells import Column
from geo.ingest.headers import heading_of
from geo.ingest.problems import Problem, shown
from geo.ingest.words import plain

__all__ = ["UNNAMED", "choose", "could_weigh", "labels_of", "refused"]

UNNAMED = "weight"
"""What weights are called where the file does not call them anything."""

# Empty cells of one column up to this many are told row by row.
_MOST_TOLD = 100
_SHOWN_ROWS = 10
# Numbers that count or measure nothing a station could serve: identity, place in a grid, size of a shape.
_NO_WEIGHTS = (
    "fid gid oid index no row col rowindex colindex left right top bottom west east south north "
    "shapearea shapelength shapeleng area aream2 perimeter year 序号 行号 列号 年份 面积 周长 邮编"
)
_ENDS_AS_ID = re.compile(
    r"(?:^|[^A-Za-z])(?:[a-z]?id|[A-Z]?ID|Id|code|CODE|Code)$|[a-z](?:Id|ID|Code)$|(?:编号|编码|代码)$"
)
_PLACE = ("x", "y", "xy", "crs", "ref", "ignored", "area_code", "unit_code")


def could_weigh(header: str) -> bool:
    """Tell whether a column may hold weights, as its header says.

    Examples
    --------
    >>> [could_weigh(header) for header in ("population", "骑手11-14时", "经度", "osm_id", "街道编码", "")]
    [True, True, False, False, False, False]
    """
    label = clean(header)
    heading = heading_of(label)
    return not (
        not label
        or (heading is not None and heading.field in _PLACE)
        or plain(label) in _NO_WEIGHTS.split()
        or _ENDS_AS_ID.search(label)
    )


def labels_of(header: Sequence[str], wanted: Sequence[str]) -> dict[int, str]:
    """Return the columns to be read as weights, by place: those wanted, else all that could be.

    Of two columns with one header the second gets a number, so that both can be told apart.

    Raises
    ------
    InputError
        A wanted column is not there.

    Examples
    --------
    >>> labels_of(["id", "lon", "lat", "jobs", "jobs"], ())
    {3: 'jobs', 4: 'jobs (2)'}
    >>> labels_of(["lon", "lat", "Jobs"], ["jobs"])
    {2: 'Jobs'}
    """
    labels: dict[int, str] = {}
    for index, cell in enumerate(header):
        label = bare = clean(cell)
        count = 1
        while label in labels.values():
            count += 1
            label = f"{bare} ({count})"
        labels[index] = label
    if not wanted:
        return {index: label for index, label in labels.items() if could_weigh(header[index])}
    return {_place_of(name, labels): labels[_place_of(name, labels)] for name in wanted}


def _place_of(name: str, labels: dict[int, str]) -> int:
    for same in (str.__eq__, lambda one, other: plain(one) == plain(other)):
        for index, label in labels.items():
            if label and same(label, clean(name)):
                return index
    raise InputError(
        "没有“%(column)s”这一列;文件里的列有:%(seen)s",
        parameter="weight",
        column=name[:80],
        seen="、".join(shown(label)[:30] for label in labels.values() if label)[:300] or "(没有)",
    )


def choose(columns: Sequence[Column], wanted: Sequence[str], rows: int) -> tuple[list[Column], list[Problem]]:
    """Return the columns that are weights; one of ones where there is none.

    Parameters
    ----------
    columns : sequence of Column
        Those that could be.
    wanted : sequence of str
        Where any is, all columns are.
    rows : int
        How many there are.
    """
    chosen = [column for column in columns if wanted or column.is_numeric]
    if not chosen:
        reason = "没有权重列,每个地点按 1 计;需要时请加上人口、骑手等数字列,或用 --weight 指明"
        return [Column(UNNAMED, np.ones(rows), {})], [Problem(None, None, None, "note", reason)]
    named = "、".join(shown(column.label)[:30] for column in chosen[:30])
    return chosen, [Problem(None, None, None, "note", f"权重列:{named}")]


def refused(rows: NDArray[np.int64], columns: Sequence[Column]) -> tuple[NDArray[np.bool_], list[Problem]]:
    """Return which rows have no good weights, and everything that is wrong about weights.

    A row is refused for one weight that is negative or no number, or when all of its weights are empty. Where
    only some are, these count as 0, with a warning.
    """
    values = np.column_stack([column.values for column in columns])
    unread = np.zeros(values.shape, bool)
    for number, column in enumerate(columns):
        unread[list(column.unread), number] = True
    empty = np.isnan(values) & ~unread
    nothing = empty.all(axis=1)
    problems: list[Problem] = []
    for number, column in enumerate(columns):
        problems += _wrong(rows, column)
        problems += _empty(rows[empty[:, number] & ~nothing], column.label)
    label = columns[0].label if len(columns) == 1 else None
    reason = "没有权重,没有导入这一行;请补上(没有人就写 0)"
    problems += [Problem(row, label, None, "refused", reason) for row in rows[nothing].tolist()]
    return nothing | unread.any(axis=1) | (values < 0).any(axis=1) | np.isinf(values).any(axis=1), problems


def _wrong(rows: NDArray[np.int64], column: Column) -> Iterator[Problem]:
    for place, text in column.unread.items():
        reason = "认不出这个数,没有导入这一行;请只写一个数"
        yield Problem(int(rows[place]), column.label, shown(text), "refused", reason)
    for place in np.flatnonzero((column.values < 0) | np.isinf(column.values)).tolist():
        value = float(column.values[place])
        what = "权重不能是无穷大" if value > 0 else "权重不能是负数"
        reason = f"{what},没有导入这一行;请改正"
        yield Problem(int(rows[place]), column.label, f"{value:g}", "refused", reason)


def _empty(rows: NDArray[np.int64], label: str) -> Iterator[Problem]:
    if len(rows) <= _MOST_TOLD:
        for row in rows.tolist():
            yield Problem(row, label, None, "warning", "这一格空着,按 0 计;请核对")
        return
    first = "、".join(map(str, rows[:_SHOWN_ROWS].tolist()))
    yield Problem(None, label, None, "warning", f"有 {len(rows)} 行空着,按 0 计(第 {first} 等行);请核对")
