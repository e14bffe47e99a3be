"""Bringing a database to the schema of this program."""

from pathlib import Path

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import NotSupportedError, ProgrammingError

from geo.db.engine import is_postgres, migrating, reading
from geo.errors import ConflictError, SettingError

__all__ = ["head", "is_current", "prepare", "upgrade"]

_MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Create or migrate the schema, in one transaction; a database already current is left as it is.

    Raises
    ------
    SettingError
        The PostGIS extension is not there and may not be created by this user.
    ConflictError
        The schema is that of a later version of this program.
    UnavailableError
        The database cannot be reached.
    """
    # Alembic's ten megabytes are for migrating alone: a web worker never does.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    try:
        with migrating(engine) as session:
            config.attributes["connection"] = session.connection()
            command.upgrade(config, "head")
    except CommandError as error:
        raise ConflictError("数据库的结构属于更新的版本,请先升级这个程序") from error
    except (NotSupportedError, ProgrammingError) as error:
        if "postgis" not in str(error).lower():
            raise
        raise SettingError(
            "数据库里没有 PostGIS,现在的用户也无权创建;请数据库管理员执行 CREATE EXTENSION postgis"
        ) from error


def is_current(engine: Engine) -> bool:
    """Tell whether the database has exactly the schema of this program."""
    with reading(engine) as session:
        if not inspect(session.connection()).has_table("alembic_version"):
            return False
        return session.scalar(text("SELECT version_num FROM alembic_version")) == head()


def prepare(engine: Engine) -> None:
    """Make the database usable: the embedded file is migrated, PostGIS must have been.

    Raises
    ------
    ConflictError
        A PostGIS database whose schema is not this program's, or an embedded one of a later version.
    """
    if is_current(engine):
        return
    if is_postgres(engine):
        raise ConflictError("数据库的结构不是这个版本的,请先运行 yizhan upgrade")
    upgrade(engine)


def head() -> str:
    """Return the newest revision: migrations are numbered by the names of their files."""
    return max(path.name[:4] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
