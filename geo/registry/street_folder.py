"""The folder of street files: who may write to it, what a set's files are called, which may go."""

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, TextIO

from geo.errors import ConflictError
from geo.registry.street_files import FORMAT, writing_files

__all__ = ["digest_of", "loading_folder", "prune"]

_DIGITS = 16


def digest_of(extract: BinaryIO) -> str:
    """Return what names the files made from an extract.

    It is of what goes in, not of what comes out: the last digit of a length may differ from one processor to
    another, and machines that share a database must come to the same name. This program's version goes in
    too, as another one may read the same extract otherwise.
    """
    made_by = f"{version('yizhan')} {FORMAT}\n".encode()
    return hashlib.file_digest(extract, lambda: hashlib.sha256(made_by)).hexdigest()[:_DIGITS]


@contextmanager
def loading_folder(home: Path) -> Iterator[Path]:
    """Give an empty folder beside the street files, gone afterwards; one load at a time has it.

    Raises
    ------
    ConflictError
        Another process is loading streets here.
    FileError
        The folder may not be written to.
    """
    folder = home / "streets"
    with ExitStack() as stack:
        with writing_files(folder):
            folder.mkdir(parents=True, exist_ok=True)
            _lock(stack.enter_context((folder / "lock").open("w")))
            for left in folder.glob("loading-*"):
                # Of a load that was killed: whoever has the lock is the only one.
                shutil.rmtree(left)
            made = stack.enter_context(tempfile.TemporaryDirectory(dir=folder, prefix="loading-"))
        yield Path(made)


def prune(home: Path, owner: str, digests: Iterable[str]) -> None:
    """Delete the files of street sets no longer registered; a process that has one open keeps it.

    Parameters
    ----------
    owner : str
        Names the database the digests are registered in: a data folder may serve several, and a file stays
        as long as any of them had it registered when it was last asked.
    """
    folder = home / "streets"
    (folder / f"{owner}.registered").write_text("\n".join(sorted(digests)))
    kept = {digest for note in folder.glob("*.registered") for digest in note.read_text().split()}
    for path in (*folder.glob("*.graph"), *folder.glob("*.pmtiles")):
        if path.stem not in kept:
            path.unlink()


def _lock(file: TextIO) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ConflictError("另一个程序正在向这个数据目录导入街道;请等它结束后再试") from None
