"""Many rows in or out at once, as fast as each store can."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import shapely
from sqlalchemy import JSON, Table, text
from sqlalchemy.orm import Session

from geo.db.engine import is_postgres
from geo.db.types import SRID, Shape

__all__ = ["insert_rows", "take_ids"]


def insert_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of plain values (shapely geometries, lists and dicts included); absent means null.

    PostGIS gets them by COPY, SQLite by one prepared statement.
    """
    if not rows:
        return
    postgres = is_postgres(session)
    names = [column.name for column in table.columns]
    values = [
        _plain([row.get(column.name) for row in rows], column.type, postgres=postgres)
        for column in table.columns
    ]
    cursor = session.connection().connection.cursor()
    if postgres:
        with cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
            for row in zip(*values, strict=True):
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(names))
        cursor.executemany(
            f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})", zip(*values, strict=True)
        )


def take_ids(session: Session, table: Table, count: int) -> list[int]:
    """Return ``count`` unused ids of the table, for rows whose history is written beside them."""
    if is_postgres(session):
        return list(
            session.scalars(
                text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"),
                {"name": table.name, "count": count},
            )
        )
    first = session.scalar(text(f"SELECT coalesce(max(id), 0) + 1 FROM {table.name}"))
    return list(range(first, first + count))


def _plain(values: list[Any], kind: Any, *, postgres: bool) -> list[Any]:
    if isinstance(kind, JSON):
        return [None if value is None else orjson.dumps(value).decode() for value in values]
    if isinstance(kind, Shape):
        shapes = shapely.set_srid(values, SRID) if postgres else values
        return list(shapely.to_wkb(shapes, hex=postgres, include_srid=postgres))
    return values
