"""Headers every answer carries, and those of pages."""

from flask import Flask, Response

from web.language import language

__all__ = ["ALWAYS", "init_headers"]

ALWAYS = (
    (
        "Content-Security-Policy",
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
    ),
    ("X-Content-Type-Options", "nosniff"),
)
_PAGE = (
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "geolocation=(self), camera=(), microphone=()"),
    ("Vary", "Accept-Language"),
)


def init_headers(app: Flask) -> None:
    """Let every answer of the app carry them."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    # Once a request, the busiest ones included: nothing here is computed for an answer of the API.
    headers = response.headers
    for name, value in ALWAYS:
        headers.add(name, value)
    if response.mimetype == "text/html":
        for name, value in _PAGE:
            headers.add(name, value)
        headers.setdefault("Cache-Control", "no-cache")
        headers["Content-Language"] = language()
    return response
