"""Where new stations should go: site."""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from sqlalchemy import Engine

from geo.cli.common import as_json, open_registry, print_json, read_settings
from geo.cli.cover import demand_of, study_progress
from geo.cli.site_options import site_options
from geo.cli.site_together import plain_weight, together_of
from geo.db.engine import reading
from geo.errors import InputError
from geo.finder import CHINA
from geo.settings import Settings

if TYPE_CHECKING:
    from geo.model.candidates import Candidates
    from geo.model.plan import Plan
    from geo.model.study import Asked, Places, Said, Study
    from geo.planner.site_question import SiteAsk

__all__ = ["site"]

# In the contract's order, before all else.
_FIRST = (
    *("objective", "p", "chosen", "value", "bound", "certified_bound"),
    *("gap", "proven", "seconds", "certificate"),
)
_PLAN = "plan.json"
_DIGITS = 16
# Pairs are many more than what they are of.
_LARGER = 20
# What a study asks beside its plan; with costs none of it can be.
_STUDY = ("weight", "area", "kinds", "facilities", "statuses", "at")
_SITE = (
    *("p", "objective", "existing", "planned", "close_cost", "budget", "backup", "per_area", "spacing"),
    *("must", "never", "all_day", "upgrades", "curve", "pool", "fairness", "seconds", "iterations", "seed"),
)


class _Found(NamedTuple):
    """A plan, and the study it belongs to, if any."""

    plan: "Plan"
    certificate: bytes
    assumptions: "list[Said]"
    asked: "Asked | None" = None
    study: "tuple[Study, Places] | None" = None


@click.command()
@site_options
@as_json
def site(costs: Path | None, out: Path | None, as_json: bool, **given: Any) -> None:
    """新站点建在哪里最好,并证明好到什么程度。"""
    settings = read_settings()
    engine = None if costs is not None else open_registry(settings)
    found = _by_costs(settings, costs, given) if engine is None else _by_streets(engine, settings, given)
    found.plan["certificate"] = str(_written(settings, found.certificate, out))
    if out is not None and engine is not None and found.study is not None:
        from geo.planner.files import write_files

        for path in write_files(engine, settings, *found.study, out):
            click.echo(f"已写 {path}", err=True)
    if as_json:
        print_json(_document(found))
        return
    from geo.cli.site_told import plan_told

    for line in plan_told(found.plan, found.asked, found.assumptions):
        click.echo(line)


def _by_streets(engine: Engine, settings: Settings, given: dict[str, Any]) -> _Found:
    # The calculations take a second to import, which no other command should pay.
    from geo.planner.public import Public
    from geo.planner.question import Ask, parse_within
    from geo.planner.run import answer_of
    from geo.planner.site_parts import check_names
    from geo.registry.areas import read_index
    from geo.registry.nearest import Index
    from geo.registry.snapshot_read import read_snapshot

    limit, measure = parse_within(given["within"] or "1000m")
    asked: dict[str, Any] = {name: given[name] for name in _STUDY} | {"weight": plain_weight(given)}
    asked |= {"by": given["by"], "limit": limit, "measure": measure}
    # Checked before anything is read: a wrong word should not cost a minute.
    Ask(demand="", site=_site_ask(given, "corners"), **asked)
    named, candidates = _candidates(engine, settings, given)
    if candidates is not None:
        check_names(_site_ask(given, named), candidates.codes)
    demand = demand_of(engine, settings, given["demand"])
    ask = Ask(demand=demand.kept.name, site=_site_ask(given, named), **asked)
    index = Index(read_snapshot(engine), settings.home)
    with reading(engine) as session:
        areas = read_index(session)
    with study_progress("计算方案") as tell:
        answer = answer_of(
            index,
            areas,
            demand.kept,
            demand.demand,
            ask,
            id_="",
            today=datetime.now(CHINA).date(),
            tell=tell,
            candidates=candidates,
            public=Public.of(settings),
        )
    study = answer.study
    return _Found(
        study["plan"],
        answer.certificate or b"",
        study["assumptions"],
        study["asked"],
        (study, answer.places),
    )


