"""Single cells as dates."""

import re
import unicodedata
from datetime import date, timedelta

from geo.ingest.cells import Reading, read_text

__all__ = ["read_date"]


def read_date(text: str) -> Reading:
    """Return a date as ISO text: a day, a month or a year, as exactly as it was given.

    Examples
    --------
    >>> [read_date(text).value for text in ("2025 年 3 月", "2025/3/1", "2025.03", "2025年")]
    ['2025-03', '2025-03-01', '2025-03', '2025']
    >>> [read_date(text).value for text in ("45717", "20250301", "2025-03-01 00:00:00")]
    ['2025-03-01', '2025-03-01', '2025-03-01']
    >>> read_date("2025-02-30").doubt
    '认不出这个日期,没有导入这一格;请写成 2025-03-01 或 2025年3月'
    >>> read_date("").value is None
    True
    """
    value, doubt = read_text(text)
    if value is None:
        return Reading(None, doubt)
    bare = _AROUND_MARKS.sub(r"\1", unicodedata.normalize("NFKC", value))
    iso = _serial_date(bare) or _written_date(bare)
    return (
        Reading(iso) if iso else Reading(None, "认不出这个日期,没有导入这一格;请写成 2025-03-01 或 2025年3月")
    )


_AROUND_MARKS = re.compile(r"\s*([-年月日./])\s*")
_DAY_ZERO = date(1899, 12, 30)
_SERIAL_DATES = range(18_000, 80_000)
_DATE = re.compile(
    r"(\d{4})(?:年|[-./](?=\d))(?:(\d{1,2})(?:月|[-./](?=\d)|$)?(?:(\d{1,2})日?)?)?(?:[T\D].*)?"
)
_COMPACT_DATE = re.compile(r"(\d{4})(?:(\d{2})(\d{2})?)?")


def _serial_date(text: str) -> str | None:
    """Read the day number of a spreadsheet."""
    if text.isdecimal() and len(text) == 5 and int(text) in _SERIAL_DATES:
        return (_DAY_ZERO + timedelta(days=int(text))).isoformat()
    return None


def _written_date(text: str) -> str | None:
    found = _COMPACT_DATE.fullmatch(text) or _DATE.fullmatch(text)
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        whole = date(year, month or 1, day or 1)
    except ValueError:
        return None
    if not 1949 <= year <= 2100:
        return None
    return whole.isoformat()[: 10 if day else 7 if month else 4]
