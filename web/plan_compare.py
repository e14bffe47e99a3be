"""Two studies side by side, and how they differ."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for

from geo.errors import InputError
from geo.model.study import Gap, Study
from geo.planner.compare import AreaChange, Change, Comparison, GapChange, compare
from geo.report.study_figures import question_lines
from geo.report.study_words import (
    LEVELS,
    NOTHING,
    REASON_WORDS,
    WEEKDAYS,
    amount,
    area_name,
    area_of,
    cost_words,
    headline,
    points,
    share_words,
)
from web import params
from web.language import gettext, lazy_gettext, say
from web.plan_site_compare import plans_compared
from web.plan_store import kept_study
from web.plan_words import GAP_STATES, study_name
from web.state import state

__all__ = ["blueprint"]

blueprint = Blueprint("compare", __name__)

_SHARES = {
    "share": lazy_gettext("覆盖率"),
    "share_low": lazy_gettext("覆盖率(范围小一成)"),
    "share_high": lazy_gettext("覆盖率(范围大一成)"),
}
_WEIGHTS = {
    "weight": lazy_gettext("需求"),
    "covered": lazy_gettext("已覆盖"),
    "backup": lazy_gettext("两个站点都到得了"),
    "unknown": lazy_gettext("只靠时间不明的站点"),
    "off_network": lazy_gettext("不在路网上"),
    "stations": lazy_gettext("站点"),
}
_COSTS = {
    "median": lazy_gettext("一半的需求到最近的开放站点"),
    "p90": lazy_gettext("九成的需求到最近的开放站点"),
}
# Points of a hundred by which a share may differ and still be shown as the same.
_SLIGHT, _MUCH = 0.005, 0.1


@blueprint.get("/compare")
def page() -> Response | str:
    """Answer with two studies and their differences; ``id`` given twice leads there.

    Raises
    ------
    InputError
        They are not two, or not both done.
    NotFoundError
        There is no such study.
    """
    values = params.given({"a", "b", "id", "lang"}, strict=False)
    if chosen := params.many(values, "id"):
        if len(chosen) != 2:
            raise InputError("请选两项研究来比较,现在选了 %(count)s 项", parameter="id", count=len(chosen))
        return redirect(url_for("plan.compare.page", a=chosen[0], b=chosen[1]))
    one, other = (_study(params.one(values, name)) for name in ("a", "b"))
    found = compare(one, other)
    snapshot = state().live.index.snapshot
    return render_template(
        "plan_compare.html",
        studies=[
            (study["id"], study_name(study["asked"], snapshot), headline(study, say))
            for study in (one, other)
        ],
        warnings=[say(warning) for warning in found.warnings],
        question=_question(one, other),
        figures=_figures(found, one["asked"]["measure"]),
        areas=[(*_named(area), *_share(area.share), *_weight(area.covered)[2:]) for area in found.areas],
        gaps=[_gap(change) for change in found.gaps],
        week=found.week,
        weekdays=[say(day) for day in WEEKDAYS],
        warmth=_warmth,
        plans=plans_compared(one, other, found.plan),
    )


def _study(id_: str | None) -> Study:
    if id_ is None:
        raise InputError("请选两项研究来比较,现在选了 %(count)s 项", parameter="id", count=1)
    found = kept_study(id_).found
    if found is None:
        raise InputError("研究 %(id)s 还没有算完,不能比较", parameter="id", id=id_)
    return found


def _question(one: Study, other: Study) -> list[tuple[str, str, str]]:
    """Return what was asked of each: what it is about, and the two values."""
    lines = [[(gettext("区划"), area_of(study, say)), *question_lines(study, say)] for study in (one, other)]
    return [(name, value, there) for (name, value), (_, there) in zip(*lines, strict=True)]


def _figures(found: Comparison, measure: str) -> list[tuple[str, str, str, str]]:
    """Return each figure: its name, both values and the difference."""
    rows = [(str(word), *_share(found.totals[name])) for name, word in _SHARES.items()]
    rows += [(str(word), *_weight(found.totals[name])) for name, word in _WEIGHTS.items()]
    costs = {name: word for name, word in _COSTS.items() if name in found.totals}
    return rows + [(str(word), *_cost(found.totals[name], measure)) for name, word in costs.items()]


def _named(area: AreaChange) -> tuple[str, str]:
    """Return what an area is called, and its level where the name does not say it."""
    level = say(LEVELS[area.level]) if area.name and area.level in LEVELS else ""
    return area_name(area.name, area.level, say), level


def _share(change: Change) -> tuple[str, str, str]:
    return share_words(change.one), share_words(change.other), points(change.difference)


def _weight(change: Change) -> tuple[str, str, str]:
    return amount(change.one), amount(change.other), _signed(change.difference, amount)


def _cost(change: Change, measure: str) -> tuple[str, str, str]:
    def worded(cost: float | None) -> str:
        return cost_words(cost, measure, say)

    return worded(change.one), worded(change.other), _signed(change.difference, worded)


def _signed(difference: float | None, worded: Any) -> str:
    if difference is None:
        return NOTHING
    return f"{'-' if difference < 0 else '+'}{worded(abs(difference))}"


def _gap(change: GapChange) -> dict[str, Any]:
    return {
        "state": change.state,
        "word": GAP_STATES[change.state],
        "one": [_gap_words(gap) for gap in change.one],
        "other": [_gap_words(gap) for gap in change.other],
        "difference": _signed(change.weight.difference, amount),
    }


def _gap_words(gap: Gap) -> tuple[str, str, str]:
    return f"{gap['rank']}. {gap['name']}", amount(gap["weight"]), say(REASON_WORDS[gap["reason"]])


def _warmth(difference: float | None) -> str:
    """Return how a difference of shares is shown: ``much-less`` to ``much-more``."""
    if difference is None:
        return "none"
    if abs(difference) < _SLIGHT:
        return "even"
    return ("much-" if abs(difference) >= _MUCH else "") + ("less" if difference < 0 else "more")
