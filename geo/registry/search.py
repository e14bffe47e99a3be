"""Places by what people call them: landmarks, districts, stations; in characters or in pinyin."""

import re
import unicodedata
from bisect import bisect_right
from typing import NamedTuple

import orjson

from geo.model.pinyin import spelled, spelling
from geo.model.wishes import Wish, read_wish
from geo.registry.search_spelled import spelled_rows
from geo.registry.snapshot import Snapshot

__all__ = ["Place", "find_places", "search_rows", "wish_of"]

_MATCHES_LOOKED_AT = 2_000
# How well a text fits: a name (0 all of it, 1 its beginning, 2 a part), or what else is known of the place; a
# spelling comes after all of them, in the same order.
_ELSEWHERE, _SPELLED = 3, 4
_APART = re.compile(r"[\s,、;]+")


class Place(NamedTuple):
    """A place found: what it is called, what it is, and where, in WGS-84 degrees.

    ``code`` is that of a station or an area, empty for a landmark; ``exact``: the text is one of its names.
    """

    name: str
    category: str
    lon: float
    lat: float
    code: str = ""
    exact: bool = False


def find_places(snapshot: Snapshot, text: str, *, limit: int = 8) -> list[Place]:
    """Return the places a text may mean, best first: exact names, then beginnings, then parts of names.

    Letters may also spell a name: xianzhan and xaz both mean 西安站, after every name that holds the letters.
    At equal fit landmarks come before areas, areas before stations. An empty text means no place.
    """
    query = _Query(_plain(text), spelling(text))
    if not query.text:
        return []
    found = [*_landmarks(snapshot, query), *_areas(snapshot, query), *_stations(snapshot, query)]
    return [place for _, place in sorted(found, key=lambda item: item[0])[:limit]]


def wish_of(snapshot: Snapshot, text: str) -> Wish:
    """Return what a text asks for beside a place: kinds, facilities, open now; ``rest`` is to be found.

    Nothing is taken out of a word that some name or address holds, nor out of several held as they stand.
    """
    return read_wish(text, lambda word: _is_held(snapshot, word))


def search_rows(snapshot: Snapshot, text: str) -> list[int]:
    """Return, ascending, the rows whose code, names or address contain every word of a text."""
    # A lone surrogate, which no text has, finds nothing.
    words = [word.encode(errors="surrogatepass") for word in _APART.split(_plain(text)) if word]
    if not words:
        return []
    rows = _containing(snapshot, max(words, key=len))
    return [row for row in rows if all(word in _line(snapshot, row) for word in words)]


class _Query(NamedTuple):
    """A text as it is compared, and what it spells, if anything."""

    text: str
    spelling: str | None

    def fit(self, *names: str) -> int | None:
        """Return how well the best fitting of some names fits, None when none does."""
        plain = [_plain(name) for name in names]
        fits = [fit for name in plain if (fit := _fit(name, self.text)) is not None]
        if not fits and self.spelling:
            fits = [_SPELLED + fit for name in plain if (fit := spelled(name, self.spelling)) is not None]
        return min(fits, default=None)


def _landmarks(snapshot: Snapshot, query: _Query) -> list[tuple[tuple, Place]]:
    return [
        (
            (fit, 0, len(mark.name), mark.name),
            Place(mark.name, mark.category or "", mark.lon, mark.lat, exact=_is_exact(fit)),
        )
        for mark in snapshot.landmarks
        if (fit := query.fit(mark.name, *mark.aliases)) is not None
    ]


def _areas(snapshot: Snapshot, query: _Query) -> list[tuple[tuple, Place]]:
    return [
        (
            (fit, 1, len(area["name"]), area["code"]),
            Place(area["name"], area["level"], *area["centre"], area["code"], exact=_is_exact(fit)),
        )
        for area in snapshot.areas
        if area["centre"] and (fit := query.fit(area["name"])) is not None
    ]


def _stations(snapshot: Snapshot, query: _Query) -> list[tuple[tuple, Place]]:
    rows = dict.fromkeys(search_rows(snapshot, query.text)[:_MATCHES_LOOKED_AT], _ELSEWHERE)
    if query.spelling:
        for row in spelled_rows(snapshot, query.spelling)[:_MATCHES_LOOKED_AT]:
            rows.setdefault(row, _SPELLED + _ELSEWHERE)
    found = []
    for row, otherwise in rows.items():
        doc = orjson.loads(snapshot.doc(row))
        fit = query.fit(doc["name"], doc["code"], *doc.get("aliases", ()))
        fit = otherwise if fit is None else min(fit, otherwise)
        where = float(snapshot.lon[row]), float(snapshot.lat[row])
        place = Place(doc["name"], doc["kind"], *where, doc["code"], exact=_is_exact(fit))
        found.append(((fit, 2, len(doc["name"]), doc["code"]), place))
    return found


def _is_exact(fit: int) -> bool:
    return fit in (0, _SPELLED)


def _is_held(snapshot: Snapshot, word: str) -> bool:
    query = _Query(_plain(word), None)
    names = ((mark.name, *mark.aliases) for mark in snapshot.landmarks)
    return (
        snapshot.search.find(query.text.encode(errors="surrogatepass")) >= 0
        or any(query.fit(*own) is not None for own in names)
        or any(query.fit(area["name"]) is not None for area in snapshot.areas if area["centre"])
    )


def _containing(snapshot: Snapshot, word: bytes) -> list[int]:
    rows, starts, at = [], snapshot.search_start.tolist(), snapshot.search.find(word)
    while at >= 0 and len(rows) < len(starts):
        row = bisect_right(starts, at) - 1
        rows.append(row)
        if row + 1 == len(starts):
            break
        at = snapshot.search.find(word, starts[row + 1])
    return rows


def _line(snapshot: Snapshot, row: int) -> bytes:
    starts = snapshot.search_start
    end = starts[row + 1] if row + 1 < len(starts) else len(snapshot.search)
    return snapshot.search[starts[row] : end]


def _fit(name: str, query: str) -> int | None:
    if query not in name:
        return None
    return 0 if name == query else 1 if name.startswith(query) else 2


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()
