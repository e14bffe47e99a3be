"""What a clerk typed into the form of a station, read field by field: values, or what is wrong with them."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from geo.crs import Crs, to_wgs84
from geo.errors import InputError
from geo.ingest.cell_dates import read_date
from geo.ingest.cell_hours import HoursCells, read_hours
from geo.ingest.cells import LONGEST_TEXT, clean, read_list, read_public_text
from geo.model.hours import validate_osm
from geo.model.station import INTERNAL
from web import params
from web.admin.station_fields import CHOICES, KEYS, TYPES, texts_of
from web.language import gettext

__all__ = ["BLANK", "SYSTEMS", "Known", "Reading", "hours_of", "read_texts", "typed"]

BLANK: dict[str, Any] = {"kind": "care_station", "status": "open"}
"""A station that is not there yet."""

SYSTEMS = {
    "wgs84": "WGS-84",
    "cgcs2000": "CGCS2000",
    "gcj02": "GCJ-02",
    "bd09": "BD-09",
}
"""In which coordinates may be typed."""

_HOURS = ("hours_raw", "season")
_PLACES = (("lon", "lat"), ("entrance_lon", "entrance_lat"))
_DATES = ("built_on", "opened_on")
_NEEDED = ("name", "lon", "lat")
_SOURCE = "后台"
_LINE = re.compile(r"(\S+?)[\s:]+(\S.*)")


class Known(NamedTuple):
    """What a form's codes may be: names of units and areas by code, none where the registry has none.

    ``by_area`` is the unit of a station that has no unit's code: it goes by its area.
    """

    units: Mapping[str, str]
    areas: Mapping[str, str]
    by_area: str | None = None


class Reading(NamedTuple):
    """The values of the fields that differ from a station's, and what is wrong, by the key of the input."""

    values: dict[str, Any]
    faults: dict[str, str]


