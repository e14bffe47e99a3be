"""The pages about one station, as each of them shows the way to the others."""

from typing import NamedTuple

from flask import request, url_for

from geo.model.people import Right
from web.admin.session import person
from web.language import lazy_gettext
from web.rules import RULES

__all__ = ["Tab", "tabs_of"]

_PAGES = (
    ("admin_stations.page", lazy_gettext("资料")),
    ("admin_facts.page", lazy_gettext("设备和暂停")),
    ("admin_tickets.page", lazy_gettext("反馈")),
    ("admin_verify.page", lazy_gettext("核实")),
    ("admin_checklist.page", lazy_gettext("标准检查")),
    ("admin_photos.page", lazy_gettext("照片")),
    ("admin_history.page", lazy_gettext("历史")),
    ("stations.page", lazy_gettext("公开的页面")),
)


class Tab(NamedTuple):
    """One page about a station; ``here``: the one that is shown."""

    label: str
    address: str
    here: bool


def tabs_of(code: str) -> list[Tab]:
    """Return the pages about a station that whoever is signed in may see."""
    return [
        Tab(str(label), url_for(endpoint, code=code), request.endpoint == endpoint)
        for endpoint, label in _PAGES
        if _may(endpoint)
    ]


def _may(endpoint: str) -> bool:
    rule = RULES.get(endpoint)
    return rule is not None and (not isinstance(rule, Right) or person().may(rule))
