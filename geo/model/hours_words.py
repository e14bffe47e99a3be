"""The words of Chinese opening hours: a text as tokens, every character accounted for."""

import re
import unicodedata
from itertools import pairwise
from typing import Any, NamedTuple

from geo.errors import InputError
from geo.model.hours_clock import SPAN, read_span
from geo.model.hours_dates import DATES, Dates, read_dates

__all__ = ["EVERY_DAY", "Days", "Season", "Token", "normalised", "tokens"]

EVERY_DAY = frozenset(range(7))
_WORKDAYS, _WEEKEND = frozenset(range(5)), frozenset({5, 6})


class Days(NamedTuple):
    """Days of the week (0 Monday), public holidays, or both."""

    weekdays: frozenset[int] = frozenset()
    holiday: bool = False
    legal: bool = False
    """The holidays are the statutory ones, surely without the weekends."""
    work: bool = False
    """Said as "workdays": holidays excluded, make-up workdays included."""

    def union(self, other: "Days") -> "Days":
        """Return the days of either; InputError for workdays said to be others: 工作日(周一至周四)."""
        plain = other.weekdays if self.work else self.weekdays
        if self.work != other.work and (plain < _WORKDAYS or plain == EVERY_DAY) and plain:
            raise InputError("分不清工作日是哪几天")
        return Days(
            self.weekdays | other.weekdays,
            self.holiday or other.holiday,
            self.legal or other.legal,
            self.work or other.work,
        )


class Season(NamedTuple):
    """A part of the year: 夏, 冬, one that needs dates (高温期间) or unnamed, with the dates given."""

    word: str = ""
    dates: Dates | None = None


class Token(NamedTuple):
    """A word's kind, what it means, and the word."""

    kind: str
    value: Any
    text: str
    parted: bool = False
    """A comma, a space or a filler stands before it, not only a 、 or 和."""


_DASHES = str.maketrans(
    dict.fromkeys("~〜∼∽—–―‐‑−─━至到", "-")
    | dict.fromkeys("；。|•·\n\r", ";")
    | dict.fromkeys("[{【〔「『", "(")
    | dict.fromkeys("]}】〕」』", ")")
    | dict.fromkeys("“”\"'‘’", " ")
    | {"∶": ":", "∕": "/"}
)
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
# In 周五八点 the 五 is the day: a numeral never starts right after 周, 星期 or 礼拜.
_NUMERAL = re.compile(
    r"(?<![周期拜])[零〇一二两三四五六七八九十]{1,3}(?=点|时(?!间)|小时|分|刻|月)|(?<=月)[一二三四五六七八九十]{1,3}(?=[日号])"
)
_DOTTED = re.compile(r"(?<![\d.:])(\d{1,2})\.(\d\d)-(\d{1,2})\.(\d\d)(?![\d.:])")


