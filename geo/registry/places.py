"""What surrounds the stations: union units, landmarks, holiday tables."""

from collections.abc import Sequence
from typing import Any

import shapely
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from geo.db.tables import holiday_table, landmark, unit
from geo.model.holidays import parse_holiday_table

__all__ = ["save_holidays", "save_landmarks", "save_units"]

Counts = tuple[int, int, int]


def save_units(session: Session, units: Sequence[Any]) -> Counts:
    """Keep union units (code, name, parent_code, area_code); returns how many were added, changed, same."""
    known = {row.code: row for row in session.execute(select(unit))}
    added = changed = 0
    for item in units:
        values = {name: getattr(item, name) for name in ("code", "name", "parent_code", "area_code")}
        held = known.get(item.code)
        if held is None:
            session.execute(insert(unit).values(**values))
            added += 1
        elif held._asdict() != values:
            session.execute(update(unit).where(unit.c.code == item.code).values(**values))
            changed += 1
    return added, changed, len(units) - added - changed


def save_landmarks(session: Session, landmarks: Sequence[Any], *, source: str) -> Counts:
    """Keep landmarks (name, aliases, category, lon, lat in WGS-84) as all those of their source.

    Returns how many were added, changed or taken away, and the same.
    """
    ours = landmark.c.source == source
    held = {
        (row.name, tuple(row.aliases), row.category, row.location.x, row.location.y)
        for row in session.execute(select(landmark).where(ours))
    }
    wanted = {(item.name, tuple(item.aliases), item.category, item.lon, item.lat) for item in landmarks}
    if held == wanted:
        return 0, 0, len(wanted)
    session.execute(delete(landmark).where(ours))
    rows = [
        {
            "source": source,
            "name": name,
            "aliases": list(aliases),
            "category": category,
            "location": shapely.Point(lon, lat),
        }
        for name, aliases, category, lon, lat in sorted(wanted, key=repr)
    ]
    if rows:
        session.execute(insert(landmark), rows)
    new, gone = wanted - held, held - wanted
    known = {name for name, *_ in gone}
    kept = {name for name, *_ in new}
    changed = sum(name in known for name, *_ in new) + sum(name not in kept for name, *_ in gone)
    return sum(name not in known for name, *_ in new), changed, len(wanted & held)


def save_holidays(session: Session, text: str) -> Counts:
    """Keep a year's holiday table, replacing the one held for that year.

    Raises
    ------
    FileError
        The text is not such a table.
    """
    year = parse_holiday_table(text).year
    held = session.scalar(select(holiday_table.c.text).where(holiday_table.c.year == year))
    if held == text:
        return 0, 0, 1
    if held is None:
        session.execute(insert(holiday_table).values(year=year, text=text))
        return 1, 0, 0
    session.execute(update(holiday_table).where(holiday_table.c.year == year).values(text=text))
    return 0, 1, 0
