"""The k nearest stations along streets, exactly, under the same filters as by line."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from geo.finder.question import Question, line_speed_m_s
from geo.finder.streets import Located, Stands, stands_of
from geo.model.hours import CLOSED, OPEN, UNKNOWN
from geo.registry.nearest import Index, nearest
from geo.registry.selection import filter_mask
from geo.registry.snapshot import ecef_of

if TYPE_CHECKING:
    from geo.network.paths import Legs

__all__ = ["Leg", "left_out", "nearer_off_network", "nearest_by_street"]

_GEOD = Geod(ellps="WGS84")
_GROW = 4


class Leg(NamedTuple):
    """A row of the snapshot, the metres and seconds of the way to it, and where that way begins."""

    row: int
    metres: float
    seconds: float
    start: Located


def nearest_by_street(index: Index, question: Question, starts: Sequence[Located]) -> list[Leg]:
    """Return the k nearest along streets, ordered by (metres, code); what cannot be reached is left out.

    With a moment asked for, what is open then comes first and what is unknown after all of it; on arrival
    each station's own moment counts.

    Parameters
    ----------
    starts : sequence of Located
        Where one stands on each set of streets, off none of them. Of ways to one station the shortest counts:
        any that belongs to the answer is in that of its own set.
    """
    if len(starts) == 1:
        return _on_one_set(index, question, starts[0])
    shortest: dict[int, Leg] = {}
    for start in starts:
        for leg in _on_one_set(index, question, start):
            if leg.row not in shortest or leg.metres < shortest[leg.row].metres:
                shortest[leg.row] = leg
    group = _group_of(index, question)
    return sorted(shortest.values(), key=lambda leg: (group(leg.row, leg.seconds), leg.metres, leg.row))[
        : question.k
    ]


def nearer_off_network(index: Index, question: Question, starts: Sequence[Located], distance_m: float) -> int:
    """Return how many stations that might be the answer are on none of the streets, yet nearer by line."""
    snapshot, selection = index.snapshot, index.selections.of(question.filter)
    if selection.tree is None:
        return 0
    # A chord is never longer than its geodesic.
    rows = selection.rows[selection.tree.query_ball_point(ecef_of(question.point), distance_m)]
    rows = _off(index, question, starts, rows)
    lon, lat = np.full((2, len(rows)), [[question.point.lon], [question.point.lat]])
    metres = _GEOD.inv(lon, lat, snapshot.lon[rows], snapshot.lat[rows], return_back_azimuth=False)[2]
    group, speed_m_s = _group_of(index, question), line_speed_m_s(question.by)
    return sum(
        far < distance_m and group(row, far / speed_m_s) != CLOSED
        for row, far in zip(rows.tolist(), np.asarray(metres).tolist(), strict=True)
    )


def left_out(index: Index, question: Question, starts: Sequence[Located], found: Sequence[Leg]) -> set[int]:
    """Return rows that by line would fill up an answer of fewer than k, as no street leads there."""
    if len(found) == question.k:
        return set()
    speed_m_s = line_speed_m_s(question.by) if question.arrival else None
    hits = nearest(
        index,
        question.point,
        question.k,
        question.filter,
        open_at=question.open_at,
        speed_m_s=speed_m_s,
        all_day=question.all_day,
    )
    rows = np.setdiff1d([hit.row for hit in hits], [leg.row for leg in found]).astype(np.int32)
    # One on the streets may be missing because it closes before one is there, by the real way.
    return set((_off(index, question, starts, rows) if question.arrival else rows).tolist())


def _off(
    index: Index, question: Question, starts: Sequence[Located], rows: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Return those of some rows that stand on none of the streets."""
    on = np.zeros(len(index.snapshot), bool)
    for start in starts:
        stands = stands_of(index, start.streets, start.graph, question.by)
        on[stands.rows[stands.on]] = True
    return rows[~on[rows]]


def _on_one_set(index: Index, question: Question, start: Located) -> list[Leg]:
    stands = stands_of(index, start.streets, start.graph, question.by)
    wanted = filter_mask(index.snapshot, question.filter)[stands.rows]
    if question.open_at is None:
        return _legs(start, stands, _search(start, question, stands, question.k, wanted))
    if question.arrival:
        return _open_on_arrival(index, question, start, stands, wanted)
    minute = index.openings.at(question.open_at, all_day=question.all_day)
    states = minute.all_groups()[index.snapshot.schedule[stands.rows]]
    found: list[Leg] = []
    for group in (OPEN, UNKNOWN):
        part = _search(start, question, stands, question.k - len(found), wanted & (states == group))
        found += _legs(start, stands, part)
        if len(found) == question.k:
            break
    return found


def _open_on_arrival(
    index: Index, question: Question, start: Located, stands: Stands, wanted: NDArray[np.bool_]
) -> list[Leg]:
    # The nearest few are tried first; as they come in order, k open ones among them settle the answer.
    fetch = _GROW * question.k
    group = _group_of(index, question)
    while True:
        legs = _legs(start, stands, _search(start, question, stands, fetch, wanted))
        groups = [group(leg.row, leg.seconds) for leg in legs]
        is_open = [leg for leg, found in zip(legs, groups, strict=True) if found == OPEN]
        if len(is_open) >= question.k:
            return is_open[: question.k]
        if len(legs) < fetch:
            unknown = [leg for leg, found in zip(legs, groups, strict=True) if found == UNKNOWN]
            return (is_open + unknown)[: question.k]
        fetch *= _GROW


def _group_of(index: Index, question: Question) -> Callable[[int, float], int]:
    """Return what tells a row's group when the way to it takes some seconds; all are one without a moment."""
    schedule, at = index.snapshot.schedule, question.open_at
    if at is None:
        return lambda _row, _seconds: OPEN
    if not question.arrival:
        minute = index.openings.at(at, all_day=question.all_day)
        return lambda row, _seconds: minute.group(int(schedule[row]))
    return lambda row, seconds: index.openings.at(at + timedelta(seconds=seconds)).group(int(schedule[row]))


def _search(start: Located, question: Question, stands: Stands, k: int, wanted: NDArray[np.bool_]) -> "Legs":
    from geo.network.paths import nearest_stops

    return nearest_stops(start.graph, question.by, start.position, stands.stops, k, wanted)


def _legs(start: Located, stands: Stands, legs: "Legs") -> list[Leg]:
    rows = stands.rows[legs.stop].tolist()
    return [
        Leg(row, metres, seconds, start)
        for row, metres, seconds in zip(rows, legs.metres.tolist(), legs.seconds.tolist(), strict=True)
    ]
