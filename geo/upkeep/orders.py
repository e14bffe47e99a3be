"""Doors that may be locked, and the work orders that follow.

Two people, of different devices and networks, before a locked door within posted hours: the station may be
closed, everybody is told so, and whoever keeps it has an order with a deadline. His answer ends it; without
one the doubt ends by itself after some hours, and the order is overdue.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.orm import Session

from geo.db.tables import station
from geo.db.upkeep_tables import fact, ticket, work_order
from geo.model.facts import What, holding
from geo.model.hours import Reason
from geo.model.people import Person
from geo.model.reports import OPEN_STATES, ReportKind, TicketState, answer_words
from geo.registry.facts import begin_fact, end_fact, facts_of
from geo.registry.rows import stamp
from geo.settings import Settings
from geo.upkeep.answerable import keepers_of
from geo.upkeep.messages import tell
from geo.upkeep.ticket_rows import await_turn, move_tickets, waiting_with

__all__ = [
    "WITNESSED_WITHIN",
    "Witness",
    "answer_doubt",
    "doubt_door",
    "end_order",
    "lapse",
    "withdraw_doubt",
]

WITNESSED_WITHIN = timedelta(hours=12)
"""How long a report of a locked door counts together with another."""

_REASON = Reason("至少两人先后反映门锁着")


class Witness(NamedTuple):
    """The marks of who reports; None: not known, and so not another one."""

    device: str | None
    network: str | None


def doubt_door(
    session: Session,
    station_id: int,
    ticket_id: int,
    marks: Sequence[Witness],
    *,
    sure: bool,
    now: datetime,
    settings: Settings,
) -> None:
    """Do what follows from a report of a locked door.

    Parameters
    ----------
    marks : sequence of Witness
        All that the reporter's device and network may have as marks in the time compared.
    sure : bool
        Whether it is within posted hours: any other door may be locked.
    """
    order_id = _open_order(session, station_id, now)
    others = _others(session, station_id, marks, now) if sure else []
    if others and not _is_doubted(session, station_id, now):
        if order_id is None:
            order_id = _begin_order(session, station_id, now=now, settings=settings)
        until = now + timedelta(hours=settings.amber_hours)
        begin_fact(
            session, station_id, What.MAYBE_LOCKED, since=now, until=until, reason=None, order_id=order_id
        )
    if order_id is not None:
        _join(session, order_id, [*others, ticket_id], now)


def withdraw_doubt(session: Session, ticket_id: int, *, now: datetime) -> None:
    """End the doubt that a report, which was taken back, had begun, unless two others are left of it."""
    order_id = session.scalar(select(ticket.c.order_id).where(ticket.c.id == ticket_id))
    if order_id is None:
        return
    of_order = (ticket.c.order_id == order_id, ticket.c.state.in_(OPEN_STATES))
    asked = select(func.count(ticket.c.device.distinct()), func.count(ticket.c.network.distinct()))
    if min(session.execute(asked.where(*of_order, ticket.c.within_hours)).one()) >= 2:
        return
    _end_facts(session, order_id, now)
    _set_state(
        session, order_id, state="answered", answered_at=stamp(now), answer="反映的人撤回了,或者没有两个人了"
    )


def end_order(session: Session, person: Person, order_id: int, words: str, *, now: datetime) -> None:
    """Answer an order, overdue or not: the doubt ends, and all who reported it have the answer."""
    await_turn(session)
    _end_facts(session, order_id, now)
    answered = {"state": "answered", "answered_at": stamp(now), "answered_by": person.id, "answer": words}
    _set_state(session, order_id, **answered)
    ids = list(session.scalars(select(ticket.c.id).where(ticket.c.order_id == order_id)))
    waiting = waiting_with(session, ids)
    move_tickets(
        session, waiting, TicketState.ANSWERED, person.role.value, now=now, person_id=person.id, words=words
    )


def answer_doubt(session: Session, person: Person, fact_id: int, *, now: datetime) -> None:
    """Answer the order, if there is one, of a doubt that somebody ends: the door is open."""
    of_fact = select(fact.c.order_id).where(fact.c.id == fact_id).scalar_subquery()
    unanswered = (work_order.c.id == of_fact, work_order.c.state != "answered")
    order_id = session.scalar(select(work_order.c.id).where(*unanswered))
    if order_id is not None:
        end_order(session, person, order_id, answer_words(ReportKind.LOCKED, "open", None), now=now)


def lapse(session: Session, now: datetime) -> int:
    """Mark the orders whose deadline is over, and tell those who answer for the stations; returns how many.

    They can still be answered, and should be.
    """
    await_turn(session)
    overdue = and_(work_order.c.state == "open", work_order.c.due_at <= stamp(now))
    found = session.execute(
        select(work_order.c.id, work_order.c.station_id, station.c.name)
        .join(station, station.c.id == work_order.c.station_id)
        .where(overdue)
        .order_by(work_order.c.id)
    ).all()
    for id_, station_id, name in found:
        _set_state(session, id_, state="lapsed")
        body = f"“{name}”的工单({_REASON})过了期限还没有答复。请现在看一看并答复。"
        tell(session, station_id, "overdue", f"overdue:{id_}", f"{name}:工单过期了", body, _link(id_))
    return len(found)


def _open_order(session: Session, station_id: int, now: datetime) -> int | None:
    """Return the order that another report belongs to: overdue ones, too, while the door is in doubt."""
    holds = (fact.c.what == What.MAYBE_LOCKED, fact.c.ended_at.is_(None), fact.c.until > stamp(now))
    doubted = work_order.c.id.in_(select(fact.c.order_id).where(*holds))
    going = or_(work_order.c.state == "open", (work_order.c.state == "lapsed") & doubted)
    mine = and_(work_order.c.station_id == station_id, going)
    return session.scalar(select(func.max(work_order.c.id)).where(mine))


def _is_doubted(session: Session, station_id: int, now: datetime) -> bool:
    held = holding(facts_of(session, station_id), now)
    return any(one.what == What.MAYBE_LOCKED for one in held)


def _others(session: Session, station_id: int, marks: Sequence[Witness], now: datetime) -> list[int]:
    """Return the reports of others, of other devices and networks, since the door was last answered for."""
    since = max(stamp(now - WITNESSED_WITHIN), _last_answer(session, station_id))
    locked = (
        ticket.c.station_id == station_id,
        ticket.c.kind == ReportKind.LOCKED,
        ticket.c.within_hours,
        ticket.c.state.in_(OPEN_STATES),
        ticket.c.at > since,
    )
    different = []
    for name in Witness._fields:
        held = [getattr(mark, name) for mark in marks]
        if None in held:
            return []
        different.append(ticket.c[name].not_in(held))
    return list(session.scalars(select(ticket.c.id).where(*locked, *different).order_by(ticket.c.id)))


def _last_answer(session: Session, station_id: int) -> str:
    """Return when somebody last said how the door of a station is; empty: never.

    An order that ended because too few reports were left of it says nothing of the door.
    """
    said = ~and_(work_order.c.state == "answered", work_order.c.answered_by.is_(None))
    asked = (
        select(func.max(ticket.c.answered_at)).where(
            ticket.c.station_id == station_id, ticket.c.kind == ReportKind.LOCKED
        ),
        select(func.max(work_order.c.answered_at)).where(work_order.c.station_id == station_id, said),
        select(func.max(fact.c.ended_at))
        .outerjoin(work_order, work_order.c.id == fact.c.order_id)
        .where(
            fact.c.station_id == station_id,
            fact.c.what == What.MAYBE_LOCKED,
            or_(work_order.c.id.is_(None), said),
        ),
    )
    return max(session.scalar(one) or "" for one in asked)


def _begin_order(session: Session, station_id: int, *, now: datetime, settings: Settings) -> int:
    keepers = keepers_of(session, station_id)
    values = {
        "station_id": station_id,
        "at": stamp(now),
        "due_at": stamp(now + timedelta(hours=settings.order_hours)),
        "reason": str(_REASON),
        "state": "open",
        # Of several whoever is there first: an order that is somebody else's is nobody's.
        "person_id": keepers[0].id if len(keepers) == 1 else None,
    }
    id_ = session.execute(insert(work_order).values(values).returning(work_order.c.id)).scalar_one()
    name = session.scalar(select(station.c.name).where(station.c.id == station_id))
    body = (
        f"{_REASON}:“{name}”现在对所有人显示“可能没开门”。请去看一看,"
        f"并在 {settings.order_hours} 小时内答复;一答复就恢复。"
    )
    tell(session, station_id, "report", f"order:{id_}", f"{name}:可能没开门", body, _link(id_))
    return id_


def _join(session: Session, order_id: int, ids: Sequence[int], now: datetime) -> None:
    """Give tickets to an order, and to its person."""
    person_id = session.scalar(select(work_order.c.person_id).where(work_order.c.id == order_id))
    fresh = or_(ticket.c.order_id.is_(None), ticket.c.order_id != order_id)
    joining = list(
        session.scalars(select(ticket.c.id).where(ticket.c.id.in_(ids), fresh).order_by(ticket.c.id))
    )
    move_tickets(session, joining, TicketState.ASSIGNED, "system", now=now, order_id=order_id)
    if person_id is not None:
        # Whose work it is, not who did the step.
        session.execute(update(ticket).where(ticket.c.id.in_(joining)).values(person_id=person_id))


def _end_facts(session: Session, order_id: int, now: datetime) -> None:
    lasting = and_(fact.c.order_id == order_id, fact.c.ended_at.is_(None), fact.c.what == What.MAYBE_LOCKED)
    for id_ in session.scalars(select(fact.c.id).where(lasting)).all():
        end_fact(session, id_, at=now)


def _set_state(session: Session, order_id: int, **values: str | int) -> None:
    session.execute(update(work_order).where(work_order.c.id == order_id).values(values))


def _link(order_id: int) -> str:
    return f"/admin/orders/{order_id}"
