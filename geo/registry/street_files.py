"""The file of a street graph: written once, then mapped into the memory of every process that asks.

It is a fixed beginning, a head in JSON and, each at a multiple of 64 bytes, the plain arrays of the graph.
"""

import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import orjson
from numpy.typing import NDArray

from geo.errors import FileError
from geo.network.graph import Graph, flatten, unflatten

__all__ = ["FORMAT", "basemap_path", "graph_path", "open_graph", "write_graph", "writing_files"]

FORMAT = 1
"""Raised whenever what is written changes; a file of another format is not read."""

_MAGIC = b"YZGRAPH\n"
# Magic, format, length of the head and its CRC-32, length of the file.
_BEGINNING = struct.Struct("<8sIIIQ")
_ALIGNED = 64


def graph_path(home: Path, digest: str) -> Path:
    """Return where the graph of a street set lies."""
    return home / "streets" / f"{digest}.graph"


def basemap_path(home: Path, digest: str) -> Path:
    """Return where the basemap of a street set lies."""
    return home / "streets" / f"{digest}.pmtiles"


def write_graph(path: Path, graph: Graph) -> None:
    """Write a graph, so that the file is at any moment absent, the old one or the new one, whole.

    Raises
    ------
    FileError
        The disk is full or may not be written to; nothing is left behind.
    """
    head, arrays = flatten(graph)
    with writing_files(path):
        # Not one of `tempfile`: those are for their maker's eyes only, and the server may be another user.
        beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        try:
            with beside.open("wb") as file:
                _write(file, head, arrays)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


@contextmanager
def writing_files(path: Path) -> Iterator[None]:
    """Say in a sentence what keeps a street file, or their folder, from being written.

    Raises
    ------
    FileError
        The disk is full, or the folder may not be written to.
    """
    try:
        yield
    except OSError as error:
        raise FileError(
            "写不了街道文件“%(file)s”(%(detail)s);请检查磁盘空间和文件夹的权限",
            file=str(path),
            detail=error.strerror,
        ) from error


def open_graph(path: Path) -> Graph:
    """Map a graph into memory; its arrays are read from the disk only where they are used.

    They are writable, as kernels are compiled for such arrays, but nothing written reaches the file.

    Raises
    ------
    FileError
        Absent on this machine, damaged, or written by another version of this program.
    """
    try:
        with path.open("rb") as file:
            plan = _read_plan(file, path)
            held = np.memmap(file, np.uint8, "c").view(np.ndarray)
    except FileNotFoundError:
        raise FileError(
            "这台机器上没有街道文件“%(file)s”;请在这台机器上再执行一次 yizhan load streets", file=str(path)
        ) from None
    except OSError as error:
        raise FileError(
            "打不开街道文件“%(file)s”(%(detail)s);请检查文件夹的权限",
            file=str(path),
            detail=error.strerror,
        ) from error
    try:
        return unflatten(plan["head"], {name: _mapped(held, *where) for name, *where in plan["arrays"]})
    except KeyError:
        raise _of_another_version(path) from None


def _write(file: BinaryIO, head: Mapping[str, Any], arrays: Mapping[str, NDArray]) -> None:
    """Write beginning, head and arrays; places of arrays count from the end of the head, aligned."""
    listed, size = [], 0
    for name, array in arrays.items():
        listed.append((name, array.dtype.str, size, len(array)))
        size += _aligned(array.nbytes)
    text = orjson.dumps({"head": head, "arrays": listed})
    first = _aligned(_BEGINNING.size + len(text))
    file.write(_BEGINNING.pack(_MAGIC, FORMAT, len(text), zlib.crc32(text), first + size))
    file.write(text)
    file.write(bytes(first - _BEGINNING.size - len(text)))
    for array in arrays.values():
        file.write(np.ascontiguousarray(array).data)
        file.write(bytes(_aligned(array.nbytes) - array.nbytes))


def _read_plan(file: BinaryIO, path: Path) -> dict[str, Any]:
    """Return what the head says, with the arrays' places counted from the beginning of the file."""
    begun = file.read(_BEGINNING.size)
    if len(begun) < _BEGINNING.size or not begun.startswith(_MAGIC):
        raise _damaged(path)
    _, made_as, length, checksum, size = _BEGINNING.unpack(begun)
    if made_as != FORMAT:
        raise _of_another_version(path)
    text = file.read(length)
    if os.fstat(file.fileno()).st_size != size or zlib.crc32(text) != checksum:
        raise _damaged(path)
    plan = orjson.loads(text)
    first = _aligned(_BEGINNING.size + length)
    return {
        "head": plan["head"],
        "arrays": [(name, kind, first + place, count) for name, kind, place, count in plan["arrays"]],
    }


def _mapped(held: NDArray[np.uint8], kind: str, place: int, count: int) -> NDArray:
    return np.frombuffer(held, kind, count, place)


def _aligned(size: int) -> int:
    return -(-size // _ALIGNED) * _ALIGNED


def _damaged(path: Path) -> FileError:
    return FileError(
        "街道文件“%(file)s”不完整或已损坏;请用原来的 .osm.pbf 再执行一次 yizhan load streets", file=str(path)
    )


def _of_another_version(path: Path) -> FileError:
    return FileError(
        "街道文件“%(file)s”是这个程序的另一个版本写的;请用原来的 .osm.pbf 再执行一次 yizhan load streets",
        file=str(path),
    )
