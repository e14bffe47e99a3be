"""Words set on paper by Typst, from the templates in ``data/sheets``.

What is printed reaches a template as JSON, which no template evaluates: a text can be hostile and is still a
text.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import orjson

from geo.errors import UnavailableError

__all__ = ["set_pages", "shown"]

_TEMPLATES = Path(__file__).resolve().parents[2] / "data" / "sheets"
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


def set_pages(template: str, content: str, *, fonts: Path) -> bytes:
    """Return a PDF: the same bytes for the same words, fonts embedded as far as they are used.

    Parameters
    ----------
    template : str
        The name of its file.
    content : str
        What the template calls ``data``: a JSON object, to which the ``font`` is added.
    fonts : Path
        A folder that may hold fonts besides those of the system; it need not exist.

    Raises
    ------
    UnavailableError
        This machine has no Chinese font.
    """
    compiler, font = _compiler(fonts)
    content = f'{{"font":{orjson.dumps(font).decode()},{content[1:]}'
    with _LOCK:
        return compiler.compile(input=str(_TEMPLATES / template), sys_inputs={"data": content}, format="pdf")


def shown(value: Any) -> Any:
    """Return a value with every text in it as paper can show it."""
    if isinstance(value, str):
        return _breakable(value)
    if is_dataclass(value):
        return {name: shown(item) for name, item in vars(value).items()}
    if isinstance(value, Mapping):
        return {name: shown(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [shown(item) for item in value]
    return value


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
