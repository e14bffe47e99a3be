"""Headers every answer carries, and those of pages."""

from flask import Flask, Response, current_app

from web.basemap import tile_hosts
from web.language import language
from web.state import KEY

__all__ = ["ALWAYS", "init_headers"]

_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
ALWAYS = (
    ("Content-Security-Policy", _POLICY),
    ("X-Content-Type-Options", "nosniff"),
)
_KEY = "yizhan_page_policy"
_PAGE = (
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "geolocation=(self), camera=(), microphone=()"),
    ("Vary", "Accept-Language"),
)


def init_headers(app: Flask) -> None:
    """Let every answer of the app carry them."""
    app.extensions[_KEY] = _page_policy(tile_hosts(app.extensions[KEY].settings))
    app.after_request(_add)


def _page_policy(hosts: list[str]) -> str:
    # Leaflet ends a picture that is no longer wanted by giving it an empty one, in a data: address.
    return f"{_POLICY}; img-src 'self' data: {' '.join(hosts)}" if hosts else _POLICY


def _add(response: Response) -> Response:
    # Once a request, the busiest ones included: nothing here is computed for an answer of the API.
    headers = response.headers
    for name, value in ALWAYS:
        headers.add(name, value)
    if response.mimetype == "text/html":
        headers["Content-Security-Policy"] = current_app.extensions[_KEY]
        for name, value in _PAGE:
            headers.add(name, value)
        headers.setdefault("Cache-Control", "no-cache")
        headers["Content-Language"] = language()
    return response
