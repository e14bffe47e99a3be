"""What people are told of their stations: kept a row a person, shown by the feed, mailed by the worker."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from geo.db.engine import is_postgres
from geo.db.upkeep_tables import message, subscription
from geo.model.notices import NOTICES
from geo.model.people import Person
from geo.registry.rows import stamp, utc_now
from geo.upkeep.answerable import people_of

__all__ = ["Message", "claim_mail", "give_back", "read_messages", "tell", "tell_people"]

_FEED = 50
# A server that is away is tried for two days, ever more seldom.
_MOST_TRIES = 10
_FIRST_WAIT = timedelta(minutes=5)


class Message(NamedTuple):
    """One message to one person: when (UTC), of what; ``link`` is a path of the back office."""

    id: int
    at: str
    person_id: int
    what: str
    station_id: int | None
    title: str
    body: str
    link: str
    email: str | None
    tries: int


_COLUMNS = [message.c[name] for name in Message._fields]


def tell(session: Session, station_id: int, what: str, key: str, title: str, body: str, link: str) -> int:
    """Tell all who answer for a station: its keepers, the editors in whose scope it is, administrators.

    Parameters
    ----------
    what : str
        One of `geo.model.notices.NOTICES`: ``report``, ``stale_soon``, ``overdue``.
    key : str
        What is told, as ``report:417``; nobody is told the same twice.
    title, body : str
        Chinese sentences; plain text, never markup.
    link : str
        A path of the back office.

    Returns
    -------
    int
        How many were told.
    """
    return tell_people(session, people_of(session, station_id), station_id, what, key, title, body, link)


def tell_people(
    session: Session,
    people: Sequence[Person],
    station_id: int | None,
    what: str,
    key: str,
    title: str,
    body: str,
    link: str,
) -> int:
    """Tell some people of a station, or of many, as `tell` does; returns how many."""
    ids = [one.id for one in people]
    asked = select(message.c.person_id).where(message.c.person_id.in_(ids), message.c.key == key)
    told = set(session.scalars(asked))
    emails = _emails(session, ids, what)
    said = {"at": utc_now(), "station_id": station_id, "what": what, "key": key}
    said |= {"title": title, "body": body, "link": link, "tries": 0}
    rows = [{**said, "person_id": id_, "email": emails.get(id_)} for id_ in ids if id_ not in told]
    if not rows:
        return 0
    # Somebody else may be telling them the same at this moment.
    insert = (postgresql if is_postgres(session) else sqlite).insert(message).on_conflict_do_nothing()
    return len(session.scalars(insert.returning(message.c.id), rows).all())


def read_messages(session: Session, person: Person, *, most: int = _FEED) -> list[Message]:
    """Return what somebody was told last, the newest first."""
    ours = (message.c.person_id == person.id, message.c.what.in_(NOTICES))
    asked = select(*_COLUMNS).where(*ours).order_by(message.c.id.desc())
    return [Message(*row) for row in session.execute(asked.limit(most))]


def claim_mail(session: Session, *, now: datetime, most: int) -> list[Message]:
    """Return messages that are to be mailed now, ordered by person, and mark them as mailed.

    They are marked first, and what another worker is marking is passed over, so that of two only one sends
    them; one that dies while it sends loses those mails, not the messages. `give_back` takes back what
    could not be sent.
    """
    waits = message.c.at <= stamp(now)
    due = waits & message.c.email.is_not(None) & message.c.mailed_at.is_(None)
    asked = select(*_COLUMNS).where(due, message.c.tries < _MOST_TRIES).with_for_update(skip_locked=True)
    found = [Message(*row) for row in session.execute(asked.order_by(message.c.person_id, message.c.id))]
    ready = [one for one in found if _tried_until(one) <= stamp(now)][:most]
    if ready:
        ids = [one.id for one in ready]
        session.execute(update(message).where(message.c.id.in_(ids)).values(mailed_at=stamp(now)))
    return ready


def give_back(session: Session, messages: Sequence[Message]) -> None:
    """Have messages mailed later that could not be mailed now."""
    ids = [one.id for one in messages]
    again = {"mailed_at": None, "tries": message.c.tries + 1}
    session.execute(update(message).where(message.c.id.in_(ids)).values(again))


def _tried_until(one: Message) -> str:
    wait = _FIRST_WAIT * (2**one.tries - 1)
    return stamp(datetime.fromisoformat(one.at) + wait)


def _emails(session: Session, ids: Sequence[int], what: str) -> dict[int, str]:
    """Return the address of each who has subscribed to something and proved that it is his."""
    proved = subscription.c.confirmed_at.is_not(None) & subscription.c.ended_at.is_(None)
    asked = select(subscription.c.person_id, subscription.c.email, subscription.c.what)
    found = session.execute(asked.where(subscription.c.person_id.in_(ids), proved))
    return {id_: email for id_, email, wanted in found if what in wanted}
