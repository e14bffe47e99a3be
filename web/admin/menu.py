"""The menu of the back office: what somebody may do, and how much waits for him."""

from typing import Any, NamedTuple

from flask import Flask, request
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from geo.model.people import Person, Right, Role
from web.language import lazy_gettext
from web.rules import RULES

__all__ = ["ROLES", "Item", "init_menu", "items_for"]

ROLES = {
    Role.ADMINISTRATOR: lazy_gettext("管理员"),
    Role.EDITOR: lazy_gettext("编辑"),
    Role.KEEPER: lazy_gettext("驿站负责人"),
    Role.READER: lazy_gettext("只读"),
}
"""What each role is called."""


class Item(NamedTuple):
    """One line of the menu."""

    endpoint: str
    label: str


_ITEMS = (
    Item("admin_table.page", lazy_gettext("站点")),
    Item("admin_merge.page", lazy_gettext("查重")),
    Item("admin_todo.page", lazy_gettext("待办")),
    Item("admin_tickets.page", lazy_gettext("反馈")),
    Item("admin_orders.page", lazy_gettext("工单")),
    Item("admin_imports.page", lazy_gettext("导入")),
    Item("admin_exports.page", lazy_gettext("导出")),
    Item("admin_counts.page", lazy_gettext("人次")),
    Item("admin_figures.page", lazy_gettext("数字")),
    Item("admin_notices.page", lazy_gettext("通知")),
    Item("admin_people.page", lazy_gettext("账号")),
    Item("admin_log.page", lazy_gettext("日志")),
)


def items_for(person: Person) -> list[Item]:
    """Return the lines of somebody's menu."""
    return [item for item in _ITEMS if _may(person, item.endpoint)]


def init_menu(app: Flask) -> None:
    """Give the templates of the back office its menu and who is signed in."""
    app.context_processor(_surroundings)


def _may(person: Person, endpoint: str) -> bool:
    right = RULES[endpoint]
    return isinstance(right, Right) and person.may(right)


def _surroundings() -> dict[str, Any]:
    # Public pages have none of it: to look would open the session.
    if not request.path.startswith("/admin"):
        return {}
    me = current_user.person if current_user.is_authenticated else None
    return {
        "me": me,
        "my_role": ROLES[me.role] if me else "",
        "menu": items_for(me) if me else [],
        "csrf_token": generate_csrf,
    }
