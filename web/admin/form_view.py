"""What the form of a station shows around its inputs: choices, the meaning of hours, what is read only."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np

from geo.model.hours import CHINA
from geo.model.people import Person, Right
from geo.upkeep.exports import masked_for
from web.admin.station_fields import GROUPS, Input, inputs, label_of, shown, texts_of
from web.admin.station_form import Known, hours_of
from web.admin.station_tabs import tabs_of
from web.hours_words import hours_words
from web.language import gettext
from web.state import state
from web.station_hours import Day, coming_days
from web.words import KINDS, STATUSES

__all__ = ["Meaning", "as_seen", "centre", "form_groups", "hours_view", "read_only", "summary"]

_WEEK = 7
# More than a person can look through: then a code is typed.
_MOST_OPTIONS = 400


class Meaning(NamedTuple):
    """What hours are taken to mean: in words, day by day, and what was assumed or not understood."""

    words: str
    osm: str
    note: str
    days: list[Day]


def hours_view(raw: str, season: str, today: date | None = None) -> Meaning | None:
    """Return what hours written by a clerk mean; None where nothing is written."""
    if not raw.strip():
        return None
    fields = hours_of(raw, season, summer=state().settings.summer)
    osm = fields.get("hours_osm") or ""
    days = coming_days(
        osm,
        makeup=bool(fields.get("hours_makeup")),
        today=today or datetime.now(CHINA).date(),
        calendar=state().live.index.snapshot.calendar,
    )
    words = hours_words({"hours_osm": osm}) if osm else ""
    return Meaning(words, osm, fields.get("hours_note") or "", days[:_WEEK] if osm else [])


def form_groups(texts: Mapping[str, str], faults: Mapping[str, str], known: Known) -> list[dict[str, Any]]:
    """Return the groups of the form: key, title, and for each input its text and what is wrong with it."""
    return [
        {
            "key": key,
            "title": title,
            "inputs": [
                {"is": one, "text": texts.get(one.key, ""), "fault": faults.get(one.key, "")}
                for field in fields
                for one in _inputs(field, texts, known)
            ],
        }
        for key, title, fields in GROUPS
    ]


def read_only(row: Mapping[str, Any], me: Person) -> list[tuple[Any, list[tuple[str, str]]]]:
    """Return the groups as they are shown to whoever may not change them: what is empty is left out."""
    texts = texts_of(as_seen(me, row))
    groups = []
    for _, title, fields in GROUPS:
        keys = [key for field in fields for key in texts if key.partition(".")[0] == field and texts[key]]
        if keys:
            groups.append((title, [(label_of(key), shown(key, texts[key])) for key in keys]))
    return groups


def centre() -> tuple[float, float] | None:
    """Return the middle of the registry, lon and lat in WGS-84 degrees; None of an empty one."""
    snapshot = state().live.index.snapshot
    if not len(snapshot):
        return None
    return round(float(np.median(snapshot.lon)), 4), round(float(np.median(snapshot.lat)), 4)


def as_seen(me: Person, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a row as somebody may see it: only who keeps the records sees all of a keeper."""
    return row if me.may(Right.EDIT) else masked_for(me, row)


def summary(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands at the head of every page about one station."""
    return {
        "row": row,
        "kind": KINDS[row["kind"]],
        "status": STATUSES[row["status"]],
        "tabs": tabs_of(row["code"]),
    }


def _unit(one: Input, texts: Mapping[str, str], known: Known) -> tuple[Input, list[tuple[str, str]]]:
    """Return the choice of a unit by its name, and what none of them means."""
    none = gettext("没有登记代码")
    if known.by_area:
        none = gettext("没有登记代码,按区划归 %(unit)s", unit=known.by_area)
    hint = gettext("选另一个工会,就是把站点移交给它")
    if texts.get("unit_name") and not texts.get("unit_code"):
        hint = gettext("台账上写的是“%(name)s”", name=texts["unit_name"]) + "; " + hint
    return one._replace(label=label_of("unit_name"), hint=hint), [("", none)]


def _inputs(field: str, texts: Mapping[str, str], known: Known) -> list[Input]:
    names = {"unit_code": known.units, "area_code": known.areas}.get(field)
    if field == "unit_name" and known.units:
        # It follows from the unit.
        return []
    if names is None or not 0 < len(names) <= _MOST_OPTIONS:
        return inputs(field)
    [one] = inputs(field)
    options = [("", gettext("按位置填"))]
    if field == "unit_code":
        one, options = _unit(one, texts, known)
    options += [(code, f"{name} ({code})") for code, name in names.items()]
    held = texts.get(field, "")
    if held and held not in names:
        options.append((held, held))
    return [one._replace(form="choice", options=tuple(options))]
