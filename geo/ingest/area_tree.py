"""Areas of one file as a tree: codes, levels and parents that the file leaves out follow from each other."""

from collections.abc import Sequence
from typing import NamedTuple

import shapely

from geo.ingest.area_codes import level_below, level_of_code, level_of_name, parent_of_code
from geo.ingest.problems import Problem, shown

__all__ = ["AreaDraft", "AreaFound", "settle"]


class AreaFound(NamedTuple):
    """An area as its file has it; texts that it lacks are empty."""

    row: int
    code: str
    name: str
    level: str | None
    parent: str
    shape: shapely.MultiPolygon


class AreaDraft(NamedTuple):
    """An area that can be taken.

    Parameters
    ----------
    row : int
        The number of the feature in its file, from 1.
    code, name : str
    level : str
        One of `geo.ingest.area_codes.LEVELS`.
    parent_code : str or None
    shape : shapely.MultiPolygon
        WGS-84 degrees, lon lat; valid.
    """

    row: int
    code: str
    name: str
    level: str
    parent_code: str | None
    shape: shapely.MultiPolygon


class _Place(NamedTuple):
    code: str
    level: str | None
    parent_code: str | None


def settle(areas: Sequence[AreaFound]) -> tuple[list[AreaDraft], list[Problem]]:
    """Return the areas whole, in their order, and those that cannot be taken as problems.

    An area without a code gets one from its parent and name; one without a level gets the level its code
    tells, else the one its name and its parent's level tell.

    Examples
    --------
    >>> square = shapely.MultiPolygon([shapely.box(113, 34, 114, 35)])
    >>> city = AreaFound(2, "", "郑州市", None, "", square)
    >>> found = [AreaFound(1, "", "新郑市", None, "郑州市", square), city]
    >>> [draft[1:5] for draft in settle(found)[0]]
    [('郑州市-新郑市', '新郑市', 'district', '郑州市'), ('郑州市', '郑州市', 'city', None)]
    >>> settle([])
    ([], [])
    """
    tree = _Tree(areas)
    drafts: dict[str, AreaDraft] = {}
    problems: list[Problem] = []
    for area in areas:
        place = tree.place(area)
        if place.level is None:
            reason = "看不出是哪一级区划;请加一列“级别”,或用 --level 说明"
            problems.append(Problem(area.row, "level", shown(area.name), "refused", reason))
        elif place.code in drafts:
            reason = f"与第 {drafts[place.code].row} 个区划的代码相同;请改正代码,或合并成一个"
            problems.append(Problem(area.row, "code", shown(place.code), "refused", reason))
        else:
            if area.parent and place.parent_code is None:
                reason = "文件里找不到这个上级,没有登记上级;请写上级的代码"
                problems.append(Problem(area.row, "parent", shown(area.parent), "warning", reason))
            drafts[place.code] = AreaDraft(
                area.row, place.code, area.name, place.level, place.parent_code, area.shape
            )
    return list(drafts.values()), problems + _derived(areas)


class _Tree:
    """Who stands above whom, asked upwards; an area whose parents lead back to it has none."""

    def __init__(self, areas: Sequence[AreaFound]) -> None:
        self._known: dict[str, AreaFound | None] = {}
        for key, area in [(area.name, area) for area in areas] + [(area.code, area) for area in areas]:
            # Of several areas of one name, none is meant for certain.
            self._known[key] = None if self._known.get(key, area) is not area else area
        self._places: dict[int, _Place] = {}
        self._asked: set[int] = set()

    def place(self, area: AreaFound) -> _Place:
        """Return an area's code, level and parent."""
        if area.row not in self._places:
            self._asked.add(area.row)
            self._places[area.row] = self._found(area)
        return self._places[area.row]

    def _found(self, area: AreaFound) -> _Place:
        above = self._known.get(area.parent) if area.parent else None
        if above is not None and (above.row not in self._asked or above.row in self._places):
            parent_code, parent_level, _ = self.place(above)
        else:
            given = area.parent if area.parent.isascii() else ""
            parent_code = (given or parent_of_code(area.code)) if above is None else None
            parent_level = level_of_code(parent_code or "")
        code = area.code or (f"{parent_code}-{area.name}" if parent_code else area.name)
        return _Place(code, area.level or _level(area.name, parent_level), parent_code or None)


def _level(name: str, parent_level: str | None) -> str | None:
    told = level_of_name(name)
    # A 市 inside a 市 is one of county level.
    if parent_level and (told is None or told == parent_level):
        return level_below(parent_level)
    return told


def _derived(areas: Sequence[AreaFound]) -> list[Problem]:
    missing = (
        ("code", "代码", sum(not area.code for area in areas)),
        ("level", "级别", sum(not area.level for area in areas)),
    )
    return [
        Problem(None, field, None, "note", f"有 {count} 个区划没有{word},已按名称和上级推定;最好在文件里补上")
        for field, word, count in missing
        if count
    ]
