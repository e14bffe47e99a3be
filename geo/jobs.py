"""Work in the background: studies wait in a queue of the data folder, and a worker does one after another.

The queue is huey's, in a SQLite file beside the registry; what counts is the study's row in the registry,
so that a queue that is lost, or a worker that dies, loses no study: every worker looks now and then what
waits or has lost its worker, and `requeue` puts it back.

Beside its studies a worker keeps the registry up: deadlines, reminders, mail (`geo.upkeep.rounds`). A task
of the queue would wait for hours behind a study, so these have a thread of their own.
"""

import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Engine

from geo.db.engine import open_engine, writing, writing_aside
from geo.errors import GeoError, UnavailableError
from geo.model.hours import CHINA, Reason
from geo.model.study import Asked
from geo.registry.studies import (
    Trace,
    add_study,
    cancel_study,
    claim_study,
    count_pending,
    delete_study,
    fail_study,
    finish_study,
    lost_studies,
    read_study,
    restart_study,
    resume_study,
    same_study,
    tell_study,
    waiting_studies,
)
from geo.settings import Settings

if TYPE_CHECKING:
    from huey.api import TaskWrapper

    from geo.planner.run import Answer

__all__ = ["again", "cancel", "do_study", "remove", "requeue", "submit", "work"]

# A worker does one at a time: more would wait for hours, and none but a script asks so much.
_MOST_PENDING = 20
# One that ends its worker (no memory left, say) would do so for ever.
_MOST_ATTEMPTS = 3
_REQUEUE_EVERY_S = 30.0
_ALIVE_EVERY_S = 10.0
_PARENT_EVERY_S = 1.0
_ROUND_EVERY_S = 60.0
_BROKEN = Reason("计算时出了意外的错误,已记入日志;请重新计算,仍不行请联系管理员")
_GIVEN_UP = Reason(
    "计算到一半,后台进程已经停了 %(count)s 次,不再重试;多半是内存不够:请换小一些的区划或需求再算,"
    "仍不行请联系管理员"
)
_log = logging.getLogger(__name__)
# What this process does has its worker, however long the database would not let it say so.
_at_work: set[str] = set()


class _CancelledError(Exception):
    """The study was cancelled while it was being worked on."""


class _Said(NamedTuple):
    """What a worker says while it works: how far it is, and how far the solver of a plan is."""

    tell: Callable[[float, str], None]
    live: Callable[[Trace], None]


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
    """Keep a question and have a worker answer it; returns the study's id.

    Whoever asks twice means one: a question that is already to be answered is not kept again.

    Raises
    ------
    UnavailableError
        Too many wait already, or the database cannot be reached.
    """
    # In one transaction with the looking: two at once are two only if they ask different things.
    with writing(engine) as session:
        same = same_study(session, asked)
        count = count_pending(session)
        if same is None and count >= _MOST_PENDING:
            raise UnavailableError("已有 %(count)s 项研究在排队;请等它们算完,或取消几项再提交", count=count)
        id_ = same or add_study(session, asked)
    if same is None:
        _put(settings, id_)
    return id_


def cancel(engine: Engine, id_: str) -> bool:
    """Have a study ended; returns whether it was still to be done."""
    with writing(engine) as session:
        return cancel_study(session, id_)


def remove(engine: Engine, settings: Settings, id_: str) -> bool:
    """Remove a study with all it drew and its files; returns whether there was one.

    Its worker, where it has one, finds out when it next says how far it is.
    """
    with writing_aside(engine) as session:
        removed = delete_study(session, id_)
    if removed:
        # Where `geo.report.study_files.study_path` has them.
        shutil.rmtree(settings.home / "studies" / id_, ignore_errors=True)
    return removed


def again(engine: Engine, settings: Settings, id_: str) -> bool:
    """Have a study that failed, was cancelled or lost its worker done once more; returns if it was one.

    One that waits is put into the queue again, as it may never have got there.
    """
    with writing(engine) as session:
        state = read_study(session, id_).state
        # One that is being worked on would be done twice.
        idle = state != "running" or id_ in lost_studies(session)
        waits = state == "waiting" or (idle and restart_study(session, id_))
    if waits:
        _put(settings, id_)
    return waits


def requeue(engine: Engine, settings: Settings) -> int:
    """Put into the queue what waits for a worker, and what lost its worker; returns how many these are.

    What has lost as many workers as it may fails instead.
    """
    with writing(engine) as session:
        for id_, attempts in lost_studies(session).items():
            if id_ in _at_work:
                continue
            if attempts < _MOST_ATTEMPTS:
                resume_study(session, id_)
            else:
                fail_study(session, id_, _GIVEN_UP.message, {"count": attempts})
        waiting = waiting_studies(session)
    # One that is in twice is done once, but a queue that grows all day is none.
    queued = {task.args[0] for task in _study(settings).huey.pending()} if waiting else set()
    missing = [id_ for id_ in waiting if id_ not in queued]
    for id_ in missing:
        _put(settings, id_)
    return len(missing)


