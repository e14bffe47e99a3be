"""The second part of a city's pack: what is read and searched, and not needed to sort, filter or draw."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from geo.crs import Crs
from geo.finder.cities import near_city
from geo.finder.pack_columns import distinct, on_grid, sparse
from geo.model.pinyin import syllables
from geo.model.wishes import wish_words
from geo.registry.snapshot import Snapshot

__all__ = ["landmarks_of", "pack_texts", "readings", "words_by_meaning"]

_REPEATED = {"signboard_name": "signboards", "hours_raw": "hours"}
_SPARSE = {
    "aliases": "aliases",
    "floor": "floors",
    "entrance_note": "entrances",
    "closed_reason": "closures",
    "public_phone": "phones",
}


def pack_texts(docs: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the columns of texts of some stations, given by their public properties."""
    return (
        {"addresses": [doc.get("address", "") for doc in docs]}
        | {name: distinct([doc.get(field, "") for doc in docs]) for field, name in _REPEATED.items()}
        | {name: sparse([doc.get(field) for doc in docs]) for field, name in _SPARSE.items()}
    )


def landmarks_of(snapshot: Snapshot, code: str, *, crs: Crs, decimals: int) -> list[list[Any]]:
    """Return the landmarks near a city's stations: name, aliases, category, and place on the pack's grid."""
    marks = snapshot.landmarks
    lon, lat = np.array([mark.lon for mark in marks]), np.array([mark.lat for mark in marks])
    near = np.flatnonzero(near_city(snapshot, code, lon, lat))
    places = on_grid(lon[near], lat[near], crs=crs, decimals=decimals)
    return [
        [marks[number].name, list(marks[number].aliases), marks[number].category or "", *place]
        for number, place in zip(near.tolist(), places, strict=True)
    ]


def readings(texts: Iterable[str]) -> dict[str, str]:
    """Return, for each syllable those characters of some texts that are read so.

    Examples
    --------
    >>> readings(["西安", "安行"])
    {'an': '安', 'hang': '行', 'xi': '西', 'xing': '行'}
    >>> readings(["A座"])
    {'zuo': '座'}
    """
    read = defaultdict(str)
    for char in sorted(set(unicodedata.normalize("NFKC", "".join(texts)))):
        for syllable in _readings().get(char, ()):
            read[syllable] += char
    return {syllable: read[syllable] for syllable in sorted(read)}


def words_by_meaning() -> dict[str, str]:
    """Return the words of `geo.model.wishes`, by meaning, a space between them."""
    words = defaultdict(list)
    for word, meaning in wish_words().items():
        words[meaning].append(word)
    return {meaning: " ".join(words[meaning]) for meaning in words}


@lru_cache(maxsize=1)
def _readings() -> Mapping[str, list[str]]:
    read = defaultdict(list)
    for syllable, chars in syllables().items():
        for char in chars:
            if not char.isascii():
                read[char].append(syllable)
    return dict(read)
