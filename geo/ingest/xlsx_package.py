"""A workbook's archive: the guards before reading it, and its parts as XML events."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO
from xml.parsers import expat

from geo.errors import FileError

__all__ = ["open_archive", "parse_xml", "readable", "refuse_bombs"]

_CHUNK_BYTES = 1 << 14
_MOST_GROWTH = 5
_MOST_RATIO = 300
_RATIO_MATTERS_BYTES = 20_000_000


def open_archive(file: BinaryIO, *, name: str, max_bytes: int) -> zipfile.ZipFile:
    """Return the archive of the workbook in `file`; call it under `readable`.

    Raises
    ------
    FileError
        No workbook, or one that would unpack to more than 5 times `max_bytes`, or that swells like a bomb.
    """
    archive = zipfile.ZipFile(file)
    _refuse_others(set(archive.namelist()), name)
    refuse_bombs(archive, name, max_bytes)
    return archive


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Turn whatever a broken archive raises into a FileError."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, KeyError, IndexError, ValueError):
        raise FileError(
            "文件“%(file)s”已损坏,读不出来;请在 Excel 或 WPS 里打开并重新保存", file=name
        ) from None
    except (NotImplementedError, RuntimeError):
        raise FileError(
            "文件“%(file)s”用了密码或少见的压缩方式;请在 Excel 或 WPS 里打开,取消密码并重新保存", file=name
        ) from None


def parse_xml(
    archive: zipfile.ZipFile,
    part: str,
    *,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Feed a part to the handlers; yield after each piece, so that what they gathered can be passed on."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    with archive.open(part) as handle:
        while chunk := handle.read(_CHUNK_BYTES):
            parser.Parse(chunk, False)
            yield
    parser.Parse(b"", True)
    yield


def _refuse_doctype(*_: object) -> None:
    raise ValueError("a workbook has no document type; entities could grow without end")


def _refuse_others(names: set[str], name: str) -> None:
    if "xl/workbook.xml" in names:
        return
    others = (
        ("xl/workbook.bin", "二进制工作簿(.xlsb)"),
        ("word/document.xml", "Word 文档"),
        ("ppt/presentation.xml", "PowerPoint 文档"),
        ("content.xml", "OpenDocument 文档(.ods)"),
        ("doc.kml", "KMZ 文件"),
    )
    kind = next((kind for part, kind in others if part in names), "ZIP 压缩包")
    raise FileError(
        "文件“%(file)s”是%(kind)s;请打开后另存为 .xlsx 或 CSV(压缩包请先解压)再导入", file=name, kind=kind
    )


def refuse_bombs(archive: zipfile.ZipFile, name: str, max_bytes: int) -> None:
    """The sizes are only announced, but zipfile unpacks no byte beyond them."""
    parts = archive.infolist()
    total = sum(part.file_size for part in parts)
    swollen = any(
        part.file_size > max(_RATIO_MATTERS_BYTES, _MOST_RATIO * part.compress_size) for part in parts
    )
    if total > _MOST_GROWTH * max_bytes or swollen:
        raise FileError(
            "文件“%(file)s”解压后有 %(size)s MB,超出限度;请删去空白的行、列和图片后重新保存",
            file=name,
            size=total // 1_000_000,
        )
