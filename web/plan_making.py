"""The files of studies, made when they are first asked for.

Making one takes seconds, and all that draws maps, writes books and measures streets. So it is done by a
process of its own that ends with it, while the worker answers others: whoever asks first waits a moment for
it, and whoever asks later is told at once whether it is there.
"""

import logging
import multiprocessing
import threading
from multiprocessing.connection import Connection
from pathlib import Path

from geo.errors import GeoError, UnavailableError
from geo.model.hours import Reason
from geo.report.study_files import study_path
from geo.settings import Settings

__all__ = ["made_file"]

_log = logging.getLogger(__name__)
# A worker has few threads that may wait, so that only who began it does.
_PATIENCE_S = 1.0
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
    path = study_path(settings.home, id_, kind)
    if path.is_file():
        return path
    if started := _start(path, settings, id_, kind):
        started.join(_PATIENCE_S)
    if told := _failed.pop(path, None):
        raise UnavailableError(told[0], **told[1])
    return path if path.is_file() else None


def _start(path: Path, settings: Settings, id_: str, kind: str) -> threading.Thread | None:
    """Begin to make a file; None where that was begun before, or has failed and nobody was told yet."""
    with _lock:
        if path in _making or path in _failed:
            return None
        job = threading.Thread(target=_run, args=(path, settings, id_, kind), daemon=True)
        job.start()
        _making[path] = job
    return job


def _run(path: Path, settings: Settings, id_: str, kind: str) -> None:
    try:
        with _one_at_a_time:
            told = _made_elsewhere(settings, id_, kind)
        if told is not None:
            _failed[path] = told
    except OSError:
        # The machine has no memory, process or file left for it.
        _log.exception("the file %s could not be made", path)
        _failed[path] = _BROKEN.message, {}
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
