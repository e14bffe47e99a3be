"""Where the blobs of a PBF lie: the frame around the data, which pyosmium does not show.

Each blob is the length of its header (four bytes, big-endian), the header (a protocol buffer with the blob's
type in field 1 and its length in field 3), and the blob. https://wiki.openstreetmap.org/wiki/PBF_Format
"""

from collections.abc import Iterator
from typing import BinaryIO

__all__ = ["NotBlobsError", "blob_ends"]

_LONGEST_HEADER = 64 * 1024
_LONGEST_BLOB = 32 * 1024 * 1024
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class NotBlobsError(Exception):
    """These bytes are no PBF."""


def blob_ends(file: BinaryIO, size: int) -> Iterator[int]:
    """Yield where each blob ends, in bytes from the beginning of the file.

    Parameters
    ----------
    file : BinaryIO
        Can be sought in.
    size : int
        Of the whole file, in bytes. Where the last blob is truncated, its end lies beyond.

    Raises
    ------
    NotBlobsError
    """
    end = 0
    while end < size or not end:
        file.seek(end)
        frame = file.read(4)
        length = int.from_bytes(frame, "big")
        if end and len(frame) < 4:
            end += 4
        elif not 0 < length <= _LONGEST_HEADER:
            raise NotBlobsError
        else:
            header = file.read(length)
            begin = end + 4 + length
            end = begin + (_blob_length(header, first=not end) if len(header) == length else 0)
        yield end


def _blob_length(header: bytes, *, first: bool) -> int:
    fields = dict(_fields(header))
    length = fields.get(3)
    if not isinstance(length, int) or not 0 < length <= _LONGEST_BLOB:
        raise NotBlobsError
    if first and fields.get(1) != b"OSMHeader":
        raise NotBlobsError
    return length


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield key >> 3, value
        elif kind in (_BYTES, _FIXED32, _FIXED64):
            length, at = _varint(message, at) if kind == _BYTES else (4 if kind == _FIXED32 else 8, at)
            yield key >> 3, message[at : at + length]
            at += length
        else:
            raise NotBlobsError


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift, byte in enumerate(message[at : at + 10]):
        value |= (byte & 0x7F) << 7 * shift
        if byte < 0x80:
            return value, at + shift + 1
    raise NotBlobsError
