"""What the script says with which a planner tries places of their own."""

from geo.planner.site_question import OBJECTIVES
from geo.report.study_words import NOTHING
from web.language import lazy_gettext

__all__ = ["editor_words"]

_WORDS = {
    "loading": lazy_gettext("正在取候选地点和需求…"),
    "failed": lazy_gettext("没有取到方案文件,请检查网络后再试"),
    "ready": lazy_gettext("可以改了:拖动地图上的编号,或在列表里换一个候选地点"),
    "moved": lazy_gettext("%(number)s 号移到离放下处最近的候选地点“%(name)s”(%(metres)s 米)"),
    "chosen": lazy_gettext("%(number)s 号换到“%(name)s”"),
    "back": lazy_gettext("退回一步"),
    "reset": lazy_gettext("恢复成算出的方案"),
    "shown": lazy_gettext("地图上是链接里的 %(count)s 处"),
    "missing": lazy_gettext("链接里有 %(count)s 处不在候选地点里,没有显示"),
    "strange": lazy_gettext("链接里的地点都不在候选地点里,显示的还是算出的方案"),
    "unnamed": lazy_gettext("未命名路口 %(number)s"),
    "rest": lazy_gettext("其余 %(count)s 处"),
    "option": lazy_gettext("%(name)s · %(metres)s 米 · %(difference)s"),
    "here": lazy_gettext("%(name)s(现在)"),
    "same": lazy_gettext("一样"),
    "best": lazy_gettext("和算出的方案一样好"),
    "beyond": lazy_gettext("超过 %(value)s"),
    "farther": lazy_gettext("最远的更远"),
    "lacking": lazy_gettext("有需求没有站点可去"),
    "impossible": lazy_gettext("不行:有 %(count)s 组需求没有站点可去"),
    "broken": lazy_gettext("不符合条件:%(rules)s"),
    "and": lazy_gettext("、"),
    "unknown": NOTHING,
    "metres": lazy_gettext("%(cost)s 米"),
    "minutes": lazy_gettext("%(cost)s 分钟"),
    "count": lazy_gettext("%(count)s 处"),
    "share": lazy_gettext("%(share)s(%(weight)s)"),
    "rule": {
        "count": lazy_gettext("新建的个数"),
        "budget": lazy_gettext("预算"),
        "spacing": lazy_gettext("间距"),
        "area": lazy_gettext("每个区县的个数"),
        "moves": lazy_gettext("搬迁的个数"),
        "building": lazy_gettext("同一栋楼"),
        "upgrades": lazy_gettext("延长时间的个数"),
        "other": lazy_gettext("问题里写的条件"),
    },
}
# By objective: what is lost against the plan, and, where a plan was not proven, what is won.
_LOSSES = {
    "cover": (
        lazy_gettext("少覆盖 %(amount)s(%(part)s 个百分点)"),
        lazy_gettext("多覆盖 %(amount)s(%(part)s 个百分点)"),
    ),
    "all": (lazy_gettext("多用 %(amount)s"), lazy_gettext("少用 %(amount)s")),
    "distance": (
        lazy_gettext("平均远了 %(amount)s(%(part)s)"),
        lazy_gettext("平均近了 %(amount)s(%(part)s)"),
    ),
    "farthest": (lazy_gettext("最远的远了 %(amount)s"), lazy_gettext("最远的近了 %(amount)s")),
}


def editor_words(objective: str) -> dict[str, object]:
    """Return the sentences of the script for an objective, in the language of the request.

    Values are put in by the script, for which ``%(name)s`` stays as it is.
    """
    assert objective in OBJECTIVES
    worse, better = _LOSSES[objective]
    rules = {name: str(word) for name, word in _WORDS["rule"].items()}
    plain = {name: str(word) for name, word in _WORDS.items() if name != "rule"}
    return plain | {"rule": rules, "worse": str(worse), "better": str(better)}
