"""The facts on disk, beside the snapshot: what starts while the database is down says what is closed, too."""

from datetime import datetime
from pathlib import Path

import orjson

from geo.model.facts import Fact
from geo.registry.facts import Told
from geo.registry.snapshot_file import database_key, written_whole
from geo.settings import Settings

__all__ = ["facts_path", "load_facts", "save_facts"]

# Raised whenever what is written changes; a file of another format is not read.
_FORMAT = 1


def facts_path(settings: Settings) -> Path:
    """Return where the facts of the configured database are kept."""
    return settings.home / f"facts-{database_key(settings)}.json"


def save_facts(told: Told, path: Path) -> None:
    """Write facts, so that the file is at any moment the old one or the new one, whole."""
    facts = {code: [tuple(fact) for fact in own] for code, own in told.facts.items()}
    body = orjson.dumps({"format": _FORMAT, "revision": told.revision, "facts": facts})
    with written_whole(path) as file:
        file.write(body)


def load_facts(path: Path) -> Told | None:
    """Read the saved facts; None where there are none that this program can read."""
    try:
        held = orjson.loads(path.read_bytes())
        if held["format"] != _FORMAT:
            return None
        facts = {code: tuple(_fact(*row) for row in own) for code, own in held["facts"].items()}
        return Told(held["revision"], facts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _fact(
    id_: int, what: str, facility: str | None, since: str, until: str | None, reason: str | None
) -> Fact:
    end = None if until is None else datetime.fromisoformat(until)
    return Fact(id_, what, facility, datetime.fromisoformat(since), end, reason)
