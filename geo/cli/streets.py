"""Streets into the registry: load streets."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geo.cli.common import as_json, file_argument, open_registry, print_json, progress_bar, read_settings
from geo.ingest.problems import Problem

if TYPE_CHECKING:
    from geo.loading import Kept

__all__ = ["load_streets"]

_CODES_NAMED = 20
_PROFILES = {"walk": "步行", "ebike": "电动自行车"}


@click.command("streets")
@file_argument
@click.option("--name", help="这份街道数据的名称,再次导入时整体替换;默认是文件名。")
@as_json
def load_streets(file: Path, name: str | None, as_json: bool) -> None:
    """街道和底图:OpenStreetMap 的 .osm.pbf 提取文件。"""
    # The readers and the compiler of kernels take seconds to import, which no other command should pay.
    from geo.loading import keep_streets

    settings = read_settings()
    engine = open_registry(settings)
    start = time.monotonic()
    with progress_bar("读取街道和底图") as progress:
        kept = keep_streets(engine, settings, file, name=name, progress=progress)
    seconds = time.monotonic() - start
    if as_json:
        print_json(_document(kept, seconds))
    else:
        for line in _lines(kept, seconds):
            click.echo(line)


def _document(kept: "Kept", seconds: float) -> dict[str, object]:
    described = kept.streets._asdict()
    bounds = [described.pop(side) for side in ("west", "south", "east", "north")]
    counts = described.pop("counts")
    stations = {"within": kept.stations, "off_network": kept.off_network}
    return {
        "added": kept.added,
        "changed": kept.changed,
        "same": kept.same,
        "refused": 0,
        "warned": 0,
        "problems": [problem._asdict() for problem in _problems(kept)],
        "streets": described
        | {"bounds": bounds, **counts, "stations": stations, "seconds": round(seconds, 1)},
    }


def _problems(kept: "Kept") -> list[Problem]:
    if not kept.off_network:
        return []
    named = "、".join(kept.off_network[:_CODES_NAMED])
    more = "等" if len(kept.off_network) > _CODES_NAMED else ""
    reason = f"{len(kept.off_network)} 个站点 300 米内没有能步行的街道,请核对它们的位置:{named}{more}"
    return [Problem(None, None, None, "note", reason)]


def _lines(kept: "Kept", seconds: float) -> Iterator[str]:
    streets, counts = kept.streets, kept.streets.counts
    done = "新增" if kept.added else "替换了同名的" if kept.changed else "不变,内容与登记册一致:"
    lengths = ",".join(f"{label} {_km(counts[f'{by}_metres'])}" for by, label in _PROFILES.items())
    yield f"{done}街道数据“{streets.name}”,用了 {seconds:.0f} 秒"
    yield f"路口 {counts['nodes']},街道 {counts['edges']} 段,共 {_km(counts['metres'])}({lengths})"
    yield f"街道名 {counts['names']} 个" if counts["names"] else "街道没有名称,路线的说明里不会有街道名"
    yield (
        f"范围 {streets.west:.4f},{streets.south:.4f} 到 {streets.east:.4f},{streets.north:.4f}(经度,纬度)"
    )
    yield f"数据截至 {streets.data_at or '(文件没有写明)'},来源 {streets.source},版权 {streets.attribution}"
    near = "" if kept.off_network or not kept.stations else ",都离街道不远"
    yield f"登记册里开放的站点有 {kept.stations} 个在这个范围内{near}"
    yield from (problem.reason for problem in _problems(kept))


def _km(metres: int) -> str:
    return f"{metres / 1000:.1f} 公里"
