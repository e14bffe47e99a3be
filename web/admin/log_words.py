"""What the acts of the log are called."""

from web.language import lazy_gettext

__all__ = ["ACTS", "DETAILS", "GROUPS"]

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
    "station.apart": lazy_gettext("标记为不同的站点"),
    "station.alike": lazy_gettext("取消“不同的站点”的标记"),
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

DETAILS = {
    "role": lazy_gettext("角色"),
    "unit": lazy_gettext("工会"),
    "unit_code": lazy_gettext("工会"),
    "what": lazy_gettext("内容"),
    "count": lazy_gettext("数量"),
    "stations": lazy_gettext("站点"),
    "source": lazy_gettext("来源"),
    "taken": lazy_gettext("采用"),
    "refused": lazy_gettext("没有导入"),
    "added": lazy_gettext("新增"),
    "changed": lazy_gettext("改动"),
    "same": lazy_gettext("不变"),
    "warned": lazy_gettext("有疑问"),
    "since": lazy_gettext("从"),
    "until": lazy_gettext("到"),
    "photo": lazy_gettext("照片"),
    "fact": lazy_gettext("临时情况"),
    "ended": lazy_gettext("已结束"),
    "other": lazy_gettext("另一个"),
}
"""What the details of an act are called; what is not here is shown as it is kept."""

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
