"""Coverage: cover."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy import Engine

from geo.cli.common import as_json, open_registry, print_json, read_settings
from geo.db.engine import reading
from geo.errors import InputError
from geo.finder import CHINA, PROFILES
from geo.model.study import Places, Study
from geo.registry.demand import list_demand
from geo.settings import Settings

if TYPE_CHECKING:
    from geo.loading_demand import Given

__all__ = ["cover", "demand_of", "study_progress"]

_STEPS = 1000
_GAPS_NAMED = 12


@click.command()
@click.option("--within", default="1000m", show_default=True, metavar="1000m|15min", help="多远算覆盖。")
@click.option("--by", default="walk", show_default=True, metavar="|".join(PROFILES), help="怎样量距离。")
@click.option("--kind", "kinds", multiple=True, metavar="K", help="只算这一类站点,可重复。")
@click.option("--facility", "facilities", multiple=True, metavar="F", help="站点必须有的设施,可重复。")
@click.option("--status", "statuses", multiple=True, metavar="S", help="状态,可重复;默认 open 和 trial。")
@click.option("--at", metavar="HH:MM|ISO", help="只算那时开放的站点,HH:MM 是普通的星期三;默认不看时间。")
@click.option("--demand", metavar="N", help="已导入的需求的名称,或一个文件;只导入过一份时可以不写。")
@click.option("--weight", default="", metavar="COLUMN", help="用需求的哪一列,默认第一列。")
@click.option("--area", metavar="CODE", help="只算这个区划里的需求。")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="报告、表格和图层写到这个文件夹。"
)
@as_json
def cover(within: str, demand: str | None, out: Path | None, as_json: bool, **asked: Any) -> None:
    """多少需求在范围内有站点,缺口在哪里,为什么。"""
    # The calculations take a second to import, which no other command should pay.
    from geo.planner.question import Ask, parse_within

    settings = read_settings()
    engine = open_registry(settings)
    limit, measure = parse_within(within)
    # Checked before the demand is read: a wrong word should not cost a minute.
    Ask(demand="", limit=limit, measure=measure, **asked)
    given = demand_of(engine, settings, demand)
    ask = Ask(demand=given.kept.name, limit=limit, measure=measure, **asked)
    with study_progress("计算覆盖") as tell:
        study, places = _study(engine, settings, given, ask, tell)
    if out is not None:
        _write(engine, settings, study, places, out)
    if as_json:
        print_json(_document(study))
    else:
        for line in _lines(study):
            click.echo(line)


def demand_of(engine: Engine, settings: Settings, named: str | None) -> "Given":
    """Return the demand that a person named, or the only one that is loaded; tells what is wrong with a file.

    Raises
    ------
    InputError
        None is named, and not just one is loaded.
    """
    from geo.loading_demand import demand_given

    if named is None:
        with reading(engine) as session:
            loaded = [one.name for one in list_demand(session)]
        if len(loaded) != 1:
            raise InputError(
                "请用 --demand 写明用哪一份需求:已导入的名称(%(known)s),或一个文件",
                parameter="demand",
                known="、".join(loaded) or "还没有导入过",
            )
        named = loaded[0]
    given = demand_given(engine, settings, named)
    for problem in given.problems:
        row = "" if problem.row is None else f"第 {problem.row} 行 "
        click.echo(f"{row}{problem.reason}", err=True)
    return given


def _study(
    engine: Engine, settings: Settings, given: "Given", ask: Any, tell: Callable[[float, str], None]
) -> tuple[Study, Places]:
    from geo.planner.run import study_of
    from geo.registry.areas import read_index
    from geo.registry.nearest import Index
    from geo.registry.snapshot_read import read_snapshot

    index = Index(read_snapshot(engine), settings.home)
    with reading(engine) as session:
        areas = read_index(session)
    today = datetime.now(CHINA).date()
    return study_of(index, areas, given.kept, given.demand, ask, id_="", today=today, tell=tell)


@contextmanager
def study_progress(label: str) -> Iterator[Callable[[float, str], None]]:
    """Give what shows how far a study is; nothing without a terminal."""
    if not sys.stderr.isatty():
        yield lambda _share, _step: None
        return
    with click.progressbar(length=_STEPS, label=label, file=sys.stderr) as bar:
        yield lambda share, _step: bar.update(int(share * _STEPS) - bar.pos)


def _document(study: Study) -> dict[str, Any]:
    """Return the study with its main figures first, as the contract of the command has them."""
    totals = study["totals"]
    return {"weight": totals["weight"], "covered": totals["covered"], "share": totals["share"], **study}


def _lines(study: Study) -> Iterator[str]:
    from geo.report import study_words as words

    yield words.headline(study)
    yield words.spread_words(study)
    if study["by_line"] is not None:
        yield words.line_words(study)
    totals = study["totals"]
    yield (
        f"需求 {words.amount(totals['weight'])},覆盖 {words.amount(totals['covered'])};"
        f"两个站点都到得了的 {words.amount(totals['backup'])},"
        f"只靠开放时间不明的站点的 {words.amount(totals['unknown'])}"
    )
    for area in study["areas"]:
        covered, weight = words.amount(area["covered"]), words.amount(area["weight"])
        name, share = words.area_name(area["name"], area["level"]), words.share_words(area["share"])
        yield f"  {name}  {share}  {covered} / {weight}"
    for gap in study["gaps"][:_GAPS_NAMED]:
        weight, reasons = words.amount(gap["weight"]), words.gap_reasons(study, gap)
        yield f"缺口 {gap['rank']}. {gap['name']}:{weight},{reasons}"
        yield f"    {words.REMEDY_WORDS[gap['remedy']]};最近的开放站点:{words.gap_nearest(study, gap)}"
    if len(study["gaps"]) > _GAPS_NAMED:
        yield f"还有 {len(study['gaps']) - _GAPS_NAMED} 个较小的缺口,用 --json 或 --out 看全部"
    yield from (f"说明:{line}" for line in words.assumption_lines(study["assumptions"]))


def _write(engine: Engine, settings: Settings, study: Study, places: Places, out: Path) -> None:
    from geo.planner.files import write_files

    for path in write_files(engine, settings, study, places, out):
        click.echo(f"已写 {path}", err=True)
