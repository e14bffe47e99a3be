"""What those who keep a station do with what was reported of it: take it on, answer it, end it."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from geo.db.upkeep_tables import ticket, work_order
from geo.errors import ConflictError, InputError
from geo.model.facts import What
from geo.model.people import Person, Right
from geo.model.reports import OPEN_STATES, SHUT, ReportKind, TicketState, answer_words
from geo.registry.facts import begin_fact
from geo.upkeep.answerable import people_of
from geo.upkeep.orders import end_order, withdraw_doubt
from geo.upkeep.queue import find_order, find_ticket
from geo.upkeep.ticket_rows import await_turn, move_tickets, waiting_with

__all__ = ["Answer", "answer_of", "answer_order", "answer_ticket", "assign_ticket", "close_ticket"]

_TAKEN = "这条反馈已经有了答复或者已经结束,您的答复没有保存;请刷新后再看"


class Answer(NamedTuple):
    """What a reporter is told, and until when the door stays shut; None: it does not."""

    words: str
    shut_until: datetime | None = None


def answer_of(
    kind: ReportKind, chosen: str | None, text: str | None, *, until: datetime | None, now: datetime
) -> Answer:
    """Return the answer that a form says.

    Parameters
    ----------
    chosen : str or None
        One of the ready-made answers of `geo.model.reports.ANSWERS`.
    until : datetime or None
        When a door that stays shut opens again; needed for that answer, and no other has it.

    Raises
    ------
    InputError
        It says nothing, is no answer to this kind, or the door is shut for nobody knows how long.
    """
    words = answer_words(kind, chosen, text)
    if chosen != SHUT:
        return Answer(words)
    if until is None or until <= now:
        raise InputError("请写明什么时候能再开门,要晚于现在", parameter="until")
    return Answer(words, until)


def answer_ticket(session: Session, person: Person, id_: int, answer: Answer, *, now: datetime) -> None:
    """Answer a report, with all that say the same and its order; a door that may be locked is so no more.

    Raises
    ------
    NotFoundError, ForbiddenError
        As `geo.upkeep.queue.find_ticket`.
    ConflictError
        Somebody else was faster.
    """
    found = _waiting(session, person, id_)
    if found.order_id is not None:
        end_order(session, person, found.order_id, answer.words, now=now)
    waiting = waiting_with(session, [found.same_as or id_, id_])
    role = person.role.value
    move_tickets(
        session, waiting, TicketState.ANSWERED, role, now=now, person_id=person.id, words=answer.words
    )
    _shut(session, person, found.station_id, answer, now)


def answer_order(session: Session, person: Person, id_: int, answer: Answer, *, now: datetime) -> None:
    """Answer an order, and so all reports of it.

    Raises
    ------
    NotFoundError, ForbiddenError
        As `geo.upkeep.queue.find_order`.
    ConflictError
        Somebody else was faster.
    """
    await_turn(session)
    found = find_order(session, person, id_, Right.VERIFY)
    if found.state == "answered":
        raise ConflictError("这张工单已经有了答复,您的答复没有保存;请刷新后再看")
    end_order(session, person, id_, answer.words, now=now)
    _shut(session, person, found.station_id, answer, now)


def assign_ticket(session: Session, person: Person, id_: int, to: int, *, now: datetime) -> None:
    """Give a report, and its order, to somebody who answers for the station.

    Raises
    ------
    NotFoundError, ForbiddenError, ConflictError
        As `answer_ticket`.
    InputError
        He does not answer for the station.
    """
    found = _waiting(session, person, id_)
    if to not in {one.id for one in people_of(session, found.station_id)}:
        raise InputError("这个账号不管这个站点,请另选一位", parameter="person")
    move_tickets(session, [id_], TicketState.ASSIGNED, person.role.value, now=now, person_id=person.id)
    session.execute(update(ticket).where(ticket.c.id == id_).values(person_id=to))
    unanswered = (work_order.c.id == found.order_id, work_order.c.state != "answered")
    session.execute(update(work_order).where(*unanswered).values(person_id=to))


def close_ticket(session: Session, person: Person, id_: int, *, words: str | None, now: datetime) -> None:
    """End a report that is none, with a word or without.

    Raises
    ------
    NotFoundError, ForbiddenError, ConflictError
        As `answer_ticket`.
    """
    _waiting(session, person, id_)
    role = person.role.value
    move_tickets(session, [id_], TicketState.CLOSED, role, now=now, person_id=person.id, words=words)
    withdraw_doubt(session, id_, now=now)


class _Found(NamedTuple):
    station_id: int
    order_id: int | None
    same_as: int | None


def _waiting(session: Session, person: Person, id_: int) -> _Found:
    await_turn(session)
    if find_ticket(session, person, id_, Right.VERIFY).state not in OPEN_STATES:
        raise ConflictError(_TAKEN)
    columns = [ticket.c[name] for name in _Found._fields]
    return _Found(*session.execute(select(*columns).where(ticket.c.id == id_)).one())


def _shut(session: Session, person: Person, station_id: int, answer: Answer, now: datetime) -> None:
    if answer.shut_until is not None:
        times = {"since": now, "until": answer.shut_until}
        begin_fact(session, station_id, What.SUSPENDED, **times, reason=answer.words, person_id=person.id)
