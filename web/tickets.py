"""The ticket of a report: what became of it, for whoever has its link."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, NamedTuple

import orjson
from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for

from geo.db.engine import reading, writing_aside
from geo.errors import GeoError, InputError, NotFoundError
from geo.finder import CHINA
from geo.model.reports import (
    KINDS,
    OPEN_STATES,
    STATES,
    STEP_ROLES,
    TEXT_MOST,
    ReportKind,
    TicketState,
    clean_text,
)
from geo.upkeep.tickets import Step, Ticket, add_more, read_ticket
from geo.upkeep.tickets import take_back as take_back_ticket
from web import params
from web.language import gettext, lazy_gettext, say
from web.limits import wants_json
from web.page import no_store
from web.report import MAX_BODY_BYTES, cleaned, fault_json, sent_photo
from web.same_site import check_same_site
from web.state import state
from web.station_near import open_nearby
from web.words import day_words

__all__ = ["blueprint", "time_words"]

blueprint = Blueprint("tickets", __name__, url_prefix="/t")
blueprint.register_error_handler(GeoError, fault_json)

_SAID = {
    "more": lazy_gettext("补充的内容收到了。"),
    "back": lazy_gettext("已经撤回。"),
}
_DONE = {
    ("new", "reporter"): lazy_gettext("收到了您的反馈"),
    ("assigned", "system"): lazy_gettext("已经派人处理:不止一人反映同样的情况"),
    ("closed", "reporter"): lazy_gettext("您撤回了反馈"),
}
_DONE_BY_STAFF = {
    "assigned": lazy_gettext("已经派人处理"),
    "closed": lazy_gettext("反馈已结束"),
}


class Line(NamedTuple):
    """One thing that happened: when, what, and what was said, a paragraph each."""

    when: str
    at: str
    what: str
    words: list[str]


@blueprint.get("/<code>")
def page(code: str) -> Response:
    """Show what became of a report."""
    said = params.one(params.given(("said",), strict=False), "said")
    with reading(state().engine) as session:
        found = read_ticket(session, code)
    return _page(found, said=str(_SAID.get(said or "", "")))


@blueprint.post("/<code>/more")
def more(code: str) -> Response:
    """Add words or a photo to a report."""
    check_same_site()
    request.max_content_length = MAX_BODY_BYTES
    try:
        body = sent_photo()
        text = clean_text(params.one(params.given(("text",), strict=False), "text"))
        if not body and text is None:
            raise InputError("请写几个字,或者选一张照片", parameter="text")
        # Much work for a few bytes: only for a report that it can be added to.
        photo = cleaned(body) if _waits(code) else None
    except InputError as error:
        if wants_json():
            raise
        return _again(code, error)
    with writing_aside(state().engine) as session:
        add_more(session, code, text=text, photo=photo)
    return _done(code, "more")


@blueprint.post("/<code>/back")
def take_back(code: str) -> Response:
    """End a report that was made by mistake."""
    check_same_site()
    with writing_aside(state().engine) as session:
        take_back_ticket(session, code, now=datetime.now(UTC))
    return _done(code, "back")


def time_words(at: str, now: datetime) -> str:
    """Return a moment, kept as UTC text, as people in China say it."""
    there, today = datetime.fromisoformat(at).astimezone(CHINA), now.astimezone(CHINA).date()
    clock = f"{there.hour}:{there:%M}"
    if there.date() == today:
        return gettext("今天 %(time)s", time=clock)
    if there.date() == today - timedelta(days=1):
        return gettext("昨天 %(time)s", time=clock)
    day = day_words(there.date())
    return f"{day} {clock}" if there.year == today.year else f"{there:%Y-%m-%d} {clock}"


def _waits(code: str) -> bool:
    with reading(state().engine) as session:
        return read_ticket(session, code).state in OPEN_STATES


def _again(code: str, error: InputError) -> Response:
    with reading(state().engine) as session:
        found = read_ticket(session, code)
    typed = params.one(params.given(("text",), strict=False), "text")
    return _page(found, fault=gettext(error.message, **error.params), typed=typed or "")


def _page(found: Ticket, *, said: str = "", fault: str = "", typed: str | None = None) -> Response:
    now = datetime.now(CHINA)
    answer = render_template(
        "ticket.html",
        ticket=found,
        kind=say(KINDS[ReportKind(found.kind)]),
        state=say(STATES[TicketState(found.state)]),
        waits=found.state in OPEN_STATES,
        steps=[_line(step, now) for step in found.steps],
        said=said,
        fault=fault,
        typed=found.text or "" if typed is None else typed,
        most=TEXT_MOST,
        **_around(found, now),
    )
    return no_store(Response(answer, HTTPStatus.BAD_REQUEST if fault else HTTPStatus.OK))


def _around(found: Ticket, now: datetime) -> dict[str, Any]:
    """Return the station, and the nearest other ones that are open."""
    index = state().live.index
    try:
        row = index.snapshot.row(found.station)
    except NotFoundError:
        # Newer than what this process has read.
        return {"doc": {"code": found.station, "name": found.station}, "others": []}
    doc = orjson.loads(index.snapshot.doc(row))
    return {"doc": doc, "others": open_nearby(index, row, doc, now=now)[0]}


def _line(step: Step, now: datetime) -> Line:
    if step.state == TicketState.ANSWERED:
        what = gettext("%(who)s答复了", who=say(STEP_ROLES[step.role]))
    else:
        what = _DONE.get((step.state, step.role)) or _DONE_BY_STAFF[step.state]
    # A ready-made answer is a message of ours, and what was added is as it was written.
    words = [gettext(line) for line in (step.words or "").split("\n") if line.strip()]
    return Line(time_words(step.at, now), step.at, str(what), words)


def _done(code: str, said: str) -> Response:
    if wants_json():
        return no_store(jsonify(said=str(_SAID[said])))
    return no_store(redirect(url_for("tickets.page", code=code, said=said), HTTPStatus.SEE_OTHER))
