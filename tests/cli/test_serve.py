"""The worker that `yizhan serve` keeps running beside the pages."""

import os
import sys
import time
from pathlib import Path

import pytest

from geo.cli import run
from geo.settings import Settings

# Says that it has begun, and ends.
_BRIEF = "import os, sys; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); sys.exit(7)"
# Goes on whatever it is told.
_STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], 'a').write(f'{os.getpid()} {os.getsid(0)}\\n')
time.sleep(600)
"""


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """The file in which a worker says that it has begun."""
    return tmp_path / "begun"


def wait_for_lines(path: Path, count: int) -> list[str]:
    for _ in range(300):
        lines = path.read_text().splitlines() if path.exists() else []
        if len(lines) >= count:
            return lines
        time.sleep(0.05)
    raise AssertionError(lines)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def working_with(monkeypatch: pytest.MonkeyPatch, program: str, begun: Path) -> None:
    monkeypatch.setattr(run, "_worker_command", lambda: [sys.executable, "-c", program, str(begun)])
    monkeypatch.setattr(run, "_LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(run, "_PAUSE_S", 0.05)


def test_a_worker_that_ends_is_started_again_ever_more_seldom(
    begun: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    working_with(monkeypatch, _BRIEF, begun)
    with run._worker(Settings()):
        assert len(set(wait_for_lines(begun, 3))) == 3
    count = len(begun.read_text().splitlines())
    time.sleep(0.3)
    assert len(begun.read_text().splitlines()) == count, "none is started when all is over"
    told = capsys.readouterr().err.splitlines()
    assert [line.split(",")[1].split()[0] for line in told[:2]] == ["0.05", "0.1"]
    assert "(7)" in told[0]


def test_a_worker_that_does_not_end_is_ended(begun: Path, monkeypatch: pytest.MonkeyPatch):
    working_with(monkeypatch, _STUBBORN, begun)
    monkeypatch.setattr(run, "_END_WITHIN_S", 0.2)
    with run._worker(Settings()):
        [line] = wait_for_lines(begun, 1)
        pid, session = map(int, line.split())
        assert session == pid, "Ctrl+C at our terminal is not for it"
        assert is_running(pid)
    assert not is_running(pid)


def test_a_worker_that_cannot_be_started_is_tried_again(
    begun: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    commands = iter([["/nowhere/python"]])
    working_with(monkeypatch, _BRIEF, begun)
    command = run._worker_command
    monkeypatch.setattr(run, "_worker_command", lambda: next(commands, None) or command())
    with run._worker(Settings()):
        wait_for_lines(begun, 1)
    assert "No such file" in capsys.readouterr().err


def test_on_a_database_of_its_own_kind_no_worker_is_started(begun: Path, monkeypatch: pytest.MonkeyPatch):
    working_with(monkeypatch, _BRIEF, begun)
    with run._worker(Settings(database_url="postgresql://127.0.0.1:1/none")):
        time.sleep(0.3)
    assert not begun.exists()
