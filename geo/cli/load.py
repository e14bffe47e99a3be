"""Files into the registry: load stations, areas, units, landmarks, holidays, streets, demand, candidates."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from geo.cli.candidates import load_candidates
from geo.cli.common import (
    as_json,
    crs_option,
    file_argument,
    open_registry,
    read_settings,
    who,
)
from geo.cli.demand import load_demand
from geo.cli.streets import load_streets
from geo.cli.told import start_list, tell, tell_problems
from geo.crs import Crs
from geo.db.engine import reading, writing
from geo.errors import FileError, InputError
from geo.ingest.areas import read_areas
from geo.ingest.landmarks import read_landmarks
from geo.ingest.opening import open_file, writable
from geo.ingest.problems import Problem
from geo.ingest.stations import read_stations
from geo.ingest.table import open_table
from geo.ingest.units import read_units
from geo.model.station import Kind
from geo.registry.areas import LEVELS, place_stations, save_areas
from geo.registry.load import Report, load_stations
from geo.registry.places import save_holidays, save_landmarks, save_units

__all__ = ["load"]

_LARGEST_HOLIDAYS_BYTES = 1_000_000


@click.group()
def load() -> None:
    """把文件读进登记册。"""


@load.command("stations")
@file_argument
@crs_option("文件的坐标系;文件自己写明时可以不给。")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="没写类别的行是哪一类。")
@click.option("--source", help="数据来源,编号在其中唯一;默认是文件名。")
@click.option("--dry-run", is_flag=True, help="只检查,不写入。")
@click.option("--strict", is_flag=True, help="只要有一行不能导入,就什么都不导入。")
@click.option("--problems", type=click.Path(path_type=Path), help="问题清单写到这个 CSV 文件。")
@as_json
def load_stations_command(
    file: Path,
    crs: str | None,
    kind: str | None,
    source: str | None,
    dry_run: bool,
    strict: bool,
    problems: Path | None,
    as_json: bool,
) -> None:
    """站点台账:CSV、XLSX 或 GeoJSON。"""
    start_list(problems, file)
    settings = read_settings()
    table = open_table(file, max_bytes=settings.max_file_mb * 1_000_000)
    engine = open_registry(settings)
    try:
        # What is only tried holds up no writer.
        with (reading if dry_run else writing)(engine) as session, _progress(table) as rows:
            items = read_stations(rows, crs=crs and Crs(crs), kind=kind, summer=settings.summer)
            report = load_stations(
                session,
                items,
                source=writable(source or file.stem),
                file=writable(file.name),
                who=who(),
                code_prefix=settings.code_prefix,
                strict=strict,
                dry_run=dry_run,
            )
    except InputError as error:
        if isinstance(refused := error.params.get("report"), Report):
            tell_problems(refused, problems)
        raise
    if dry_run:
        click.echo("只是检查,没有写入", err=True)
    tell(report, problems, as_json=as_json)
    if not dry_run and (report.added or report.changed):
        click.echo(f"要撤销这次导入:yizhan undo {report.number} --load", err=True)


@load.command("areas")
@file_argument
@crs_option("文件的坐标系,默认 wgs84。")
@click.option("--level", type=click.Choice(LEVELS), help="没写级别的区划是哪一级。")
@click.option("--problems", type=click.Path(path_type=Path), help="问题清单写到这个 CSV 文件。")
@as_json
def load_areas(file: Path, crs: str | None, level: str | None, problems: Path | None, as_json: bool) -> None:
    """行政区划:GeoJSON 等面数据。"""
    start_list(problems, file)
    settings = read_settings()
    areas, found = read_areas(
        file, crs=Crs(crs or Crs.WGS84), level=level, max_bytes=settings.max_file_mb * 1_000_000
    )
    with writing(open_registry(settings)) as session:
        report = _kept(save_areas(session, areas), found)
        placed = place_stations(session, who=who())
    if placed:
        report.problems.append(Problem(None, None, None, "note", f"{placed} 个站点按位置补上了区划代码"))
    tell(report, problems, as_json=as_json)


@load.command("units")
@file_argument
@as_json
def load_units(file: Path, as_json: bool) -> None:
    """工会组织的树:代码、名称、上级代码。"""
    settings = read_settings()
    units, found = read_units(file, max_bytes=settings.max_file_mb * 1_000_000)
    with writing(open_registry(settings)) as session:
        report = _kept(save_units(session, units), found)
    tell(report, None, as_json=as_json)


@load.command("landmarks")
@file_argument
@crs_option("文件的坐标系;文件自己写明时可以不给。")
@click.option("--source", help="数据来源,再次导入时整体替换;默认是文件名。")
@as_json
def load_landmarks(file: Path, crs: str | None, source: str | None, as_json: bool) -> None:
    """地标:找地方时用的名称和位置。"""
    settings = read_settings()
    landmarks, found = read_landmarks(file, crs=crs and Crs(crs), max_bytes=settings.max_file_mb * 1_000_000)
    with writing(open_registry(settings)) as session:
        report = _kept(save_landmarks(session, landmarks, source=writable(source or file.stem)), found)
    tell(report, None, as_json=as_json)


@load.command("holidays")
@file_argument
@as_json
def load_holidays(file: Path, as_json: bool) -> None:
    """一年的放假调休表(holiday-cn 的 JSON 格式)。"""
    settings = read_settings()
    try:
        with open_file(file, max_bytes=settings.max_file_mb * 1_000_000) as source:
            content = source.read(_LARGEST_HOLIDAYS_BYTES + 1)
        if len(content) > _LARGEST_HOLIDAYS_BYTES:
            raise FileError(
                "文件“%(file)s”太大,不是一年的放假调休表;请用 holiday-cn 的年份文件", file=file.name
            )
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(
            "文件“%(file)s”不是 UTF-8 的 JSON 文件;请用 holiday-cn 的年份文件", file=file.name
        ) from None
    with writing(open_registry(settings)) as session:
        report = _kept(save_holidays(session, text), [])
    tell(report, None, as_json=as_json)


load.add_command(load_candidates)
load.add_command(load_demand)
load.add_command(load_streets)


def _kept(counts: tuple[int, int, int], problems: list[Problem]) -> Report:
    return Report(*counts, problems=list(problems))


@contextmanager
def _progress(table: Any) -> Iterator[Any]:
    if not sys.stderr.isatty():
        yield table
        return
    with click.progressbar(length=table.size, label="读取", file=sys.stderr) as bar:
        table.on_progress = _advance(bar)
        yield table


def _advance(bar: Any) -> Callable[[int], None]:
    def to(position: int) -> None:
        bar.update(position - bar.pos)

    return to
