"""Stations for programs: the nearest, a listing, one of them."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import numpy as np
import orjson
from flask import Blueprint, Response, request

from geo.errors import InputError
from geo.finder import CHINA, answer_geojson, find_nearest
from geo.model.facilities import FACILITIES
from geo.registry.feature import Say, collection, feature, open_json, positions
from geo.registry.nearest import Index
from geo.registry.selection import Filter
from geo.registry.snapshot import KINDS, STATUSES, facility_mask
from web import params, queries
from web.language import language, say
from web.listing import Wanted, matching_rows
from web.state import State, state

__all__ = ["GEOJSON", "NEAREST", "blueprint", "nearest_body"]

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

NEAREST = frozenset({"lon", "lat", "k", "kind", "facility", "status", "open_at", "by", "crs", "lang"})
_LISTING = frozenset(
    {"bbox", "kind", "facility", "area", "status", "q", "open_at", "limit", "cursor", "crs", "lang"}
)
_STATION = frozenset({"open_at", "crs", "lang"})
_LIMIT, _MOST = 100, 1000
GEOJSON = "application/geo+json"


@blueprint.route("/nearest", methods=["GET", "POST"])
def nearest() -> Response:
    """Answer with the k nearest stations, nearest first; a POST keeps the position out of URLs and logs."""
    values = params.given(NEAREST)
    body = nearest_body(state(), values, say if "lang" in values and language() == "en" else str)
    return _geojson(body, cache="no-store")


def nearest_body(here: State, values: params.Values, say: Say) -> bytes:
    """Return the answer to the parameters of a question, as GeoJSON.

    ``say`` is a function of its own for each language: what it says is kept under it.

    Raises
    ------
    InputError
        Naming the parameter that is wrong.
    """
    now = datetime.now(CHINA)
    given, answered = queries.systems(values, here.settings.public_crs)
    question = queries.question(values, queries.position(values, given), now=now)
    return answer_geojson(
        find_nearest(here.live.index, question, now=now),
        crs=answered,
        decimals=here.settings.public_decimals,
        stale=here.stale,
        say=say,
    )


@blueprint.get("/stations")
def stations() -> Response:
    """Answer with the stations that match, ordered by code, a page at a time.

    Open states are told only where ``open_at`` is asked: otherwise an answer depends on the registry alone.
    """
    here, values = state(), params.given(_LISTING)
    index = here.live.index
    given, answered = queries.systems(values, here.settings.public_crs)
    at = _moment(values)
    wanted = Wanted(
        filter=_filter(values),
        box=queries.box(values),
        crs=given,
        area=params.one(values, "area"),
        text=params.one(values, "q"),
        open_at=at,
    )
    limit = params.whole(values, "limit", default=_LIMIT, low=1, high=_MOST)
    after = queries.resume_after(values)
    matched = matching_rows(index, wanted)
    left = matched if after is None else matched[matched >= _row_after(index, after)]
    rows = left[:limit]
    features = [
        feature(index.snapshot, row, place, at and {"open": _open(index, row, at)})
        for row, place in zip(
            rows.tolist(),
            positions(index.snapshot, rows, crs=answered, decimals=here.settings.public_decimals),
            strict=True,
        )
    ]
    members = _members(here, answered) | {
        "matched": len(matched),
        "next": _next(here, values, index, rows[-1]) if len(left) > limit else None,
    }
    return _geojson(collection(features, members), cache="no-cache")


@blueprint.get("/stations/<code>")
def station(code: str) -> Response:
    """Answer with one station and its open state, now or at ``open_at``."""
    here, values = state(), params.given(_STATION)
    index = here.live.index
    _, answered = queries.systems(values, here.settings.public_crs)
    at = _moment(values) or datetime.now(CHINA)
    row = index.snapshot.row(code)
    [place] = positions(index.snapshot, [row], crs=answered, decimals=here.settings.public_decimals)
    found = feature(index.snapshot, row, place, {"open": _open(index, row, at)})
    return _geojson(found[:-1] + b"," + orjson.dumps(_members(here, answered))[1:], cache="no-cache")


def _filter(values: params.Values) -> Filter:
    return Filter(
        kinds=tuple(params.choices(values, "kind", KINDS)),
        statuses=tuple(params.choices(values, "status", STATUSES)),
        facilities=facility_mask(params.choices(values, "facility", FACILITIES)),
    )


def _moment(values: params.Values) -> datetime | None:
    at, arrival = queries.moment(values, now=datetime.now(CHINA))
    if arrival:
        raise InputError("open_at=arrival 只能用在 nearest:这里没有出发的位置", parameter="open_at")
    return at


def _open(index: Index, row: int, at: datetime) -> dict[str, Any]:
    return open_json(index.openings.state(int(index.snapshot.schedule[row]), at), say)


def _row_after(index: Index, code: str) -> int:
    return int(np.searchsorted(index.snapshot.codes, code.encode(), side="right"))


def _members(here: State, crs: str) -> dict[str, Any]:
    return {"coordinate_system": crs, "as_of": here.live.index.snapshot.at, "stale": here.stale}


def _next(here: State, values: params.Values, index: Index, last: int) -> str:
    cursor = queries.cursor_of(index.snapshot.codes[last].decode())
    query = urlencode({**values, "cursor": cursor}, doseq=True)
    base = here.settings.public_url or request.host_url
    return f"{base.rstrip('/')}{request.path}?{query}"


def _geojson(body: bytes, *, cache: str) -> Response:
    # Passed through, the body reaches the server as one piece, not as an iterator it has to drain.
    return Response(
        body,
        content_type=GEOJSON,
        headers={"Cache-Control": cache},
        direct_passthrough=True,
    )
