"""The snapshot a process answers from, replaced whole whenever the database's revision moves.

The revision decides; a notification or a changed file only says when to look. What holds for a time has a
revision of its own, and is laid over the snapshot: nothing else is made anew for it.
"""

import logging
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from geo.db.engine import open_engine, reading
from geo.db.upgrade import prepare
from geo.errors import UnavailableError
from geo.model.facts import Fact
from geo.registry.facts import Told, read_facts, read_live_revision
from geo.registry.facts_file import facts_path, load_facts, save_facts
from geo.registry.memory import give_back, keep_little
from geo.registry.nearest import Index
from geo.registry.overlay import next_change, overlaid
from geo.registry.snapshot import Snapshot
from geo.registry.snapshot_file import load_snapshot, save_snapshot, snapshot_path
from geo.registry.snapshot_read import read_revision, read_snapshot
from geo.registry.wake import waker
from geo.settings import Settings

__all__ = ["Live", "index_now", "open_live"]

_RETRY_AFTER_S = 1.0
_SAVE_EVERY_S = 30.0
_log = logging.getLogger(__name__)


class Live:
    """A process's snapshot and the thread that keeps it fresh.

    Attributes
    ----------
    index : Index
        What questions are answered from; take it once per question. ``index.bare`` is without facts.
    told : Told
        The facts laid over it.
    unreachable_since : float or None
        Since when (monotonic seconds) the database has not answered.
    """

    def __init__(
        self, engine: Engine, snapshot: Snapshot, settings: Settings, *, from_disk: bool = False
    ) -> None:
        self.index = Index(snapshot, settings.home)
        self.told = Told()
        self._changes_at: datetime | None = None
        self.unreachable_since: float | None = None
        self._engine = engine
        self._home = settings.home
        self._path, self._facts_path = snapshot_path(settings), facts_path(settings)
        self._saved_revision = snapshot.revision if from_disk else None
        self._saved_told = self.told
        self._tried_to_save_at = float("-inf")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="yizhan-watch", daemon=True)

    def start(self) -> "Live":
        """Begin to watch the database."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """End the watch."""
        self._stop.set()
        self._thread.join(timeout=5)

    def refresh(self) -> bool:
        """Look once, and read anew what of the registry and of the facts moved; returns whether any did."""
        try:
            moved = read_revision(self._engine) != self.index.snapshot.revision
            bare = Index(read_snapshot(self._engine), self._home) if moved else self.index.bare
            told = self._read_facts()
            if moved or told:
                self._lay_over(bare, told)
            if moved:
                give_back()
            self.unreachable_since = None
        except UnavailableError:
            self._mark_unreachable()
            return False
        self._save()
        return moved or told is not None

    def _read_facts(self) -> Told | None:
        """Return the facts, unless they are those of the last time."""
        with reading(self._engine) as session:
            revision = read_live_revision(session)
            return None if revision == self.told.revision else Told(revision, read_facts(session))

    def _lay_over(self, bare: Index, told: Told | None = None) -> None:
        """Lay facts over, the new or those known; what fails changes nothing, and is read and tried again."""
        told = told or self.told
        now = datetime.now(UTC)
        changes_at = next_change(told.facts, now)
        self.index = _laid_over(bare, told.facts, now)
        self._changes_at, self.told = changes_at, told

    def _keep_time(self) -> None:
        """Lay the facts over anew when one begins or ends by itself, whether the database answers or not."""
        if self._changes_at is not None and datetime.now(UTC) >= self._changes_at:
            self._lay_over(self.index.bare)

    def _mark_unreachable(self) -> None:
        if self.unreachable_since is None:
            self.unreachable_since = time.monotonic()
            _log.warning("database unreachable; answering from the snapshot of %s", self.index.snapshot.at)
            # Whoever starts from now on has nothing but what is on disk.
            self._save(at_once=True)

    def _save(self, *, at_once: bool = False) -> None:
        due = at_once or time.monotonic() - self._tried_to_save_at >= _SAVE_EVERY_S
        moved = self.index.snapshot.revision != self._saved_revision
        if not due or not (moved or self.told is not self._saved_told):
            return
        try:
            self._save_both()
        except OSError:
            # A full disk may have room again: tried anew, no more often than what succeeds.
            _log.exception("the snapshot could not be saved under %s", self._path)
        self._tried_to_save_at = time.monotonic()
        if moved:
            give_back()

    def _save_both(self) -> None:
        snapshot, told = self.index.snapshot.bare, self.told
        if told is not self._saved_told:
            save_facts(told, self._facts_path)
            self._saved_told = told
        if snapshot.revision != self._saved_revision:
            save_snapshot(snapshot, self._path)
            self._saved_revision = snapshot.revision

    def _watch(self) -> None:
        wake = waker(self._engine)
        look = False
        while not self._stop.is_set():
            try:
                # A look that failed is made again, though nothing may wake a second time.
                look = wake.wait() or look
                self._keep_time()
                if look:
                    self.refresh()
                    look = self.unreachable_since is not None
                else:
                    self._save()
            except Exception:
                # A watch that died would leave the process answering from an ever older snapshot.
                _log.exception("the registry could not be read; trying again")
                self._stop.wait(_RETRY_AFTER_S)
        wake.close()


def index_now(engine: Engine, home: Path) -> Index:
    """Return what questions are answered from, read once, facts laid over it.

    Raises
    ------
    UnavailableError
        The database cannot be reached.
    """
    bare = Index(read_snapshot(engine), home)
    with reading(engine) as session:
        facts = read_facts(session)
    return _laid_over(bare, facts, datetime.now(UTC))


def _laid_over(bare: Index, facts: Mapping[str, tuple[Fact, ...]], now: datetime) -> Index:
    snapshot = overlaid(bare.snapshot, facts, now)
    return bare if snapshot is bare.snapshot else Index(snapshot, bare.home, bare=bare)


def open_live(settings: Settings) -> Live:
    """Return a process's snapshot: from the database, or the one last saved while that is down.

    Raises
    ------
    UnavailableError
        The database cannot be reached, and no snapshot of it was ever saved here.
    ConflictError
        PostGIS has not been migrated.
    """
    keep_little()
    engine = open_engine(settings)
    try:
        prepare(engine)
        live = Live(engine, read_snapshot(engine), settings)
        if told := live._read_facts():
            live._lay_over(live.index, told)
        give_back()
        return live
    except UnavailableError:
        saved = load_snapshot(snapshot_path(settings))
        if saved is None:
            raise
        live = Live(engine, saved, settings, from_disk=True)
        if told := load_facts(facts_path(settings)):
            live._lay_over(live.index, told)
            live._saved_told = told
        live._mark_unreachable()
        return live
