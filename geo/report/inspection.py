"""Sheets to take along: what is registered of each station, with room for what is true.

The words come ready-made, as those of `geo.report.sheets`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from geo.report.paper import set_pages, shown
from geo.report.sheets import qr_code

__all__ = ["Inspection", "Line", "Visit", "printed_inspection"]


@dataclass(frozen=True)
class Line:
    """Something to look at, and what is registered of it."""

    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Visit:
    """The sheet of one station; ``url`` is where what was found is written down, as a QR code."""

    code: str
    name: str
    kind: str
    place: str
    last: str
    lines: tuple[Line, ...]
    url: str


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """Sheets of several stations; ``words`` are those around them, by name."""

    lang: str
    title: str
    registry: str
    demo: str
    date: str
    words: dict[str, str]
    visits: tuple[Visit, ...]


def printed_inspection(sheets: Inspection, *, fonts: Path) -> bytes:
    """Return sheets as PDF, A4.

    Raises
    ------
    UnavailableError
        This machine has no Chinese font.
    """
    visits = [_with_code(visit) for visit in sheets.visits]
    content = shown(sheets) | {"visits": visits}
    return set_pages("inspection.typ", orjson.dumps(content).decode(), fonts=fonts)


def _with_code(visit: Visit) -> dict[str, Any]:
    return shown(visit) | {"url": visit.url, "qr": qr_code(visit.url)}
