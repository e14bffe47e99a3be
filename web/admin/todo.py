"""The worklist: what waits for somebody, the most urgent first; to be done, or printed and taken along."""

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, url_for

from geo.db.engine import reading
from geo.model.hours import CHINA
from geo.model.reports import KINDS, OPEN_STATES
from geo.model.verification import Standing
from geo.upkeep.queue import Order, Waiting, read_orders, read_tickets
from geo.upkeep.verify import policy_of
from geo.upkeep.worklist import count_due, read_due
from web import params
from web.admin import session
from web.language import lazy_gettext, say
from web.state import state
from web.words import age_words

__all__ = ["STANDINGS", "blueprint"]

blueprint = Blueprint("admin_todo", __name__, url_prefix="/admin/todo")

STANDINGS = {
    Standing.FRESH: lazy_gettext("核实过"),
    Standing.SOON: lazy_gettext("快到期"),
    Standing.STALE: lazy_gettext("已过期"),
    Standing.NEVER: lazy_gettext("没核实过"),
}
"""What each standing is called."""

_TAGS = {Standing.FRESH: "good", Standing.SOON: "soon", Standing.STALE: "bad", Standing.NEVER: "bad"}
_SHOWN = 100
_WITHOUT_ANSWER = ("open", "lapsed")


@blueprint.get("")
def page() -> str:
    """Show what waits for whoever is signed in."""
    here, me, now = state(), session.person(), datetime.now(CHINA)
    policy, today = policy_of(here.settings), now.date()
    number = params.whole(
        params.given(("page",), strict=False), "page", default=1, low=1, high=params.LARGEST // _SHOWN
    )
    with reading(here.engine) as db:
        orders = read_orders(db, me, states=_WITHOUT_ANSWER, most=_SHOWN)
        tickets = read_tickets(db, me, states=OPEN_STATES, most=_SHOWN)
        counts = count_due(db, me, today, policy)
        pages = -(-sum(counts.values()) // _SHOWN)
        # What was looked at has left the list: the page that was the last may be gone.
        number = max(1, min(number, pages))
        due = read_due(db, me, today, policy, offset=(number - 1) * _SHOWN, most=_SHOWN)
    return render_template(
        "admin/todo.html",
        # The first due and the longest waiting are the first to be done.
        orders=[_order(one, now) for one in sorted(orders, key=lambda one: one.due_at)],
        tickets=[_ticket(one, now) for one in reversed(tickets)],
        due=due,
        total=sum(counts.values()),
        number=number,
        pages=pages,
        link=lambda page: url_for("admin_todo.page", page=page, _anchor="due"),
        counts=[(STANDINGS[held], count) for held, count in counts.items() if count],
        standings=STANDINGS,
        tags=_TAGS,
        policy=policy,
    )


def _order(one: Order, now: datetime) -> dict[str, Any]:
    left_s = (datetime.fromisoformat(one.due_at) - now).total_seconds()
    return {**one._asdict(), "late": left_s <= 0, "time": age_words(abs(left_s))}


def _ticket(one: Waiting, now: datetime) -> dict[str, Any]:
    age_s = (now - datetime.fromisoformat(one.at)).total_seconds()
    return {**one._asdict(), "kind": say(KINDS[one.kind]), "time": age_words(age_s)}
