"""Connecting to either store, and the two ways to use a connection: reading and writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from geo.errors import SettingError, UnavailableError
from geo.settings import Settings

__all__ = ["is_postgres", "open_engine", "reading", "writing"]

_CONNECT_TIMEOUT_S = 5
_BUSY_TIMEOUT_MS = 30_000


def open_engine(settings: Settings) -> Engine:
    """Return the engine of the configured database; connects to nothing yet.

    The data folder is created, as the embedded file is to lie in it.

    Raises
    ------
    SettingError
        The URL is not one of PostgreSQL or SQLite.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    try:
        url = make_url(settings.url)
        if url.get_backend_name() == "sqlite":
            return _sqlite(create_engine(url))
        if url.get_backend_name() == "postgresql":
            return create_engine(
                url, pool_pre_ping=True, connect_args={"connect_timeout": _CONNECT_TIMEOUT_S}
            )
    except (ArgumentError, NoSuchModuleError):
        pass
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
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Give a session whose work is committed at the end, or, on any error, not at all.

    Writers queue: on SQLite by taking the write lock at once, on PostGIS at the revision row.
    """
    with _reachable(), Session(engine) as session, session.begin():
        session.connection(execution_options={"yizhan_writes": True})
        yield session


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise UnavailableError(
            "数据库现在连不上,请检查 YIZHAN_DATABASE_URL 和数据库服务(%(detail)s)",
            detail=str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else "",
        ) from error


def _sqlite(engine: Engine) -> Engine:
    # The driver's own transaction handling commits at surprising times; SQLAlchemy documents
    # these two hooks as the way to have real transactions, DDL included.
    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {_BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("yizhan_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
