"""The country: its cities with their stations counted, for a registry of more than one."""

from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from geo.finder.cities import REST, City, cities, rows_of_city
from geo.model.station import SERVING
from geo.registry.selection import Filter, filter_mask
from geo.registry.snapshot import KINDS, Snapshot
from web import params
from web.state import state
from web.words import SHORT_KINDS

__all__ = ["blueprint"]

blueprint = Blueprint("cities", __name__)


class Row(NamedTuple):
    """A city, and how many stations of each kind one can go to there."""

    city: City
    counts: list[int]
    named: bool
    """Whether the finder knows it by its name."""


class Group(NamedTuple):
    """The cities of a province, by code; without a name what lies in none."""

    name: str
    rows: list[Row]


@blueprint.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {"many_cities": _are_many}


@blueprint.get("/cities")
def page() -> Response | str:
    """Answer with the table of cities; a registry of one city begins with the finder."""
    params.given((), strict=False)
    if not _are_many():
        return redirect(url_for("finder.page"))
    groups = _groups()
    return render_template(
        "cities.html",
        groups=groups,
        kinds=SHORT_KINDS,
        totals=np.sum([row.counts for group in groups for row in group.rows], axis=0).tolist(),
        count=_count(groups),
    )


_kept: WeakKeyDictionary[Snapshot, list[Group]] = WeakKeyDictionary()


def _groups() -> list[Group]:
    here = state()
    snapshot = here.live.index.snapshot.bare
    held = _kept.get(snapshot)
    if held is None:
        held = _kept[snapshot] = _counted(snapshot, here.settings.name)
    return held


def _are_many() -> bool:
    return _count(_groups()) > 1


def _count(groups: list[Group]) -> int:
    # What lies in no city is none.
    return sum(row.named for group in groups for row in group.rows)


def _counted(snapshot: Snapshot, name: str) -> list[Group]:
    serving = filter_mask(snapshot, Filter(statuses=SERVING))
    areas = {area["code"]: area for area in snapshot.areas}
    groups: dict[str, list[Row]] = {}
    for city in cities(snapshot, name):
        rows = rows_of_city(snapshot, city.code)
        counts = np.bincount(snapshot.kind[rows[serving[rows]]], minlength=len(KINDS)).tolist()
        province = "" if city.code == REST else _province(areas, city.code)
        groups.setdefault(province, []).append(Row(city, counts, city.code != REST))
    return [Group(name, rows) for name, rows in groups.items()]


def _province(areas: dict[str, Any], code: str) -> str:
    """Return the name of the province that holds an area, empty where none is known."""
    seen = set()
    while code in areas and code not in seen:
        if areas[code]["level"] == "province":
            return areas[code]["name"]
        seen.add(code)
        code = areas[code]["parent_code"]
    return ""
