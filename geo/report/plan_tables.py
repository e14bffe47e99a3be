"""A plan's tables: the same columns and rows for pages, workbooks and paper."""

from collections.abc import Mapping, Sequence
from typing import Any

from geo.model.hours import Reason
from geo.model.plan import Alternative, Chosen, CurvePoint, Phase, Plan
from geo.model.study import Asked, Study
from geo.report.plan_units import Unit, curve_points, known, part_of, unit_of
from geo.report.plan_values import gap_of
from geo.report.plan_words import NEEDS, WHATS, place_name
from geo.report.study_tables import Column, Table
from geo.report.study_words import Say, listed

__all__ = [
    "area_names",
    "curve_table",
    "fairness_table",
    "phase_table",
    "places_words",
    "pool_table",
    "site_table",
]

# Of names in a cell: more would be no help in telling plans apart.
_NAMED = 12


def area_names(study: Study) -> dict[str, str]:
    """Return the names of the areas that a study tells of, by code."""
    return {area["code"]: area["name"] for area in study["areas"] if area["code"] is not None}


def site_table(
    plan: Plan, asked: Asked | None, say: Say = str, *, areas: Mapping[str, str] | None = None
) -> Table:
    """Return the places of a plan, numbered as on its map.

    Parameters
    ----------
    asked : Asked or None
        The question of the study that the plan belongs to; None where it stands alone.
    areas : mapping of str to str, optional
        Names of areas by code; of others the code is told.
    """
    unit = unit_of(plan, asked)
    placed = any(one["lon"] is not None for one in plan["chosen"])
    columns = (
        Column(say(Reason("序号")), "count"),
        Column(say(Reason("地点"))),
        Column(say(Reason("编号")), "code", wide_only=True),
        Column(say(Reason("做什么")), wide_only=all(one["what"] == "new" for one in plan["chosen"])),
        Column(say(Reason("区划")), wide_only=not any(one["area"] for one in plan["chosen"])),
        Column(say(Reason("经度")), "degrees", wide_only=not placed),
        Column(say(Reason("纬度")), "degrees", wide_only=not placed),
        Column(say(unit.gain), unit.gain_form),
        Column(say(Reason("最近的是它的需求")), "weight"),
        Column(say(Reason("费用")), "weight", wide_only=not _priced(plan)),
        Column(say(Reason("必要性")), wide_only=not any(one["need"] for one in plan["chosen"])),
    )
    rows = [_site(number, one, unit, areas or {}, say) for number, one in enumerate(plan["chosen"], 1)]
    return Table(columns, rows)


def _site(number: int, one: Chosen, unit: Unit, areas: Mapping[str, str], say: Say) -> tuple[Any, ...]:
    need = say(NEEDS[one["need"]]) if one["need"] else None
    area = areas.get(one["area"] or "", one["area"])
    place = place_name(one, say), one["code"], say(WHATS[one["what"]]), area, one["lon"], one["lat"]
    return (number, *place, unit.added(one["gain"]), round(one["serves"]), known(one["price"]), need)


def _priced(plan: Plan) -> bool:
    # What opens longer costs nothing of its own.
    return any(one["price"] for one in plan["chosen"])


def curve_table(plan: Plan, asked: Asked | None, say: Say = str) -> Table:
    """Return what each number of new stations comes to; no rows where that was not asked."""
    unit, priced, cover = unit_of(plan, asked), _priced(plan), plan["site"]["objective"] == "cover"
    columns = (
        Column(say(Reason("新站点")), "count"),
        Column(say(unit.name), unit.value_form),
        Column(say(unit.bound), unit.value_form, wide_only=True),
        Column(say(Reason("与界相差")), "gap"),
        *([Column(say(Reason("已覆盖")), "weight")] if cover else []),
        Column(say(Reason("最后一处:%(gain)s", {"gain": unit.gain})), unit.gain_form),
        Column(say(Reason("费用")), "weight", wide_only=not priced),
        *([Column(say(Reason("每多覆盖 1 的费用")), "number", not priced)] if cover else []),
    )
    return Table(columns, [_point(plan, point, unit, cover) for point in curve_points(plan)])


def _point(plan: Plan, point: CurvePoint, unit: Unit, cover: bool) -> tuple[Any, ...]:
    gap, price = gap_of(plan, point["bound"], point["value"]), known(point["price"])
    value = unit.value(point["value"]), unit.value(point["bound"]), gap
    if not cover:
        return (point["p"], *value, unit.added(point["gain"]), price)
    more = max(point["value"] - (known(plan["before"]) or 0.0), 0.0)
    return (point["p"], *value, round(point["value"]), unit.added(point["gain"]), price, part_of(price, more))


