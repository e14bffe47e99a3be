"""What printed sheets say: whole sentences, and headings in both languages."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import force_locale

from geo.model.station import SERVING
from geo.report.sheets import Pair
from web.hours_words import listed
from web.language import gettext, language, lazy_gettext
from web.words import HOW, STATUSES, WHO, facility_name

__all__ = ["entry_sentence", "key_facilities", "notice", "pair", "place_words"]

_OTHER_LOCALE = {"zh": "en", "en": "zh_Hans_CN"}
_FREE = {
    "anyone": lazy_gettext("谁都可以直接进,不用消费"),
    "outdoor_workers": lazy_gettext("户外劳动者可直接进,不用消费"),
    "union_members": lazy_gettext("工会会员可直接进,不用消费"),
    "mothers": lazy_gettext("带婴幼儿的家长可直接进,不用消费"),
}
# What people on the road come for, the most wanted first.
_KEY = (
    "toilet", "hot_water", "drinking_water", "microwave", "phone_charging", "battery_swap", "ebike_charging",
    "nursing_seat", "baby_changing", "air_conditioning", "heating", "hot_meal", "first_aid", "seats",
)  # fmt: skip
_KEY_SHOWN = 6


def pair(message: Any) -> Pair:
    """Return a lazy message as a heading: in the language of the answer, and small in the other one."""
    own = str(message)
    with force_locale(_OTHER_LOCALE[language()]):
        other = str(message)
    return Pair(own, "" if other == own else other)


def entry_sentence(doc: Mapping[str, Any]) -> str:
    """Return who may enter and how, as one sentence."""
    who, how = doc.get("access_who", ""), doc.get("access_how", "")
    if how == "free" and who in _FREE:
        return str(_FREE[who])
    known = [str(words[code]) for words, code in ((WHO, who), (HOW, how)) if code in words]
    return listed(known) or gettext("进门前请先问一声")


def notice(doc: Mapping[str, Any]) -> str:
    """Return why one should not come, empty where one may."""
    if doc["status"] in SERVING:
        return ""
    status, reason = str(STATUSES[doc["status"]]), doc.get("closed_reason")
    return gettext("%(status)s:%(reason)s", status=status, reason=reason) if reason else status


def place_words(doc: Mapping[str, Any]) -> str:
    """Return where a station is: its address, floor and entrance."""
    return " ".join(doc[name] for name in ("address", "floor", "entrance_note") if doc.get(name))


def key_facilities(codes: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the facilities that matter most on the road, of those a station has."""
    return tuple(facility_name(code) for code in _KEY if code in codes)[:_KEY_SHOWN]
