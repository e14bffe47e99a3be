"""Places by what people call them: landmarks, districts, stations."""

import re
import unicodedata
from bisect import bisect_right
from typing import NamedTuple

import orjson

from geo.registry.snapshot import Snapshot

__all__ = ["Place", "find_places", "search_rows"]

_MATCHES_LOOKED_AT = 2_000
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

    At equal fit landmarks come before areas, areas before stations. An empty text means no place.
    """
    query = _plain(text)
    if not query:
        return []
    found = [*_landmarks(snapshot, query), *_areas(snapshot, query), *_stations(snapshot, query)]
    return [place for _, place in sorted(found, key=lambda item: item[0])[:limit]]


def search_rows(snapshot: Snapshot, text: str) -> list[int]:
    """Return, ascending, the rows whose code, names or address contain every word of a text."""
    # A lone surrogate, which no text has, finds nothing.
    words = [word.encode(errors="surrogatepass") for word in _APART.split(_plain(text)) if word]
    if not words:
        return []
    rows = _containing(snapshot, max(words, key=len))
    return [row for row in rows if all(word in _line(snapshot, row) for word in words)]


def _landmarks(snapshot: Snapshot, query: str) -> list[tuple[tuple, Place]]:
    found = []
    for mark in snapshot.landmarks:
        fits = [fit for word in (mark.name, *mark.aliases) if (fit := _fit(_plain(word), query)) is not None]
        if fits:
            rank = (min(fits), 0, len(mark.name), mark.name)
            place = Place(mark.name, mark.category or "", mark.lon, mark.lat, exact=not min(fits))
            found.append((rank, place))
    return found


def _areas(snapshot: Snapshot, query: str) -> list[tuple[tuple, Place]]:
    return [
        (
            (fit, 1, len(area["name"]), area["code"]),
            Place(area["name"], area["level"], *area["centre"], area["code"], exact=not fit),
        )
        for area in snapshot.areas
        if area["centre"] and (fit := _fit(_plain(area["name"]), query)) is not None
    ]


def _stations(snapshot: Snapshot, query: str) -> list[tuple[tuple, Place]]:
    found = []
    for row in search_rows(snapshot, query)[:_MATCHES_LOOKED_AT]:
        doc = orjson.loads(snapshot.doc(row))
        fits = [_fit(_plain(word), query) for word in (doc["name"], doc["code"], *doc.get("aliases", ()))]
        fit = min((fit for fit in fits if fit is not None), default=3)
        where = float(snapshot.lon[row]), float(snapshot.lat[row])
        place = Place(doc["name"], doc["kind"], *where, doc["code"], exact=not fit)
        found.append(((fit, 2, len(doc["name"]), doc["code"]), place))
    return found


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
