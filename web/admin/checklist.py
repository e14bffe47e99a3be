"""A station held against a standard, item by item: what its record proves, and what somebody saw."""

from http import HTTPStatus
from typing import Any, NamedTuple

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from geo.db.engine import reading, writing
from geo.errors import ConflictError, InputError
from geo.model.people import Right
from geo.model.standards import STANDARDS, Standard, check
from geo.upkeep.edits import Held, edit_station, hold_station
from web.admin.form_view import summary
from web.admin.sent import sent_version
from web.admin.session import person
from web.language import gettext, language, lazy_gettext
from web.state import state

__all__ = ["blueprint"]

blueprint = Blueprint("admin_checklist", __name__, url_prefix="/admin/stations/<code>/checklist")

_ANSWERS = {
    "pass": lazy_gettext("符合"),
    "fail": lazy_gettext("不符合"),
    "": lazy_gettext("按资料判断"),
}
_RESULTS = {
    "pass": lazy_gettext("符合"),
    "fail": lazy_gettext("不符合"),
    "unknown": lazy_gettext("资料里看不出来"),
}


class Line(NamedTuple):
    """An item: what somebody said of it, and what the record proves without that."""

    code: str
    name: str
    optional: bool
    answer: str
    proved: str


@blueprint.get("")
def page(code: str) -> str:
    """Show the checklist of a standard: the one asked for, else the one the station follows."""
    with reading(state().engine) as session:
        held = hold_station(session, person(), code)
    return _page(held, _standard(held, request.args.get("standard", "")))


@blueprint.post("")
def save(code: str) -> Response | tuple[str, int]:
    """Keep what somebody saw, and by which standard."""
    me, form = person(), request.form
    with reading(state().engine) as session:
        held = hold_station(session, me, code, Right.EDIT)
    standard = _standard(held, form.get("standard", ""))
    if standard is None:
        raise InputError("请选择一个标准", parameter="standard")
    try:
        with writing(state().engine) as session:
            edit_station(
                session,
                me,
                code,
                {"standard": standard.code, "checklist": _answers(held, standard)},
                version=sent_version(),
                why=gettext("标准检查"),
            )
    except ConflictError:
        fault = gettext("您打开以后别人改过这个站点。您勾选的都还在下面,核对后请再保存一次。")
        return _page(held, standard, form=form, fault=fault), HTTPStatus.CONFLICT
    flash(gettext("已保存"))
    return redirect(url_for("admin_checklist.page", code=code), HTTPStatus.SEE_OTHER)


def _standard(held: Held, asked: str) -> Standard | None:
    return STANDARDS.get(asked or held.row["standard"] or "")


def _answers(held: Held, standard: Standard) -> dict[str, str]:
    """Return all answers of a station: those of other standards stay as they are."""
    answers = dict(held.row["checklist"] or {})
    for item in standard.items:
        answers.pop(item.code, None)
        if (answer := request.form.get(f"item.{item.code}")) in ("pass", "fail"):
            answers[item.code] = answer
    return answers


def _page(held: Held, standard: Standard | None, *, form: Any = None, fault: str = "") -> str:
    chinese = language() == "zh"
    return render_template(
        "admin/checklist.html",
        standard=standard,
        standards=[(one.code, one.zh if chinese else one.en) for one in _of_kind(held.row["kind"])],
        lines=_lines(held, standard, form) if standard else [],
        answers=_ANSWERS,
        results=_RESULTS,
        version=held.version,
        fault=fault,
        **summary(held.row),
    )


def _of_kind(kind: str) -> list[Standard]:
    return [standard for standard in STANDARDS.values() if standard.kind == kind]


def _lines(held: Held, standard: Standard, form: Any) -> list[Line]:
    chinese = language() == "zh"
    said = held.row["checklist"] or {}
    proved = check({**held.row, "checklist": {}}, standard.code)
    return [
        Line(
            item.code,
            item.zh if chinese else item.en,
            item.optional,
            said.get(item.code, "") if form is None else form.get(f"item.{item.code}", ""),
            proved[item.code],
        )
        for item in standard.items
    ]
