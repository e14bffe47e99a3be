"""Dates of a year as Chinese writes them: ``6月15日-9月15日``, ``5-9月``."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from geo.errors import InputError

__all__ = ["DATES", "Dates", "complement", "read_dates", "read_summer"]

_DATE = r"""(?:(?P<y{n}>\d{{4}})年)?(?P<mo{n}>\d{{1,2}})月份?
            (?: (?P<d{n}>\d{{1,2}})(?:[日号]|(?![\d:点时.])) )?"""
DATES = rf"""{_DATE.format(n=1)}-(?:次年|第二年|翌年|来年)?(?:{_DATE.format(n=2)}|(?P<d3>\d{{1,2}})[日号])
           | (?P<mo4>\d{{1,2}})-(?P<mo5>\d{{1,2}})月份?(?!\d+[日号])
           | (?P<mo6>\d{{1,2}})/(?P<d6>\d{{1,2}})-(?P<mo7>\d{{1,2}})/(?P<d7>\d{{1,2}})(?!\d|:\d\d)
           | {_DATE.format(n=8)}"""
"""One range of dates, in verbose syntax, on normalised text."""

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_LEAP_YEAR = 2024


class Dates(NamedTuple):
    """From a day of the year to another: (year or None, month, day or None for the whole month)."""

    first: tuple[int | None, int, int | None]
    last: tuple[int | None, int, int | None]

    def __str__(self) -> str:
        """Return the OSM form, ``May 01-Sep 30``."""
        first, last = _osm_date(*self.first), _osm_date(*self.last)
        return first if first == last else f"{first}-{last}"

    @property
    def zh(self) -> str:
        """The Chinese form, ``5月1日至9月30日``."""
        return "至".join(f"{month}月" + (f"{day}日" if day else "") for _, month, day in self)


def _osm_date(year: int | None, month: int, day: int | None) -> str:
    text = _MONTHS[month - 1] if day is None else f"{_MONTHS[month - 1]} {day:02}"
    return f"{year} {text}" if year else text


def read_dates(match: Mapping[str, str | None]) -> Dates:
    """Return the dates that a match of `DATES` means; InputError for one that does not exist."""
    year, year2 = match["y1"] or match["y8"], match["y2"]
    first = next(match[name] for name in ("mo1", "mo4", "mo6", "mo8") if match[name])
    last = match["mo2"] or match["mo5"] or match["mo7"] or first
    day = match["d1"] or match["d6"] or match["d8"]
    day2 = match["d2"] or match["d3"] or match["d7"] or match["d8"]
    return _dates((year, first, day), (year2, last, day2))


def _dates(first: tuple[str | None, str, str | None], last: tuple[str | None, str, str | None]) -> Dates:
    year, month, day = (int(part) if part else None for part in first)
    year2, month2, day2 = (int(part) if part else None for part in last)
    if (day is None) != (day2 is None):
        day, day2 = day or 1, day2 or _last_day(month2)
    for some_month, some_day in ((month, day), (month2, day2)):
        try:
            date(_LEAP_YEAR, some_month, some_day or 1)
        except ValueError as error:
            raise InputError("没有%(month)s月%(day)s日", month=some_month, day=some_day) from error
    if year and not year2:
        year2 = year + ((month2, day2 or 0) < (month, day or 0))
    if year2 and not year:
        raise InputError("日期的年份只写了一半")
    return Dates((year, month, day), (year2, month2, day2))


def _last_day(month: int) -> int:
    if month == 2:
        raise InputError("2月请写明到几日")
    return (date(_LEAP_YEAR, month % 12 + 1, 1) - timedelta(days=1)).day if month <= 12 else 31


def complement(dates: Dates) -> Dates:
    """Return the rest of the year.

    Examples
    --------
    >>> str(complement(Dates((None, 5, 1), (None, 9, 30))))
    'Oct 01-Apr 30'
    >>> str(complement(Dates((None, 5, None), (None, 9, None))))
    'Oct-Apr'
    """
    (year, month, day), (_, month2, day2) = dates
    if year:
        raise InputError("带年份的日期没有“其余日期”")
    if day is None or day2 is None:
        return Dates((None, month2 % 12 + 1, None), (None, (month - 2) % 12 + 1, None))
    after = date(_LEAP_YEAR, month2, day2) + timedelta(days=1)
    before = date(_LEAP_YEAR, month, day) - timedelta(days=1)
    return Dates((None, after.month, after.day), (None, before.month, before.day))


def read_summer(text: str) -> Dates:
    """Return the summer a region goes by, from ``MM-DD/MM-DD``.

    Raises
    ------
    InputError
        Not two dates.

    Examples
    --------
    >>> str(read_summer("05-01/09-30"))
    'May 01-Sep 30'
    """
    match = re.fullmatch(r"(\d\d)-(\d\d)/(\d\d)-(\d\d)", text)
    if not match:
        raise InputError("夏季起止 %(value)s 应写成 05-01/09-30 的样子", parameter="summer", value=text)
    return _dates((None, match[1], match[2]), (None, match[3], match[4]))
