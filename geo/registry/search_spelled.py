"""The stations whose names or addresses a spelling may mean: pinyin in full, or initials."""

import numpy as np
from numpy.typing import NDArray

from geo.model.pinyin import Step, steps_of
from geo.registry.snapshot import Snapshot

__all__ = ["spelled_rows"]

# Some 300,000 characters at a time: what is held beside the text stays small, however large the registry.
_ROWS_AT_ONCE = 5_000
_PLANE = 0x10000


def spelled_rows(snapshot: Snapshot, query: str) -> list[int]:
    """Return, ascending, the rows of which some part of the code, names or address is spelled so.

    The answer is that of `geo.model.pinyin.spelled` for each line of the search text.

    Parameters
    ----------
    query : str
        As `geo.model.pinyin.spelling` gives it.
    """
    ways = [_masks(steps_of(query, "full")), _masks(steps_of(query, "initials"))]
    rows: set[int] = set()
    for first in range(0, len(snapshot), _ROWS_AT_ONCE):
        codes, starts = _block(snapshot, first)
        for way in ways:
            hits = _hits(codes, way)
            rows.update((first + np.searchsorted(starts, hits, side="right") - 1).tolist())
    return sorted(rows)


_Way = list[list[tuple[int, NDArray[np.bool_]]]]


def _masks(steps: tuple[tuple[Step, ...], ...]) -> _Way:
    """Return the steps with, instead of characters, whether each code of the basic plane is one of them."""
    ways: _Way = []
    for onwards in steps:
        ways.append([])
        for step in onwards:
            mask = np.zeros(_PLANE, bool)
            mask[np.frombuffer("".join(step.chars).encode("utf-16-le"), np.uint16)] = True
            ways[-1].append((step.to, mask))
    return ways


def _block(snapshot: Snapshot, first: int) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    """Return the UTF-16 units of some rows' lines, and at which unit each row begins."""
    last = min(first + _ROWS_AT_ONCE, len(snapshot))
    ends = snapshot.search_start
    end = len(snapshot.search) if last == len(snapshot) else int(ends[last])
    lines = snapshot.search[int(ends[first]) : end].decode()
    # No character beyond the basic plane can be typed: the halves of one part a line as itself would.
    codes = np.frombuffer((lines + "\n").encode("utf-16-le", "surrogatepass"), np.uint16)
    return codes, np.concatenate([[0], np.flatnonzero(codes == ord("\n"))[:-1] + 1])


def _hits(codes: NDArray[np.uint16], ways: _Way) -> NDArray[np.intp]:
    """Return where, in the units, a spelling that begins anywhere comes to its end."""
    steps = [(to, np.flatnonzero(mask[codes])) for to, mask in ways[0]]
    ended: list[NDArray[np.intp]] = []
    while steps:
        ended += [at for to, at in steps if to >= len(ways)]
        reached: dict[int, list[NDArray[np.intp]]] = {}
        for to, at in steps:
            if to < len(ways) and len(at):
                # The last unit is a line's end: no step was ever to it.
                reached.setdefault(to, []).append(at + 1)
        steps = [
            (to, at[mask[codes[at]]])
            for place, parts in reached.items()
            for at in [np.unique(np.concatenate(parts))]
            for to, mask in ways[place]
        ]
    return np.concatenate(ended) if ended else np.empty(0, np.intp)
