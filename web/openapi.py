"""The API told to programs (OpenAPI 3.1), and from the same document to people: a page without any script."""

import hashlib
import re
from typing import Any

import orjson
from flask import Blueprint, Response, render_template

from geo.crs import Crs
from web import params
from web.conditional import conditional
from web.language import gettext
from web.openapi_answers import schemas
from web.openapi_paths import Operation, operations
from web.openapi_words import parameters
from web.state import State, state

__all__ = ["blueprint", "document"]

blueprint = Blueprint("openapi", __name__)

_KNOWN = frozenset({"lang"})
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_FORMS = ("application/json", "application/x-www-form-urlencoded")
_IN_PATH = re.compile(r"<(?:\w+:)?(\w+)>")


@blueprint.get("/api/v1/openapi.json")
def openapi() -> Response:
    """Answer with the document, in the language that is asked for."""
    params.given(_KNOWN)
    body = orjson.dumps(document(state()))
    tag = hashlib.sha256(body).hexdigest()[:20]
    return conditional(tag, lambda: Response(body, content_type="application/json"))


@blueprint.get("/api/")
def page() -> str:
    """Show the document as a page."""
    params.given(_KNOWN, strict=False)
    return render_template("api.html", api=document(state()))


def document(here: State) -> dict[str, Any]:
    """Return the OpenAPI document of this registry, in the request's language."""
    public = Crs(here.settings.public_crs)
    known = parameters(public)
    paths = {_IN_PATH.sub(r"{\1}", item.path): _path(item, known) for item in operations(public)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": gettext("%(name)s:开放数据接口", name=gettext(here.settings.name)),
            "version": "1",
            "description": gettext(
                "只读,任何网站的脚本都可以用,不要密钥。坐标是经度、纬度,度。不认识的参数是错误,不会悄悄忽略。"
                "时间是北京时间,除非写明时差。数据的许可:%(licence)s",
                licence=here.settings.licence,
            ),
        },
        "servers": [{"url": here.settings.public_url.rstrip("/") or "/"}],
        "paths": paths,
        "components": {"schemas": schemas()},
    }


def _path(item: Operation, known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    told = {name: known[name] | _own(item, name) for name in item.names}
    shared = {"summary": item.summary, "description": item.description, "responses": _responses(item)}
    get = shared | {"operationId": _id("get", item), "parameters": [*_in_path(item, known)]}
    get["parameters"] += [
        {"name": name, "in": "query", "required": name in item.required, **about}
        for name, about in told.items()
    ]
    methods = {"get": get}
    if item.posted:
        methods["post"] = shared | {"operationId": _id("post", item), "requestBody": _body(item, told)}
    return methods


def _own(item: Operation, name: str) -> dict[str, Any]:
    return {"schema": item.own[name]} if name in item.own else {}


def _in_path(item: Operation, known: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for name in _IN_PATH.findall(item.path):
        # A code is a station's, but for the address of an area.
        about = known["area" if name == "code" and "/areas/" in item.path else name]
        found.append({"name": name, "in": "path", "required": True, **about})
    return found


def _body(item: Operation, told: dict[str, dict[str, Any]]) -> dict[str, Any]:
    fields = {name: about["schema"] | {"description": about["description"]} for name, about in told.items()}
    schema = {
        "type": "object",
        "properties": fields,
        "required": [*item.required],
        "additionalProperties": False,
    }
    return {"required": True, "content": {form: {"schema": schema} for form in _FORMS}}


def _responses(item: Operation) -> dict[str, Any]:
    content = {
        media: {"schema": {"$ref": f"#/components/schemas/{name}"}} if name else {}
        for media, name in item.content.items()
    }
    found: dict[str, Any] = {"200": {"description": gettext("回答"), "content": content}}
    if item.tagged:
        found["200"]["headers"] = {"ETag": {"schema": {"type": "string"}}}
        found["304"] = {"description": gettext("和 If-None-Match 里的一样,没有变")}
    words = {
        204: gettext("这里没有内容"),
        400: gettext("参数不对,写明哪一个"),
        404: gettext("没有"),
        503: gettext("正在准备,请按 Retry-After 再来"),
    }
    for status in sorted({400, *item.errors}):
        found[str(status)] = {"description": words[status]} | ({} if status == 204 else {"content": _PROBLEM})
    if 503 in item.errors:
        found["503"]["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return found


def _id(method: str, item: Operation) -> str:
    words = re.findall(r"[a-z]+", item.path.removeprefix("/api/v1"))
    return "_".join((method, *words))
