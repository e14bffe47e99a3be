"""Signing in and out of the back office."""

from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_login import current_user

from geo.errors import InputError
from geo.model.people import Person, Role
from geo.upkeep.entry import sign_in
from web.admin import session
from web.admin.menu import items_for
from web.language import gettext
from web.state import state

__all__ = ["blueprint"]

_OURS = "/admin/"

blueprint = Blueprint("admin_sign", __name__, url_prefix="/admin")


@blueprint.get("/sign-in")
def page() -> Response | str:
    """Ask who it is; who is signed in already goes on."""
    if current_user.is_authenticated:
        return _go_on(session.person())
    return _form()


@blueprint.post("/sign-in")
def enter() -> Response | tuple[str, int]:
    """Let in whose login and password these are."""
    login, password = request.form.get("login", ""), request.form.get("password", "")
    now = datetime.now(UTC)
    try:
        found = sign_in(state().engine, login, password, now=now, network=session.network())
    except InputError as error:
        return _form(login=login, fault=gettext(error.message, **error.params)), HTTPStatus.UNAUTHORIZED
    session.welcome(found)
    return _go_on(found)


@blueprint.post("/sign-out")
def leave() -> Response:
    """End the session."""
    session.leave()
    return redirect(url_for("admin_sign.page"), HTTPStatus.SEE_OTHER)


def _form(*, login: str = "", fault: str = "") -> str:
    return render_template("admin/sign.html", login=login, fault=fault, hours=state().settings.sign_in_hours)


def _go_on(person: Person) -> Response:
    items = items_for(person)
    # What waits is what a keeper comes for.
    first = "admin_todo.page" if person.role == Role.KEEPER else items[0].endpoint if items else ""
    start = url_for(first or "admin_account.page")
    return redirect(_ours(request.args.get("next", "")) or start, HTTPStatus.SEE_OTHER)


def _ours(address: str) -> str:
    """Return an address if it is a page of the back office, else nothing: links must lead nobody away.

    Examples
    --------
    >>> _ours("/admin/stations?q=东")
    '/admin/stations?q=东'
    >>> {_ours(address) for address in ("//evil.cn/admin/", "https://evil.cn/admin/", "/x", "/admin/\\\\x")}
    {''}
    """
    parts = urlsplit(address)
    plain = address.isprintable() and "\\" not in address
    return address if plain and not parts.netloc and address.startswith(_OURS) else ""
