"""An OpenStreetMap extract (.osm.pbf), read from one end to the other in pieces.

A PBF is a row of blobs, each behind its length: one with the header, then thousands with the data. Their
lengths alone tell a truncated file before anything of it is taken, and how far reading has got. What is in
the blobs is read by pyosmium, some at a time.

https://wiki.openstreetmap.org/wiki/PBF_Format
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

import osmium

from geo.errors import FileError
from geo.ingest.opening import open_file
from geo.ingest.osm_blobs import NotBlobsError, blob_ends

__all__ = ["OsmFile", "data_at", "open_osm", "read_objects"]

_PIECE_BYTES = 1 << 18
_BROKEN = (RuntimeError, ValueError, IndexError)  # what pybind11 makes of the exceptions of libosmium


class OsmFile(NamedTuple):
    """An extract, open for reading.

    Parameters
    ----------
    name : str
        What to call it in messages.
    file : BinaryIO
    header : bytes
        The first blob; every piece that is handed to pyosmium begins with it.
    ends : list of int
        Where the blobs end, in bytes from the beginning; the first is the header's.
    """

    name: str
    file: BinaryIO
    header: bytes
    ends: list[int]


@contextmanager
def open_osm(path: Path, *, max_bytes: int | None = None) -> Iterator[OsmFile]:
    """Open an extract; what pyosmium finds wrong with it becomes a `FileError`, here and while it is read.

    Parameters
    ----------
    max_bytes : int, optional
        Refuse a larger file, before any of it is read.

    Raises
    ------
    FileError
        Missing, too large, not a PBF, truncated, damaged, or the history of a map rather than a map.
    """
    with open_file(path, max_bytes=sys.maxsize if max_bytes is None else max_bytes) as file:
        source = _source(file, path.name)
        if _header(source).has_multiple_object_versions:
            raise FileError(
                "“%(file)s”是带历史版本的 OSM 文件;请改用只含当前数据的 .osm.pbf 提取文件", file=path.name
            )
        try:
            yield source
        except UnicodeDecodeError as error:  # tags become text only when they are looked at
            raise _damaged(source, error) from error


def read_objects(
    source: OsmFile,
    kind: osmium.osm.osm_entity_bits,
    *filters: osmium.BaseHandler,
    progress: Callable[[float], None] | None = None,
) -> Iterator[osmium.osm.types.OSMEntity]:
    """Yield the objects of a kind that pass all filters, in the order of the file.

    Parameters
    ----------
    source : OsmFile
    kind : osmium.osm.NODE, WAY, RELATION or ALL
    *filters
        Filters and handlers of pyosmium; they run without Python.
    progress : callable, optional
        Told, now and then, what share of the file (0 to 1) has been read.

    Raises
    ------
    FileError
        Damaged.

    Notes
    -----
    An object is only valid until the next one is asked for.
    """
    threads = osmium.io.ThreadPool()
    for piece, share in _pieces(source):
        objects = osmium.FileProcessor(osmium.io.FileBuffer(piece, "pbf"), kind, thread_pool=threads)
        for condition in filters:
            objects = objects.with_filter(condition)
        try:
            yield from objects
        except _BROKEN as error:
            raise _damaged(source, error) from error
        if progress:
            progress(share)


def data_at(source: OsmFile) -> str | None:
    """Return the moment up to which the extract is complete (ISO 8601), None if it does not say."""
    return _header(source).get("osmosis_replication_timestamp") or None


def _source(file: BinaryIO, name: str) -> OsmFile:
    size = os.fstat(file.fileno()).st_size
    ends = _ends(file, size, name)
    if ends[-1] > size:
        raise FileError(
            "“%(file)s”不完整,在 %(size)s MB 处中断;请重新下载这个提取文件",
            file=name,
            size=round(size / 1e6, 3),
        )
    file.seek(0)
    return OsmFile(name, file, file.read(ends[0]), ends)


def _ends(file: BinaryIO, size: int, name: str) -> list[int]:
    ends: list[int] = []
    try:
        for end in blob_ends(file, size):
            ends.append(end)
    except NotBlobsError:
        if not ends:
            raise FileError(
                "“%(file)s”不是 OSM 的 PBF 文件;请给出 .osm.pbf 提取文件,例如 Geofabrik 或 BBBike 的",
                file=name,
            ) from None
        raise FileError(
            "“%(file)s”在 %(size)s MB 之后的内容不是 OSM 数据;请重新下载这个提取文件",
            file=name,
            size=round(ends[-1] / 1e6, 3),
        ) from None
    return ends


def _header(source: OsmFile) -> osmium.io.Header:
    try:
        with osmium.io.Reader(osmium.io.FileBuffer(source.header, "pbf")) as reader:
            return reader.header()
    except _BROKEN as error:
        raise _damaged(source, error) from error


def _damaged(source: OsmFile, error: Exception) -> FileError:
    return FileError(
        "读不了“%(file)s”:内容损坏,或用了不支持的压缩方式(%(detail)s);请重新下载这个提取文件",
        file=source.name,
        detail=str(error),
    )


def _pieces(source: OsmFile) -> Iterator[tuple[bytes, float]]:
    begin, *ends = source.ends
    source.file.seek(begin)
    for number, end in enumerate(ends, start=1):
        if end - begin >= _PIECE_BYTES or number == len(ends):
            yield source.header + source.file.read(end - begin), end / source.ends[-1]
            begin = end
