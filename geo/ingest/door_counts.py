"""The file of a door counter or a check-in system: how many people came to a station, by day or by hour."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from geo.errors import FileError
from geo.ingest.cell_dates import read_date
from geo.ingest.cells import read_code, read_text
from geo.ingest.columns import first_filled
from geo.ingest.header_row import Expected
from geo.ingest.problems import Problem, shown
from geo.ingest.table import Table, open_table
from geo.ingest.words import lookup_table, plain
from geo.model.hours import Reason

__all__ = ["LARGEST_COUNT", "DoorCount", "read_count", "read_door_counts"]

LARGEST_COUNT = 100_000
"""Nobody counts more in a day at one door: a larger number is a counter's total, or an error."""

_FIELDS = lookup_table(
    {
        "code": ["站点编号", "编号", "驿站编号", "站点", "站点代码", "code", "station", "station_code"],
        "day": ["日期", "时间", "日", "统计日期", "统计时间", "day", "date", "time", "datetime"],
        "count": [
            "人次",
            "客流",
            "客流量",
            "到访人次",
            "服务人次",
            "进入人数",
            "进",
            "进店人数",
            "人数",
            "count",
            "in",
        ],
    }
)
_EXPECTED = Expected(lambda cell: plain(cell) in _FIELDS, "“站点编号”“日期”“人次”")
_WORDS = {"code": "站点编号", "day": "日期", "count": "人次"}
_WHOLE = re.compile(r"\d{1,9}(?:\.0+)?")
_EXACT = len("2026-10-10")


class DoorCount(NamedTuple):
    """How many came to a station on a day; ``row`` is the first of its lines."""

    row: int
    code: str
    day: str
    count: int


class _Line(NamedTuple):
    row: int
    code: str
    day: str
    moment: str
    count: int


def read_door_counts(
    path: str | Path, *, max_bytes: int, today: date, name: str | None = None
) -> tuple[list[DoorCount], list[Problem]]:
    """Read a CSV or XLSX of counts: station, day or moment, count.

    A counter writes a line an hour: lines of one station and day are added up.

    Returns
    -------
    list of DoorCount, list of Problem
        By station and day. A line that repeats the station and moment of another is refused, as is a day
        that has not come yet.

    Raises
    ------
    FileError
        The file as a whole cannot be read, or lacks one of the three columns.
    """
    with open_table(path, max_bytes=max_bytes, expected=_EXPECTED, name=name) as table:
        columns = _columns(table)
        lines: list[_Line] = []
        problems: list[Problem] = []
        seen: dict[tuple[str, str], int] = {}
        for row, cells in table:
            cells = cells + [""] * (len(table.header) - len(cells))
            line = _line(row, {field: first_filled(cells, at) for field, at in columns.items()}, today)
            if isinstance(line, _Line) and (line.code, line.moment) in seen:
                line = Problem(row, None, shown(line.moment), "refused", _again(seen[line.code, line.moment]))
            if isinstance(line, Problem):
                problems.append(line)
            else:
                seen[line.code, line.moment] = row
                lines.append(line)
        problems += table.notes
    return _by_day(lines), problems


def read_count(text: str) -> int | None:
    """Return a count of people, None where the text is none.

    Examples
    --------
    >>> read_count("１,２00"), read_count("0"), read_count("12.0")
    (1200, 0, 12)
    >>> [read_count(text) for text in ("", "-3", "12.5", "1e3", "100001", "很多")]
    [None, None, None, None, None, None]
    """
    bare = (
        unicodedata.normalize("NFKC", text).strip().replace(",", "").removesuffix("人次").removesuffix("人")
    )
    if not _WHOLE.fullmatch(bare):
        return None
    count = int(bare.partition(".")[0])
    return count if count <= LARGEST_COUNT else None


def _columns(table: Table) -> dict[str, list[int]]:
    columns: dict[str, list[int]] = {}
    for index, cell in enumerate(table.header):
        if field := _FIELDS.get(plain(cell)):
            columns.setdefault(field, []).append(index)
    if missing := [word for field, word in _WORDS.items() if field not in columns]:
        raise FileError(
            "没有“%(missing)s”列。表头是:%(seen)s",
            missing="”“".join(missing),
            seen="、".join(cell.strip()[:20] for cell in table.header if cell.strip())[:300],
        )
    return columns


def _line(row: int, said: dict[str, str], today: date) -> _Line | Problem:
    code = read_code(said["code"]).value
    if not code:
        return Problem(row, _WORDS["code"], None, "refused", Reason("没有站点编号;请补上"))
    day = read_date(said["day"]).value
    if day is None or len(day) != _EXACT:
        reason = Reason("认不出是哪一天;请写成 2026-10-10")
        return Problem(row, _WORDS["day"], shown(said["day"]), "refused", reason)
    if day > today.isoformat():
        reason = Reason("这一天还没有到;请检查年份和日期")
        return Problem(row, _WORDS["day"], shown(day), "refused", reason)
    count = read_count(said["count"])
    if count is None:
        reason = Reason("人次应为 0 到 %(most)s 的整数", {"most": LARGEST_COUNT})
        return Problem(row, _WORDS["count"], shown(said["count"]), "refused", reason)
    return _Line(row, code.upper(), day, read_text(said["day"]).value or day, count)


def _again(row: int) -> Reason:
    return Reason("与第 %(row)s 行是同一个站点、同一个时间;没有重复计", {"row": row})


def _by_day(lines: Iterable[_Line]) -> list[DoorCount]:
    sums: dict[tuple[str, str], DoorCount] = {}
    for line in lines:
        before = sums.get((line.code, line.day), DoorCount(line.row, line.code, line.day, 0))
        sums[line.code, line.day] = before._replace(count=before.count + line.count)
    return sorted(sums.values(), key=lambda item: (item.code, item.day))
