"""Stations as files for other programs and for people: public fields, unless more are asked for."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from geo.crs import Crs, from_wgs84
from geo.errors import InputError
from geo.model.facilities import FACILITIES
from geo.model.station import FIELDS, Field
from geo.report.geopackage import Layer, write_geopackage

__all__ = ["harmless", "write_stations"]

_SHOWN = tuple(field for field in FIELDS if field.public)
_SYSTEM, _AS_OF, _LICENCE = "坐标系", "资料时间", "许可"
_POSITIONS = (("lon", "lat"), ("entrance_lon", "entrance_lat"))
_NEGATIVE = {"yes": "", "no": "无"}
_BATCH = 2_000
# Some spreadsheets take full-width signs for the plain ones.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_EPSG = {Crs.WGS84: 4326, Crs.CGCS2000: 4490}
_SQL = {int: "INTEGER", float: "REAL"}


class _About(NamedTuple):
    """What a file says of all its stations."""

    system: Crs
    as_of: str
    licence: str
    fields: tuple[Field, ...]


def write_stations(
    rows: Iterable[Mapping[str, Any]],
    path: Path,
    *,
    crs: str,
    decimals: int,
    as_of: str = "",
    licence: str = "",
    fields: Sequence[Field] = _SHOWN,
) -> int:
    """Write stations in the format the file's extension names.

    Returns how many. No more of them than a batch are held at a time.

    Parameters
    ----------
    rows : iterable of mapping
        Flat rows, WGS-84.
    crs, decimals
        The coordinate system of the file and how many decimals its degrees have. CSV and XLSX have Chinese
        headers, which ``yizhan load stations`` reads again, and a column naming the system.
    as_of, licence
        Of when the stations are, and how they may be used: written beside the system where they are given.
    fields : sequence of Field
        What is written of a station, in this order; without it what is public.

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
    about = _About(Crs(crs), as_of, licence, tuple(fields))
    return write(_placed(rows, about, decimals), path, about)


def harmless(text: str) -> str:
    """Return a text for a spreadsheet, which runs what begins like a formula (OWASP, CSV injection).

    Examples
    --------
    >>> harmless("=1+1"), harmless("驿站"), harmless("")
    ("'=1+1", '驿站', '')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def _placed(rows: Iterable[Mapping[str, Any]], about: _About, decimals: int) -> Iterator[dict[str, Any]]:
    stream, names = iter(rows), [field.name for field in about.fields]
    while batch := [{name: row.get(name) for name in names} for row in islice(stream, _BATCH)]:
        for pair in _POSITIONS:
            _place(batch, *pair, about.system, decimals)
        yield from batch


def _place(rows: list[dict[str, Any]], lon: str, lat: str, system: Crs, decimals: int) -> None:
    placed = [row for row in rows if row.get(lon) is not None]
    x, y = from_wgs84([row[lon] for row in placed], [row[lat] for row in placed], system)
    for row, *place in zip(placed, x.tolist(), y.tolist(), strict=True):
        row[lon], row[lat] = (round(degrees, decimals) for degrees in place)


def _csv(rows: Iterator[dict], path: Path, about: _About) -> int:
    # The mark at the start makes Excel read UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        write, count = csv.writer(file).writerow, -1
        for line in _table(rows, about):
            write(line)
            count += 1
    return count


def _xlsx(rows: Iterator[dict], path: Path, about: _About) -> int:
    # Some 25 MB, which a process that writes no workbook does without.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("站点")
    sheet.freeze_panes = "A2"
    count = -1
    for line in _table(rows, about):
        sheet.append(line)
        count += 1
    book.save(path)
    return count


def _geojson(rows: Iterator[dict], path: Path, about: _About) -> int:
    members = {"type": "FeatureCollection", "coordinate_system": about.system, **_told(about)}
    count = 0
    with path.open("wb") as file:
        file.write(orjson.dumps(members)[:-1] + b',"features":[')
        for count, row in enumerate(rows, 1):
            file.write((b",\n" if count > 1 else b"\n") + orjson.dumps(_feature(row)))
        file.write(b"]}\n")
    return count


def _feature(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": row["code"],
        "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
        "properties": {
            # Zero and False are answers; None and what is empty are not.
            name: value
            for name, value in row.items()
            if (value or value == 0) and not any(name in pair for pair in _POSITIONS)
        },
    }


def _gpkg(rows: Iterator[dict], path: Path, about: _About) -> int:
    if about.system not in _EPSG:
        raise InputError(
            "GeoPackage 不能标明坐标系 %(crs)s,请改用 .csv、.xlsx 或 .geojson",
            parameter="file",
            crs=about.system,
        )
    fields = [field for field in about.fields if field.name not in ("lon", "lat")]
    columns = {field.name: _SQL.get(field.type, "TEXT") for field in fields}
    layer = Layer(columns, _EPSG[about.system], about.licence, about.as_of)
    points = ((row["lon"], row["lat"], tuple(_text(row[name]) for name in columns)) for row in rows)
    return write_geopackage(path, layer, points)


def _told(about: _About) -> dict[str, str]:
    told = {"as_of": about.as_of, "licence": about.licence}
    return {name: text for name, text in told.items() if text}


def _table(rows: Iterator[dict], about: _About) -> Iterator[list[Any]]:
    told = {_SYSTEM: about.system.value, _AS_OF: about.as_of, _LICENCE: harmless(about.licence)}
    told = {header: text for header, text in told.items() if text}
    yield [*(field.zh for field in about.fields), *told]
    for row in rows:
        yield [*(_cell(row[field.name]) for field in about.fields), *told.values()]


def _cell(value: Any) -> Any:
    text = _text(value)
    return harmless(text) if isinstance(text, str) else text


def _text(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
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


_WRITERS: dict[str, Callable[..., int]] = {
    ".csv": _csv,
    ".xlsx": _xlsx,
    ".geojson": _geojson,
    ".gpkg": _gpkg,
}
