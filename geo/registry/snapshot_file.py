"""The last snapshot on disk, for a process that starts while the database is down."""

import hashlib
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from sqlalchemy.engine import make_url

from geo.registry.snapshot import Landmark, Schedule, Snapshot
from geo.registry.snapshot_read import calendar_of
from geo.registry.streets import StreetSet
from geo.settings import Settings

__all__ = ["database_key", "load_snapshot", "save_snapshot", "snapshot_path"]

# Raised whenever what is written changes; a file of another format is not read.
_FORMAT = 3
_ARRAYS = (
    "codes", "lon", "lat", "xyz", "kind", "status", "facilities", "schedule", "area",
    "updated_s", "doc_start", "doc_end", "search_start", "door_row", "door_lon", "door_lat",
)  # fmt: skip
_BYTES = ("docs", "search")


def database_key(settings: Settings) -> str:
    """Return what names the configured database in a data folder, which may serve several."""
    url = make_url(settings.url).render_as_string(hide_password=True)
    return hashlib.sha256(url.encode()).hexdigest()[:12]


def snapshot_path(settings: Settings) -> Path:
    """Return where the snapshot of the configured database is kept."""
    return settings.home / f"snapshot-{database_key(settings)}.npz"


def save_snapshot(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot, so that the file is at any moment the old one or the new one, whole."""
    meta = {
        "format": _FORMAT,
        "revision": snapshot.revision,
        "at": snapshot.at,
        "schedules": [tuple(item) for item in snapshot.schedules],
        "areas": snapshot.areas,
        "landmarks": [tuple(item) for item in snapshot.landmarks],
        "holidays": snapshot.holidays,
        "streets": [tuple(item) for item in snapshot.streets],
    }
    columns: dict[str, Any] = {name: getattr(snapshot, name) for name in _ARRAYS}
    columns |= {name: np.frombuffer(getattr(snapshot, name), np.uint8) for name in _BYTES}
    columns["meta"] = np.frombuffer(orjson.dumps(meta), np.uint8)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            np.savez(file, **columns)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load_snapshot(path: Path) -> Snapshot | None:
    """Read the saved snapshot; None when there is none that this program can read."""
    try:
        with np.load(path, allow_pickle=False) as file:
            meta = orjson.loads(file["meta"].tobytes())
            if meta["format"] != _FORMAT:
                return None
            columns = {name: file[name] for name in _ARRAYS}
            columns |= {name: file[name].tobytes() for name in _BYTES}
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        return None
    holidays = tuple(meta["holidays"])
    return Snapshot(
        revision=meta["revision"],
        at=meta["at"],
        schedules=tuple(Schedule(*item) for item in meta["schedules"]),
        areas=tuple(meta["areas"]),
        landmarks=tuple(Landmark(name, tuple(aliases), *rest) for name, aliases, *rest in meta["landmarks"]),
        holidays=holidays,
        calendar=calendar_of(holidays),
        streets=tuple(StreetSet(*item) for item in meta["streets"]),
        **columns,
    )
