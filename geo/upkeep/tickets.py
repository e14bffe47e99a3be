"""What riders report: taken down, told to those who answer, and shown to him alone who has the ticket.

No position and no name is kept. Who reports is a mark of his device and one of his network, hashes under the
key of the day (`geo.upkeep.marks`): they only tell whether two reports come from two people.
"""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, case, func, select, update
from sqlalchemy.orm import Session

from geo.db.tables import station
from geo.db.upkeep_tables import ticket, ticket_step
from geo.errors import ConflictError, NotFoundError
from geo.model.reports import KINDS, OPEN_STATES, ReportKind, TicketState
from geo.registry.rows import stamp
from geo.settings import Settings
from geo.upkeep.marks import mark_of
from geo.upkeep.messages import tell
from geo.upkeep.orders import WITNESSED_WITHIN, Witness, doubt_door, withdraw_doubt
from geo.upkeep.ticket_rows import CODE_LENGTH, add_ticket, await_turn, move_tickets

__all__ = [
    "Report",
    "Step",
    "Ticket",
    "add_more",
    "file_report",
    "is_flooded",
    "read_ticket",
    "take_back",
]

_SAME_WITHIN = timedelta(hours=1)
_FLOOD_WITHIN = timedelta(hours=1)
# Whole cities of phones share one address of a carrier, and without scripts a model of phone is one device.
_NETWORK_MOST, _DEVICE_MOST = 60, 12
_CODE = re.compile(f"[A-Z2-7]{{{CODE_LENGTH}}}")


class Report(NamedTuple):
    """What somebody reports.

    Parameters
    ----------
    photo : bytes or None
        As `geo.ingest.pictures.clean_picture` returns it.
    within_hours : bool or None
        Whether the door should be open now; None where the hours do not say.
    device, network : str or None
        What tells one device and one network from another; kept as marks of the day alone.
    """

    kind: ReportKind
    within_hours: bool | None
    device: str | None
    network: str | None
    text: str | None = None
    photo: bytes | None = None


class Step(NamedTuple):
    """What happened to a report: when (UTC), by whom (``reporter``, ``system``, a role), with what words."""

    at: str
    state: str
    role: str
    words: str | None


class Ticket(NamedTuple):
    """What the reporter may know of his report."""

    code: str
    station: str
    kind: str
    at: str
    state: str
    text: str | None
    has_photo: bool
    steps: tuple[Step, ...]


def file_report(
    session: Session, station_id: int, report: Report, *, now: datetime, settings: Settings
) -> str:
    """Take down a report, and do what follows from it; returns the ticket's code.

    A second report of one kind from one device within an hour has a ticket of its own, and whoever answers
    the first answers it, too. Two people before a locked door within posted hours: `geo.upkeep.orders`.
    """
    await_turn(session)
    marks = _marks(session, report, now)
    earlier = _same(session, station_id, report, marks, now)
    values = {"station_id": station_id, "kind": report.kind.value, "same_as": earlier}
    values |= {"text": report.text, "photo": report.photo, "within_hours": report.within_hours}
    id_, code = add_ticket(session, {**values, **marks[0]._asdict()}, now=now)
    if earlier is None:
        _tell(session, station_id, id_, report.kind)
    if report.kind == ReportKind.LOCKED:
        doubt_door(
            session, station_id, id_, marks, sure=bool(report.within_hours), now=now, settings=settings
        )
    return code


def is_flooded(session: Session, report: Report, *, now: datetime) -> bool:
    """Return whether a network, or one device on it, reported more within the hour than people do."""
    marks = _marks(session, report, now)
    networks = ticket.c.network.in_([mark.network for mark in marks if mark.network is not None])
    devices = ticket.c.device.in_([mark.device for mark in marks if mark.device is not None])
    lately = and_(networks, ticket.c.at > stamp(now - _FLOOD_WITHIN))
    counted = select(func.count(), func.count(case((devices, 1)))).select_from(ticket).where(lately)
    of_network, of_device = session.execute(counted).one()
    return of_network >= _NETWORK_MOST or of_device >= _DEVICE_MOST


