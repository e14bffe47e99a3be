"""Answers under a tag, which are not sent again to whoever has them."""

from collections.abc import Callable
from datetime import datetime

from flask import Response, request

__all__ = ["conditional"]


def conditional(tag: str, answer: Callable[[], Response], *, modified: datetime | None = None) -> Response:
    """Return an answer under a tag; to whoever has it, only that it has not changed (304).

    It may be kept, and is asked for again before it is used. The tag is weak: the same whatever the
    compression. ``answer`` is not called in vain.

    Parameters
    ----------
    modified : datetime, optional
        When what is answered last changed, for those who ask by that.
    """
    if _has(tag, modified):
        response = Response(status=304)
        # A cache would take it for the type of what it keeps (RFC 9111, 3.2).
        del response.headers["Content-Type"]
    else:
        response = answer()
    response.set_etag(tag, weak=True)
    if modified is not None:
        response.last_modified = modified
    response.headers["Cache-Control"] = "no-cache"
    return response


def _has(tag: str, modified: datetime | None) -> bool:
    # Who names a tag is not asked for a time (RFC 9110, 13.1.3).
    if request.if_none_match:
        return request.if_none_match.contains_weak(tag)
    asked = request.if_modified_since
    return modified is not None and asked is not None and modified <= asked
