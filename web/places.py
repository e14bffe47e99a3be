"""Which place a typed name means, and how a link names one of several."""

from typing import NamedTuple

from geo.model.station import Kind
from geo.registry.search import Place, find_places
from geo.registry.snapshot import Snapshot
from web.words import KINDS, LEVELS

__all__ = ["MOST", "Candidate", "candidates", "meant"]

MOST = 10
_KIND_CODES = frozenset(kind.value for kind in Kind)


class Candidate(NamedTuple):
    """A place a name may mean: its category in words, and the ``q`` and ``place`` that mean it alone."""

    place: Place
    category: str
    text: str
    number: int


def meant(snapshot: Snapshot, text: str, number: int) -> tuple[Place | None, list[Place]]:
    """Return the place a text means, None unless there is just one, and all it may mean, best first.

    The code of an area means that area, unless something is called so.

    Parameters
    ----------
    number : int
        Which of the places of exactly this name is meant, from 1; 0: not said.
    """
    places = find_places(snapshot, text, limit=MOST)
    exact = [place for place in places if place.exact] or _coded(snapshot, text)
    if 0 < number <= len(exact):
        return exact[number - 1], places
    likely = exact or places
    return (likely[0] if len(likely) == 1 else None), places


def _coded(snapshot: Snapshot, code: str) -> list[Place]:
    return [
        Place(area["name"], area["level"], *area["centre"], code, exact=True)
        for area in snapshot.areas
        if area["code"] == code and area["centre"]
    ]


def candidates(snapshot: Snapshot, places: list[Place]) -> list[Candidate]:
    """Return what to offer for a choice among some places."""
    return [_candidate(snapshot, place) for place in places]


def _candidate(snapshot: Snapshot, place: Place) -> Candidate:
    if place.category in _KIND_CODES:
        # A station has a name of its own: its code.
        return Candidate(place, str(KINDS[Kind(place.category)]), place.code, 0)
    word = LEVELS.get(place.category)
    category = place.category if word is None else str(word)
    names = [found._replace(exact=place.exact) for found in _named(snapshot, place.name)]
    number = names.index(place) + 1 if len(names) > 1 and place in names else 0
    return Candidate(place, category, place.name, number)


def _named(snapshot: Snapshot, name: str) -> list[Place]:
    return [place for place in find_places(snapshot, name, limit=MOST) if place.exact]
