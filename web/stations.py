"""A station's own page: everything the public may know of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from flask import Blueprint, render_template

from geo.crs import Crs
from geo.finder import CHINA, sets_around
from geo.model.facilities import FACILITIES
from geo.model.standards import STANDARDS, check
from geo.model.station import FIELDS
from geo.registry.feature import positions
from web import params
from web.language import gettext, language, lazy_gettext
from web.state import state
from web.words import KINDS, STATUSES, access_words, facility_name, state_words

__all__ = ["blueprint"]

blueprint = Blueprint("stations", __name__)

# Shown in a place of their own.
_ELSEWHERE = frozenset(
    {
        "code", "kind", "status", "name", "address", "floor", "entrance_note", "hours_raw", "hours_osm",
        "hours_makeup", "hours_note", "access_who", "access_how", "facilities", "public_phone", "checklist",
        "standard", "closed_reason", "unit_code", "area_code",
    }
)  # fmt: skip
_RESULTS = {
    "pass": lazy_gettext("符合"),
    "fail": lazy_gettext("不符合"),
    "unknown": lazy_gettext("未知"),
}


@blueprint.get("/s/<code>")
def page(code: str) -> str:
    """Answer with the page of one station.

    Raises
    ------
    NotFoundError
        No station has the code.
    """
    params.given((), strict=False)
    here, now = state(), datetime.now(CHINA)
    index = here.live.index
    row = index.snapshot.row(code)
    doc = orjson.loads(index.snapshot.doc(row))
    [place] = positions(
        index.snapshot, [row], crs=Crs(here.settings.public_crs), decimals=here.settings.public_decimals
    )
    return render_template(
        "station.html",
        doc=doc,
        kind=KINDS[doc["kind"]],
        status=STATUSES[doc["status"]],
        state=state_words(index.openings.state(int(index.snapshot.schedule[row]), now), doc, at=now),
        access=access_words(doc),
        facilities=_facilities(doc.get("facilities", {})),
        details=_details(doc),
        standard=_standard(doc),
        position=place,
        ways=bool(sets_around(index.snapshot, index.snapshot.door(row))),
        crs=here.settings.public_crs,
    )


def _facilities(answers: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the names of what is there, what is not, and what nobody has said."""
    groups: dict[str, list[str]] = {"yes": [], "no": [], "unknown": []}
    for code in {**dict.fromkeys(FACILITIES), **answers}:
        groups[answers.get(code, "unknown")].append(facility_name(code))
    return groups


def _details(doc: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (gettext(field.zh), _text(doc[field.name]))
        for field in FIELDS
        if field.name in doc and field.name not in _ELSEWHERE
    ]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, dict):
        return "; ".join(f"{name} {item}" for name, item in value.items())
    if isinstance(value, list):
        return "、".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _standard(doc: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the checklist the station follows, item by item; None when it follows none that we know."""
    standard = STANDARDS.get(doc.get("standard", ""))
    if standard is None:
        return None
    chinese = language() == "zh"
    results = check(doc, standard.code)
    return {
        "name": standard.zh if chinese else standard.en,
        "items": [
            (item.zh if chinese else item.en, results[item.code], str(_RESULTS[results[item.code]]))
            for item in standard.items
        ],
    }
