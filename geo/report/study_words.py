"""What a study says in words, for pages, workbooks, paper and the command line alike.

Every text goes through ``say``, which is told a Chinese sentence and its values: as it stands it is Chinese,
and the web passes what looks up the English one.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from geo.model.facilities import FACILITIES
from geo.model.hours import CHINA, Reason
from geo.model.study import Asked, Gap, Said, Source, Study

__all__ = [
    "EFFECTS",
    "KINDS",
    "LEVELS",
    "LIMITS",
    "NOTHING",
    "REASON_WORDS",
    "REMEDY_WORDS",
    "RULES",
    "STATES",
    "STATUSES",
    "WEEKDAYS",
    "Say",
    "amount",
    "area_name",
    "area_of",
    "assumption_lines",
    "cost_words",
    "day_of",
    "gap_nearest",
    "gap_reasons",
    "headline",
    "hour_words",
    "limit_lines",
    "line_words",
    "listed",
    "points",
    "share_words",
    "source_words",
    "spread_words",
    "stations_words",
    "then",
    "weight_name",
    "within_words",
]

Say = Callable[[Reason], str]

NOTHING = "—"
"""What stands where there is no value."""

REASON_WORDS = {
    "off_network": Reason("附近没有街道"),
    "hours_unknown": Reason("有站点,但开放时间不明"),
    "closed_then": Reason("有站点,但那时不开放"),
    "barrier": Reason("被隔断,要绕远路"),
    "just_beyond": Reason("最近的站点刚好超出范围"),
    "none_near": Reason("附近没有站点"),
}
REMEDY_WORDS = {
    "streets": Reason("核对位置和街道数据"),
    "register": Reason("登记开放时间"),
    "hours": Reason("延长开放时间"),
    "crossing": Reason("打通通道:开门、架桥或设过街设施"),
    "station": Reason("新建站点"),
}
RULES = {
    "duplicate": Reason("疑似重复"),
    "off_network": Reason("离街道太远"),
    "outside_area": Reason("不在所属区划内"),
    "hours_unknown": Reason("开放时间不明"),
    "other_datum": Reason("疑似用了别的坐标系"),
}
EFFECTS = {
    "duplicate": Reason("如果只算其中第一个"),
    "off_network": Reason("如果不算它们"),
    "outside_area": Reason("如果不算它们"),
    "hours_unknown": Reason("如果它们那时开放"),
    "other_datum": Reason("如果不算它们"),
}
"""What is supposed of a finding's stations for its effect on the share."""
KINDS = {
    "care_station": Reason("爱心驿站"),
    "water_point": Reason("爱心派水点"),
    "nursing_room": Reason("母婴关爱室"),
}
STATUSES = {
    "planned": Reason("规划中"),
    "building": Reason("在建"),
    "trial": Reason("试运行"),
    "open": Reason("开放"),
    "suspended": Reason("暂停开放"),
    "closed": Reason("已撤销"),
}
STATES = {
    "open": Reason("那时开放"),
    "unknown": Reason("那时开放与否不明"),
    "closed": Reason("那时不开放"),
}
LEVELS = {
    "province": Reason("省"),
    "city": Reason("市"),
    "district": Reason("区县"),
    "street": Reason("街道(镇)"),
    "community": Reason("社区(村)"),
}
WEEKDAYS = (
    Reason("周一"), Reason("周二"), Reason("周三"), Reason("周四"), Reason("周五"),
    Reason("周六"), Reason("周日"),
)  # fmt: skip
LIMITS = (
    Reason("覆盖率只说明站点够不够近、开不开门,不说明站点够不够大、好不好用。"),
    Reason("登记册里没有的站点、地图上没有的小路和小门都没有算进来。"),
    Reason("缺口的名称和范围是为了便于辨认,不是行政界线;处置之前请到现场核实。"),
)
"""What a study cannot tell."""

_PLAN_LIMIT = Reason("候选地点能不能用(产权、面积、水电、消防)没有核实;选定之前请到现场看。")

# What planners call the columns that loaded demand usually has.
_WEIGHTS = {
    "riders": Reason("骑手需求"),
    "residents": Reason("居民"),
    "population": Reason("人口"),
    "workers": Reason("劳动者"),
}
_WAYS = {
    ("walk", "metres"): Reason("步行 %(limit)s 米"),
    ("walk", "seconds"): Reason("步行 %(limit)s 分钟"),
    ("ebike", "metres"): Reason("骑电动车 %(limit)s 米"),
    ("ebike", "seconds"): Reason("骑电动车 %(limit)s 分钟"),
    ("line", "metres"): Reason("直线 %(limit)s 米"),
    ("line", "seconds"): Reason("按直线估算步行 %(limit)s 分钟"),
}
_COSTS = {"metres": Reason("%(cost)s 米"), "seconds": Reason("%(cost)s 分钟")}
_MINUTE_S = 60
# Of a share: what does not show in one decimal of a per cent.
_SAME = 0.0005


