"""Where else one can go now, from a station that is full, shut or not the right one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from geo.finder import Answer, Found, Question, find_nearest, sets_around
from geo.model.station import Kind
from geo.registry.nearest import Index
from web.words import KINDS, StateWords, distance_words, state_words

__all__ = ["Near", "open_nearby"]

_MOST = 5
# Whoever reads the page is on foot or an e-bike: what is farther is no help.
_REACH_M = 10_000.0
_FOR_ALL = (Kind.CARE_STATION, Kind.WATER_POINT)


class Near(NamedTuple):
    """Another station that is open now."""

    code: str
    name: str
    kind: str
    kind_name: str
    distance: str
    state: StateWords


def open_nearby(
    index: Index, row: int, doc: Mapping[str, Any], *, now: datetime
) -> tuple[list[Near], str | None]:
    """Return the nearest other stations that are surely open now, and whose streets the ways go along.

    From a nursing room they are nursing rooms, from any other station those that everybody may use.
    Ways are those on foot where streets are known, else straight lines.
    """
    door = index.snapshot.door(row)
    question = Question(
        point=door,
        k=_MOST + 1,
        kinds=[Kind.NURSING_ROOM] if doc["kind"] == Kind.NURSING_ROOM else _FOR_ALL,
        open_at=now,
        by="walk" if sets_around(index.snapshot, door) else "line",
    )
    answer = find_nearest(index, question, now=now)
    others = [
        item
        for item in answer.found
        if item.row != row and item.state.state == "open" and item.distance_m <= _REACH_M
    ]
    return [_near(answer, item, now) for item in others[:_MOST]], answer.attribution


def _near(answer: Answer, item: Found, now: datetime) -> Near:
    doc = orjson.loads(answer.snapshot.doc(item.row))
    return Near(
        code=doc["code"],
        name=doc["name"],
        kind=doc["kind"],
        kind_name=str(KINDS[doc["kind"]]),
        distance=distance_words(item.distance_m, answer.by, item.duration_s),
        state=state_words(item.state, doc, at=now),
    )
