"""What a load says: each problem once, the counts, or one JSON document."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from geo.cli.common import print_json
from geo.errors import InputError
from geo.ingest.problems import Problem
from geo.registry.load import Report
from geo.report.tables import harmless

__all__ = ["start_list", "tell", "tell_problems"]

_SHOWN_BESIDE_A_LIST = 20
_SHOWN_ALONE = 200
_ROWS_NAMED = 20
_SEVERITIES = {"refused": "未导入", "warning": "警告", "note": "说明"}


def tell(report: Report, path: Path | None, *, as_json: bool, more: dict[str, Any] | None = None) -> None:
    """Say what a load did: on standard output, its problems on standard error and into a file.

    Parameters
    ----------
    path : Path or None
        Where the list of problems goes.
    as_json : bool
        All of it as one document instead.
    more : dict, optional
        Further members of that document.
    """
    if as_json:
        problems = _in_order(report)
        if path:
            _write_problems(problems, path)
        listed = [problem._asdict() for problem in problems]
        print_json({**report.counts(), "problems": listed, **(more or {})})
        return
    tell_problems(report, path)
    click.echo(
        f"新增 {report.added},改动 {report.changed},不变 {report.same},"
        f"未导入 {report.refused},有警告 {report.warned}"
    )
    if report.same and not (report.added or report.changed):
        click.echo("内容与登记册一致,什么都没有改动")


def tell_problems(report: Report, path: Path | None) -> None:
    """Say the problems alone, as of a load that came to nothing."""
    problems = _in_order(report)
    if path:
        _write_problems(problems, path)
    lines = _lines(problems)
    shown = lines[: _SHOWN_ALONE if path is None else _SHOWN_BESIDE_A_LIST]
    for line in shown:
        click.echo(line, err=True)
    if len(lines) > len(shown):
        where = "" if path else ";加上 --problems 问题.csv 可以看到全部"
        click.echo(f"还有 {len(lines) - len(shown)} 条没有在这里列出{where}", err=True)
    if path and problems:
        click.echo(f"{len(problems)} 条问题写在 {path}", err=True)


def _lines(problems: Iterable[Problem]) -> list[str]:
    """Say each thing once, whatever the number of its rows; refused rows come before warnings."""
    rows: dict[tuple[Any, ...], list[int | None]] = {}
    for problem in problems:
        rows.setdefault(problem[1:], []).append(problem.row)
    order = list(_SEVERITIES)
    told = sorted(rows.items(), key=lambda item: (item[1][0] is not None, order.index(item[0][2])))
    return [_line(*what, where) for what, where in told]


def _line(column: str | None, value: str | None, severity: str, reason: str, rows: list[int | None]) -> str:
    named = "、".join(str(row) for row in rows[:_ROWS_NAMED] if row)
    more = f" 等 {len(rows)} 行" if len(rows) > _ROWS_NAMED else " 行"
    place = f"第 {named}{more} " if named else ""
    label = f"“{column}” " if column else ""
    cell = f"{value}:" if value and value not in reason else ""
    return f"{_SEVERITIES[severity]}  {place}{label}{cell}{reason}"


def _in_order(report: Report) -> list[Problem]:
    # A remark on the whole file comes before those on its rows.
    return sorted(report.problems, key=lambda problem: problem.row or 0)


def start_list(path: Path | None, file: Path) -> None:
    """Find out that the list of problems cannot be written before anything is loaded, not after."""
    if path is None:
        return
    if path.exists() and file.exists() and path.samefile(file):
        raise InputError("--problems 不能是要导入的文件本身;请换一个文件名", parameter="problems")
    _write_problems([], path)


def _write_problems(problems: list[Problem], path: Path) -> None:
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["行", "列", "内容", "程度", "说明"])
            writer.writerows(
                [
                    p.row or "",
                    harmless(p.column or ""),
                    harmless(p.value or ""),
                    _SEVERITIES[p.severity],
                    p.reason,
                ]
                for p in problems
            )
    except OSError:
        raise InputError(
            "写不了问题清单“%(file)s”;请核对文件夹在不在、能不能写", parameter="problems", file=str(path)
        ) from None
