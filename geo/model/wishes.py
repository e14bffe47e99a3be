"""What a rider's words ask for beyond a place: 西安站附近能充电的驿站 is a place, a facility and a kind.

The words are data: those of facilities and kinds are the clerks' too, the others are ``data/wishes.json``.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from geo.model.facilities import FACILITIES

__all__ = ["Wish", "read_wish", "wish_words", "words_of"]

_DATA = Path(__file__).resolve().parents[2] / "data"
_APART = re.compile(r"[\s,、;。!?]+")
_PLAIN = re.compile(r"[\W_]+")
_WHEN = ("near", "now", "all_day")
# A word of one character is part of too many names to be taken out of one.
_INSIDE_LENGTH = 2
# English writes apart what is one word here: step-free access.
_TOGETHER = 3


class Wish(NamedTuple):
    """What a text asks for.

    Attributes
    ----------
    kinds, facilities : tuple of str
        Codes, sorted.
    when : tuple of str
        Of ``near``, ``now`` (open now) and ``all_day`` (open round the clock), those asked for; sorted.
    rest : str
        What is left: a place's name, or nothing.
    """

    kinds: tuple[str, ...] = ()
    facilities: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    rest: str = ""


def read_wish(text: str, is_name: Callable[[str], bool] = lambda word: False) -> Wish:
    """Return what a text asks for.

    Parameters
    ----------
    is_name : callable
        Whether some place's name or address holds a word: nothing is taken out of such a word, nor out of
        several that one holds as they stand.

    Examples
    --------
    >>> read_wish("西安站附近能充电的驿站")
    Wish(kinds=('care_station',), facilities=('phone_charging',), when=('near',), rest='西安站')
    >>> read_wish("热饭 现在开门")
    Wish(kinds=(), facilities=('microwave',), when=('now',), rest='')
    >>> read_wish("hot meal").facilities, read_wish("West Station", lambda word: word == "west station").rest
    (('hot_meal',), 'west station')
    >>> read_wish("热水街", lambda word: word == "热水街").rest
    '热水街'
    >>> read_wish("")
    Wish(kinds=(), facilities=(), when=(), rest='')
    """
    words, tokens = wish_words(), words_of(text)
    if len(tokens) > 1 and is_name(" ".join(tokens)):
        return Wish(rest=" ".join(tokens))
    found: dict[str, None] = {}
    rest = []
    while tokens:
        count, meaning = _together(tokens, words)
        if meaning is not None:
            found[meaning] = None
        else:
            rest.append(tokens[0] if is_name(tokens[0]) else _peeled(tokens[0], words, found))
        tokens = tokens[count:]
    return _wish(sorted(found), " ".join(filter(None, rest)))


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are read: in lower case and usual width, without signs between.

    Examples
    --------
    >>> words_of(" 西安站,WiFi "), words_of("。")
    (['西安站', 'wifi'], [])
    """
    return [word for word in _APART.split(unicodedata.normalize("NFKC", text).strip().lower()) if word]


@lru_cache(maxsize=1)
def wish_words() -> Mapping[str, str]:
    """Return every word, in lower case without spaces and signs, and what it means.

    A meaning is ``kind:CODE``, ``facility:CODE``, ``when:WORD``, or ``between`` for what only joins words.
    Where a word is of two sorts a Chinese one means the kind (母婴室), an English one the facility (water).

    Examples
    --------
    >>> [wish_words()[word] for word in ("母婴室", "water", "24小时", "的")]
    ['kind:nursing_room', 'facility:drinking_water', 'when:all_day', 'between']
    """
    asked = json.loads((_DATA / "wishes.json").read_text("utf-8"))
    named = json.loads((_DATA / "words.json").read_text("utf-8"))["kind"]
    kinds = {_plain(word): f"kind:{kind}" for kind, words in named.items() for word in words}
    facilities = {
        _plain(word): f"facility:{facility.code}"
        for facility in FACILITIES.values()
        for word in (facility.zh, facility.en, *facility.words)
    }
    moments = {_plain(word): f"when:{name}" for name in _WHEN for word in asked[name]}
    between = {_plain(word): "between" for word in asked["between"]}
    chinese = {word: meaning for word, meaning in kinds.items() if not word.isascii()}
    return kinds | facilities | chinese | between | moments


def _together(tokens: list[str], words: Mapping[str, str]) -> tuple[int, str | None]:
    """Return how many of the first words mean something together, the most there are, and what it is."""
    for count in range(min(len(tokens), _TOGETHER), 1, -1):
        plain = [_plain(token) for token in tokens[:count]]
        # A sign that stands by itself is no part of a word.
        if all(word and word.isascii() for word in plain) and (meaning := words.get("".join(plain))):
            return count, meaning
    return 1, words.get(_plain(tokens[0]))


def _peeled(token: str, words: Mapping[str, str], found: dict[str, None]) -> str:
    """Return what is left of a word once those that mean something are taken off its ends."""
    while token:
        if (meaning := words.get(_plain(token))) is not None:
            token = ""
        elif cut := _longest_end(token, words) or _longest_beginning(token, words):
            token, meaning = cut
        else:
            return token
        found[meaning] = None
    return token


def _longest_end(token: str, words: Mapping[str, str]) -> tuple[str, str] | None:
    for start in range(len(token)):
        if meaning := _inside(token[start:], words):
            return token[:start], meaning
    return None


def _longest_beginning(token: str, words: Mapping[str, str]) -> tuple[str, str] | None:
    for end in range(len(token), 0, -1):
        if meaning := _inside(token[:end], words):
            return token[end:], meaning
    return None


def _inside(part: str, words: Mapping[str, str]) -> str | None:
    meaning = words.get(part)
    # An English word stands by itself: "station" is no part of "stationery".
    if meaning is None or part.isascii() or (len(part) < _INSIDE_LENGTH and meaning != "between"):
        return None
    return meaning


def _wish(meanings: list[str], rest: str) -> Wish:
    sorts: dict[str, list[str]] = {"kind": [], "facility": [], "when": [], "between": []}
    for meaning in meanings:
        sort, _, code = meaning.partition(":")
        sorts[sort].append(code)
    return Wish(tuple(sorts["kind"]), tuple(sorts["facility"]), tuple(sorts["when"]), rest)


def _plain(text: str) -> str:
    return _PLAIN.sub("", unicodedata.normalize("NFKC", text)).lower()