def normalised(text: str) -> str:
    """Return the text in half-width characters, with one dash, one list comma, and numbers in digits.

    Examples
    --------
    >>> normalised("早八点半~晚１０：００")
    '早8点半-晚10:00'
    >>> normalised("")
    ''
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).lower().strip()
    plain = re.sub(r"\s*([-:])[\s-]*", r"\1", plain)
    plain = _NUMERAL.sub(lambda match: str(_number(match[0])), plain)
    pairs = [[int(part) for part in pair] for pair in _DOTTED.findall(plain)]
    # "8.30-17.30" cannot be dates; "6.15-9.15" can, and is left for nobody to guess.
    if any(max(a, c) > 12 or max(b, d) > 31 or 0 in (b, d) for a, b, c, d in pairs):
        plain = _DOTTED.sub(r"\1:\2-\3:\4", plain)
    return plain


def _number(numeral: str) -> int:
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return int("".join(str(_DIGITS[char]) for char in numeral))
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)


_WEEK = "(?:周|星期|礼拜)"
_DAY = r"(?:[一二三四五六日天]|[1-7](?![\d:.点时月/]))"
_MORE = rf"(?:[-、]?{_WEEK}{_DAY} | [-,、]?(?:[一二三四五六] | 日(?![常均间]) | [1-7](?![-\d:.点时月/])))"
_HOURS_OF = "(?:开放|营业|服务|运营|办公|上班|工作|开馆|开门|供水|派水|值守)"
_NAMED = "春节|除夕|元旦|清明|劳动节|五一|端午|中秋|国庆|十一"
_ENTER = "(?:进入|进站|进门|入站|入内|入室|开门|开锁|解锁)"
_CARD = "(?:身份证|会员卡|工会卡|工会会员卡|市民卡|社保卡|卡|脸|二维码)"
_KEY = rf"(?:扫(?:描二维|二维)?码|[刷凭]{_CARD}|人脸识别|输?入?密码)"
_WORDS: tuple[tuple[str, str], ...] = (
    ("named", rf"(?:{_NAMED})(?:节|小?长假|假期|假日|期间|当[天日])*"),
    (
        "host",
        r"(?:随|与|同|跟|按照?|参照|根据)[^,;()\d]{1,16}?(?:(?:时间)?(?:一致|相同|同步)|时间|商场)(?:执行|开放)?",
    ),
    ("host", r"随(?:商场|门店|所?在?单位)"),
    ("notice", r"(?:具体|实际|最终)?(?:开放|营业|服务)?(?:时间)?请?以[^,;()\d]{1,16}为准"),
    ("remark", r"[需须请可]?(?:提前)?(?:电话)?预约(?:开放|服务|使用|进入)?"),
    ("remark", r"(?:联系|咨询|服务)?(?:电话|热线):?\d[-\d]{6,14}"),
    ("remark", rf"[需须请可]?{_KEY}(?:后|即可|可)?{_ENTER}"),
    ("remark", r"(?:智能|电子|人脸识别?|刷脸|刷卡|扫码|密码)(?:门禁|门锁)(?:系统)?"),
    ("others", r"其[余他它](?:时间|时段|日期|日子|[天日])"),
    ("period", r"高温(?:天气|季节?)?(?:期间?)? | 汛期 | [供采]暖[季期] | 暑[假期](?:期间)?"),
    ("working", r"(?:法定)?工作日|上班日"),
    ("resting", r"非工作日|休息日"),
    ("weekend", rf"[每逢]?(?:{_WEEK}末|双休日)"),
    ("every", r"每天|每日|天天|全年(?:365天)?|365天|[每一]周[7七]天|全周|一年四季|常年"),
    ("days", rf"(?:每逢?|逢)?{_WEEK}{_DAY}{_MORE}*"),
    ("statutory", r"(?:国家)?(?:法定|国定|公众)(?:节?假日|节日|节?假期?)(?:期间|当天)?"),
    ("holiday", r"(?:节假日|节日|假日|假期)(?:期间|当天)?"),
    ("season", r"[夏冬](?:季|天|令时|时制)(?:作息)?(?:时间)?"),
    ("allday", r"24/7 | (?:全天)?(?:7天?[x*×]?)?24(?:个?小时|h(?:ours?|rs?)?) | 7[x*×]24 | 全天候? | 昼夜"),
    ("nonstop", r"不打烊"),
    ("months", r"\d{1,2}(?:[,、]\d{1,2})+月份?"),
    ("dates", DATES),
    ("span", SPAN),
    ("lunch", r"午休(?:时间)? | (?:午间|中午|中间)休息(?:时间)?"),
    ("noise", rf"(?:中午|午间)(?:不休息?|不间断|照常){_HOURS_OF}?"),
    ("on", rf"不休息? | 无休息? | 不闭馆 | 不放假 | (?:照常|正常(?!休))(?:对外)?{_HOURS_OF}?"),
    ("out", r"[以之]?外"),
    ("excepted", r"除外"),
    ("but", r"除了?"),
    ("off", rf"(?:不(?:对外)?|停止|暂停){_HOURS_OF} | 不开"),
    ("off", r"(?:正常|例行)?(?:[休闭]馆|[关闭]门|关闭|[停歇休]业|休息|放假|公休|休)"),
    ("opening", rf"(?:对外|免费|自助)*{_HOURS_OF}(?:时间|时段)?"),
    ("noise", r"时间段? | 时段 | 对外 | 免费 | 自助 | [为是均都的:]"),
    ("join", r"[、和及与并] | 以及"),
    ("sep", r"[\s,;/]+"),
    ("(", r"\("),
    (")", r"\)"),
)
"""Kinds of words and how they look, what is longer or more special first; in verbose syntax."""
_KINDS = {f"word{number}": kind for number, (kind, _) in enumerate(_WORDS)}
_WORD = re.compile("|".join(f"(?P<word{n}>{text})" for n, (_, text) in enumerate(_WORDS)), re.VERBOSE)
# "全天" belongs to the closing in 周一全天闭馆.
_WHOLE_DAY_OFF = re.compile(r"全天(?=[休闭关不停])")


def tokens(plain: str) -> list[Token]:
    """Return the tokens of a normalised text.

    Fillers are left out; ``opening`` (周一至周五开放) stays where it follows days or a season, and ends
    the list of them.

    Raises
    ------
    InputError
        A stretch is none of the known words, a date does not exist, or a time could mean two things.

    Examples
    --------
    >>> [token.kind for token in tokens("周一-周五8:30-17:30(节假日休息)")]
    ['days', 'span', '(', 'days', 'off', ')']
    >>> tokens("")
    []
    """
    plain = _WHOLE_DAY_OFF.sub("", plain)
    found: list[Token] = []
    position, parted = 0, False
    while position < len(plain):
        match = _WORD.match(plain, position)
        if match is None:
            raise InputError("看不懂“%(text)s”", text=re.split(r"[,;()\s]", plain[position:])[0])
        kind = _KINDS[str(match.lastgroup)]
        if kind == "opening" and not (found and found[-1].kind in ("days", "season")):
            kind = "noise"
        if kind in ("sep", "noise"):
            parted = True
        elif kind != "join":
            found.append(_token(kind, match)._replace(parted=parted))
            parted = kind == "opening"
        position = match.end()
    return found


_DAYS_OF = {
    "working": Days(_WORKDAYS, work=True),
    "resting": Days(_WEEKEND, holiday=True),
    "weekend": Days(_WEEKEND),
    "every": Days(EVERY_DAY),
    "statutory": Days(holiday=True, legal=True),
    "holiday": Days(holiday=True),
}


def _token(kind: str, match: re.Match[str]) -> Token:
    text = match[0]
    if kind in _DAYS_OF:
        return Token("days", _DAYS_OF[kind], text)
    if kind == "days":
        return Token("days", Days(_weekdays(text)), text)
    if kind == "season":
        return Token("season", Season(word=text[0]), text)
    if kind == "period":
        return Token("season", Season(word=text), text)
    if kind == "months":
        return Token("season", Season(dates=_months(text)), text)
    if kind == "dates":
        return Token("season", Season(dates=read_dates(match.groupdict())), text)
    return Token(kind, read_span(match.groupdict()) if kind == "span" else None, text)


def _weekdays(text: str) -> frozenset[int]:
    days: set[int] = set()
    previous, ranged = 0, False
    for char in re.findall(r"[-一二三四五六日天1-7]", text):
        if char == "-":
            ranged = True
            continue
        day = ("一二三四五六日".find(char) if not char.isdigit() else int(char) - 1) % 7
        days |= {(previous + step) % 7 for step in range((day - previous) % 7 + 1)} if ranged else {day}
        previous, ranged = day, False
    return frozenset(days)


def _months(text: str) -> Dates:
    months = [int(number) for number in re.findall(r"\d+", text)]
    if any(after != before % 12 + 1 for before, after in pairwise(months)) or not 1 <= months[0] <= 12:
        raise InputError("看不懂“%(text)s”", text=text)
    return Dates((None, months[0], None), (None, months[-1], None))
