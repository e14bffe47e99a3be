"""The plans of two studies side by side: what each comes to, and which places both have."""

from collections.abc import Sequence
from typing import Any

from geo.model.hours import Reason
from geo.model.plan import Chosen
from geo.model.study import Study
from geo.planner.compare import Change, PlanChange
from geo.report.plan_figures import plan_figures, site_lines, value_name
from geo.report.plan_units import unit_of
from geo.report.plan_words import WHATS, place_name, plan_headline
from geo.report.study_tables import cell_text
from geo.report.study_words import NOTHING, points
from web.language import say

__all__ = ["plans_compared"]


def plans_compared(one: Study, other: Study, change: PlanChange | None) -> dict[str, Any] | None:
    """Return what a page shows of two plans; None where neither study has one."""
    if change is None:
        return None
    return {
        "headlines": [_headline(study) for study in (one, other)],
        "warnings": _warnings(one, other),
        "figures": _differing(one, other, change),
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


def _warnings(one: Study, other: Study) -> list[str]:
    """Return why the values of two plans that were to make the same best are not of the same thing."""
    if "plan" not in one or "plan" not in other:
        return []
    told = []
    if one["plan"]["site"]["existing"] != other["plan"]["site"]["existing"]:
        told.append(say(Reason("两个方案对现有站点的算法不同,数字不能直接相比")))
    if any(one["asked"][name] != other["asked"][name] for name in ("limit", "by", "measure")):
        told.append(say(Reason("两个方案的范围(距离或走法)不同,数字不能直接相比")))
    return told


def _differing(one: Study, other: Study, change: PlanChange) -> list[tuple[str, str, str, str]]:
    """Return the figures of two plans and, of values, by how much the other's is greater."""
    apart = {}
    if change.value is not None and one["asked"]["measure"] == other["asked"]["measure"]:
        apart[value_name(one["plan"], say)] = _apart(one, other, change.value)
    rows = _beside([_figures(study) for study in (one, other)])
    return [(*row, apart.get(row[0], NOTHING)) for row in rows]


def _apart(one: Study, other: Study, value: Change) -> str:
    """Return the difference of two values in their unit, signed; of shares in points."""
    units = [unit_of(study["plan"], study["asked"]) for study in (one, other)]
    difference = Change(units[0].value(value.one), units[1].value(value.other)).difference
    if difference is None or units[0].value_form == "share":
        return points(difference)
    return f"{'-' if difference < 0 else '+'}{cell_text(abs(difference), units[0].value_form)}"


def _question(study: Study) -> list[tuple[str, str]]:
    return site_lines(study["plan"], say) if "plan" in study else []


def _beside(sides: Sequence[Sequence[tuple[str, str]]]) -> list[tuple[str, str, str]]:
    """Return lines of two under their names, in the order of the one and then of the other."""
    here, there = (dict(lines) for lines in sides)
    return [(name, here.get(name, NOTHING), there.get(name, NOTHING)) for name in {**here, **there}]


def _place(place: Chosen) -> str:
    name = place_name(place, say)
    if place["what"] == "new":
        return name
    return say(Reason("%(name)s(%(what)s)", {"name": name, "what": WHATS[place["what"]]}))
