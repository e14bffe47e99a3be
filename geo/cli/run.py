"""Running it: serve, upgrade."""

import dataclasses
import os
import socket
import subprocess
import sys
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
        # An answer is a moment's work in memory: more threads a worker would only wait for each other.
        blocking_threads=1,
        respawn_failed_workers=True,
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
    started = subprocess.Popen([sys.executable, "-m", "geo.cli", "worker", "--parent", str(os.getpid())])
    try:
        yield
    finally:
        started.terminate()
        started.wait()


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
