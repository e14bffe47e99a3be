"""Demand into the registry: load demand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from geo.cli.common import as_json, crs_option, file_argument, open_registry, progress_bar, read_settings
from geo.cli.told import start_list, tell, tell_problems
from geo.crs import Crs
from geo.errors import InputError
from geo.registry.demand import DemandSet
from geo.registry.load import Report

__all__ = ["load_demand"]

_FORMS = {"points": "点", "polygons": "面", "raster": "栅格"}


@click.command("demand")
@file_argument
@crs_option("文件的坐标系;经纬度列默认是 wgs84,GeoPackage 和栅格默认按文件写明的。")
@click.option("--name", help="这份需求数据的名称,再次导入时整体替换;默认是文件名。")
@click.option("--weight", "weights", multiple=True, help="哪一列是权重,可以给几次;默认是所有的数字列。")
@click.option("--attribution", help="数据的版权说明,写在用到它的报告里。")
@click.option("--strict", is_flag=True, help="只要有一行不能导入,就什么都不导入。")
@click.option("--problems", type=click.Path(path_type=Path), help="问题清单写到这个 CSV 文件。")
@as_json
def load_demand(file: Path, crs: str | None, problems: Path | None, as_json: bool, **given: Any) -> None:
    """需求:人口、职工、骑手等,CSV、XLSX、GeoPackage、GeoJSON 或 GeoTIFF 栅格。"""
    # The readers of layers and rasters take a second to import, which no other command should pay.
    from geo.loading_demand import keep_demand

    start_list(problems, file)
    settings = read_settings()
    engine = open_registry(settings)
    try:
        with progress_bar("读取") as progress:
            kept, report = keep_demand(
                engine, settings, file, crs=crs and Crs(crs), progress=progress, **given
            )
    except InputError as error:
        if isinstance(refused := error.params.get("report"), Report):
            tell_problems(refused, problems)
        raise
    tell(report, problems, as_json=as_json, more={"demand": kept and _described(kept)})
    if kept and not as_json:
        for line in _lines(kept):
            click.echo(line)


def _described(kept: DemandSet) -> dict[str, Any]:
    described = kept._asdict()
    bounds = [described.pop(side) for side in ("west", "south", "east", "north")]
    return described | {"weights": dict(kept.weights), "bounds": bounds}


def _lines(kept: DemandSet) -> Iterator[str]:
    yield f"需求数据“{kept.name}”:{_FORMS[kept.form]},{kept.points} 个地点"
    yield "权重合计:" + ",".join(f"{column} {total:.15g}" for column, total in kept.weights)
    yield f"范围 {kept.west:.4f},{kept.south:.4f} 到 {kept.east:.4f},{kept.north:.4f}(经度,纬度)"
