"""Who has an account: administrators add, change, stop and forget."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from geo.db.engine import reading, writing_aside
from geo.errors import ConflictError, InputError, NotFoundError
from geo.model.people import Person, Role
from geo.registry.rows import stamp
from geo.upkeep.choices import unit_names
from geo.upkeep.entry import read_standing
from geo.upkeep.keeping import codes_kept, keep_stations, kept_by_all
from geo.upkeep.people import add_person, change_person, found_person, read_people, set_active, set_password
from geo.upkeep.personal import erase_person, export_person
from web.admin import session
from web.admin.documents import json_file
from web.admin.forms import faults_of, texts
from web.admin.menu import ROLES
from web.language import gettext
from web.plan_words import when_words
from web.state import state

__all__ = ["blueprint"]

_ADDED = ("login", "name", "email", "role", "unit_code")

blueprint = Blueprint("admin_people", __name__, url_prefix="/admin/people")


@blueprint.get("")
def page() -> str:
    """Show all accounts, and the form for another."""
    return _list()


@blueprint.post("")
def add() -> Response | tuple[str, int]:
    """Make an account."""
    form = request.form
    try:
        _check_twice(form.get("password", ""))
        with writing_aside(state().engine) as db:
            given = _particulars() | {"login": form.get("login", ""), "password": form.get("password", "")}
            made = add_person(db, **given, by=session.person().id)
    except (InputError, ConflictError) as error:
        kept = {name: form.get(name, "") for name in _ADDED}
        return _list(given=kept, faults=faults_of(error, "login")), HTTPStatus.BAD_REQUEST
    flash(gettext("已添加账号 %(login)s", login=made.login))
    return _to(made.id if made.role == Role.KEEPER else None)


@blueprint.get("/<int:id>")
def person(id: int) -> str:
    """Show one account with all that can be done with it."""
    return _one(id)


@blueprint.post("/<int:id>")
def change(id: int) -> Response | tuple[str, int]:
    """Change what an account says of its owner, and what he may do."""
    return _act(id, "name", lambda db, by: change_person(db, id, **_particulars(), by=by))


@blueprint.post("/<int:id>/stations")
def stations(id: int) -> Response | tuple[str, int]:
    """Say which stations a keeper answers for."""
    codes = re.split(r"[\s,;、\uff0c\uff1b]+", request.form.get("stations", "").strip())
    return _act(
        id,
        "stations",
        lambda db, by: keep_stations(db, found_person(db, id), filter(None, codes), by=by),
    )


@blueprint.post("/<int:id>/password")
def password(id: int) -> Response | tuple[str, int]:
    """Give somebody who forgot it another password."""

    def done(db: Session, by: int) -> None:
        _check_twice(request.form.get("password", ""))
        set_password(db, id, request.form.get("password", ""), by=by)

    return _act(id, "password", done)


@blueprint.post("/<int:id>/active")
def active(id: int) -> Response | tuple[str, int]:
    """Stop an account, or let it be used again."""
    wanted = request.form.get("active") == "yes"
    return _act(id, "active", lambda db, by: set_active(db, id, wanted, by=by))


@blueprint.get("/<int:id>/data.json")
def data(id: int) -> Response:
    """Give all that is kept of somebody, for him."""
    with reading(state().engine) as db:
        found = export_person(db, id)
    return json_file(found, f"yizhan-account-{id}.json")


@blueprint.post("/<int:id>/erase")
def erase(id: int) -> Response | tuple[str, int]:
    """Forget somebody, once his login is typed again: it cannot be taken back."""

    def done(db: Session, by: int) -> None:
        if request.form.get("login", "").strip() != found_person(db, id).login:
            raise InputError("要抹去,请照样输入这个账号名", parameter="erase")
        erase_person(db, state().settings, id, by=by)

    return _act(id, "erase", done, stays=False)


def _act(
    id: int, at: str, act: Callable[[Session, int], Any], *, stays: bool = True
) -> Response | tuple[str, int]:
    """Do something with an account and go back to it; what is wrong is told beside the field."""
    try:
        with writing_aside(state().engine) as db:
            found_person(db, id)
            act(db, session.person().id)
    except (InputError, ConflictError, NotFoundError) as error:
        return _one(id, faults=faults_of(error, at)), HTTPStatus.BAD_REQUEST
    flash(gettext("已保存"))
    return _to(id if stays else None)


def _particulars() -> dict[str, Any]:
    form = request.form
    if form.get("role") not in list(Role):
        raise InputError("请选一个角色", parameter="role")
    return {
        "name": form.get("name", ""),
        "email": form.get("email"),
        "role": Role(form["role"]),
        "unit_code": form.get("unit_code"),
    }


def _check_twice(password: str) -> None:
    if password != request.form.get("again", ""):
        raise InputError("两次输入的密码不一样", parameter="password")


def _to(id: int | None) -> Response:
    there = url_for("admin_people.page") if id is None else url_for("admin_people.person", id=id)
    return redirect(there, HTTPStatus.SEE_OTHER)


def _list(*, given: Mapping[str, str] | None = None, faults: Mapping[str, str] | None = None) -> str:
    with reading(state().engine) as db:
        people, kept, standing = read_people(db), kept_by_all(db), read_standing(db)
        units = unit_names(db, session.person())
    now = stamp(datetime.now(UTC))
    rows = [
        {
            "person": found,
            "role": ROLES[found.role],
            "unit": units.get(found.unit_code or "", found.unit_code),
            "stations": kept.get(found.id, []) if found.role == Role.KEEPER else [],
            "signed_in": when_words(at) if (at := standing[found.id].signed_in_at) else "",
            "locked": (standing[found.id].locked_until or "") > now,
        }
        for found in people
    ]
    return render_template(
        "admin/people.html", rows=rows, units=units, roles=ROLES, given=texts(given), faults=texts(faults)
    )


def _one(id: int, *, faults: Mapping[str, str] | None = None) -> str:
    with reading(state().engine) as db:
        found, codes = found_person(db, id), codes_kept(db, id)
        units = unit_names(db, session.person())
    given = texts(_kept(found, codes) | (dict(request.form) if faults else {}))
    return render_template(
        "admin/person.html", person=found, units=units, roles=ROLES, given=given, faults=texts(faults)
    )


def _kept(person: Person, codes: Sequence[str]) -> dict[str, str | None]:
    values = {name: getattr(person, name) for name in ("name", "email", "role", "unit_code")}
    return values | {"stations": "\n".join(codes)}
