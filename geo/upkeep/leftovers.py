"""Files that pages made on the way: personal data may be in them, and nobody needs them any more."""

import hashlib
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from geo.db.upkeep_tables import import_draft
from geo.registry.rows import stamp
from geo.registry.snapshot_file import database_key
from geo.settings import Settings

__all__ = ["draft_folder", "drop_leftovers", "drop_old"]

# What is asked for later is found out again, or made again.
_KEPT = {"imports": timedelta(days=7), "exports": timedelta(hours=1)}
# An import that has just ended is being told of.
_TOLD_FOR = timedelta(hours=1)


def draft_folder(settings: Settings, id_: int, person_id: int, made_at: str) -> Path:
    """Return where what was found of an import lies: another draft never has the same."""
    named = (database_key(settings), id_, person_id, made_at)
    return settings.home / "imports" / hashlib.sha256(repr(named).encode()).hexdigest()[:20]


def drop_leftovers(
    session: Session, settings: Settings, *, now: datetime, person_id: int | None = None
) -> None:
    """Delete what lies of imports that have ended, and whatever is older than anybody waits.

    Parameters
    ----------
    person_id : int, optional
        Of whom all imports go, those under way, too.
    """
    ended = (import_draft.c.state != "open") & (import_draft.c.touched_at < stamp(now - _TOLD_FOR))
    columns = (import_draft.c.id, import_draft.c.person_id, import_draft.c.made_at)
    asked = select(*columns).where(or_(ended, import_draft.c.person_id == person_id))
    for draft in session.execute(asked):
        _remove(draft_folder(settings, *draft))
    drop_old(settings.home, now=now)


def drop_old(home: Path, *, now: datetime) -> None:
    """Delete what was found of files, and written for somebody, that nobody has come back for."""
    for name, kept in _KEPT.items():
        folder = home / name
        for path in folder.iterdir() if folder.exists() else ():
            if _is_older(path, now - kept):
                _remove(path)


def _is_older(path: Path, than: datetime) -> bool:
    try:
        return path.stat().st_mtime < than.timestamp()
    except FileNotFoundError:
        # Whoever it was for has got it meanwhile.
        return False


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
