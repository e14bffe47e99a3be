"""What a study's figures take for granted, said with them."""

from geo.finder.question import line_speed_m_s
from geo.finder.streets import SNAP_LIMIT_M
from geo.model.demand import Demand, band_of
from geo.model.hours import Reason
from geo.model.profiles import PROFILES
from geo.model.study import Said, said
from geo.planner.ground import Ground
from geo.planner.question import Ask

__all__ = ["assumptions_of"]

# Less of the weight than this outside the streets' bounds changes no figure that is shown.
_OUTSIDE = 0.01


def assumptions_of(ask: Ask, ground: Ground, demand: Demand) -> list[Said]:
    """Return the assumptions of a study, in the order of their weight."""
    return [*_ways(ask, ground), *_hours(ask), *_demand(ask, demand)]


def _ways(ask: Ask, ground: Ground) -> list[Said]:
    if ground.streets is not None:
        streets = ground.streets
        told = [
            said(
                Reason(
                    "距离沿街道“%(name)s”计算,从需求所在的地方到站点的入口,两头到街道的一段也算在内",
                    {"name": streets.name},
                )
            ),
            said(
                Reason(
                    "离任何街道超过 %(limit)s 米的需求算不在路网上,不算被覆盖",
                    {"limit": f"{SNAP_LIMIT_M:.0f}"},
                )
            ),
        ]
        if ground.outside > _OUTSIDE:
            told.append(_outside(streets.name, ground.outside))
        if ask.measure == "seconds":
            told.append(_speeds(ask.by))
    else:
        told = [said(Reason("距离是直线距离;实际沿街道走要远三成左右"))]
        if ask.by != "line":
            told.insert(0, said(Reason("这里还没有街道数据,没有按所选的“沿街道”来算")))
        if ask.measure == "seconds":
            speed = line_speed_m_s(ask.by)
            told.append(
                said(Reason("时间按直线 %(speed)s 米/秒估算,已计入绕行 1.3 倍", {"speed": f"{speed:.2f}"}))
            )
    return [*told, said(Reason("步行速度因人而异:范围小一成、大一成时的覆盖率也写了出来"))]


def _outside(name: str, share: float) -> Said:
    return said(
        Reason(
            "有 %(share)s 的需求在街道“%(name)s”的边界以外,那里没有街道数据,也不算被覆盖",
            {"share": f"{share:.1%}", "name": name},
        )
    )


def _speeds(by: str) -> Said:
    if by == "ebike":
        return said(Reason("时间按每种道路的骑行速度计算,最快 25 公里/小时"))
    speed = PROFILES[by].snap_speed_m_s
    return said(Reason("时间按每种道路的速度计算,步行约 %(speed)s 米/秒", {"speed": f"{speed:.2f}"}))


def _hours(ask: Ask) -> list[Said]:
    if ask.at is None:
        return [said(Reason("没有按开放时间筛选:站点关门时也算覆盖"))]
    told = [said(Reason("开放时间不明的站点不算开放;只靠它们覆盖的需求单独列出"))]
    if len(ask.at) <= len("HH:MM"):
        told.insert(0, said(Reason("%(time)s 指一个普通的星期三,不是节假日", {"time": ask.at})))
    return told


def _demand(ask: Ask, demand: Demand) -> list[Said]:
    told = [
        said(
            Reason(
                "需求用“%(demand)s”的“%(weight)s”一列,它的误差没有算进来",
                {"demand": ask.demand, "weight": ask.weight},
            )
        )
    ]
    if band_of(ask.weight) and len(demand.weights) > 1:
        told.append(said(Reason("一周各小时按同一组里写明这个小时的列来算")))
    return told
