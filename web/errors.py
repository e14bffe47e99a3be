"""What goes wrong, as HTTP says it: problem+json (RFC 9457) to programs, a page to people."""

from http import HTTPStatus

import orjson
from flask import Flask, Response, render_template, request
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from geo.errors import (
    ConflictError,
    FileError,
    ForbiddenError,
    GeoError,
    InputError,
    NotFoundError,
    SettingError,
    UnavailableError,
)
from web.language import gettext, lazy_gettext

__all__ = ["STATUS", "geo_error", "init_errors", "status_of"]

STATUS: dict[type[GeoError], int] = {
    GeoError: 500,
    InputError: 400,
    FileError: 400,
    NotFoundError: 404,
    ForbiddenError: 403,
    ConflictError: 409,
    SettingError: 500,
    UnavailableError: 503,
}

_FOR_PROGRAMS = ("/api/v1/", "/basemap/", "/oembed")
_RETRY_AFTER_S = 5
_TITLES = {
    400: lazy_gettext("这个请求看不懂"),
    403: lazy_gettext("没有接受这个请求"),
    404: lazy_gettext("没有找到"),
    405: lazy_gettext("这个网址不支持这种请求"),
    409: lazy_gettext("资料已经变动"),
    413: lazy_gettext("发来的内容太大"),
    429: lazy_gettext("请求太多"),
    500: lazy_gettext("这里出了错"),
    501: lazy_gettext("没有这种格式"),
    503: lazy_gettext("暂时不能提供服务"),
}
_DETAILS = {
    403: lazy_gettext("只接受从本站的页面提交;请回到本站的页面再试"),
    404: lazy_gettext("没有这个网址,请检查是否写对"),
    405: lazy_gettext("请查看接口说明里这个网址支持的方法"),
    413: lazy_gettext("请求正文最多 64 kB"),
    429: lazy_gettext("这里收到的请求太多了,请过一会儿再试"),
    500: lazy_gettext("问题已记录,请稍后再试"),
}


def status_of(error: GeoError) -> int:
    """Return the HTTP status of an error, that of the nearest class in the tree.

    Examples
    --------
    >>> status_of(InputError("x")), status_of(GeoError("x"))
    (400, 500)
    """
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def init_errors(app: Flask) -> None:
    """Answer every error of the app in one of the two forms."""
    app.register_error_handler(GeoError, geo_error)
    app.register_error_handler(HTTPException, _http_error)


def geo_error(error: GeoError) -> Response:
    """Return the answer to an error."""
    status = status_of(error)
    detail = gettext(error.message, **error.params)
    answer = _answer(status, detail, getattr(error, "parameter", None))
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = str(_RETRY_AFTER_S)
    return answer


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    answer = _answer(status, str(_DETAILS.get(status) or error.description or ""), None)
    for name, value in error.get_headers():
        if name.lower() != "content-type":
            answer.headers[name] = value
    return answer


def _page() -> str:
    # To look who it is on a public page would open the session.
    office = request.path.startswith("/admin/") and current_user.is_authenticated
    return "admin/error.html" if office else "error.html"


def _answer(status: int, detail: str, parameter: str | None) -> Response:
    title = str(_TITLES.get(status) or HTTPStatus(status).phrase)
    if request.path.startswith(_FOR_PROGRAMS):
        problem = {"type": "about:blank", "title": title, "status": status}
        problem |= {"detail": detail, "parameter": parameter}
        answer = Response(orjson.dumps(problem), status, content_type="application/problem+json")
    else:
        page = render_template(_page(), title=title, detail=detail, status=status)
        answer = Response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
