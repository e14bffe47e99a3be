"""What holds of a station for a time: broken things, closures with their reason and end, visits."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, NamedTuple

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from geo.db.engine import reading, writing_aside
from geo.errors import InputError
from geo.model.facilities import FACILITIES
from geo.model.facts import Fact, What
from geo.model.hours import CHINA
from geo.upkeep.facts import announce, read_station_facts, withdraw
from web.admin.form_view import summary
from web.admin.session import person
from web.facts_words import span_words
from web.language import gettext, lazy_gettext
from web.state import state
from web.words import STATES, facility_name

__all__ = ["blueprint"]

blueprint = Blueprint("admin_facts", __name__, url_prefix="/admin/stations")

_MOST = 200
_ENDS = {
    What.MAYBE_LOCKED: lazy_gettext("门开着,解除"),
    What.BROKEN: lazy_gettext("修好了"),
    What.SUSPENDED: lazy_gettext("恢复开放"),
    What.VISIT: lazy_gettext("结束活动"),
}
_ENDED = {
    What.MAYBE_LOCKED: lazy_gettext("已解除“可能没开门”"),
    What.BROKEN: lazy_gettext("已登记修好"),
    What.SUSPENDED: lazy_gettext("已恢复开放"),
    What.VISIT: lazy_gettext("活动已结束"),
}


class _Line(NamedTuple):
    """A fact as the page lists it; ``key`` names its icon."""

    id: int
    key: str
    text: str
    when: str
    reason: str
    coming: bool
    end: str


@blueprint.get("/<code>/facts")
def page(code: str) -> str:
    """Show what holds or is announced, and the forms to say more."""
    return _page(code)


@blueprint.post("/<code>/facts")
def begin(code: str) -> Response | tuple[str, int]:
    """Say that something is broken, that the station is suspended, or that a visit comes."""
    form, now = request.form, datetime.now(UTC)
    try:
        since = _moment(form.get("since", ""), "since") or now
        until = _moment(form.get("until", ""), "until")
        with writing_aside(state().engine) as db:
            announce(
                db,
                person(),
                code,
                form.get("what", ""),
                facility=form.get("facility") or None,
                since=since,
                until=until,
                reason=form.get("reason", "")[:_MOST],
                now=now,
            )
    except InputError as error:
        fault = gettext(error.message, **error.params)
        return _page(code, fault=fault, at=error.parameter or ""), HTTPStatus.BAD_REQUEST
    flash(gettext("已登记,几秒钟内公众就能看到"))
    return _back(code)


@blueprint.post("/<code>/facts/<int:number>/end")
def end(code: str, number: int) -> Response:
    """End what holds, or take back what is announced."""
    now = datetime.now(UTC)
    with writing_aside(state().engine) as db:
        ended = withdraw(db, person(), code, number, now=now)
    flash(gettext("预告已撤回") if ended.since > now else str(_ENDED[What(ended.what)]))
    return _back(code)


def _back(code: str) -> Response:
    return redirect(url_for("admin_facts.page", code=code.upper()), HTTPStatus.SEE_OTHER)


def _page(code: str, *, fault: str = "", at: str = "") -> str:
    now = datetime.now(UTC)
    with reading(state().engine) as db:
        row, facts = read_station_facts(db, person(), code, now=now)
    return render_template(
        "admin/facts.html",
        lines=[_line(fact, now) for fact in facts],
        facilities=_choices(row),
        given=request.form,
        fault=fault,
        fault_at=at,
        most=_MOST,
        **summary(row),
    )


def _line(fact: Fact, now: datetime) -> _Line:
    coming = fact.since > now
    return _Line(
        id=fact.id,
        key=fact.what,
        text=_text(fact),
        when=span_words(fact.since, fact.until),
        reason=fact.reason or "",
        coming=coming,
        end=gettext("撤回预告") if coming else str(_ENDS[What(fact.what)]),
    )


def _text(fact: Fact) -> str:
    if fact.what == What.BROKEN:
        return gettext("%(name)s坏了", name=facility_name(fact.facility or ""))
    return gettext("活动") if fact.what == What.VISIT else str(STATES[fact.what])


def _choices(row: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the facilities: those that the station has first."""
    answers = row["facilities"] or {}
    order = sorted(FACILITIES, key=lambda code: answers.get(code) != "yes")
    return [("", gettext("请选择")), *((code, facility_name(code)) for code in order)]


def _moment(text: str, parameter: str) -> datetime | None:
    """Return the moment that a field of date and time holds, in the time of China; None of an empty one."""
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        if not 2000 <= moment.year <= 2100:
            raise ValueError(text)
    except ValueError:
        raise InputError(
            "时间应像 2026-10-12 08:00 这样写,现在是“%(value)s”", parameter=parameter, value=text[:40]
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)
