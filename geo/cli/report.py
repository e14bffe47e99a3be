"""The full-coverage tables: report."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from geo.cli.common import as_json, crs_option, open_registry, print_json, read_settings
from geo.crs import Crs
from geo.db.engine import reading
from geo.errors import InputError
from geo.model.hours import CHINA
from geo.model.ledger import Ledger, Line
from geo.model.venues import Venue
from geo.settings import Settings

__all__ = ["report"]


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as-of", metavar="YYYY-MM-DD", help="截至哪天结束时,默认今天。")
@click.option("--since", metavar="YYYY-MM-DD", help="和哪天结束时相比,列出增减;默认不比。")
@click.option(
    "--venues", metavar="FILE", type=click.Path(path_type=Path), help="公共场所的清单,查母婴室应配已配。"
)
@crs_option("场所清单里坐标的坐标系,文件里写明时不用。")
@as_json
def report(
    file: Path, as_of: str | None, since: str | None, venues: Path | None, crs: str | None, as_json: bool
) -> None:
    """全覆盖台账(.xlsx):各类站点数、区县街道覆盖、设施、上图、间距、母婴室应配和变化。"""
    if file.suffix.lower() != ".xlsx":
        raise InputError("台账只能写成 .xlsx,现在是 %(file)s", parameter="file", file=file.name)
    day = _day("as-of", as_of) or datetime.now(CHINA).date()
    earlier = _day("since", since)
    # The calculations take a second to import, which no other command should pay.
    from geo.planner.spacing import streets_at
    from geo.planner.tables import ledger_of
    from geo.registry.nearest import Index
    from geo.registry.snapshot_read import read_snapshot
    from geo.report.coverage_book import coverage_book

    settings = read_settings()
    engine = open_registry(settings)
    streets = streets_at(Index(read_snapshot(engine), settings.home))
    places = _venues(venues, crs, settings) if venues else []
    with reading(engine) as session:
        ledger = ledger_of(session, day, earlier, streets=streets, venues=places)
    try:
        file.write_bytes(coverage_book(ledger))
    except OSError as error:
        raise InputError(
            "写不了 %(file)s:%(detail)s", parameter="file", file=str(file), detail=error.strerror
        ) from error
    click.echo(f"截至 {day} 的台账已写入 {file}", err=True)
    if as_json:
        print_json(_document(ledger))
    else:
        for line in ledger.sheets[0].lines:
            click.echo(f"{line.name} {len(line.cells[0])}" + _change(line))


def _venues(file: Path, crs: str | None, settings: Settings) -> list[Venue]:
    from geo.ingest.venues import read_venues

    venues, problems = read_venues(
        file, crs=Crs(crs) if crs else None, max_bytes=settings.max_file_mb * 1_000_000
    )
    for problem in problems:
        row = "" if problem.row is None else f"第 {problem.row} 行 "
        column = "" if problem.column is None else f"“{problem.column}”"
        click.echo(f"{row}{column}{problem.reason}", err=True)
    return venues


def _day(option: str, text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            "%(option)s 应是 2026-10-01 这样的日期,现在是“%(value)s”",
            parameter=option,
            option=f"--{option}",
            value=text,
        ) from error


def _change(line: Line) -> str:
    if line.before is None:
        return ""
    return f"({len(line.cells[0]) - line.before[0]:+d})"


def _document(ledger: Ledger) -> dict[str, Any]:
    """Return all figures with the codes behind them."""
    return {
        "as_of": ledger.as_of.isoformat(),
        "since": ledger.since and ledger.since.isoformat(),
        "sheets": [
            {
                "key": sheet.key,
                "title": str(sheet.title),
                "definition": str(sheet.definition),
                "counts": sheet.counts,
                "columns": [str(column) for column in sheet.columns],
                "lines": [_line(line) for line in sheet.lines],
            }
            for sheet in ledger.sheets
        ],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "key": line.key,
        "name": str(line.name),
        "figures": [len(cell) for cell in line.cells],
        "of": line.of,
        "before": line.before,
        "codes": line.cells,
    }
