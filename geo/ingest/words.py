"""The words clerks write, and what they mean: lists that are data, in ``data``."""

import json
import re
import unicodedata
from pathlib import Path

__all__ = ["lookup_table", "plain", "read_words"]

_DATA = Path(__file__).resolve().parents[2] / "data"
_NOT_TEXT = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Return letters, figures and ideographs alone: width, case, spaces and punctuation do not matter.

    Examples
    --------
    >>> plain("Ｗi-Fi （免费）")
    'wifi免费'
    >>> plain(" ")
    ''
    """
    return _NOT_TEXT.sub("", unicodedata.normalize("NFKC", text)).casefold()


def read_words(name: str) -> dict:
    """Return one of the word lists under ``data``."""
    return json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))


def lookup_table(words: dict[str, list[str]]) -> dict[str, str]:
    """Return meaning by plain word, from words by meaning; every meaning is a word for itself.

    Examples
    --------
    >>> lookup_table({"open": ["开放"]})
    {'open': 'open', '开放': 'open'}
    >>> lookup_table({})
    {}
    """
    return {plain(word): meaning for meaning, known in words.items() for word in (meaning, *known)}
