"""The features of a file of polygons: GeoJSON, GeoPackage, or a zipped Shapefile."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.errors import FileError
from geo.ingest.geojson_rows import cell_text, features
from geo.ingest.opening import open_file
from geo.ingest.xlsx_package import readable, refuse_bombs

__all__ = ["AreaFeature", "area_features"]


class AreaFeature(NamedTuple):
    """A feature: its number in the file from 1, its properties as text by name, and its geometry.

    ``geometry`` is None where the file has none, or one that cannot be read.
    """

    number: int
    properties: dict[str, str]
    geometry: shapely.Geometry | None


def area_features(path: Path, *, max_bytes: int) -> Iterator[AreaFeature]:
    """Yield the features of a file, told apart by content.

    Raises
    ------
    FileError
        Missing, too large, none of the formats, broken, or not in degrees.
    """
    with open_file(path, max_bytes=max_bytes) as file:
        head = file.read(16)
    if head.startswith(b"PK"):
        yield from _from_gdal(_zipped_shapefile(path, max_bytes), path.name)
    elif head.startswith(b"SQLite format 3"):
        yield from _from_gdal(str(path), path.name)
    else:
        yield from _from_geojson(path)


def _from_geojson(path: Path) -> Iterator[AreaFeature]:
    with path.open("rb") as file:
        if file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
            raise FileError(
                "文件“%(file)s”不是 GeoJSON、GeoPackage 或压缩的 Shapefile;请在 GIS 软件里导出为 GeoJSON",
                file=path.name,
            )
        for number, feature in enumerate(features(file, name=path.name), 1):
            given = feature.get("properties")
            properties = given if isinstance(given, dict) else {}
            texts = {key: _property_text(value) for key, value in properties.items()}
            if feature.get("id") is not None:
                texts.setdefault("id", cell_text(feature["id"]))
            yield AreaFeature(number, texts, _geometry(feature.get("geometry")))


def _property_text(value: Any) -> str:
    # Some publishers name the parent as an object with its code.
    if isinstance(value, dict) and "adcode" in value:
        return cell_text(value["adcode"])
    return cell_text(value)


def _geometry(given: object) -> shapely.Geometry | None:
    if not isinstance(given, dict):
        return None
    try:
        return shapely.geometry.shape(given)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, shapely.errors.ShapelyError):
        return None


def _zipped_shapefile(path: Path, max_bytes: int) -> str:
    with readable(path.name), zipfile.ZipFile(path) as archive:
        refuse_bombs(archive, path.name, max_bytes)
        layers = [name for name in archive.namelist() if name.lower().endswith(".shp")]
    if len(layers) != 1:
        raise FileError(
            "压缩包“%(file)s”里应当正好有一个 .shp 图层,现在有 %(count)s 个",
            file=path.name,
            count=len(layers),
        )
    return f"/vsizip/{{{path.resolve()}}}/{layers[0]}"


def _from_gdal(source: str, name: str) -> Iterator[AreaFeature]:
    try:
        meta, _, shapes, columns = pyogrio.raw.read(source, force_2d=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise FileError("文件“%(file)s”读不出来:%(detail)s", file=name, detail=str(error)[:200]) from None
    if meta["crs"] and not _is_in_degrees(meta["crs"]):
        raise FileError(
            "文件“%(file)s”的坐标系是 %(crs)s,单位不是度;请在 GIS 软件里按经纬度重新导出",
            file=name,
            crs=str(meta["crs"])[:60],
        )
    for index, shape in enumerate(shapes):
        values = zip(meta["fields"], (column[index] for column in columns), strict=True)
        texts = {str(key): cell_text(getattr(value, "item", lambda v=value: v)()) for key, value in values}
        yield AreaFeature(index + 1, texts, None if shape is None else shapely.from_wkb(shape))


def _is_in_degrees(crs: str) -> bool:
    try:
        return CRS.from_user_input(crs).is_geographic
    except CRSError:
        return True
