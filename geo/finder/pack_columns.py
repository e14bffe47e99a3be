"""The forms in which a pack's columns travel: small under gzip, and read at once by a phone."""

import re
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from geo.crs import Crs, from_wgs84

__all__ = ["consecutive", "digits", "distinct", "on_grid", "sparse"]

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_NUMBERED = re.compile(r"(.*?)(\d+)$")
_NONE = "-"


def on_grid(lon: Any, lat: Any, *, crs: Crs, decimals: int) -> list[tuple[int, int]]:
    """Return positions, WGS-84 degrees, as whole numbers of the last decimal that is public, in a system.

    Divided by ten to the power of ``decimals`` they are exactly the coordinates the API gives.

    Examples
    --------
    >>> on_grid([113.665], [34.752], crs=Crs.WGS84, decimals=2)
    [(11367, 3475)]
    >>> on_grid([], [], crs=Crs.GCJ02, decimals=6)
    []
    """
    x, y = (np.atleast_1d(axis) for axis in from_wgs84(lon, lat, crs))
    unit = 10**decimals
    return [
        (round(round(one, decimals) * unit), round(round(two, decimals) * unit))
        for one, two in zip(x.tolist(), y.tolist(), strict=True)
    ]


def digits(values: Sequence[Hashable], known: Sequence[Hashable]) -> str:
    """Return a character for each value, its place among the known ones; ``-`` for one that is none of them.

    Examples
    --------
    >>> digits(["b", None, "a"], ["a", "b"])
    '1-0'
    """
    places = {value: _DIGITS[place] for place, value in enumerate(known)}
    return "".join(places.get(value, _NONE) for value in values)


def distinct(values: Sequence[str]) -> dict[str, list[Any]]:
    """Return the different values, in the order in which they first come, and the place of each in them.

    Examples
    --------
    >>> distinct(["b", "a", "b"])
    {'values': ['b', 'a'], 'of': [0, 1, 0]}
    """
    places: dict[str, int] = {}
    of = [places.setdefault(value, len(places)) for value in values]
    return {"values": list(places), "of": of}


def sparse(values: Sequence[Any]) -> dict[str, list[Any]]:
    """Return the values that are there, and how many places each is after the one before.

    Examples
    --------
    >>> sparse([None, "a", "", "b", "c"])
    {'after': [1, 2, 1], 'values': ['a', 'b', 'c']}
    """
    rows = [row for row, value in enumerate(values) if value]
    after = [row - before for row, before in zip(rows, [0, *rows], strict=False)]
    return {"after": after, "values": [values[row] for row in rows]}


def consecutive(codes: Sequence[str]) -> list[str | int]:
    """Return codes with runs of consecutive ones shortened to how many follow.

    Examples
    --------
    >>> consecutive(["YZ-0001", "YZ-0002", "YZ-0003", "YZ-0007", "X"])
    ['YZ-0001', 2, 'YZ-0007', 'X']
    """
    short: list[str | int] = []
    for before, code in zip([None, *codes], codes, strict=False):
        if before is None or code != _next(before):
            short.append(code)
        elif isinstance(short[-1], int):
            short[-1] += 1
        else:
            short.append(1)
    return short


def _next(code: str) -> str | None:
    numbered = _NUMBERED.fullmatch(code)
    if numbered is None:
        return None
    head, number = numbered.groups()
    return f"{head}{int(number) + 1:0{len(number)}d}"
