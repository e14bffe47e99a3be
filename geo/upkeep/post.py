"""Mailing what people were told: one mail a person, however much there is to tell."""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from geo.db.engine import reading, writing_aside
from geo.errors import GeoError
from geo.model.people import Person
from geo.settings import Settings
from geo.upkeep.links import confirm_token
from geo.upkeep.mail import compose, one_line, send_all
from geo.upkeep.messages import Message, claim_mail, give_back
from geo.upkeep.notices import PROOF, Subscription, end_token, find_subscription, proof_token
from geo.upkeep.people import find_person
from geo.upkeep.secret import secret_of

__all__ = ["send_mail"]

_MOST = 1_000
_LISTED = 40


class _Letter(NamedTuple):
    """A mail and the messages in it."""

    mail: EmailMessage
    messages: Sequence[Message]


def send_mail(engine: Engine, settings: Settings, *, now: datetime) -> int:
    """Mail what waits; returns how many mails were sent. What could not be sent is tried again later.

    Raises
    ------
    UnavailableError, SettingError
        As `geo.upkeep.mail.send_all`.
    """
    with writing_aside(engine) as session:
        claimed = claim_mail(session, now=now, most=_MOST)
    if not claimed:
        return 0
    letters: list[_Letter] = []
    try:
        with reading(engine) as session:
            letters = _letters(session, settings, claimed)
        taken = send_all(settings, [letter.mail for letter in letters])
    except GeoError:
        _give_back(engine, claimed)
        raise
    _give_back(
        engine, [m for letter, sent in zip(letters, taken, strict=True) if not sent for m in letter.messages]
    )
    return sum(taken)


def _give_back(engine: Engine, messages: Sequence[Message]) -> None:
    if messages:
        with writing_aside(engine) as session:
            give_back(session, messages)


def _letters(session: Session, settings: Settings, messages: Sequence[Message]) -> list[_Letter]:
    """Return the mails; whoever has ended his subscription or lost his account meanwhile gets none."""
    letters = []
    for person_id, group in groupby(messages, key=lambda one: one.person_id):
        who = find_person(session, person_id)
        wish = find_subscription(session, who) if who and who.active else None
        if who is None or wish is None:
            continue
        told = [one for one in group if one.email == wish.email]
        # Nobody is told anything at an address that is not proved, nor asked again to prove one that is.
        fitting = [one for one in told if (one.what == PROOF) == (wish.confirmed_at is None)]
        if fitting and wish.confirmed_at is None:
            letters.append(_Letter(_proof(settings, wish), fitting))
        elif fitting:
            letters.append(_Letter(_news(settings, who, wish, fitting), fitting))
    return letters


def _proof(settings: Settings, wish: Subscription) -> EmailMessage:
    link = f"{_base(settings)}/notices/confirm/{proof_token(secret_of(settings), wish.id)}"
    text = (
        f"您好:\n\n有人在“{settings.name}”的后台用这个邮箱订阅通知。如果是您,请打开下面的链接确认,7 天内有效:"
        f"\n{link}\n\n如果不是您,不用理会,不会再有邮件。\n"
    )
    return compose(settings, wish.email, f"请确认:用这个邮箱接收{settings.name}的通知", text)


def _news(settings: Settings, who: Person, wish: Subscription, news: Sequence[Message]) -> EmailMessage:
    base, secret = _base(settings), secret_of(settings)
    end = f"{base}/notices/end/{end_token(secret, wish.id)}"
    parts = [_item(n, one, who, base, secret) for n, one in enumerate(news[:_LISTED], 1)]
    if len(news) > _LISTED:
        parts.append(f"还有 {len(news) - _LISTED} 条没有列出来,请看待办。")
    parts.append(f"全部待办:{base}/admin/todo")
    parts.append(f"不想再收这些邮件,打开下面的链接取消,不用登录:\n{end}")
    subject = news[0].title if len(news) == 1 else f"{len(news)} 条通知:{news[0].title}"
    # With these two, mail programs have a button for it (RFC 2369, RFC 8058).
    headers = {"List-Unsubscribe": f"<{end}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    text = f"{one_line(who.name)},您好:\n\n" + "\n\n".join(parts) + "\n"
    return compose(settings, wish.email, f"[{settings.name}] {subject}", text, headers)


def _item(number: int, one: Message, who: Person, base: str, secret: bytes) -> str:
    lines = [f"{number}. {one_line(one.title)}", one_line(one.body)]
    if one.what == "stale_soon" and one.station_id is not None:
        token = confirm_token(secret, who, one.station_id)
        lines.append(f"还对吗?打开这个链接点“是”就行,不用登录,30 天内有效:\n   {base}/confirm/{token}")
    else:
        lines.append(f"{base}{one.link}")
    return "\n   ".join(line for line in lines if line)


def _base(settings: Settings) -> str:
    return (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")
