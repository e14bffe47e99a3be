"""Answers of the back office that are files to keep."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

import orjson
from flask import Response

from geo.report.tables import harmless

__all__ = ["csv_file", "file_answer", "json_file"]

# Spreadsheets take a file without it for one in the code page of the machine.
_MARK = "\ufeff"
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._-]")


def json_file(value: Any, name: str) -> Response:
    """Return a value as a file that somebody can read."""
    body = orjson.dumps(value, option=orjson.OPT_INDENT_2)
    return file_answer(body, name, "application/json")


def csv_file(rows: Iterable[Sequence[Any]], name: str) -> Response:
    """Return rows as a spreadsheet opens them; none of their texts runs as a formula."""
    out = io.StringIO()
    write = csv.writer(out)
    for row in rows:
        write.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return file_answer((_MARK + out.getvalue()).encode(), name, "text/csv; charset=utf-8")


def file_answer(body: bytes, name: str, content_type: str) -> Response:
    """Return an answer to be kept as a file; whoever cannot read its name (RFC 5987) has a plain one."""
    answer = Response(body, content_type=content_type, headers={"Cache-Control": "no-store"})
    names = {"filename": _NOT_PLAIN.sub("_", name), "filename*": f"UTF-8''{quote(name, safe='')}"}
    if name == names["filename"]:
        del names["filename*"]
    answer.headers.set("Content-Disposition", "attachment", **names)
    return answer
