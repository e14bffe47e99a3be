"""One who reads slowly holds up nobody else, though a worker has one thread."""

import http.client
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import create_environ

from tests.services.leash import leashed
from tests.services.postgis import free_port
from web.whole import in_one_piece

PATIENCE_S = 5.0
START_S = 20.0
# More than the buffers between two programs on one machine hold.
CHUNKS, CHUNK = 400, b"x" * 65536
GRANIAN = Path(sys.executable).with_name("granian")


def drained(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
    """Answer at /big with a large body bit by bit, elsewhere with a word."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return iter([CHUNK] * CHUNKS if environ["PATH_INFO"] == "/big" else [b"here"])


whole = in_one_piece(drained)


@contextmanager
def served(name: str, log: Path) -> Iterator[int]:
    """Serve an application of this module as `yizhan serve` does; yield its port."""
    port = free_port()
    command = [GRANIAN, "--interface", "wsgi", "--blocking-threads", "1", "--port", str(port)]
    root = str(Path(__file__).parents[2])
    env = {**os.environ, "PYTHONPATH": root}
    with log.open("wb") as file, leashed([*command, f"{__name__}:{name}"], log=file, env=env):
        end = time.monotonic() + START_S
        while not answers(port):
            assert time.monotonic() < end, log.read_text()
        yield port


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    with suppress(OSError):
        connection.request("GET", "/")
        return connection.getresponse().read() == b"here"
    return False


@contextmanager
def one_who_never_reads(port: int) -> Iterator[None]:
    with socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect(("127.0.0.1", port))
        reader.sendall(b"GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
        # The answer has begun, so the worker is at it.
        assert reader.recv(8) == b"HTTP/1.1"
        yield


@pytest.mark.parametrize(("name", "held_up"), [("drained", True), ("whole", False)])
def test_one_who_never_reads_holds_up_nobody(tmp_path: Path, name: str, held_up: bool):
    with served(name, tmp_path / "log") as port, one_who_never_reads(port):
        assert answers(port) is not held_up


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_app_hands_out_nothing_else(app: Flask, method: str):
    page = app.test_client().get("/").text
    style = page.split('rel="stylesheet" href="')[1].split('"')[0]
    for path in ("/", "/healthz", "/embed", "/embed.js", style, "/cities", "/nothing", "/s/YZ-0001",
                 "/api/v1/nearest?lon=113.6&lat=34.7", "/api/v1/stations"):  # fmt: skip
        body = app.wsgi_app(create_environ(path, method=method), lambda *_: None)
        assert isinstance(body, list), path
        assert bool(b"".join(body)) == (method == "GET"), path


def test_a_body_is_closed_when_it_has_been_taken_or_has_failed():
    class Body:
        def __init__(self, fails: bool) -> None:
            self.fails, self.closed = fails, False

        def __iter__(self) -> Iterator[bytes]:
            yield b"a"
            if self.fails:
                raise OSError("gone")

        def close(self) -> None:
            self.closed = True

    good, bad = Body(fails=False), Body(fails=True)
    assert in_one_piece(lambda *_: good)({}, print) == [b"a"]
    with pytest.raises(OSError, match="gone"):
        in_one_piece(lambda *_: bad)({}, print)
    assert good.closed
    assert bad.closed
