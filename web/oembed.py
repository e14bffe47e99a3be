"""oEmbed (https://oembed.com): the code of a frame for whoever has the address of one of our pages."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import orjson
from flask import Blueprint, Response, abort, request, url_for

from geo.errors import InputError, NotFoundError
from geo.registry.snapshot import Snapshot
from web import params
from web.frames import (
    Frame,
    Size,
    frame_address,
    iframe_code,
    read_frame,
    title_of,
)
from web.headers import FRAMED
from web.language import gettext
from web.places import meant
from web.state import base_url, state
from web.words import KINDS, LEVELS

__all__ = ["blueprint"]

blueprint = Blueprint("oembed", __name__)

_KNOWN = frozenset({"url", "maxwidth", "maxheight", "format", "lang"})
_WIDTH_PX, _HEIGHT_PX = 800, 480
_MOST_PX = 100_000
_NOT_OURS = "这个网址不能嵌入:可以嵌入的是本站的首页、站点页和 /embed 的网址"
_KEPT_S = 86_400


@blueprint.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {"oembed_address": _own_address}


@blueprint.after_request
def _for_every_site(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@blueprint.get("/oembed")
def answer() -> Response:
    """Answer with the frame of a page as oEmbed wants it, as JSON alone (the standard's 501 for XML).

    Raises
    ------
    NotFoundError
        The address is of another site, or of a page that no frame shows.
    """
    values = params.given(_KNOWN, strict=False)
    if params.one(values, "format") not in (None, "json"):
        abort(501, description=gettext("oEmbed 在这里只有 JSON 一种格式"))
    size = Size(_bounded(values, "maxwidth", _WIDTH_PX), _bounded(values, "maxheight", _HEIGHT_PX))
    url = params.one(values, "url")
    if not url:
        raise InputError("缺少 url:请给出要嵌入的网址", parameter="url")
    return Response(
        orjson.dumps(_document(_frame_of(url), size)),
        content_type="application/json",
        headers={"Cache-Control": "no-cache"},
    )


def _document(frame: Frame, size: Size) -> dict[str, Any]:
    here = state()
    name = gettext(here.settings.name)
    try:
        title = title_of(here.live.index.snapshot, name, frame)
    except InputError as error:
        raise NotFoundError(error.message, **error.params) from None
    return {
        "version": "1.0",
        "type": "rich",
        "provider_name": name,
        "provider_url": f"{base_url(here.settings)}/",
        "title": title,
        "html": iframe_code(frame_address(here.settings, frame), title, size),
        "width": size.width_px,
        "height": size.height_px,
        "cache_age": _KEPT_S,
    }


def _bounded(values: params.Values, name: str, usual_px: int) -> int:
    return min(usual_px, params.whole(values, name, default=usual_px, low=1, high=_MOST_PX))


def _frame_of(url: str) -> Frame:
    """Return the frame that shows what an address of ours does."""
    try:
        parts = urlsplit(url)
        own = {urlsplit(base_url(state().settings)).netloc, request.host}
        values = parse_qs(parts.query)
    except ValueError:
        raise NotFoundError(_NOT_OURS) from None
    if parts.scheme not in ("http", "https") or parts.netloc.lower() not in own:
        raise NotFoundError(_NOT_OURS)
    frame, _ = read_frame(values)
    folder, _, code = parts.path.rpartition("/")
    if parts.path == FRAMED:
        return frame._replace(page=1)
    if folder == "/s" and code:
        return Frame(code=unquote(code), lang=frame.lang)
    if parts.path in ("", "/"):
        return _of_finder(state().live.index.snapshot, frame, values)
    raise NotFoundError(_NOT_OURS)


def _of_finder(snapshot: Snapshot, frame: Frame, values: params.Values) -> Frame:
    """Return the frame for a page of the finder: around a landmark there is none."""
    asked = frame._replace(area="", code="", show="both", zoom=None, theme="", page=1)
    text = " ".join(values.get("q", ())).strip()
    if not text:
        return asked
    place, _ = meant(snapshot, text, 0)
    if place is not None and place.category in LEVELS:
        return asked._replace(area=place.code)
    if place is not None and place.category in {kind.value for kind in KINDS}:
        return Frame(code=place.code, lang=asked.lang)
    raise NotFoundError(_NOT_OURS)


def _own_address() -> str:
    """Return the absolute address at which oEmbed tells of the page that is being answered."""
    base = base_url(state().settings)
    return base + url_for("oembed.answer", url=base + params.address().rstrip("?"))