def amount(value: float | None) -> str:
    """Return a weight with one decimal, without it where that is nought.

    Examples
    --------
    >>> amount(812935.0), amount(176946.99997), amount(2.25), amount(0), amount(None)
    ('812,935', '176,947', '2.2', '0', '—')
    """
    return NOTHING if value is None else f"{round(value, 1) + 0.0:,.1f}".removesuffix(".0")


def share_words(share: float | None) -> str:
    """Return a share in per cent with one decimal.

    Examples
    --------
    >>> share_words(0.784), share_words(None)
    ('78.4%', '—')
    """
    return NOTHING if share is None else f"{share:.1%}"


def points(difference: float | None) -> str:
    """Return a difference of shares in points of a hundred, signed.

    Examples
    --------
    >>> points(-0.116), points(0.0001), points(None)
    ('-11.6', '+0.0', '—')
    """
    return NOTHING if difference is None else f"{difference * 100:+.1f}"


def cost_words(cost: float | None, measure: str, say: Say = str) -> str:
    """Return a distance or a time.

    Examples
    --------
    >>> cost_words(1300.4, "metres"), cost_words(900.0, "seconds"), cost_words(1467.0, "seconds")
    ('1,300 米', '15 分钟', '24.4 分钟')
    >>> cost_words(None, "metres")
    '—'
    """
    if cost is None:
        return NOTHING
    return say(_COSTS[measure]._replace(params={"cost": _cost(cost, measure)}))


def within_words(asked: Asked, say: Say = str) -> str:
    """Return how far a station may be, such as ``步行 15 分钟``."""
    limit = _cost(asked["limit"], asked["measure"])
    return say(_WAYS[asked["by"], asked["measure"]]._replace(params={"limit": limit}))


def hour_words(asked: Asked, say: Say = str) -> str:
    """Return the hour asked about, such as ``周三 14:00``."""
    at = asked["at"]
    if at is None:
        return say(Reason("不计开放时间"))
    if len(at) <= len("HH:MM"):
        return say(Reason("周三 %(time)s", {"time": at}))
    moment = datetime.fromisoformat(at)
    return (moment.astimezone(CHINA) if moment.tzinfo else moment).strftime("%Y-%m-%d %H:%M")


def weight_name(asked: Asked, say: Say = str) -> str:
    """Return what a study's weights are of."""
    known = _WEIGHTS.get(asked["weight"].split("_")[0].casefold())
    return say(known) if known else say(Reason("需求“%(name)s”", {"name": asked["weight"]}))


def area_of(study: Study, say: Say = str) -> str:
    """Return where a study is about."""
    return study["area_name"] or say(Reason("全部范围"))


def area_name(name: str, level: str | None, say: Say = str) -> str:
    """Return what a row of areas is called: an area's name, else what is in none of a level.

    Examples
    --------
    >>> area_name("碑林区", "district"), area_name("", "street"), area_name("", None)
    ('碑林区', '不属于任何街道(镇)', '区划以外')
    """
    if name:
        return name
    if level not in LEVELS:
        return say(Reason("区划以外"))
    return say(Reason("不属于任何%(level)s", {"level": say(LEVELS[level])}))


def headline(study: Study, say: Say = str) -> str:
    """Return the one sentence that a study comes to."""
    asked, share = study["asked"], study["totals"]["share"]
    values = {
        "area": area_of(study, say),
        "share": share_words(share),
        "demand": weight_name(asked, say),
        "within": within_words(asked, say),
        "hour": hour_words(asked, say),
    }
    if share is None:
        return say(Reason("%(area)s没有%(demand)s,没有覆盖率可算", values))
    if asked["at"] is None:
        return say(Reason("%(area)s %(share)s 的%(demand)s,%(within)s内有站点(%(hour)s)", values))
    return say(Reason("%(area)s %(share)s 的%(demand)s,%(within)s内有开放的站点(%(hour)s)", values))


def spread_words(study: Study, say: Say = str) -> str:
    """Return the shares at a limit a tenth smaller and greater."""
    totals = study["totals"]
    values = {"low": share_words(totals["share_low"]), "high": share_words(totals["share_high"])}
    return say(Reason("范围小一成是 %(low)s,大一成是 %(high)s", values))