def _by_costs(settings: Settings, costs: Path | None, given: dict[str, Any]) -> _Found:
    from geo.ingest.costs import read_costs
    from geo.planner.site_costs import plan_of_costs

    if costs is None:
        raise InputError("请用 --costs 给出一个文件", parameter="costs")
    if unfit := [name for name in _STUDY if given[name]]:
        raise InputError(
            "用 --costs 时没有坐标、区划和开放时间,不能要求 %(name)s", parameter=unfit[0], name=unfit[0]
        )
    ask = _site_ask(given, "set:" + (given["candidates"] or costs.name))
    column, within = given["capacity"] if ask.capacity == "own" else None, _number(given["within"])
    read = read_costs(
        costs,
        demand=_file(given["demand"]),
        candidates=_file(given["candidates"]),
        capacity=column,
        max_bytes=_LARGER * settings.max_file_mb * 1_000_000,
    )
    for note in read.notes:
        click.echo(note, err=True)
    with study_progress("计算方案") as tell:
        found = plan_of_costs(read, ask, within=within, tell=tell)
    return _Found(found.plan, found.certificate, found.assumptions)


def _site_ask(given: dict[str, Any], candidates: str) -> "SiteAsk":
    from geo.planner.site_question import SiteAsk

    moves = given["moves"]
    if moves is None:
        moves = (given["p"] or 1) if given["existing"] == "closable" else 0
    return SiteAsk(
        candidates=candidates,
        moves=moves,
        capacity=_capacity(given["capacity"]),
        phases=_phases(given["phases"]),
        together=together_of(given),
        **{name: given[name] for name in _SITE},
    )


def _capacity(text: str | None) -> Any:
    """Return a capacity for all, or that each has its own, as a column of its file says."""
    from geo.planner.site_question import OWN

    try:
        return None if text is None else float(text)
    except ValueError:
        return OWN


def _phases(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.replace(",", ",").split(",") if part.strip())
    except ValueError:
        raise InputError(
            "phases 应是从小到大的数,如 3,6,10,最后一个不大于 p,现在是 %(value)s",
            parameter="phases",
            value=text,
        ) from None


def _candidates(engine: Engine, settings: Settings, given: dict[str, Any]) -> "tuple[str, Candidates | None]":
    """Return what the question calls its candidates, and those of a set or a file."""
    from geo.planner.site_given import candidates_given
    from geo.planner.site_question import CORNERS, DEMAND, SET

    text = given["candidates"] or CORNERS
    if text in (CORNERS, DEMAND):
        return text, None
    column = given["capacity"] if _capacity(given["capacity"]) == "own" else None
    name, candidates, problems = candidates_given(engine, settings, text, capacity=column)
    for problem in problems:
        row = "" if problem.row is None else f"第 {problem.row} 行 "
        click.echo(f"{row}{problem.reason}", err=True)
    return SET + name, candidates


def _file(text: str | None) -> Path | None:
    return None if text is None else Path(text)


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        raise InputError(
            "用 --costs 时 within 应是一个数,单位与 costs 里的相同,现在是“%(value)s”",
            parameter="within",
            value=text,
        ) from None


def _written(settings: Settings, certificate: bytes, out: Path | None) -> Path:
    """Write the file that proves a plan; returns where."""
    name = f"{hashlib.sha256(certificate).hexdigest()[:_DIGITS]}.json" if out is None else _PLAN
    path = (settings.home / "plans" if out is None else out) / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(certificate)
    except OSError as error:
        raise InputError(
            "写不了文件夹“%(folder)s”:%(why)s;请核对能不能写、还有没有空间",
            parameter="out",
            folder=path.parent,
            why=error.strerror or error,
        ) from error
    return path


def _document(found: _Found) -> dict[str, Any]:
    """Return the plan with its main figures first, as the contract of the command has them."""
    plan: dict[str, Any] = {"objective": found.plan["site"]["objective"], **found.plan}
    first = {name: plan.pop(name) for name in _FIRST}
    return first | plan | {"asked": found.asked, "assumptions": found.assumptions}
