"""Stations for programs: the nearest, a listing, one of them."""

from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import urlencode

import numpy as np
import orjson
from flask import Blueprint, Response, request
from numpy.typing import NDArray

from geo.crs import Crs
from geo.errors import InputError
from geo.finder import CHINA, answer_geojson, find_nearest
from geo.model.facilities import FACILITIES
from geo.registry.feature import Say, collection, feature, open_json, positions
from geo.registry.nearest import Index
from geo.registry.selection import Filter
from geo.registry.snapshot import KINDS, STATUSES, facility_mask
from web import mirror, params, queries
from web.conditional import conditional
from web.language import say
from web.listing import Wanted, matching_rows, row_after
from web.state import State, base_url, state
from web.words import saying

__all__ = ["GEOJSON", "LIMIT", "LISTING", "MOST", "NEAREST", "STATION", "blueprint", "nearest_body"]

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

NEAREST = frozenset({"lon", "lat", "k", "kind", "facility", "status", "open_at", "by", "crs", "lang"})
LISTING = frozenset(
    {
        "bbox", "kind", "facility", "area", "status", "q", "open_at", "updated_since", "limit", "cursor",
        "crs", "lang",
    }
)  # fmt: skip
STATION = frozenset({"open_at", "crs", "lang"})
LIMIT, MOST = 100, 1000
GEOJSON = "application/geo+json"
# Raised when the form of a listing changes: whoever has an answer of the old one is given the new one.
_FORM = 1


@blueprint.route("/nearest", methods=["GET", "POST"])
def nearest() -> Response:
    """Answer with the k nearest stations, nearest first; a POST keeps the position out of URLs and logs."""
    values = params.given(NEAREST)
    body = nearest_body(state(), values, saying())
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
    """Answer with the stations that match, ordered by code, a page at a time; or with what has changed.

    Open states are told only where ``open_at`` is asked: otherwise an answer depends on the registry alone,
    and is not made again for whoever has it.
    """
    here, values = state(), params.given(LISTING)
    given, answered = queries.systems(values, here.settings.public_crs)
    since_s = mirror.since(values)
    asked = _Asked(
        here=here,
        index=here.live.index,
        values=values,
        wanted=_wanted(values, given),
        crs=answered,
        limit=params.whole(values, "limit", default=LIMIT, low=1, high=MOST),
    )

    def answer() -> Response:
        body = _listed(asked) if since_s is None else _changed(asked, since_s)
        return _geojson(body, cache="no-cache")

    return answer() if asked.wanted.open_at else conditional(_tag(asked), answer)


@blueprint.get("/stations/<code>")
def station(code: str) -> Response:
    """Answer with one station and its open state, now or at ``open_at``."""
    here, values = state(), params.given(STATION)
    index = here.live.index
    _, answered = queries.systems(values, here.settings.public_crs)
    at = _moment(values) or datetime.now(CHINA)
    row = index.snapshot.row(code)
    [place] = positions(index.snapshot, [row], crs=answered, decimals=here.settings.public_decimals)
    found = feature(index.snapshot, row, place, _more(index, row, at))
    members = orjson.dumps(_members(here, index, answered))
    return _geojson(found[:-1] + b"," + members[1:], cache="no-cache")


class _Asked(NamedTuple):
    """A page that is asked for: of which state of the registry, of what, where, and how long."""

    here: State
    index: Index
    values: params.Values
    wanted: Wanted
    crs: Crs
    limit: int


def _listed(asked: _Asked) -> bytes:
    index = asked.index
    matched = matching_rows(index, asked.wanted)
    after = queries.resume_after(asked.values)
    left = matched if after is None else matched[matched >= row_after(index.snapshot, *after)]
    rows = left[: asked.limit]
    cursor = queries.cursor_of(index.snapshot.codes[rows[-1]].decode()) if len(left) > len(rows) else None
    return _collection(asked, rows, {"matched": len(matched), "next": _next(asked, cursor)})


def _changed(asked: _Asked, since_s: int) -> bytes:
    snapshot = asked.index.snapshot
    found = mirror.changes(asked.index, asked.wanted, since_s, asked.values)
    rows = found.rows[: asked.limit]
    kept = found.kept[rows]
    cursor = mirror.cursor_after(snapshot, rows[-1]) if len(found.rows) > len(rows) else None
    members = {
        "matched": found.matched,
        "next": _next(asked, cursor),
        "tombstones": [mirror.tombstone(snapshot, row) for row in rows[~kept].tolist()],
    }
    return _collection(asked, rows[kept], members)


def _collection(asked: _Asked, rows: NDArray[np.int64], members: dict[str, Any]) -> bytes:
    index, decimals = asked.index, asked.here.settings.public_decimals
    places = positions(index.snapshot, rows, crs=asked.crs, decimals=decimals)
    features = [
        feature(index.snapshot, row, place, _more(index, row, asked.wanted.open_at))
        for row, place in zip(rows.tolist(), places, strict=True)
    ]
    return collection(features, _members(asked.here, index, asked.crs) | members)


def _more(index: Index, row: int, at: datetime | None) -> dict[str, Any]:
    more = {"updated_at": mirror.updated_at(index.snapshot, row)}
    if at:
        more["open"] = open_json(index.openings.state(int(index.snapshot.schedule[row]), at), say)
    if told := index.snapshot.told.get(row):
        more["live"] = told
    return more


def _tag(asked: _Asked) -> str:
    # All that an answer is made from, so that none needs to be made to know that it is the same.
    snapshot, settings = asked.index.snapshot, asked.here.settings
    made_from = (
        _FORM,
        (snapshot.revision, snapshot.at, snapshot.live_tag, asked.here.stale),
        (asked.crs, settings.public_decimals, settings.licence, base_url(asked.here.settings)),
        sorted(asked.values.items()),
    )
    return sha256(repr(made_from).encode()).hexdigest()[:20]


def _wanted(values: params.Values, crs: Crs) -> Wanted:
    return Wanted(
        filter=_filter(values),
        box=queries.box(values),
        crs=crs,
        area=params.one(values, "area"),
        text=params.one(values, "q"),
        open_at=_moment(values),
    )


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


def _members(here: State, index: Index, crs: Crs) -> dict[str, Any]:
    return {
        "coordinate_system": crs,
        "as_of": index.snapshot.at,
        "stale": here.stale,
        "licence": here.settings.licence,
    }


def _next(asked: _Asked, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = urlencode({**asked.values, "cursor": cursor}, doseq=True)
    return f"{base_url(asked.here.settings)}{request.path}?{query}"


def _geojson(body: bytes, *, cache: str) -> Response:
    # Passed through, the body reaches the server as one piece, not as an iterator it has to drain.
    return Response(
        body,
        content_type=GEOJSON,
        headers={"Cache-Control": cache},
        direct_passthrough=True,
    )
