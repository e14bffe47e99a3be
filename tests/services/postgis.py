"""A private PostGIS server and empty databases on it, for tests and benchmarks.

``python -m tests.services.postgis`` starts one to try things on, until Ctrl-C.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from geo.errors import UnavailableError
from tests.services.leash import as_user, leashed, tail

__all__ = ["PACKAGE", "find_programs", "free_port", "fresh_database", "postgis_template", "running_postgis"]

PACKAGE = "postgresql-postgis"  # Debian's and Ubuntu's name for "PostGIS for this release's PostgreSQL"
_TRIES = 3
_START_S = 30.0
_POLL_S = 0.05
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}  # no PG* of the user's

# Nothing here has to survive a power cut.
_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "listen_addresses": "127.0.0.1",
}


def find_programs() -> Path | None:
    """Return the folder of the programs of the newest PostgreSQL here that has PostGIS, or None."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/pg_config")
    configs = sorted(debian, key=lambda path: float(path.parts[-3]), reverse=True)
    if on_path := shutil.which("pg_config"):
        configs.append(Path(on_path))
    for config in configs:
        programs, share, libraries = (
            Path(subprocess.check_output([config, flag], text=True).strip())
            for flag in ("--bindir", "--sharedir", "--pkglibdir")
        )
        # Debian packs the extension's scripts and its library apart.
        needed = (programs / "initdb", share / "extension/postgis.control", libraries / "postgis-3.so")
        if all(path.exists() for path in needed):
            return programs
    return None


def free_port() -> int:
    """Return a loopback TCP port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_postgis() -> Iterator[str]:
    """Yield the SQLAlchemy URL of a PostGIS server, as a role that may create databases and extensions.

    The server is the one YIZHAN_TEST_DATABASE_URL names; else a private one on a free loopback port,
    never run by root, that is gone with its files afterwards, also when this process is killed.

    Raises
    ------
    UnavailableError
        There is no PostGIS here, or it does not start.
    """
    if given := os.environ.get("YIZHAN_TEST_DATABASE_URL"):
        yield given
        return
    programs = find_programs()
    if programs is None:
        raise UnavailableError(
            "没有找到带 PostGIS 的 PostgreSQL:请运行 make services,"
            "或以 root 运行 apt-get install %(package)s,"
            "或把 YIZHAN_TEST_DATABASE_URL 设为一个现有的 PostGIS 的地址",
            package=PACKAGE,
        )
    with ExitStack() as stack:
        yield _start(programs, stack)


def _start(programs: Path, stack: ExitStack) -> str:
    """Start a cluster on the stack: again if another program took the port we had found free."""
    for _ in range(_TRIES - 1):
        with suppress(UnavailableError):
            return stack.enter_context(_cluster(programs))
    return stack.enter_context(_cluster(programs))


@contextmanager
def _cluster(programs: Path) -> Iterator[str]:
    password, port, user = secrets.token_hex(16), free_port(), _account()
    url = f"postgresql+psycopg://yizhan:{password}@127.0.0.1:{port}/postgres"
    folder = Path(tempfile.mkdtemp(prefix="yizhan-postgis-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        _initialise(programs, folder, password, user)
        log = stack.enter_context(tempfile.TemporaryFile())
        command = _command(programs, folder, port)
        leash = stack.enter_context(leashed(command, log=log, env=_ENVIRONMENT, user=user, remove=folder))
        if not _answers(url, leash):
            raise UnavailableError("PostgreSQL 没有启动:%(log)s", log=tail(log))
        yield url


def _account() -> str | None:
    """Return an account that may run PostgreSQL, which refuses root; None: our own may."""
    if os.geteuid() != 0:
        return None
    names = {account.pw_name for account in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


def _initialise(programs: Path, folder: Path, password: str, user: str | None) -> None:
    secret = folder / "password"
    secret.write_text(password)
    if user:
        shutil.chown(folder, user)
        shutil.chown(secret, user)
    command = [
        programs / "initdb",
        f"--pgdata={folder / 'data'}",
        "--username=yizhan",
        f"--pwfile={secret}",
        "--auth=scram-sha-256",  # another account of this machine may reach the port
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]
    made = subprocess.run(
        command, cwd=folder, env=_ENVIRONMENT, capture_output=True, text=True, check=False, **as_user(user)
    )
    if made.returncode:
        raise UnavailableError("initdb 没有建成数据库:%(log)s", log=made.stderr.strip())


def _command(programs: Path, folder: Path, port: int) -> list[str]:
    options = _OPTIONS | {"port": str(port), "unix_socket_directories": str(folder)}
    settings = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    return [str(programs / "postgres"), "-D", str(folder / "data"), *settings]


def _answers(url: str, leash: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + _START_S
    while leash.poll() is None and time.monotonic() < deadline:
        with suppress(psycopg.OperationalError), _connected(url):
            return True
        time.sleep(_POLL_S)
    return False


def _connected(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    plain = make_url(url).set(drivername="postgresql")
    return psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True, connect_timeout=10)


@contextmanager
def postgis_template(server_url: str) -> Iterator[str]:
    """Yield the name of an empty database with the PostGIS extension, to copy from; dropped afterwards."""
    with fresh_database(server_url) as url:
        with _connected(url) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        yield str(make_url(url).database)


@contextmanager
def fresh_database(server_url: str, template: str = "template1") -> Iterator[str]:
    """Yield the URL of a new database, a copy of ``template``; dropped afterwards whoever is connected."""
    name = f"yizhan_test_{secrets.token_hex(6)}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
    with _connected(server_url) as connection:
        connection.execute(create)
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with _connected(server_url) as connection:
            connection.execute(drop)


def main() -> None:
    with (
        suppress(KeyboardInterrupt),
        running_postgis() as server,
        postgis_template(server) as template,
        fresh_database(server, template) as url,
    ):
        print(url, flush=True)
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()
