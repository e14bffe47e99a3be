"""Work that takes longer than a page may: done by a process of its own, while the worker answers others.

What it found lies in a file, so that every worker of the machine can tell it; a lock beside the file tells
whether somebody is at it, and goes with whoever held it.
"""

import fcntl
import json
import logging
import multiprocessing
import os
import shutil
import threading
from pathlib import Path
from typing import Any, TextIO

from geo import errors
from geo.errors import FileError, GeoError
from geo.model.hours import Reason
from geo.settings import Settings
from geo.upkeep.tasks import Task, failed, run_task, told_of
from web.state import state

__all__ = ["begin", "forget", "outcome", "under_way"]

_PATIENCE_S = 1.0
_PROCESSES = multiprocessing.get_context("spawn")
_BROKEN = Reason("处理时出了意外的错误,已记入日志;请再试一次,仍不行请联系管理员")
_log = logging.getLogger(__name__)


def begin(path: Path, task: Task, *args: Any, small: bool) -> None:
    """Have a task done whose outcome goes to a file, unless it is there or somebody is at it.

    Parameters
    ----------
    small : bool
        Done at once; otherwise by a process of its own, for which one waits a moment.
    """
    if path.exists():
        return
    # Personal data may be in it.
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    here = state()
    if small:
        _write(path, told_of(here.engine, here.settings, task, args))
        return
    if (held := _lock(path)) is None:
        return
    if path.exists():
        # Whoever had the lock has just done it.
        held.close()
        return
    job = threading.Thread(target=_elsewhere, args=(path, held, here.settings, task, args), daemon=True)
    job.start()
    job.join(_PATIENCE_S)


def outcome(path: Path) -> Any:
    """Return what a task found; None while it is not done.

    Raises
    ------
    GeoError
        What the task raised, of the same class. Unless it lies in the file that was read, it is told once:
        asked for again, the task is tried again.
    """
    try:
        told = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    if "error" in told:
        kind = getattr(errors, told["error"]["kind"])
        if kind is not FileError:
            path.unlink(missing_ok=True)
        raise kind(told["error"]["message"], **told["error"]["params"])
    return told["found"]


def under_way(path: Path) -> bool:
    """Tell whether somebody is at a task."""
    if not _beside(path).exists() or (held := _lock(path)) is None:
        return _beside(path).exists()
    held.close()
    return False


def forget(folder: Path) -> None:
    """Remove outcomes."""
    shutil.rmtree(folder, ignore_errors=True)


def _beside(path: Path) -> Path:
    return path.with_suffix(".lock")


def _lock(path: Path) -> TextIO | None:
    """Take the lock of a task; None where another has it."""
    file = _beside(path).open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _elsewhere(path: Path, held: TextIO, settings: Settings, task: Task, args: tuple[Any, ...]) -> None:
    with held:
        try:
            _write(path, _made(settings, task, args))
        except OSError:
            # The machine has no memory, process or file left for it: whoever asks again has it tried again.
            _log.exception("%s could not be made", path)


def _made(settings: Settings, task: Task, args: tuple[Any, ...]) -> dict[str, Any]:
    here, there = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=run_task, args=(there, settings, task, args), daemon=True)
    process.start()
    there.close()
    try:
        return here.recv()
    except EOFError:
        return failed(GeoError(_BROKEN.message))
    finally:
        process.join()


def _write(path: Path, told: dict[str, Any]) -> None:
    # Whole or not at all, whoever reads it meanwhile.
    part = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    part.write_text(json.dumps(told), "utf-8")
    part.replace(path)
