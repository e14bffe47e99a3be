"""A plan in lines that can be read out in a meeting."""

from collections.abc import Iterator

from geo.model.plan import Chosen, Plan
from geo.model.study import Asked, Said
from geo.report.plan_tables import places_words
from geo.report.plan_values import bound_words, value_words
from geo.report.plan_words import NEEDS, WHATS, plan_headline, plan_lines
from geo.report.study_words import KINDS, amount, assumption_lines

__all__ = ["plan_told"]


def plan_told(plan: Plan, asked: Asked | None, assumptions: list[Said]) -> Iterator[str]:
    """Yield what a plan comes to, what proves it, its places, and all that was asked besides."""
    yield plan_headline(plan, asked)
    yield from plan_lines(plan, asked, assumptions=assumptions)
    for number, one in enumerate(plan["chosen"], 1):
        yield f"{number:>3}. {_place(plan, one)}"
    yield from _curve(plan, asked)
    yield from _phases(plan, asked)
    yield from _pool(plan, asked)
    yield from _fairness(plan)
    if "certificate" in plan:
        yield f"证明:{plan['certificate']}(用 yizhan certify 复核)"
    yield from (f"说明:{line}" for line in assumption_lines(assumptions))


def _place(plan: Plan, one: Chosen) -> str:
    name = one["name"] if one["name"] != one["code"] else ""
    parts = [WHATS[one["what"]], f"{one['code']} {name}".rstrip()]
    if one["gain"] is not None and plan["site"]["objective"] == "cover":
        said = "留着它可多覆盖" if one["what"] == "closed" else "少了它就少覆盖"
        parts.append(f"{said} {amount(one['gain'])}")
    if one["what"] != "closed":
        parts.append(f"最近的是它的需求 {amount(one['serves'])}")
    if one.get("kinds"):
        parts.append("有" + "、".join(str(KINDS[kind]) for kind in one["kinds"]))
    if one["need"]:
        parts.append(str(NEEDS[one["need"]]))
    return ",".join(map(str, parts))


def _curve(plan: Plan, asked: Asked | None) -> Iterator[str]:
    for point in plan["curve"] or []:
        value, bound = value_words(plan, point["value"], asked), bound_words(plan, point["bound"], asked)
        known = "已证明最优" if point["value"] == point["bound"] else f"界 {bound}"
        yield f"新建 {point['p']} 个:{value},{known}"


def _phases(plan: Plan, asked: Asked | None) -> Iterator[str]:
    for number, phase in enumerate(plan["phases"] or [], 1):
        value, best = value_words(plan, phase["value"], asked), value_words(plan, phase["best"], asked)
        places = places_words(plan, phase["codes"])
        yield f"第 {number} 期(共 {phase['p']} 个):{value},不分期可到 {best};建 {places}"


def _pool(plan: Plan, asked: Asked | None) -> Iterator[str]:
    for number, other in enumerate(plan["pool"] or [], 1):
        value, places = value_words(plan, other["value"], asked), places_words(plan, other["codes"])
        yield f"另一个方案 {number}:{value},有 {other['differs']} 处不同;{places}"


def _fairness(plan: Plan) -> Iterator[str]:
    found = plan["fairness"]
    if found is not None:
        yield (
            f"最差的区划:{found['worst_name']} {found['worst']:.1%};若让最差的尽量好:"
            f"{found['fair_worst_name']} {found['fair_worst']:.1%}(至多 {found['bound']:.1%}),"
            f"覆盖 {amount(found['fair_value'])},原来 {amount(found['value'])}"
        )
