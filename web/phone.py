"""What lets the finder live on a phone: its service worker, its manifest, which city's pack a page needs."""

import json
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import orjson
from flask import Blueprint, Response, url_for
from numpy.typing import NDArray

from geo.finder import CHINA
from geo.finder.cities import City, cities, rows_of_city
from geo.model.place import Point
from geo.model.station import SERVING
from geo.registry.nearest import Index, nearest
from geo.registry.selection import Filter
from geo.registry.snapshot import Snapshot
from web import params
from web.assets import FOLDER, asset
from web.language import gettext
from web.phone_words import phone_words
from web.state import State, state

__all__ = ["SHELL", "blueprint", "page_needs"]

blueprint = Blueprint("phone", __name__)

SHELL = (
    "css/page.css", "css/big.css", "img/icons.svg", "img/station.svg",
    *(f"js/{name}.js" for name in (
        "page", "locate", "panel", "app", "answer", "cards", "crs", "draw", "find", "hours", "near",
        "offline", "pack", "saying", "spelling", "streetpack", "streets", "streetsnap", "streetways",
    )),
)  # fmt: skip
"""The static files without which the finder does nothing on a phone."""

_LATER = (
    "css/map.css", "js/map.js", "js/basemap.js", "js/way.js",
    "vendor/leaflet-1.9.4/leaflet.css", "vendor/leaflet-1.9.4/leaflet.js",
)  # fmt: skip
_ICONS = (("img/station.svg", "any", "image/svg+xml"), ("img/icon-192.png", "192x192", "image/png"),
          ("img/icon-512.png", "512x512", "image/png"))  # fmt: skip
_COLOUR, _PAPER = "#0a6a5c", "#f6f5f1"


class _Homes:
    """The cities of a snapshot, and for each row the place of its city among them."""

    def __init__(self, snapshot: Snapshot, name: str) -> None:
        self.cities: list[City] = cities(snapshot, name)
        self.of_row: NDArray[np.int32] = np.full(len(snapshot), -1, np.int32)
        for place, city in enumerate(self.cities):
            self.of_row[rows_of_city(snapshot, city.code)] = place


_kept: WeakKeyDictionary[Snapshot, _Homes] = WeakKeyDictionary()


@blueprint.get("/sw.js")
def worker() -> Response:
    """Answer with the service worker, which is another one whenever any static file is."""
    shell = {
        "base": asset(""),
        "start": url_for("finder.page", lang=None, big=None),
        "files": [asset(name) for name in SHELL],
        "later": [asset(name) for name in _LATER],
    }
    text = f"const SHELL = {json.dumps(shell)};\n" + (FOLDER / "sw.js").read_text("utf-8")
    response = Response(text, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """Answer with what a phone needs to put the finder among its programs."""
    name = gettext(state().settings.name)
    body = {
        "name": name,
        "short_name": name[:12],
        "start_url": url_for("finder.page"),
        "id": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": _COLOUR,
        "icons": [{"src": asset(path), "sizes": sizes, "type": kind} for path, sizes, kind in _ICONS],
    }
    return Response(orjson.dumps(body), content_type="application/manifest+json")


@blueprint.get("/cities.json")
def table() -> Response:
    """Answer with every city's code and a place within it, so that a phone finds its own."""
    params.given((), strict=False)
    found = _homes(state()).cities
    body = [[city.code, round(city.centre.lon, 2), round(city.centre.lat, 2)] for city in found]
    return Response(orjson.dumps(body), content_type="application/json")


def page_needs(point: Point | None) -> dict[str, Any] | None:
    """Return what the finder's page tells its scripts; None where there is no station at all.

    Parameters
    ----------
    point : Point or None
        Where the page's list starts from; without it the city is the one with most stations.
    """
    here = state()
    snapshot = here.live.index.snapshot
    homes = _homes(here)
    if not homes.cities:
        return None
    city = _city(here.live.index, homes, point)
    return {
        "city": city.code,
        "many": len(homes.cities) > 1,
        "tops": _tops(snapshot, city.code),
        "made": round(datetime.now(CHINA).timestamp() * 1000),
        "words": phone_words(),
    }


def _city(index: Index, homes: _Homes, point: Point | None) -> City:
    if point is not None:
        for hit in nearest(index, point, 1, Filter(statuses=SERVING)):
            return homes.cities[homes.of_row[hit.row]]
    return max(homes.cities, key=lambda city: (city.serving, city.count))


def _tops(snapshot: Snapshot, code: str) -> list[str]:
    """Return the names with which every address of a city begins."""
    areas = {area["code"]: area for area in snapshot.areas}
    names: list[str] = []
    while code in areas and areas[code]["name"] not in names:
        names.append(areas[code]["name"])
        code = areas[code]["parent_code"]
    return names


def _homes(here: State) -> _Homes:
    snapshot = here.live.index.snapshot
    held = _kept.get(snapshot)
    if held is None:
        held = _kept[snapshot] = _Homes(snapshot, here.settings.name)
    return held
