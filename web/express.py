"""The busiest question of all, answered before the framework is troubled with it.

A GET of /api/v1/nearest whose query is plain is answered straight from the server's environment, by the same
function as the view and with the same headers: half the work of a request is otherwise the framework's.
Everything else goes the ordinary way: a wrong parameter, another language, an encoded query, a POST.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from web.api import GEOJSON, NEAREST, nearest_body
from web.headers import ALWAYS, OPEN
from web.params import Values
from web.state import KEY

__all__ = ["init_express"]

_PATH = "/api/v1/nearest"
_HEADERS = [("Content-Type", GEOJSON), ("Cache-Control", "no-store"), *ALWAYS, *OPEN]


def init_express(app: Flask) -> None:
    """Let the app answer plain questions for the nearest stations at once."""
    ordinary, here = app.wsgi_app, app.extensions[KEY]

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        values = _plain_question(environ)
        if values is None:
            return ordinary(environ, start_response)
        try:
            body = nearest_body(here, values, str)
        except Exception:
            # What is wrong is found, told and recorded again there, as it is of every other question.
            return ordinary(environ, start_response)
        start_response("200 OK", [*_HEADERS, ("Content-Length", str(len(body)))])
        return [body]

    app.wsgi_app = answer


def _plain_question(environ: dict[str, Any]) -> Values | None:
    query = environ.get("QUERY_STRING", "")
    if environ["PATH_INFO"] != _PATH or environ["REQUEST_METHOD"] != "GET" or "%" in query or "+" in query:
        return None
    values: Values = {}
    for part in query.split("&"):
        name, _, text = part.partition("=")
        if name not in NEAREST or name == "lang" or not text:
            return None
        values.setdefault(name, []).append(text)
    return values
