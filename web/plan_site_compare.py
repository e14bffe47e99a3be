"""The plans of two studies side by side: what each comes to, and which places both have."""

from collections.abc import Sequence
from typing import Any

from geo.model.hours import Reason
from geo.model.plan import Chosen
from geo.model.study import Study
from geo.planner.compare import PlanChange
from geo.report.plan_figures import plan_figures, site_lines
from geo.report.plan_words import WHATS, plan_headline
from geo.report.study_words import NOTHING
from web.language import say

__all__ = ["plans_compared"]


def plans_compared(one: Study, other: Study, change: PlanChange | None) -> dict[str, Any] | None:
    """Return what a page shows of two plans; None where neither study has one."""
    if change is None:
        return None
    return {
        "headlines": [_headline(study) for study in (one, other)],
        "figures": _beside([_figures(study) for study in (one, other)]),
        "question": _beside([_question(study) for study in (one, other)]),
        "both": [_place(place) for place in change.both],
        "only": [[_place(place) for place in part] for part in (change.one, change.other)],
    }


def _headline(study: Study) -> str:
    return plan_headline(study["plan"], study["asked"], say) if "plan" in study else ""


def _figures(study: Study) -> list[tuple[str, str]]:
    if "plan" not in study:
        return []
    return [(figure.name, figure.value) for figure in plan_figures(study["plan"], study["asked"], say)]


def _question(study: Study) -> list[tuple[str, str]]:
    return site_lines(study["plan"], say) if "plan" in study else []


def _beside(sides: Sequence[Sequence[tuple[str, str]]]) -> list[tuple[str, str, str]]:
    """Return lines of two under their names, in the order of the one and then of the other."""
    here, there = (dict(lines) for lines in sides)
    return [(name, here.get(name, NOTHING), there.get(name, NOTHING)) for name in {**here, **there}]


def _place(place: Chosen) -> str:
    name = place["name"] or place["code"]
    if place["what"] == "new":
        return name
    return say(Reason("%(name)s(%(what)s)", {"name": name, "what": WHATS[place["what"]]}))
