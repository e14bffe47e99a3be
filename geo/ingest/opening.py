"""A file that someone names, opened: or a sentence why not."""

from pathlib import Path
from typing import BinaryIO

from geo.errors import FileError

__all__ = ["open_file", "writable"]


def open_file(path: Path, *, max_bytes: int, name: str | None = None) -> BinaryIO:
    """Return a plain file, open for reading bytes.

    Parameters
    ----------
    max_bytes : int
        Refuse a larger file, before any of it is read.
    name : str, optional
        What to call the file in messages; its own name otherwise.

    Raises
    ------
    FileError
        Missing, not allowed, a folder or a pipe, or too large.

    Examples
    --------
    >>> open_file(Path("没有.csv"), max_bytes=1)
    Traceback (most recent call last):
        ...
    geo.errors.FileError: 打不开文件“没有.csv”:没有这个文件
    """
    try:
        if path.exists() and not path.is_file():
            raise FileError("打不开文件“%(file)s”:它是文件夹或管道;请给出一个普通的文件", file=str(path))
        size = path.stat().st_size
        if size > max_bytes:
            raise FileError(
                "文件“%(file)s”有 %(size)s MB,超过 %(most)s MB 的限度;"
                "请拆分文件,或调高设置 YIZHAN_MAX_FILE_MB",
                file=name or path.name,
                size=round(size / 1e6, 1),
                most=round(max_bytes / 1e6, 1),
            )
        return path.open("rb")
    except OSError as error:
        reason = "没有这个文件" if isinstance(error, FileNotFoundError) else "没有读取权限"
        raise FileError("打不开文件“%(file)s”:%(reason)s", file=str(path), reason=reason) from None


def writable(name: str) -> str:
    r"""Return a file's name in which bytes of another encoding, as old archives leave them, are spelt out.

    Examples
    --------
    >>> writable("台账.csv")
    '台账.csv'
    >>> print(writable(b"\xb1\xed.csv".decode(errors="surrogateescape")))
    \udcb1\udced.csv
    """
    return name.encode(errors="backslashreplace").decode()
