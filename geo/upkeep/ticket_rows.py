"""The rows of tickets and of their steps, which nothing else writes."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from geo.db.upkeep_tables import live_revision, ticket, ticket_step
from geo.model.reports import OPEN_STATES, TicketState
from geo.registry.rows import stamp

__all__ = ["CODE_LENGTH", "add_ticket", "await_turn", "move_tickets", "waiting_with"]

CODE_LENGTH = 26
"""Letters of base 32: 130 bits, which nobody guesses."""

_CODE_BYTES = 17


def await_turn(session: Session) -> None:
    """Have those who report and answer go one after another, so that each sees all the one before did.

    They queue at the live revision: however long a load of stations takes, no rider waits for it.
    """
    session.execute(select(live_revision.c.value).with_for_update())


def add_ticket(session: Session, values: Mapping[str, Any], *, now: datetime) -> tuple[int, str]:
    """Add a new ticket; returns its id and its code."""
    code = base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode()[:CODE_LENGTH]
    kept = {"code": code, "at": stamp(now), "state": TicketState.NEW.value}
    id_ = session.execute(insert(ticket).values({**values, **kept}).returning(ticket.c.id)).scalar_one()
    _add_steps(session, [id_], TicketState.NEW, "reporter", now=now)
    return id_, code


def waiting_with(session: Session, ids: Sequence[int]) -> list[int]:
    """Return those of some tickets, and of the tickets that say the same, that wait for an answer; sorted."""
    same = or_(ticket.c.id.in_(ids), ticket.c.same_as.in_(ids))
    waiting = same & ticket.c.state.in_(OPEN_STATES)
    return list(session.scalars(select(ticket.c.id).where(waiting).order_by(ticket.c.id)))


def move_tickets(
    session: Session,
    ids: Sequence[int],
    state: TicketState,
    role: str,
    *,
    now: datetime,
    person_id: int | None = None,
    words: str | None = None,
    **values: Any,
) -> None:
    """Take tickets to another state, and keep who did it, when, with what words.

    Parameters
    ----------
    role : str
        ``reporter``, ``system``, or that of `geo.model.people.Role`.
    **values
        Other columns of the tickets.
    """
    if not ids:
        return
    if state == TicketState.ANSWERED:
        values["answered_at"] = stamp(now)
    session.execute(update(ticket).where(ticket.c.id.in_(ids)).values(state=state.value, **values))
    _add_steps(session, ids, state, role, now=now, person_id=person_id, words=words)


def _add_steps(
    session: Session,
    ids: Sequence[int],
    state: TicketState,
    role: str,
    *,
    now: datetime,
    person_id: int | None = None,
    words: str | None = None,
) -> None:
    step = {"at": stamp(now), "state": state.value, "role": role, "person_id": person_id, "words": words}
    session.execute(insert(ticket_step), [{**step, "ticket_id": id_} for id_ in ids])
