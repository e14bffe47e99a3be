"""Headers every answer carries, and those of pages."""

from flask import Flask, Response, current_app, g, request
from werkzeug.datastructures import Headers

from web.basemap import tile_hosts
from web.language import language
from web.state import KEY

__all__ = ["ALWAYS", "FRAMED", "OPEN", "fence", "init_headers"]

_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
ALWAYS = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
)
FRAMED = "/embed"
"""The one page that other sites may frame."""

OPEN = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "Content-Disposition, ETag, Retry-After"),
)
"""What lets the scripts of any site read an answer of the API; never with anybody's credentials."""

_OPEN_TO_ALL = "/api/v1/"
_PREFLIGHT = (
    ("Access-Control-Allow-Headers", "Content-Type, If-Modified-Since, If-None-Match"),
    ("Access-Control-Max-Age", "86400"),
)
_KEY = "yizhan_page_policies"
_PAGE = (
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "geolocation=(self), camera=(), microphone=()"),
    ("Vary", "Accept-Language"),
)


def init_headers(app: Flask) -> None:
    """Let every answer of the app carry them."""
    settings = app.extensions[KEY].settings
    page = _page_policy(tile_hosts(settings))
    sites = " ".join(settings.framing_sites)
    # Our own page frames it, too, unless everybody may anyway.
    ancestors = sites if sites == "*" else f"'self' {sites}".rstrip()
    framed = page.replace("frame-ancestors 'self'", f"frame-ancestors {ancestors}")
    app.extensions[_KEY] = {True: framed, False: page}
    app.after_request(_add)


def fence(policy: str) -> None:
    """Give the page that answers the request a policy of its own, in place of that of all pages."""
    g.policy = policy


def _page_policy(hosts: list[str]) -> str:
    # Leaflet ends a picture that is no longer wanted by giving it an empty one, in a data: address.
    return f"{_POLICY}; img-src 'self' data: {' '.join(hosts)}" if hosts else _POLICY


def _add(response: Response) -> Response:
    # Once a request, the busiest ones included: nothing here is computed for an answer of the API.
    headers = response.headers
    for name, value in ALWAYS:
        headers.add(name, value)
    if request.path.startswith(_OPEN_TO_ALL):
        _open(headers)
    elif response.mimetype == "text/html":
        usual = current_app.extensions[_KEY][request.path == FRAMED]
        headers["Content-Security-Policy"] = g.get("policy", usual)
        for name, value in _PAGE:
            headers.add(name, value)
        headers.setdefault("Cache-Control", "no-cache")
        headers["Content-Language"] = language()
    return response


def _open(headers: Headers) -> None:
    for name, value in OPEN:
        headers.add(name, value)
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "")
        for name, value in _PREFLIGHT:
            headers.add(name, value)
