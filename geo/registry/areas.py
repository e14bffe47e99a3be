"""Administrative areas: which one a position lies in, and which one a name means."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from geo.db.engine import is_postgres
from geo.db.tables import area, station
from geo.db.types import SRID
from geo.model.names import normalise_name
from geo.registry.rows import read_rows
from geo.registry.write import Edit, change_stations

__all__ = ["LEVELS", "AreaIndex", "area_at", "place_stations", "read_index", "save_areas"]

LEVELS = ("province", "city", "district", "street", "community")
_BATCH = 10_000
_SUFFIXES = ("自治县", "自治旗", "新区", "街道", "地区", "区", "县", "市", "旗", "镇", "乡")


class AreaIndex(NamedTuple):
    """The areas of a registry as arrays; ``shapes`` are WGS-84, one per code that has one."""

    names: dict[str, str]
    levels: dict[str, str]
    shapes: dict[str, shapely.Geometry]
    tree: shapely.STRtree
    order: tuple[str, ...]
    by_name: dict[str, list[str]]

    def locate(self, lon: Sequence[float], lat: Sequence[float]) -> list[str | None]:
        """Return for each position, in WGS-84 degrees, the code of the smallest area around it, or None."""
        found: list[str | None] = [None] * len(lon)
        if not self.order:
            return found
        points, areas = self.tree.query(shapely.points(lon, lat), predicate="within")
        for point, index in zip(points, areas, strict=True):
            code = self.order[index]
            held = found[point]
            if held is None or (self._depth(code), code) > (self._depth(held), held):
                found[point] = code
        return found

    def named(self, name: str | None) -> str | None:
        """Return the code of the district (or street) a text names, None when none or several do.

        Kind of area and the areas above may be left out or written: 金水, 金水区, 郑州市金水区.
        """
        key = normalise_name(name or "")
        codes = self.by_name.get(key) or self.by_name.get(_stem(key)) or self._ending(key)
        return codes[0] if len(codes) == 1 else None

    def inside(self, code: str, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Tell for each position whether it lies in the area, its border included."""
        return shapely.intersects_xy(self.shapes[code], lon, lat)

    def _depth(self, code: str) -> int:
        return LEVELS.index(self.levels[code])

    def _ending(self, key: str) -> list[str]:
        # The longest area name that ends the text.
        for start in range(1, len(key) - 1):
            if codes := self.by_name.get(key[start:]):
                return codes
        return []


def read_index(session: Session) -> AreaIndex:
    """Read all areas; an area without a shape can be named but holds no position."""
    rows = session.execute(select(area).order_by(area.c.code)).mappings().all()
    shapes = {row["code"]: row["shape"] for row in rows if row["shape"] is not None}
    for shape in shapes.values():
        shapely.prepare(shape)
    by_name: dict[str, list[str]] = {}
    for row in rows:
        if row["level"] in ("district", "street"):
            key = normalise_name(row["name"])
            for word in {key, _stem(key)}:
                by_name.setdefault(word, []).append(row["code"])
    return AreaIndex(
        names={row["code"]: row["name"] for row in rows},
        levels={row["code"]: row["level"] for row in rows},
        shapes=shapes,
        tree=shapely.STRtree(list(shapes.values())),
        order=tuple(shapes),
        by_name=by_name,
    )


def area_at(session: Session, lon: float, lat: float) -> str | None:
    """Return the code of the smallest area around a position, in WGS-84 degrees: as `AreaIndex.locate`."""
    asked = select(area.c.code, area.c.level, area.c.shape).where(area.c.shape.is_not(None))
    if is_postgres(session):
        # The index finds the few whose boxes hold it; what SQLite has is read whole, and is one city's.
        point = func.ST_SetSRID(func.ST_MakePoint(lon, lat), SRID)
        asked = asked.where(func.ST_Intersects(area.c.shape, point))
    point = shapely.Point(lon, lat)
    around = [
        (LEVELS.index(row.level), row.code) for row in session.execute(asked) if point.within(row.shape)
    ]
    return max(around)[1] if around else None


def save_areas(session: Session, areas: Sequence[Any]) -> tuple[int, int, int]:
    """Keep areas under their codes, replacing those known; returns how many were added, changed, same.

    ``areas`` have code, name, level, parent_code and shape (WGS-84 MultiPolygon).
    """
    known = {row["code"]: row for row in session.execute(select(area)).mappings()}
    counts = {"added": 0, "changed": 0, "same": 0}
    for item in areas:
        values = {name: getattr(item, name) for name in ("code", "name", "level", "parent_code", "shape")}
        held = known.get(item.code)
        state = "added" if held is None else "same" if _equal(held, values) else "changed"
        counts[state] += 1
        if state == "added":
            session.execute(insert(area).values(**values))
        elif state == "changed":
            session.execute(update(area).where(area.c.code == item.code).values(**values))
    return counts["added"], counts["changed"], counts["same"]


def place_stations(session: Session, *, who: str) -> int:
    """Give every station without an area the one it names, else the one it lies in, as a load would.

    Returns how many got one.
    """
    ids = session.scalars(select(station.c.id).where(station.c.area_code.is_(None))).all()
    index = read_index(session)
    placed = 0
    for start in range(0, len(ids), _BATCH):
        rows = list(read_rows(session, ids=ids[start : start + _BATCH]))
        located = index.locate([row["lon"] for _, row in rows], [row["lat"] for _, row in rows])
        edits = [
            Edit(id_, row, {"area_code": code})
            for (id_, row), around in zip(rows, located, strict=True)
            if (code := index.named(row["district_name"]) or around)
        ]
        placed += change_stations(session, edits, who=who, why="按区县名称或位置补上区划代码")
    return placed


def _stem(key: str) -> str:
    for suffix in _SUFFIXES:
        if key.endswith(suffix) and len(key) - len(suffix) >= 2:
            return key[: -len(suffix)]
    return key


def _equal(held: Any, values: dict[str, Any]) -> bool:
    same = all(held[name] == values[name] for name in ("name", "level", "parent_code"))
    if held["shape"] is None or values["shape"] is None:
        return same and held["shape"] is values["shape"]
    return same and held["shape"].equals_exact(values["shape"], 0.0)