def read_ticket(session: Session, code: str) -> Ticket:
    """Return a ticket for him who has its code.

    Raises
    ------
    NotFoundError
        There is none, or that is no code: which of them is not told.
    """
    found = session.execute(
        select(ticket, station.c.code.label("station"))
        .join(station)
        .where(ticket.c.id == _id_of(session, code))
    ).one()
    columns = [ticket_step.c[name] for name in Step._fields]
    steps = session.execute(
        select(*columns).where(ticket_step.c.ticket_id == found.id).order_by(ticket_step.c.id)
    )
    return Ticket(
        code=found.code,
        station=found.station,
        kind=found.kind,
        at=found.at,
        state=found.state,
        text=found.text,
        has_photo=found.photo is not None,
        steps=tuple(Step(*row) for row in steps),
    )


def add_more(session: Session, code: str, *, text: str | None, photo: bytes | None) -> None:
    """Add words, a photo or both to a report that waits for an answer; what is None stays as it is.

    Raises
    ------
    NotFoundError
        As `read_ticket`.
    ConflictError
        It has its answer.
    """
    id_ = _waiting(session, code)
    given = {name: value for name, value in (("text", text), ("photo", photo)) if value is not None}
    if given:
        session.execute(update(ticket).where(ticket.c.id == id_).values(given))


def take_back(session: Session, code: str, *, now: datetime) -> None:
    """End a report that was made by mistake, and what followed from it.

    Raises
    ------
    NotFoundError, ConflictError
        As `add_more`.
    """
    id_ = _waiting(session, code)
    move_tickets(session, [id_], TicketState.CLOSED, "reporter", now=now)
    # Another of the same device no longer has one to be the same as.
    session.execute(update(ticket).where(ticket.c.same_as == id_).values(same_as=None))
    withdraw_doubt(session, id_, now=now)


def _waiting(session: Session, code: str) -> int:
    await_turn(session)
    id_ = _id_of(session, code)
    if session.scalar(select(ticket.c.state).where(ticket.c.id == id_)) not in OPEN_STATES:
        raise ConflictError("这条反馈已经处理完了;还有问题请再报一次")
    return id_


def _id_of(session: Session, code: str) -> int:
    plain = code.upper()
    known = _CODE.fullmatch(plain)
    id_ = session.scalar(select(ticket.c.id).where(ticket.c.code == plain)) if known else None
    if id_ is None:
        raise NotFoundError("没有这张回执,请检查链接是否完整")
    return id_


def _marks(session: Session, report: Report, now: datetime) -> list[Witness]:
    """Return the marks of today, and those that the same device and network had within the time compared.

    Marks are of a day: without those of the day before, one person about midnight would be two.
    """
    days = dict.fromkeys([now, now - WITNESSED_WITHIN])
    return [
        Witness(*(text and mark_of(session, text, now=day) for text in (report.device, report.network)))
        for day in days
    ]


def _same(
    session: Session, station_id: int, report: Report, marks: list[Witness], now: datetime
) -> int | None:
    """Return the first waiting report of one kind and device within the hour."""
    devices = [mark.device for mark in marks if mark.device is not None]
    alike = (
        ticket.c.station_id == station_id,
        ticket.c.kind == report.kind,
        ticket.c.device.in_(devices),
        ticket.c.at > stamp(now - _SAME_WITHIN),
        ticket.c.state.in_(OPEN_STATES),
        ticket.c.same_as.is_(None),
    )
    return session.scalar(select(func.min(ticket.c.id)).where(*alike))


def _tell(session: Session, station_id: int, id_: int, kind: ReportKind) -> None:
    name = session.scalar(select(station.c.name).where(station.c.id == station_id))
    title = f"{name}:{KINDS[kind]}"
    body = f"有人反映“{name}”{KINDS[kind]}。请看一看,并在后台答复。"
    tell(session, station_id, "report", f"report:{id_}", title, body, f"/admin/tickets/{id_}")
