"""What the pages of an import wait for: looking at its file, checking it, loading it."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from geo.errors import FileError
from geo.ingest.problems import Problem
from geo.upkeep.import_drafts import ImportDraft
from geo.upkeep.import_look import Look
from geo.upkeep.imports import Checked
from geo.upkeep.leftovers import draft_folder
from geo.upkeep.marks import mark_of
from geo.upkeep.tasks import Task, check_import, load_import, look_at_import
from web.admin import aside
from web.admin.session import network, person, who
from web.state import state

__all__ = ["begin_load", "checked", "folder_of", "load_fault", "loading", "looked", "marked"]

# Some ten thousand rows, half a second: more is done by a process of its own.
_SMALL_BYTES = 1_000_000


def looked(draft: ImportDraft) -> Look | None:
    """Return what the file of an import shows; None while it is being read.

    Raises
    ------
    FileError
        It cannot be read at all.
    """
    found = _found(draft, _look_path(draft), look_at_import)
    if found is None:
        return None
    fault = found.pop("fault")
    return Look(**found, fault=FileError(fault["message"], **fault["params"]) if fault else None)


def checked(draft: ImportDraft) -> Checked | None:
    """Return what loading an import would do; None while it is being found out.

    Raises
    ------
    FileError
        It cannot be loaded as it is read.
    """
    found = _found(draft, _path(draft, "check"), check_import)
    if found is None:
        return None
    problems = [Problem(*problem) for problem in found["problems"]]
    rows = {int(row): cells for row, cells in found["rows"].items()}
    return Checked(**{**found, "problems": problems, "rows": rows})


def begin_load(draft: ImportDraft) -> None:
    """Have an import loaded; it is ended with that, or `load_fault` says why not."""
    path = _path(draft, "load")
    path.unlink(missing_ok=True)
    aside.begin(path, load_import, person(), draft.id, who(), network(), small=_is_small(draft))


def loading(draft: ImportDraft) -> bool:
    """Tell whether an import is being loaded."""
    return aside.under_way(_path(draft, "load"))


def load_fault(draft: ImportDraft) -> None:
    """Raise, once, what went wrong when an import was loaded.

    Raises
    ------
    GeoError
        That.
    """
    path = _path(draft, "load")
    try:
        aside.outcome(path)
    finally:
        path.unlink(missing_ok=True)


def marked(session: Session, address: str | None) -> str | None:
    """Return what the log keeps of an address."""
    return mark_of(session, address, now=datetime.now(UTC)) if address else None


def folder_of(draft: ImportDraft) -> Path:
    """Return where what was found of an import lies: another draft never has the same."""
    return draft_folder(state().settings, draft.id, draft.person_id, draft.made_at)


def _path(draft: ImportDraft, name: str) -> Path:
    return folder_of(draft) / f"{draft.round}-{name}.json"


def _is_small(draft: ImportDraft) -> bool:
    return draft.reading.work_bytes <= _SMALL_BYTES


def _look_path(draft: ImportDraft) -> Path:
    # Neither the coordinate system nor what is mended changes what the columns are.
    named = sorted(draft.reading.columns.items())
    return folder_of(draft) / f"look-{hashlib.sha256(repr(named).encode()).hexdigest()[:12]}.json"


def _found(draft: ImportDraft, path: Path, task: Task) -> Any:
    if not path.exists() and path.parent.exists():
        _drop_older(path.parent, draft.round)
    aside.begin(path, task, person(), draft.id, small=_is_small(draft))
    return aside.outcome(path)


def _drop_older(folder: Path, round_: int) -> None:
    # Nobody asks for what was found before the last change.
    for path in folder.glob("*.json"):
        if not path.name.startswith((f"{round_}-", "look-")):
            path.unlink(missing_ok=True)
