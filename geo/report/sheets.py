"""Printed sheets as PDF: a sign for a station's door, a poster for a wall.

The words come ready-made; this is about what stands where.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import orjson

from geo.report.paper import set_pages, shown

__all__ = ["Entry", "Group", "Pair", "Part", "Poster", "Sign", "printed", "qr_code"]

_KEPT = 32


@dataclass(frozen=True)
class Pair:
    """A heading in the language of the sheet, and in the other one (empty: none)."""

    own: str
    other: str = ""


@dataclass(frozen=True)
class Part:
    """A paragraph under its heading, and a remark in small type."""

    heading: Pair
    text: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Sign:
    """What an A5 sign says.

    ``notice`` stands in a frame: why not to come. ``words`` are the facilities, under the heading and over
    the remark of ``facilities``; ``url`` goes into the QR code.
    """

    lang: str
    title: str
    registry: str
    demo: str
    kind: Pair
    name: str
    place: str
    notice: str
    entry: Part
    hours: Part
    facilities: Part
    words: tuple[str, ...]
    code: str
    code_heading: Pair
    hotline: str
    hotline_heading: Pair
    scan: Pair
    date: str
    url: str


@dataclass(frozen=True)
class Entry:
    """One station in the list of a poster."""

    code: str
    name: str
    kind: str
    place: str
    hours: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """Stations under a heading, which may be empty."""

    name: str
    stations: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True)
class Poster:
    """What an A4 poster says. ``cut`` tells that not all are listed; ``url`` goes into the QR code."""

    lang: str
    title: str
    registry: str
    demo: str
    subject: Pair
    name: str
    summary: str
    cut: str
    nothing: str
    columns: tuple[Pair, Pair, Pair, Pair]
    groups: tuple[Group, ...]
    hotline: str
    hotline_heading: Pair
    scan: Pair
    foot: str
    url: str


def printed(sheet: Sign | Poster, *, fonts: Path) -> bytes:
    """Return a sheet as PDF: the same bytes for the same words, fonts embedded as far as they are used.

    Parameters
    ----------
    sheet : Sign or Poster
    fonts : Path
        A folder that may hold fonts besides those of the system; it need not exist.

    Raises
    ------
    UnavailableError
        This machine has no Chinese font.
    """
    template = "sign.typ" if isinstance(sheet, Sign) else "poster.typ"
    content = shown(sheet) | {"url": sheet.url, "qr": qr_code(sheet.url)}
    return _set(template, orjson.dumps(content).decode(), fonts)


def qr_code(url: str) -> str:
    """Return a QR code as SVG, with the quiet zone that scanners need.

    The medium level still reads with a seventh of it dirty or torn.
    """
    import segno

    picture = io.BytesIO()
    segno.make(url, error="m", micro=False).save(picture, kind="svg", border=4, xmldecl=False)
    return picture.getvalue().decode()


@lru_cache(maxsize=_KEPT)
def _set(template: str, content: str, fonts: Path) -> bytes:
    return set_pages(template, content, fonts=fonts)
