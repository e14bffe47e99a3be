"""Printing what is registered of stations, to be compared with what is there."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request, url_for

from geo.db.engine import reading
from geo.errors import InputError
from geo.model.hours import CHINA
from geo.model.people import Right
from geo.model.station import public_properties
from geo.report.inspection import Inspection, Line, Visit, printed_inspection
from geo.upkeep.scope import find_station
from geo.upkeep.verify import VERIFIABLE, policy_of
from geo.upkeep.worklist import read_due
from web.admin import session
from web.language import gettext, language
from web.looking import items_of
from web.page import is_demo
from web.sheet_words import place_words
from web.state import base_url, state
from web.verified import verified_words
from web.words import KINDS

__all__ = ["blueprint"]

blueprint = Blueprint("admin_inspection", __name__, url_prefix="/admin")

_MOST = 60
_USUAL = 20


@blueprint.get("/sheets.pdf")
def sheets() -> Response:
    """Answer with the sheets of some stations, of the most urgent ones where none is named.

    Raises
    ------
    InputError
        There are too many, or none.
    """
    docs = _docs(request.args.getlist("code"))
    if not docs:
        raise InputError("没有要核实的站点,不用打印核实表")
    here = state()
    made = printed_inspection(_inspection(docs), fonts=here.settings.home / "fonts")
    answer = Response(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = "inline; filename=inspection.pdf"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _docs(codes: list[str]) -> list[dict[str, Any]]:
    """Return the public properties of the stations to print: nothing else belongs on paper."""
    here, me = state(), session.person()
    if len(codes) > _MOST:
        raise InputError("一次最多打印 %(most)s 张核实表,请少勾一些", parameter="code", most=_MOST)
    with reading(here.engine) as db:
        if not codes:
            today = datetime.now(CHINA).date()
            codes = [one.code for one in read_due(db, me, today, policy_of(here.settings), most=_USUAL)]
        rows = [find_station(db, me, code, Right.VERIFY)[1] for code in dict.fromkeys(codes)]
    return [public_properties(row) for row in rows if row["status"] in VERIFIABLE]


def _inspection(docs: list[dict[str, Any]]) -> Inspection:
    here = state()
    return Inspection(
        lang=language(),
        title=gettext("站点核实表"),
        registry=gettext(here.settings.name),
        demo=gettext("演示") if is_demo(here.live.index.snapshot, here.settings.name) else "",
        date=datetime.now(CHINA).date().isoformat(),
        words={
            "how": gettext("到现场逐项看一看,勾上对或不对,不对的写上实际情况;回来扫码登记。"),
            "item": gettext("看什么"),
            "registered": gettext("登记的"),
            "looked": gettext("看到的"),
            "right": gettext("对"),
            "wrong": gettext("不对"),
            "should_be": gettext("实际情况"),
            "scan": gettext("扫码登记"),
            "day": gettext("日期"),
            "who": gettext("核实人"),
        },
        visits=tuple(map(_visit, docs)),
    )


def _visit(doc: dict[str, Any]) -> Visit:
    here = state()
    kind, today = str(KINDS[doc["kind"]]), datetime.now(CHINA).date()
    return Visit(
        code=doc["code"],
        name=doc["name"],
        kind="" if kind in doc["name"] else kind,
        place=place_words(doc),
        last=verified_words(doc, today, policy_of(here.settings)),
        lines=tuple(Line(item.label, item.text) for item in items_of(doc)),
        url=base_url(here.settings) + url_for("admin_verify.page", code=doc["code"], lang=None),
    )
