"""A station's own page: everything the public may know of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

import orjson
from flask import Blueprint, Response, redirect, render_template, url_for

from geo.crs import Crs
from geo.finder import CHINA, sets_around
from geo.model.facilities import FACILITIES
from geo.model.facts import What, broken_at, of_kind
from geo.model.standards import STANDARDS, check
from geo.model.station import FIELDS, SERVING, Status
from geo.registry.feature import positions
from geo.registry.nearest import Index
from geo.registry.snapshot import Snapshot
from geo.upkeep.verify import policy_of
from web import params
from web.basemap import credit
from web.facts_words import fact_words, with_closures
from web.hours_words import hours_words
from web.language import gettext, language, lazy_gettext
from web.links import TRAVEL, Link, Target, links_of
from web.photos import photos_to_show
from web.sheet_words import entry_sentence
from web.state import State, base_url, state
from web.station_data import place_data
from web.station_hours import Day, coming_days
from web.station_near import open_nearby
from web.verified import verified_words
from web.words import KINDS, STATUSES, facility_name, state_words

__all__ = ["blueprint"]

blueprint = Blueprint("stations", __name__)

# Shown in a place of their own.
_ELSEWHERE = frozenset(
    {
        "code", "kind", "status", "name", "address", "floor", "entrance_note", "hours_raw", "hours_osm",
        "hours_makeup", "hours_note", "access_who", "access_how", "facilities", "public_phone", "checklist",
        "standard", "closed_reason", "merged_into", "unit_code", "area_code", "verified_on", "signboard_name",
    }
)  # fmt: skip
_RESULTS = {
    "pass": lazy_gettext("符合"),
    "fail": lazy_gettext("不符合"),
    "unknown": lazy_gettext("未知"),
}


_TRAVEL = {
    "walk": lazy_gettext("步行"),
    "ride": lazy_gettext("骑行"),
    "ebike": lazy_gettext("电动车"),
}
# Whoever reads of these is to go elsewhere.
_IN_DOUBT = ("maybe_locked", "suspended")
_COMING = (Status.PLANNED, Status.BUILDING)


@blueprint.get("/s/<code>")
def page(code: str) -> str | Response:
    """Answer with the page of one station; of one that was merged into another, with the way there.

    Raises
    ------
    NotFoundError
        No station has the code.
    """
    params.given((), strict=False)
    here, now = state(), datetime.now(CHINA)
    index = here.live.index
    snapshot, row = index.snapshot, index.snapshot.row(code)
    doc = orjson.loads(snapshot.doc(row))
    if kept := _merged_into(snapshot, doc):
        return redirect(url_for("stations.page", code=kept), HTTPStatus.MOVED_PERMANENTLY)
    public = {"crs": Crs(here.settings.public_crs), "decimals": here.settings.public_decimals}
    [place] = positions(snapshot, [row], **public)
    url = base_url(here.settings) + url_for("stations.page", code=doc["code"], lang=None, big=None)
    days = _days(index, doc, now.date())
    facts = snapshot.facts.get(row, ())
    # Machines are told of no hours that a closure breaks.
    told = [] if of_kind(facts, What.SUSPENDED) else days
    return render_template(
        "station.html",
        **_open_now(index, row, doc, now),
        live=fact_words(facts, now),
        doc=doc,
        photos=photos_to_show(doc["code"]),
        url=url,
        kind=KINDS[doc["kind"]],
        status=STATUSES[doc["status"]],
        entry=entry_sentence(doc),
        coming=_coming(doc),
        hours="" if doc["status"] == Status.CLOSED else hours_words(doc),
        days=with_closures(days, facts),
        links=_links(here, row, doc) if doc["status"] in SERVING else {},
        ways=bool(sets_around(snapshot, snapshot.door(row))),
        verified=verified_words(doc, now.date(), policy_of(here.settings)),
        facilities=_facilities(doc.get("facilities", {}), broken_at(facts, now)),
        details=_details(doc),
        standard=_standard(doc),
        area=_area(index, row),
        position=place,
        crs=here.settings.public_crs,
        data=place_data(snapshot, doc, told, url=url, position=place, crs=here.settings.public_crs),
    )


def _merged_into(snapshot: Snapshot, doc: Mapping[str, Any]) -> str | None:
    """Return the code of what a station has become in the end, None for one that stands for itself.

    None, too, where that leads in a circle: no browser is sent round it.
    """
    codes = [doc["code"]]
    while code := doc.get("merged_into"):
        if code in codes:
            return None
        codes.append(code)
        doc = orjson.loads(snapshot.doc(snapshot.row(code)))
    return codes[-1] if len(codes) > 1 else None


def _open_now(index: Index, row: int, doc: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return whether it is open, and which others are."""
    others, attribution = open_nearby(index, row, doc, now=now)
    words = state_words(index.openings.state(int(index.snapshot.schedule[row]), now), doc, at=now)
    return {
        "state": words,
        "serving": doc["status"] in SERVING,
        "others": others,
        "instead": others[0] if others and words.key in _IN_DOUBT else None,
        "credit": credit(attribution) if others and attribution else None,
    }


def _area(index: Index, row: int) -> Mapping[str, Any] | None:
    """Return the smallest area it lies in."""
    place = int(index.snapshot.area[row])
    return index.snapshot.areas[place] if place >= 0 else None


def _days(index: Index, doc: Mapping[str, Any], today: date) -> list[Day]:
    if doc["status"] not in SERVING:
        return []
    return coming_days(
        doc.get("hours_osm"),
        makeup=bool(doc.get("hours_makeup")),
        today=today,
        calendar=index.snapshot.calendar,
    )


def _links(here: State, row: int, doc: Mapping[str, Any]) -> dict[str, tuple[str, list[Link]]]:
    """Return for each way of going there its name and the links to map apps."""
    target = Target(here.live.index.snapshot.door(row), doc["name"], doc.get("address", ""))
    # In English the word for riding is also one within a sentence, and small there.
    return {by: (str(_TRAVEL[by]).capitalize(), links_of(target, by, here.settings)) for by in TRAVEL}


def _coming(doc: Mapping[str, Any]) -> str:
    """Return when a station that is not there yet opens, empty where that is not known."""
    if doc["status"] not in _COMING or not doc.get("opened_on"):
        return ""
    return gettext("预计 %(date)s 开放", date=doc["opened_on"])


def _facilities(answers: Mapping[str, str], broken: Sequence[str]) -> dict[str, list[str]]:
    """Return the names of what is there, what is not, and what nobody has said; not of what is broken."""
    groups: dict[str, list[str]] = {"yes": [], "no": [], "unknown": []}
    for code in {**dict.fromkeys(FACILITIES), **answers}:
        if code in broken:
            continue
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
