"""Stations as files for other programs and for people: public fields only."""

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
from openpyxl import Workbook

from geo.crs import Crs, from_wgs84
from geo.errors import InputError
from geo.model.facilities import FACILITIES
from geo.model.station import FIELDS, public_properties

__all__ = ["write_stations"]

_SHOWN = tuple(field for field in FIELDS if field.public)
_SYSTEM = "坐标系"
_NEGATIVE = {"yes": "", "no": "无"}


def write_stations(rows: Sequence[Mapping[str, Any]], path: Path, *, crs: str, decimals: int) -> None:
    """Write stations in the format the file's extension names, without any internal field.

    Parameters
    ----------
    rows : sequence of mapping
        Flat rows, WGS-84.
    crs, decimals
        The coordinate system of the file and how many decimals its degrees have. CSV and XLSX have Chinese
        headers, which ``yizhan load stations`` reads again, and a column naming the system.

    Raises
    ------
    InputError
        The extension is not one of .csv, .xlsx, .geojson, .gpkg; or the format cannot hold the system.
    OSError
        The file cannot be written.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise InputError(
            "不认识扩展名“%(suffix)s”,可以是 %(known)s",
            parameter="file",
            suffix=path.suffix,
            known="、".join(_WRITERS),
        )
    system = Crs(crs)
    lon, lat = from_wgs84([row["lon"] for row in rows], [row["lat"] for row in rows], system)
    places = [(round(float(x), decimals), round(float(y), decimals)) for x, y in zip(lon, lat, strict=True)]
    write(rows, places, path, system)


def _csv(rows: Sequence[Mapping], places: Sequence[tuple], path: Path, system: Crs) -> None:
    # The mark at the start makes Excel read UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(_table(rows, places, system))


def _xlsx(rows: Sequence[Mapping], places: Sequence[tuple], path: Path, system: Crs) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("站点")
    sheet.freeze_panes = "A2"
    for line in _table(rows, places, system):
        sheet.append(line)
    book.save(path)


def _geojson(rows: Sequence[Mapping], places: Sequence[tuple], path: Path, system: Crs) -> None:
    features = [
        {
            "type": "Feature",
            "id": row["code"],
            "geometry": {"type": "Point", "coordinates": place},
            "properties": public_properties(row),
        }
        for row, place in zip(rows, places, strict=True)
    ]
    members = {"type": "FeatureCollection", "coordinate_system": system, "features": features}
    path.write_bytes(orjson.dumps(members))


def _gpkg(rows: Sequence[Mapping], places: Sequence[tuple], path: Path, system: Crs) -> None:
    if system not in (Crs.WGS84, Crs.CGCS2000):
        raise InputError(
            "GeoPackage 不能标明坐标系 %(crs)s,请改用 .csv、.xlsx 或 .geojson", parameter="file", crs=system
        )
    # Pandas takes most of a second to import; only this format needs it.
    import geopandas
    import shapely

    names = [field.name for field in _SHOWN if field.name not in ("lon", "lat")]
    table = {name: [_text(row.get(name)) for row in rows] for name in names}
    frame = geopandas.GeoDataFrame(
        table,
        geometry=shapely.points(places) if places else [],
        crs="EPSG:4490" if system == Crs.CGCS2000 else "EPSG:4326",
    )
    frame.to_file(path, layer="stations", driver="GPKG")


def _table(rows: Sequence[Mapping], places: Sequence[tuple], system: Crs) -> list[list[Any]]:
    lines: list[list[Any]] = [[*(field.zh for field in _SHOWN), _SYSTEM]]
    for row, (lon, lat) in zip(rows, places, strict=True):
        held = {**row, "lon": lon, "lat": lat}
        lines.append([*(_text(held.get(field.name)) for field in _SHOWN), system.value])
    return lines


def _text(value: Any) -> Any:
    if isinstance(value, dict):
        return "、".join(_pair(key, answer) for key, answer in value.items())
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(value, bool):
        return "是" if value else "否"
    return _harmless(value) if isinstance(value, str) else value


def _pair(key: str, answer: str) -> str:
    if key in FACILITIES and answer in _NEGATIVE:
        return _NEGATIVE[answer] + FACILITIES[key].zh
    return f"{key}:{answer}"


def _harmless(text: str) -> str:
    # A spreadsheet runs what begins like a formula (OWASP, CSV injection).
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


_WRITERS: dict[str, Callable[..., None]] = {
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".geojson": _geojson,
    ".gpkg": _gpkg,
}
