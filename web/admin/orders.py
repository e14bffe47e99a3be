"""Work orders: doors that several people found locked, with a deadline for an answer."""

from datetime import UTC, datetime
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from geo.db.engine import reading, writing_aside
from geo.errors import InputError
from geo.model.people import Right
from geo.model.reports import ReportKind
from geo.upkeep.answers import answer_order
from geo.upkeep.queue import Order, find_order, read_orders
from web import params
from web.admin import session
from web.admin.answering import answer_form, answer_given, since_words, when_words
from web.language import gettext, lazy_gettext
from web.page import no_store
from web.state import state

__all__ = ["blueprint"]

blueprint = Blueprint("admin_orders", __name__, url_prefix="/admin/orders")

_MOST = 50
_STATES = {
    "open": lazy_gettext("等着答复"),
    "lapsed": lazy_gettext("过了期限"),
    "answered": lazy_gettext("已答复"),
}
_SHOWN = {
    "open": (lazy_gettext("等着答复"), ("open", "lapsed")),
    "answered": (lazy_gettext("已答复"), ("answered",)),
}


@blueprint.get("")
def page() -> str:
    """Show the orders, the newest first."""
    shown = request.args.get("show") if request.args.get("show") in _SHOWN else "open"
    before = params.row(params.given(("before",), strict=False), "before")
    with reading(state().engine) as db:
        found = read_orders(db, session.person(), states=_SHOWN[shown][1], before=before, most=_MOST + 1)
    return render_template(
        "admin/orders.html",
        rows=[_row(one) for one in found[:_MOST]],
        older=found[_MOST - 1].id if len(found) > _MOST else None,
        shown=shown,
        shows=[(key, str(words)) for key, (words, _) in _SHOWN.items()],
    )


@blueprint.get("/<int:id_>")
def one(id_: int) -> Response:
    """Show one order, and the form to answer it."""
    return _one(id_)


@blueprint.post("/<int:id_>/answer")
def answer(id_: int) -> Response:
    """Answer an order: the station is no longer in doubt, and all who reported it are told."""
    try:
        with writing_aside(state().engine) as db:
            given = answer_given(ReportKind.LOCKED)
            answer_order(db, session.person(), id_, given, now=datetime.now(UTC))
    except InputError as error:
        return _one(id_, error)
    flash(gettext("答复已经给反馈的人看到,“可能没开门”已经取消"))
    return redirect(url_for("admin_orders.one", id_=id_), HTTPStatus.SEE_OTHER)


def _one(id_: int, fault: InputError | None = None) -> Response:
    me = session.person()
    with reading(state().engine) as db:
        found = find_order(db, me, id_, Right.VIEW)
    html = render_template(
        "admin/order.html",
        order=_row(found),
        waits=found.state != "answered" and me.may(Right.VERIFY),
        **answer_form(ReportKind.LOCKED, fault),
    )
    return no_store(Response(html, HTTPStatus.BAD_REQUEST if fault else HTTPStatus.OK))


def _row(found: Order) -> dict[str, object]:
    late = found.state != "answered" and datetime.fromisoformat(found.due_at) <= datetime.now(UTC)
    return found._asdict() | {
        "state_words": str(_STATES["lapsed" if late else found.state]),
        "late": late,
        "when": when_words(found.at),
        "due": when_words(found.due_at),
        "since": since_words(found.at),
        "answered": when_words(found.answered_at),
        "reason": gettext(found.reason),
    }
