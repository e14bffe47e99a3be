"""What waits for an answer: the reports and orders of somebody's stations, and how long answers take."""

from collections.abc import Collection
from datetime import datetime
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from geo.db.tables import station
from geo.db.upkeep_tables import person as people
from geo.db.upkeep_tables import ticket, ticket_step, work_order
from geo.errors import NotFoundError
from geo.model.people import Person, Right
from geo.model.reports import TicketState
from geo.registry.rows import stamp
from geo.upkeep.scope import check_right, stations_of

__all__ = [
    "Order",
    "Speed",
    "Waiting",
    "find_order",
    "find_ticket",
    "photo_of",
    "read_orders",
    "read_speed",
    "read_tickets",
    "steps_of",
]


class Waiting(NamedTuple):
    """A report as those see it who answer: ``same`` others say the same; ``who`` has taken it on."""

    id: int
    station: str
    name: str
    kind: str
    at: str
    state: str
    text: str | None
    has_photo: bool
    within_hours: bool | None
    who: str | None
    person_id: int | None
    order_id: int | None
    same_as: int | None
    same: int
    answered_at: str | None
    station_id: int


class Order(NamedTuple):
    """A work order; ``reports`` is how many it is made of, ``who`` its person."""

    id: int
    station: str
    name: str
    at: str
    due_at: str
    reason: str
    state: str
    who: str | None
    answered_at: str | None
    answer: str | None
    reports: int
    station_id: int


class Speed(NamedTuple):
    """How many reports were answered, and the middle of the times it took, in seconds; None of none."""

    answered: int
    median_s: float | None


def read_tickets(
    session: Session,
    person: Person,
    *,
    states: Collection[str],
    kind: str | None = None,
    code: str | None = None,
    mine: bool = False,
    before: int | None = None,
    most: int = 50,
) -> list[Waiting]:
    """Return reports of somebody's stations, the newest first, those that repeat another left out.

    Parameters
    ----------
    states : collection of str
        Of `geo.model.reports.TicketState`.
    code : str, optional
        Only of this station.
    mine : bool
        Only those he has taken on.
    before : int, optional
        Only those with a smaller id: the next page.
    """
    check_right(person, Right.VIEW)
    asked = _tickets().where(
        stations_of(session, person), ticket.c.state.in_(list(states)), ticket.c.same_as.is_(None)
    )
    if kind:
        asked = asked.where(ticket.c.kind == kind)
    if code:
        asked = asked.where(station.c.code == code.upper())
    if mine:
        asked = asked.where(ticket.c.person_id == person.id)
    if before is not None:
        asked = asked.where(ticket.c.id < before)
    return [Waiting(*row) for row in session.execute(asked.order_by(ticket.c.id.desc()).limit(most))]


def find_ticket(session: Session, person: Person, id_: int, right: Right) -> Waiting:
    """Return a report of one of somebody's stations.

    Raises
    ------
    NotFoundError
        There is none, or it is of a station that is not his: which of them is not told.
    ForbiddenError
        His role does not have the right.
    """
    check_right(person, right)
    asked = _tickets().where(ticket.c.id == id_, stations_of(session, person))
    found = session.execute(asked).one_or_none()
    if found is None:
        raise NotFoundError("没有编号为 %(number)s 的反馈,或者不归您管", number=id_)
    return Waiting(*found)


def steps_of(session: Session, id_: int) -> list[tuple[str, str, str, str | None, str | None]]:
    """Return what happened to a report, in order: when (UTC), state, role, the person's name, words."""
    columns = (ticket_step.c.at, ticket_step.c.state, ticket_step.c.role, people.c.name, ticket_step.c.words)
    joined = (
        select(*columns).select_from(ticket_step).outerjoin(people, people.c.id == ticket_step.c.person_id)
    )
    found = session.execute(joined.where(ticket_step.c.ticket_id == id_).order_by(ticket_step.c.id))
    return [tuple(row) for row in found]


def photo_of(session: Session, person: Person, id_: int) -> bytes:
    """Return the photo that came with a report.

    Raises
    ------
    NotFoundError, ForbiddenError
        As `find_ticket`; or there is no photo.
    """
    find_ticket(session, person, id_, Right.VIEW)
    photo = session.scalar(select(ticket.c.photo).where(ticket.c.id == id_))
    if photo is None:
        raise NotFoundError("这条反馈没有照片")
    return photo


def read_orders(
    session: Session, person: Person, *, states: Collection[str], before: int | None = None, most: int = 50
) -> list[Order]:
    """Return work orders of somebody's stations, the newest first; ``before`` as in `read_tickets`."""
    check_right(person, Right.VIEW)
    asked = _orders().where(stations_of(session, person), work_order.c.state.in_(list(states)))
    if before is not None:
        asked = asked.where(work_order.c.id < before)
    return [Order(*row) for row in session.execute(asked.order_by(work_order.c.id.desc()).limit(most))]


def find_order(session: Session, person: Person, id_: int, right: Right) -> Order:
    """Return a work order of one of somebody's stations.

    Raises
    ------
    NotFoundError, ForbiddenError
        As `find_ticket`.
    """
    check_right(person, right)
    asked = _orders().where(work_order.c.id == id_, stations_of(session, person))
    found = session.execute(asked).one_or_none()
    if found is None:
        raise NotFoundError("没有编号为 %(number)s 的工单,或者不归您管", number=id_)
    return Order(*found)


def read_speed(session: Session, person: Person, *, since: datetime) -> Speed:
    """Return how fast reports of somebody's stations, made since a moment, were answered."""
    check_right(person, Right.VIEW)
    answered = and_(ticket.c.state == TicketState.ANSWERED, ticket.c.same_as.is_(None))
    asked = select(ticket.c.at, ticket.c.answered_at).join(station, station.c.id == ticket.c.station_id)
    found = session.execute(
        asked.where(answered, ticket.c.at >= stamp(since), stations_of(session, person))
    ).all()
    took = [(_moment(then) - _moment(at)).total_seconds() for at, then in found]
    return Speed(len(took), median(took) if took else None)


def _tickets() -> Select[Any]:
    others = ticket.alias()
    same = select(func.count()).select_from(others).where(others.c.same_as == ticket.c.id).scalar_subquery()
    return (
        select(
            ticket.c.id, station.c.code, station.c.name, ticket.c.kind, ticket.c.at, ticket.c.state,
            ticket.c.text, ticket.c.photo.is_not(None), ticket.c.within_hours, people.c.name,
            ticket.c.person_id, ticket.c.order_id, ticket.c.same_as, same, ticket.c.answered_at,
            ticket.c.station_id,
        )
        .select_from(ticket)
        .join(station, station.c.id == ticket.c.station_id)
        .outerjoin(people, people.c.id == ticket.c.person_id)
    )  # fmt: skip


def _orders() -> Select[Any]:
    own = ticket.c.order_id == work_order.c.id
    reports = select(func.count()).select_from(ticket).where(own).scalar_subquery()
    return (
        select(
            work_order.c.id, station.c.code, station.c.name, work_order.c.at, work_order.c.due_at,
            work_order.c.reason, work_order.c.state, people.c.name, work_order.c.answered_at,
            work_order.c.answer, reports, work_order.c.station_id,
        )
        .select_from(work_order)
        .join(station, station.c.id == work_order.c.station_id)
        .outerjoin(people, people.c.id == work_order.c.person_id)
    )  # fmt: skip


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
