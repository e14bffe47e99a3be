"""Opening hours as clerks write them in Chinese, turned into OSM ``opening_hours``.

Every character of a text must be a known word in a known place; else the hours are unknown, never guessed.
"""

import re
import unicodedata
from functools import lru_cache

from geo.errors import InputError
from geo.model.hours import Hours, validate_osm
from geo.model.hours_clauses import Reading, read_clauses
from geo.model.hours_dates import Dates, read_summer
from geo.model.hours_osm import write_osm
from geo.model.hours_words import normalised, tokens

__all__ = ["parse_hours"]

_LONGEST = 200
_NOTHING = {"", "-", "--", "/", "\\", "无", "暂无", "空", "未知", "不详", "待定", "n/a", "na", "none", "null"}
_LATIN = re.compile(r'(?:[ !#-~]|"[^"]*")*')
_OSM_WORD = re.compile(r"[A-Za-z]{2}|24/7")


def parse_hours(text: str, *, summer: str = "05-01/09-30") -> Hours:
    """Return what a Chinese (or OSM) opening-hours text means.

    Parameters
    ----------
    text : str
        As given; full-width characters, Chinese numerals and any dash will do.
    summer : str
        The region's summer, ``MM-DD/MM-DD``, for texts that say 夏季 or 冬季 without dates.

    Returns
    -------
    Hours
        ``osm`` is None, with a note, when the text is not understood for certain.

    Raises
    ------
    InputError
        ``summer`` is not two dates.

    Examples
    --------
    >>> parse_hours("周一至周五8:30—12:00，14:00—17:30（法定节假日除外）").osm
    'Mo-Fr 08:30-12:00,14:00-17:30; PH off'
    >>> parse_hours("工作日9:00-17:00")[1:3]
    ('Mo-Fr 09:00-17:00; PH off', True)
    >>> parse_hours("9点以后看情况")[1:]
    (None, False, '看不懂“9点以后看情况”,开放时间按未知处理', True)
    >>> parse_hours("")[1:]
    (None, False, '没有登记开放时间', False)
    """
    return _parse(text, read_summer(summer))


@lru_cache(maxsize=65_536)
def _parse(text: str, summer: Dates) -> Hours:
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.lower() in _NOTHING:
        return Hours(text, None, note="没有登记开放时间")
    if len(plain) > _LONGEST:
        return Hours(text, None, note="开放时间的文字太长,按未知处理", doubtful=True)
    latin = bool(_LATIN.fullmatch(plain) and _OSM_WORD.search(plain))
    problem = validate_osm(plain) if latin else None
    if latin and not problem:
        return Hours(text, plain)
    try:
        return _meaning(text, read_clauses(tokens(normalised(plain))), summer)
    except InputError as error:
        said = problem or _in_own_words(error, text)
        return Hours(text, None, note=f"{said},开放时间按未知处理", doubtful=True)


def _in_own_words(error: InputError, text: str) -> InputError:
    """Quote the text itself where the error quotes what it was normalised to (首班车-末班车)."""
    if str(error.params.get("text", "")) in text:
        return error
    return InputError(error.message, **{**error.params, "text": text.strip()})


def _meaning(text: str, reading: Reading, summer: Dates) -> Hours:
    if not reading.opens and (reading.hosts or reading.notices):
        return Hours(text, None, note=f"{(reading.hosts + reading.notices)[0]},开放时间按未知处理")
    if reading.hosts:
        raise InputError("既写了时间又写了“%(text)s”", text=reading.hosts[0])
    written = write_osm(reading, summer)
    if problem := validate_osm(written.osm):
        raise InputError("%(problem)s", problem=problem)
    notes = [*written.assumptions, *reading.remarks, *reading.notices]
    return Hours(text, written.osm, written.makeup, ";".join(notes) or None, bool(written.assumptions))
