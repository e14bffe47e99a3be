"""What a file is, by its content: a name can say anything."""

from typing import BinaryIO

from geo.errors import FileError

__all__ = ["table_format"]

_HEAD_BYTES = 65_536
_OLD_OFFICE_SCANNED_BYTES = 4_000_000
# Some slip into an honest table; compressed or packed bytes hold a tenth of them.
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\v\f\r")
_MOST_CONTROLS = 0.05
_FEWEST_CONTROLS = 16
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")

_SAVE_AS = "请在 Excel 或 WPS 里另存为 .xlsx 或“CSV UTF-8”后再导入"

_KINDS = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "PNG 图片"),
    (b"\xff\xd8\xff", "JPEG 图片"),
    (b"GIF8", "GIF 图片"),
    (b"BM", "BMP 图片"),
    (b"RIFF", "图片或音视频文件"),
    (b"II*\x00", "TIFF 图片"),
    (b"MM\x00*", "TIFF 图片"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"Rar!", "RAR 压缩包"),
    (b"SQLite format 3", "数据库文件(GeoPackage 或 SQLite)"),
    (b"{\\rtf", "RTF 文档"),
    (b"MIME-Version:", "单个文件的网页"),
    (b"\x7fELF", "程序文件"),
    (b"MZ", "程序文件"),
    (b"PAR1", "Parquet 文件"),
)


def table_format(file: BinaryIO, *, name: str) -> str:
    """Return ``text``, ``zip`` or ``json``, and leave the file at its start.

    Raises
    ------
    FileError
        The content is none of them; says what it is and what to do.
    """
    head = file.read(_HEAD_BYTES)
    try:
        return _format_of(head, file, name)
    finally:
        file.seek(0)


def _format_of(head: bytes, file: BinaryIO, name: str) -> str:
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise FileError("文件“%(file)s”是空的,请核对是否选错了文件", file=name)
    if head.startswith(b"PK"):
        return "zip"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise _old_office(head + file.read(_OLD_OFFICE_SCANNED_BYTES), name)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] in (b"{", b"[") and not text.startswith(b"{\\rtf"):
        return "json"
    if head.startswith(_UTF16_MARKS):
        return "text"
    _refuse_markup(text[:2000].lower(), name)
    _refuse_binary(head, name)
    return "text"


def _old_office(content: bytes, name: str) -> FileError:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return FileError("文件“%(file)s”设有打开密码,请在 Excel 或 WPS 里取消密码后再导入", file=name)
    return FileError("文件“%(file)s”是旧版 Office 格式(如 .xls),%(hint)s", file=name, hint=_SAVE_AS)


def _refuse_markup(text: bytes, name: str) -> None:
    if text.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<style")):
        raise FileError("文件“%(file)s”是网页,只是名字像表格;%(hint)s", file=name, hint=_SAVE_AS)
    if text.startswith((b"<?xml", b"<workbook")):
        raise FileError("文件“%(file)s”是 XML 文件,不是表格;%(hint)s", file=name, hint=_SAVE_AS)


def _refuse_binary(head: bytes, name: str) -> None:
    for mark, kind in _KINDS:
        # Two letters can also begin an honest table.
        if head.startswith(mark) and (len(mark) > 2 or b"\x00" in head):
            raise FileError("文件“%(file)s”是%(kind)s,不是表格;%(hint)s", file=name, kind=kind, hint=_SAVE_AS)
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > max(_FEWEST_CONTROLS, _MOST_CONTROLS * len(head)):
        raise FileError(
            "文件“%(file)s”是二进制文件,不是 CSV、XLSX 或 GeoJSON 表格;%(hint)s", file=name, hint=_SAVE_AS
        )
