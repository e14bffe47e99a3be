"""Where new stations should go: a study's plan on its page, its map, and the file that proves it."""

import math
from collections.abc import Iterable
from typing import Any, cast
from urllib.parse import quote

import numpy as np
import orjson
from flask import Blueprint, Response, url_for
from markupsafe import Markup

from geo.crs import Crs
from geo.db.engine import reading
from geo.errors import NotFoundError
from geo.model.hours import Reason
from geo.model.plan import Plan
from geo.model.study import Asked, Study
from geo.planner.public import Public
from geo.planner.question import Ask
from geo.planner.site_question import CORNERS
from geo.registry.feature import positions
from geo.registry.selection import filter_mask
from geo.registry.studies import read_certificate
from geo.report.plan_curve import curve_legend, curve_picture
from geo.report.plan_figures import plan_figures, site_lines
from geo.report.plan_tables import (
    area_names,
    curve_table,
    fairness_table,
    phase_table,
    pool_table,
    site_table,
)
from geo.report.plan_titles import plan_titles
from geo.report.plan_units import mean_of, people
from geo.report.plan_values import bound_words, proven
from geo.report.plan_words import place_name, plan_headline, plan_lines
from web import params
from web.basemap import map_crs
from web.conditional import conditional
from web.language import say
from web.plan_site_words import editor_words
from web.plan_store import engine, kept_study
from web.state import state
from web.zipped import zipped_answer

__all__ = ["blueprint", "plan_shown"]

blueprint = Blueprint("site", __name__)

# Of standing stations on a plan's map: more would hide it.
_MOST_DOTS = 1500
# Around the plan's places, as a part of their extent: where stations that stand are still shown.
_AROUND = 0.5
_LEAST_DEGREES = 0.02
_CRS_NAMES = {Crs.WGS84: "WGS-84", Crs.CGCS2000: "CGCS2000", Crs.GCJ02: "GCJ-02", Crs.BD09: "BD-09"}


@blueprint.get("/<id>/plan.json")
def certificate(id: str) -> Response:
    """Answer with the file of a study's plan, which proves it and from which any choice can be valued.

    Raises
    ------
    NotFoundError
        The study has no plan, or is not done.
    """
    values = params.given({"lang", "save"}, strict=False)
    kept = kept_study(id)
    if kept.found is None or "plan" not in kept.found:
        raise NotFoundError("研究 %(id)s 没有新站点的方案", id=kept.id)

    def answer() -> Response:
        with reading(engine()) as session:
            body = read_certificate(session, kept.id)
        if body is None:
            raise NotFoundError("研究 %(id)s 的方案没有证书", id=kept.id)
        found = zipped_answer(body, "application/json")
        if params.one(values, "save"):
            found.headers.set("Content-Disposition", "attachment", filename=f"plan-{kept.id}.json")
        return found

    # What was found never changes.
    return conditional(f"plan-{kept.id}-{kept.made_at}", answer)


def plan_shown(study: Study) -> dict[str, Any] | None:
    """Return a study's plan as a template shows it; None where it has none."""
    if "plan" not in study:
        return None
    plan, asked = study["plan"], study["asked"]
    return {
        "headline": plan_headline(plan, asked, say),
        "lines": plan_lines(plan, asked, say, assumptions=study["assumptions"]),
        "proven": proven(plan),
        "asked": site_lines(plan, say),
        "figures": plan_figures(plan, asked, say),
        "sites": site_table(_as_public(plan), asked, say, areas=area_names(study)).brief(),
        "sites_note": plan_titles(plan, asked, say).sites_note,
        "whats": {one["what"] for one in plan["chosen"]},
        "crs": _CRS_NAMES[Crs(state().settings.public_crs)],
        "curve": curve_table(plan, asked, say).brief(),
        "curve_picture": Markup(curve_picture(plan, asked)),
        "curve_legend": [(Markup(mark), word) for mark, word in curve_legend(plan, asked, say)],
        "phases": phase_table(plan, asked, say).brief(),
        "phase_links": _grown(plan),
        "pool": pool_table(plan, asked, say).brief(),
        "pool_links": [_fragment(one["codes"]) for one in plan["pool"] or []],
        "fairness": fairness_table(plan, asked, say).brief(),
        "fairness_links": _fair(plan),
        "map": _map(study, plan),
        "bound": _bound(plan, asked),
        "certified": plan["certified_bound"] is not None,
        "capacity": plan["site"]["capacity"] is not None,
        "movable": _movable(plan),
    }


