"""Candidates into the registry: load candidates."""

from pathlib import Path
from typing import Any

import click

from geo.cli.common import as_json, crs_option, file_argument, open_registry, read_settings
from geo.cli.told import start_list, tell, tell_problems
from geo.crs import Crs
from geo.db.engine import writing
from geo.errors import InputError
from geo.ingest.opening import writable
from geo.registry.candidates import CandidateSet, describe_candidates, save_candidate_set
from geo.registry.load import Report

__all__ = ["load_candidates"]

# An index of the database holds no longer ones.
_LONGEST_NAME = 100


@click.command("candidates")
@file_argument
@crs_option("文件的坐标系;经纬度列默认是 wgs84。")
@click.option("--name", help="这份候选地点的名称,再次导入时整体替换;默认是文件名。")
@click.option("--capacity", metavar="COLUMN", help="哪一列是容量;默认是名为“容量”的列。")
@click.option("--strict", is_flag=True, help="只要有一行不能导入,就什么都不导入。")
@click.option("--problems", type=click.Path(path_type=Path), help="问题清单写到这个 CSV 文件。")
@as_json
def load_candidates(
    file: Path,
    crs: str | None,
    name: str | None,
    capacity: str | None,
    strict: bool,
    problems: Path | None,
    as_json: bool,
) -> None:
    """新站点的候选地点:银行网点、商店、党群服务中心等,CSV、XLSX、GeoJSON 或 GeoPackage。"""
    # Reading layers takes a second to import, which no other command should pay.
    from geo.ingest.candidates import read_candidates

    start_list(problems, file)
    settings = read_settings()
    name = _checked(file.stem if name is None else name)
    found = read_candidates(
        file, crs=crs and Crs(crs), capacity=capacity, max_bytes=settings.max_file_mb * 1_000_000
    )
    report, kept = Report(problems=found.problems), None
    if strict and report.refused:
        tell_problems(report, problems)
        raise InputError("有 %(count)s 行不能导入,按 --strict 的要求什么都没有导入", count=report.refused)
    if found.candidates.codes:
        kept = describe_candidates(found.candidates, name=name, source=writable(file.name))
        with writing(open_registry(settings)) as session:
            report.added, report.changed, report.same = save_candidate_set(session, kept, found.candidates)
    tell(report, problems, as_json=as_json, more={"candidates": kept and _described(kept)})
    if kept and not as_json:
        priced = ",都写了费用" if kept.priced else ""
        click.echo(f"候选地点“{kept.name}”:{kept.count} 处{priced}")


def _described(kept: CandidateSet) -> dict[str, Any]:
    described = kept._asdict()
    return described | {"bounds": [described.pop(side) for side in ("west", "south", "east", "north")]}


def _checked(name: str) -> str:
    plain = " ".join(writable(name).split())
    if not 0 < len(plain) <= _LONGEST_NAME:
        raise InputError(
            "候选地点的名称应有 1 到 %(most)s 个字,现在有 %(length)s 个;请用 --name 给出一个",
            parameter="name",
            most=_LONGEST_NAME,
            length=len(plain),
        )
    return plain
