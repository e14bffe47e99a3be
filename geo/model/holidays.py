"""The official calendar: which days are off, which weekend days are worked (调休), and which years are known.

The State Council sets both for one year at a time, late in the year before. A date of a year without
a table is therefore not "ordinary" but untabled, and whoever asks must not guess.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from geo.errors import FileError

__all__ = [
    "Calendar",
    "Day",
    "DayKind",
    "HolidayTable",
    "TableDay",
    "parse_holiday_table",
    "shipped_calendar",
]

_SHIPPED = Path(__file__).resolve().parents[2] / "data" / "holidays"
_DECEMBER = 12


class DayKind(StrEnum):
    """What the official tables say of a date."""

    ORDINARY = "ordinary"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"
    UNTABLED = "untabled"


class Day(NamedTuple):
    """A date's kind, and the holiday it belongs to (empty on ordinary and untabled days)."""

    kind: DayKind
    name: str = ""


class TableDay(NamedTuple):
    """One entry of a table: a day off, or a make-up workday."""

    day: date
    name: str
    off: bool


class HolidayTable(NamedTuple):
    """One year's official holidays, in the order of their dates."""

    year: int
    papers: tuple[str, ...]
    days: tuple[TableDay, ...]


@dataclass(frozen=True)
class Calendar:
    """The holiday tables one goes by: an immutable value, equal when its tables are.

    Parameters
    ----------
    tables : tuple of HolidayTable
        At most one a year, by year.

    Examples
    --------
    >>> calendar = shipped_calendar()
    >>> calendar.on(date(2026, 10, 2))
    Day(kind=<DayKind.HOLIDAY: 'holiday'>, name='国庆节')
    >>> str(calendar.on(date(2026, 10, 10)).kind), str(calendar.on(date(2027, 10, 1)).kind)
    ('makeup', 'untabled')
    >>> Calendar().years
    ()
    """

    tables: tuple[HolidayTable, ...] = ()
    years: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _days: Mapping[date, Day] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "years", tuple(table.year for table in self.tables))
        object.__setattr__(self, "_days", _by_date(self.tables))

    # A calendar is a key of caches that are asked thousands of times a minute: hash the years, not the days.
    def __hash__(self) -> int:
        return hash(self.years)

    def on(self, day: date) -> Day:
        """Return what the tables say of a date; ``untabled`` when its year has no table.

        The last days of December are known with their own year's table, though the next year's
        notice may still move them.
        """
        if entry := self._days.get(day):
            return entry
        return Day(DayKind.ORDINARY if day.year in self.years else DayKind.UNTABLED)

    def with_table(self, table: HolidayTable) -> "Calendar":
        """Return a calendar that holds this table, in place of any of the same year."""
        others = (other for other in self.tables if other.year != table.year)
        return Calendar(tuple(sorted((*others, table), key=lambda one: one.year)))


def _by_date(tables: Iterable[HolidayTable]) -> dict[date, Day]:
    return {
        entry.day: Day(DayKind.HOLIDAY if entry.off else DayKind.MAKEUP, entry.name)
        for table in tables
        for entry in table.days
    }


@lru_cache(maxsize=1)
def shipped_calendar() -> Calendar:
    """Return the calendar of the tables that come with the program.

    Examples
    --------
    >>> shipped_calendar().years
    (2025, 2026)
    """
    tables = [parse_holiday_table(path.read_text("utf-8")) for path in sorted(_SHIPPED.glob("[0-9]*.json"))]
    return Calendar(tuple(tables))


def parse_holiday_table(json_text: str | bytes) -> HolidayTable:
    """Read one year's table from JSON in the holiday-cn schema (``data/holidays/README.md``).

    Parameters
    ----------
    json_text : str or bytes
        ``{"year", "papers", "days": [{"name", "date", "isOffDay"}]}``; bytes are UTF-8, with or without BOM.

    Raises
    ------
    FileError
        Not JSON or not this schema; a date outside the year (December of the year before is allowed:
        a year's notice may move its days); a date given twice; no days, which is how files for years not
        yet announced look.

    Examples
    --------
    >>> text = '{"year": 2026, "days": [{"name": "元旦", "date": "2026-01-01", "isOffDay": true}]}'
    >>> parse_holiday_table(text).days
    (TableDay(day=datetime.date(2026, 1, 1), name='元旦', off=True),)
    >>> parse_holiday_table('{"year": 2027, "days": []}')
    Traceback (most recent call last):
        ...
    geo.errors.FileError: 2027年的节假日表里没有这一年的日期:安排公布以后再导入
    """
    document = _document(json_text)
    year, papers, rows = document.get("year"), document.get("papers", []), document.get("days")
    if type(year) is not int or not isinstance(rows, list):
        raise FileError("节假日表要有年份 year(整数)和日期列表 days,请对照 data/holidays 里的文件")
    if not isinstance(papers, list) or not all(isinstance(paper, str) for paper in papers):
        raise FileError("节假日表的文件依据 papers 应是文字列表")
    days = sorted(_entry(row, number, year) for number, row in enumerate(rows, 1))
    for before, after in pairwise(days):
        if before.day == after.day:
            raise FileError("节假日表里 %(date)s 出现了两次,请只留一条", date=after.day.isoformat())
    if not any(entry.day.year == year for entry in days):
        raise FileError("%(year)s年的节假日表里没有这一年的日期:安排公布以后再导入", year=year)
    return HolidayTable(year, tuple(papers), tuple(days))


def _document(json_text: str | bytes) -> dict[str, Any]:
    try:
        text = json_text.decode("utf-8-sig") if isinstance(json_text, bytes) else json_text.lstrip("\ufeff")
        document = json.loads(text)
    # A file of brackets alone exhausts the parser's stack; it is as little a table as any other text.
    except (ValueError, RecursionError) as error:
        raise FileError("节假日表不是 UTF-8 的 JSON 文件:%(error)s", error=str(error)) from error
    if not isinstance(document, dict):
        raise FileError("节假日表应是一个 JSON 对象,含 year 和 days")
    return document


def _entry(row: object, number: int, year: int) -> TableDay:
    match row:
        case {"name": str(name), "date": str(text), "isOffDay": bool(off)} if name.strip():
            pass
        case _:
            raise FileError(
                "节假日表第 %(number)s 条应有 name(文字)、date(日期)和 isOffDay(true 或 false)", number=number
            )
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise FileError(
            "节假日表第 %(number)s 条的日期 %(date)s 不存在,请写成 2026-10-01 的样子",
            number=number,
            date=text,
        ) from error
    if day.year != year and (day.year, day.month) != (year - 1, _DECEMBER):
        raise FileError(
            "节假日表第 %(number)s 条的日期 %(date)s 不在%(year)s年(上一年12月除外)",
            number=number,
            date=text,
            year=year,
        )
    return TableDay(day, name.strip(), off)