def _as_public(plan: Plan) -> Plan:
    """Return a plan whose places are told as the public may have them."""
    placed = [one for one in plan["chosen"] if one["lon"] is not None]
    told = Public.of(state().settings).told([one["lon"] for one in placed], [one["lat"] for one in placed])
    spots = iter(zip(*(column.tolist() for column in told), strict=True))
    chosen = [
        one if one["lon"] is None else {**one, **dict(zip(("lon", "lat"), next(spots), strict=True))}
        for one in plan["chosen"]
    ]
    return cast(Plan, plan | {"chosen": chosen})


def _movable(plan: Plan) -> bool:
    """Return whether a choice of one's own can be valued on the page; with capacity it cannot."""
    new = any(one["what"] == "new" for one in plan["chosen"])
    return new and plan["certified_bound"] is not None and plan["site"]["capacity"] is None


def _bound(plan: Plan, asked: Asked) -> str:
    """Return what no choice can exceed, as it stands beside the value of a choice of one's own."""
    told = bound_words(plan, plan["bound"], asked, say)
    if plan["site"]["objective"] != "cover":
        return told
    return say(Reason("%(share)s(%(weight)s)", {"share": told, "weight": people(math.ceil(plan["bound"]))}))


def _fragment(codes: Iterable[str]) -> str:
    """Return what shows a choice of places on the plan's map, as the end of its page's address."""
    return "#sites=" + ",".join(quote(code, safe="") for code in codes)


def _grown(plan: Plan) -> list[str]:
    """Return the links of the phases, each with all places up to it."""
    codes: list[str] = []
    links = []
    for phase in plan["phases"] or []:
        codes += phase["codes"]
        links.append(_fragment(codes))
    return links


def _fair(plan: Plan) -> list[str]:
    found = plan["fairness"]
    return [_fragment(found["codes"]), _fragment(found["fair_codes"])] if found else []


def _map(study: Study, plan: Plan) -> dict[str, Any]:
    """Return what the map begins with, in the coordinates of its basemap, and what its script says."""
    placed = [(number, one) for number, one in enumerate(plan["chosen"], 1) if one["lon"] is not None]
    settings = state().settings
    public = Public(map_crs(settings), settings.public_decimals)
    lon, lat = public.told([one["lon"] for _, one in placed], [one["lat"] for _, one in placed])
    sites = [
        [number, one["code"], place_name(one, say), one["what"], *place]
        for (number, one), *place in zip(placed, lon.tolist(), lat.tolist(), strict=True)
    ]
    asked = study["asked"]
    return {
        "file": url_for("plan.site.certificate", id=study["id"], lang=None, big=None),
        "sites": sites,
        "stations": _standing(asked, plan),
        "objective": plan["site"]["objective"],
        "measure": asked["measure"],
        "whole": plan["whole"],
        "mean": mean_of(plan, 1.0) or 1.0,
        "best": plan["value"],
        "words": editor_words(plan["site"]["objective"]),
        "corners": plan["site"]["candidates"] == CORNERS,
    }


def _standing(asked: Asked, plan: Plan) -> list[list[Any]]:
    """Return the stations around the plan's places that stand or, as asked, are counted: name, lon, lat."""
    places = [(one["lon"], one["lat"]) for one in plan["chosen"] if one["lon"] is not None]
    if plan["site"]["existing"] == "none" or not places:
        return []
    here = state()
    snapshot = here.live.index.snapshot
    statuses = [*asked["statuses"], *(("planned", "building") if plan["site"]["planned"] else ())]
    counted = {name: value for name, value in asked.items() if name != "site"} | {"statuses": statuses}
    mask = filter_mask(snapshot, Ask.from_asked(cast(Asked, counted)).filter)
    for degrees, ours in zip((snapshot.lon, snapshot.lat), zip(*places, strict=True), strict=True):
        spare = max(_AROUND * (max(ours) - min(ours)), _LEAST_DEGREES)
        mask &= (degrees >= min(ours) - spare) & (degrees <= max(ours) + spare)
    rows = np.flatnonzero(mask)[:_MOST_DOTS].tolist()
    where = positions(snapshot, rows, crs=map_crs(here.settings), decimals=here.settings.public_decimals)
    names = [orjson.loads(snapshot.doc(row))["name"] for row in rows]
    return [[name, *place] for name, place in zip(names, where, strict=True)]
