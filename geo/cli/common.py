"""What several commands share: the registry they work on, their options, JSON answers."""

import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import orjson
from sqlalchemy import Engine

from geo.crs import Crs
from geo.db.engine import open_engine
from geo.db.upgrade import prepare
from geo.registry.kernels import keep_kernels
from geo.settings import Settings

__all__ = [
    "as_json",
    "crs_option",
    "file_argument",
    "open_registry",
    "print_json",
    "progress_bar",
    "read_settings",
    "who",
]

_STEPS = 1000

as_json = click.option("--json", "as_json", is_flag=True, help="在标准输出打印一个 JSON 文档。")

# That a file may not be read is said where it is opened: in Chinese, and as bad input, not as wrong usage.
file_argument = click.argument("file", type=click.Path(path_type=Path, readable=False))


def crs_option(help: str) -> Any:
    """Return the --crs option with a help text of its own."""
    return click.option("--crs", type=click.Choice([crs.value for crs in Crs]), help=help)


def read_settings() -> Settings:
    """Return the settings of this process's environment."""
    settings = Settings.from_env(os.environ)
    keep_kernels(settings.home)
    return settings


def open_registry(settings: Settings) -> Engine:
    """Return the engine of a registry that is ready to use."""
    engine = open_engine(settings)
    prepare(engine)
    return engine


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[float], None] | None]:
    """Give what shows how much of the work is done, told as a share from 0 to 1; None without a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=_STEPS, label=label, file=sys.stderr) as bar:
        yield lambda share: bar.update(int(share * _STEPS) - bar.pos)


def who() -> str:
    """Return the name under which changes made from the command line are remembered."""
    return getpass.getuser()


def print_json(value: Any) -> None:
    """Print one JSON document, on one line, on standard output."""
    click.echo(value.decode() if isinstance(value, bytes) else orjson.dumps(value).decode())
