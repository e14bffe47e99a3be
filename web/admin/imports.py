"""Import: a file is sent, its columns and coordinates are settled, its rows are mended, and it is loaded."""

from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import PurePath

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from geo.db.engine import reading, writing, writing_aside
from geo.errors import FileError, InputError
from geo.ingest.cells import clean
from geo.ingest.opening import writable
from geo.model.station import Kind
from geo.model.template import TEMPLATE_VERSION
from geo.upkeep.import_drafts import (
    ImportDraft,
    Reading,
    add_draft,
    end_draft,
    find_draft,
    list_drafts,
    mend_draft,
    open_draft,
    set_reading,
)
from geo.upkeep.import_file import max_bytes, version_of, work_bytes
from geo.upkeep.imports import Checked, default_source, undo_draft, undone_loads
from geo.upkeep.leftovers import drop_old
from web.admin import aside
from web.admin.import_pages import best_system, map_told, systems
from web.admin.import_rows import (
    fixes_of,
    nothing_checked,
    remarks,
    report_problems,
    rows_shown,
    same_problems,
    skipped_rows,
)
from web.admin.import_words import SEVERITIES, STEPS, SYSTEMS, field_groups
from web.admin.import_work import (
    begin_load,
    checked,
    folder_of,
    load_fault,
    loading,
    looked,
    marked,
)
from web.admin.session import network, person, who
from web.language import gettext
from web.plan_words import when_words
from web.state import state
from web.words import KINDS

__all__ = ["blueprint"]

blueprint = Blueprint("admin_imports", __name__, url_prefix="/admin/import")

_MOST_MB = 30
_FORM_BYTES = 2_000_000
_ROWS_A_PAGE = 20
_LONGEST_NAME = 120
_LONGEST_SOURCE = 80
_AGAIN_S = 2
# A column that is known, and known not to be imported.
_IGNORED = "ignored"
_GO_ON = HTTPStatus.SEE_OTHER
_Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@blueprint.url_value_preprocessor
def _allow_more(endpoint: str | None, _values: dict[str, object] | None) -> None:
    # Before the gate, which reads the form for its token.
    request.max_content_length = request.max_form_memory_size = _FORM_BYTES
    if endpoint == "admin_imports.upload":
        request.max_content_length = _most_mb() * 1_000_000 + _FORM_BYTES
        if (request.content_length or 0) > request.max_content_length:
            raise _too_large(request.content_length or 0)


@blueprint.get("")
def page() -> str:
    """Show the imports of whoever is signed in, and the form for another."""
    return _begin()


@blueprint.post("")
def upload() -> Response | tuple[str, int]:
    """Keep a file, and go on to its columns."""
    try:
        id_ = _keep()
    except InputError as error:
        return _begin(gettext(error.message, **error.params)), HTTPStatus.BAD_REQUEST
    return redirect(url_for(".columns", id=id_), _GO_ON)


@blueprint.get("/<int:id>/columns")
def columns(id: int) -> _Answer:
    """Ask what each column holds."""
    draft = _open(id)
    try:
        look = looked(draft)
    except FileError as error:
        # Nothing can be settled of a file that cannot be read.
        _end(draft)
        return _begin(gettext(error.message, **error.params)), HTTPStatus.BAD_REQUEST
    if look is None:
        return _wait(draft, 2)
    fault = look.fault and gettext(look.fault.message, **look.fault.params)
    return render_template(
        "admin/import_columns.html", look=look, fault=fault, groups=field_groups(), kinds=KINDS,
        newest=TEMPLATE_VERSION, **_common(draft, 2),
    )  # fmt: skip


