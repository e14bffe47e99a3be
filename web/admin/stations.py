"""A station's form: added, changed, and, where two people change it, settled between them."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from geo.crs import Crs
from geo.db.engine import reading, writing
from geo.errors import ConflictError, InputError
from geo.model.people import Person, Right
from geo.model.place import Point
from geo.upkeep.alike import Near, find_alike
from geo.upkeep.choices import unit_names, unit_of_area
from geo.upkeep.edits import Held, add_station, edit_station, hold_station, row_at
from web.admin.collision import clashes, settled
from web.admin.form_view import centre, form_groups, hours_view, read_only, summary
from web.admin.history import changes_since
from web.admin.sent import faults_of, sent_version, sent_why
from web.admin.session import person
from web.admin.station_fields import KEYS, texts_of
from web.admin.station_form import BLANK, SYSTEMS, Known, Reading, read_texts, typed
from web.admin.table_question import address_kept
from web.basemap import basemap
from web.language import gettext
from web.state import state

__all__ = ["blueprint"]

blueprint = Blueprint("admin_stations", __name__, url_prefix="/admin/stations")

_SAVED = HTTPStatus.SEE_OTHER


@blueprint.get("/new")
def new() -> str:
    """Show the empty form; ``lon`` and ``lat`` may be given, as a map does."""
    given = {name: text for name in ("lon", "lat") if (text := request.args.get(name))}
    return _form(None, texts_of(BLANK) | {"unit_code": person().unit_code or ""} | given, {})


@blueprint.post("/new")
def create() -> Response | tuple[str, int]:
    """Add a station."""
    texts = typed(request.form)
    found = _read(BLANK, texts)
    if found.faults or "hours" in request.form:
        return _again(None, texts, found.faults)
    if near := _near(found.values):
        return _form(None, {**texts_of({}), **texts}, {}, near), HTTPStatus.CONFLICT
    try:
        with writing(state().engine) as session:
            code = add_station(
                session,
                person(),
                found.values,
                code_prefix=state().settings.code_prefix.upper(),
                why=sent_why(),
            )
    except InputError as error:
        return _again(None, texts, faults_of(error, KEYS))
    flash(gettext("已登记,编号 %(code)s", code=code))
    return redirect(_next(code), _SAVED)


@blueprint.get("/<code>")
def page(code: str) -> str:
    """Show a station: its form to whoever may change it, else what it says."""
    me = person()
    with reading(state().engine) as session:
        held = hold_station(session, me, code)
    # What was merged is changed at the one that remains.
    if not me.may(Right.EDIT) or held.row["merged_into"]:
        return render_template("admin/station.html", groups=read_only(held.row, me), **summary(held.row))
    return _form(held, texts_of(held.row), {})


@blueprint.post("/<code>")
def save(code: str) -> Response | tuple[str, int]:
    """Keep what was changed, unless somebody else was faster: then both are shown."""
    texts = settled(typed(request.form), request.form)
    version = sent_version()
    me = person()
    with reading(state().engine) as session:
        held = hold_station(session, me, code, Right.EDIT)
        base = held._replace(row=row_at(session, held, version), version=version)
    found = _read(base.row, texts)
    if found.faults or "hours" in request.form:
        return _again(base, texts, found.faults)
    try:
        with writing(state().engine) as session:
            changed = edit_station(session, me, code, found.values, version=version, why=sent_why())
    except ConflictError:
        return _collision(me, code, base, texts), HTTPStatus.CONFLICT
    except InputError as error:
        return _again(base, texts, faults_of(error, KEYS))
    flash(gettext("已保存") if changed else gettext("没有改动"))
    return redirect(_next(held.row["code"]), _SAVED)


@blueprint.get("/hours")
def hours() -> str:
    """Say what hours mean while they are being written: a piece of the form."""
    return render_template(
        "admin/hours_piece.html",
        meaning=hours_view(request.args.get("raw", ""), request.args.get("season", "")),
    )


def _read(row: Mapping[str, Any], texts: Mapping[str, str]) -> Reading:
    system = request.form.get("position_crs", Crs.WGS84)
    crs = Crs(system) if system in SYSTEMS else Crs.WGS84
    with reading(state().engine) as session:
        return read_texts(row, texts, _known(session), crs=crs, summer=state().settings.summer)


def _known(session: Session) -> Known:
    areas = state().live.index.snapshot.areas
    return Known(unit_names(session, person()), {area["code"]: area["name"] for area in areas})


def _next(code: str) -> str:
    """Return where to go after saving: back to the list, if that was asked for."""
    back = request.form.get("back", "")
    if request.form.get("then") == "list":
        return address_kept(back)
    return url_for("admin_stations.page", code=code, back=back or None)


def _again(held: Held | None, texts: Mapping[str, str], faults: Mapping[str, str]) -> tuple[str, int]:
    """Show the form as it was filled in: with what is wrong, or with what the hours mean."""
    status = HTTPStatus.BAD_REQUEST if faults else HTTPStatus.OK
    base = texts_of(held.row if held else BLANK)
    return _form(held, {**base, **texts}, faults), status


def _near(values: Mapping[str, Any]) -> list[Near]:
    """Return what may be the same station, registered already, unless that was looked at."""
    if "anyway" in request.form:
        return []
    place = Point(values["lon"], values["lat"])
    return find_alike(state().live.index, values["name"], place, values.get("kind", BLANK["kind"]))


def _form(
    held: Held | None, texts: Mapping[str, str], faults: Mapping[str, str], near: Sequence[Near] = ()
) -> str:
    with reading(state().engine) as session:
        known = _known(session)._replace(by_area=unit_of_area(session, texts.get("area_code")))
    return render_template(
        "admin/station_form.html",
        held=held,
        groups=form_groups(texts, faults, known),
        texts=texts,
        faults=faults,
        near=near,
        meaning=hours_view(texts.get("hours_raw", ""), texts.get("season", "")),
        systems=SYSTEMS,
        system=request.form.get("position_crs", "wgs84"),
        why=request.form.get("why", ""),
        back=request.values.get("back", "")[:1000],
        basemap=basemap(state()),
        centre=centre(),
        **(summary(held.row) if held else {}),
    )


def _collision(me: Person, code: str, base: Held, texts: Mapping[str, str]) -> str:
    with reading(state().engine) as session:
        held = hold_station(session, me, code, Right.EDIT)
        since = changes_since(session, held, base.version)
    return render_template(
        "admin/collision.html",
        held=held,
        since=since,
        rows=clashes(texts_of(base.row), texts, texts_of(held.row)),
        system=request.form.get("position_crs", "wgs84"),
        why=request.form.get("why", ""),
        back=request.form.get("back", ""),
    )
