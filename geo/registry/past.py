"""The registry as it was at the end of a day: today's rows with what was changed since put back."""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.db.tables import change
from geo.model.hours import CHINA
from geo.registry.rows import read_rows, stamp

__all__ = ["rows_as_of"]


def rows_as_of(session: Session, day: date) -> list[dict[str, Any]]:
    """Return the flat rows of all stations that were registered by the end of a day, ordered by code.

    Days are those of China; of a day that has not ended, the rows are those of now.
    """
    rows = dict(read_rows(session))
    # The last change is put back first, so that of several the oldest has the last word.
    later = select(change.c.station_id, change.c.before).where(change.c.at >= _end_of(day))
    for station_id, before in session.execute(later.order_by(change.c.id.desc())):
        if before is None:
            rows.pop(station_id, None)
        elif station_id in rows:
            rows[station_id] |= before
    return sorted(rows.values(), key=lambda row: row["code"])


def _end_of(day: date) -> str:
    """Return the moment a day of China ends, in the form that moments are kept in."""
    return stamp(datetime.combine(day + timedelta(days=1), time(), CHINA))