@blueprint.post("/<int:id>/columns")
def set_columns(id: int) -> Response:
    """Keep what each column holds, and go on to the coordinates."""
    draft = _open(id)
    look = looked(draft)
    form = request.form
    guessed = {str(index): field for index, field in enumerate(look.fields if look else [])}
    chosen = {index: form[f"column-{index}"] for index in guessed if f"column-{index}" in form}
    known = {key for _, fields in field_groups() for key, _ in fields} | {"", _IGNORED}
    changed = {index: field for index, field in chosen.items() if field != guessed[index] and field in known}
    kind = form.get("kind", "")
    source = clean(writable(form.get("source", "")))[:_LONGEST_SOURCE]
    _read_as(
        draft,
        draft.reading._replace(
            columns={**draft.reading.columns, **changed},
            kind=kind if kind in set(Kind) else "",
            source=source or draft.reading.source,
        ),
    )
    return redirect(url_for(".system", id=id), _GO_ON)


@blueprint.get("/<int:id>/system")
def system(id: int) -> _Answer:
    """Ask in which coordinate system the file is, with a map of its points under each."""
    draft = _open(id)
    look = looked(draft)
    if look is None:
        return _wait(draft, 3)
    if look.fault:
        return redirect(url_for(".columns", id=id), _GO_ON)
    best = best_system(look)
    return render_template(
        "admin/import_system.html", look=look, choices=systems(look), systems=SYSTEMS,
        chosen=draft.reading.crs or ("" if look.declared else best), told=map_told(look), best=best,
        **_common(draft, 3),
    )  # fmt: skip


@blueprint.post("/<int:id>/system")
def set_system(id: int) -> Response:
    """Keep the coordinate system, and go on to the check."""
    draft = _open(id)
    crs = request.form.get("crs", "")
    _read_as(draft, draft.reading._replace(crs=crs if crs in SYSTEMS else ""))
    return redirect(url_for(".check", id=id), _GO_ON)


@blueprint.get("/<int:id>")
def check(id: int) -> _Answer:
    """Show what loading would do and what is wrong, or, of an import that has ended, what it did."""
    with reading(state().engine) as session:
        draft = find_draft(session, person(), id)
        undone = draft.load_id is not None and bool(undone_loads(session, [draft.load_id]))
    if draft.state != "open":
        if not loading(draft):
            aside.forget(folder_of(draft))
        same, told = report_problems(draft)
        return render_template(
            "admin/import_done.html", same=same, told=told, severities=SEVERITIES, undone=undone,
            **_common(draft, 5),
        )  # fmt: skip
    if loading(draft):
        return _wait(draft, 4)
    load_fault(draft)
    if (look := looked(draft)) is None:
        return _wait(draft, 4)
    if look.fault or not (look.declared or draft.reading.crs):
        # The pages of these steps say what they need.
        return redirect(url_for(".columns" if look.fault else ".system", id=id), _GO_ON)
    try:
        found = checked(draft)
    except FileError as error:
        # Perhaps for what was mended: that can still be undone.
        found = nothing_checked(look, gettext(error.message, **error.params))
    return _wait(draft, 4) if found is None else _checked_page(draft, found)


@blueprint.post("/<int:id>")
def mend(id: int) -> Response:
    """Mend cells of the file, and check it again."""
    draft = _open(id)
    try:
        found = checked(draft)
    except FileError:
        found = None
    fixes = fixes_of(request.form.items(), found)
    with writing_aside(state().engine) as session:
        mend_draft(session, open_draft(session, person(), id), fixes)
    cells = sum(len(given) for given in fixes.values())
    flash(gettext("已改 %(count)s 处,重新检查了一遍", count=cells) if cells else gettext("重新检查了一遍"))
    return redirect(url_for(".check", id=id), _GO_ON)


@blueprint.post("/<int:id>/load")
def load(id: int) -> Response:
    """Load the file."""
    begin_load(_open(id))
    return redirect(url_for(".check", id=id), _GO_ON)


@blueprint.post("/<int:id>/cancel")
def cancel(id: int) -> Response:
    """Cancel the import: the file is forgotten, the registry stays as it is."""
    _end(_open(id))
    flash(gettext("已取消,登记册没有任何改动"))
    return redirect(url_for(".page"), _GO_ON)


