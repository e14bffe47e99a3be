"""The way to a station: for programs a line with its steps, for people a page of steps beside a map."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from flask import Blueprint, Response, make_response, render_template

from geo.crs import Crs
from geo.errors import InputError
from geo.finder import CHINA, Route, find_route, route_geojson, shown_line
from geo.model.place import Point
from geo.registry.nearest import Index
from web import params, queries
from web.basemap import credit, map_crs
from web.language import say
from web.page import no_store
from web.places import MOST, Candidate, candidates, meant
from web.sketch import sketch
from web.state import State, state
from web.way_words import WayWords, step_words, way_words
from web.words import KINDS, WAYS, saying

__all__ = ["blueprint"]

blueprint = Blueprint("way", __name__)

_ROUTE = frozenset({"lon", "lat", "code", "by", "crs", "lang"})
_PAGE = frozenset({"lon", "lat", "accuracy_m", "q", "place", "by", "lang"})
_TEXT_LENGTH = 80


class Start(NamedTuple):
    """Where a way begins: a place by name, or a posted position with what the form must post again."""

    point: Point
    name: str = ""
    again: tuple[tuple[str, str], ...] = ()


@blueprint.route("/api/v1/route", methods=["GET", "POST"])
def route() -> Response:
    """Answer with the way to a station; a POST keeps the position out of URLs and logs."""
    here, values = state(), params.given(_ROUTE)
    given, answered = queries.systems(values, here.settings.public_crs)
    point = queries.position(values, given)
    code = params.one(values, "code")
    if code is None:
        raise InputError("缺少 code:请给出要去的站点编号", parameter="code")
    by = params.one(values, "by") or "walk"
    found = find_route(here.live.index, point, code, by, at=datetime.now(CHINA))
    body = route_geojson(
        found,
        crs=answered,
        decimals=here.settings.public_decimals,
        stale=here.stale,
        say=saying(),
    )
    return no_store(Response(body, content_type="application/geo+json"))


@blueprint.route("/s/<code>/way", methods=["GET", "POST"])
def page(code: str) -> Response:
    """Answer with the way to a station from where one is; without a position, with the question for it."""
    here, values = state(), params.given(_PAGE, strict=False)
    index = here.live.index
    doc = orjson.loads(index.snapshot.doc(index.snapshot.row(code)))
    by = (params.choices(values, "by", ("walk", "ebike")) or ["walk"])[0]
    text = " ".join((params.one(values, "q") or "").split())[:_TEXT_LENGTH]
    start, picks = _start(index, values, text)
    more = {}
    if start:
        found = find_route(index, start.point, code, by, at=datetime.now(CHINA))
        way = way_words(found, doc)
        more = {
            "way": way,
            "notices": [say(notice) for notice in found.notices],
            "steps": [step_words(step) for step in found.steps],
            "credit": credit(found.attribution) if found.attribution else None,
            "sketch": _sketch(here, index, start, found, doc, way),
        }
    html = render_template(
        "way.html",
        doc=doc,
        kind=KINDS[doc["kind"]],
        ways=WAYS,
        by=by,
        text=text,
        start=start,
        picks=picks,
        **more or {"way": None, "sketch": None},
    )
    return no_store(make_response(html))


def _start(index: Index, values: params.Values, text: str) -> tuple[Start | None, list[Candidate]]:
    """Return where to start from, or what to choose from where a name means several places."""
    if text:
        snapshot = index.snapshot
        number = params.whole(values, "place", default=0, low=0, high=MOST)
        place, places = meant(snapshot, text, number)
        if place is None:
            return None, candidates(snapshot, places)
        again = (("q", text), ("place", str(number or "")))
        return Start(Point(place.lon, place.lat), place.name, again), []
    if "lon" not in values and "lat" not in values:
        return None, []
    again = tuple((name, given) for name in ("lon", "lat") if (given := params.one(values, name)))
    return Start(queries.position(values, Crs.WGS84), again=again), []


def _sketch(
    here: State, index: Index, start: Start, found: Route, doc: Mapping[str, Any], way: WayWords
) -> dict[str, Any]:
    public = {"crs": map_crs(here.settings), "decimals": here.settings.public_decimals}
    line = shown_line(found.line, **public)
    drawn = sketch(index, start.point, listed=(found.row,), **public)
    end = {"kind": doc["kind"], "state": way.state.key}
    return drawn | {"here": line[0], "dots": [], "way": {"line": line, "by": found.by, "end": end}}
