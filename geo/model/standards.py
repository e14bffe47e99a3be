"""The checklists of the standards that stations follow, and how a station stands against one.

What a standard asks is data, in ``data/standards.json``. An item's code means one requirement wherever it
occurs: an answer given for it under one standard holds under every other.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from geo.errors import InputError
from geo.model.station import Kind

__all__ = ["STANDARDS", "Item", "Result", "Standard", "check"]

Result = Literal["pass", "fail", "unknown"]

_FILE = Path(__file__).resolve().parents[2] / "data" / "standards.json"


class Item(NamedTuple):
    """One thing a standard asks for.

    ``checks`` says which fields of a station bear on it, None where only a person can tell:
    ``{"facilities": [codes]}``, all of them there; or ``{"field": name}`` with ``at_least`` and ``at_most``
    (numbers, in the field's unit), ``among`` (a list), ``contains`` (text) or ``filled`` (true).
    ``"proves": "pass"`` marks evidence that can only speak for the item (something else may do as well),
    ``"proves": "fail"`` what can only speak against it (more is asked than the field tells).
    """

    code: str
    zh: str
    en: str
    optional: bool = False
    checks: Mapping[str, Any] | None = None


class Standard(NamedTuple):
    """One checklist: where it holds, for which kind, of which year (None: not known), and who says so."""

    code: str
    zh: str
    en: str
    place: str
    kind: Kind
    year: int | None
    source: str
    items: tuple[Item, ...]


def check(row: Mapping[str, Any], standard_code: str) -> dict[str, Result]:
    """Return how a station stands against each item of a standard, in the standard's order.

    Parameters
    ----------
    row : mapping
        A station's fields, as in `geo.model.station.FIELDS`; fields may be missing. An answer in its
        ``checklist`` wins over what the other fields prove; what neither tells is unknown.
    standard_code : str
        A key of `STANDARDS`.

    Raises
    ------
    InputError
        No such standard.

    Examples
    --------
    >>> row = {"area_m2": 9.5, "facilities": {"seats": "yes"}, "checklist": {"street_front": "pass"}}
    >>> found = check(row, "shandong_2022")
    >>> found["area_12_m2"], found["seats"], found["street_front"], found["microwave"]
    ('fail', 'pass', 'pass', 'unknown')
    >>> set(check({}, "shandong_2022").values())
    {'unknown'}
    """
    standard = STANDARDS.get(standard_code)
    if standard is None:
        raise InputError(
            "没有代码为“%(value)s”的标准,可用的有:%(known)s",
            parameter="standard",
            value=standard_code,
            known="、".join(STANDARDS),
        )
    answers = row.get("checklist") or {}
    return {
        item.code: answers[item.code] if answers.get(item.code) in ("pass", "fail") else _proved(row, item)
        for item in standard.items
    }


def _proved(row: Mapping[str, Any], item: Item) -> Result:
    if item.checks is None:
        return "unknown"
    holds = _holds(row, item.checks)
    if holds is None:
        return "unknown"
    found: Result = "pass" if holds else "fail"
    return found if item.checks.get("proves", found) == found else "unknown"


def _holds(row: Mapping[str, Any], checks: Mapping[str, Any]) -> bool | None:
    if "facilities" in checks:
        return _all_there([(row.get("facilities") or {}).get(code) for code in checks["facilities"]])
    value = row.get(checks["field"])
    if value in (None, "", [], {}):
        return None
    if "among" in checks:
        return value in checks["among"]
    if "contains" in checks:
        return checks["contains"] in value
    return checks.get("filled", False) or _in_range(value, checks)


def _all_there(answers: list[str | None]) -> bool | None:
    if "no" in answers:
        return False
    return True if all(answer == "yes" for answer in answers) else None


def _in_range(value: float, checks: Mapping[str, Any]) -> bool:
    return checks.get("at_least", value) <= value <= checks.get("at_most", value)


def _read(text: str) -> Mapping[str, Standard]:
    packs = json.loads(text)
    return MappingProxyType({pack["code"]: _standard(**pack) for pack in packs})


def _standard(kind: str, items: list[dict[str, Any]], **rest: Any) -> Standard:
    return Standard(kind=Kind(kind), items=tuple(Item(**item) for item in items), **rest)


STANDARDS: Mapping[str, Standard] = _read(_FILE.read_text(encoding="utf-8"))
"""Every standard under its code."""
