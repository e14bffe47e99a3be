"""Printed sheets as PDF: a sign for a station's door, a poster for a wall.

The words come ready-made; this is about paper. Pages are set by Typst from the templates in ``data/sheets``.
What is printed reaches them as JSON, which no template evaluates: a text can be hostile and is still a text.
"""

import io
import re
import unicodedata
from dataclasses import dataclass, is_dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import orjson

from geo.errors import UnavailableError

__all__ = ["Entry", "Group", "Pair", "Part", "Poster", "Sign", "printed"]

_TEMPLATES = Path(__file__).resolve().parents[2] / "data" / "sheets"
_KEPT = 32
# Sans-serif fonts that hold simplified Chinese, as the systems a server runs on ship them; the best first.
_FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "HarmonyOS Sans SC",
    "PingFang SC", "Microsoft YaHei", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "SimHei",
    "Droid Sans Fallback",
)  # fmt: skip
# What sets, hides or reorders text instead of showing as itself: controls, direction marks, surrogates.
_UNSEEN = ("Cc", "Cf", "Cs", "Cn")
# Where a line may end, unseen otherwise.
_BREAK = "\u200b"
# Chinese breaks between any two characters; other writing only where words end, or after some of its marks.
_LONGEST_WORD = 14
_LONG_RUN = re.compile(rf"[!-\u2e7f]{{{_LONGEST_WORD + 1},}}")
_AFTER_MARK = re.compile(r"(?<=[,;/)?&=])")
_LONGEST = 240
_LOCK = Lock()


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
    content = _shown(sheet) | {"url": sheet.url, "qr": _qr(sheet.url)}
    return _set(template, orjson.dumps(content).decode(), fonts)


def _shown(value: Any) -> Any:
    """Return a value with every text in it as paper can show it."""
    if isinstance(value, str):
        return _breakable(value)
    if is_dataclass(value):
        return {name: _shown(item) for name, item in vars(value).items()}
    return [_shown(item) for item in value]


def _breakable(text: str) -> str:
    """Return a text of bounded length that fits any column: words too long for one may break.

    Examples
    --------
    >>> _breakable("热水  \u3000好"), _breakable("")
    ('热水 好', '')
    >>> len(_breakable("长" * 1000)), len(_breakable("a" * 20))
    (240, 39)
    """
    if len(text) <= _LONGEST_WORD and text.isprintable():
        return text
    spaced = "".join(" " if char.isspace() else char for char in text)
    seen = "".join(char for char in spaced if unicodedata.category(char) not in _UNSEEN)
    whole = " ".join(seen.split())
    short = whole if len(whole) <= _LONGEST else f"{whole[: _LONGEST - 1]}…"
    return _LONG_RUN.sub(_parted, short)


def _parted(run: re.Match[str]) -> str:
    parts = _AFTER_MARK.split(run[0])
    return _BREAK.join(part if len(part) <= _LONGEST_WORD else _BREAK.join(part) for part in parts)


def _qr(url: str) -> str:
    """Return a QR code as SVG, with the quiet zone that scanners need.

    The medium level still reads with a seventh of it dirty or torn.
    """
    import segno

    picture = io.BytesIO()
    segno.make(url, error="m", micro=False).save(picture, kind="svg", border=4, xmldecl=False)
    return picture.getvalue().decode()


@lru_cache(maxsize=_KEPT)
def _set(template: str, content: str, fonts: Path) -> bytes:
    compiler, font = _compiler(fonts)
    content = f'{{"font":{orjson.dumps(font).decode()},{content[1:]}'
    with _LOCK:
        return compiler.compile(input=str(_TEMPLATES / template), sys_inputs={"data": content}, format="pdf")


@lru_cache(maxsize=1)
def _compiler(fonts: Path) -> tuple[Any, str]:
    """Return Typst's compiler and the name of the font; made once, because it looks through all fonts."""
    # Some 20 MB for each worker: only those that print pay them.
    import typst

    folders = [str(fonts)] if fonts.is_dir() else []
    families = set(typst.Fonts(include_embedded_fonts=False, font_paths=folders).families())
    font = next((name for name in _FONTS if name in families), None)
    if font is None:
        raise UnavailableError(
            "这台服务器没有中文字体,不能制作 PDF。请安装一种(如 apt-get install fonts-noto-cjk),"
            "或者把思源黑体的字体文件放进 %(folder)s,再试一次",
            folder=fonts,
        )
    return typst.Compiler(root=str(_TEMPLATES), font_paths=folders), font
