"""The queue of reports: what waits, who has taken it on, what the rider is told."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from geo.db.engine import reading, writing_aside
from geo.errors import InputError
from geo.model.people import Person, Right
from geo.model.reports import KINDS, OPEN_STATES, STATES, ReportKind, TicketState, clean_text
from geo.upkeep.answerable import people_of
from geo.upkeep.answers import answer_ticket, assign_ticket, close_ticket
from geo.upkeep.queue import Waiting, find_ticket, photo_of, read_speed, read_tickets, steps_of
from web import params
from web.admin import session
from web.admin.answering import answer_form, answer_given, since_words, when_words
from web.language import gettext, lazy_gettext, say
from web.page import no_store
from web.state import state
from web.words import age_words

__all__ = ["blueprint"]

blueprint = Blueprint("admin_tickets", __name__, url_prefix="/admin/tickets")

_MOST = 50
_SPEED_DAYS = 90
_SHOWN = {
    "open": (lazy_gettext("等着答复"), OPEN_STATES),
    "answered": (lazy_gettext("已答复"), (TicketState.ANSWERED,)),
    "closed": (lazy_gettext("已结束"), (TicketState.CLOSED,)),
}


@blueprint.get("")
def page() -> str:
    """Show the queue, the newest first."""
    me, asked = session.person(), request.args
    shown = asked.get("show") if asked.get("show") in _SHOWN else "open"
    kind = asked.get("kind") if asked.get("kind") in set(ReportKind) else None
    mine, code = asked.get("mine") == "1", asked.get("code", "").strip()
    before = params.row(params.given(("before",), strict=False), "before")
    with reading(state().engine) as db:
        since = datetime.now(UTC) - timedelta(days=_SPEED_DAYS)
        found = read_tickets(
            db,
            me,
            states=_SHOWN[shown][1],
            kind=kind,
            code=code or None,
            mine=mine,
            before=before,
            most=_MOST + 1,
        )
        speed = read_speed(db, me, since=since)
    return render_template(
        "admin/tickets.html",
        rows=[_row(one) for one in found[:_MOST]],
        older=found[_MOST - 1].id if len(found) > _MOST else None,
        asked={"show": shown, "kind": kind or "", "mine": mine, "code": code},
        shows=[(key, str(words)) for key, (words, _) in _SHOWN.items()],
        kinds=[(one.value, say(words)) for one, words in KINDS.items()],
        speed=speed,
        median=age_words(speed.median_s) if speed.median_s is not None else "",
        days=_SPEED_DAYS,
    )


@blueprint.get("/<int:id_>")
def one(id_: int) -> Response:
    """Show one report, what happened to it, and the forms to answer it."""
    return _one(id_)


@blueprint.get("/<int:id_>/photo.jpg")
def photo(id_: int) -> Response:
    """Give the photo that came with a report, to nobody else."""
    with reading(state().engine) as db:
        body = photo_of(db, session.person(), id_)
    return no_store(Response(body, mimetype="image/jpeg"))


@blueprint.post("/<int:id_>/answer")
def answer(id_: int) -> Response:
    """Answer a report."""
    me = session.person()
    try:
        with writing_aside(state().engine) as db:
            given = answer_given(find_ticket(db, me, id_, Right.VERIFY).kind)
            answer_ticket(db, me, id_, given, now=datetime.now(UTC))
    except InputError as error:
        return _one(id_, error)
    return _back(id_, gettext("答复已经给反馈的人看到"))


@blueprint.post("/<int:id_>/assign")
def assign(id_: int) -> Response:
    """Give a report to somebody, or take it on."""
    to = params.row(params.given(("person",), strict=False), "person") or session.person().id
    with writing_aside(state().engine) as db:
        assign_ticket(db, session.person(), id_, to, now=datetime.now(UTC))
    return _back(id_, gettext("已经分派"))


@blueprint.post("/<int:id_>/close")
def close(id_: int) -> Response:
    """End a report that is none."""
    with writing_aside(state().engine) as db:
        words = clean_text(request.form.get("text"))
        close_ticket(db, session.person(), id_, words=words, now=datetime.now(UTC))
    return _back(id_, gettext("反馈已结束"))


def _one(id_: int, fault: InputError | None = None) -> Response:
    me = session.person()
    with reading(state().engine) as db:
        found = find_ticket(db, me, id_, Right.VIEW)
        steps, people = steps_of(db, id_), people_of(db, found.station_id)
    html = render_template(
        "admin/ticket.html",
        ticket=_row(found),
        steps=[_step(*step) for step in steps],
        waits=found.state in OPEN_STATES and me.may(Right.VERIFY),
        people=_to_choose(people, me, found),
        **answer_form(found.kind, fault),
    )
    return no_store(Response(html, HTTPStatus.BAD_REQUEST if fault else HTTPStatus.OK))


def _to_choose(people: list[Person], me: Person, found: Waiting) -> list[tuple[int, str]]:
    """Return to whom a report can be given: oneself first."""
    others = [(one.id, one.name) for one in people if one.id not in (me.id, found.person_id)]
    mine = [(one.id, gettext("我自己")) for one in people if one.id == me.id and me.id != found.person_id]
    return mine + others


def _row(found: Waiting) -> dict[str, object]:
    return found._asdict() | {
        "kind_words": say(KINDS[ReportKind(found.kind)]),
        "state_words": say(STATES[TicketState(found.state)]),
        "when": when_words(found.at),
        "waits": since_words(found.at) if found.state in OPEN_STATES else "",
        "answered": when_words(found.answered_at),
    }


def _step(at: str, reached: str, role: str, name: str | None, words: str | None) -> dict[str, str]:
    by = name or {"reporter": gettext("反馈的人"), "system": gettext("系统")}.get(role, role)
    return {"when": when_words(at), "what": say(STATES[TicketState(reached)]), "by": by, "words": words or ""}


def _back(id_: int, said: str) -> Response:
    flash(said)
    return redirect(url_for("admin_tickets.one", id_=id_), HTTPStatus.SEE_OTHER)
