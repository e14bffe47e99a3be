"""The k nearest stations of a snapshot, exactly, by geodesic distance on the WGS-84 ellipsoid.

Candidates come from a tree over geocentric positions, in the order of the straight chord through the
earth, and are re-ranked by geodesic. A geodesic is never shorter than its chord: once as many candidates
lie nearer than the last chord fetched as are wanted, no station left unfetched can belong to the answer.

Up to 200 km the geodesic is known from the chord c: c + c^3 / 24 R^2, the arc of a circle over its chord, and
the radius of curvature R of a normal section of the ellipsoid lies between 6,335 and 6,400 km. Chords that
differ by more than that leaves open (a millimetre and 2.5 % of the correction) are ordered as their
geodesics are, and nothing has to be re-ranked; up to 30 km the distance itself is right to 0.3 mm. Where two
are closer, or anything is farther, the geodesics decide.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from geo.model.hours import CLOSED, OPEN, UNKNOWN
from geo.model.place import Point
from geo.registry.openings import Minute, Openings
from geo.registry.selection import Filter, Selection, Selections
from geo.registry.snapshot import Snapshot, ecef_of

__all__ = ["Hit", "Index", "nearest"]

_GEOD = Geod(ellps="WGS84")
_EXTRA = 6
_GROW = 4
# By day a third is enough to look among for what is open; in the evening fewer are.
_OPEN_AMONG = (3, 9)
# Past this many candidates it is cheaper to pick out the open stations than to go on filtering.
_FILTERED_AT_MOST = 400
# Rounding in chords and geodesics, together, stays far below this.
_SLACK_M = 1e-5
# 1 / 24 R^2; the square of this radius lies midway between those of the two extreme ones.
_BEND = 1.0 / (24.0 * 6_367_300.0**2)
_APART_M = 1e-3
_APART_BEND = 0.025 * _BEND
_ORDERED_UP_TO_M = 200_000.0
_MEASURED_UP_TO_M = 30_000.0

_Groups = Callable[[NDArray[np.int32], NDArray[np.float64]], NDArray[np.int8]]


class Hit(NamedTuple):
    """A station found: its row and its distance in metres."""

    row: int
    distance_m: float


class Index:
    """A snapshot with what questions to it share: its selections, its open states, the files beside it.

    Attributes
    ----------
    home : Path or None
        The data folder, where the graphs of the snapshot's street sets lie; None: none are at hand.
    bare : Index
        That of the snapshot without facts: what does not depend on them is kept under it.
    """

    def __init__(self, snapshot: Snapshot, home: Path | None = None, *, bare: "Index | None" = None) -> None:
        self.snapshot = snapshot
        self.home = home
        self.bare = bare or self
        self.selections = Selections(snapshot, bare and bare.selections)
        self.openings = Openings(snapshot.schedules, snapshot.calendar)


def nearest(
    index: Index,
    point: Point,
    k: int,
    wanted: Filter,
    *,
    open_at: datetime | None = None,
    speed_m_s: float | None = None,
    all_day: bool = False,
) -> list[Hit]:
    """Return the k nearest stations that pass a filter, ordered by (metres, code).

    Parameters
    ----------
    point : Point
        WGS-84 degrees.
    open_at : datetime, optional
        Keep what is open then and, after all of it, what is unknown then; by default hours do not matter.
    speed_m_s : float, optional
        ``open_at`` is when one sets out: what counts is the moment one arrives, at this speed over the
        geodesic.
    all_day : bool
        Of what is open at ``open_at`` keep only what is open round the clock.

    Returns
    -------
    list of Hit
        In that order exactly; the metres are right to a millimetre.

    Examples
    --------
    Fewer than k stations pass: all of them are the answer, none when the registry is empty.
    """
    if k < 1:
        return []
    selection = index.selections.of(wanted)
    if open_at is None:
        found = _ordered_by_chord(index.snapshot, selection, point, k, None)
        return _search(index.snapshot, selection, point, k, None) if found is None else found
    if speed_m_s is not None:
        groups = _arrival(index, open_at, speed_m_s)
        return _search(index.snapshot, selection, point, k, groups)
    return _nearest_open(index, selection, wanted, point, k, index.openings.at(open_at, all_day=all_day))


def _ordered_by_chord(
    snapshot: Snapshot, selection: Selection, point: Point, k: int, groups: _Groups | None, among: int = 1
) -> list[Hit] | None:
    """Return the k nearest (open) ones where chords alone prove their order; None where they do not.

    Of so many times k the open ones are looked for.
    """
    # One more than wanted at least: the last one wanted must be proven nearer than the next.
    fetch = among * k + 1
    if len(selection.rows) < fetch:
        return None
    chords, places = selection.tree.query(ecef_of(point), k=fetch)
    rows = selection.rows[places]
    chosen = range(k) if groups is None else np.flatnonzero(groups(rows, chords) == OPEN)[:k].tolist()
    if len(chosen) < k or chosen[-1] == fetch - 1:
        return None
    lengths = chords[: chosen[-1] + 2].tolist()
    if not _apart(lengths):
        return None
    if lengths[chosen[-1]] > _MEASURED_UP_TO_M:
        metres = _geodesic_m(snapshot, point, rows[list(chosen)]).tolist()
    else:
        metres = [lengths[n] + _BEND * lengths[n] ** 3 for n in chosen]
    numbers = rows.tolist()
    return [Hit(numbers[n], metre) for n, metre in zip(chosen, metres, strict=True)]


def _apart(chords_m: list[float]) -> bool:
    before = -_APART_M
    for chord in chords_m:
        if chord - before < _APART_M + _APART_BEND * chord**3:
            return False
        before = chord
    return before <= _ORDERED_UP_TO_M


def _nearest_open(
    index: Index, selection: Selection, wanted: Filter, point: Point, k: int, minute: Minute
) -> list[Hit]:
    snapshot = index.snapshot

    # Annotations of a function within a function would be evaluated with every question.
    def groups(rows, _metres):
        return minute.groups(snapshot.schedule[rows])

    # Once few were open about some place in this minute, what passes has a tree of its own: the shorter way.
    if not index.selections.holds(_part_key(wanted, minute, OPEN)):
        for among in _OPEN_AMONG[minute.scarce :]:
            found = _ordered_by_chord(snapshot, selection, point, k, groups, among)
            if found is not None:
                minute.scarce = among > _OPEN_AMONG[0]
                return found
        found = _search(snapshot, selection, point, k, groups, at_most=_FILTERED_AT_MOST)
        if found is not None:
            return found
    hits: list[Hit] = []
    for group in (OPEN, UNKNOWN):
        part = index.selections.part(
            _part_key(wanted, minute, group), partial(_rows_in, snapshot, selection, minute, group)
        )
        hits += _search(snapshot, part, point, k - len(hits), None)
        if len(hits) == k:
            break
    return hits


def _part_key(wanted: Filter, minute: Minute, group: int) -> object:
    return wanted, minute.at, minute.all_day, group


def _rows_in(snapshot: Snapshot, selection: Selection, minute: Minute, group: int) -> NDArray[np.int32]:
    return selection.rows[minute.all_groups()[snapshot.schedule[selection.rows]] == group]


def _arrival(index: Index, at: datetime, speed_m_s: float) -> _Groups:
    def groups(rows: NDArray[np.int32], metres: NDArray[np.float64]) -> NDArray[np.int8]:
        moments = (at + timedelta(seconds=d / speed_m_s) for d in metres.tolist())
        schedules = index.snapshot.schedule[rows].tolist()
        found = [index.openings.at(moment).group(s) for s, moment in zip(schedules, moments, strict=True)]
        return np.array(found, np.int8)

    return groups


def _search(
    snapshot: Snapshot,
    selection: Selection,
    point: Point,
    k: int,
    groups: _Groups | None,
    *,
    at_most: int | None = None,
) -> list[Hit] | None:
    """Return the first k of (group, metres, code); None when more than ``at_most`` candidates are needed."""
    tree, count = selection.tree, len(selection.rows)
    if tree is None or k < 1:
        return []
    here = ecef_of(point)
    fetch = k + _EXTRA if groups is None else _GROW * k + _EXTRA
    while True:
        fetch = min(fetch, count)
        chords, places = tree.query(here, k=fetch)
        if fetch == 1:
            chords, places = np.atleast_1d(chords), np.atleast_1d(places)
        rows = selection.rows[places]
        metres = _geodesic_m(snapshot, point, rows)
        kept = None if groups is None else groups(rows, metres)
        sure = metres < chords[-1] - _SLACK_M
        if fetch == count or int((sure if kept is None else sure & (kept == OPEN)).sum()) >= k:
            return _ranked(rows, metres, kept, k)
        fetch *= _GROW
        if at_most is not None and fetch > at_most:
            return None


def _ranked(
    rows: NDArray[np.int32], metres: NDArray[np.float64], kept: NDArray[np.int8] | None, k: int
) -> list[Hit]:
    if kept is None:
        best = np.lexsort((rows, metres))[:k]
    else:
        order = np.lexsort((rows, metres, kept))
        best = order[kept[order] != CLOSED][:k]
    return list(map(Hit, rows[best].tolist(), metres[best].tolist()))


def _geodesic_m(snapshot: Snapshot, point: Point, rows: NDArray[np.int32]) -> NDArray[np.float64]:
    lon, lat = np.empty((2, len(rows)))
    lon.fill(point.lon)
    lat.fill(point.lat)
    return _GEOD.inv(lon, lat, snapshot.lon[rows], snapshot.lat[rows], return_back_azimuth=False)[2]
