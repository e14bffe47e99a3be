"""What is no table is told by its content: what it is, and what to do."""

import gzip
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import FileError
from geo.ingest.table import open_table
from tests.ingest.files import HEADER, MAX_BYTES, ROW, write_csv, write_xlsx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
CONTENTS = {
    "空": b"",
    "空的": b"\xef\xbb\xbf \r\n\r\n",
    "旧版 Office": OLE,
    "打开密码": OLE + "EncryptedPackage".encode("utf-16-le"),
    "PNG": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "JPEG": b"\xff\xd8\xff\xe0" + bytes(100),
    "PDF": b"%PDF-1.7\n1 0 obj",
    "gzip": gzip.compress(b"a,b\n1,2\n", mtime=0),
    "数据库": b"SQLite format 3\x00" + bytes(100),
    "二进制": bytes(range(256)) * 8,
    "网页": b"\r\n<!DOCTYPE html><html><table><tr><td>1</td></tr></table></html>",
    "网页,": b"<table border=1><tr><td>1</td></tr></table>",
    "XML": b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    "FeatureCollection": b'[{"name": "a", "lon": 1}]',
    "GeoJSON 的": b'{"data": []}',
    "不是完整的 GeoJSON": b'{"type": "FeatureCollection", "features": [{"type": "Feature", "prop',
    "找不到表头": "第一,第二\n1,2\n".encode(),
}


@pytest.mark.parametrize(("word", "content"), CONTENTS.items())
def test_what_is_no_table_is_named(tmp_path: Path, word: str, content: bytes) -> None:
    path = tmp_path / "台账.csv"
    path.write_bytes(content)
    with pytest.raises(FileError, match=word) as caught:
        open_table(path, max_bytes=MAX_BYTES)
    assert "台账.csv" in str(caught.value)


@pytest.mark.parametrize(
    ("part", "word"),
    [
        ("word/document.xml", "Word"),
        ("content.xml", "OpenDocument"),
        ("xl/workbook.bin", "xlsb"),
        ("照片/1.jpg", "ZIP 压缩包"),
    ],
)
def test_other_archives_are_named(tmp_path: Path, part: str, word: str) -> None:
    path = tmp_path / "台账.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, "x")
    with pytest.raises(FileError, match=word):
        open_table(path, max_bytes=MAX_BYTES)


def test_content_decides_not_the_name(tmp_path: Path) -> None:
    as_csv = write_xlsx(tmp_path / "a.csv", ("表", [HEADER, ROW]))
    as_xlsx = write_csv(tmp_path / "a.xlsx", [HEADER, ROW])
    for path in (as_csv, as_xlsx):
        with open_table(path, max_bytes=MAX_BYTES) as table:
            assert list(table) == [(2, ROW)]


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "没有.csv", tmp_path):
        with pytest.raises(FileError, match="打不开文件"):
            open_table(path, max_bytes=MAX_BYTES)


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    with pytest.raises(FileError, match=r"2000\.0 MB,超过 50\.0 MB"):
        open_table(path, max_bytes=MAX_BYTES)


@settings(deadline=None)
@given(content=st.binary(max_size=300))
def test_no_content_does_more_than_a_message(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "a"
    path.write_bytes(content)
    # Random bytes hold no header.
    with pytest.raises(FileError):
        open_table(path, max_bytes=MAX_BYTES)


def test_a_workbook_cut_anywhere_is_told(tmp_path: Path) -> None:
    whole = write_xlsx(tmp_path / "a.xlsx", ("表", [HEADER, *[ROW] * 50])).read_bytes()
    cut = tmp_path / "cut.xlsx"
    for size in range(10, len(whole) - 1, len(whole) // 12):
        cut.write_bytes(whole[:size])
        with pytest.raises(FileError), open_table(cut, max_bytes=MAX_BYTES) as table:
            list(table)


def test_an_empty_workbook_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(FileError, match="工作表都是空的"):
        open_table(path, max_bytes=MAX_BYTES)