def typed(form: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of a form's fields, as `web.admin.station_fields.texts_of` writes them."""
    return {key: "\n".join(form[key].split("\r\n")).strip() for key in KEYS if key in form}


def read_texts(
    row: Mapping[str, Any], texts: Mapping[str, str], known: Known, *, crs: Crs, summer: str
) -> Reading:
    """Return what a form changes in a row.

    Parameters
    ----------
    row : mapping
        The station as the form showed it.
    texts : mapping
        What the form says now; fields it lacks stay.
    crs : Crs
        In which coordinates are typed, where they were changed.
    summer : str
        What 夏季 means in hours, as ``05-01/09-30``.
    """
    before = texts_of(row)
    changed = {key: text for key, text in texts.items() if text != before[key]}
    reading = Reading({}, {})
    for key, text in changed.items():
        _read(key, text, row, reading)
    _check_codes(changed, known, reading)
    _place(texts, changed, crs, reading)
    if not changed.keys().isdisjoint(_HOURS):
        _take_hours({**before, **texts}, changed, summer, reading)
    for key in _NEEDED:
        if key in texts and not texts[key]:
            reading.faults[key] = gettext("这里不能空着")
    return reading


def hours_of(raw: str, season: str, *, summer: str) -> dict[str, Any]:
    """Return what hours written by a clerk mean: the fields they fill."""
    return read_hours(HoursCells(hours_raw=raw, season=season), summer=summer).fields


def _read(key: str, text: str, row: Mapping[str, Any], reading: Reading) -> None:
    """Read one input; coordinates are read in pairs, later."""
    field, _, part = key.partition(".")
    if any(field in pair for pair in _PLACES):
        return
    try:
        if part:
            answers = reading.values.setdefault(field, dict(row.get(field) or {}))
            _answer(answers, part, text)
        else:
            reading.values[field] = _value(field, text)
    except InputError as error:
        reading.faults[key] = gettext(error.message, **error.params)


def _answer(answers: dict[str, str], code: str, text: str) -> None:
    if text not in ("yes", "no", ""):
        raise InputError("请从列表里选")
    answers.pop(code, None)
    if text:
        answers[code] = text


def _value(field: str, text: str) -> Any:
    if not text:
        return None
    if field in CHOICES:
        return _choice(field, text)
    if field in _DATES:
        return _date(text)
    return _READERS[TYPES[field]](field, text)


def _choice(field: str, text: str) -> Any:
    if text not in CHOICES[field]:
        raise InputError("请从列表里选")
    if TYPES[field] is bool:
        return text == "yes"
    return int(text) if TYPES[field] is int else text


def _date(text: str) -> str:
    value = read_date(text).value
    if value is None:
        raise InputError("认不出这个日期,请写成 2025-03-01 或 2025年3月")
    return value


def _text(field: str, text: str) -> str:
    value = clean(text)
    if len(value) > LONGEST_TEXT:
        raise InputError("最多 %(most)s 个字,现在有 %(count)s 个", most=LONGEST_TEXT, count=len(value))
    if field not in INTERNAL and read_public_text(value).doubt:
        raise InputError("这里会公开,请不要写个人手机号;请写在“负责人电话”里")
    if field == "hours_osm" and (fault := validate_osm(value)):
        raise InputError("看不懂:%(fault)s", fault=fault)
    return value


def _number(_field: str, text: str) -> float:
    value = params.as_float(text)
    if value is None or value < 0:
        raise InputError("请写一个不小于 0 的数,现在是“%(value)s”", value=text[: params.SHOWN])
    return value


def _whole(field: str, text: str) -> int:
    value = _number(field, text)
    if not value.is_integer() or value > 1e9:
        raise InputError("请写一个整数,现在是“%(value)s”", value=text[: params.SHOWN])
    return int(value)


def _list(field: str, text: str) -> list[str] | None:
    return read_list(_text(field, text)).value


def _mapping(_field: str, text: str) -> dict[str, str]:
    found = [_LINE.fullmatch(line.strip()) for line in text.splitlines() if line.strip()]
    if not all(found):
        raise InputError("请每行写一个:平台名称,空一格,编号")
    return {one[1]: clean(one[2]) for one in found if one}


_READERS: dict[type, Callable[[str, str], Any]] = {
    str: _text,
    float: _number,
    int: _whole,
    list: _list,
    dict: _mapping,
}


def _check_codes(changed: Mapping[str, str], known: Known, reading: Reading) -> None:
    unit, area = changed.get("unit_code"), changed.get("area_code")
    if unit and known.units and unit not in known.units:
        reading.faults["unit_code"] = gettext("没有您可以选的代码为“%(code)s”的工会", code=unit)
    elif "unit_code" in changed and "unit_name" not in changed and known.units:
        reading.values["unit_name"] = known.units[unit] if unit else None
    if area and known.areas and area not in known.areas:
        reading.faults["area_code"] = gettext("没有代码为“%(code)s”的区划", code=area)
    elif "area_code" in changed and not area:
        # Empty means by position; what is written then is not nothing.
        del reading.values["area_code"]


def _place(texts: Mapping[str, str], changed: Mapping[str, str], crs: Crs, reading: Reading) -> None:
    for pair in _PLACES:
        if changed.keys().isdisjoint(pair):
            continue
        given = [texts.get(key, "") for key in pair]
        if pair[0].startswith("entrance") and given == ["", ""]:
            reading.values.update(dict.fromkeys(pair))
        elif (place := _degrees(pair, given, reading)) is not None:
            lon, lat = to_wgs84(*place, crs)
            reading.values.update({pair[0]: float(lon), pair[1]: float(lat)})
            if pair == _PLACES[0]:
                given_as = {"position_given": ", ".join(given), "crs_given": crs.value}
                reading.values.update(given_as, position_source=_SOURCE)


def _degrees(pair: tuple[str, str], given: list[str], reading: Reading) -> tuple[float, float] | None:
    lon, lat = map(params.as_float, given)
    limits = zip(pair, (lon, lat), (180, 90), strict=True)
    wrong = [key for key, number, most in limits if number is None or abs(number) > most]
    for key in wrong:
        reading.faults[key] = gettext("请写十进制的度数,如 113.625000")
    return None if wrong or lon is None or lat is None else (lon, lat)


def _take_hours(texts: Mapping[str, str], changed: Mapping[str, str], summer: str, reading: Reading) -> None:
    """Have the words say what the hours are, except where that was typed, too."""
    if "hours_raw" in reading.faults or "season" in reading.faults:
        return
    meant = hours_of(texts["hours_raw"], texts["season"], summer=summer)
    for field in ("hours_osm", "hours_makeup", "hours_note"):
        if field not in changed:
            reading.values[field] = meant.get(field)
