"""A station as a row of the list shows it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson

from geo.crs import Crs
from geo.finder import Answer, Found
from geo.model.facilities import FACILITIES
from geo.model.facts import broken_at
from geo.registry.feature import positions
from web.words import KINDS, StateWords, access_words, distance_words, facility_name, state_words

__all__ = ["Card", "cards", "split_open"]

_FACILITIES_SHOWN = 7
_UNSURE = ("unknown", "maybe_locked")
_ORDER = {code: place for place, code in enumerate(FACILITIES)}


class Card(NamedTuple):
    """What a row shows; ``lon`` and ``lat`` are in the coordinate system of the page's map."""

    number: int
    code: str
    name: str
    kind: str
    kind_name: str
    state: StateWords
    distance: str
    place: str
    facilities: list[str]
    more_facilities: int
    broken: list[str]
    access: list[str]
    phone: str
    lon: float
    lat: float


def cards(answer: Answer, *, crs: str, decimals: int, at: datetime, wanted: Sequence[str] = ()) -> list[Card]:
    """Return the rows of an answer, numbered from 1; the facilities asked for are named first."""
    rows = [item.row for item in answer.found]
    tops = [area["name"] for area in answer.snapshot.areas if area["level"] in ("province", "city")]
    places = positions(answer.snapshot, rows, crs=Crs(crs), decimals=decimals)
    return [
        _card(number, item, answer, place, at, wanted, tops)
        for number, (item, place) in enumerate(zip(answer.found, places, strict=True), 1)
    ]


def split_open(found: Sequence[Card]) -> tuple[list[Card], list[Card]]:
    """Return the rows whose state is known, and those whose state is not."""
    known = [card for card in found if card.state.key not in _UNSURE]
    return known, [card for card in found if card.state.key in _UNSURE]


def _card(
    number: int,
    item: Found,
    answer: Answer,
    place: tuple[float, float],
    at: datetime,
    wanted: Sequence[str],
    tops: Sequence[str],
) -> Card:
    snapshot = answer.snapshot
    doc = orjson.loads(snapshot.doc(item.row))
    broken = broken_at(snapshot.facts.get(item.row, ()), datetime.now(UTC))
    there = [code for code, have in doc.get("facilities", {}).items() if have == "yes" and code not in broken]
    there.sort(key=lambda code: (code not in wanted, _ORDER.get(code, len(_ORDER)), code))
    shown = there[: max(_FACILITIES_SHOWN, len(wanted))]
    return Card(
        number=number,
        code=doc["code"],
        name=doc["name"],
        kind=doc["kind"],
        kind_name=str(KINDS[doc["kind"]]),
        state=state_words(item.state, doc, at=at, there=item.minute.at),
        distance=distance_words(item.distance_m, answer.by, item.duration_s),
        place=" ".join(
            part for part in (_short(doc, tops), doc.get("floor"), doc.get("entrance_note")) if part
        ),
        facilities=[facility_name(code) for code in shown],
        more_facilities=len(there) - len(shown),
        broken=[facility_name(code) for code in broken],
        access=access_words(doc),
        phone=doc.get("public_phone", ""),
        lon=place[0],
        lat=place[1],
    )


def _short(doc: dict[str, Any], tops: Sequence[str]) -> str:
    """Return the address without the province and city that all in the list share."""
    address = doc.get("address", "")
    while top := next((name for name in tops if address.startswith(name) and address != name), None):
        address = address.removeprefix(top)
    return address
