"""A file of stations looked at before it is checked: its columns, how it lies in each coordinate system."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from sqlalchemy.orm import Session

from geo.crs import Crs
from geo.errors import FileError
from geo.ingest.cells import clean
from geo.ingest.problems import Problem
from geo.ingest.stations import Draft, read_stations
from geo.ingest.table import Table
from geo.model.people import Person
from geo.registry.areas import read_index
from geo.registry.fit import HYPOTHESES
from geo.registry.placing import Placer
from geo.settings import Settings
from geo.upkeep.import_drafts import open_draft, read_body
from geo.upkeep.import_file import COLUMN, declared_system, headings_of, max_bytes, opened

__all__ = ["Look", "look_at"]

_SAMPLES = 4
_POINTS = 400
_CHUNK = 5_000


class Look(NamedTuple):
    """What a file shows before its coordinate system is settled.

    Parameters
    ----------
    header : list of str
    fields : list of str
        What each column is taken to hold; empty: nothing.
    samples : list of list of str
        The first rows.
    rows : int
        How many rows have a name and a position.
    declared : str
        See `geo.upkeep.import_file.declared_system`.
    fault : FileError or None
        Why no position can be read yet.
    named, inside
        How many rows name a district whose shape is known, and how many of them lie in it under each
        system.
    points : list of tuple
        Of some rows: row, name, the system it names itself (else empty), longitude and latitude as given.
    """

    header: list[str]
    fields: list[str]
    samples: list[list[str]]
    rows: int
    declared: str
    fault: FileError | None
    named: int
    inside: dict[str, int]
    points: list[tuple[int, str, str, float, float]]


def look_at(session: Session, settings: Settings, person: Person, id_: int) -> Look:
    """Return what the file of an import shows.

    Raises
    ------
    NotFoundError, ConflictError
        As `geo.upkeep.import_drafts.open_draft`.
    FileError
        It cannot be read at all.
    """
    draft = open_draft(session, person, id_)
    body = read_body(session, draft)
    with opened(draft, body, max_bytes=max_bytes(settings)) as table:
        headings = headings_of(table.header, draft.reading.columns)
        samples = _samples(table)
        look = Look(
            header=[clean(cell) for cell in table.header],
            fields=[heading.field if heading else "" for heading in headings],
            samples=[[clean(cell) for cell in row] for row in samples],
            rows=0, declared="", fault=None, named=0, inside={}, points=[],
        )  # fmt: skip
        try:
            look = look._replace(declared=declared_system(table, headings))
            # Read as WGS-84, every position in the world passes: which system it is in is the question.
            said = None if look.declared == COLUMN else Crs.WGS84
            items = read_stations(table, crs=said, kind=None, summer=settings.summer, headings=headings)
            return _placed(session, look, items)
        except FileError as error:
            return look._replace(fault=error)


def _samples(table: Table) -> list[list[str]]:
    if not table.top:
        # A format that has a header of its own hands out its rows only as they are read.
        table.top = list(islice(table.rest, _SAMPLES))
    return [cells for _, cells in table.top[:_SAMPLES]]


def _placed(session: Session, look: Look, items: Iterable[Draft | Problem]) -> Look:
    """Say where the rows lie, under each system."""
    placer = Placer(read_index(session))
    points: list[tuple[int, str, str, float, float]] = []
    stream = (item for item in items if isinstance(item, Draft))
    while chunk := list(islice(stream, _CHUNK)):
        placer.place(chunk)
        own = look.declared == COLUMN
        points += [(d.row, d.values["name"], d.crs.value if own else "", d.x, d.y) for d in chunk]
    return look._replace(
        rows=len(points),
        named=placer.fit.named,
        inside={crs.value: placer.fit.inside(crs) for crs in HYPOTHESES},
        points=list(_some(points)),
    )


def _some(points: list[tuple[int, str, str, float, float]]) -> Iterator[tuple[int, str, str, float, float]]:
    # From all over the file: its districts often stand one under another.
    step = max(1, -(-len(points) // _POINTS))
    return islice(points, 0, None, step)
