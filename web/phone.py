"""What lets the finder live on a phone: its service worker, its manifest, which city's pack a page needs."""

import hashlib
import json
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import orjson
from flask import Blueprint, Response, render_template, url_for

from geo.finder import CHINA
from geo.finder.cities import City, cities, parts_of
from geo.finder.city_cells import cities_around, city_cells
from geo.model.place import Point
from geo.registry.snapshot import Snapshot
from web import params
from web.assets import FOLDER, asset
from web.basemap import basemap
from web.conditional import conditional
from web.language import gettext
from web.phone_words import phone_words
from web.state import State, state

__all__ = ["SHELL", "blueprint", "page_needs"]

blueprint = Blueprint("phone", __name__)

SHELL = (
    "css/page.css", "css/big.css", "img/icons.svg", "img/station.svg",
    *(f"js/{name}.js" for name in (
        "page", "locate", "panel", "app", "answer", "around", "away", "cards", "cities", "crs", "draw",
        "facts", "find", "form", "hands", "hours", "lacking", "list", "live", "near", "offline", "pack",
        "reach", "saying", "shown", "spelling", "stock", "streetpack", "streets", "streetsnap",
        "streetways", "trail", "typed",
    )),
)  # fmt: skip
"""The static files without which the finder does nothing on a phone."""

_LATER = (
    "css/map.css", "js/map.js", "js/basemap.js", "js/way.js",
    "vendor/leaflet-1.9.4/leaflet.css", "vendor/leaflet-1.9.4/leaflet.js",
)  # fmt: skip
# What draws tiles, where there are any.
_TILES = ("js/streetmap.js", "vendor/protomaps-leaflet-5.1.0/protomaps-leaflet.js")
_ICONS = (("img/station.svg", "any", "image/svg+xml"), ("img/icon-192.png", "192x192", "image/png"),
          ("img/icon-512.png", "512x512", "image/png"))  # fmt: skip
_COLOUR, _PAPER = "#0a6a5c", "#f6f5f1"


_kept: WeakKeyDictionary[Snapshot, list[City]] = WeakKeyDictionary()
_tables: WeakKeyDictionary[Snapshot, bytes] = WeakKeyDictionary()


@blueprint.get("/sw.js")
def worker() -> Response:
    """Answer with the service worker, which is another one whenever any static file is."""
    tiles = _TILES if basemap(state())["kind"] == "vector" else ()
    shell = {
        "base": asset(""),
        "start": url_for("finder.page", lang=None, big=None),
        "cities": url_for("phone.table", lang=None, big=None),
        "away": [url_for("phone.away", lang=lang, big=None) for lang in (None, "zh", "en")],
        "files": [asset(name) for name in SHELL],
        "later": [asset(name) for name in (*_LATER, *tiles)],
    }
    text = f"const SHELL = {json.dumps(shell)};\n" + (FOLDER / "sw.js").read_text("utf-8")
    response = Response(text, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/offline")
def away() -> str:
    """Answer with what a worker shows when it has neither a network nor the page that is asked for."""
    params.given((), strict=False)
    return render_template("offline.html")


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
    """Answer with every city's code and the cells it has stations in, so that a phone finds its own.

    See `geo.finder.city_cells`; after the first each cell's number is told as what it is more than the one
    before.
    """
    params.given((), strict=False)
    snapshot = state().live.index.snapshot.bare
    body = _tables.get(snapshot)
    if body is None:
        found = city_cells(snapshot)
        body = _tables[snapshot] = orjson.dumps(
            [[code, *np.diff(cells, prepend=0).tolist()] for code, cells in found.items()]
        )
    tag = hashlib.sha256(body).hexdigest()[:20]
    return conditional(tag, lambda: Response(body, content_type="application/json"))


def page_needs(point: Point | None) -> dict[str, Any] | None:
    """Return what the finder's page tells its scripts; None where there is no station at all.

    Parameters
    ----------
    point : Point or None
        Where the page's list starts from; without it the city is the one with most stations.
    """
    here = state()
    snapshot = here.live.index.snapshot
    found = _cities(here)
    if not found:
        return None
    around = cities_around(snapshot, point) if point is not None else None
    city = around or max(found, key=lambda city: (city.serving, city.count)).code
    return {
        "city": city,
        "many": len(found) > 1,
        "tops": _tops(snapshot, city),
        "made": round(datetime.now(CHINA).timestamp() * 1000),
        "words": phone_words(),
    }


def _tops(snapshot: Snapshot, city: str) -> list[str]:
    """Return the names with which the addresses of a city, or of several, begin."""
    areas = {area["code"]: area for area in snapshot.areas}
    names: list[str] = []
    for code in parts_of(city):
        seen = set()
        while code in areas and code not in seen:
            seen.add(code)
            names.append(areas[code]["name"])
            code = areas[code]["parent_code"]
    return list(dict.fromkeys(names))


def _cities(here: State) -> list[City]:
    snapshot = here.live.index.snapshot
    held = _kept.get(snapshot.bare)
    if held is None:
        held = _kept[snapshot.bare] = cities(snapshot, here.settings.name)
    return held
