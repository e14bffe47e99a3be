"""Which public venues must have a nursing room, by rules that are data: ``data/rules/venues.json``."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["RULES", "Rule", "Venue", "is_due", "rule_for"]

_FILE = Path(__file__).resolve().parents[2] / "data" / "rules" / "venues.json"
_NATIONAL = "national"


class Rule(NamedTuple):
    """From when a venue must have a nursing room; ``areas`` are how the codes of areas it is for begin.

    ``_from`` holds at the number itself, ``_above`` only beyond it: a rule has one of the two of each.
    """

    code: str
    zh: str
    areas: tuple[str, ...]
    source: str
    area_m2_from: float | None = None
    area_m2_above: float | None = None
    visitors_from: float | None = None
    visitors_above: float | None = None


class Venue(NamedTuple):
    """A public venue: its floor area in square metres, its visitors in a day; WGS-84 degrees.

    ``row`` is its row in the file; ``rule`` what the file says of its province. None where not known.
    """

    row: int
    name: str
    type: str | None
    area_m2: float | None
    visitors: float | None
    rule: str | None
    lon: float | None
    lat: float | None


def _read() -> Mapping[str, Rule]:
    items = json.loads(_FILE.read_text(encoding="utf-8"))
    rules = [Rule(**{**item, "areas": tuple(item["areas"])}) for item in items]
    return MappingProxyType({rule.code: rule for rule in rules})


RULES = _read()
"""Every rule by its code."""


def rule_for(named: str | None, area_code: str | None) -> Rule:
    """Return the rule of a province by its name or, without one, by the code of an area; else the national.

    Examples
    --------
    >>> rule_for("重庆市", None).code, rule_for(None, "110105").code, rule_for(None, None).code
    ('chongqing', 'beijing', 'national')
    """
    for rule in RULES.values():
        if named and named.startswith(rule.zh):
            return rule
    if not named and area_code:
        for rule in RULES.values():
            if area_code.startswith(rule.areas or ("-",)):
                return rule
    return RULES[_NATIONAL]


def is_due(rule: Rule, area_m2: float | None, visitors: float | None) -> bool | None:
    """Return whether a venue must have a nursing room, None where what is known of it does not tell.

    Examples
    --------
    >>> national = RULES["national"]
    >>> is_due(national, 10_000, 100), is_due(national, 10_001, None), is_due(national, 100, None)
    (False, True, None)
    """
    parts = (
        _reaches(area_m2, rule.area_m2_from, rule.area_m2_above),
        _reaches(visitors, rule.visitors_from, rule.visitors_above),
    )
    if True in parts:
        return True
    return None if None in parts else False


def _reaches(value: float | None, at_least: float | None, above: float | None) -> bool | None:
    if value is None:
        return None
    return (at_least is not None and value >= at_least) or (above is not None and value > above)
