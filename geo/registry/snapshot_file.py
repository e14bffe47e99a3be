"""The last snapshot on disk, for a process that starts while the database is down."""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np
import orjson
from sqlalchemy.engine import make_url

from geo.registry.snapshot import Landmark, Schedule, Snapshot
from geo.registry.snapshot_read import calendar_of
from geo.registry.streets import StreetSet
from geo.settings import Settings

__all__ = ["database_key", "load_snapshot", "save_snapshot", "snapshot_path", "written_whole"]

# Raised whenever what is written changes; a file of another format is not read.
_FORMAT = 4
_ARRAYS = (
    "codes", "lon", "lat", "kind", "status", "facilities", "schedule", "area", "updated_s",
    "doc_places", "search_start", "door_row", "door_lon", "door_lat",
)  # fmt: skip
_TEXTS = ("docs", "search")


def database_key(settings: Settings) -> str:
    """Return what names the configured database in a data folder, which may serve several."""
    url = make_url(settings.url).render_as_string(hide_password=True)
    return hashlib.sha256(url.encode()).hexdigest()[:12]


def snapshot_path(settings: Settings) -> Path:
    """Return where the snapshot of the configured database is kept."""
    return settings.home / f"snapshot-{database_key(settings)}.npz"


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write, which then takes the place of another: there is the old or the new, whole.

    Several processes may do so at once; the last one's stays.
    """
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".tmp")
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def save_snapshot(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot without its facts, so that the file is at any moment the old one or the new one."""
    meta = {
        "format": _FORMAT,
        "revision": snapshot.revision,
        "at": snapshot.at,
        "schedules": [item[:3] for item in snapshot.schedules],
        "areas": snapshot.areas,
        "landmarks": [tuple(item) for item in snapshot.landmarks],
        "holidays": snapshot.holidays,
        "streets": [tuple(item) for item in snapshot.streets],
        "shared": [part.decode() for part in snapshot.shared],
    }
    texts = {name: getattr(snapshot, name) for name in _TEXTS} | {"meta": orjson.dumps(meta)}
    with written_whole(path) as file:
        np.savez(file, **{column: getattr(snapshot, column) for column in _ARRAYS})
        # Written as they are: numpy would copy them, and a thread's copies leave their room taken.
        with zipfile.ZipFile(file, "a") as archive:
            for member, text in texts.items():
                archive.writestr(member, text)


def load_snapshot(path: Path) -> Snapshot | None:
    """Read the saved snapshot; None when there is none that this program can read."""
    try:
        with np.load(path, allow_pickle=False) as file:
            meta = orjson.loads(file["meta"])
            if meta["format"] != _FORMAT:
                return None
            columns = {name: file[name] for name in (*_ARRAYS, *_TEXTS)}
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
        shared=tuple(part.encode() for part in meta["shared"]),
        **columns,
    )
