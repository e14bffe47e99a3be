"""The areas of a study: which of them demand and stations belong to."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError, NotFoundError
from geo.model.demand import Demand
from geo.registry.areas import LEVELS, AreaIndex
from geo.registry.snapshot import Snapshot

__all__ = ["OUTSIDE", "Members", "areas_within", "members_of", "within_area"]

OUTSIDE = -1
"""Of demand that lies in no area."""


class Members(NamedTuple):
    """Which area of one level each place lies in.

    Attributes
    ----------
    level : str
    codes : tuple of str
        Areas of this level, ordered by code.
    member : (d,) int32
        Place among ``codes``, or `OUTSIDE`.
    """

    level: str
    codes: tuple[str, ...]
    member: NDArray[np.int32]


def within_area(areas: AreaIndex, code: str, demand: Demand) -> NDArray[np.bool_]:
    """Return which demand lies in an area, its border included.

    Raises
    ------
    NotFoundError
        There is no such area.
    InputError
        The area has no shape.
    """
    if code not in areas.names:
        raise NotFoundError("没有代码为 %(code)s 的区划", code=code)
    if code not in areas.shapes:
        raise InputError(
            "区划“%(name)s”没有边界,不能按它来算;请用 yizhan load areas 导入带边界的区划",
            parameter="area",
            name=areas.names[code],
        )
    return areas.inside(code, demand.lon, demand.lat)


def members_of(located: list[str | None], snapshot: Snapshot, top: str | None) -> Iterator[Members]:
    """Yield, for every level below an area (below all areas where it is None), who lies where.

    Parameters
    ----------
    located : list of str or None
        For each place the code of the smallest area around it.
    top : str or None
        Code of the area a study is about.
    """
    tree = {area["code"]: area for area in snapshot.areas}
    above = {code: list(_line(tree, code)) for code in {code for code in located if code}}
    wanted = areas_within(snapshot, top)
    for level in LEVELS:
        codes = tuple(sorted(code for code in wanted if tree[code]["level"] == level))
        if not codes:
            continue
        number = {code: place for place, code in enumerate(codes)}
        of = {
            code: next((number[one] for one in line if one in number), OUTSIDE)
            for code, line in above.items()
        }
        member = np.array([of[code] if code else OUTSIDE for code in located], np.int32)
        yield Members(level, codes, member)


def areas_within(snapshot: Snapshot, top: str | None) -> set[str]:
    """Return the codes of all areas below one; of all areas where it is None."""
    tree = {area["code"]: area for area in snapshot.areas}
    if top is None:
        return set(tree)
    return {code for code in tree if code != top and top in _line(tree, code)}


def _line(tree: Mapping[str, Mapping[str, Any]], code: str) -> Iterator[str]:
    """Yield an area and all above it."""
    seen: set[str] = set()
    at: str | None = code
    while at and at in tree and at not in seen:
        seen.add(at)
        yield at
        at = tree[at]["parent_code"]
