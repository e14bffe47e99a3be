"""Many rows in or out at once, as fast as each store can."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
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
    given = set().union(*rows)
    columns = [column for column in table.columns if column.name in given]
    names = [column.name for column in columns]
    values = [_plain(_column(rows, column.name), column.type, postgres=postgres) for column in columns]
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
    """Return ``count`` unused ids of the table, for rows whose history is written beside them.

    The session is one of `geo.db.engine.writing`.
    """
    if not is_postgres(session):
        first = session.scalar(text(f"SELECT coalesce(max(id), 0) + 1 FROM {table.name}"))
    elif count:
        # Writers queue, so that nobody draws a number between these two.
        sequence = {"name": table.name}
        first = session.scalar(text("SELECT nextval(pg_get_serial_sequence(:name, 'id'))"), sequence)
        session.execute(
            text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
            {"last": first + count - 1, **sequence},
        )
    return list(range(first, first + count)) if count else []


def _column(rows: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    try:
        return list(map(itemgetter(name), rows))
    except KeyError:
        return [row.get(name) for row in rows]


def _plain(values: list[Any], kind: Any, *, postgres: bool) -> list[Any]:
    if isinstance(kind, JSON):
        return [None if value is None else orjson.dumps(value).decode() for value in values]
    if isinstance(kind, Shape):
        shapes = shapely.set_srid(values, SRID) if postgres else values
        return list(shapely.to_wkb(shapes, hex=postgres, include_srid=postgres))
    return values
