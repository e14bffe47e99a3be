"""The words with which a phone writes its own list: the server's, their places still to be filled."""

from typing import Any

from geo.model.facilities import FACILITIES
from geo.model.facts_state import MAYBE_LOCKED
from web.language import gettext, language
from web.words import HOW, KINDS, LEVELS, STATES, WHO, facility_name

__all__ = ["phone_words"]


def phone_words() -> dict[str, Any]:
    """Return the words by what they are for, in the language of the answer; `%(name)s` is a place in them."""
    return {
        "lang": language(),
        "kinds": _texts(KINDS),
        "who": _texts(WHO),
        "how": _texts(HOW),
        "levels": _texts(LEVELS),
        "facilities": {code: facility_name(code) for code in FACILITIES},
        **_states(),
        **_lengths(),
        **_headings(),
        **_notes(),
    }


def _texts(words: Any) -> dict[str, str]:
    return {str(code): str(word) for code, word in words.items()}


def _states() -> dict[str, Any]:
    return {
        "states": _texts(STATES),
        "closes": gettext("%(when)s 关"),
        "opens": gettext("%(when)s 开"),
        "all_day": gettext("24 小时"),
        "tomorrow": gettext("明天 %(time)s"),
        "day": gettext("M月d日"),
        "call": gettext("建议电话确认"),
        "resumes": gettext("%(when)s 恢复"),
        "maybe_locked": gettext(MAYBE_LOCKED),
        "broken": gettext("现在用不了:%(what)s"),
    }


def _lengths() -> dict[str, str]:
    return {
        "here": gettext("就在这里"),
        "line": gettext("直线 %(length)s"),
        "walk": gettext("步行 %(time)s · %(length)s"),
        "ebike": gettext("骑行 %(time)s · %(length)s"),
        "metres": gettext("%(number)s 米"),
        "kilometres": gettext("%(number)s 公里"),
        "minutes": gettext("%(number)s 分钟"),
        "hours": gettext("%(number)s 小时"),
        "hours_minutes": gettext("%(hours)s 小时 %(minutes)s 分"),
        "more": gettext("等 %(count)s 项"),
    }


def _headings() -> dict[str, str]:
    return {
        "mine": gettext("离您最近的站点"),
        "nearest": gettext("离“%(name)s”最近的站点"),
        "which": gettext("您要找的是哪一个?"),
        "several": gettext("叫“%(text)s”的有好几个,请选一个。"),
        "nothing": gettext("没有找到“%(text)s”"),
        "other": gettext("请换附近的地标、路名或区名再试,字少一点更容易找到;也可以从下面选一个。"),
        "order": gettext("由近到远"),
        "longest": gettext("最近的这些,开得久的在前"),
        "longest_of": gettext("%(length)s内最近的 %(count)s 个里,开得久的在前"),
        "open_now": gettext("现在开着"),
        "open_arrival": gettext("到时开着"),
        "open_all_day": gettext("24 小时开着"),
        "open_then": gettext("%(when)s 开着"),
        "unsure": gettext("不一定开着,去之前请先确认"),
        "straight": gettext("距离为直线,实际走的路会长一些"),
        "streets": gettext("沿街道的距离和时间"),
        "way": gettext("怎么走"),
    }


def _notes() -> dict[str, str]:
    return {
        "none": gettext("没有符合这些条件的站点。"),
        "none_open": gettext("没有这时开门、又符合这些条件的站点。"),
        "only_unsure": gettext("附近没有确定开着的站点。下面这些不一定开着,请先打电话确认。"),
        "loosen": gettext("可以在上面少选几项条件,或去掉“现在开门”再找。"),
        "vague": gettext("定位不准,可能差 %(metres)s 米。如果下面的站点不对,请输入地名再找。"),
        "off": gettext("您的位置 300 米内没有街道:距离是直线距离,时间按直线的 1.3 倍估算"),
        "none_reached": gettext("沿街道到不了任何符合条件的站点:距离是直线距离,时间按直线的 1.3 倍估算"),
        "left_out": gettext("沿街道只到得了这 %(count)s 个站点,别的符合条件的到不了,没有列出"),
        "nearer_off": gettext("有 %(count)s 个更近的站点离街道太远,没有算进来"),
        "no_streets": gettext("这里还没有街道数据:距离是直线距离,时间按直线的 1.3 倍估算"),
        "streets_fail": gettext("这里的街道数据现在不能用:距离是直线距离,时间按直线的 1.3 倍估算"),
        "private": gettext("这张表是手机自己算的,您的位置没有发出去。只有点“怎么走”时才发给本站,用来找路。"),
        "credit": gettext("街道数据:%(who)s"),
        "found": gettext("列出 %(count)s 个站点。"),
        "resorted": gettext("已换成沿街道的距离,重新排好。"),
        "offline": gettext("没有网络:这是 %(when)s 存在手机里的资料"),
        "lacks_some": gettext("没有网络:手机里只有“%(city)s”的站点资料,附近别的城市的站点没有列出。"),
        "lacks_here": gettext(
            "没有网络:手机里只有“%(city)s”的站点资料,没有您这里的。请连上网络再找;“%(city)s”的地名现在也能搜。"
        ),
        "lacks_all": gettext("没有网络,手机里也没有站点资料:请连上网络再找。"),
        "no_way": gettext("没有网络,手机里也没有从这里过去的街道:地图上画的是直线。"),
    }
