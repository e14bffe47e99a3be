"""Cells about who keeps a station: persons and their telephones are internal, organisations are not."""

import re

from geo.ingest.cells import Reading, read_code, read_text

__all__ = ["read_keeper", "read_manager", "read_phone"]


def read_manager(text: str) -> Reading:
    """Return ``run_org`` where a cell names organisations only, else the keeper's fields.

    In doubt it is taken for a person: that keeps it internal.

    Examples
    --------
    >>> read_manager("上街区街道/社区").value, read_manager("张三").value
    ({'run_org': '上街区街道/社区'}, {'keeper_name': '张三'})
    >>> read_manager("某区总工会 李四").value, read_manager("").value
    ({'keeper_name': '某区总工会 李四'}, None)
    """
    value, doubt = read_text(text)
    if value is None:
        return Reading(None, doubt)
    parts = [part for part in _BETWEEN.split(value) if part]
    if not _PHONE.search(value) and parts and all(map(_is_organisation, parts)):
        return Reading({"run_org": value})
    return read_keeper(text)


def read_keeper(text: str) -> Reading:
    """Return a keeper's name, and the telephone where one stands beside it.

    Examples
    --------
    >>> read_keeper("张三 13812345678").value
    {'keeper_name': '张三', 'keeper_phone': '13812345678'}
    >>> read_keeper("李四").value, read_keeper("").value
    ({'keeper_name': '李四'}, None)
    """
    value, doubt = read_text(text)
    if value is None:
        return Reading(None, doubt)
    if "**" in value:
        return Reading(None, _HIDDEN_KEEPER)
    phones = [found[0] for found in _PHONE.finditer(value)]
    name = _PHONE.sub(" ", value).strip(" :：,，、;；()（）/-")
    fields = {"keeper_name": " ".join(name.split()), "keeper_phone": "、".join(phones)}
    return Reading({field: content for field, content in fields.items() if content} or None)


def read_phone(text: str) -> Reading:
    """Return a telephone number as written.

    Examples
    --------
    >>> read_phone("13812345678.0").value, read_phone("").value
    ('13812345678', None)
    >>> read_phone("123").doubt
    '电话号码的位数不对,已照原样保存;请核对'
    >>> read_phone("138****5678")
    Reading(value=None, doubt='电话隐去了几位(导出时为保护个人信息),没有导入这一格,登记册里的照旧')
    """
    value, doubt = read_code(text)
    if value is None:
        return Reading(None, doubt)
    if "**" in value:
        return Reading(None, _HIDDEN)
    figures = sum(letter.isdigit() for letter in value)
    return Reading(value, None if figures >= _FEWEST_FIGURES else "电话号码的位数不对,已照原样保存;请核对")


_FEWEST_FIGURES = 5
# An export for those who may not see a person's data must not, loaded again, replace it by stars.
_HIDDEN = "电话隐去了几位(导出时为保护个人信息),没有导入这一格,登记册里的照旧"
_HIDDEN_KEEPER = "负责人隐去了一部分(导出时为保护个人信息),没有导入这一格,登记册里的照旧"
_PHONE = re.compile(
    r"(?<!\d)(?:\+?86[\s-]?)?(?:1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|(?:0\d{2,3}[\s-]?)?\d{7,8})(?!\d)"
)
_BETWEEN = re.compile(r"[\s/、,，;；()（）]+")
_ORGANISATION = re.compile(
    "工会|街道|社区|公司|银行|网点|支行|分行|中心|集团|协会|物业|超市|学校|公园|大药房|药店|营业厅|委员会|居委会"
    "|村委会|办事处|环卫|城管|政府|医院|卫生院|派出所|服务站|加油站|便利店|商场|酒店|饭店|机关|总站|管理处|管理局"
)
_ENDING = re.compile("[店局所院厅站处部委行村镇队馆区县市厂校社]$")
_SURELY_ORGANISATION_CHARACTERS = 5
_PERSON = re.compile("先生|女士|经理|站长|主任|师傅|同志|老师|主席|书记|店长|队长|所长|科长")


def _is_organisation(text: str) -> bool:
    if _PERSON.search(text):
        return False
    long = len(text) >= _SURELY_ORGANISATION_CHARACTERS and text.isprintable() and not text.isascii()
    return bool(_ORGANISATION.search(text)) or (long and _ENDING.search(text) is not None)
