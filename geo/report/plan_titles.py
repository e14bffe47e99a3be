"""The headings and remarks of a plan in a study's report, on a screen and on paper alike."""

from math import isclose
from typing import NamedTuple

from geo.model.hours import Reason
from geo.model.plan import Fairness, Plan
from geo.model.study import Asked
from geo.report.plan_units import Unit, unit_of
from geo.report.study_bounds import most_words
from geo.report.study_tables import cell_text
from geo.report.study_words import Say, share_words

__all__ = ["PlanTitles", "plan_titles"]

# Of a share: what rounding may leave between it and a bound that it reaches.
_ROUNDING = 1e-6


class PlanTitles(NamedTuple):
    """Headings by the parts that they stand over; a ``_note`` stands beside one, and may be empty."""

    plan: str
    proof: str
    map: str
    map_note: str
    sites: str
    sites_note: str
    curve: str
    curve_note: str
    curve_table: str
    phases: str
    phases_note: str
    pool: str
    pool_note: str
    fairness: str
    fairness_note: str


def plan_titles(plan: Plan, asked: Asked | None, say: Say = str) -> PlanTitles:
    """Return the headings of a plan."""
    unit = unit_of(plan, asked)
    return PlanTitles(
        plan=say(Reason("新站点放在哪里")),
        proof=say(Reason("这个结果有多可靠")),
        map=say(Reason("新站点的地图")),
        map_note=say(Reason("数字与下面的表一致;连线不是路线,只说明哪些需求改去哪个站点。")),
        sites=say(Reason("选中的地点")),
        sites_note=_sites(plan, unit, say),
        curve=say(Reason("建多少处合适")),
        curve_note=say(
            Reason(
                "横排是新站点的数量;线是%(name)s和它的界,柱是每多一处增加的:%(gain)s。",
                {"name": unit.name, "gain": unit.gain},
            )
        ),
        curve_table=say(Reason("各个数量的结果")),
        phases=say(Reason("建设顺序")),
        phases_note=_phases(plan, unit, say),
        pool=say(Reason("备选方案")),
        pool_note=_pool(plan, say),
        fairness=say(Reason("公平")),
        fairness_note=_fairness(plan["fairness"], unit, say) if plan["fairness"] else "",
    )


def _sites(plan: Plan, unit: Unit, say: Say) -> str:
    notes = [say(Reason("“%(gain)s”是单独少了这一处会变差多少。", {"gain": unit.gain}))]
    if any(one["what"] == "closed" for one in plan["chosen"]):
        notes.append(say(Reason("关停的站点,是留着它能变好多少。")))
    if any(one["gain"] is None for one in plan["chosen"]):
        notes.append(say(Reason("“—”是少了它就有需求没有站点可去。")))
    if any(one["need"] for one in plan["chosen"]):
        notes.append(
            say(
                Reason(
                    "必选:差距在 0.5% 以内的方案全都有它,已经证明;常选:找到的方案都有它;"
                    "可替换:不用它也有差不多的方案。"
                )
            )
        )
    return "".join(notes)


def _phases(plan: Plan, unit: Unit, say: Say) -> str:
    loss = unit.lost(max((phase["loss"] for phase in plan["phases"] or []), default=None))
    note = say(Reason("每一期都保留前面各期建的。"))
    if not loss:
        return note + say(Reason("这样分期没有代价。"))
    values = {"loss": cell_text(loss, unit.loss_form), "name": unit.loss}
    return note + say(Reason("分期的代价最大时是 %(loss)s(%(name)s)。", values))


def _pool(plan: Plan, say: Say) -> str:
    needs = [one["need"] for one in plan["chosen"]]
    note = say(Reason("和这个方案几乎一样好、地点又最不相同的方案。"))
    if not any(needs):
        return note
    counts = {need: needs.count(need) for need in ("must", "usual", "free")}
    return note + say(
        Reason("这个方案的地点里,必选 %(must)s 处,常选 %(usual)s 处,可替换 %(free)s 处。", counts)
    )


def _fairness(found: Fairness, unit: Unit, say: Say) -> str:
    reached = isclose(found["bound"], found["fair_worst"], rel_tol=_ROUNDING)
    values = {
        "before": share_words(found["worst"]),
        "after": share_words(found["fair_worst"]),
        "bound": share_words(found["fair_worst"]) if reached else most_words(found["bound"]),
        "loss": cell_text(unit.lost(abs(found["value"] - found["fair_value"])), unit.loss_form),
        "name": unit.loss,
    }
    return say(
        Reason(
            "只求总体最好,覆盖率最低的区划是 %(before)s;让它尽量高,能到 %(after)s,代价是 %(loss)s(%(name)s)。"
            "任何方案都不能让最低的区划超过 %(bound)s。基尼系数越小,各区划越均匀。",
            values,
        )
    )
