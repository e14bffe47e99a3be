"""What happened to a station: who changed what, when and why, and taking it back."""

from http import HTTPStatus
from typing import NamedTuple

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from sqlalchemy.orm import Session

from geo.db.engine import reading, writing
from geo.model.people import Person
from geo.registry.history import Change, station_history
from geo.upkeep.bulk_undo import bulks_among
from geo.upkeep.edits import Held, hold_station, undo_edit
from geo.upkeep.names import names_of
from web.admin.form_view import as_seen, summary
from web.admin.session import person
from web.admin.station_fields import label_of, shown, texts_of
from web.language import gettext
from web.plan_words import when_words
from web.state import state

__all__ = ["Entry", "blueprint", "changes_since"]

blueprint = Blueprint("admin_history", __name__, url_prefix="/admin/stations/<code>/history")


class Difference(NamedTuple):
    """One field that a change touched, in words."""

    label: str
    before: str
    after: str


class Entry(NamedTuple):
    """One change as the page shows it.

    ``bulk`` is the number of that of several stations which it is a part of; by it a merging is taken back.
    """

    id: int
    when: str
    who: str
    why: str
    added: bool
    undoes: int | None
    undone: bool
    bulk: int | None
    merges: bool
    differences: list[Difference]


@blueprint.get("")
def page(code: str) -> str:
    """Show a station's history, the newest change first."""
    with reading(state().engine) as session:
        held = hold_station(session, person(), code)
        entries = _entries(session, station_history(session, code), person())
    return render_template("admin/history.html", entries=entries, **summary(held.row))


@blueprint.post("/<int:change>/undo")
def undo(code: str, change: int) -> Response:
    """Take a change back, as a change of its own."""
    with writing(state().engine) as session:
        undo_edit(session, person(), code, change)
    flash(gettext("已撤销改动 %(change)s;撤销本身也可以再撤销", change=change))
    return redirect(url_for("admin_history.page", code=code), HTTPStatus.SEE_OTHER)


def changes_since(session: Session, held: Held, version: int) -> list[Entry]:
    """Return what was changed after a version, the newest change first."""
    later = [change for change in station_history(session, held.row["code"]) if change.id > version]
    return _entries(session, later, person())


def _entries(session: Session, changes: list[Change], me: Person) -> list[Entry]:
    names = names_of(session, [change.who for change in changes])
    undone = {change.undoes for change in changes}
    bulks = bulks_among(session, [change.load_id for change in changes if change.load_id])
    return [
        Entry(
            change.id,
            when_words(change.at),
            names[change.who],
            change.why or "",
            change.before is None,
            change.undoes,
            change.id in undone,
            change.load_id if change.load_id in bulks else None,
            bool(change.after.get("merged_into")),
            _differences(change, me),
        )
        for change in changes
    ]


def _differences(change: Change, me: Person) -> list[Difference]:
    was, now = (texts_of(as_seen(me, side)) for side in (change.before or {}, change.after))
    keys = [key for key in dict.fromkeys([*was, *now]) if was.get(key, "") != now.get(key, "")]
    return [
        Difference(label_of(key), shown(key, was.get(key, "")), shown(key, now.get(key, ""))) for key in keys
    ]
