"""The form of whoever looks at a station: what is registered, item by item, to be ticked or doubted."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import request

from geo.model.verification import CHECKED, ONE_TAP
from web.hours_words import hours_words
from web.language import gettext, say
from web.sheet_words import place_words
from web.words import STATUSES, facility_name

__all__ = ["Item", "items_of", "read_answer"]


class Item(NamedTuple):
    """Something to look at: its code, its name, what is registered, and whether it is ticked at first."""

    code: str
    label: str
    text: str
    ticked: bool


class Answer(NamedTuple):
    """What somebody says: whether it is right, what he ticked, and in his own words what is not."""

    right: bool
    checked: list[str]
    note: str


def items_of(doc: Mapping[str, Any]) -> list[Item]:
    """Return what there is to look at of a station, from its public properties."""
    there = [facility_name(code) for code, answer in (doc.get("facilities") or {}).items() if answer == "yes"]
    texts = {
        "exists": doc["name"],
        "door": str(STATUSES[doc["status"]]),
        "hours": hours_words(doc),
        "position": place_words(doc),
        "facilities": " · ".join(there),
        "contact": doc.get("public_phone"),
    }
    missing = gettext("没有登记")
    return [
        Item(code, say(label), texts[code] or missing, code in ONE_TAP) for code, label in CHECKED.items()
    ]


def read_answer() -> Answer:
    """Return what the form says that the request carries."""
    form = request.form
    return Answer(form.get("answer") != "no", form.getlist("checked"), form.get("note", ""))