@blueprint.post("/<int:id>/undo")
def undo(id: int) -> Response:
    """Take back what the import changed."""
    with writing(state().engine) as session:
        count = undo_draft(session, person(), id, who=who(), network=marked(session, network()))
    flash(gettext("已撤销这次导入的 %(count)s 处改动", count=count))
    return redirect(url_for(".check", id=id), _GO_ON)


def _checked_page(draft: ImportDraft, found: Checked) -> str:
    asked = request.args.get("severity", "")
    severity = asked if asked in SEVERITIES else ""
    every = "all" in request.args
    rows = rows_shown(found, draft, severity, every=every)
    pages = max(1, -(-len(rows) // _ROWS_A_PAGE))
    at = min(max(request.args.get("page", 1, int), 1), pages)
    return render_template(
        "admin/import_check.html",
        found=found,
        remarks=remarks(found),
        same=[] if every else same_problems(found.problems, found),
        every=every,
        rows=rows[(at - 1) * _ROWS_A_PAGE : at * _ROWS_A_PAGE],
        page=at,
        pages=pages,
        pager_link=lambda page: url_for(
            ".check", id=draft.id, severity=severity or None, all="1" if every else None, page=page
        ),
        severities=SEVERITIES,
        severity=severity,
        skipped=skipped_rows(draft),
        **_common(draft, 4),
    )


def _keep() -> int:
    sent = request.files.get("file")
    body = sent.read() if sent else b""
    if not sent or not sent.filename:
        raise InputError("请选择一个文件再上传", parameter="file")
    if len(body) > _most_mb() * 1_000_000:
        raise _too_large(len(body))
    name = clean(writable(PurePath(sent.filename.replace("\\", "/")).name))[-_LONGEST_NAME:]
    version = version_of(body, max_bytes=max_bytes(state().settings))
    me = person()
    drop_old(state().settings.home, now=datetime.now(UTC))
    with writing_aside(state().engine) as session:
        source = default_source(session, me, PurePath(name).stem)
        how = Reading({}, "", "", source, version, work_bytes(body))
        return add_draft(session, me, file=name, body=body, reading=how)


def _too_large(size: int) -> InputError:
    return InputError(
        "网页上最多导入 %(most)s MB 的文件,这个有 %(size)s MB;请分成几个文件,"
        "或请管理员在服务器上用 yizhan load stations 导入",
        parameter="file",
        most=_most_mb(),
        size=round(size / 1e6, 1),
    )


def _most_mb() -> int:
    return min(_MOST_MB, state().settings.max_file_mb)


def _open(id_: int) -> ImportDraft:
    with reading(state().engine) as session:
        return open_draft(session, person(), id_)


def _end(draft: ImportDraft) -> None:
    with writing_aside(state().engine) as session:
        end_draft(session, open_draft(session, person(), draft.id), "cancelled")
    aside.forget(folder_of(draft))


def _read_as(draft: ImportDraft, how: Reading) -> None:
    with writing_aside(state().engine) as session:
        set_reading(session, open_draft(session, person(), draft.id), how)


def _begin(fault: str = "") -> str:
    with reading(state().engine) as session:
        drafts = list_drafts(session, person())
        undone = undone_loads(session, [draft.load_id for draft in drafts if draft.load_id is not None])
    return render_template(
        "admin/import.html",
        drafts=drafts,
        undone=undone,
        fault=fault,
        most=_most_mb(),
        steps=STEPS,
        at=1,
        when=when_words,
    )


def _common(draft: ImportDraft, at: int) -> dict[str, object]:
    return {"draft": draft, "steps": STEPS, "at": at}


def _wait(draft: ImportDraft, at: int) -> tuple[str, int, dict[str, str]]:
    page = render_template("admin/import_wait.html", **_common(draft, at))
    return page, HTTPStatus.ACCEPTED, {"Refresh": str(_AGAIN_S), "Cache-Control": "no-store"}
