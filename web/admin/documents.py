"""Answers of the back office that are files to keep."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from flask import Response

from geo.report.tables import harmless

__all__ = ["csv_file", "json_file"]

# Spreadsheets take a file without it for one in the code page of the machine.
_MARK = "\ufeff"


def json_file(value: Any, name: str) -> Response:
    """Return a value as a file that somebody can read."""
    body = orjson.dumps(value, option=orjson.OPT_INDENT_2)
    return _file(body, name, "application/json")


def csv_file(rows: Iterable[Sequence[Any]], name: str) -> Response:
    """Return rows as a spreadsheet opens them; none of their texts runs as a formula."""
    out = io.StringIO()
    write = csv.writer(out)
    for row in rows:
        write.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return _file((_MARK + out.getvalue()).encode(), name, "text/csv; charset=utf-8")


def _file(body: bytes, name: str, content_type: str) -> Response:
    answer = Response(body, content_type=content_type, headers={"Cache-Control": "no-store"})
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
