"""The whole registry as files to take away: each made once for a state of it, and kept in the data folder.

A file of 200,000 stations is some seconds' work, which a thread of its own does beside the answers, from the
snapshot, a batch of stations at a time. So it needs no database, and no more memory than one batch.
"""

import gzip
import hashlib
import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from geo.registry.snapshot import Snapshot
from geo.registry.snapshot_file import database_key
from geo.report.tables import write_stations
from geo.settings import Settings

__all__ = ["ready_file", "zipped"]

# Raised when the form of the files changes; those of another form are not offered.
_FORM = 1
# Most registries are written in less; a worker has few threads, and none is to be held up for longer.
_PATIENCE_S = 1.0
# How old a file may be that is given out while the next is made. Without it, a large registry that is
# changed all the time would never have one.
_RECENT_S = 600.0
_KEPT = 2
_POSITIONS = ("lon", "lat", "entrance_lon", "entrance_lat")
_LEFT_OVER_S = 3600.0

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_one_at_a_time = threading.Lock()
_making: dict[Path, threading.Thread] = {}


def ready_file(snapshot: Snapshot, settings: Settings, ending: str) -> Path | None:
    """Return the file of a state of the registry, whose time of change is that of the registry.

    Made if it is not there yet. When that takes longer than a moment, it is the one of some minutes ago, or
    None: the new one will be there soon.

    Parameters
    ----------
    ending : str
        One that `geo.report.tables.write_stations` knows, without the dot.
    """
    target = _target(snapshot, settings, ending)
    if target.is_file():
        return target
    if started := _start(target, snapshot, settings):
        started.join(_PATIENCE_S)
    return target if target.is_file() else _recent(target)


def zipped(path: Path) -> Path:
    """Return the compressed twin of a file."""
    return path.with_name(f"{path.name}.gz")


def _target(snapshot: Snapshot, settings: Settings, ending: str) -> Path:
    chosen = (_FORM, settings.public_crs, settings.public_decimals, settings.licence)
    form = hashlib.sha256(repr(chosen).encode()).hexdigest()[:8]
    state = f"{snapshot.revision}_{snapshot.at.replace(':', '')}"
    return settings.home / "downloads" / f"stations-{database_key(settings)}-{form}-{state}.{ending}"


def _start(target: Path, snapshot: Snapshot, settings: Settings) -> threading.Thread | None:
    with _lock:
        if target in _making:
            return None
        job = threading.Thread(
            target=_run, args=(target, snapshot, settings), name="yizhan-download", daemon=True
        )
        _making[target] = job
    job.start()
    return job


def _run(target: Path, snapshot: Snapshot, settings: Settings) -> None:
    try:
        with _one_at_a_time:
            _make(target, snapshot, settings)
            _tidy(target)
    except Exception:
        # Whoever asks is told to come again, and it is tried anew.
        _log.exception("the download %s could not be made", target.name)
    finally:
        with _lock:
            del _making[target]


def _make(target: Path, snapshot: Snapshot, settings: Settings) -> None:
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="making-") as folder:
        fresh = Path(folder) / target.name
        write_stations(
            _rows(snapshot),
            fresh,
            crs=settings.public_crs,
            decimals=settings.public_decimals,
            as_of=snapshot.at,
            licence=settings.licence,
        )
        with fresh.open("rb") as plain, gzip.open(zipped(fresh), "wb", compresslevel=6) as file:
            shutil.copyfileobj(plain, file, 1 << 20)
        if snapshot.at:
            changed = datetime.fromisoformat(snapshot.at).timestamp()
            os.utime(fresh, (changed, changed))
        # Last the one that is looked for: where it is, its twin is, too.
        zipped(fresh).replace(zipped(target))
        fresh.replace(target)


def _rows(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    doors = zip(snapshot.door_lon.tolist(), snapshot.door_lat.tolist(), strict=True)
    entrances = dict(zip(snapshot.door_row.tolist(), doors, strict=True))
    for row, place in enumerate(zip(snapshot.lon.tolist(), snapshot.lat.tolist(), strict=True)):
        # Without an entrance the last two names are left over.
        positions = zip(_POSITIONS, place + entrances.get(row, ()), strict=False)
        yield orjson.loads(snapshot.doc(row)) | dict(positions)


def _recent(target: Path) -> Path | None:
    _, database, form, _ = target.stem.split("-", 3)
    for made_s, path in reversed(_made(target, f"stations-{database}-{form}-*")):
        if time.time() - made_s <= _RECENT_S:
            return path
    return None


def _made(target: Path, names: str) -> list[tuple[float, Path]]:
    """Return when (seconds since 1970) each file of the same format was made, the newest last."""
    found = []
    for path in target.parent.glob(f"{names}{target.suffix}"):
        # Another process may just have tidied up.
        with suppress(FileNotFoundError):
            # The file's time of change is the registry's; this is when it was put into the folder.
            found.append((path.stat().st_ctime, path))
    return sorted(found)


def _tidy(target: Path) -> None:
    _, database, _ = target.stem.split("-", 2)
    for _, old in _made(target, f"stations-{database}-*")[:-_KEPT]:
        old.unlink(missing_ok=True)
        zipped(old).unlink(missing_ok=True)
    for folder in target.parent.glob("making-*"):
        # A process that was killed cleans nothing up.
        if time.time() - folder.stat().st_mtime > _LEFT_OVER_S:
            shutil.rmtree(folder, ignore_errors=True)
