"""The features of a GeoJSON file (RFC 7946), one at a time; and those that are points, as rows."""

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from geo.crs import Crs, parse_crs
from geo.errors import FileError, InputError
from geo.ingest.rows import Rows

__all__ = ["cell_text", "collection_facts", "features", "point_rows"]

_CHUNK_BYTES = 1 << 18
_LONGEST_VALUE_CHARACTERS = 64_000_000
_DECODER = json.JSONDecoder()
_GAPS = " \t\r\n,\ufeff"


def features(file: BinaryIO, *, name: str) -> Iterator[dict[str, Any]]:
    """Yield the features of a FeatureCollection, reading the file piece by piece.

    Raises
    ------
    FileError
        The file is no FeatureCollection, or breaks off.
    """
    for key, value in _members(file, name):
        if key == "features":
            if not isinstance(value, dict):
                raise FileError("文件“%(file)s”的 features 里有不是要素的内容,请核对后再导入", file=name)
            yield value


def collection_facts(file: BinaryIO, *, name: str) -> tuple[list[str], Crs | None]:
    """Return the names of all properties, in the order in which they first appear, and the declared system.

    The system is that of a ``crs`` member, which only the older standard knows; None without one.

    Raises
    ------
    FileError
        No FeatureCollection, or the member names a system in metres or an unknown one.
    """
    names: dict[str, None] = {}
    crs: Crs | None = None
    for key, value in _members(file, name):
        if key == "crs":
            crs = _declared_crs(value, name)
        elif key == "features" and isinstance(value, dict) and isinstance(value.get("properties"), dict):
            names.update(dict.fromkeys(value["properties"]))
    return list(names), crs


def _declared_crs(member: object, name: str) -> Crs | None:
    if not member:
        return None
    properties = member.get("properties") if isinstance(member, dict) else None
    text = str(properties.get("name")) if isinstance(properties, dict) else str(member)
    if "CRS84" in text.upper():
        return Crs.WGS84
    try:
        return parse_crs(text)
    except InputError:
        raise FileError(
            "文件“%(file)s”写的坐标系是“%(crs)s”,不是经纬度;请在 GIS 软件里按 WGS-84(EPSG:4326)重新导出",
            file=name,
            crs=text[:80],
        ) from None


def point_rows(file: BinaryIO, *, columns: list[str], name: str) -> Rows:
    """Yield (number of the feature from 1, [lon, lat, *properties, id] as text).

    A geometry that is no point gives its type in place of the longitude.
    """
    for number, feature in enumerate(features(file, name=name), 1):
        given = feature.get("properties")
        properties = given if isinstance(given, dict) else {}
        cells = [cell_text(properties.get(column)) for column in columns]
        yield number, [*_position(feature.get("geometry")), *cells, cell_text(feature.get("id"))]


def cell_text(value: object) -> str:
    """Return a JSON value as the text of a cell.

    Examples
    --------
    >>> cell_text(54.0), cell_text(["饮水", "空调"]), cell_text(True), cell_text(None)
    ('54', '饮水、空调', '是', '')
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return "、".join(map(cell_text, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _position(geometry: object) -> tuple[str, str]:
    if not isinstance(geometry, dict):
        return "", ""
    kind, place = geometry.get("type"), geometry.get("coordinates")
    if kind == "MultiPoint" and isinstance(place, list) and len(place) == 1:
        kind, place = "Point", place[0]
    if kind != "Point":
        return str(kind), ""
    if not isinstance(place, list) or len(place) < 2:
        return "", ""
    return str(place[0]), str(place[1])


def _members(file: BinaryIO, name: str) -> Iterator[tuple[str, Any]]:
    """Yield the members of the top object; those of ``features`` one by one."""
    source = _Source(file, name)
    if source.peek() == "[":
        raise _no_collection(name)
    source.expect("{")
    collection = False
    while source.peek() != "}":
        key = source.value()
        source.expect(":")
        if key == "features" and source.peek() == "[":
            collection = True
            source.expect("[")
            while source.peek() != "]":
                yield "features", source.value()
            source.expect("]")
        else:
            yield key, source.value()
    if not collection:
        raise _no_collection(name)


def _no_collection(name: str) -> FileError:
    return FileError(
        "文件“%(file)s”是 JSON,但不是 GeoJSON 的 FeatureCollection;请导出为 GeoJSON、CSV 或 XLSX 后再导入",
        file=name,
    )


class _Source:
    """The unread text of a JSON file."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        file.seek(0)
        self._file = file
        self._name = name
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._text = ""
        self._at = 0
        self._ended = False

    def peek(self) -> str:
        """Return the next character that is no gap, or raise FileError at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _GAPS:
                    return self._text[self._at]
                self._at += 1
            if not self._more(_CHUNK_BYTES):
                raise self._broken()

    def expect(self, mark: str) -> None:
        """Pass over one character."""
        if self.peek() != mark:
            raise self._broken()
        self._at += 1

    def value(self) -> Any:
        """Return the next value, reading on, twice as much each time, until it is whole."""
        self.peek()
        size = _CHUNK_BYTES
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
                # A number at the end of what was read may go on.
                if end < len(self._text) or self._ended:
                    self._at = end
                    return value
            except (ValueError, RecursionError):
                pass
            if len(self._text) > _LONGEST_VALUE_CHARACTERS or not self._more(size):
                raise self._broken()
            size *= 2

    def _more(self, size: int) -> bool:
        chunk = self._file.read(size)
        try:
            fresh = self._decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            raise FileError("文件“%(file)s”不是 UTF-8 编码的 GeoJSON,请重新导出", file=self._name) from None
        self._ended = not chunk
        self._text = self._text[self._at :] + fresh
        self._at = 0
        return bool(chunk)

    def _broken(self) -> FileError:
        return FileError(
            "文件“%(file)s”不是完整的 GeoJSON,可能没有下载完;请重新导出后再导入", file=self._name
        )
