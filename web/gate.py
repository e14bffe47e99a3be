"""The gate of the back office: every request passes it, and `web.rules` says what it asks for."""

import time
from datetime import timedelta
from http import HTTPStatus

from flask import Flask, Response, current_app, redirect, render_template, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from itsdangerous import URLSafeTimedSerializer

from geo.db.engine import reading
from geo.errors import ForbiddenError, InputError
from geo.model.people import Right
from geo.upkeep.people import find_person
from geo.upkeep.scope import check_right
from geo.upkeep.secret import secret_of
from geo.upkeep.signed import Signer
from web.admin.session import Signed, person
from web.errors import geo_error
from web.rules import RULES, Open
from web.state import KEY, state

__all__ = ["check_rules", "init_gate"]

_csrf = CSRFProtect()
# Public pages that look into the database itself; all others answer from memory.
_ASKING = ("confirm", "photos", "report", "tickets")
# PostgreSQL takes no such text, and nobody types it.
_NUL = "内容里有看不见的空字符,请删去后重试"
_STALE_FORM = "这张表单放得太久,或者不是从本站打开的;请返回上一页,刷新后再提交"


class _Sessions(SecureCookieSessionInterface):
    """Flask's sessions, which the clocks of several machines may differ about by some minutes."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(app.secret_key, salt="yizhan.session", signer=Signer)


def init_gate(app: Flask) -> None:
    """Have every request of the app pass the gate."""
    settings = app.extensions[KEY].settings
    app.secret_key = secret_of(settings)
    app.session_interface = _Sessions()
    app.config |= {
        "SESSION_COOKIE_NAME": "yizhan",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.public_url.startswith("https://"),
        "SESSION_COOKIE_PATH": "/admin",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=settings.sign_in_hours),
        "SESSION_REFRESH_EACH_REQUEST": False,
        # As long as the session: a form filled in over a long lunch is not lost.
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_CHECK_DEFAULT": False,
    }
    # Not init_app: what it adds after each request would open the session, and so mark public pages as
    # different for each cookie.
    app.login_manager = LoginManager()
    app.login_manager.user_loader(_load)
    _csrf.init_app(app)
    app.register_error_handler(CSRFError, _stale_form)
    app.before_request(_pass)


def check_rules(app: Flask) -> None:
    """Refuse to start with a route that has no rule.

    Raises
    ------
    LookupError
        Naming them.
    """
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    if left := sorted(endpoints - set(RULES)):
        raise LookupError(f"web/rules.py has no line for {', '.join(left)}")


def _load(id_: str) -> Signed | None:
    number, _, key = id_.partition(".")
    with reading(state().engine) as db:
        found = find_person(db, int(number)) if number.isdecimal() else None
    age_s = time.time() - session.get("since", 0)
    young = age_s <= current_app.permanent_session_lifetime.total_seconds()
    alive = young and found is not None and found.active and found.session_key == key
    return Signed(found) if alive else None


def _pass() -> Response | tuple[str, int] | None:
    rule = RULES.get(request.endpoint or "", Open.PUBLIC)
    asks_database = rule != Open.PUBLIC or request.blueprint in _ASKING
    if asks_database and ("\0" in request.path or b"%00" in request.query_string):
        raise InputError(_NUL)
    if rule == Open.PUBLIC:
        return None
    if isinstance(rule, Right) and not current_user.is_authenticated:
        return _sign_in_first()
    if isinstance(rule, Right):
        check_right(person(), rule)
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        _csrf.protect()
        if any("\0" in text for texts in request.form.listvalues() for text in texts):
            raise InputError(_NUL)
    return None


def _sign_in_first() -> Response | tuple[str, int]:
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("admin_sign.page", next=request.full_path.rstrip("?")))
    # What was typed is still in the page before: nothing is lost by saying so.
    return render_template("admin/signed_out.html"), HTTPStatus.UNAUTHORIZED


def _stale_form(_error: CSRFError) -> Response:
    return geo_error(ForbiddenError(_STALE_FORM))
