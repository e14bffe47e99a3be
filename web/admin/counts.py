"""How many people came: what a keeper counted, and the files of door counters and check-ins."""

import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from geo.db.engine import reading, writing_aside
from geo.errors import InputError, NotFoundError
from geo.ingest.door_counts import read_count, read_door_counts
from geo.ingest.problems import Problem
from geo.model.hours import CHINA, Reason
from geo.model.people import Role
from geo.upkeep.counts import Loaded, Source, add_count, load_counts, read_latest
from geo.upkeep.keeping import codes_kept
from web.admin import session
from web.admin.figures import SOURCES
from web.admin.forms import faults_of, texts
from web.language import gettext, say
from web.state import state

__all__ = ["blueprint"]

_MAX_FILE_MB = 5
_MAX_FILE_BYTES = _MAX_FILE_MB * 1_000_000
_FORM_BYTES = 64 * 1024
_SHOWN = 100
_SHOWN_PROBLEMS = 50
_FILES = (Source.DOOR, Source.SCAN)

blueprint = Blueprint("admin_counts", __name__, url_prefix="/admin/counts")


@blueprint.url_value_preprocessor
def _allow_more(endpoint: str | None, _values: dict[str, object] | None) -> None:
    # Before the gate, which reads the form for its token.
    if endpoint == "admin_counts.upload":
        request.max_content_length = _MAX_FILE_BYTES + _FORM_BYTES
        if (request.content_length or 0) > request.max_content_length:
            raise InputError("文件最多 %(most)s MB;请分成几个文件", parameter="file", most=_MAX_FILE_MB)


@blueprint.get("")
def page() -> str:
    """Show what was counted in the last days, and the forms for more."""
    return _page()


@blueprint.post("")
def add() -> Response | tuple[str, int]:
    """Keep what a keeper counted."""
    form = request.form
    try:
        count = read_count(form.get("count", ""))
        if count is None:
            raise InputError("请写一个整数,没有人来就写 0", parameter="count")
        with writing_aside(state().engine) as db:
            add_count(
                db, session.person(), form.get("code", ""), day=_day(form.get("day", "")), count=count,
                today=_today(),
            )  # fmt: skip
    except (InputError, NotFoundError) as error:
        return _page(given=dict(form), faults=faults_of(error, "code")), HTTPStatus.BAD_REQUEST
    flash(gettext("已记下 %(code)s 在 %(day)s 的人次", code=form["code"].upper(), day=form["day"]))
    return redirect(url_for("admin_counts.page", code=form["code"].upper()), HTTPStatus.SEE_OTHER)


@blueprint.post("/file")
def upload() -> Response | tuple[str, int]:
    """Keep the counts of a file."""
    try:
        loaded = _load()
    except InputError as error:
        return _page(faults=faults_of(error, "file")), HTTPStatus.BAD_REQUEST
    if not loaded.problems:
        flash(gettext("已记下 %(count)s 个站点日", count=loaded.taken))
        return redirect(url_for("admin_counts.page"), HTTPStatus.SEE_OTHER)
    return _page(loaded=loaded), HTTPStatus.OK


def _load() -> Loaded:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise InputError("请选一个 CSV 或 XLSX 文件", parameter="file")
    source = request.form.get("source", "")
    if source not in _FILES:
        raise InputError("请选是怎么数的", parameter="source")
    with tempfile.NamedTemporaryFile() as copy:
        file.save(copy.name)
        counts, problems = read_door_counts(
            copy.name, max_bytes=_MAX_FILE_BYTES, today=_today(), name=file.filename
        )
    with writing_aside(state().engine) as db:
        loaded = load_counts(db, session.person(), counts, Source(source))
    return loaded._replace(problems=problems + loaded.problems)


def _page(
    *,
    given: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    loaded: Loaded | None = None,
) -> str:
    me, today = session.person(), _today()
    code = (given or request.args).get("code", "")
    with reading(state().engine) as db:
        own = codes_kept(db, me.id) if me.role == Role.KEEPER else []
        counts = read_latest(db, me, most=_SHOWN)
    proposed = {"code": code or (own[0] if len(own) == 1 else ""), "day": today.isoformat()}
    return render_template(
        "admin/counts.html",
        own=[(code, code) for code in own],
        given=texts(proposed | dict(given or {})),
        faults=texts(faults),
        today=today.isoformat(),
        files=[(source.value, SOURCES[source]) for source in _FILES],
        counts=[(c, SOURCES[c.source]) for c in counts],
        loaded=loaded,
        problems=[_told(one) for one in loaded.problems[:_SHOWN_PROBLEMS]] if loaded else [],
    )


def _told(problem: Problem) -> Problem:
    # What any table is told of is said in Chinese alone.
    return problem._replace(reason=say(problem.reason)) if isinstance(problem.reason, Reason) else problem


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("日期请写成 2026-10-10", parameter="day") from None


def _today() -> date:
    return datetime.now(CHINA).date()
