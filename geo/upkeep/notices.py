"""Who is told by e-mail, and of what: asked for in the back office, proved by a link in a first mail."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.orm import Session

from geo.db.upkeep_tables import message, subscription
from geo.errors import InputError
from geo.model.notices import wanted_notices
from geo.model.people import Person, Right
from geo.registry.rows import stamp, utc_now
from geo.upkeep.scope import check_right
from geo.upkeep.signed import sign, unsign

__all__ = [
    "PROOF",
    "Subscription",
    "confirm_subscription",
    "end_subscription",
    "end_token",
    "find_subscription",
    "proof_token",
    "read_end",
    "read_proof",
    "subscribe",
]

PROOF = "proof"
"""What the message is called that asks for the proof of an address; no kind of notice."""

_DAY_S = 86_400
_MOST_A_DAY = 20
_PROOF_S = 7 * _DAY_S
# A mail is found again after a year, and what it offers should still work.
_END_S = 800 * _DAY_S


class Subscription(NamedTuple):
    """Somebody's wish to be told by e-mail; ``confirmed_at`` None: not proved yet that he reads there."""

    id: int
    person_id: int
    email: str
    what: tuple[str, ...]
    confirmed_at: str | None


def find_subscription(session: Session, person: Person) -> Subscription | None:
    """Return what somebody has asked for last and not ended, at the address that his account has now."""
    ours = (
        subscription.c.person_id == person.id,
        subscription.c.email == person.email,
        subscription.c.ended_at.is_(None),
    )
    newest = select(subscription).where(*ours).order_by(subscription.c.id.desc()).limit(1)
    row = session.execute(newest).one_or_none()
    return None if row is None else _told(row)


def subscribe(session: Session, person: Person, what: Iterable[str]) -> Subscription:
    """Keep what somebody wants to be told at his account's address, in place of what he wanted before.

    An address that is proved stays so; a new one has to be proved.

    Raises
    ------
    InputError
        His account has no address, or the kinds are none.
    ForbiddenError
        He answers for no station.
    """
    check_right(person, Right.VERIFY)
    if not person.email:
        raise InputError("您的账号没有邮箱;请先在“我的账号”或请管理员填上邮箱", parameter="email")
    kinds, before = wanted_notices(what), find_subscription(session, person)
    _check_often(session, person)
    _end(session, person.id)
    proved = before.confirmed_at if before else None
    values = {"person_id": person.id, "email": person.email, "what": kinds}
    values |= {"made_at": utc_now(), "confirmed_at": proved}
    made = session.execute(insert(subscription).values(values).returning(subscription))
    found = _told(made.one())
    if proved is None:
        _ask_proof(session, found)
    return found


def confirm_subscription(session: Session, id_: int) -> Subscription:
    """Keep that the address of a subscription is read by whoever asked for it.

    Raises
    ------
    InputError
        It has been ended, or replaced by a later one.
    """
    found = _found(session, id_)
    if found.confirmed_at is None:
        proved = update(subscription).where(subscription.c.id == id_).values(confirmed_at=utc_now())
        session.execute(proved)
    return found


def end_subscription(session: Session, id_: int) -> None:
    """End a subscription, and whatever else its person has asked for; ending it twice is no fault."""
    person_id = session.scalar(select(subscription.c.person_id).where(subscription.c.id == id_))
    if person_id is not None:
        _end(session, person_id)


def proof_token(secret: bytes, id_: int) -> str:
    """Return what the first mail proves the address of a subscription with, for a week."""
    return sign(secret, "notices.proof", id_)


def read_proof(secret: bytes, token: str) -> int:
    """Return which subscription a token of `proof_token` is for; raises InputError for what is none."""
    return unsign(secret, "notices.proof", token, max_age_s=_PROOF_S)


def end_token(secret: bytes, id_: int) -> str:
    """Return what every mail can be ended with."""
    return sign(secret, "notices.end", id_)


def read_end(secret: bytes, token: str) -> int:
    """Return which subscription a token of `end_token` is for; raises InputError for what is none."""
    return unsign(secret, "notices.end", token, max_age_s=_END_S)


def _check_often(session: Session, person: Person) -> None:
    # Whoever can name an address could have it flooded.
    yesterday = stamp(datetime.now(UTC) - timedelta(days=1))
    ours = (subscription.c.person_id == person.id, subscription.c.made_at > yesterday)
    if session.scalar(select(func.count()).where(*ours)) >= _MOST_A_DAY:
        raise InputError("一天里改订阅的次数太多了,请明天再改")


def _ask_proof(session: Session, made: Subscription) -> None:
    """Put the mail that asks for the proof among the messages; the worker adds the link."""
    values = {"at": utc_now(), "person_id": made.person_id, "what": PROOF, "key": f"{PROOF}:{made.id}"}
    values |= {"title": "请确认接收通知的邮箱", "body": "", "link": "", "email": made.email, "tries": 0}
    session.execute(insert(message).values(values))


def _found(session: Session, id_: int) -> Subscription:
    asked = select(subscription).where(subscription.c.id == id_, subscription.c.ended_at.is_(None))
    row = session.execute(asked).one_or_none()
    if row is None:
        raise InputError("这项订阅已经取消或改过了;要收通知,请登录后重新订阅", parameter="token")
    return _told(row)


def _end(session: Session, person_id: int) -> None:
    ours = (subscription.c.person_id == person_id, subscription.c.ended_at.is_(None))
    session.execute(update(subscription).where(*ours).values(ended_at=utc_now()))


def _told(row: Row) -> Subscription:
    return Subscription(row.id, row.person_id, row.email, tuple(row.what), row.confirmed_at)
