"""The fields of a station as a form has them: in groups, each a text.

A form never compares values, only texts: what a clerk did not touch is written exactly as it was read, and so
is no change. Mappings are taken apart, ``facilities.wifi``, so that two people may answer for two facilities.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from geo.model.facilities import FACILITIES
from geo.model.station import FIELDS
from web.language import gettext, lazy_gettext
from web.words import HOW, KINDS, STATUSES, WHO, facility_name

__all__ = [
    "ANSWERS",
    "CHOICES",
    "GROUPS",
    "KEYS",
    "OWN_PAGE",
    "PLACES",
    "PLACE_LABELS",
    "TYPES",
    "Input",
    "inputs",
    "label_of",
    "shown",
    "texts_of",
]

GROUPS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("what", lazy_gettext("基本"), ("name", "signboard_name", "aliases", "kind", "status", "closed_reason")),
    (
        "where",
        lazy_gettext("位置"),
        (
            "address", "district_name", "street_name", "area_code", "lon", "lat", "entrance_lon",
            "entrance_lat", "entrance_note", "floor",
        ),
    ),
    (
        "whose",
        lazy_gettext("归属"),
        ("unit_code", "unit_name", "host_type", "host_name", "build_type", "build_org", "run_org"),
    ),
    (
        "when",
        lazy_gettext("开放"),
        (
            "hours_raw", "season", "hours_osm", "hours_makeup", "hours_note", "access_who", "access_how",
        ),
    ),
    ("with", lazy_gettext("设施"), ("facilities", "supply_mode")),
    ("scale", lazy_gettext("规模和荣誉"), ("area_m2", "capacity", "star", "honours", "map_ids")),
    ("who", lazy_gettext("联系"), ("public_phone", "keeper_name", "keeper_phone")),
    (
        "since",
        lazy_gettext("日期和资金"),
        ("built_on", "opened_on", "grant_yuan", "invested_yuan", "remarks"),
    ),
)  # fmt: skip
"""The groups of the form: key, title, fields."""

KEYS = tuple(
    key
    for _, _, fields in GROUPS
    for field in fields
    for key in ([f"facilities.{code}" for code in FACILITIES] if field == "facilities" else [field])
)
"""What the form can fill in, in its order."""

OWN_PAGE = (
    "code", "position_given", "crs_given", "position_source", "verified_on", "verified_by", "standard",
    "checklist", "merged_into", "source", "source_ref",
)  # fmt: skip
"""Fields that a page of their own, or the program itself, fills."""

PLACES = {
    "lon": ("lon", "lat", "position_given", "crs_given", "position_source"),
    "entrance_lon": ("entrance_lon", "entrance_lat"),
}
"""Fields that are one thing, a place, and so are chosen together."""

PLACE_LABELS = {"lon": lazy_gettext("坐标(经度, 纬度)"), "entrance_lon": lazy_gettext("入口坐标(经度, 纬度)")}
ANSWERS = {"yes": lazy_gettext("有"), "no": lazy_gettext("没有"), "": lazy_gettext("不清楚")}
CHOICES: dict[str, dict[str, Any]] = {
    "kind": dict(KINDS),
    "status": dict(STATUSES),
    "access_who": {"": lazy_gettext("没有登记"), **WHO},
    "access_how": {"": lazy_gettext("没有登记"), **HOW},
    "hours_makeup": {
        "": lazy_gettext("没有写明"),
        "yes": lazy_gettext("按调休上班"),
        "no": lazy_gettext("不按调休"),
    },
    "star": {"": lazy_gettext("没有评定"), **{str(number): str(number) for number in range(1, 6)}},
}
TYPES = {field.name: field.type for field in FIELDS}

_LONG = ("aliases", "honours", "remarks", "map_ids", "hours_note")
_DEGREES = ("lon", "lat", "entrance_lon", "entrance_lat")
# A centimetre.
_DECIMALS = 7
_FIELDS = {field.name: field for field in FIELDS}
_HINTS = {
    "aliases": lazy_gettext("人们还怎么叫它;几个用顿号隔开"),
    "honours": lazy_gettext("几项用顿号隔开"),
    "status": lazy_gettext("只暂停几天的,请在“设备和暂停”里写明到什么时候,到时自己恢复"),
    "closed_reason": lazy_gettext("暂停或撤销时必填,会公开"),
    "area_code": lazy_gettext("空着就按位置填"),
    "hours_raw": lazy_gettext("照实际写,如:周一至周五 8:30-17:30,节假日休息"),
    "season": lazy_gettext("只在一年的一部分开放时填写,如:6月1日-9月30日"),
    "hours_osm": lazy_gettext("一般不用填:由上面的文字得出。懂 opening_hours 写法的可以直接写"),
    "map_ids": lazy_gettext("每行一个,如:高德 B0FF1234"),
    "built_on": lazy_gettext("如 2025-03-01、2025-03 或 2025"),
    "opened_on": lazy_gettext("如 2025-03-01、2025-03 或 2025"),
    "public_phone": lazy_gettext("会公开:座机或 12351;个人手机号请写在“负责人电话”"),
    "keeper_phone": lazy_gettext("内部资料,不公开"),
    "keeper_name": lazy_gettext("内部资料,不公开"),
    "remarks": lazy_gettext("内部资料,不公开"),
    "capacity": lazy_gettext("人数"),
}


class Input(NamedTuple):
    """One field of the form: ``form`` is ``text``, ``long``, ``choice`` or ``answer``."""

    key: str
    label: str
    form: str
    hint: str
    options: tuple[tuple[str, str], ...]


def inputs(field: str) -> list[Input]:
    """Return the inputs that a field is filled in with: of facilities, one each."""
    if field == "facilities":
        options = tuple((key, str(word)) for key, word in ANSWERS.items())
        return [
            Input(f"facilities.{code}", facility_name(code), "answer", "", options) for code in FACILITIES
        ]
    options = tuple((str(key), str(word)) for key, word in CHOICES.get(field, {}).items())
    form = "choice" if options else "long" if field in _LONG else "text"
    return [Input(field, label_of(field), form, str(_HINTS.get(field, "")), options)]


def label_of(key: str) -> str:
    """Return what a field, or a facility, is called."""
    field, _, part = key.partition(".")
    if field == "facilities" and part:
        return facility_name(part)
    return gettext(_FIELDS[field].zh) + (f" · {part}" if part else "")


def texts_of(row: Mapping[str, Any]) -> dict[str, str]:
    """Return a station's fields as a form has them, facilities and checks one by one.

    Examples
    --------
    >>> found = texts_of({"name": "驿站", "star": 3, "lon": 113.61, "facilities": {"wifi": "yes"}})
    >>> found["name"], found["star"], found["lon"], found["lat"], found["facilities.wifi"]
    ('驿站', '3', '113.61', '', 'yes')
    """
    texts = {name: _text(name, row.get(name)) for name in TYPES if name not in ("facilities", "checklist")}
    for name in ("facilities", "checklist"):
        answers = row.get(name) or {}
        codes = {**dict.fromkeys(FACILITIES), **answers} if name == "facilities" else answers
        texts |= {f"{name}.{code}": answers.get(code, "") for code in codes}
    return texts


def shown(key: str, text: str) -> str:
    """Return a field's text as people read it."""
    field = key.partition(".")[0]
    options = ANSWERS if field == "facilities" else CHOICES.get(field, {})
    if text in options:
        return str(options[text])
    if field == "checklist":
        return {"pass": gettext("符合"), "fail": gettext("不符合")}.get(text, gettext("未知"))
    return text or gettext("(空)")


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(value, dict):
        return "\n".join(f"{part} {item}" for part, item in value.items())
    if name in _DEGREES:
        return f"{value:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return f"{value:.15g}" if isinstance(value, float) else str(value)
