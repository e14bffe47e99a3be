"""No more requests than people make, where nobody is signed in and something is written or could be guessed.

Flask-Limiter counts in each worker's memory: it turns a flood away before the database is touched. It has no
store that workers share and that would not have to be installed first; so how much one device or one network
may report is counted in the database, over all workers and machines (`geo.upkeep.tickets.is_flooded`).
"""

import hashlib
import hmac
import secrets
from http import HTTPStatus

from flask import Flask, Response, jsonify, request
from flask_limiter import Limiter, RequestLimit
from werkzeug.exceptions import TooManyRequests

from web.admin.session import network
from web.language import gettext

__all__ = ["init_limits", "refuse", "wants_json"]

_BLUEPRINTS = ("report", "tickets")
_SIGN_IN = "admin_sign.enter"
# Of one network, each page, each worker. All phones of a carrier may be one network.
_AMOUNT = "60/minute;600/hour"
# Wrong ones of one network, whatever logins it tries: an office of many people may be one network.
_SIGN_IN_AMOUNT = "30/hour"
_KEY_BYTES = 32
_RETRY_AFTER_S = 600


def init_limits(app: Flask) -> None:
    """Count the requests to some pages of the app, and failures to sign in, by network.

    No address is kept, even in memory.
    """
    key = secrets.token_bytes(_KEY_BYTES)

    def mark() -> str:
        return hmac.new(key, (network() or "").encode(), hashlib.sha256).hexdigest()

    Limiter(
        mark,
        app=app,
        storage_uri="memory://",
        default_limits=[_amount],
        default_limits_exempt_when=lambda: not _is_counted(),
        default_limits_deduct_when=_counts,
        on_breach=_on_breach,
    )


def refuse() -> Response:
    """Return the answer to what is too much, to a script of ours; to others it is a page.

    Raises
    ------
    TooManyRequests
        Which web/errors.py makes the page of.
    """
    if not wants_json():
        raise TooManyRequests(retry_after=_RETRY_AFTER_S)
    answer = jsonify(detail=gettext("这里收到的请求太多了,请过一会儿再试"))
    answer.status_code = TooManyRequests.code
    answer.headers["Retry-After"] = str(_RETRY_AFTER_S)
    return answer


def wants_json() -> bool:
    """Return whether a script of ours asks, which shows what is said within the page it is on."""
    return request.accept_mimetypes.best == "application/json"


def _is_counted() -> bool:
    return request.blueprint in _BLUEPRINTS or request.endpoint == _SIGN_IN


def _counts(answer: Response) -> bool:
    return request.endpoint != _SIGN_IN or answer.status_code == HTTPStatus.UNAUTHORIZED


def _amount() -> str:
    return _SIGN_IN_AMOUNT if request.endpoint == _SIGN_IN else _AMOUNT


def _on_breach(_breached: RequestLimit) -> Response | None:
    return refuse()
