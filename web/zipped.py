"""Answers that are kept compressed, and unpacked for whoever cannot."""

import gzip

from flask import Response, request

__all__ = ["zipped_answer"]


def zipped_answer(body: bytes, content_type: str) -> Response:
    """Return an answer whose body is at hand compressed with gzip."""
    zipped = request.accept_encodings.quality("gzip") > 0
    answer = Response(body if zipped else gzip.decompress(body), content_type=content_type)
    answer.headers["Vary"] = "Accept-Encoding"
    if zipped:
        answer.headers["Content-Encoding"] = "gzip"
    return answer
