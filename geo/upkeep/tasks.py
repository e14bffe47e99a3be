"""What a process of its own does for the pages: it opens the database itself, and ends with its answer."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from geo.db.engine import open_engine, reading, writing
from geo.errors import GeoError
from geo.model.hours import CHINA
from geo.model.people import Person
from geo.report.tables import write_stations
from geo.settings import Settings
from geo.upkeep.exports import EXPORTED, export_rows
from geo.upkeep.import_look import look_at
from geo.upkeep.imports import check_draft, load_draft
from geo.upkeep.marks import mark_of
from geo.upkeep.stations import Measure, Wanted, conditions_of

__all__ = [
    "Task",
    "check_import",
    "export_stations",
    "failed",
    "load_import",
    "look_at_import",
    "run_task",
    "told_of",
]

Task = Callable[..., Any]
"""Called with an engine, the settings and the rest; a top-level function, whose answer can be JSON."""

_DECIMALS = 6


def run_task(answer: Connection, settings: Settings, task: Task, args: tuple[Any, ...]) -> None:
    """Do a task in this process, and send what came of it."""
    answer.send(told_of(open_engine(settings), settings, task, args))


def told_of(engine: Engine, settings: Settings, task: Task, args: tuple[Any, ...]) -> dict[str, Any]:
    """Do a task; returns ``{"found": …}``, or as `failed` what was wrong."""
    try:
        return {"found": task(engine, settings, *args)}
    except GeoError as error:
        return failed(error)


def failed(error: GeoError) -> dict[str, Any]:
    """Return an error as JSON can hold it.

    Examples
    --------
    >>> failed(GeoError("没有 %(what)s", what=Path("a.csv")))["error"]
    {'kind': 'GeoError', 'message': '没有 %(what)s', 'params': {'what': 'a.csv'}}
    """
    params = {
        name: value if isinstance(value, str | int | float) else str(value)
        for name, value in error.params.items()
    }
    return {"error": {"kind": type(error).__name__, "message": error.message, "params": params}}


def look_at_import(engine: Engine, settings: Settings, me: Person, id_: int) -> Mapping[str, Any]:
    """Return what the file of an import shows, see `geo.upkeep.import_look.Look`."""
    with reading(engine) as session:
        found = look_at(session, settings, me, id_)
    return found._asdict() | {"fault": found.fault and failed(found.fault)["error"]}


def check_import(engine: Engine, settings: Settings, me: Person, id_: int) -> Mapping[str, Any]:
    """Return what loading an import would do, see `geo.upkeep.imports.Checked`."""
    with reading(engine) as session:
        return check_draft(session, settings, me, id_)._asdict()


def load_import(
    engine: Engine, settings: Settings, me: Person, id_: int, who: str, address: str | None
) -> Mapping[str, int]:
    """Load an import; returns the counts."""
    with writing(engine) as session:
        mark = mark_of(session, address, now=datetime.now(UTC)) if address else None
        return load_draft(session, settings, me, id_, who=who, network=mark).counts()


def export_stations(
    engine: Engine, settings: Settings, me: Person, wanted: Wanted, by: Measure, path: Path
) -> int:
    """Write the stations that somebody asks for; returns how many.

    They are in WGS-84, whatever the public may know: loaded again, they stay where they are.
    """
    now = datetime.now(CHINA).strftime("%Y-%m-%d %H:%M")
    with reading(engine) as session:
        rows = export_rows(session, me, conditions_of(session, me, wanted, by))
        return write_stations(rows, path, crs="wgs84", decimals=_DECIMALS, as_of=now, fields=EXPORTED)
