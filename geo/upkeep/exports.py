"""Lists to take out of the registry: whose stations, which fields, and how much of a person's data."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from geo.db.tables import station
from geo.model.masking import hide_name, hide_phones
from geo.model.people import Person, Role
from geo.model.station import FIELDS
from geo.registry.rows import read_rows

__all__ = ["EXPORTED", "count_stations", "export_rows", "masked_for"]

# What a file gave is history, and its system is not that of the file that is written.
_HISTORY = {"position_given", "crs_given"}

EXPORTED = tuple(field for field in FIELDS if field.name not in _HISTORY)
"""The fields of an export, in their order; internal ones are among them."""

_BATCH = 2_000


def count_stations(session: Session, conditions: Sequence[ColumnElement[bool]]) -> int:
    """Return how many stations meet the conditions."""
    return session.scalar(select(func.count()).select_from(station).where(*conditions)) or 0


def export_rows(
    session: Session, person: Person, conditions: Sequence[ColumnElement[bool]]
) -> Iterator[dict[str, Any]]:
    """Yield the flat rows that somebody may take out, ordered by code.

    Parameters
    ----------
    conditions : sequence of condition
        As `geo.upkeep.stations.conditions_of` makes them: his scope is among them.
    """
    ids = _ids(session, conditions)
    for start in range(0, len(ids), _BATCH):
        for _, row in read_rows(session, ids=ids[start : start + _BATCH]):
            yield masked_for(person, row)


def masked_for(person: Person, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with what somebody need not know of its keeper starred out.

    Administrators see all; editors no whole number of a telephone; others no whole name either.

    Examples
    --------
    >>> li = Person(1, "li", "李", None, Role.READER, None, True, "")
    >>> masked_for(li, {"keeper_name": "张三", "keeper_phone": "13812345678", "remarks": None})
    {'keeper_name': '张**', 'keeper_phone': '138****5678', 'remarks': None}
    """
    shown = dict(row)
    if person.role == Role.ADMINISTRATOR:
        return shown
    for name in ("keeper_name", "keeper_phone", "remarks", "verified_by"):
        if shown.get(name):
            shown[name] = hide_phones(shown[name])
    if person.role != Role.EDITOR:
        for name in ("keeper_name", "verified_by"):
            if shown.get(name):
                shown[name] = hide_name(shown[name])
    return shown


def _ids(session: Session, conditions: Sequence[ColumnElement[bool]]) -> list[int]:
    return list(session.scalars(select(station.c.id).where(*conditions).order_by(station.c.code)))
