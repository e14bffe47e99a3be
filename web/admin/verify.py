"""Saying in the back office that somebody looked at a station."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import format_datetime

from geo.db.engine import reading, writing
from geo.errors import InputError
from geo.model.people import Right
from geo.model.station import public_properties
from geo.upkeep.scope import find_station
from geo.upkeep.verify import VERIFIABLE, doubt_station, verify_station
from geo.upkeep.worklist import Look, read_looks
from web.admin import session
from web.admin.form_view import summary
from web.language import gettext
from web.looking import items_of, read_answer
from web.state import state
from web.verified import checked_words

__all__ = ["blueprint"]

blueprint = Blueprint("admin_verify", __name__, url_prefix="/admin/stations")

_SHOWN = 10


@blueprint.get("/<code>/verify")
def page(code: str) -> str:
    """Show what is registered, to be ticked, and who looked before."""
    return _page(code)


@blueprint.post("/<code>/verify")
def answer(code: str) -> Response | tuple[str, int]:
    """Keep what somebody says."""
    said, me, now = read_answer(), session.person(), datetime.now(UTC)
    try:
        with writing(state().engine) as db:
            if said.right:
                verify_station(db, me, code, said.checked, now=now)
            else:
                doubt_station(db, me, code, said.note, now=now)
    except InputError as error:
        return _page(code, gettext(error.message, **error.params)), HTTPStatus.BAD_REQUEST
    flash(gettext("记下了,谢谢") if said.right else gettext("记下了,已经告诉管这个站点的人"))
    return redirect(url_for("admin_todo.page"), HTTPStatus.SEE_OTHER)


def _page(code: str, fault: str = "") -> str:
    with reading(state().engine) as db:
        id_, row = find_station(db, session.person(), code, Right.VERIFY)
        looks = read_looks(db, id_, most=_SHOWN)
    doc = public_properties(row)
    return render_template(
        "admin/verify.html",
        doc=doc,
        items=items_of(doc) if doc["status"] in VERIFIABLE else [],
        looks=list(map(_told, looks)),
        fault=fault,
        **summary(row),
    )


def _told(look: Look) -> dict[str, Any]:
    return {
        "at": format_datetime(datetime.fromisoformat(look.at), "yyyy-MM-dd HH:mm"),
        "who": look.who or "",
        "right": look.right,
        "checked": checked_words(look.checked),
        "note": look.note or "",
    }
