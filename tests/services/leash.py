"""Run a command that ends when its owner does, however the owner ends.

The owner holds the writing end of the leash's standard input. When that closes, because the owner
let go or was killed, the command is interrupted, after a while killed with its whole process group,
and the folder it worked in is removed.
"""

import argparse
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

__all__ = ["as_user", "leashed", "tail"]

_GRACE_S = 10.0
_POLL_S = 0.1


@contextmanager
def leashed(
    command: Sequence[str | Path],
    *,
    log: BinaryIO,
    env: Mapping[str, str],
    user: str | None = None,
    remove: Path | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command while the context lasts and yield its leash, which exits when the command does.

    Parameters
    ----------
    command : sequence of str or Path
    log : BinaryIO
        Open file that gets what the command prints.
    env : mapping
        The command's whole environment.
    user : str, optional
        Account to run as; needs root. Default: our own.
    remove : Path, optional
        Folder to remove after the command has ended.
    """
    options = ["--user", user] if user else []
    options += ["--remove", str(remove)] if remove else []
    leash = subprocess.Popen(
        [sys.executable, __file__, *options, "--", *map(str, command)],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        env=dict(env),
        start_new_session=True,  # Ctrl-C is for the owner, who then lets go
    )
    with leash:  # closes its input, then waits
        yield leash


def tail(log: BinaryIO, size: int = 2000) -> str:
    """Return the last bytes of a log as text, leaving its writer's place alone."""
    end = os.fstat(log.fileno()).st_size
    return os.pread(log.fileno(), size, max(0, end - size)).decode(errors="replace")


def as_user(user: str | None) -> dict[str, Any]:
    """Return the arguments that make `subprocess` run as an account.

    Examples
    --------
    >>> as_user(None)
    {}
    >>> as_user("root")
    {'user': 0, 'group': 0, 'extra_groups': []}
    """
    if user is None:
        return {}
    account = pwd.getpwnam(user)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)  # fast for PostgreSQL and granian alike: neither waits for clients
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _owner_let_go() -> bool:
    readable, _, _ = select.select([sys.stdin.fileno()], [], [], _POLL_S)
    return bool(readable)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--user")
    parser.add_argument("--remove")
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    process = subprocess.Popen(
        given.command, stdin=subprocess.DEVNULL, start_new_session=True, **as_user(given.user)
    )
    while process.poll() is None and not _owner_let_go():
        pass
    _stop(process)
    if given.remove:
        shutil.rmtree(given.remove, ignore_errors=True)
    return process.wait()


if __name__ == "__main__":
    raise SystemExit(main())
