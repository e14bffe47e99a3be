"""Work in the background: studies wait in a queue of the data folder, and a worker does one after another.

The queue is huey's, in a SQLite file beside the registry; what counts is the study's row in the registry,
so that a queue that is lost, or a worker that dies, loses no study: `requeue` puts all that still wait
back.
"""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from geo.db.engine import open_engine, writing
from geo.errors import GeoError
from geo.model.study import Asked
from geo.registry.studies import (
    add_study,
    cancel_study,
    claim_study,
    fail_study,
    finish_study,
    lost_studies,
    read_study,
    restart_study,
    tell_study,
)
from geo.settings import Settings

if TYPE_CHECKING:
    from huey.api import TaskWrapper

__all__ = ["again", "cancel", "do_study", "requeue", "submit", "work"]

_ALIVE_EVERY_S = 10.0
_PARENT_EVERY_S = 1.0
_BROKEN = "计算时出了意外的错误,已记入日志;请重新计算,仍不行请联系管理员"
_log = logging.getLogger(__name__)


class _CancelledError(Exception):
    """The study was cancelled while it was being worked on."""


@cache
def _study(settings: Settings) -> "TaskWrapper":
    """Return the queue's one task: called with a study's id it puts it in, and the worker then does it."""
    # Only whoever puts work in or takes it out needs it.
    from huey import SqliteHuey

    settings.home.mkdir(parents=True, exist_ok=True)
    queue = SqliteHuey("yizhan", filename=str(settings.home / "jobs.db"), results=False)

    @queue.task(name="study")
    def study(id_: str) -> None:
        do_study(open_engine(settings), settings, id_)

    return study


def submit(engine: Engine, settings: Settings, asked: Asked) -> str:
    """Keep a question and have a worker answer it; returns the study's id."""
    with writing(engine) as session:
        id_ = add_study(session, asked)
    _study(settings)(id_)
    return id_


def cancel(engine: Engine, id_: str) -> bool:
    """Have a study ended; returns whether it was still to be done."""
    with writing(engine) as session:
        return cancel_study(session, id_)


def again(engine: Engine, settings: Settings, id_: str) -> bool:
    """Have a study that failed, was cancelled or lost its worker done once more; returns if it was one."""
    with writing(engine) as session:
        kept = read_study(session, id_)
        # One that is being worked on would be done twice.
        lost = kept.state != "running" or id_ in lost_studies(session)
        restarted = lost and restart_study(session, id_)
    if restarted:
        _study(settings)(id_)
    return restarted


def requeue(engine: Engine, settings: Settings) -> int:
    """Put into the queue what waits for a worker, and what lost its worker; returns how many these are."""
    with writing(engine) as session:
        lost = lost_studies(session)
        for id_ in lost:
            restart_study(session, id_)
    for id_ in lost:
        _study(settings)(id_)
    return len(lost)


def do_study(engine: Engine, settings: Settings, id_: str) -> None:
    """Do a study that waits, and keep what was found or why it failed; others are left alone."""
    with writing(engine) as session:
        if not claim_study(session, id_):
            return
        asked = read_study(session, id_).asked
    # The calculations take a second to import: a worker that has nothing to do does without.
    from geo.planner.run import draw, run_study

    try:
        with _alive(engine, id_) as tell:
            found, places = run_study(engine, settings, asked, id_=id_, tell=tell)
        with writing(engine) as session:
            finish_study(session, id_, found, places)
        draw(engine, settings, found, places)
    except _CancelledError:
        _log.info("study %s was cancelled", id_)
    except GeoError as error:
        with writing(engine) as session:
            fail_study(session, id_, error.message, error.params)
    except Exception:
        _log.exception("study %s failed", id_)
        with writing(engine) as session:
            fail_study(session, id_, _BROKEN, {})


def work(settings: Settings, *, parent: int | None = None) -> None:
    """Take studies from the queue and do them, until told to stop (SIGINT, SIGTERM).

    Parameters
    ----------
    parent : int, optional
        Process to end with.
    """
    from huey.consumer import Consumer

    requeue(open_engine(settings), settings)
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    # One at a time: a study takes all the memory and cores it is given.
    Consumer(_study(settings).huey, workers=1, periodic=False, max_delay=1.0).run()


@contextmanager
def _alive(engine: Engine, id_: str) -> Iterator[Callable[[float, str], None]]:
    """Say every ten seconds that the worker lives, and give what tells how far it is."""
    over, at = threading.Event(), [0.0]

    def tell(share: float, step: str) -> None:
        at[0] = share
        with writing(engine) as session:
            goes_on = tell_study(session, id_, share, step)
        if not goes_on:
            raise _CancelledError

    def beat() -> None:
        while not over.wait(_ALIVE_EVERY_S):
            try:
                with writing(engine) as session:
                    tell_study(session, id_, at[0])
            except GeoError as error:
                _log.warning("study %s: %s", id_, error)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield tell
    finally:
        over.set()
        thread.join()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        threading.Event().wait(_PARENT_EVERY_S)
    os.kill(os.getpid(), 15)
