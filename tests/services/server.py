"""The real web server, as a person starts it, on a free port."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from geo.errors import UnavailableError
from tests.services.leash import leashed, tail
from tests.services.postgis import free_port

__all__ = ["YIZHAN", "clean_environment", "log_of", "running_server"]

YIZHAN = Path(sys.executable).with_name("yizhan")
# `yizhan serve --demo` promises 30 s, on a machine that does nothing else.
_START_S = 120.0
_POLL_S = 0.05


def clean_environment(home: Path, env: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return our environment with ``home`` as YIZHAN_HOME, ``env``, and no other YIZHAN_* setting."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YIZHAN_")}
    return kept | {"YIZHAN_HOME": str(home)} | dict(env or {})


def log_of(home: Path) -> Path:
    """Return the file that gets what a server at ``home`` prints; it lies beside the folder.

    Examples
    --------
    >>> log_of(Path("/tmp/a/home"))
    PosixPath('/tmp/a/home.log')
    """
    return home.with_name(f"{home.name}.log")


@contextmanager
def running_server(home: Path, *args: str, env: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run ``yizhan serve`` with further arguments while the context lasts, and yield its base URL.

    Parameters
    ----------
    home : Path
        YIZHAN_HOME.
    env : mapping, optional
        Further settings; no other YIZHAN_* of ours reaches the server.

    Raises
    ------
    UnavailableError
        The server ended, or /healthz does not answer 200 within 30 s.
    """
    port = free_port()
    command = [YIZHAN, "serve", "--host", "127.0.0.1", "--port", str(port), *args]
    with (
        log_of(home).open("w+b") as log,
        leashed(command, log=log, env=clean_environment(home, env)) as leash,
    ):
        if not _is_healthy(port, leash):
            raise UnavailableError("yizhan serve 没有启动:%(log)s", log=tail(log))
        yield f"http://127.0.0.1:{port}"


def _is_healthy(port: int, leash: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + _START_S
    while leash.poll() is None and time.monotonic() < deadline:
        with suppress(OSError, http.client.HTTPException):
            if _status(port) == http.client.OK:
                return True
        time.sleep(_POLL_S)
    return False


def _status(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    finally:
        connection.close()
