"""What riders report of a station, what becomes of a report, and the words for it.

What somebody reports is never shown to the public: only to him who has the ticket, and to those who answer.
"""

import re
import unicodedata
from enum import StrEnum

from geo.errors import InputError
from geo.model.hours import Reason
from geo.model.station import SERVING, Status

__all__ = [
    "ANSWERS",
    "KINDS",
    "OPEN_STATES",
    "SHUT",
    "STATES",
    "STEP_ROLES",
    "TEXT_MOST",
    "ReportKind",
    "TicketState",
    "answer_words",
    "clean_text",
    "kinds_for",
]

TEXT_MOST = 500
"""How many characters a report or an answer has at most."""

# Controls, and what turns the direction of the letters after it; line ends and tabs are neither.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_GAP = re.compile(r"\n\s*\n\s*")


class ReportKind(StrEnum):
    """What is reported, with one tap."""

    LOCKED = "locked"
    NO_WATER = "no_water"
    BROKEN = "broken"
    WRONG_PLACE = "wrong_place"
    SUGGESTION = "suggestion"


class TicketState(StrEnum):
    """How far a report has come. ``CLOSED``: ended without an answer, or taken back."""

    NEW = "new"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    CLOSED = "closed"


KINDS = {
    ReportKind.LOCKED: Reason("门锁着"),
    ReportKind.NO_WATER: Reason("没水了"),
    ReportKind.BROKEN: Reason("设备坏了"),
    ReportKind.WRONG_PLACE: Reason("位置不对"),
    ReportKind.SUGGESTION: Reason("建议"),
}
"""The words on the buttons."""

STATES = {
    TicketState.NEW: Reason("已收到"),
    TicketState.ASSIGNED: Reason("正在处理"),
    TicketState.ANSWERED: Reason("已答复"),
    TicketState.CLOSED: Reason("已结束"),
}

OPEN_STATES = (TicketState.NEW, TicketState.ASSIGNED)
"""Those of a report that waits for an answer."""

STEP_ROLES = {
    "keeper": Reason("驿站负责人"),
    "editor": Reason("工会工作人员"),
    "administrator": Reason("工会工作人员"),
}
"""Who did something for a station, as the public is told: never a name."""

SHUT = "shut"
"""The answer to a locked door that is locked for good reason: until when must be said."""

ANSWERS: dict[ReportKind, dict[str, Reason]] = {
    ReportKind.LOCKED: {
        "open": Reason("门现在开着,可以来了。"),
        "was_open": Reason("去看过,门是开着的。"),
        SHUT: Reason("暂时开不了门。"),
    },
    ReportKind.NO_WATER: {
        "filled": Reason("已经补上水了。"),
        "was_there": Reason("去看过,有水。"),
        "waiting": Reason("已经联系送水,请先去附近别的站点。"),
    },
    ReportKind.BROKEN: {
        "mended": Reason("已经修好了。"),
        "works": Reason("去看过,没有坏。"),
        "waiting": Reason("已经报修,修好之前用不了。"),
    },
    ReportKind.WRONG_PLACE: {
        "moved": Reason("位置已经改好了,谢谢。"),
        "was_right": Reason("去看过,位置没有错。"),
        "waiting": Reason("正在核对位置,改好之前请按地址找。"),
    },
    ReportKind.SUGGESTION: {
        "taken": Reason("谢谢,采纳了。"),
        "passed_on": Reason("谢谢,已经转给有关单位。"),
        "not_now": Reason("谢谢,现在还做不到。"),
    },
}
"""By kind: ready-made answers, of which one tap is enough."""

_ELSEWHERE = (ReportKind.WRONG_PLACE, ReportKind.SUGGESTION)


def kinds_for(status: str) -> tuple[ReportKind, ...]:
    """Return what can be reported of a station: of one that serves nobody now, no door and no water.

    Examples
    --------
    >>> len(kinds_for("open")), [kind.value for kind in kinds_for("building")]
    (5, ['wrong_place', 'suggestion'])
    """
    return tuple(ReportKind) if status in (*SERVING, Status.SUSPENDED) else _ELSEWHERE


def clean_text(text: str | None) -> str | None:
    """Return what somebody wrote, without what cannot be seen; None when nothing is left.

    It stays plain text: signs of markup are signs.

    Raises
    ------
    InputError
        It is too long.

    Examples
    --------
    >>> clean_text(" 门锁着\\r\\n\\r\\n\\r\\n<b>今天\\u202e</b> "), clean_text("\\u200b \\n")
    ('门锁着\\n\\n<b>今天</b>', None)
    """
    lines = unicodedata.normalize("NFC", text or "").replace("\r\n", "\n").replace("\r", "\n")
    clean = _GAP.sub("\n\n", _UNSEEN.sub("", lines)).strip()
    if len(clean) > TEXT_MOST:
        raise InputError(
            "最多写 %(most)s 个字,现在是 %(count)s 个;请写短一些",
            parameter="text",
            most=TEXT_MOST,
            count=len(clean),
        )
    return clean or None


def answer_words(kind: ReportKind, chosen: str | None, text: str | None) -> str:
    """Return an answer: the ready-made one that was chosen, one's own words, or both, a line each.

    Raises
    ------
    InputError
        Nothing is said; or what was chosen is no answer to this kind.

    Examples
    --------
    >>> answer_words(ReportKind.LOCKED, "open", "换了新锁")
    '门现在开着,可以来了。\\n换了新锁'
    """
    if chosen and chosen not in ANSWERS[kind]:
        raise InputError("没有这样的答复:“%(value)s”", parameter="chosen", value=chosen[:80])
    parts = [str(ANSWERS[kind][chosen]) if chosen else None, clean_text(text)]
    if not any(parts):
        raise InputError("请选一句答复,或者自己写一句", parameter="chosen")
    return "\n".join(part for part in parts if part)
