"""Which street graphs there are: what each was made from, and where it lies."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from geo.db.tables import streets

__all__ = ["StreetSet", "list_streets", "save_streets"]


class StreetSet(NamedTuple):
    """The streets of one extract, as they are registered.

    Attributes
    ----------
    digest : str
        Names the files of the graph and the basemap; another extract always has another one.
    source : str
        Name of the extract's file.
    data_at : str or None
        The moment up to which the extract holds OpenStreetMap's changes; ISO text in UTC.
    loaded_at : str
        ISO text in UTC.
    west, south, east, north : float
        Bounds of the streets, in WGS-84 degrees.
    counts : mapping
        ``nodes``, ``edges``, ``metres`` of all edges, ``names`` of streets.
    """

    name: str
    digest: str
    source: str
    attribution: str
    data_at: str | None
    loaded_at: str
    west: float
    south: float
    east: float
    north: float
    counts: Mapping[str, int]


def list_streets(session: Session) -> tuple[StreetSet, ...]:
    """Return the registered street sets, ordered by name."""
    # By code point, as Python orders: the database's own order depends on its locale.
    return tuple(sorted(StreetSet(*row) for row in session.execute(_SELECT)))


def save_streets(session: Session, given: StreetSet) -> tuple[int, int, int]:
    """Register a set, in place of the one of its name; returns how many were added, changed, the same.

    A set that differs in nothing but the moment it was loaded is left as it was.
    """
    held = {item.name: item for item in list_streets(session)}.get(given.name)
    if held is not None and held._replace(loaded_at=given.loaded_at) == given:
        return 0, 0, 1
    session.execute(delete(streets).where(streets.c.name == given.name))
    session.execute(insert(streets).values(**given._asdict()))
    return (1, 0, 0) if held is None else (0, 1, 0)


_SELECT = select(*(streets.c[field] for field in StreetSet._fields))
