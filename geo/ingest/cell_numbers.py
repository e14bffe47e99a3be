"""Single cells as numbers: measures, amounts, counts, stars."""

import re
import unicodedata
from math import isfinite

from geo.ingest.cells import Reading, read_text

__all__ = ["read_number", "read_star", "read_whole"]


def read_number(text: str, *, factor: float = 1) -> Reading:
    """Return a measure or an amount as a positive float.

    Parameters
    ----------
    text : str
        With or without a unit; 万 counts as 10000.
    factor : float
        The unit of the column: 10000 where its header says 万元, unless the cell says 元.

    Examples
    --------
    >>> read_number("约３０㎡").value, read_number("1,200元", factor=10_000).value, read_number("3.5万").value
    (30.0, 1200.0, 35000.0)
    >>> read_number("30-40平方米")
    Reading(value=30.0, doubt='这一格是一个范围,取了较小的数;请只写一个数')
    >>> read_number("很大").value is None, read_number("").value is None
    (True, True)
    """
    value, doubt = read_text(text)
    if value is None:
        return Reading(None, doubt)
    bare = _THOUSANDS.sub("", unicodedata.normalize("NFKC", value))
    if "万" in bare:
        factor = 10_000
    elif bare.endswith("元"):
        factor = 1
    bare = _UNITS.sub(" ", bare)
    numbers = _NUMBER.findall(bare)
    if len(numbers) == 2 and _RANGE.search(bare):
        return Reading(
            _scaled(min(map(float, numbers)), factor), "这一格是一个范围,取了较小的数;请只写一个数"
        )
    number = _as_float(bare) if len(numbers) != 1 else float(numbers[0])
    if number is None or not 0 < number < _LARGEST or bare.lstrip().startswith("-"):
        return Reading(None, "认不出这个数,没有导入这一格;请只写一个大于 0 的数")
    return Reading(_scaled(number, factor))


def read_whole(text: str) -> Reading:
    """Return a count as a positive int.

    Examples
    --------
    >>> read_whole("12人").value, read_whole("").value is None
    (12, True)
    """
    value, doubt = read_number(text)
    if value is not None and value < 1:
        return Reading(None, "这里应当是整数,没有导入这一格;请改正")
    return Reading(None if value is None else int(value), doubt)


def read_star(text: str) -> Reading:
    """Return a rating, 1 to 5.

    Examples
    --------
    >>> [read_star(text).value for text in ("四星级", "★★★☆☆", "4星", "5", "未评定")]
    [4, 3, 4, 5, None]
    >>> read_star("优秀").doubt
    '认不出是几星,没有导入这一格;请写 1 到 5'
    """
    value, doubt = read_text(text)
    if value is None:
        return Reading(None, doubt)
    if shining := value.count("★") or value.count("⭐"):
        return Reading(min(shining, 5))
    found = _STARS.search(unicodedata.normalize("NFKC", value))
    if found:
        figure = found[1] or found[2]
        return Reading("零一二三四五".find(figure) if figure in "一二三四五" else int(figure))
    if value.startswith(("未", "无", "不")) or value in ("0", "0.0"):
        return Reading()
    return Reading(None, "认不出是几星,没有导入这一格;请写 1 到 5")


_LARGEST = 1e12
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_UNITS = re.compile(r"m2|平方米|平米|平方|万元|万|元|人次|人|个|座|把|米|约|左右|大概|近|余|以上|以内|可容纳")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_RANGE = re.compile(r"\d\s*[-~—–至到]+\s*\d")
_STARS = re.compile(r"([1-5一二三四五])\s*颗?星|^([1-5一二三四五])(?:\.0+|级|A+)?$")


def _scaled(number: float, factor: float) -> float:
    return round(number * factor, 2)


def _as_float(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None
