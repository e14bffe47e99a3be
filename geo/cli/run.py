"""Running it: serve, upgrade."""

import dataclasses
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from geo.cli.common import open_registry, read_settings
from geo.db.engine import open_engine
from geo.db.upgrade import is_current
from geo.db.upgrade import upgrade as upgrade_schema
from geo.errors import InputError, UnavailableError
from geo.settings import Settings, basemap_warning

__all__ = ["serve", "upgrade"]

_LOOK_EVERY_S = 0.5
# A worker that ends at once, as for want of memory, is tried ever more seldom.
_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
_END_WITHIN_S = 10


@click.command()
def upgrade() -> None:
    """建立数据库结构,或升级到这个版本。"""
    engine = open_engine(read_settings())
    if is_current(engine):
        click.echo("数据库已经是这个版本的结构")
        return
    upgrade_schema(engine)
    click.echo("数据库结构已就绪")


@click.command()
@click.option("--host", help="监听的地址,默认取设置 YIZHAN_HOST。")
@click.option("--port", type=click.IntRange(1, 65535), help="监听的端口,默认取设置 YIZHAN_PORT。")
@click.option("--demo", is_flag=True, help="先装入演示城市;登记册里有别的站点时不装。")
def serve(host: str | None, port: int | None, demo: bool) -> None:
    """启动网页服务。"""
    settings = read_settings()
    host, port = host or settings.host, port or settings.port
    _check_free(host, port)
    if warning := basemap_warning(dataclasses.replace(settings, host=host)):
        click.echo(f"警告:{warning}", err=True)
    if demo:
        # Reading an extract takes much memory of programs, too.
        from geo.demo.load import load_demo

        click.echo(load_demo(open_registry(settings), settings), err=True)
    else:
        _prepare_if_reachable(settings)
    os.environ["YIZHAN_HOST"], os.environ["YIZHAN_PORT"] = host, str(port)
    click.echo(f"{settings.name}:http://{host}:{port}  (Ctrl+C 停止)", err=True)
    with _worker(settings):
        _serve(host, port, settings.workers)


def _serve(host: str, port: int, workers: int) -> None:
    # Granian takes a second to import, which no other command should pay.
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "web:create_app_from_env",
        factory=True,
        interface=Interfaces.WSGI,
        address=host,
        port=port,
        workers=workers,
        # An answer is a moment's work, but a photo that comes over a weak network holds its thread for long.
        blocking_threads=4,
        respawn_failed_workers=True,
        # One that a reader keeps waiting must not keep the whole service from ending.
        workers_kill_timeout=_END_WITHIN_S,
        log_level="warning",
    ).serve()


@contextmanager
def _worker(settings: Settings) -> Iterator[None]:
    """Have the background work done for as long as the pages are served.

    On a database of its own kind, workers are started as services are: there may be several machines.
    """
    if settings.database_url:
        yield
        return
    over = threading.Event()
    watch = threading.Thread(target=_keep_working, args=(over,), daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def _keep_working(over: threading.Event) -> None:
    """Have a worker run, and another when it ends, until all is over."""
    pause_s = _PAUSE_S
    while not over.is_set():
        began = time.monotonic()
        code = _work_until(over)
        if code is None:
            return
        # One that did its work for long did not end for what it began with.
        pause_s = _PAUSE_S if time.monotonic() - began > _LONGEST_PAUSE_S else pause_s
        click.echo(f"警告:后台进程停了({code}),{pause_s:g} 秒后再启动", err=True)
        over.wait(pause_s)
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)


def _work_until(over: threading.Event) -> int | str | None:
    """Run a worker; returns what it ended with, or None where it was ended as all is over."""
    try:
        # Ctrl+C is for the pages alone: told so, the worker would first do its study to the end.
        worker = subprocess.Popen(_worker_command(), start_new_session=True)
    except OSError as error:
        return error.strerror or str(error)
    while worker.poll() is None and not over.wait(_LOOK_EVERY_S):
        pass
    if not over.is_set():
        return worker.returncode
    worker.terminate()
    try:
        worker.wait(_END_WITHIN_S)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
    return None


def _worker_command() -> list[str]:
    return [sys.executable, "-m", "geo.cli", "worker", "--parent", str(os.getpid())]


def _prepare_if_reachable(settings: Settings) -> None:
    # With the database down, the workers answer from the snapshot saved last.
    try:
        open_registry(settings)
    except UnavailableError as error:
        click.echo(f"警告:{error};先用最近一次保存的数据回答", err=True)


def _check_free(host: str, port: int) -> None:
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass
    except OSError as error:
        raise InputError(
            "不能监听 %(host)s:%(port)s(%(detail)s);换一个端口:--port 8001",
            parameter="port",
            host=host,
            port=port,
            detail=error.strerror,
        ) from error
