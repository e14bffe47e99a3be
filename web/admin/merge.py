"""Two records of one place: suggested, laid side by side, made one."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from geo.db.engine import reading, writing
from geo.errors import ConflictError, InputError
from geo.model.people import Right
from geo.upkeep.alike import find_pairs
from geo.upkeep.apart import list_apart
from geo.upkeep.apart import set_apart as mark_apart
from geo.upkeep.apart import take_apart_back as unmark_apart
from geo.upkeep.edits import Held, hold_station
from geo.upkeep.merging import merge_stations
from web.admin.sent import sent_version
from web.admin.session import person
from web.admin.station_fields import KEYS, PLACE_LABELS, PLACES, label_of, shown, texts_of
from web.language import gettext
from web.plan_words import when_words
from web.state import state

__all__ = ["blueprint"]

blueprint = Blueprint("admin_merge", __name__, url_prefix="/admin/merge")

# What is one thing, and taken as one.
_TOGETHER = {
    **PLACES,
    "hours_raw": ("hours_raw", "hours_osm", "hours_makeup", "hours_note", "season"),
    "unit_code": ("unit_code", "unit_name"),
}
_NOT_TAKEN = {"kind", "status", "closed_reason"}
_WITHIN = {name for names in _TOGETHER.values() for name in names} - set(_TOGETHER)


class Line(NamedTuple):
    """One thing that the two say differently; ``take``: the one that remains says nothing of it."""

    key: str
    label: str
    kept: str
    lost: str
    take: bool


@blueprint.get("")
def page() -> str | tuple[str, int]:
    """Show two stations side by side; without any, pairs that may be one."""
    codes = list(dict.fromkeys(request.args.getlist("code")))
    if not codes:
        return _pairs_page()
    if len(codes) != 2:
        fault = gettext("请正好选两个站点,现在选了 %(count)s 个", count=len(codes))
        told = render_template("admin/merge_pairs.html", pairs=[], marked=[], when=when_words, fault=fault)
        return told, HTTPStatus.BAD_REQUEST
    return _page(*codes)


@blueprint.post("")
def merge() -> Response | tuple[str, int]:
    """Merge the second into the first."""
    form = request.form
    kept, lost = form.get("kept", ""), form.get("lost", "")
    try:
        with writing(state().engine) as session:
            row = hold_station(session, person(), lost, Right.EDIT).row
            base = hold_station(session, person(), kept, Right.EDIT).row
            merge_stations(
                session,
                person(),
                lost,
                kept,
                _taken(base, row),
                versions=(sent_version("lost_version"), sent_version("kept_version")),
            )
    except ConflictError:
        fault = gettext("您打开以后别人改过其中一个,还没有合并;请按现在的内容重新核对")
        return _page(kept, lost, fault), HTTPStatus.CONFLICT
    except InputError as error:
        return _page(kept, lost, gettext(error.message, **error.params)), HTTPStatus.BAD_REQUEST
    flash(gettext("%(lost)s 已并入 %(kept)s;原来的编号和网址会转到这里", lost=lost, kept=kept))
    return redirect(url_for("admin_stations.page", code=kept), HTTPStatus.SEE_OTHER)


@blueprint.post("/apart")
def set_apart() -> Response:
    """Mark two as different, so that nobody is asked again."""
    one, other = request.form.get("one", ""), request.form.get("other", "")
    # One after the other: two who mark the same pair at once have marked it once.
    with writing(state().engine) as session:
        mark_apart(session, person(), one, other)
    flash(gettext("已标记:%(one)s 和 %(other)s 不是同一个,不再列为可能重复", one=one, other=other))
    # On with the pair that came next.
    return _back(request.form.get("next"))


@blueprint.post("/apart/end")
def take_apart_back() -> Response:
    """Let two be taken for one again."""
    one, other = request.form.get("one", ""), request.form.get("other", "")
    with writing(state().engine) as session:
        unmark_apart(session, person(), one, other)
    flash(gettext("已取消标记:%(one)s 和 %(other)s", one=one, other=other))
    return _back()


def _back(anchor: str | None = None) -> Response:
    return redirect(url_for("admin_merge.page", _anchor=anchor or None), HTTPStatus.SEE_OTHER)


def _pairs_page() -> str:
    with reading(state().engine) as session:
        pairs = find_pairs(session, person(), state().live.index)
        marked = list_apart(session, person())
    return render_template("admin/merge_pairs.html", pairs=pairs, marked=marked, when=when_words, fault="")


def _page(first: str, second: str, fault: str = "") -> str:
    with reading(state().engine) as session:
        kept = hold_station(session, person(), first, Right.EDIT)
        lost = hold_station(session, person(), second, Right.EDIT)
    return render_template("admin/merge.html", kept=kept, lost=lost, lines=_lines(kept, lost), fault=fault)


def _lines(kept: Held, lost: Held) -> list[Line]:
    here, there = texts_of(kept.row), texts_of(lost.row)
    found = []
    for key in KEYS:
        names = [key, *_TOGETHER.get(key, ())]
        differs = any(here.get(name, "") != there.get(name, "") for name in names)
        if key in _NOT_TAKEN or key in _WITHIN or not differs:
            continue
        words = (_words(key, here), _words(key, there))
        label = str(PLACE_LABELS.get(key) or label_of(key))
        found.append(Line(key, label, *words, take=not here[key] and bool(there[key])))
    return found


def _words(key: str, texts: Mapping[str, str]) -> str:
    if key in ("lon", "entrance_lon"):
        return ", ".join(texts[name] for name in _TOGETHER[key][:2] if texts[name]) or gettext("(空)")
    if key == "hours_raw":
        return texts["hours_raw"] or texts["hours_osm"] or gettext("(空)")
    return shown(key, texts[key])


def _taken(kept: Mapping[str, Any], lost: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form says the one that remains takes over."""
    values: dict[str, Any] = {}
    for key in KEYS:
        if key in _NOT_TAKEN or request.form.get(f"take.{key}") != "lost":
            continue
        field, _, part = key.partition(".")
        if part:
            answers = values.setdefault(field, dict(kept[field] or {}))
            answers.pop(part, None)
            if part in (lost[field] or {}):
                answers[part] = lost[field][part]
        else:
            values |= {name: lost[name] for name in _TOGETHER.get(key, (key,))}
    return values
