"""Connecting to either store, and the two ways to use a connection: reading and writing."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from geo.db.tables import revision
from geo.errors import SettingError, UnavailableError
from geo.settings import Settings

__all__ = ["is_postgres", "migrating", "open_engine", "reading", "writing", "writing_aside"]

_CONNECT_TIMEOUT_S = 5
_BUSY_TIMEOUT_MS = 30_000
_RETRY_AFTER_S = 0.02
# Any number will do that nothing else in the same database locks.
_MIGRATION_LOCK = 20_190_114
# Bulk reads and writes go past SQLAlchemy, so that the drivers' own errors come up as well.
_UNREACHABLE = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    sqlite3.OperationalError,
)


def open_engine(settings: Settings) -> Engine:
    """Return the engine of the configured database; connects to nothing yet.

    The data folder is created, as the embedded file is to lie in it.

    Raises
    ------
    SettingError
        The URL is not one of PostgreSQL or SQLite, or the data folder cannot be made.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            "不能建立数据目录 %(home)s(%(detail)s),请检查设置 YIZHAN_HOME",
            home=str(settings.home),
            detail=error.strerror,
        ) from error
    try:
        url = make_url(settings.url)
    except (ArgumentError, ValueError):
        url = None
    # The values of a statement that fails stay out of its message: keepers' phones are among them.
    if url is not None and url.drivername == "sqlite":
        return _sqlite(create_engine(url, hide_parameters=True))
    if url is not None and url.drivername == "postgresql+psycopg":
        return create_engine(
            url,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": _CONNECT_TIMEOUT_S},
        )
    raise SettingError("设置 YIZHAN_DATABASE_URL 应以 postgresql:// 或 sqlite:/// 开头,请检查后重试")


def is_postgres(bind: Session | Engine) -> bool:
    """Tell whether the store is PostGIS."""
    engine = bind.get_bind() if isinstance(bind, Session) else bind
    return engine.dialect.name == "postgresql"


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Give a session that sees one state of the database and changes nothing.

    Raises
    ------
    UnavailableError
        The database cannot be reached.
    """
    with _reachable(), Session(engine) as session:
        if is_postgres(engine):
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Give a session whose work is committed at the end, or, on any error, not at all.

    Writers queue, so that each sees all that the one before it did: on SQLite by taking the write lock at
    once, on PostGIS at the revision's row.

    Raises
    ------
    UnavailableError
        The database cannot be reached, or its SQLite file stays locked by another program.
    """
    with _transaction(engine) as session:
        session.execute(select(revision.c.value).with_for_update())
        yield session


@contextmanager
def migrating(engine: Engine) -> Iterator[Session]:
    """Give a session as `writing` does, on a database that may have no tables yet; migrations queue.

    Raises
    ------
    UnavailableError
        The database cannot be reached.
    """
    with _transaction(engine) as session:
        if is_postgres(engine):
            session.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
        yield session


@contextmanager
def writing_aside(engine: Engine) -> Iterator[Session]:
    """Give a session as `writing` does for what is no part of the registry's revisions.

    However long it takes, on PostGIS no writer to the registry waits for it; SQLite has one lock for all.

    Raises
    ------
    UnavailableError
        The database cannot be reached.
    """
    with _transaction(engine) as session:
        yield session


@contextmanager
def _transaction(engine: Engine) -> Iterator[Session]:
    with _reachable(), Session(engine) as session, session.begin():
        session.connection(execution_options={"yizhan_writes": True})
        yield session


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except _UNREACHABLE as error:
        raise _unavailable(error) from error
    except DatabaseError as error:
        # SQLite says just this of a file that is damaged, or is no database.
        if type(error.orig) is not sqlite3.DatabaseError:
            raise
        raise _unavailable(error) from error


def _unavailable(error: Exception) -> UnavailableError:
    lines = str(getattr(error, "orig", error)).strip().splitlines()
    return UnavailableError(
        "数据库现在连不上,请检查 YIZHAN_DATABASE_URL 和数据库服务(%(detail)s)",
        detail=lines[0] if lines else "",
    )


def _sqlite(engine: Engine) -> Engine:
    # The driver's own transaction handling commits at surprising times; SQLAlchemy documents
    # these two hooks as the way to have real transactions, DDL included.
    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (f"busy_timeout = {_BUSY_TIMEOUT_MS}", "synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        _write_ahead(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("yizhan_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    # When several open a new file at once, SQLite refuses some without waiting.
    end = time.monotonic() + _BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(_RETRY_AFTER_S)
