"""What is kept of people, why, and how long: one table, which a page shows and a command carries out."""

from typing import NamedTuple

from geo.model.hours import Reason
from geo.settings import Settings

__all__ = ["KEPT", "NOT_KEPT", "Kept", "days_of"]

_DRAFT_DAYS = 30
_MARK_KEY_DAYS = 2


class Kept(NamedTuple):
    """One kind of data.

    Parameters
    ----------
    code : str
        Under which `geo.upkeep.retention` deletes it, where it does.
    what, why, until : Reason
        ``%(days)s`` in the last is `days_of`.
    days : int, str or None
        After how many days it is deleted, or the setting that says so; None: it ends otherwise.
    """

    code: str
    what: Reason
    why: Reason
    until: Reason
    days: int | str | None = None


KEPT: tuple[Kept, ...] = (
    Kept(
        "ticket",
        Reason("您反馈时写的文字和照片。照片里的拍摄地点、时间和机型在收到时就去掉"),
        Reason("让驿站负责人知道哪里不对,并答复您。只给工作人员看,不公开"),
        Reason("%(days)s 天后删除;只留下哪个站点、哪一类、什么时候、多久答复"),
        "keep_days",
    ),
    Kept(
        "mark",
        Reason("反馈和登录时的网络地址,反馈时手机里的一个随机数:只存用当天的密钥算出的摘要,不存原文"),
        Reason("分辨两份反馈是不是来自不同的人,防止有人捣乱或试密码"),
        Reason("当天的密钥 %(days)s 天内删除,此后谁也不能从摘要得到原来的地址;反馈里的摘要和文字一起删除"),
        _MARK_KEY_DAYS,
    ),
    Kept(
        "account",
        Reason(
            "工作人员的账号:账号名、姓名、邮箱、角色、工会、密码的摘要(Argon2id)、最近登录时间、负责的站点"
        ),
        Reason("只让该管的人改站点资料,并知道是谁改的"),
        Reason("账号在用时一直保存;停用 %(days)s 天后抹去,只留编号。本人可以随时要求抹去"),
        "keep_days",
    ),
    Kept(
        "session",
        Reason("后台登录用的 Cookie,里面只有账号编号;公开页面不用 Cookie"),
        Reason("知道这次访问是谁"),
        Reason("退出或过期时失效"),
    ),
    Kept(
        "message",
        Reason("给工作人员的通知和收通知的邮箱"),
        Reason("有新反馈、快要过期或超过期限时提醒他们"),
        Reason("退订后或 %(days)s 天后删除"),
        "keep_days",
    ),
    Kept(
        "draft",
        Reason("导入到一半的表格,里面可能有负责人的姓名和电话"),
        Reason("关掉页面以后还能接着导入"),
        Reason("最后一次打开的 %(days)s 天后删除"),
        _DRAFT_DAYS,
    ),
    Kept(
        "contact",
        Reason("站点资料里负责人的姓名和电话,以及改动历史里的旧值"),
        Reason("出了问题要找得到人。不公开,导出时遮住中间的数字"),
        Reason("换了负责人以后旧值留在改动历史里;本人可以要求从资料和历史里一起抹去"),
    ),
    Kept(
        "audit",
        Reason("后台的安全日志:哪个编号的账号在什么时候做了什么,不含姓名"),
        Reason("出了事能查清楚。网络安全法要求至少保存六个月"),
        Reason("长期保存,程序自己也不能改;账号抹去以后,编号不再指向任何人"),
    ),
)
"""Everything personal that there is in the database."""

NOT_KEPT: tuple[Reason, ...] = (
    Reason("您在哪里:找驿站时的位置只用来回答这一次,不写进数据库和日志;大多数时候根本不离开您的手机"),
    Reason("您是谁:找驿站和反馈都不用账号,不要姓名、电话、微信"),
    Reason("您的行踪:没有跨页面的编号,没有别家的脚本、统计和广告"),
    Reason("来过驿站的人:到访人次只记数,不记是谁"),
)
"""What people may fear, and what is not so."""


def days_of(kept: Kept, settings: Settings) -> int | None:
    """Return after how many days one kind of data is deleted.

    Examples
    --------
    >>> [days_of(kept, Settings(keep_days=180)) for kept in KEPT[:4]]
    [180, 2, 180, None]
    """
    return getattr(settings, kept.days) if isinstance(kept.days, str) else kept.days
