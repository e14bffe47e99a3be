"""A file of stations from a browser: checked, loaded, taken back; as the command line loads it.

All of it goes through `geo.registry.load.load_stations`, so that a check says what a load will do.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from geo.crs import Crs
from geo.db.tables import area, change, load, station, unit
from geo.errors import ConflictError
from geo.ingest.cells import clean
from geo.ingest.problems import Problem
from geo.ingest.stations import read_stations
from geo.ingest.table import Table
from geo.model.people import Person, Right
from geo.registry.admission import Admission
from geo.registry.load import Report, load_stations
from geo.settings import Settings
from geo.upkeep.audit import note
from geo.upkeep.edits import take_back_load
from geo.upkeep.import_drafts import (
    ImportDraft,
    end_draft,
    find_draft,
    open_draft,
    read_body,
)
from geo.upkeep.import_file import headings_of, max_bytes, opened
from geo.upkeep.scope import areas_of, check_right, ids_within, stations_of, units_of

__all__ = ["Checked", "check_draft", "default_source", "load_draft", "undo_draft", "undone_loads"]

_PROBLEMS = 3_000
_KEPT_PROBLEMS = 300
_SEVERITIES = ("refused", "warning", "note")


class Checked(NamedTuple):
    """What a load would do, and the rows of the file that something is said of, as mended so far.

    ``problems`` holds refused rows first; ``more`` is how many were cut off.
    """

    counts: dict[str, int]
    header: list[str]
    fields: list[str]
    problems: list[Problem]
    more: int
    rows: dict[int, list[str]]


def check_draft(session: Session, settings: Settings, person: Person, id_: int) -> Checked:
    """Return what loading an import would do; nothing is written.

    Raises
    ------
    NotFoundError, ConflictError, FileError
        As `geo.upkeep.import_look.look_at`.
    """
    draft = open_draft(session, person, id_)
    body = read_body(session, draft)
    with opened(draft, body, max_bytes=max_bytes(settings)) as table:
        headings = headings_of(table.header, draft.reading.columns)
        header = [clean(cell) for cell in table.header]
        report = _load(session, settings, person, draft, table, who="", dry_run=True)
    told = _in_order(report)
    shown = told[:_PROBLEMS]
    wanted = {problem.row for problem in shown}
    with opened(draft, body, max_bytes=max_bytes(settings)) as table:
        rows = {row: [clean(cell) for cell in cells] for row, cells in table if row in wanted}
    fields = [heading.field if heading else "" for heading in headings]
    return Checked(report.counts(), header, fields, shown, len(told) - len(shown), rows)


def load_draft(
    session: Session, settings: Settings, person: Person, id_: int, *, who: str, network: str | None
) -> Report:
    """Load an import into the registry, and end it; the caller commits, or rolls back, the whole.

    Raises
    ------
    NotFoundError, ConflictError, FileError
        As `geo.upkeep.import_look.look_at`.
    """
    draft = open_draft(session, person, id_)
    body = read_body(session, draft)
    with opened(draft, body, max_bytes=max_bytes(settings)) as table:
        report = _load(session, settings, person, draft, table, who=who, dry_run=False)
    told = _in_order(report)
    kept = {
        "counts": report.counts(),
        "problems": told[:_KEPT_PROBLEMS],
        "more": max(0, len(told) - _KEPT_PROBLEMS),
    }
    end_draft(session, draft, "loaded", load_id=report.number, report=kept)
    note(
        session, "import.load", person_id=person.id, object=str(report.number), detail=report.counts(),
        network=network,
    )  # fmt: skip
    return report


def undo_draft(session: Session, person: Person, id_: int, *, who: str, network: str | None) -> int:
    """Take back what an import changed; returns at how many stations.

    Raises
    ------
    NotFoundError
        As `find_draft`.
    ConflictError
        It was not loaded, is taken back already, something it changed has been changed since, or some of
        its stations are no longer his.
    ForbiddenError
        His role does not have the right any more.
    """
    check_right(person, Right.EDIT)
    draft = find_draft(session, person, id_)
    if draft.load_id is None:
        raise ConflictError("这次导入没有写入登记册,没有什么可以撤销")
    ids = list(session.scalars(select(change.c.station_id).where(change.c.load_id == draft.load_id)))
    if others := len(ids) - len(ids_within(session, person, ids)):
        raise ConflictError("这次导入有 %(count)s 个站点现在不归您管,不能由您撤销;请联系管理员", count=others)
    count = take_back_load(session, draft.load_id, who=who)
    note(session, "import.undo", person_id=person.id, object=str(draft.load_id), network=network)
    return count


def undone_loads(session: Session, loads: Sequence[int]) -> set[int]:
    """Return those of some loads of which every change was taken back."""
    back = change.alias()
    # By station, for which there is an index.
    undone = exists().where(back.c.station_id == change.c.station_id, back.c.undoes == change.c.id)
    ours = change.c.load_id == load.c.id
    taken_back = exists().where(ours) & ~exists().where(ours, ~undone)
    return set(session.scalars(select(load.c.id).where(load.c.id.in_(loads), taken_back)))


def default_source(session: Session, person: Person, stem: str) -> str:
    """Return within which source the numbers of a file count, unless its sender says otherwise.

    That is the file's name, as on the command line; with the sender's unit where others have stations of
    that source and he has none, as the numbers of two districts' files mean different stations.
    """
    named = station.c.source == stem
    taken = session.scalar(select(func.count()).where(named, ~stations_of(session, person)))
    ours = session.scalar(select(func.count()).where(named, stations_of(session, person)))
    if not taken or ours:
        return stem
    name = session.scalar(select(unit.c.name).where(unit.c.code == person.unit_code))
    return f"{stem}·{name or person.unit_code}"


def _load(
    session: Session,
    settings: Settings,
    person: Person,
    draft: ImportDraft,
    table: Table,
    *,
    who: str,
    dry_run: bool,
) -> Report:
    reading = draft.reading
    items = read_stations(
        table,
        crs=Crs(reading.crs) if reading.crs else None,
        kind=reading.kind or None,
        summer=settings.summer,
        headings=headings_of(table.header, reading.columns),
    )
    return load_stations(
        session,
        items,
        source=reading.source,
        file=draft.file,
        who=who,
        code_prefix=settings.code_prefix,
        dry_run=dry_run,
        admission=_admission(session, person),
    )


def _admission(session: Session, person: Person) -> Admission | None:
    units = units_of(session, person)
    if units is None:
        return None
    names = dict(session.execute(select(unit.c.code, unit.c.name).where(unit.c.code.in_(units))).all())
    held = session.execute(select(station.c.id, station.c.unit_code).where(stations_of(session, person)))
    areas = areas_of(session, units)
    drawn = select(area.c.code).where(area.c.code.in_(areas), area.c.shape.is_not(None)).limit(1)
    return Admission(
        {code: names.get(code, code) for code in units},
        frozenset(areas),
        session.scalar(drawn) is not None,
        dict(held.all()),
    )


def _in_order(report: Report) -> list[Problem]:
    """Order what a load says: what is refused first, then by row; remarks on the file before its rows."""
    return sorted(report.problems, key=lambda p: (_SEVERITIES.index(p.severity), p.row or 0))
