"""Reporting what is not as the registry has it: one tap on a station's page, or a form without scripts.

No account, no cookie, no position: what is reported goes to those who keep the station and to nobody else.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, NamedTuple

import orjson
from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import RequestEntityTooLarge

from geo.db.engine import writing_aside
from geo.errors import GeoError, InputError
from geo.ingest.pictures import MAX_PICTURE_BYTES, clean_picture
from geo.model.reports import KINDS, TEXT_MOST, ReportKind, clean_text, kinds_for
from geo.registry.nearest import Index
from geo.registry.rows import id_of
from geo.upkeep.signed import sign, unsign
from geo.upkeep.tickets import Report, file_report, is_flooded
from web import params
from web.admin.session import network
from web.errors import geo_error, status_of
from web.language import gettext, say
from web.limits import refuse, wants_json
from web.page import no_store
from web.same_site import check_same_site
from web.state import state

__all__ = ["MAX_BODY_BYTES", "blueprint", "cleaned", "fault_json", "sent_photo"]

MAX_BODY_BYTES = 32 * 1024 * 1024
"""More than a photo may have, so that one that is too large is told so in words."""

blueprint = Blueprint("report", __name__)

_FIELDS = ("kind", "text", "device", "stamp", "website")
_STAMP = "report"
_STAMP_MAX_AGE_S = 7 * 86_400
# Nobody reads a page and taps within this; programs do.
_LEAST_S = 2
_DEVICE_LENGTH = 32
_SHOULD_BE_OPEN = {"open": True, "closed": False, "suspended": False}


class Tap(NamedTuple):
    """A button: what it reports, and its words."""

    kind: str
    words: str


@blueprint.get("/s/<code>/report")
def form(code: str) -> Response:
    """Show the form of those without scripts, or with more to say."""
    kind = params.one(params.given(("kind",), strict=False), "kind")
    return _form(code, {"kind": kind})


@blueprint.post("/s/<code>/report")
def send(code: str) -> Response:
    """Take down a report, and lead to its ticket."""
    check_same_site()
    request.max_content_length = MAX_BODY_BYTES
    doc, index, row = _station(code)
    body, values = sent_photo(), _values()
    try:
        report = _report(values, doc, within_hours=_within_hours(index, row))
        # Much work for a few bytes: last, and for nobody who would be refused anyhow.
        if body and not _is_flooded(report):
            report = report._replace(photo=cleaned(body))
    except InputError as error:
        if wants_json():
            raise
        return _form(code, values, error)
    here, now = state(), datetime.now(UTC)
    with writing_aside(here.engine) as session:
        if is_flooded(session, report, now=now):
            return refuse()
        station_id = id_of(session, doc["code"])
        ticket = file_report(session, station_id, report, now=now, settings=here.settings)
    return _sent(ticket)


def fault_json(error: GeoError) -> Response:
    """Answer an error as a page, or in one sentence to a script of ours."""
    if not wants_json():
        return geo_error(error)
    answer = jsonify(detail=gettext(error.message, **error.params))
    answer.status_code = status_of(error)
    return no_store(answer)


blueprint.register_error_handler(GeoError, fault_json)


def sent_photo() -> bytes:
    """Return the photo of the request as it came, empty where there is none.

    Raises
    ------
    InputError
        The request is larger than one with a photo can be.
    """
    try:
        file = request.files.get("photo")
    except RequestEntityTooLarge:
        raise InputError(
            "照片太大,最多 %(most)s MB;请用手机把它缩小,或换一张",
            parameter="photo",
            most=MAX_PICTURE_BYTES // 1024**2,
        ) from None
    return file.read() if file and file.filename else b""


def cleaned(body: bytes) -> bytes | None:
    """Return a photo as it may be kept; None of what is empty.

    Raises
    ------
    InputError
        It cannot be taken.
    """
    return clean_picture(body).body if body else None


def _station(code: str) -> tuple[dict[str, Any], Index, int]:
    index = state().live.index
    row = index.snapshot.row(code)
    return orjson.loads(index.snapshot.doc(row)), index, row


def _values() -> dict[str, str | None]:
    given = params.given(_FIELDS, strict=False)
    return {name: params.one(given, name) for name in _FIELDS}


def _is_flooded(report: Report) -> bool:
    with writing_aside(state().engine) as session:
        return is_flooded(session, report, now=datetime.now(UTC))


def _report(values: Mapping[str, str | None], doc: Mapping[str, Any], *, within_hours: bool | None) -> Report:
    if values["website"]:
        raise InputError("没有收下:请把“网址”那一格清空,再发送一次", parameter="website")
    if values["kind"] not in kinds_for(doc["status"]):
        raise InputError("请选一样要反馈的情况", parameter="kind")
    text = clean_text(values["text"])
    if values["kind"] == ReportKind.SUGGESTION and not text:
        raise InputError("请写一写您的建议", parameter="text")
    _check_stamp(doc["code"], values["stamp"] or "")
    return Report(ReportKind(values["kind"]), within_hours, _device(values["device"]), network(), text)


def _device(mark: str | None) -> str:
    """Return what tells one device from another: a random number of its own, else what its browser is."""
    if mark and len(mark) == _DEVICE_LENGTH and mark.isalnum() and mark.isascii():
        return f"mark {mark}"
    return f"browser {request.user_agent.string}"


def _within_hours(index: Index, row: int) -> bool | None:
    """Return whether the door should be open now; by its hours, whatever else is doubted."""
    now, schedule = datetime.now(UTC), int(index.snapshot.schedule[row])
    if index.openings.state(schedule, now).state == "suspended":
        return False
    bare = index.bare
    return _SHOULD_BE_OPEN.get(bare.openings.state(int(bare.snapshot.schedule[row]), now).state)


def _sent(ticket: str) -> Response:
    page = url_for("tickets.page", code=ticket)
    if not wants_json():
        return no_store(redirect(page, HTTPStatus.SEE_OTHER))
    links = {"more": url_for("tickets.more", code=ticket), "back": url_for("tickets.take_back", code=ticket)}
    answer = jsonify(page=page, **links)
    answer.status_code = HTTPStatus.CREATED
    return no_store(answer)


def _form(code: str, values: Mapping[str, str | None], fault: InputError | None = None) -> Response:
    doc, _, _ = _station(code)
    # Whoever taps again at once does not begin anew.
    stamp = values["stamp"] if fault and fault.parameter != "stamp" else _stamp(doc["code"])
    page = render_template(
        "report.html",
        doc=doc,
        taps=_taps(doc),
        values={name: values.get(name) or "" for name in _FIELDS},
        stamp=stamp or "",
        most=TEXT_MOST,
        fault=gettext(fault.message, **fault.params) if fault else "",
        fault_of=fault.parameter if fault else "",
    )
    return no_store(Response(page, status_of(fault) if fault else HTTPStatus.OK))


@blueprint.app_template_global("report_taps")
def _taps(doc: Mapping[str, Any]) -> list[Tap]:
    return [Tap(kind.value, say(KINDS[kind])) for kind in kinds_for(doc["status"])]


@blueprint.app_template_global("report_stamp")
def _stamp(code: str) -> str:
    """Return the proof that a form was shown: of which station, and when."""
    shown = {"code": code, "at": datetime.now(UTC).timestamp()}
    return sign(current_app.secret_key, _STAMP, shown)


def _check_stamp(code: str, stamp: str) -> None:
    try:
        shown = unsign(current_app.secret_key, _STAMP, stamp, max_age_s=_STAMP_MAX_AGE_S)
    except InputError:
        raise InputError("这一页放得太久了;请刷新后再报一次", parameter="stamp") from None
    if shown["code"] != code:
        raise InputError("这一页放得太久了;请刷新后再报一次", parameter="stamp")
    # Another machine's clock may be ahead.
    if 0 <= datetime.now(UTC).timestamp() - shown["at"] < _LEAST_S:
        raise InputError("发得太快了,请再按一次", parameter="soon")