def line_words(study: Study, say: Say = str) -> str:
    """Return how coverage as the crow flies differs from that along streets, and why; empty by line."""
    by_line, totals = study["by_line"], study["totals"]
    if by_line is None or by_line["share"] is None or totals["share"] is None:
        return ""
    difference = by_line["share"] - totals["share"]
    values = {
        "line": share_words(by_line["share"]),
        "street": share_words(totals["share"]),
        "points": f"{abs(difference) * 100:.1f}",
        "weight": amount(abs(by_line["covered"] - totals["covered"])),
    }
    if abs(difference) < _SAME:
        return say(Reason("按直线算也是 %(line)s:这里的路大体通直,绕行不多。", values))
    if difference < 0:
        return say(
            Reason(
                "按直线算是 %(line)s,比沿街道算的 %(street)s 低 %(points)s 个百分点(%(weight)s):"
                "按时间算直线时用了绕行 1.3 倍的估计,这里的路比这更直。两者都写出来,以沿街道的为准。",
                values,
            )
        )
    return say(
        Reason(
            "按直线算是 %(line)s,比沿街道算的 %(street)s 高 %(points)s 个百分点(%(weight)s):"
            "直线穿过河流、铁路和围墙,人要绕到桥、路口和门才过得去。两者都写出来,以沿街道的为准。",
            values,
        )
    )


def listed(parts: Sequence[str], say: Say = str) -> str:
    """Return words one after another, as a language lists them."""
    return say(Reason("、")).join(parts)


def then(parts: Sequence[str], say: Say = str) -> str:
    """Return statements one after another, as a language parts them."""
    return say(Reason(";")).join(parts)


def stations_words(asked: Asked, say: Say = str) -> str:
    """Return which stations count."""
    kinds = [say(KINDS[kind]) for kind in asked["kinds"]] or [say(Reason("所有类别"))]
    statuses = [say(STATUSES[status]) for status in asked["statuses"]]
    facilities = [say(Reason(FACILITIES[code].zh)) for code in asked["facilities"]]
    return then([listed(part, say) for part in (kinds, statuses, facilities) if part], say)


def gap_reasons(study: Study, gap: Gap, say: Say = str) -> str:
    """Return why a gap is one: each reason with its weight, the heaviest first."""
    heavy = sorted(gap["reasons"].items(), key=lambda item: -item[1])
    if len(heavy) <= 1:
        return say(REASON_WORDS[gap["reason"]])
    return then([f"{say(REASON_WORDS[reason])} {amount(weight)}" for reason, weight in heavy], say)


def gap_nearest(study: Study, gap: Gap, say: Say = str) -> str:
    """Return what is nearest to a gap, or that nothing can be reached from it."""
    measure = study["asked"]["measure"]
    if gap["nearest"] is None or gap["cost"] is None:
        told = say(Reason("走不到任何开放的站点"))
    else:
        values = {
            "name": gap["nearest_name"] or gap["nearest"],
            "code": gap["nearest"],
            "cost": cost_words(gap["cost"], measure, say),
            "beyond": cost_words(gap["beyond"], measure, say),
        }
        told = say(Reason("%(name)s(%(code)s),%(cost)s,超出 %(beyond)s", values))
    near = [told]
    if closed := gap["closed"]:
        near.append(say(Reason("那时不开放的有 %(codes)s", {"codes": listed(closed, say)})))
    if unknown := gap.get("unknown"):
        near.append(say(Reason("开放时间不明的有 %(codes)s", {"codes": listed(unknown, say)})))
    return then(near, say)


def assumption_lines(said: list[Said], say: Say = str) -> list[str]:
    """Return what figures take for granted, a sentence each."""
    return [say(Reason(one["message"], one["params"])) for one in said]


def limit_lines(study: Study, say: Say = str) -> list[str]:
    """Return what a study cannot tell, a sentence each."""
    return [say(limit) for limit in ((*LIMITS, _PLAN_LIMIT) if "plan" in study else LIMITS)]


def source_words(source: Source, say: Say = str) -> tuple[str, str]:
    """Return what a source is, and of when it is."""
    names = {
        "streets": Reason("街道“%(name)s”", {"name": source["name"]}),
        "demand": Reason("需求“%(name)s”", {"name": source["name"]}),
        "registry": Reason("站点:%(name)s", {"name": source["name"]}),
    }
    dates = []
    if source["data_at"]:
        dates.append(say(Reason("资料时间 %(date)s", {"date": day_of(source["data_at"])})))
    if source["loaded_at"]:
        dates.append(say(Reason("%(date)s 导入", {"date": day_of(source["loaded_at"])})))
    return say(names[source["what"]]), ",".join(dates) or say(Reason("没有写明时间"))


def day_of(moment: str) -> str:
    """Return the day of an ISO moment, in China where it names an offset.

    Examples
    --------
    >>> day_of("2026-06-30T18:00:00Z"), day_of("2026-06-30")
    ('2026-07-01', '2026-06-30')
    """
    at = datetime.fromisoformat(moment)
    return (at.astimezone(CHINA) if at.tzinfo else at).date().isoformat()


def _cost(cost: float, measure: str) -> str:
    """Return a cost as a number: whole metres, minutes with a decimal where they are not whole."""
    if measure == "metres":
        return f"{cost:,.0f}"
    minutes = cost / _MINUTE_S
    return f"{minutes:.0f}" if abs(minutes - round(minutes)) < 0.05 else f"{minutes:.1f}"
