"""Stations as files for other programs and for people: public fields only."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from errno import EIO
from pathlib import Path
from typing import Any

import orjson
from openpyxl import Workbook

from geo.crs import Crs, from_wgs84
from geo.errors import InputError
from geo.model.facilities import FACILITIES
from geo.model.station import FIELDS, public_properties

__all__ = ["harmless", "write_stations"]

_SHOWN = tuple(field for field in FIELDS if field.public)
_SYSTEM = "坐标系"
_POSITIONS = (("lon", "lat"), ("entrance_lon", "entrance_lat"))
_NEGATIVE = {"yes": "", "no": "无"}


def write_stations(rows: Iterable[Mapping[str, Any]], path: Path, *, crs: str, decimals: int) -> int:
    """Write stations in the format the file's extension names, without any internal field.

    Returns how many.

    Parameters
    ----------
    rows : iterable of mapping
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
    placed = [{field.name: row.get(field.name) for field in _SHOWN} for row in rows]
    for names in _POSITIONS:
        _place(placed, *names, system, decimals)
    write(placed, path, system)
    return len(placed)


def harmless(text: str) -> str:
    """Return a text for a spreadsheet, which runs what begins like a formula (OWASP, CSV injection).

    Examples
    --------
    >>> harmless("=1+1"), harmless("驿站"), harmless("")
    ("'=1+1", '驿站', '')
    """
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _place(rows: Sequence[dict[str, Any]], lon: str, lat: str, system: Crs, decimals: int) -> None:
    placed = [row for row in rows if row.get(lon) is not None]
    x, y = from_wgs84([row[lon] for row in placed], [row[lat] for row in placed], system)
    for row, *place in zip(placed, x.tolist(), y.tolist(), strict=True):
        row[lon], row[lat] = (round(degrees, decimals) for degrees in place)


def _csv(rows: Sequence[Mapping], path: Path, system: Crs) -> None:
    # The mark at the start makes Excel read UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(_table(rows, system))


def _xlsx(rows: Sequence[Mapping], path: Path, system: Crs) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("站点")
    sheet.freeze_panes = "A2"
    for line in _table(rows, system):
        sheet.append(line)
    book.save(path)


def _geojson(rows: Sequence[Mapping], path: Path, system: Crs) -> None:
    features = [
        {
            "type": "Feature",
            "id": row["code"],
            "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
            "properties": public_properties(row),
        }
        for row in rows
    ]
    members = {"type": "FeatureCollection", "coordinate_system": system, "features": features}
    path.write_bytes(orjson.dumps(members))


def _gpkg(rows: Sequence[Mapping], path: Path, system: Crs) -> None:
    if system not in (Crs.WGS84, Crs.CGCS2000):
        raise InputError(
            "GeoPackage 不能标明坐标系 %(crs)s,请改用 .csv、.xlsx 或 .geojson", parameter="file", crs=system
        )
    # Pandas takes most of a second to import; only this format needs it.
    import geopandas
    from pyogrio.errors import DataSourceError

    names = [field.name for field in _SHOWN if field.name not in ("lon", "lat")]
    table = {name: [_text(row.get(name)) for row in rows] for name in names}
    frame = geopandas.GeoDataFrame(
        table,
        geometry=geopandas.points_from_xy([row["lon"] for row in rows], [row["lat"] for row in rows]),
        crs="EPSG:4490" if system == Crs.CGCS2000 else "EPSG:4326",
    )
    try:
        frame.to_file(path, layer="stations", driver="GPKG")
    except DataSourceError as error:
        raise OSError(EIO, str(error)) from error


def _table(rows: Sequence[Mapping], system: Crs) -> Iterator[list[Any]]:
    yield [*(field.zh for field in _SHOWN), _SYSTEM]
    for row in rows:
        yield [*(_cell(row.get(field.name)) for field in _SHOWN), system.value]


def _cell(value: Any) -> Any:
    text = _text(value)
    return harmless(text) if isinstance(text, str) else text


def _text(value: Any) -> Any:
    if isinstance(value, dict):
        return "、".join(_pair(key, answer) for key, answer in value.items())
    if isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(value, bool):
        return "是" if value else "否"
    return value


def _pair(key: str, answer: str) -> str:
    if key in FACILITIES and answer in _NEGATIVE:
        return _NEGATIVE[answer] + FACILITIES[key].zh
    return f"{key}:{answer}"


_WRITERS: dict[str, Callable[..., None]] = {
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".geojson": _geojson,
    ".gpkg": _gpkg,
}
