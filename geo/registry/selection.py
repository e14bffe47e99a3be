"""The stations a question is about, each selection with a tree of its own, kept while it is asked for."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.registry.snapshot import KINDS, STATUSES, Snapshot, ecef

__all__ = ["Filter", "Selection", "Selections", "filter_mask"]

# All trees together hold at most this many times the stations of the registry, so that no sequence of
# questions makes a process grow without end. An empty selection takes memory, too: as much as some points.
_POINTS_KEPT = 2
_POINTS_ALWAYS = 20_000
_POINTS_EACH = 50
# Twice scipy's default: a sixth faster for the ten nearest.
_LEAF = 32


class Filter(NamedTuple):
    """What stations must be: of these kinds and statuses (empty: any), with all these facilities (bits)."""

    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    facilities: int = 0


class Selection(NamedTuple):
    """Rows of a snapshot, ascending, and the tree over their geocentric positions (None: no rows)."""

    rows: NDArray[np.int32]
    tree: cKDTree | None


class Selections:
    """The selections of one snapshot; safe to share between threads.

    Parameters
    ----------
    under : Selections, optional
        Those of what the snapshot's facts are laid over: most are the same, and all are kept together.
    """

    def __init__(self, snapshot: Snapshot, under: "Selections | None" = None) -> None:
        self._snapshot, self._under = snapshot, under
        self._kept: OrderedDict[object, Selection] = under._kept if under else OrderedDict()
        self._limit = _POINTS_KEPT * len(snapshot) + _POINTS_ALWAYS
        self._lock = under._lock if under else Lock()
        self._broken = _differing(snapshot, under._snapshot) if under else 0

    def of(self, wanted: Filter) -> Selection:
        """Return the stations that pass a filter."""
        if self._under is not None and not wanted.facilities & self._broken:
            return self._under.of(wanted)
        held = self._held(wanted)
        if held is None:
            rows = np.flatnonzero(filter_mask(self._snapshot, wanted)).astype(np.int32)
            held = self._keep(wanted, rows)
        return held

    def part(self, key: object, rows: Callable[[], NDArray[np.int32]]) -> Selection:
        """Return the selection of rows, kept under a key that determines them; made when it is not."""
        held = self._held(key)
        return held if held is not None else self._keep(key, rows())

    def holds(self, key: object) -> bool:
        """Tell whether a part is kept under a key."""
        return (self._snapshot.live_tag, key) in self._kept

    def _held(self, key: object) -> Selection | None:
        key = self._snapshot.live_tag, key
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: object, rows: NDArray[np.int32]) -> Selection:
        places = ecef(self._snapshot.lon[rows], self._snapshot.lat[rows])
        tree = cKDTree(places, balanced_tree=False, leafsize=_LEAF) if len(rows) else None
        with self._lock:
            self._kept[self._snapshot.live_tag, key] = made = Selection(rows, tree)
            size = sum(len(selection.rows) + _POINTS_EACH for selection in self._kept.values())
            while size > self._limit and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                size -= len(dropped.rows) + _POINTS_EACH
        return made


def _differing(snapshot: Snapshot, other: Snapshot) -> int:
    """Return the facilities that some station has in one snapshot and not in the other."""
    return int(np.bitwise_or.reduce(snapshot.facilities ^ other.facilities, initial=0))


def filter_mask(snapshot: Snapshot, wanted: Filter) -> NDArray[np.bool_]:
    """Return which rows pass a filter."""
    mask = np.ones(len(snapshot), bool)
    if wanted.kinds:
        mask &= np.isin(snapshot.kind, [KINDS.index(kind) for kind in wanted.kinds])
    if wanted.statuses:
        mask &= np.isin(snapshot.status, [STATUSES.index(status) for status in wanted.statuses])
    if wanted.facilities:
        bits = np.uint64(wanted.facilities)
        mask &= (snapshot.facilities & bits) == bits
    return mask
