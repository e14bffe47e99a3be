"""The files of studies, made when they are first asked for.

Making one takes seconds, and all that draws maps, writes books and measures streets. So it is done by a
process of its own that ends with it, while the worker answers others: whoever waits longer than a moment is
to ask again.
"""

import multiprocessing
import threading
from multiprocessing.connection import Connection
from pathlib import Path

from geo.errors import GeoError, UnavailableError
from geo.model.hours import Reason
from geo.report.study_files import FILES
from geo.settings import Settings

__all__ = ["made_file"]

_PATIENCE_S = 2.0
# One that runs may be killed with what it was to make; the worker's own threads are not to be copied.
_PROCESSES = multiprocessing.get_context("spawn")
_Told = tuple[str, dict[str, object]]
_BROKEN = Reason("文件没有生成成功,已记入日志;请稍后再试,仍不行请联系管理员")

_lock = threading.Lock()
_one_at_a_time = threading.Lock()
_making: dict[Path, threading.Thread] = {}
_failed: dict[Path, _Told] = {}


def made_file(settings: Settings, id_: str, kind: str) -> Path | None:
    """Return a file of a study that is done; None while it is being made.

    Parameters
    ----------
    kind : str
        One of `geo.report.study_files.FILES`.

    Raises
    ------
    UnavailableError
        It could not be made; asked for again, it is tried again.
    """
    # Where `geo.planner.files`, which only the other process can afford, puts it.
    path = settings.home / "studies" / id_ / FILES[kind]
    if path.is_file():
        return path
    with _lock:
        job = _making.get(path)
        if job is None and path not in _failed:
            job = threading.Thread(target=_run, args=(path, settings, id_, kind), daemon=True)
            _making[path] = job
            job.start()
    if job is not None:
        job.join(_PATIENCE_S)
    if told := _failed.pop(path, None):
        raise UnavailableError(told[0], **told[1])
    return path if path.is_file() else None


def _run(path: Path, settings: Settings, id_: str, kind: str) -> None:
    try:
        with _one_at_a_time:
            told = _made_elsewhere(settings, id_, kind)
        if told is not None:
            _failed[path] = told
    finally:
        with _lock:
            del _making[path]


def _made_elsewhere(settings: Settings, id_: str, kind: str) -> _Told | None:
    """Have another process make a file; returns what went wrong."""
    here, there = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=_make, args=(there, settings, id_, kind), daemon=True)
    process.start()
    there.close()
    try:
        return here.recv()
    except EOFError:
        return _BROKEN.message, {}
    finally:
        process.join()


def _make(answer: Connection, settings: Settings, id_: str, kind: str) -> None:
    from geo.db.engine import open_engine
    from geo.planner.files import study_file

    try:
        study_file(open_engine(settings), settings, id_, kind)
        answer.send(None)
    except GeoError as error:
        answer.send((error.message, error.params))
