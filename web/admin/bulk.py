"""Many stations changed alike: chosen in the table, looked at before it is done, none over anybody's head."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from flask import Blueprint, Response, flash, redirect, render_template, request

from geo.crs import Crs
from geo.db.engine import reading, writing
from geo.errors import GeoError, InputError
from geo.model.facilities import FACILITIES
from geo.model.station import Status
from geo.registry.write import Edit, differences
from geo.upkeep.bulk import MOST, Alike, Bulk, change_alike, plan_alike
from geo.upkeep.choices import unit_names
from geo.upkeep.edits import newest_change
from geo.upkeep.stations import find_codes
from web.admin.form_view import form_groups
from web.admin.sent import faults_of, sent_version, sent_why
from web.admin.session import person
from web.admin.station_fields import ANSWERS, label_of, shown, texts_of
from web.admin.station_form import Known, read_texts, typed
from web.admin.table_question import address_kept, measure, read_kept
from web.language import gettext
from web.state import state

__all__ = ["LISTED", "Line", "blueprint", "fault_words", "line_of", "named"]

blueprint = Blueprint("admin_bulk", __name__, url_prefix="/admin/bulk")

_FIELDS = (
    "status", "closed_reason", "unit_code", "hours_raw", "season", "access_who", "access_how", "host_type",
    "build_type", "run_org", "district_name", "street_name",
)  # fmt: skip
_NEED_A_REASON = (Status.SUSPENDED, Status.CLOSED)
_UNKNOWN = "unknown"
LISTED = 200
"""How many stations are shown with what is changed of them."""

_NAMED = 10


class Line(NamedTuple):
    """What the change does to one station, field by field: what it is called, before and after."""

    code: str
    name: str
    differences: list[tuple[str, str, str]]


@blueprint.get("")
def page() -> str | tuple[str, int]:
    """Show what can be set for the chosen stations."""
    return _form({}, {})


@blueprint.post("")
def change() -> Response | str | tuple[str, int]:
    """Show what a change does, or, once that was agreed to, make it."""
    me, form = person(), request.form
    if "again" in form:
        return _form(form, {})
    alike, faults = _alike()
    if not faults and not alike.values and not alike.facilities:
        faults[""] = gettext("请至少选一项要改的内容")
    if alike.values.get("status") in _NEED_A_REASON and not alike.values.get("closed_reason"):
        faults.setdefault("closed_reason", gettext("关闭或暂停站点要写原因"))
    if faults:
        return _form(form, faults), HTTPStatus.BAD_REQUEST
    try:
        if "since" not in form:
            return _preview(alike)
        with writing(state().engine) as session:
            bulk = change_alike(
                session, me, _codes(session), alike, since=sent_version("since"), why=sent_why()
            )
    except InputError as error:
        return _form(form, faults_of(error, _FIELDS)), HTTPStatus.BAD_REQUEST
    flash(_done(bulk))
    if bulk.number is not None:
        # The table offers to take it back.
        flash(str(bulk.number), "bulk")
    return redirect(address_kept(form.get("back", "")), HTTPStatus.SEE_OTHER)


def _preview(alike: Alike) -> str:
    with reading(state().engine) as session:
        since = newest_change(session)
        bulk = plan_alike(session, person(), _codes(session), alike, since=since)
    return render_template(
        "admin/bulk_preview.html",
        lines=[line_of(edit) for edit in bulk.edits[:LISTED]],
        count=len(bulk.edits),
        same=bulk.same,
        left=[(code, fault_words(error)) for code, error in bulk.left],
        since=since,
        given=[pair for pair in request.form.items(multi=True) if pair[0] not in ("csrf_token", "since")],
    )


def _form(texts: Any, faults: dict[str, str]) -> str:
    with reading(state().engine) as session:
        codes, units = _codes(session), unit_names(session, person())
    known = Known(units, {})
    inputs = [
        item
        for group in form_groups(texts, faults, known)
        for item in group["inputs"]
        if item["is"].key in _FIELDS
    ]
    return render_template(
        "admin/bulk.html",
        codes=codes,
        chosen=request.values.getlist("code"),
        every="all" in request.values,
        back=request.values.get("back", ""),
        inputs=[_optional(item) for item in inputs],
        facilities=[(code, label_of(f"facilities.{code}")) for code in FACILITIES],
        answers=[("yes", ANSWERS["yes"]), ("no", ANSWERS["no"]), (_UNKNOWN, ANSWERS[""])],
        texts=texts,
        fault=faults.get("", ""),
        most=MOST,
    )


def _optional(item: dict[str, Any]) -> dict[str, Any]:
    """Offer to leave a field as it is."""
    options = [option for option in item["is"].options if option[0]]
    if options:
        item["is"] = item["is"]._replace(options=(("", gettext("不改")), *options))
    return item


def _codes(session: Any) -> list[str]:
    """Return the codes that were ticked, or those of all that the table asked for."""
    if "all" not in request.values:
        return list(dict.fromkeys(code.upper() for code in request.values.getlist("code")))
    wanted = read_kept(request.values.get("back", ""))
    return find_codes(session, person(), wanted, measure(), most=MOST)


def _alike() -> tuple[Alike, dict[str, str]]:
    """Return what the form sets; what it leaves empty stays."""
    form = request.form
    texts = {key: text for key, text in typed(form).items() if text and key in _FIELDS}
    with reading(state().engine) as session:
        known = Known(unit_names(session, person()), {})
    found = read_texts({}, texts, known, crs=Crs.WGS84, summer=state().settings.summer)
    said = {code: form.get(f"facilities.{code}", "") for code in FACILITIES}
    answers = {
        code: None if text == _UNKNOWN else text
        for code, text in said.items()
        if text in ("yes", "no", _UNKNOWN)
    }
    return Alike(found.values, answers), found.faults


def line_of(edit: Edit) -> Line:
    """Return what an edit does, in words."""
    was, now = (texts_of(side) for side in differences(edit.before, edit.values))
    told = [
        (label_of(key), shown(key, was.get(key, "")), shown(key, now.get(key, "")))
        for key in dict.fromkeys([*was, *now])
        if was.get(key, "") != now.get(key, "")
    ]
    return Line(edit.before["code"], edit.before["name"], told)


def fault_words(error: GeoError) -> str:
    """Return why a station is left as it is."""
    return gettext(error.message, **error.params)


def named(left: Sequence[tuple[str, GeoError]]) -> str:
    """Return the codes of stations that were left as they are, of many the first."""
    return "、".join(code for code, _ in left[:_NAMED])


def _done(bulk: Bulk) -> str:
    if not bulk.left:
        return gettext("改了 %(count)s 个站点", count=len(bulk.edits))
    return gettext(
        "改了 %(count)s 个站点;%(left)s 个没有改(%(codes)s):有人刚改过,或不能这样改",
        count=len(bulk.edits),
        left=len(bulk.left),
        codes=named(bulk.left),
    )