def do_study(engine: Engine, settings: Settings, id_: str) -> None:
    """Do a study that waits, and keep what was found or why it failed; others are left alone."""
    with writing(engine) as session:
        if not claim_study(session, id_):
            return
        asked = read_study(session, id_).asked
    _at_work.add(id_)
    try:
        # The calculations take a second to import: a worker that has nothing to do does without.
        from geo.planner.run import run_study

        with _alive(engine, id_) as said:
            answer = run_study(engine, settings, asked, id_=id_, tell=said.tell, live=said.live)
            _keep(engine, settings, id_, answer)
    except _CancelledError:
        _log.info("study %s was cancelled", id_)
    except GeoError as error:
        with writing(engine) as session:
            fail_study(session, id_, error.message, error.params)
    except Exception:
        _log.exception("study %s failed", id_)
        with writing(engine) as session:
            fail_study(session, id_, _BROKEN.message, {})
    finally:
        _at_work.discard(id_)


def work(settings: Settings, *, parent: int | None = None) -> None:
    """Take studies from the queue and do them, until told to stop (SIGINT, SIGTERM).

    Parameters
    ----------
    parent : int, optional
        Process to end with.
    """
    from huey.consumer import Consumer

    for watch in (_watch, _keep_up):
        given = (open_engine(settings), settings, threading.Event())
        threading.Thread(target=watch, args=given, daemon=True).start()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    # One at a time: a study takes all the memory and cores it is given.
    Consumer(_study(settings).huey, workers=1, periodic=False, max_delay=1.0).run()


def _put(settings: Settings, id_: str) -> None:
    """Put a study that waits into the queue; where that fails, a worker will when it next looks."""
    try:
        _study(settings)(id_)
    except Exception:
        _log.exception("study %s is not in the queue yet", id_)


def _watch(engine: Engine, settings: Settings, over: threading.Event) -> None:
    """Requeue at once, and then again and again: a study is known to be lost only some time after."""
    while True:
        try:
            requeue(engine, settings)
        except Exception:
            _log.exception("could not look for studies that wait")
        if over.wait(_REQUEUE_EVERY_S):
            return


def _keep_up(engine: Engine, settings: Settings, over: threading.Event) -> None:
    """Do a round of upkeep every minute, a whole one with the first of each day."""
    from geo.upkeep.rounds import do_round

    done_on = None
    while True:
        now = datetime.now(CHINA)
        try:
            if do_round(engine, settings, now=now, whole=now.date() != done_on).whole:
                done_on = now.date()
        except Exception:
            _log.exception("the round of upkeep failed")
        if over.wait(_ROUND_EVERY_S):
            return


def _keep(engine: Engine, settings: Settings, id_: str, answer: "Answer") -> None:
    """Keep and draw what was found, both or, of a study that was cancelled meanwhile, none.

    Where only the drawing fails, the study is done nevertheless.
    """
    from geo.planner.run import draw

    drawn = None
    try:
        drawn = draw(engine, settings, answer.study, answer.places)
    except Exception:
        _log.exception("study %s cannot be drawn", id_)
    with writing_aside(engine) as session:
        # First what takes long: the last locks the study's own row, against its worker's sign of life.
        if drawn is not None:
            try:
                with session.begin_nested():
                    drawn(session)
            except Exception:
                _log.exception("study %s was not drawn", id_)
        if not finish_study(session, id_, *answer):
            raise _CancelledError


@contextmanager
def _alive(engine: Engine, id_: str) -> Iterator[_Said]:
    """Say every ten seconds that the worker lives, and give what tells how far it is."""
    over, at = threading.Event(), [0.0]

    def say(*values: Any) -> None:
        try:
            with writing(engine) as session:
                goes_on = tell_study(session, id_, at[0], *values)
        except UnavailableError as error:
            # Hours of work are not to be lost for a word that could not be said.
            _log.warning("study %s: %s", id_, error)
            return
        if not goes_on:
            raise _CancelledError

    def tell(share: float, step: str) -> None:
        at[0] = share
        say(step)

    def live(trace: Trace) -> None:
        say(None, trace)

    def beat() -> None:
        while not over.wait(_ALIVE_EVERY_S):
            try:
                with writing(engine) as session:
                    tell_study(session, id_, at[0])
            except Exception as error:
                _log.warning("study %s: %s", id_, error)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield _Said(tell, live)
    finally:
        over.set()
        thread.join()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        threading.Event().wait(_PARENT_EVERY_S)
    os.kill(os.getpid(), 15)
