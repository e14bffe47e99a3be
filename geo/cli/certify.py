"""Plans re-checked: certify."""

from pathlib import Path
from typing import Any

import click

from geo.cli.common import as_json, file_argument, print_json
from geo.errors import InputError
from geo.ingest.opening import open_file

__all__ = ["certify"]

# Read whole, whoever made it.
_LARGEST_BYTES = 2_000_000_000


@click.command()
@file_argument
@as_json
def certify(file: Path, as_json: bool) -> None:
    """重新核对一份方案文件:值是不是真的,它的证明证到哪里;不用求解器。"""
    from geo.analyses.siting import certify as checker

    with open_file(file, max_bytes=_LARGEST_BYTES) as source:
        content = source.read()
    try:
        found = checker.certify(content.decode("utf-8"))
    except ValueError as error:
        raise InputError(
            "方案“%(file)s”没有通过核对:%(why)s", parameter="file", file=file.name, why=error
        ) from None
    if as_json:
        print_json({name: float(value) for name, value in found.items()})
        return
    for line in _lines(found):
        click.echo(line)


def _lines(found: dict[str, Any]) -> list[str]:
    value, bound = found["value"], found["certified_bound"]
    if value == bound:
        return [f"通过核对:值 {value},并证明了没有更好的选法"]
    return [f"通过核对:值 {value}", f"证明到的界 {bound},相差 {found['gap']:.4%}"]
