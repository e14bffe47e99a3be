"""Chinese names as people type them without a Chinese keyboard: in full (xianzhan) or by initials (xaz).

A character may have several readings, and every one of them counts: 重庆 is found as chongqing and as
zhongqing. The table (``data/pinyin.txt``) holds the readings people use, those of place names among them.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, NamedTuple

__all__ = ["Step", "initials", "spelled", "spelling", "steps_of", "syllables"]

_FILE = Path(__file__).resolve().parents[2] / "data" / "pinyin.txt"
_TYPED = re.compile(r"[a-z][a-z0-9]+")
_BETWEEN = re.compile(r"[\s'’]+")
_TYPEABLE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_EXACT, _BEGINNING, _PART = 0, 1, 2

Tokens = Mapping[str, frozenset[str]]
"""What may be typed, and the characters it may stand for."""


class Step(NamedTuple):
    """A way on in a spelling: to a place in it, by any of some characters.

    A place equal to the spelling's length is its end; one beyond is its end within a syllable.
    """

    to: int
    chars: frozenset[str]


@lru_cache(maxsize=1)
def syllables() -> Tokens:
    """Return for each syllable, and each plain letter or digit, the characters read so.

    Examples
    --------
    >>> "西" in syllables()["xi"], "栖" in syllables()["qi"], "栖" in syllables()["xi"]
    (True, True, True)
    """
    lines = (line.split(" ") for line in _FILE.read_text("utf-8").splitlines())
    return _with_themselves({syllable: frozenset(chars) for syllable, chars in lines})


@lru_cache(maxsize=1)
def initials() -> Tokens:
    """Return for each letter the characters with a reading that begins with it.

    Examples
    --------
    >>> "重" in initials()["c"], "重" in initials()["z"], "重" in initials()["h"]
    (True, True, False)
    """
    letters: dict[str, frozenset[str]] = {}
    for syllable, chars in syllables().items():
        letters[syllable[0]] = letters.get(syllable[0], frozenset()) | chars
    return _with_themselves(letters)


def spelling(text: str) -> str | None:
    """Return what a text spells, without the spaces in it; None for one that cannot be a spelling.

    A single letter is none: it would begin half of all names.

    Examples
    --------
    >>> spelling(" Xi'an Zhan"), spelling("x"), spelling("西安")
    ('xianzhan', None, None)
    """
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text).lower())
    return plain if _TYPED.fullmatch(plain) else None


def spelled(name: str, query: str) -> int | None:
    """Return how a spelling fits a name: 0 all of it, 1 its beginning, 2 a part of it; None not at all.

    Parameters
    ----------
    name : str
        Lower case. A character that is never typed (a space, a bracket) parts it: no spelling reaches across.
    query : str
        As `spelling` gives it; its last syllable may be unfinished.

    Examples
    --------
    >>> [spelled("西安站", query) for query in ("xianzhan", "xaz", "xianzh", "anzhan", "xiz")]
    [0, 0, 1, 2, None]
    >>> spelled("", "xaz") is None
    True
    """
    fits = [
        fit
        for steps in (steps_of(query, "full"), steps_of(query, "initials"))
        for start in range(len(name))
        if (fit := _fit(name, start, steps)) is not None
    ]
    return min(fits, default=None)


@lru_cache(maxsize=256)
def steps_of(query: str, how: Literal["full", "initials"]) -> tuple[tuple[Step, ...], ...]:
    """Return for each place in a spelling the ways on from it, by one character of a name.

    Examples
    --------
    >>> [[step.to for step in steps] for steps in steps_of("xian", "full")]
    [[1, 2, 3, 4, 5], [2], [3, 4, 5], [4, 5]]
    >>> [[step.to for step in steps] for steps in steps_of("xa", "initials")]
    [[1], [2]]
    """
    tokens = syllables() if how == "full" else initials()
    ways: list[dict[int, set[str]]] = [{} for _ in query]
    for place, onwards in enumerate(ways):
        rest = query[place:]
        for token, chars in tokens.items():
            if rest.startswith(token):
                onwards.setdefault(place + len(token), set()).update(chars)
            elif token.startswith(rest):
                onwards.setdefault(len(query) + 1, set()).update(chars)
    return tuple(
        tuple(Step(to, frozenset(chars)) for to, chars in sorted(onwards.items())) for onwards in ways
    )


def _fit(name: str, start: int, steps: tuple[tuple[Step, ...], ...]) -> int | None:
    places = {0}
    for at in range(start, len(name)):
        places = {step.to for place in places for step in steps[place] if name[at] in step.chars}
        if not places:
            return None
        if max(places) >= len(steps):
            whole = start == 0 and at + 1 == len(name) and len(steps) in places
            return _EXACT if whole else _PART if start else _BEGINNING
    return None


def _with_themselves(tokens: Mapping[str, frozenset[str]]) -> Tokens:
    own = {char: tokens.get(char, frozenset()) | {char} for char in sorted(_TYPEABLE)}
    return MappingProxyType({**tokens, **own})
