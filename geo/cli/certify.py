"""Plans re-checked: certify."""

import inspect
import json
import math
from pathlib import Path
from typing import Any

import click

from geo.cli.common import as_json, file_argument, print_json
from geo.errors import InputError
from geo.ingest.opening import open_file

__all__ = ["certify"]

# Read whole, whoever made it.
_LARGEST_BYTES = 2_000_000_000

_VALUES = {
    "cover": "覆盖的权重",
    "all": "新建的站点",
    "distance": "权重乘以路程的合计",
    "farthest": "最远的路程",
}
_UNITS = {"metres": "米", "seconds": "秒"}
# A chosen decimal more or less is nobody's: bounds are rounded away from values, to tenths.
_TENTHS, _ROUNDING = 10, 1e-6


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
        parts = [name for name in inspect.signature(checker.check).parameters if name != "_"]
        raise InputError(
            "方案“%(file)s”没有通过核对:%(why)s",
            parameter="file",
            file=file.name,
            why=_why(content, ["digest", *parts], error),
        ) from None
    if as_json:
        print_json({name: float(value) for name, value in found.items()})
        return
    for line in _lines(json.loads(content), found):
        click.echo(line)


def _why(content: bytes, parts: list[str], error: ValueError) -> str:
    """Return in Chinese what is wrong with a file that a checker refused."""
    if not content.strip():
        return "文件是空的;请给出 yizhan site 写的 plan.json"
    try:
        plan = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return "文件不是 JSON 文本,或不完整;请给出 yizhan site 写的 plan.json"
    missing = [name for name in parts if name not in plan] if isinstance(plan, dict) else parts
    if missing:
        return f"文件里没有方案的 {'、'.join(missing)};请给出 yizhan site 写的 plan.json"
    # The checker says in Chinese what does not hold; whatever else it meets is a part that has another shape.
    if error.__context__ is None and any("一" <= letter <= "鿿" for letter in str(error)):
        return str(error)
    return "文件里有的部分残缺或写法不对,无法核对;请重新取得这个文件"


def _lines(plan: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Return what was checked, a sentence each: the value and what it counts, then what is proved of it."""
    value, bound = float(found["value"]), float(found["certified_bound"])
    objective, most = plan.get("objective"), plan["sense"] == "max"
    unit = _unit(plan, objective)
    told = f"值 {_amount(value, round)}{unit}({_VALUES.get(str(objective), '方案的目标')})"
    if math.isclose(value, bound, rel_tol=_ROUNDING, abs_tol=1e-9):
        limit = f"任何选法都不{'超过' if most else '少于'} {_amount(value, round)}{unit}:没有更好的选法"
        return ["通过核对", f"{told};证明:{limit}"]
    from geo.report.study_bounds import gap_words

    limit = _amount(bound, math.ceil if most else math.floor) + unit
    gap = gap_words(abs(bound - value) / abs(bound) if bound else None)
    return ["通过核对", f"{told};证明:任何选法都不{'超过' if most else '少于'} {limit},相差 {gap}"]


def _unit(plan: dict[str, Any], objective: Any) -> str:
    """Return the unit of values, as far as the file says what was asked."""
    if objective == "all":
        return " 个"
    asked = plan.get("about", {}).get("asked") if isinstance(plan.get("about"), dict) else None
    measure = asked.get("measure") if isinstance(asked, dict) else None
    return f" {_UNITS[measure]}" if objective == "farthest" and measure in _UNITS else ""


def _amount(value: float, rounded: Any) -> str:
    """Return a figure to one decimal, without it where that is nought."""
    near = round(value * _TENTHS)
    tenths = near if math.isclose(value * _TENTHS, near, rel_tol=1e-9) else rounded(value * _TENTHS)
    return f"{tenths / _TENTHS + 0.0:,.1f}".removesuffix(".0")
