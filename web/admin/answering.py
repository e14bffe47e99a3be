"""What the pages of reports and of orders share: the answer form, times and lengths of time in words."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import request

from geo.errors import InputError
from geo.finder import CHINA
from geo.model.reports import ANSWERS, SHUT, TEXT_MOST, ReportKind
from geo.upkeep.answers import Answer, answer_of
from web.language import gettext, say
from web.tickets import time_words
from web.words import age_words

__all__ = ["answer_form", "answer_given", "since_words", "when_words"]


def answer_form(kind: str, fault: InputError | None = None) -> dict[str, Any]:
    """Return what the form of an answer to a kind of report shows: as it was sent, if that was wrong."""
    sent: Mapping[str, str] = request.form if fault else {}
    return {
        "choices": [(code, say(words)) for code, words in ANSWERS[ReportKind(kind)].items()],
        "can_shut": SHUT in ANSWERS[ReportKind(kind)],
        "chosen": sent.get("chosen", ""),
        "text": sent.get("text", ""),
        "until": sent.get("until", ""),
        "fault": gettext(fault.message, **fault.params) if fault else "",
        "fault_of": (fault.parameter or "text") if fault else "",
        "most": TEXT_MOST,
    }


def answer_given(kind: str) -> Answer:
    """Return the answer that the form says.

    Raises
    ------
    InputError
        As `geo.upkeep.answers.answer_of`; or the time is none.
    """
    form = request.form
    return answer_of(
        ReportKind(kind),
        form.get("chosen") or None,
        form.get("text"),
        until=_moment(form.get("until", "")),
        now=datetime.now(UTC),
    )


def when_words(at: str | None) -> str:
    """Return when something was; empty where it was not."""
    return time_words(at, datetime.now(CHINA)) if at else ""


def since_words(at: str) -> str:
    """Return how long ago something was."""
    return age_words((datetime.now(UTC) - datetime.fromisoformat(at)).total_seconds())


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError("时间看不懂;请写成 2026-10-10T08:00 这样", parameter="until") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)
