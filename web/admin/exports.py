"""Export: somebody's stations as a file, the ledger that unions report, the workbook to fill in."""

import hashlib
import os
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from geo.db.engine import reading, writing_aside
from geo.errors import NotFoundError
from geo.model.hours import CHINA
from geo.model.people import Role
from geo.settings import Settings
from geo.upkeep.audit import note
from geo.upkeep.choices import unit_names
from geo.upkeep.exports import count_stations
from geo.upkeep.leftovers import drop_old
from geo.upkeep.stations import Wanted, conditions_of
from geo.upkeep.tasks import export_stations
from web import params
from web.admin import aside
from web.admin.documents import file_answer
from web.admin.import_work import marked
from web.admin.session import network, person
from web.admin.table_question import FILTERS, measure, query_of, read_wanted
from web.language import lazy_gettext
from web.state import state

__all__ = ["FORMATS", "blueprint"]

blueprint = Blueprint("admin_exports", __name__, url_prefix="/admin")

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    "xlsx": (lazy_gettext("Excel 工作簿(可以改好再导入)"), _XLSX),
    "csv": (lazy_gettext("CSV"), "text/csv; charset=utf-8"),
    "geojson": (lazy_gettext("GeoJSON(GIS 软件用)"), "application/geo+json"),
}
"""The endings of exports: what each is called, and what it is."""

# More than these are written by a process of its own.
_SMALL = 2_000
_AGAIN_S = 2
_Waiting = tuple[str, int, dict[str, str]]


@blueprint.get("/export")
def page() -> str:
    """Show what can be taken out: the stations that the address asks for, and more."""
    wanted = read_wanted()
    with reading(state().engine) as session:
        count = count_stations(session, conditions_of(session, person(), wanted, measure()))
    query = query_of(wanted)
    return render_template(
        "admin/export.html",
        count=count,
        filtered=wanted._replace(order="code", downwards=False) != Wanted(),
        links=[(url_for(".stations", format=ending) + (f"?{query}" if query else ""), label)
               for ending, (label, _) in FORMATS.items()],
        query=query,
        whole=person().role == Role.ADMINISTRATOR,
        names=person().role in (Role.ADMINISTRATOR, Role.EDITOR),
    )  # fmt: skip


@blueprint.get("/export/stations.<format>")
def stations(format: str) -> Response | _Waiting:
    """Answer with a file of the stations that the address asks for.

    Raises
    ------
    NotFoundError
        There is no such format.
    """
    if format not in FORMATS:
        raise NotFoundError(
            "没有 .%(value)s 格式的下载,可以是 %(known)s",
            value=format[: params.SHOWN],
            known="、".join(FORMATS),
        )
    wanted, by = read_wanted(), measure()
    with reading(state().engine) as session:
        count = count_stations(session, conditions_of(session, person(), wanted, by))
    path = _file("stations", query_of(wanted), format)
    aside.begin(_outcome(path), _write_stations, path, person(), wanted, by, small=count <= _SMALL)
    if (written := aside.outcome(_outcome(path))) is None:
        return _wait()
    used = [name for name in FILTERS if name in params.given(FILTERS, strict=False)]
    detail = {"count": written, "filters": used}
    return _sent(path, f"stations-{_today()}.{format}", FORMATS[format][1], detail)


@blueprint.get("/export/ledger.xlsx")
def ledger() -> Response | _Waiting:
    """Answer with the full-coverage ledger of the whole registry: figures, and no personal data."""
    path = _file("ledger", "", "xlsx")
    aside.begin(_outcome(path), _write_ledger, path, small=False)
    if aside.outcome(_outcome(path)) is None:
        return _wait()
    return _sent(path, f"ledger-{_today()}.xlsx", _XLSX, {})


@blueprint.get("/template.xlsx")
def template() -> Response:
    """Answer with the workbook to fill in, its drop-downs made for whoever asks."""
    # A worker that nobody asks for a workbook does without what it takes.
    from geo.report.template import template_book

    with reading(state().engine) as session:
        units = sorted(_units(session).items())
    areas = state().live.index.snapshot.areas
    districts = [area["name"] for area in areas if area["level"] == "district"]
    body = template_book(districts=sorted(set(districts)), units=units)
    return file_answer(body, "驿站导入模板.xlsx", _XLSX)


def _units(session: Session) -> Mapping[str, str]:
    return unit_names(session, person())


def _write_ledger(engine: Engine, settings: Settings, path: Path) -> int:
    from geo.planner.tables import ledger_of
    from geo.report.coverage_book import coverage_book

    with reading(engine) as session:
        book = coverage_book(ledger_of(session, datetime.now(CHINA).date(), None))
    part = _part(path)
    part.write_bytes(book)
    part.replace(path)
    return len(book)


def _write_stations(engine: Engine, settings: Settings, path: Path, *asked: Any) -> int:
    part = _part(path)
    count = export_stations(engine, settings, *asked, part)
    part.replace(path)
    return count


def _part(path: Path) -> Path:
    """Return under which name a file is written: whole or not at all, whoever reads it meanwhile."""
    return path.with_name(f"{os.getpid()}-{threading.get_ident()}-{path.name}")


def _file(kind: str, query: str, ending: str) -> Path:
    """Return where a file of somebody's lies until he gets it; what nobody fetched is removed."""
    here, me = state(), person()
    folder = here.settings.home / "exports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    drop_old(here.settings.home, now=datetime.now(UTC))
    named = (kind, query, me.id, me.role, me.unit_code, me.session_key, here.live.index.snapshot.revision)
    return folder / f"{hashlib.sha256(repr(named).encode()).hexdigest()[:20]}.{ending}"


def _outcome(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _sent(path: Path, name: str, content_type: str, detail: Mapping[str, object]) -> Response | _Waiting:
    """Answer with a file, once, and have the log say so; what was fetched meanwhile is made anew."""
    try:
        body = path.read_bytes()
    except FileNotFoundError:
        _outcome(path).unlink(missing_ok=True)
        return _wait()
    for done in (_outcome(path), path):
        done.unlink(missing_ok=True)
    with writing_aside(state().engine) as session:
        mark = marked(session, network())
        what = name.partition("-")[0] + path.suffix
        note(session, "export", person_id=person().id, object=what, detail=detail, network=mark)
    return file_answer(body, name, content_type)


def _wait() -> _Waiting:
    page = render_template("plan_making.html")
    return page, HTTPStatus.ACCEPTED, {"Refresh": str(_AGAIN_S), "Cache-Control": "no-store"}


def _today() -> str:
    return datetime.now(CHINA).strftime("%Y%m%d")
