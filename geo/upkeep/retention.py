"""What has been kept long enough goes: the table of `geo.model.privacy`, carried out."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Text, and_, cast, delete, func, or_, select, update
from sqlalchemy.orm import Session

from geo.db.upkeep_tables import audit, message, person, subscription, ticket, ticket_step
from geo.model.hours import CHINA
from geo.model.privacy import KEPT, days_of
from geo.registry.rows import stamp
from geo.settings import Settings
from geo.upkeep.audit import note
from geo.upkeep.import_drafts import expire_drafts
from geo.upkeep.leftovers import drop_leftovers
from geo.upkeep.marks import drop_old_keys
from geo.upkeep.people import not_erased
from geo.upkeep.personal import OF_REPORTER, erase_person

__all__ = ["EXPIRY", "expire"]


def expire(session: Session, settings: Settings, *, now: datetime) -> dict[str, int]:
    """Delete what has been kept as long as the table says; returns how much of each kind.

    Parameters
    ----------
    now : datetime
        With its time zone.
    """
    gone = {}
    for kept in KEPT:
        if (days := days_of(kept, settings)) is not None:
            gone[kept.code] = EXPIRY[kept.code](session, settings, now - timedelta(days=days))
    drop_leftovers(session, settings, now=now)
    if any(gone.values()):
        note(session, "privacy.expire", person_id=None, detail=gone)
    return gone


def _tickets(session: Session, settings: Settings, before: datetime) -> int:
    old = ticket.c.at < stamp(before)
    steps = ticket_step.c.ticket_id.in_(select(ticket.c.id).where(old)) & ticket_step.c.words.isnot(None)
    session.execute(update(ticket_step).where(steps).values(words=None))
    told = or_(*(ticket.c[name].isnot(None) for name in OF_REPORTER))
    return session.execute(update(ticket).where(old, told).values(dict.fromkeys(OF_REPORTER))).rowcount


def _marks(session: Session, settings: Settings, before: datetime) -> int:
    # A key serves its own day and the next, so that reports around midnight can be compared.
    return drop_old_keys(session, before.astimezone(CHINA).date() + timedelta(days=2))


def _accounts(session: Session, settings: Settings, before: datetime) -> int:
    stopped = select(person.c.id).where(person.c.active.is_(False), not_erased(), _stopped_before(before))
    ids = list(session.scalars(stopped.order_by(person.c.id)))
    for id_ in ids:
        erase_person(session, settings, id_)
    return len(ids)


def _stopped_before(before: datetime) -> ColumnElement[bool]:
    # Only the log says when: the newest of several stops counts.
    acts = and_(audit.c.object == cast(person.c.id, Text), audit.c.act == "person.stop")
    last = select(func.max(audit.c.at)).where(acts).scalar_subquery()
    return last < stamp(before)


def _messages(session: Session, settings: Settings, before: datetime) -> int:
    old = stamp(before)
    told = session.execute(delete(message).where(message.c.at < old)).rowcount
    # Never confirmed is as good as never made.
    ended = or_(
        subscription.c.ended_at.isnot(None),
        subscription.c.confirmed_at.is_(None) & (subscription.c.made_at < old),
    )
    return told + session.execute(delete(subscription).where(ended)).rowcount


def _drafts(session: Session, settings: Settings, before: datetime) -> int:
    return expire_drafts(session, stamp(before))


EXPIRY: dict[str, Callable[[Session, Settings, datetime], int]] = {
    "ticket": _tickets,
    "mark": _marks,
    "account": _accounts,
    "message": _messages,
    "draft": _drafts,
}
"""How each kind with a time of its own is deleted; a test holds it against the table."""
