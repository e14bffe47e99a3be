"""The log of what matters for security, for administrators: read only, as the log itself is."""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from geo.db.engine import reading
from geo.upkeep.audit import Act, read_acts
from geo.upkeep.names import names_of
from web import params
from web.admin.log_words import ACTS, DETAILS, GROUPS
from web.admin.menu import ROLES
from web.language import gettext
from web.plan_words import when_words
from web.state import state

__all__ = ["blueprint"]

_PAGE = 100

blueprint = Blueprint("admin_log", __name__, url_prefix="/admin/log")


@blueprint.get("")
def page() -> str:
    """Show acts, the newest first; older ones page by page."""
    group = request.args.get("group", "")
    before = params.row(params.given(("before",), strict=False), "before")
    with reading(state().engine) as db:
        acts = read_acts(db, before=before, act=group if group in GROUPS else None, most=_PAGE + 1)
        shown = acts[:_PAGE]
        rows = _rows(db, shown)
    older = ""
    if len(acts) > _PAGE:
        older = url_for("admin_log.page", before=shown[-1].id, **({"group": group} if group else {}))
    return render_template("admin/log.html", rows=rows, groups=GROUPS, group=group, older=older)


def _rows(db: Session, acts: list[Act]) -> list[dict[str, str]]:
    accounts = {f"账号 {number}" for act in acts for number in (act.person_id, _account(act)) if number}
    names = names_of(db, accounts)
    return [
        {
            "at": when_words(act.at),
            "who": _who(act, names),
            "act": str(ACTS.get(act.act, act.act)),
            "object": names.get(f"账号 {_account(act)}", act.object or ""),
            "detail": _told(act.detail or {}),
            "network": (act.network or "")[:8],
        }
        for act in acts
    ]


def _who(act: Act, names: dict[str, str]) -> str:
    if act.person_id is not None:
        return names[f"账号 {act.person_id}"]
    return gettext("没有登录") if act.act.endswith(".refused") else gettext("命令行")


def _told(detail: Mapping[str, Any]) -> str:
    return "; ".join(f"{DETAILS.get(name, name)}: {_text(name, value)}" for name, value in detail.items())


def _text(name: str, value: Any) -> str:
    if name == "role" and value in ROLES:
        return str(ROLES[value])
    if value is None or value is True:
        return gettext("没有") if value is None else gettext("是")
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _account(act: Act) -> str | None:
    """Return the number of the account that an act was done to."""
    return act.object if act.act.startswith(("person.", "sign_in", "prove")) else None
