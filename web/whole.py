"""Every answer handed to the server in one piece.

What comes as an iterator the server takes from the worker's one thread at the pace of whoever reads it: one
slow reader would hold up all others. A list it sends on its own, beside the next answers. Everything answered
here is in memory or is a small file, so that nothing is lost by having all of it at once.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

__all__ = ["in_one_piece", "init_whole"]

_Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def init_whole(app: Flask) -> None:
    """Let all answers of the app, those that pass the framework by included, be of one piece."""
    app.wsgi_app = in_one_piece(app.wsgi_app)


def in_one_piece(wsgi: _Wsgi) -> _Wsgi:
    """Return a WSGI application with the same answers, their bodies lists.

    Examples
    --------
    >>> in_one_piece(lambda environ, start_response: iter([b"a", b"b"]))({}, print)
    [b'ab']
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        body = wsgi(environ, start_response)
        if isinstance(body, list):
            return body
        try:
            return [b"".join(body)]
        finally:
            # PEP 3333: whoever drains a body closes it.
            if hasattr(body, "close"):
                body.close()

    return answer
