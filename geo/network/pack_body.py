"""The frame of a pack: a head in JSON, then columns of whole numbers, each in as few bytes as it needs.

A body is the length of the head (four bytes, little-endian), the head (UTF-8), and the columns one after
another; how long each is, is known from the head or from the columns before it. A number v is written as the
whole number 2v, or -2v - 1 if it is negative, in groups of seven bits, the lowest first, each in a byte whose
highest bit says that another follows: small numbers of either sign take one byte, and what is alike from row
to row is left for gzip to find.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["body_of", "steps", "varints"]

_GROUP_BITS = 7
_MORE = 0x80


def body_of(head: Mapping[str, Any], columns: Iterable[ArrayLike]) -> bytes:
    """Return a head and columns of whole numbers as one body.

    Examples
    --------
    >>> body_of({"count": 2}, [[1, -1], []])
    b'\\x0b\\x00\\x00\\x00{"count":2}\\x02\\x01'
    """
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    return len(text).to_bytes(4, "little") + text + b"".join(map(varints, columns))


def varints(values: ArrayLike) -> bytes:
    """Return whole numbers in the bytes they need.

    Parameters
    ----------
    values : (n,) array_like of int
        From -2^31 to 2^31 - 1.

    Examples
    --------
    >>> varints([0, -1, 1, 63, 64]).hex()
    '0001027e8001'
    >>> varints([])
    b''
    """
    signed = np.asarray(values, np.int64)
    left = ((signed << 1) ^ (signed >> 63)).astype(np.uint64)
    groups = np.ones(len(left), np.int64)
    while (longer := left >> (groups * _GROUP_BITS).astype(np.uint64) > 0).any():
        groups += longer
    place = np.cumsum(groups) - groups
    body = np.zeros(int(groups.sum()), np.uint8)
    for group in range(int(groups.max(initial=0))):
        rows = np.flatnonzero(groups > group)
        bits = (left[rows] >> np.uint64(group * _GROUP_BITS)) & np.uint64(_MORE - 1)
        body[place[rows] + group] = bits + np.where(groups[rows] > group + 1, _MORE, 0).astype(np.uint64)
    return body.tobytes()


def steps(values: ArrayLike) -> NDArray[np.int64]:
    """Return the first value, and for every other how much it is more than the one before.

    Examples
    --------
    >>> steps([5, 7, 4]).tolist(), steps([]).tolist()
    ([5, 2, -3], [])
    """
    return np.diff(np.asarray(values, np.int64), prepend=0)
