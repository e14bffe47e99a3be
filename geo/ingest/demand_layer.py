"""Demand in a layer of points or polygons: GeoPackage or GeoJSON."""

from array import array
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.crs import Crs
from geo.ingest.area_features import area_features
from geo.ingest.declared_crs import Conversion, to_degrees
from geo.ingest.demand_cells import Column, Gatherer, column_of
from geo.ingest.demand_raw import RawDemand
from geo.ingest.demand_weights import labels_of
from geo.ingest.first_layer import first_layer
from geo.ingest.geojson_rows import collection_facts
from geo.ingest.problems import Problem, Repeated

__all__ = ["read_geojson_demand", "read_geopackage_demand"]

_CHUNK = 8192
_POINT, _POLYGON, _MULTIPOINT, _MULTIPOLYGON = 0, 3, 4, 6
_NAME = "geometry"

_Shapes = NDArray[np.object_]


def read_geopackage_demand(path: Path, *, crs: Crs | None, weight: Sequence[str]) -> RawDemand:
    """Read the first layer with shapes; see `geo.ingest.demand.read_demand`."""
    layer = first_layer(path, crs=crs)
    labels = labels_of(layer.names, weight)
    columns = [column_of(label, layer.columns[index]) for index, label in labels.items()]
    return _settled(layer.shapes, layer.convert, columns, layer.notes)


def read_geojson_demand(path: Path, *, crs: Crs | None, weight: Sequence[str], max_bytes: int) -> RawDemand:
    """Read the features of a collection; see `geo.ingest.demand.read_demand`."""
    with path.open("rb") as file:
        names, declared = collection_facts(file, name=path.name)
    gatherers = {
        names[index]: Gatherer(label, keep=bool(weight)) for index, label in labels_of(names, weight).items()
    }
    shapes: list[shapely.Geometry | None] = []
    features = area_features(path, max_bytes=max_bytes)
    while chunk := list(islice(features, _CHUNK)):
        shapes += [feature.geometry for feature in chunk]
        for name, gatherer in gatherers.items():
            gatherer.add([feature.properties.get(name, "") for feature in chunk])
    columns = [gatherer.column() for gatherer in gatherers.values()]
    convert = to_degrees(None, crs or declared or Crs.WGS84, name=path.name)
    return _settled(np.array(shapes, object), convert, columns, [])


def _settled(
    given: _Shapes, convert: Conversion, columns: list[Column], problems: list[Problem]
) -> RawDemand:
    """Return what the shapes are worth: places, or polygons, or why not."""
    rows = np.arange(1, len(given) + 1)
    shapes = _plain(given)
    wrong = array("q")
    for place, reason in _unfit(given, shapes):
        problems.append(Problem(int(rows[place]), _NAME, None, "refused", reason))
        wrong.append(place)
    shapes[np.array(wrong, np.int64)] = None
    shapes = shapely.transform(shapes, lambda corners: np.column_stack(convert(*corners.T)))
    for place in np.flatnonzero(~_on_earth(shapes) & ~shapely.is_missing(shapes)):
        reason = "坐标不是经纬度,没有导入;请核对坐标系,按 WGS-84 经纬度重新导出"
        problems.append(Problem(int(rows[place]), _NAME, None, "refused", reason))
        shapes[place] = None
    problems += _mend(shapes, rows)
    inner = shapely.point_on_surface(shapes)
    has_areas = bool(np.any(np.isin(shapely.get_type_id(shapes), (_POLYGON, _MULTIPOLYGON))))
    lon, lat = shapely.get_x(inner), shapely.get_y(inner)
    return RawDemand(rows, lon, lat, shapes if has_areas else None, columns, problems)


def _plain(given: _Shapes) -> _Shapes:
    """Return the shapes with collections of one point as that point, and None for empty ones."""
    shapes = given.copy()
    single = (shapely.get_type_id(shapes) == _MULTIPOINT) & (shapely.get_num_geometries(shapes) == 1)
    shapes[single] = shapely.get_geometry(shapes[single], 0)
    shapes[shapely.is_empty(shapes)] = None
    return shapes


def _unfit(given: _Shapes, shapes: _Shapes) -> Iterator[tuple[int, str]]:
    kinds = shapely.get_type_id(shapes)
    for place in np.flatnonzero(~np.isin(kinds, (_POINT, _POLYGON, _MULTIPOLYGON))).tolist():
        if shapes[place] is None:
            yield place, "没有图形,或图形读不出来,没有导入;请重新导出"
        else:
            kind = given[place].geom_type
            yield place, f"几何类型是 {kind},需求应当是点(Point)或面(Polygon),没有导入;请改正"


def _on_earth(shapes: _Shapes) -> NDArray[np.bool_]:
    # False for NaN and infinity as well.
    west, south, east, north = shapely.bounds(shapes).T
    return (west >= -180) & (east <= 180) & (south >= -90) & (north <= 90)


def _mend(shapes: _Shapes, rows: NDArray[np.int64]) -> list[Problem]:
    """Mend polygons in place; one that is none becomes None."""
    problems = []
    crossing = Repeated(
        _NAME,
        each="面的边界自己相交,已修补;请在地图上核对",
        all="所有面的边界都自己相交,已修补;请在地图上核对",
    )
    polygons = np.flatnonzero(np.isin(shapely.get_type_id(shapes), (_POLYGON, _MULTIPOLYGON)))
    for place in polygons[~(shapely.is_valid(shapes[polygons]) & (shapely.area(shapes[polygons]) > 0))]:
        parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shapes[place])))
        parts = [part for part in parts if part.geom_type == "Polygon" and part.area > 0]
        shapes[place] = shapely.MultiPolygon(parts) if parts else None
        if parts:
            crossing.add(int(rows[place]))
        else:
            reason = "边界围不成面,没有导入;请重新导出"
            problems.append(Problem(int(rows[place]), _NAME, None, "refused", reason))
    return [*problems, *crossing.told(rows=len(polygons))]
