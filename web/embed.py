"""The frame for other sites: the stations of an area as a list and on a map, whole without any script."""

from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import orjson
from flask import Blueprint, Response, make_response, render_template, url_for
from numpy.typing import NDArray

from geo.errors import InputError, NotFoundError
from geo.finder import CHINA
from geo.model.facts import broken_at
from geo.model.hours import CLOSED, OPEN, UNKNOWN
from geo.model.place import Point
from geo.model.station import SERVING
from geo.registry.feature import positions
from geo.registry.nearest import Index
from geo.registry.selection import Filter
from geo.registry.snapshot import facility_mask
from geo.upkeep.verify import policy_of
from web import params
from web.basemap import map_crs
from web.frames import Frame, described, read_frame, title_of
from web.language import gettext
from web.listing import Wanted, matching_rows
from web.nearby import nearby_needs
from web.sketch import labels_around
from web.state import State, state
from web.verified import verified_words
from web.words import KINDS, StateWords, facility_name, state_words

__all__ = ["FRAME_PARAMETERS", "blueprint"]

blueprint = Blueprint("embed", __name__)

FRAME_PARAMETERS = frozenset({"area", "code", "kind", "facility", "open_at", "show", "zoom", "theme", "page"})
"""All but ``lang``, which every page reads in the same way."""

_SHOWN = 100
# Open states are told by the minute.
_FRESH_S = 60
_ORDER = (OPEN, UNKNOWN, CLOSED)


class Row(NamedTuple):
    """What a row of the list shows; ``lon`` and ``lat`` are in the coordinate system of the page's map."""

    number: int
    code: str
    name: str
    kind: str
    kind_name: str
    state: StateWords
    broken: list[str]
    place: str
    hours: str
    phone: str
    verified: str
    lon: float
    lat: float


class Part(NamedTuple):
    """What a frame shows at a time: some rows, the number of the first of how many, the page of how many."""

    rows: NDArray[np.int64]
    first: int = 1
    count: int = 0
    page: int = 1
    pages: int = 1


@blueprint.get("/embed")
def page() -> Response:
    """Answer with a frame; what is wrong with its address is told in it."""
    here, now = state(), datetime.now(CHINA)
    snapshot, name = here.live.index.snapshot, gettext(here.settings.name)
    frame, faults = read_frame(params.given(FRAME_PARAMETERS, strict=False))
    frame = frame._replace(lang=params.asked_language() or "")
    try:
        title, found = title_of(snapshot, name, frame), _matching(here.live.index, frame, now)
    except (InputError, NotFoundError) as error:
        # Stations other than those asked for would be a wrong answer.
        missing = gettext(error.message, **error.params)
        answer = make_response(_render(here, Frame(show="list"), now, title=name, missing=missing), 404)
    else:
        said = [gettext(fault.message, **fault.params) for fault in faults]
        answer = make_response(_render(here, frame, now, found, title=title, faults=said))
    answer.headers["Cache-Control"] = f"public, max-age={_FRESH_S}"
    return answer


def _matching(index: Index, frame: Frame, now: datetime) -> NDArray[np.int64]:
    """Return the rows of a frame: what is open first, then what may be, each by code."""
    if frame.code:
        return np.array([index.snapshot.row(frame.code)])
    wanted = Wanted(
        filter=Filter(frame.kinds, SERVING, facility_mask(frame.facilities)),
        box=None,
        crs=map_crs(state().settings),
        area=frame.area or None,
        text=None,
        open_at=now if frame.open_now else None,
    )
    rows = matching_rows(index, wanted)
    groups = index.openings.at(now).all_groups()[index.snapshot.schedule[rows]]
    return np.concatenate([rows[groups == group] for group in _ORDER])


def _part(found: NDArray[np.int64], wanted: int) -> Part:
    pages = max(-(-len(found) // _SHOWN), 1)
    page = min(wanted, pages)
    first = (page - 1) * _SHOWN
    return Part(found[first : first + _SHOWN], first + 1, len(found), page, pages)


def _render(
    here: State,
    frame: Frame,
    now: datetime,
    found: NDArray[np.int64] | None = None,
    **more: Any,
) -> str:
    found = np.zeros(0, np.int64) if found is None else found
    part = _part(found, frame.page)
    return render_template(
        "embed.html",
        frame=frame,
        part=part,
        rows=_rows(here, part, now),
        described=described(frame),
        now=f"{now.hour}:{now:%M}",
        full=_full(frame),
        nearby=nearby_needs(frame, found),
        sketch={"here": None, "dots": [], "areas": [], "labels": _labels(here, part.rows)},
        **{"faults": [], "missing": "", **more},
    )


def _rows(here: State, part: Part, now: datetime) -> list[Row]:
    index = here.live.index
    places = positions(index.snapshot, part.rows, **_public(here))
    return [
        _row(number, orjson.loads(index.snapshot.doc(row)), place, index, row, now)
        for number, (row, place) in enumerate(zip(part.rows.tolist(), places, strict=True), part.first)
    ]


def _row(
    number: int, doc: dict[str, Any], place: tuple[float, float], index: Index, row: int, now: datetime
) -> Row:
    said = index.openings.state(int(index.snapshot.schedule[row]), now)
    return Row(
        number=number,
        code=doc["code"],
        name=doc["name"],
        kind=doc["kind"],
        kind_name=str(KINDS[doc["kind"]]),
        state=state_words(said, doc, at=now),
        broken=[facility_name(code) for code in broken_at(index.snapshot.facts.get(row, ()), now)],
        place=" ".join(doc[part] for part in ("address", "floor", "entrance_note") if doc.get(part)),
        hours=doc.get("hours_raw") or doc.get("hours_osm") or "",
        phone=doc.get("public_phone", ""),
        verified=verified_words(doc, now.date(), policy_of(state().settings)),
        lon=place[0],
        lat=place[1],
    )


def _labels(here: State, rows: NDArray[np.int64]) -> list[list[Any]]:
    if not len(rows):
        return []
    snapshot = here.live.index.snapshot
    middle = Point(float(np.median(snapshot.lon[rows])), float(np.median(snapshot.lat[rows])))
    return labels_around(snapshot, middle, **_public(here))


def _public(here: State) -> dict[str, Any]:
    return {"crs": map_crs(here.settings), "decimals": here.settings.public_decimals}


def _full(frame: Frame) -> str:
    """Return the address of the whole page that shows what a frame does; an area is named by its code.

    Of one name there may be many areas, and a frame's address holds for longer than a name.
    """
    if frame.code:
        return url_for("stations.page", code=frame.code)
    asked = frame.query(area=None, show=None, zoom=None, theme=None)
    return url_for("finder.page", q=frame.area or None, **asked)
