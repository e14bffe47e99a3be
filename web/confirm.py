"""Where the links of mails lead: to confirm a station, to prove an address, to end the mails. No signing in.

Opening a link changes nothing, as mail programs open links to look at them; the button on the page does. The
link itself proves who asks: it needs no cookie, so that no other site can act with one.
"""

from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, render_template, request

from geo.db.engine import reading, writing, writing_aside
from geo.errors import InputError
from geo.model.people import Right
from geo.model.station import public_properties
from geo.upkeep.links import read_confirm
from geo.upkeep.notices import confirm_subscription, end_subscription, read_end, read_proof
from geo.upkeep.scope import find_station
from geo.upkeep.secret import secret_of
from geo.upkeep.verify import doubt_station, verify_station
from web import params
from web.language import gettext
from web.looking import items_of, read_answer
from web.state import state

__all__ = ["blueprint"]

blueprint = Blueprint("confirm", __name__)


@blueprint.get("/confirm/<token>")
def page(token: str) -> Response:
    """Ask whether a station is still as registered.

    Raises
    ------
    InputError
        The link is forged, too old, or its account has ended.
    NotFoundError
        The station is not his any more.
    """
    params.given((), strict=False)
    return _ask(token)


@blueprint.post("/confirm/<token>")
def answer(token: str) -> Response:
    """Keep what somebody says."""
    here, said, now = state(), read_answer(), datetime.now(UTC)
    try:
        with writing(here.engine) as db:
            who, code = read_confirm(db, secret_of(here.settings), token)
            if said.right:
                verify_station(db, who, code, said.checked, now=now)
            else:
                doubt_station(db, who, code, said.note, now=now)
    except InputError as error:
        if error.parameter == "token":
            raise
        return _ask(token, gettext(error.message, **error.params))
    return _page("confirm.html", 200, said=said, code=code)


@blueprint.get("/notices/confirm/<token>")
def prove(token: str) -> Response:
    """Ask whoever reads mail at an address whether to be told there."""
    read_proof(secret_of(state().settings), token)
    return _page("confirm_notices.html", 200, act="prove", done=False)


@blueprint.post("/notices/confirm/<token>")
def proved(token: str) -> Response:
    """Begin to tell him."""
    id_ = read_proof(secret_of(state().settings), token)
    with writing_aside(state().engine) as db:
        confirm_subscription(db, id_)
    return _page("confirm_notices.html", 200, act="prove", done=True)


@blueprint.get("/notices/end/<token>")
def end(token: str) -> Response:
    """Ask whether to end the mails."""
    read_end(secret_of(state().settings), token)
    return _page("confirm_notices.html", 200, act="end", done=False)


@blueprint.post("/notices/end/<token>")
def ended(token: str) -> Response:
    """End the mails; mail programs post here themselves (RFC 8058)."""
    id_ = read_end(secret_of(state().settings), token)
    with writing_aside(state().engine) as db:
        end_subscription(db, id_)
    return _page("confirm_notices.html", 200, act="end", done=True)


def _ask(token: str, fault: str = "") -> Response:
    here = state()
    with reading(here.engine) as db:
        who, code = read_confirm(db, secret_of(here.settings), token)
        _, row = find_station(db, who, code, Right.VERIFY)
    doc = public_properties(row)
    shown = {"doc": doc, "items": items_of(doc), "typed": request.form.get("note", "")}
    return _page("confirm.html", 400 if fault else 200, said=None, code=code, fault=fault, **shown)


def _page(template: str, status: int, **values: object) -> Response:
    made = make_response(render_template(template, **values), status)
    made.headers["Cache-Control"] = "no-store"
    return made
