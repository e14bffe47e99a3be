"""Requests a second of nearest and of a bare route, on the same server with the same workers."""

import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np
import psutil

from geo.errors import UnavailableError
from geo.settings import Settings
from tests.services.postgis import free_port

__all__ = ["measure_http"]

_WORKERS = 2
_TURNS = 3
_SECONDS = 5
_READY_S = 60
_SCRIPT = """
local points = {%s}
local i = 0
request = function()
  i = i %% #points + 1
  return wrk.format("GET", "%s" .. points[i])
end
"""


def measure_http(settings: Settings, points: np.ndarray) -> list[tuple]:
    """Return (what, value, unit, limit, at_least) of the served figures."""
    if shutil.which("wrk") is None:
        raise UnavailableError("缺少 wrk,请安装:apt-get install wrk")
    script = settings.home / "points.lua"
    with (
        _serving("web:create_app_from_env", settings) as app,
        _serving("tests.bench.hello:create", settings) as hello,
    ):
        places = ",".join(f'"?lon={lon:.6f}&lat={lat:.6f}&k=10"' for lon, lat in points)
        script.write_text(_SCRIPT % (places, "/api/v1/nearest"))
        ratios = []
        for turn in range(_TURNS + 1):
            bare, served = _wrk(hello.url, None), _wrk(app.url, script)
            if turn:
                ratios.append(served / bare)
                print(f"     hello {bare:,.0f} requests/s, nearest {served:,.0f}")
        megabytes = max(app.worker_rss()) / 1e6
    return [
        ("HTTP nearest k=10, of a bare route's requests/s", 100 * statistics.median(ratios), "%", 45, True),
        ("memory of a worker at rest", megabytes, "MB", 300, False),
    ]


class _Server:
    def __init__(self, process: psutil.Popen, url: str) -> None:
        self._process, self.url = process, url

    def worker_rss(self) -> list[int]:
        return [child.memory_info().rss for child in self._process.children() if child.num_threads() > 1]


@contextmanager
def _serving(target: str, settings: Settings) -> Iterator[_Server]:
    port = free_port()
    command = [
        Path(sys.executable).with_name("granian"),
        "--interface",
        "wsgi",
        "--factory",
        "--port",
        str(port),
    ]
    environment = {
        "PATH": "/usr/bin:/bin",
        "YIZHAN_HOME": str(settings.home),
        "YIZHAN_DATABASE_URL": settings.database_url,
    }
    process = psutil.Popen(
        [*command, "--workers", str(_WORKERS), "--blocking-threads", "1", "--log-level", "error", target],
        env=environment,
        cwd=Path(__file__).resolve().parents[2],
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url)
        yield _Server(process, url)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _wait(url: str) -> None:
    end = time.monotonic() + _READY_S
    while True:
        try:
            urlopen(f"{url}/healthz", timeout=5).read()
            return
        except (URLError, OSError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def _wrk(url: str, script: Path | None) -> float:
    command = [
        "wrk",
        "-t1",
        "-c16",
        f"-d{_SECONDS}s",
        *(["-s", str(script)] if script else []),
        f"{url}/healthz",
    ]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(output)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])
