"""Keeping records true: history, undo, close; and taking them out: export."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from geo.cli.common import as_json, open_registry, print_json, read_settings, who
from geo.db.engine import reading, writing
from geo.errors import InputError
from geo.model.station import INTERNAL
from geo.registry.history import station_history
from geo.registry.rows import read_rows
from geo.registry.stations import close_station
from geo.report.tables import write_stations
from geo.upkeep.edits import take_back, take_back_load

__all__ = ["close", "export", "history", "undo"]


@click.command()
@click.argument("code")
@as_json
def history(code: str, as_json: bool) -> None:
    """一个站点的改动记录,新的在前。"""
    with reading(open_registry(read_settings())) as session:
        changes = station_history(session, code)
    shown = [
        item._replace(before=item.before and _masked(item.before), after=_masked(item.after))
        for item in changes
    ]
    if as_json:
        print_json([item._asdict() for item in shown])
        return
    for item in shown:
        by_load = f"导入 {item.load_id}" if item.load_id else ""
        click.echo(f"{item.id}  {item.at}  {item.who}  {item.why or by_load}")
        if item.before is None:
            click.echo("    新增")
            continue
        for name, value in item.after.items():
            click.echo(f"    {name}: {item.before.get(name)} → {value}")


@click.command()
@click.argument("number", type=int)
@click.option("--load", "whole_load", is_flag=True, help="NUMBER 是一次导入、批量修改或合并的编号,整次撤销。")
def undo(number: int, whole_load: bool) -> None:
    """撤销一次改动(编号见 history),撤销本身也记入历史。"""
    with writing(open_registry(read_settings())) as session:
        if whole_load:
            count = take_back_load(session, number, who=who())
            click.echo(f"已撤销第 {number} 批的 {count} 处改动")
        else:
            take_back(session, number, who=who())
            click.echo(f"已撤销改动 {number}")


@click.command()
@click.argument("code")
@click.option("--reason", required=True, help="为什么关闭。")
def close(code: str, reason: str) -> None:
    """关闭一个站点;资料都保留,可以撤销。"""
    with writing(open_registry(read_settings())) as session:
        changed = close_station(session, code, reason, who=who())
    click.echo(f"{code} 已关闭" if changed else f"{code} 本来就是关闭的")


@click.group()
def export() -> None:
    """导出资料,不含内部字段。"""


@export.command("stations")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_stations(file: Path) -> None:
    """全部站点,按扩展名写 .csv、.xlsx、.geojson 或 .gpkg。"""
    settings = read_settings()
    try:
        with reading(open_registry(settings)) as session:
            rows = (row for _, row in read_rows(session))
            count = write_stations(rows, file, crs=settings.public_crs, decimals=settings.public_decimals)
    except OSError as error:
        raise InputError(
            "写不了 %(file)s:%(detail)s", parameter="file", file=str(file), detail=error.strerror
        ) from error
    click.echo(f"{count} 个站点已写入 {file}", err=True)


def _masked(values: Mapping[str, Any]) -> dict[str, Any]:
    # A terminal is seen, copied and logged: keepers and money stay in the database.
    return {
        name: "***" if name in INTERNAL and value not in (None, "") else value
        for name, value in values.items()
    }
