"""A file of demand into the registry, its polygons spread over their streets."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sqlalchemy import Engine

from geo.crs import Crs
from geo.db.engine import reading, writing
from geo.errors import FileError, InputError
from geo.ingest.demand import DemandFound, read_demand
from geo.ingest.opening import writable
from geo.ingest.problems import Problem
from geo.model.demand import Demand
from geo.registry.demand import DemandSet, list_demand, read_demand_set, save_demand
from geo.registry.demand_body import decode_demand, encode_demand
from geo.registry.demand_spread import spread_demand
from geo.registry.load import Report
from geo.registry.rows import utc_now
from geo.registry.streets import list_streets
from geo.settings import Settings

__all__ = ["Given", "KeptDemand", "demand_given", "keep_demand"]

# An index of the database holds no longer ones.
_LONGEST_NAME = 100
_DIGITS = 16


class Given(NamedTuple):
    """A demand to work with; ``problems`` is what reading it from a file found, empty for a loaded one."""

    kept: DemandSet
    demand: Demand
    problems: list[Problem]


class KeptDemand(NamedTuple):
    """What loading a file did; ``kept`` is None where no row of it was good."""

    kept: DemandSet | None
    report: Report


def keep_demand(
    engine: Engine,
    settings: Settings,
    file: Path,
    *,
    crs: Crs | None = None,
    name: str | None = None,
    weights: Sequence[str] = (),
    attribution: str | None = None,
    strict: bool = False,
    progress: Callable[[float], None] | None = None,
) -> KeptDemand:
    """Keep the demand of a file, in place of that of the same name.

    Parameters
    ----------
    file : Path
        CSV, XLSX, GeoPackage, GeoJSON or GeoTIFF.
    crs, weights
        As `geo.ingest.demand.read_demand` takes them.
    name : str, optional
        By default the file's, without its ending.
    attribution : str, optional
        Whose data they are, to be shown beside every figure made of them.
    strict : bool
        Keep nothing when any row is refused.
    progress : callable, optional
        Told from time to time which share, 0 to 1, of the file is read.

    Raises
    ------
    FileError
        The file as a whole cannot be read.
    InputError
        A column that is not there, a name that is blank or very long; with ``strict``, when a row was
        refused: ``params["report"]`` says which.
    """
    name = _checked(file.stem if name is None else name)
    found = read_demand(
        file,
        crs=crs,
        weight=weights,
        max_bytes=settings.max_file_mb * 1_000_000,
        progress=progress,
    )
    report = Report(problems=found.problems)
    if strict and report.refused:
        raise InputError(
            "有 %(count)s 行不能导入,按 --strict 的要求什么都没有导入", count=report.refused, report=report
        )
    if not len(found.demand):
        return KeptDemand(None, report)
    given = _given(engine, settings, found, name=name, source=file.name, attribution=attribution)
    with writing(engine) as session:
        report.added, report.changed, report.same = save_demand(session, given.kept, given.demand)
        held = {item.name: item for item in list_demand(session)}
    report.problems = given.problems
    return KeptDemand(held[name], report)


def demand_given(engine: Engine, settings: Settings, text: str) -> Given:
    """Return the demand that a person named: one that is loaded, else a file, which is read and not kept.

    Raises
    ------
    NotFoundError
        Neither; says which are loaded.
    FileError
        The file as a whole cannot be read, or no row of it is good.
    """
    file = Path(text)
    with reading(engine) as session:
        loaded = any(item.name == text for item in list_demand(session))
        if loaded or not file.is_file():
            return Given(*read_demand_set(session, text), [])
    found = read_demand(file, max_bytes=settings.max_file_mb * 1_000_000)
    if not len(found.demand):
        raise FileError(
            "文件“%(file)s”里没有一行可用的需求;请先用 yizhan load demand 查看问题", file=file.name
        )
    return _given(engine, settings, found, name=file.stem, source=file.name, attribution=None)


def _given(
    engine: Engine,
    settings: Settings,
    found: DemandFound,
    *,
    name: str,
    source: str,
    attribution: str | None,
) -> Given:
    demand, problems = found.demand, list(found.problems)
    if found.shapes is not None:
        with reading(engine) as session:
            sets = list_streets(session)
        demand, notes = spread_demand(settings.home, sets, found.demand, found.shapes)
        problems += notes
    # Whether read from its file or from the registry, it is the same to the last digit.
    demand = decode_demand(encode_demand(demand), list(demand.weights))
    kept = DemandSet(
        name=name,
        digest=_digest(demand),
        source=writable(source),
        attribution=attribution,
        form=found.form,
        loaded_at=utc_now(),
        points=len(demand),
        weights=tuple((column, float(values.sum())) for column, values in demand.weights.items()),
        west=float(demand.lon.min()),
        south=float(demand.lat.min()),
        east=float(demand.lon.max()),
        north=float(demand.lat.max()),
    )
    return Given(kept, demand, problems)


def _checked(name: str) -> str:
    plain = " ".join(writable(name).split())
    if not 0 < len(plain) <= _LONGEST_NAME:
        raise InputError(
            "需求数据的名称应有 1 到 %(most)s 个字,现在有 %(length)s 个;请用 --name 给出一个",
            parameter="name",
            most=_LONGEST_NAME,
            length=len(plain),
        )
    return plain


def _digest(demand: Demand) -> str:
    digest = hashlib.sha256()
    for column, values in {"lon": demand.lon, "lat": demand.lat, **demand.weights}.items():
        digest.update(f"{column}\n".encode())
        digest.update(np.ascontiguousarray(values, "<f8").data)
    return digest.hexdigest()[:_DIGITS]
