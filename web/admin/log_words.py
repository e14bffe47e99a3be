"""What the acts of the log are called."""

from web.language import lazy_gettext

__all__ = ["ACTS", "GROUPS"]

ACTS = {
    "sign_in": lazy_gettext("登录"),
    "sign_in.refused": lazy_gettext("登录被拒绝"),
    "prove": lazy_gettext("再次输对密码"),
    "prove.refused": lazy_gettext("再次输密码被拒绝"),
    "person.add": lazy_gettext("添加账号"),
    "person.change": lazy_gettext("修改账号"),
    "person.keep": lazy_gettext("指定负责的站点"),
    "person.password": lazy_gettext("换密码"),
    "person.sessions": lazy_gettext("退出别处的登录"),
    "person.stop": lazy_gettext("停用账号"),
    "person.start": lazy_gettext("启用账号"),
    "person.erase": lazy_gettext("抹去账号"),
    "privacy.expire": lazy_gettext("删除到期的个人信息"),
    "station.fact": lazy_gettext("临时情况"),
    "photo.add": lazy_gettext("添加照片"),
    "photo.drop": lazy_gettext("撤下照片"),
    "counts.load": lazy_gettext("导入人次"),
    "import.load": lazy_gettext("导入站点"),
    "import.undo": lazy_gettext("撤销导入"),
    "export": lazy_gettext("导出站点"),
    "export.figures": lazy_gettext("导出统计"),
    "contact.erase": lazy_gettext("抹去站点负责人的姓名和电话"),
    "ticket.erase": lazy_gettext("抹去反馈里的个人信息"),
}
"""By the word of the log; a test finds every word that the program writes."""

GROUPS = {
    "sign_in": lazy_gettext("登录"),
    "person.": lazy_gettext("账号"),
    "export": lazy_gettext("导出"),
    "import": lazy_gettext("导入"),
    "station": lazy_gettext("站点"),
    "ticket": lazy_gettext("反馈"),
    "privacy": lazy_gettext("个人信息"),
}
"""What can be asked for alone: beginnings of words."""
