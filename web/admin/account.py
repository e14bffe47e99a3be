"""One's own account: what is kept of it, another password, ending every session."""

from datetime import UTC, datetime
from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from geo.db.engine import reading, writing_aside
from geo.errors import InputError
from geo.upkeep.entry import sign_in
from geo.upkeep.keeping import codes_kept
from geo.upkeep.people import end_sessions, set_password
from geo.upkeep.personal import export_person
from web.admin import session
from web.admin.documents import json_file
from web.language import gettext
from web.state import state

__all__ = ["blueprint"]

blueprint = Blueprint("admin_account", __name__, url_prefix="/admin/account")


@blueprint.get("")
def page() -> str:
    """Show one's own account."""
    return _page()


@blueprint.post("/password")
def password() -> Response | tuple[str, int]:
    """Change one's own password: every other session ends."""
    me, form = session.person(), request.form
    try:
        if form.get("new", "") != form.get("again", ""):
            raise InputError("两次输入的新密码不一样", parameter="again")
        _prove(form.get("password", ""))
        with writing_aside(state().engine) as db:
            renewed = set_password(db, me.id, form.get("new", ""), by=me.id)
    except InputError as error:
        fault = gettext(error.message, **error.params)
        at = "new" if error.parameter == "again" else "password"
        return _page(fault=fault, fault_at=at), HTTPStatus.BAD_REQUEST
    session.welcome(renewed)
    flash(gettext("密码已换,其他地方的登录都已退出"))
    return redirect(url_for("admin_account.page"), HTTPStatus.SEE_OTHER)


@blueprint.post("/sessions")
def sessions() -> Response:
    """End all sessions and signed links of one's own but this session."""
    me = session.person()
    with writing_aside(state().engine) as db:
        renewed = end_sessions(db, me.id, by=me.id)
    session.welcome(renewed)
    flash(gettext("其他地方的登录都已退出,发出的链接也都作废"))
    return redirect(url_for("admin_account.page"), HTTPStatus.SEE_OTHER)


@blueprint.get("/data.json")
def data() -> Response:
    """Give somebody all that is kept of him."""
    me = session.person()
    with reading(state().engine) as db:
        found = export_person(db, me.id)
    return json_file(found, f"yizhan-account-{me.id}.json")


def _prove(password: str) -> None:
    sign_in(
        state().engine,
        session.person().login,
        password,
        now=datetime.now(UTC),
        network=session.network(),
        act="prove",
    )


def _page(*, fault: str = "", fault_at: str = "") -> str:
    me = session.person()
    with reading(state().engine) as db:
        codes = codes_kept(db, me.id)
    return render_template("admin/account.html", codes=codes, fault=fault, fault_at=fault_at)
