"""A change of many stations, looked at again and taken back as the one that it was."""

from http import HTTPStatus

from flask import Blueprint, Response, flash, redirect, render_template, url_for

from geo.db.engine import reading, writing
from geo.errors import InputError
from geo.registry.history import Undoing
from geo.upkeep.bulk_undo import plan_undo_alike, undo_alike
from geo.upkeep.names import names_of
from web.admin.bulk import LISTED, fault_words, line_of, named
from web.admin.session import person
from web.language import gettext
from web.plan_words import when_words
from web.state import state

__all__ = ["blueprint"]

blueprint = Blueprint("admin_bulk_undo", __name__, url_prefix="/admin/bulk")


@blueprint.get("/<int:number>")
def page(number: int) -> str:
    """Show what taking a change of many stations back would do."""
    return _page(number)


@blueprint.post("/<int:number>/undo")
def undo(number: int) -> Response | tuple[str, int]:
    """Take a change of many stations back, where that can be; as a change that can be taken back, too."""
    try:
        with writing(state().engine) as session:
            undoing = undo_alike(session, person(), number)
    except InputError as error:
        return _page(number, gettext(error.message, **error.params)), HTTPStatus.BAD_REQUEST
    flash(_done(undoing))
    return redirect(url_for("admin_bulk_undo.page", number=number), HTTPStatus.SEE_OTHER)


def _page(number: int, fault: str = "") -> str:
    with reading(state().engine) as session:
        made = plan_undo_alike(session, person(), number)
        name = names_of(session, [made.who])[made.who]
    edits, same, left = made.undoing
    return render_template(
        "admin/bulk_undo.html",
        made=made,
        name=name,
        when=when_words(made.at),
        lines=[line_of(edit) for edit in edits[:LISTED]],
        count=len(edits),
        same=len(same),
        left=[(code, fault_words(error)) for code, error in left],
        fault=fault,
    )


def _done(undoing: Undoing) -> str:
    if not undoing.edits and not undoing.left:
        return gettext("已经全部撤销了。")
    if not undoing.left:
        return gettext("撤销了 %(count)s 个站点的改动", count=len(undoing.edits))
    return gettext(
        "撤销了 %(count)s 个站点的改动;%(left)s 个没有撤销(%(codes)s),原因见下面",
        count=len(undoing.edits),
        left=len(undoing.left),
        codes=named(undoing.left),
    )
