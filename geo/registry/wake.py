"""When to look whether the database has changed.

On PostGIS a notification wakes at once, and once a second all the same, as a notification sent while nobody
listens never arrives. On SQLite ``PRAGMA data_version`` says that another process has written.
"""

import sqlite3
import time
from contextlib import suppress
from typing import Any, Protocol

import psycopg
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from geo.db.engine import is_postgres

__all__ = ["Waker", "waker"]

_LOOK_EVERY_S = 1.0
_SQLITE_LOOK_EVERY_S = 0.5


class Waker(Protocol):
    """Something that sleeps until it may be time to look."""

    def wait(self) -> bool:
        """Sleep a second at the most; return whether there may be something new."""

    def close(self) -> None:
        """Give back what is held."""


def waker(engine: Engine) -> Waker:
    """Return the waker of a store."""
    return _Notified(engine) if is_postgres(engine) else _FileChanged(engine)


class _Notified(Waker):
    """Sleeps until PostgreSQL notifies, a second at the most."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: psycopg.Connection | None = None

    def wait(self) -> bool:
        try:
            if self._connection is None:
                self._connection = self._listen()
            for _ in self._connection.notifies(timeout=_LOOK_EVERY_S, stop_after=1):
                pass
        except psycopg.Error:
            self.close()
            time.sleep(_LOOK_EVERY_S)
        return True

    def close(self) -> None:
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
            self._connection = None

    def _listen(self) -> psycopg.Connection:
        # Its own connection: a pooled one would be handed on, a pooler would lose the notifications.
        url = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg.connect(url, autocommit=True, connect_timeout=5)
        connection.execute("LISTEN yizhan_revision")
        return connection


class _FileChanged(Waker):
    """Sleeps a little, then tells whether another connection has written to the SQLite file."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._version: Any = None
        self._connection: Any = None

    def wait(self) -> bool:
        time.sleep(_SQLITE_LOOK_EVERY_S)
        try:
            if self._connection is None:
                # The bare connection: within a transaction the answer would never change.
                self._connection = self._engine.raw_connection()
            [version] = self._connection.cursor().execute("PRAGMA data_version").fetchone()
        except (SQLAlchemyError, sqlite3.Error):
            self.close()
            return True
        changed, self._version = version != self._version, version
        return changed

    def close(self) -> None:
        if self._connection is not None:
            with suppress(SQLAlchemyError, sqlite3.Error):
                self._connection.close()
            self._connection = None
