"""What lies under the pins of a map: the streets loaded here as vector tiles, or a provider's pictures."""

import logging
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response

from geo.crs import Crs
from geo.errors import FileError, NotFoundError
from geo.registry.street_files import basemap_path
from geo.registry.streets import StreetSet
from geo.report.tiles import read_tile
from geo.settings import Settings
from web.language import gettext, language
from web.state import State, state
from web.zipped import zipped_answer

__all__ = ["basemap", "blueprint", "credit", "map_crs", "tile_hosts"]

blueprint = Blueprint("basemap", __name__)

_log = logging.getLogger(__name__)
_NO_PICTURES = ("builtin", "none")
_GONE = "没有这块底图:街道可能刚刚换过,请刷新页面"
_YEAR_S = 31_536_000
_DEEPEST = 30
_MVT = "application/vnd.mapbox-vector-tile"
_TIANDITU = (
    "https://t{{s}}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}"
    "&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
)
# Roads and waters, and over them the names, by language.
_TIANDITU_LAYERS = {"zh": ("vec", "cva"), "en": ("vec", "eva")}


@blueprint.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {"basemap": lambda: basemap(state())}


@blueprint.get("/basemap/<digest>/<int:z>/<int:x>/<int:y>.mvt")
def tile(digest: str, z: int, x: int, y: int) -> Response:
    """Answer with a vector tile of a street set, with nothing (204) where the set has none.

    The digest names the content: an answer never changes.

    Raises
    ------
    NotFoundError
        No such street set is offered, or the world has no such tile.
    """
    here = state()
    if z > _DEEPEST or max(x, y) >= 1 << z or digest not in {item.digest for item in _offered(here)}:
        raise NotFoundError(_GONE)
    body = _read(basemap_path(here.settings.home, digest), z, x, y)
    answer = Response(status=204, content_type=_MVT) if body is None else zipped_answer(body, _MVT)
    answer.headers["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable"
    return answer


def _read(path: Path, z: int, x: int, y: int) -> bytes | None:
    try:
        return read_tile(path, z, x, y)
    except FileError as error:
        # Nothing the browser asked wrongly; its map goes on without.
        _log.error("%s", error)
        raise NotFoundError(_GONE) from error


def basemap(here: State) -> dict[str, Any]:
    """Return what a page's map lies on.

    Returns
    -------
    dict
        ``crs``: the system of every coordinate the page's map is given. ``kind``: ``vector``, ``raster`` or
        ``none``. Of vector tiles ``sources``: each with the template of its ``url``, its ``bounds`` (west,
        south, east, north in WGS-84 degrees) and its ``credit``. Of pictures ``layers``, the templates of
        their addresses from the bottom up, ``subdomains`` and ``credit``. Of both ``approval``: the 审图号 as
        it is to be shown.
    """
    settings = here.settings
    shown = {"crs": map_crs(settings).value, "approval": _approval(settings.basemap_approval)}
    if settings.basemap_shown not in _NO_PICTURES:
        return shown | {"kind": "raster"} | _raster(settings)
    if sources := [_source(item) for item in _offered(here)]:
        return shown | {"kind": "vector", "sources": sources}
    return shown | {"kind": "none"}


def map_crs(settings: Settings) -> Crs:
    """Return the coordinate system in which a page gives positions to its map.

    That of the basemap, so that points are shifted to fit it and never the map; the public one without.

    Examples
    --------
    >>> tiles = {"basemap": "https://a.cn/{z}/{x}/{y}.png", "basemap_attribution": "某地图"}
    >>> map_crs(Settings(**tiles, basemap_crs="gcj02")), map_crs(Settings(**tiles, public_crs="bd09"))
    (<Crs.GCJ02: 'gcj02'>, <Crs.BD09: 'bd09'>)
    """
    shown = settings.basemap_shown != "none"
    return Crs.GCJ02 if shown and settings.basemap_crs == "gcj02" else Crs(settings.public_crs)


def tile_hosts(settings: Settings) -> list[str]:
    """Return where a page's browser gets pictures from, as a Content-Security-Policy names them.

    Examples
    --------
    >>> tile_hosts(Settings())
    []
    >>> tiles = "https://{s}.example.cn:8443/{z}/{x}/{y}.png"
    >>> tile_hosts(Settings(basemap=tiles, basemap_attribution="某地图"))[:2]
    ['https://a.example.cn:8443', 'https://b.example.cn:8443']
    """
    if settings.basemap_shown in _NO_PICTURES:
        return []
    parts = urlsplit(_templates(settings, "zh")[0])
    origin = f"{parts.scheme}://{parts.netloc}"
    return list(dict.fromkeys(origin.replace("{s}", letter) for letter in _subdomains(settings)))


def credit(text: str) -> dict[str, str]:
    """Return whose data it is, with the address that OpenStreetMap wants its name to lead to.

    Examples
    --------
    >>> credit("© OpenStreetMap contributors")["href"]
    'https://www.openstreetmap.org/copyright'
    >>> credit("天地图")
    {'text': '天地图', 'href': ''}
    """
    osm = "openstreetmap" in text.lower()
    return {"text": text, "href": "https://www.openstreetmap.org/copyright" if osm else ""}


def _offered(here: State) -> list[StreetSet]:
    """Return the street sets whose basemap pages show and this machine has."""
    if here.settings.basemap_shown != "builtin":
        return []
    home = here.settings.home
    return [item for item in here.live.index.snapshot.streets if basemap_path(home, item.digest).is_file()]


def _source(item: StreetSet) -> dict[str, Any]:
    return {
        "url": f"/basemap/{item.digest}/{{z}}/{{x}}/{{y}}.mvt",
        "bounds": [item.west, item.south, item.east, item.north],
        "credit": credit(item.attribution),
    }


def _raster(settings: Settings) -> dict[str, Any]:
    return {
        "layers": _templates(settings, language()),
        "subdomains": _subdomains(settings),
        "credit": credit(settings.basemap_attribution or gettext("天地图")),
    }


def _templates(settings: Settings, lang: str) -> list[str]:
    if settings.basemap != "tianditu":
        return [settings.basemap_tiles]
    key = quote(settings.basemap_key, safe="")
    return [_TIANDITU.format(layer=layer, key=key) for layer in _TIANDITU_LAYERS[lang]]


def _subdomains(settings: Settings) -> str:
    return "01234567" if settings.basemap == "tianditu" else "abc"


def _approval(number: str) -> str:
    """Return a 审图号 as it is shown; whoever copied it may have copied its label too."""
    return number if "审图号" in number or not number else gettext("审图号:%(number)s", number=number)
