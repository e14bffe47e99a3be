"""A study's map, in a frame of its own, and its report and layers to take away."""

import re
import secrets

from flask import Blueprint, Response, render_template, request

from geo.errors import NotFoundError
from geo.registry.studies import Kept
from web import params
from web.headers import fence
from web.language import lazy_gettext
from web.plan_making import made_file
from web.plan_store import kept_study
from web.plan_words import study_name
from web.state import state

__all__ = ["FORMATS", "blueprint"]

blueprint = Blueprint("files", __name__)

FORMATS = {
    "html": (lazy_gettext("报告(网页,可离线打开)"), "text/html; charset=utf-8"),
    "pdf": (lazy_gettext("报告(PDF,可打印)"), "application/pdf"),
    "xlsx": (
        lazy_gettext("表格(Excel)"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "gpkg": (lazy_gettext("图层(GeoPackage)"), "application/geopackage+sqlite3"),
    "geojson": (lazy_gettext("图层(GeoJSON)"), "application/geo+json"),
}
"""The endings there are: what each is called, and what it is."""

_KNOWN = frozenset({"lang"})
_AGAIN_S = 2
_SCRIPT = re.compile(r"<script\b")
# A document of folium's brings scripts and styles of its own. It has no address of ours to act in the name of
# (an opaque origin), and reaches no host.
_MAP_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline' data:; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@blueprint.get("/<id>/map")
def map_frame(id: str) -> Response | tuple[str, int, dict[str, str]]:
    """Answer with the map of a study, for a frame."""
    params.given(_KNOWN, strict=False)
    path = made_file(state().settings, _done(id).id, "map")
    if path is None:
        return _in_the_making()
    nonce = secrets.token_urlsafe(16)
    # Its scripts are folium's and ours; names stand in it as data, where no script can begin.
    document = _SCRIPT.sub(f'<script nonce="{nonce}"', path.read_text("utf-8"))
    place = render_template("plan_place.html", nonce=nonce)
    fence(_MAP_POLICY.format(nonce=nonce))
    return Response(document.replace("</html>", f"{place}</html>"), mimetype="text/html")


@blueprint.get("/<id>/report.<format>")
def report(id: str, format: str) -> Response | tuple[str, int, dict[str, str]]:
    """Answer with a file of a study to take away.

    Raises
    ------
    NotFoundError
        There is no such format.
    """
    params.given(_KNOWN, strict=False)
    if format not in FORMATS:
        raise NotFoundError(
            "没有 .%(value)s 格式的下载,可以是 %(known)s",
            value=format[: params.SHOWN],
            known="、".join(FORMATS),
        )
    kept = _done(id)
    path = made_file(state().settings, kept.id, format)
    if path is None:
        return _in_the_making()
    answer = Response(path.read_bytes(), content_type=FORMATS[format][1])
    name = study_name(kept.asked, state().live.index.snapshot)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{_plain(name)} {kept.id}.{format}")
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.add_etag()
    return answer.make_conditional(request)


def _done(id_: str) -> Kept:
    kept = kept_study(id_)
    if kept.found is None:
        raise NotFoundError("研究 %(id)s 还没有算完,没有报告", id=kept.id)
    return kept


def _in_the_making() -> tuple[str, int, dict[str, str]]:
    return render_template("plan_making.html"), 202, {"Refresh": str(_AGAIN_S), "Cache-Control": "no-store"}


def _plain(name: str) -> str:
    # A file's name holds no separators and no invisible characters.
    kept = "".join(char if char.isalnum() or char in "-_()()·" else " " for char in name[: params.SHOWN])
    return " ".join(kept.split())
