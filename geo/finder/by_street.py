"""The k nearest stations along streets, exactly, under the same filters as by line."""

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from geo.finder.question import Question
from geo.finder.streets import Located, Stands, stands_of
from geo.registry.nearest import Index
from geo.registry.openings import OPEN, UNKNOWN
from geo.registry.selection import filter_mask

if TYPE_CHECKING:
    from geo.network.paths import Legs

__all__ = ["nearer_off_network", "nearest_by_street"]

_GEOD = Geod(ellps="WGS84")
_GROW = 4

Leg = tuple[int, float, float]
"""A row of the snapshot, and the metres and seconds of the way to it."""


def nearest_by_street(index: Index, question: Question, located: Located) -> list[Leg]:
    """Return the k nearest along streets, ordered by (metres, code); what cannot be reached is left out.

    With a moment asked for, what is open then comes first and what is unknown after all of it; on arrival
    each station's own moment counts.
    """
    stands = stands_of(index, located.streets, located.graph, question.by)
    wanted = filter_mask(index.snapshot, question.filter)[stands.rows]
    if question.open_at is None:
        return _legs(stands, _search(located, question, stands, question.k, wanted))
    if question.arrival:
        return _open_on_arrival(index, question, located, stands, wanted)
    states = index.openings.at(question.open_at).all_groups()[index.snapshot.schedule[stands.rows]]
    found: list[Leg] = []
    for group in (OPEN, UNKNOWN):
        part = _search(located, question, stands, question.k - len(found), wanted & (states == group))
        found += _legs(stands, part)
        if len(found) == question.k:
            break
    return found


def nearer_off_network(index: Index, question: Question, located: Located, distance_m: float) -> int:
    """Return how many stations that pass the filter are off the network, yet nearer by line than this."""
    stands = stands_of(index, located.streets, located.graph, question.by)
    snapshot = index.snapshot
    rows = stands.rows[~stands.on]
    if len(rows):
        rows = rows[filter_mask(snapshot, question.filter)[rows]]
    lon, lat = np.full((2, len(rows)), [[question.point.lon], [question.point.lat]])
    metres = _GEOD.inv(lon, lat, snapshot.lon[rows], snapshot.lat[rows], return_back_azimuth=False)[2]
    return int((np.asarray(metres) < distance_m).sum())


def _open_on_arrival(
    index: Index, question: Question, located: Located, stands: Stands, wanted: NDArray[np.bool_]
) -> list[Leg]:
    # The nearest few are tried first; as they come in order, k open ones among them settle the answer.
    fetch = _GROW * question.k
    while True:
        legs = _legs(stands, _search(located, question, stands, fetch, wanted))
        groups = [_group_on_arrival(index, question, leg) for leg in legs]
        is_open = [leg for leg, group in zip(legs, groups, strict=True) if group == OPEN]
        if len(is_open) >= question.k:
            return is_open[: question.k]
        if len(legs) < fetch:
            unknown = [leg for leg, group in zip(legs, groups, strict=True) if group == UNKNOWN]
            return (is_open + unknown)[: question.k]
        fetch *= _GROW


def _group_on_arrival(index: Index, question: Question, leg: Leg) -> int:
    row, _, seconds = leg
    minute = index.openings.at(question.open_at + timedelta(seconds=seconds))
    return minute.group(int(index.snapshot.schedule[row]))


def _search(
    located: Located, question: Question, stands: Stands, k: int, wanted: NDArray[np.bool_]
) -> "Legs":
    from geo.network.paths import nearest_stops

    return nearest_stops(located.graph, question.by, located.position, stands.stops, k, wanted)


def _legs(stands: Stands, legs: "Legs") -> list[Leg]:
    rows = stands.rows[legs.stop].tolist()
    return list(zip(rows, legs.metres.tolist(), legs.seconds.tolist(), strict=True))
