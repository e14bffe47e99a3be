"""Single cells as values: text, lists, yes and no."""

import re
import unicodedata
from typing import Any, NamedTuple

from geo.ingest.words import plain

__all__ = [
    "LONGEST_TEXT",
    "Reading",
    "clean",
    "read_code",
    "read_list",
    "read_public_text",
    "read_text",
    "read_yes_no",
]

LONGEST_TEXT = 2000
"""Characters; no cell of a register is longer."""


class Reading(NamedTuple):
    """What a cell says, and what is doubtful about it: a Chinese sentence that does not repeat the cell."""

    value: Any = None
    doubt: str | None = None


def clean(text: str) -> str:
    """Return the text on one line, without control characters and what cannot be encoded.

    Examples
    --------
    >>> clean(" 中原路\\n１０号\\u200b ")
    '中原路 １０号'
    >>> clean("")
    ''
    """
    if text.isprintable():
        return text.strip()
    return " ".join(_INVISIBLE.sub("", text).split())


def read_text(text: str) -> Reading:
    """Return the cell as text; None where it only says that there is nothing.

    Examples
    --------
    >>> read_text(" 中原路10号 ").value, read_text("—").value, read_text("").value
    ('中原路10号', None, None)
    >>> read_text("#N/A")
    Reading(value=None, doubt='这一格是公式错误,或公式没有算出结果,按空处理;请改正公式并保存')
    """
    value = clean(text)
    if not value or value.casefold() in _NOTHING:
        return _EMPTY
    if value[0] == "#" and value.rstrip("!?").upper() in _FORMULA_ERRORS:
        return Reading(None, "这一格是公式错误,或公式没有算出结果,按空处理;请改正公式并保存")
    if len(value) > LONGEST_TEXT:
        return Reading(None, f"这一格有 {len(value)} 个字,超过 {LONGEST_TEXT} 字,没有导入这一格;请缩短")
    return Reading(value)


def read_public_text(text: str) -> Reading:
    """Return the cell as text that everybody may read: a mobile number in it is cut down to three figures.

    Examples
    --------
    >>> value, doubt = read_public_text("中原路10号,找张师傅13812345678")
    >>> value, doubt
    ('中原路10号,找张师傅138****', '这一格会公开,里面的手机号已隐去;请把它移到“联系电话”一列')
    >>> read_public_text("")
    Reading(value=None, doubt=None)
    """
    reading = read_text(text)
    if reading.value is None or not _MOBILE.search(reading.value):
        return reading
    hidden = _MOBILE.sub(lambda found: f"{found[0][:3]}****", reading.value)
    return Reading(hidden, "这一格会公开,里面的手机号已隐去;请把它移到“联系电话”一列")


def read_code(text: str) -> Reading:
    """Return a number that names something, such as a 编号 or a telephone: every figure counts.

    Examples
    --------
    >>> read_code("54.0").value, read_code("0371-67181234").value
    ('54', '0371-67181234')
    >>> read_code("1.38E+10").doubt
    '这一格的数字被表格软件改成了科学计数法,已经不完整;请把这一列设为文本格式后重新填写'
    """
    value, doubt = read_text(text)
    if value is None:
        return Reading(None, doubt)
    if _SCIENTIFIC.fullmatch(value):
        return Reading(
            None, "这一格的数字被表格软件改成了科学计数法,已经不完整;请把这一列设为文本格式后重新填写"
        )
    return Reading(value[: value.index(".")] if _POINT_ZERO.fullmatch(value) else value)


def read_list(text: str) -> Reading:
    """Return the items of a cell.

    Examples
    --------
    >>> read_list("最美驿站;五星、").value
    ['最美驿站', '五星']
    >>> read_list("无").value is None
    True
    """
    value, doubt = read_text(text)
    items = [item.strip() for item in _BETWEEN_ITEMS.split(value or "") if item.strip()]
    return Reading(items or None, doubt)


def read_yes_no(text: str) -> Reading:
    """Return ``yes``, ``no`` or None; a count above nothing is a yes.

    Examples
    --------
    >>> [read_yes_no(text).value for text in ("√", "有(2台)", "2", "×", "无", "0", "", "-")]
    ['yes', 'yes', 'yes', 'no', 'no', 'no', None, None]
    >>> read_yes_no("看情况").doubt
    '认不出是有还是没有,按未知处理;请写“是”或“否”'
    """
    if _BROKEN.search(text):
        return Reading("no")
    mark = _BRACKETED.sub("", clean(text)).strip()
    word = _MARKS.get(mark) or _MARKS.get(plain(mark))
    if word:
        return Reading(word)
    if not mark or mark in _UNSAID or mark.casefold() in _NOTHING:
        return _EMPTY
    if found := _COUNT.fullmatch(unicodedata.normalize("NFKC", mark)):
        return Reading("yes" if float(found[1]) else "no")
    if mark.startswith(("没有", "无", "未", "不", "否", "暂无")):
        return Reading("no")
    if mark.startswith(("有", "是", "已", "配有", "具备")):
        return Reading("yes")
    return Reading(None, "认不出是有还是没有,按未知处理;请写“是”或“否”")


_EMPTY = Reading()
_NOTHING = frozenset(["-", "--", "—", "——", "/", "\\", "无", "暂无", "null", "none", "nan", "n/a", "nil"])
_FORMULA_ERRORS = frozenset(["#N/A", "#REF", "#VALUE", "#NAME", "#DIV/0", "#NULL", "#NUM", "#SPILL", "#CALC"])
# Control and format characters, line separators apart, and halves of a pair that no encoding takes.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?!\d)")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d+")
_POINT_ZERO = re.compile(r"\d+\.0+")
_BETWEEN_ITEMS = re.compile(r"[、,，;；|\n]")
# What is there and does not work helps nobody.
_BROKEN = re.compile(r"(?:^|[(（,，;；、\s有已但])(?:损坏|坏|已坏|坏了|故障|停用|维修)(?:中)?[)）]?\s*$")
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")

_COUNT = re.compile(r"(\d{1,6}(?:\.\d+)?)\s*[台个张把套部组间只件处块座]?")

_YES = "是 有 √ ✓ ✔ ☑ ● y yes true t v on 已配备 配备 具备 配有 已有 提供 支持"
_NO = "否 无 没有 × ╳ ✗ ✘ ☒ x n no false f 不是 未配备 暂无 没 不 不提供 不支持"
_MARKS = dict.fromkeys(_YES.split(), "yes") | dict.fromkeys(_NO.split(), "no")
_UNSAID = frozenset(["?", "？", "未知", "不详", "不清楚", "待定", "待核实", "unknown"])