def phase_table(plan: Plan, asked: Asked | None, say: Say = str) -> Table:
    """Return the build order, a row for each phase; no rows where that was not asked."""
    unit = unit_of(plan, asked)
    columns = (
        Column(say(Reason("期")), "count"),
        Column(say(Reason("累计新站点")), "count"),
        Column(say(Reason("这一期建"))),
        Column(say(unit.name), unit.value_form),
        Column(say(Reason("不分期最好的:%(name)s", {"name": unit.name})), unit.value_form),
        Column(say(unit.bound), unit.value_form, wide_only=True),
        Column(say(unit.loss), unit.loss_form),
    )
    rows = [_phase(number, phase, plan, unit, say) for number, phase in enumerate(plan["phases"] or [], 1)]
    return Table(columns, rows)


def _phase(number: int, phase: Phase, plan: Plan, unit: Unit, say: Say) -> tuple[Any, ...]:
    figures = (unit.value(phase["value"]), unit.value(phase["best"]), unit.value(phase["bound"]))
    return (number, phase["p"], places_words(plan, phase["codes"], say), *figures, unit.lost(phase["loss"]))


def pool_table(plan: Plan, asked: Asked | None, say: Say = str) -> Table:
    """Return plans that are nearly as good; no rows where that was not asked."""
    unit = unit_of(plan, asked)
    columns = (
        Column(say(Reason("方案")), "count"),
        Column(say(unit.name), unit.value_form),
        Column(say(unit.loss), unit.loss_form),
        Column(say(Reason("不同的地点")), "count"),
        Column(say(Reason("换下"))),
        Column(say(Reason("换上"))),
        Column(say(Reason("全部地点")), "code", wide_only=True),
    )
    rows = [_alternative(number, one, plan, unit, say) for number, one in enumerate(plan["pool"] or [], 1)]
    return Table(columns, rows)


def _alternative(number: int, one: Alternative, plan: Plan, unit: Unit, say: Say) -> tuple[Any, ...]:
    own = [chosen["code"] for chosen in plan["chosen"] if chosen["what"] != "closed"]
    gone = [code for code in own if code not in one["codes"]]
    dropped = places_words(plan, gone, say) if gone != own else say(Reason("全部"))
    taken = places_words(plan, [code for code in one["codes"] if code not in own], say)
    figures = unit.value(one["value"]), unit.lost(one["loss"]), one["differs"]
    return (number, *figures, dropped, taken, "、".join(one["codes"]))


def fairness_table(plan: Plan, asked: Asked | None, say: Say = str) -> Table:
    """Return the best plan and the fairest side by side; no rows where that was not asked."""
    unit, found = unit_of(plan, asked), plan["fairness"]
    columns = (
        Column(say(Reason("方案"))),
        Column(say(unit.name), unit.value_form),
        Column(say(Reason("覆盖率最低的区划"))),
        Column(say(Reason("它的覆盖率")), "share"),
        Column(say(Reason("基尼系数")), "ratio"),
        Column(say(Reason("全部地点")), "code", wide_only=True),
    )
    if found is None:
        return Table(columns, [])
    best = found["value"], found["worst_name"], found["worst"], found["gini"], found["codes"]
    fair = (
        found["fair_value"], found["fair_worst_name"], found["fair_worst"], found["fair_gini"],
        found["fair_codes"],
    )  # fmt: skip
    named = ((Reason("总体最好"), best), (Reason("对最低的区划最好"), fair))
    rows = [
        (say(name), unit.value(value), worst_name, worst, gini, "、".join(codes))
        for name, (value, worst_name, worst, gini, codes) in named
    ]
    return Table(columns, rows)


def places_words(plan: Plan, codes: Sequence[str], say: Say = str) -> str:
    """Return what places are called: those of the plan by the numbers they have on its map."""
    numbers = {
        one["code"]: f"{number}. {place_name(one, say)}" for number, one in enumerate(plan["chosen"], 1)
    }
    called = {**plan.get("names", {}), **numbers}
    shown = listed([called.get(code, code) for code in codes[:_NAMED]], say)
    if len(codes) <= _NAMED:
        return shown
    return say(Reason("%(shown)s 等 %(count)s 个", {"shown": shown, "count": len(codes)}))
