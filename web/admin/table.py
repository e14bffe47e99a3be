"""The table of somebody's stations, with filters that are its address, and views saved under a name."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from flask import Blueprint, Response, flash, redirect, render_template, request

from geo.db.engine import reading, writing_aside
from geo.model.facilities import FACILITIES
from geo.model.station import Kind, Status
from geo.model.verification import Standing, standing
from geo.upkeep.choices import unit_names
from geo.upkeep.stations import COUNTED, NONE, Line, Measure, Wanted, list_stations
from geo.upkeep.views import View, drop_view, list_views, save_view
from web import params
from web.admin.session import person
from web.admin.table_question import address_kept, address_of, measure, plain_query, query_of, read_wanted
from web.language import gettext, lazy_gettext
from web.plan_words import when_words
from web.state import state
from web.words import KINDS, SHORT_KINDS, STATUSES, facility_name

__all__ = ["STANDINGS", "blueprint"]

blueprint = Blueprint("admin_table", __name__, url_prefix="/admin")

STANDINGS = {
    Standing.FRESH: lazy_gettext("近期核实过"),
    Standing.SOON: lazy_gettext("快要过期"),
    Standing.STALE: lazy_gettext("已过期"),
    Standing.NEVER: lazy_gettext("从未核实"),
}
"""What a verification is still worth, in words."""

_SEVERAL = 50
_MOST_AREAS = 400
_COLUMNS = (
    ("code", lazy_gettext("编号")),
    ("name", lazy_gettext("名称和地址")),
    ("kind", lazy_gettext("类别")),
    ("status", lazy_gettext("状态")),
    ("district", lazy_gettext("区县")),
    ("unit", lazy_gettext("主管工会")),
    ("", lazy_gettext("开放时间")),
    ("verified", lazy_gettext("核实")),
    ("updated", lazy_gettext("改动")),
)
_TAGS = {Standing.FRESH: "good", Standing.SOON: "soon", Standing.STALE: "bad", Standing.NEVER: "bad"}


class Row(NamedTuple):
    """A station as a row shows it."""

    line: Line
    kind: str
    status: str
    district: str
    updated: str
    verified: str
    tag: str


class Column(NamedTuple):
    """A heading: the address that orders by it, and whether, and which way, it is ordered now."""

    label: str
    address: str
    sort: str


@blueprint.get("/")
def page() -> str:
    """Show the stations that the address asks for."""
    wanted, by = read_wanted(), measure()
    number = params.whole(
        params.given(("page",), strict=False), "page", default=1, low=1, high=COUNTED // _SEVERAL
    )
    me = person()
    with reading(state().engine) as session:
        found = list_stations(session, me, wanted, by, offset=(number - 1) * _SEVERAL, most=_SEVERAL)
        units, views = unit_names(session, me), list_views(session, me)
    areas = {area["code"]: area["name"] for area in state().live.index.snapshot.areas}
    return render_template(
        "admin/table.html",
        wanted=wanted,
        rows=[_row(line, by, areas) for line in found.lines],
        total=found.total,
        counted=COUNTED,
        number=number,
        pages=-(-min(found.total, COUNTED) // _SEVERAL),
        link=lambda page: address_of(wanted, page=page),
        columns=[_column(wanted, key, label) for key, label in _COLUMNS],
        choices=_choices(units),
        views=[(view, _is_shown(view, wanted)) for view in views],
        query=query_of(wanted),
        filtered=wanted._replace(order="code", downwards=False) != Wanted(),
    )


@blueprint.post("/views")
def save() -> Response:
    """Keep the question of an address under a name."""
    name, query = request.form.get("name", ""), plain_query(request.form.get("query", ""))
    with writing_aside(state().engine) as session:
        save_view(session, person(), name, query)
    flash(gettext("已保存视图“%(name)s”", name=" ".join(name.split())))
    return redirect(address_kept(query), HTTPStatus.SEE_OTHER)


@blueprint.post("/views/<int:view>/drop")
def drop(view: int) -> Response:
    """Forget a view."""
    with writing_aside(state().engine) as session:
        drop_view(session, person(), view)
    flash(gettext("已删除视图"))
    return redirect(address_kept(""), HTTPStatus.SEE_OTHER)


def _row(line: Line, by: Measure, areas: Mapping[str, str]) -> Row:
    worth = standing(line.verified_on, by.today, by.policy)
    return Row(
        line=line,
        kind=str(SHORT_KINDS[Kind(line.kind)]),
        status=str(STATUSES[Status(line.status)]),
        district=line.district_name or areas.get(line.area_code or "", ""),
        updated=when_words(line.updated_at)[:10],
        verified=line.verified_on if worth != Standing.NEVER else str(STANDINGS[worth]),
        tag=_TAGS[worth],
    )


def _column(wanted: Wanted, key: str, label: Any) -> Column:
    if not key:
        return Column(str(label), "", "")
    here = wanted.order == key
    turned = wanted._replace(order=key, downwards=here and not wanted.downwards)
    sort = ("descending" if wanted.downwards else "ascending") if here else ""
    return Column(str(label), address_of(turned), sort)


def _choices(units: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    """Return what each filter can be set to, the empty choice excepted."""
    areas = [area for area in state().live.index.snapshot.areas if area["level"] in ("city", "district")]
    return {
        "kind": [(kind.value, str(word)) for kind, word in KINDS.items()],
        "status": [(status.value, str(word)) for status, word in STATUSES.items()],
        "unit": [*units.items(), (NONE, gettext("没有主管工会"))],
        "area": [
            *((area["code"], area["name"]) for area in areas[:_MOST_AREAS]),
            (NONE, gettext("没有区划")),
        ],
        "facility": [(code, facility_name(code)) for code in FACILITIES],
        "checked": [(one.value, str(word)) for one, word in STANDINGS.items()],
    }


def _is_shown(view: View, wanted: Wanted) -> bool:
    return view.query == query_of(wanted)
