"""When somebody last looked whether a station is as registered: who, by role, at what, and how long ago."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from geo.model.reports import STEP_ROLES
from geo.model.verification import CHECKED, Policy, Standing, age_days, standing
from geo.registry.verified import VERIFIED
from web.hours_words import listed
from web.language import gettext, say

__all__ = ["checked_words", "verified_words"]

_YEAR_DAYS = 365


def verified_words(doc: Mapping[str, Any], today: date, policy: Policy) -> str:
    """Return the line that the public reads, with what the policy makes of the age.

    Parameters
    ----------
    doc : mapping
        The public properties of a station.
    """
    day = doc.get("verified_on")
    if not day:
        return gettext("没有核实过的记录,以现场为准")
    said = _who(day, doc.get(VERIFIED))
    held = standing(day, today, policy)
    if held == Standing.SOON:
        return gettext("%(said)s,快要再核实了", said=said)
    return _old(said, day, today) if held == Standing.STALE else said


def checked_words(items: Sequence[str]) -> str:
    """Return what was looked at, as one list in the language of the answer."""
    # In English they are labels elsewhere, and there begin with a capital.
    return listed([say(CHECKED[item]).lower() for item in items if item in CHECKED])


def _who(day: str, look: Mapping[str, Any] | None) -> str:
    if look is None or look["role"] not in STEP_ROLES:
        return gettext("%(date)s 核实过", date=day)
    role, items = say(STEP_ROLES[look["role"]]), checked_words(look["checked"])
    return gettext("%(date)s 由%(role)s核实过:%(items)s", date=day, role=role, items=items)


def _old(said: str, day: str, today: date) -> str:
    days = age_days(day, today)
    if days is None:
        return gettext("%(said)s,时间久了,去之前最好先问一声", said=said)
    if days > _YEAR_DAYS:
        return gettext("%(said)s,到现在超过一年了,去之前最好先问一声", said=said)
    return gettext("%(said)s,到现在 %(days)s 天了,去之前最好先问一声", said=said, days=days)
