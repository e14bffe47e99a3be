"""What has changed since a moment, for those who keep a copy of the registry or of a part of it.

Nothing is ever deleted here, so that every station that changed is told of: as a feature while it matches
what the copy is to hold, as a tombstone when it does not, be it closed, moved or of another kind. Whoever
begins with ``updated_since=1970-01-01``, and comes again with the ``as_of`` of the first page of the last
round, has after each round what a listing of the same filters gives. Nothing is missed: as writers queue, no
change is dated before the revision that precedes it; those of the moment itself are told twice.
"""

from datetime import UTC, datetime
from math import floor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from geo.model.hours import CHINA
from geo.model.station import Status
from geo.registry.nearest import Index
from geo.registry.snapshot import STATUSES, Snapshot
from web import params, queries
from web.listing import Wanted, matching_rows, row_after

__all__ = ["Changes", "changes", "cursor_after", "since", "tombstone", "updated_at"]

_KEYS = r"([0-9]{1,12}) (\S+)"
_NOT_CLOSED = tuple(status for status in STATUSES if status != Status.CLOSED)


class Changes(NamedTuple):
    """The stations changed since a moment, by when they were and by code.

    Attributes
    ----------
    rows : (q,) int64
        Those after the cursor.
    matched : int
        How many there are with those before it.
    kept : (n,) bool
        Which rows of the snapshot a copy holds.
    """

    rows: NDArray[np.int64]
    matched: int
    kept: NDArray[np.bool_]


def since(values: params.Values) -> int | None:
    """Return the moment ``updated_since`` names, in seconds since 1970 (UTC); None when it is not given.

    Examples
    --------
    >>> since({"updated_since": ["1970-01-01T08:01"]}), since({})
    (60, None)
    """
    text = params.one(values, "updated_since")
    if text is None:
        return None
    if "open_at" in values:
        raise InputError(
            "open_at 不能和 updated_since 一起用:开不开随时在变,不是资料的改动", parameter="open_at"
        )
    try:
        # In a URL the + of an offset arrives as a space.
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        return floor((moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).timestamp())
    except (ValueError, OverflowError):
        raise InputError(
            "updated_since 应为 2026-10-01T09:00:00Z 这样的时间,可以照抄上一次的 as_of,现在是“%(value)s”",
            parameter="updated_since",
            value=text[: params.SHOWN],
        ) from None


def changes(index: Index, wanted: Wanted, since_s: int, values: params.Values) -> Changes:
    """Return what has changed since a moment; without statuses a copy holds all that is not closed.

    Raises
    ------
    InputError
        No such area; a cursor that is none of ours.
    """
    snapshot = index.snapshot
    chosen = wanted.filter._replace(statuses=wanted.filter.statuses or _NOT_CLOSED)
    kept = np.zeros(len(snapshot), bool)
    kept[matching_rows(index, wanted._replace(filter=chosen))] = True
    found = np.flatnonzero(snapshot.updated_s >= since_s)
    found = found[np.lexsort((found, snapshot.updated_s[found]))]
    rows = found
    if after := queries.resume_after(values, _KEYS):
        second, row = int(after[0]), row_after(snapshot, after[1])
        at = snapshot.updated_s[found]
        rows = found[(at > second) | ((at == second) & (found >= row))]
    return Changes(rows, len(found), kept)


def cursor_after(snapshot: Snapshot, row: int) -> str:
    """Return the cursor of what comes after a row."""
    return queries.cursor_of(str(snapshot.updated_s[row]), snapshot.codes[row].decode())


def updated_at(snapshot: Snapshot, row: int) -> str:
    """Return when a row was last changed, as ISO text in UTC."""
    return datetime.fromtimestamp(int(snapshot.updated_s[row]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def tombstone(snapshot: Snapshot, row: int) -> dict[str, str]:
    """Return what tells a copy to drop a station, with the status it has now."""
    return {
        "code": snapshot.codes[row].decode(),
        "updated_at": updated_at(snapshot, row),
        "status": STATUSES[snapshot.status[row]].value,
    }
