"""A file of administrative areas: codes, names, levels and WGS-84 polygons, or problems."""

from pathlib import Path

import numpy as np
import shapely

from geo.crs import Crs, to_wgs84
from geo.ingest.area_codes import level_of_code, level_of_word, whole_code
from geo.ingest.area_features import AreaFeature, area_features
from geo.ingest.area_tree import AreaDraft, AreaFound, settle
from geo.ingest.cells import clean
from geo.ingest.problems import Problem, Repeated, shown
from geo.ingest.words import lookup_table, plain

__all__ = ["AreaDraft", "read_areas"]

_PROPERTIES = lookup_table(
    {
        "code": ["adcode", "区划代码", "行政区划代码", "代码", "编码", "pac", "xzqdm", "id"],
        "name": ["名称", "区划名称", "行政区名称", "行政区", "区县", "xzqmc", "mc"],
        "level": ["级别", "层级", "区划级别"],
        "parent": ["parent_code", "上级代码", "上级", "上级区划", "上级区划代码", "所属"],
    }
)
_DEGREES = shapely.box(-180, -90, 180, 90)


def read_areas(
    path: str | Path, *, crs: Crs, level: str | None, max_bytes: int
) -> tuple[list[AreaDraft], list[Problem]]:
    """Read a GeoJSON, a GeoPackage or a zipped Shapefile of areas.

    Parameters
    ----------
    path : str or Path
    crs : Crs
        The coordinate system of the file; every vertex is converted.
    level : str or None
        The level of areas whose properties do not say it; without it the code tells, else the parent or the
        name.
    max_bytes : int
        Refuse a larger file.

    Returns
    -------
    list of AreaDraft, list of Problem
        In the order of the file. Every feature is in one of them.

    Raises
    ------
    FileError
        The file as a whole cannot be read.
    """
    reader = _Reader(crs, level)
    for feature in area_features(Path(path), max_bytes=max_bytes):
        reader.add(feature)
    drafts, problems = settle(reader.found)
    return drafts, reader.told() + problems


class _Reader:
    """What is read of a file, one feature after the other."""

    def __init__(self, crs: Crs, level: str | None) -> None:
        self.found: list[AreaFound] = []
        self._crs = crs
        self._level = level
        self._problems: list[Problem] = []
        self._crossing = Repeated(
            "geometry",
            each="边界自己相交,已修补;请在地图上核对",
            all="所有区划的边界都自己相交,已修补;请在地图上核对",
        )

    def add(self, feature: AreaFeature) -> None:
        """Take a feature, or tell why not."""
        said: dict[str, str] = {}
        for key, text in feature.properties.items():
            field = _PROPERTIES.get(plain(key))
            if field and clean(text):
                said.setdefault(field, clean(text))
        if "name" not in said:
            self._refuse(feature.number, "name", None, "没有名称;请补上名称")
            return
        shape = self._shape(feature, said["name"])
        if shape is not None:
            code, parent = (whole_code(said.get(field, "")) for field in ("code", "parent"))
            level = level_of_word(said.get("level", "")) or self._level or level_of_code(code)
            self.found.append(AreaFound(feature.number, code, said["name"], level, parent, shape))

    def told(self) -> list[Problem]:
        """Return what is wrong or doubtful about the features themselves."""
        return self._problems + list(self._crossing.told(rows=len(self.found)))

    def _shape(self, feature: AreaFeature, name: str) -> shapely.MultiPolygon | None:
        given = feature.geometry
        if given is None or given.is_empty:
            return self._refuse(feature.number, "geometry", name, "没有边界,或边界读不出来;请重新导出")
        if given.geom_type not in ("Polygon", "MultiPolygon"):
            reason = f"几何类型是 {given.geom_type},区划应当是面(Polygon);请改正"
            return self._refuse(feature.number, "geometry", name, reason)
        shape = shapely.transform(shapely.force_2d(given), self._to_wgs84)
        if not _DEGREES.covers(shapely.box(*shape.bounds)):
            reason = "边界的坐标不是经纬度;请按 WGS-84 经纬度重新导出"
            return self._refuse(feature.number, "geometry", name, reason)
        parts = _polygons(shape if shape.is_valid else shapely.make_valid(shape))
        if not parts:
            return self._refuse(feature.number, "geometry", name, "边界围不成面;请重新导出")
        if not shape.is_valid:
            self._crossing.add(feature.number)
        return shapely.MultiPolygon(parts)

    def _to_wgs84(self, vertices: np.ndarray) -> np.ndarray:
        return np.column_stack(to_wgs84(vertices[:, 0], vertices[:, 1], self._crs))

    def _refuse(self, row: int, column: str, value: str | None, reason: str) -> None:
        self._problems.append(Problem(row, column, value and shown(value), "refused", reason))


def _polygons(shape: shapely.Geometry) -> list[shapely.Polygon]:
    parts = [inner for part in shapely.get_parts(shape) for inner in shapely.get_parts(part)]
    return [part for part in parts if part.geom_type == "Polygon" and part.area > 0]
