"""One tile at a time out of a file of map tiles (PMTiles), which stays mapped into memory."""

import mmap
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pmtiles.tile import (
    Entry,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from geo.errors import FileError

__all__ = ["read_tile"]

_HEADER_BYTES = 127
# Root, leaves, and the tiles: the format allows a few more steps, its writers make no use of them.
_STEPS = 4
_FAULTS = (OSError, ValueError, IndexError, EOFError, zlib.error, MagicNumberNotFound, SpecVersionUnsupported)


@dataclass(frozen=True, eq=False)
class _TileFile:
    """A mapped file and what its header says."""

    content: mmap.mmap
    header: Any

    def part(self, offset: int, length: int) -> bytes:
        """Return bytes of it; ValueError if it ends before."""
        found = self.content[offset : offset + length]
        if len(found) < length:
            raise ValueError(f"{offset + length} > {len(self.content)}")
        return found


def read_tile(path: Path, z: int, x: int, y: int) -> bytes | None:
    """Return a tile as it is kept, gzipped; None where there is none.

    Safe to call from several threads. A file written anew is noticed by its time.

    Raises
    ------
    FileError
        No such file, or a damaged one.
    """
    try:
        status = path.stat()
        file = _opened(path, status.st_ino, status.st_mtime_ns, status.st_size)
        if not (
            file.header["min_zoom"] <= z <= file.header["max_zoom"] and 0 <= x < 1 << z and 0 <= y < 1 << z
        ):
            return None
        return _found(file, zxy_to_tileid(z, x, y))
    except _FAULTS as error:
        raise FileError(
            "底图文件“%(file)s”不见了或已损坏;请重新运行 yizhan load streets", file=path.name
        ) from error


@lru_cache(maxsize=8)
def _opened(path: Path, *status: int) -> _TileFile:
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return _TileFile(content, deserialize_header(content[:_HEADER_BYTES]))


@lru_cache(maxsize=256)
def _directory(file: _TileFile, offset: int, length: int) -> list[Entry]:
    return deserialize_directory(file.part(offset, length))


def _found(file: _TileFile, number: int) -> bytes | None:
    header = file.header
    offset, length = header["root_offset"], header["root_length"]
    for _ in range(_STEPS):
        entry = find_tile(_directory(file, offset, length), number)
        if entry is None:
            return None
        if entry.run_length:
            return file.part(header["tile_data_offset"] + entry.offset, entry.length)
        offset, length = header["leaf_directory_offset"] + entry.offset, entry.length
    return None
