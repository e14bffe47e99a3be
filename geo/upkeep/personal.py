"""All that is kept of one person, to be handed out, and taking it away again.

What he did for the registry stays: under the number of an account that no longer says whose it was.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, select, update
from sqlalchemy.orm import Session

from geo.db.tables import change, station
from geo.db.upkeep_tables import (
    apart,
    audit,
    fact,
    head_count,
    import_draft,
    keeping,
    message,
    person,
    photo,
    saved_view,
    subscription,
    ticket,
    ticket_step,
    verification,
    work_order,
)
from geo.errors import NotFoundError
from geo.settings import Settings
from geo.upkeep.audit import note
from geo.upkeep.keeping import codes_kept
from geo.upkeep.leftovers import drop_leftovers
from geo.upkeep.names import who_of
from geo.upkeep.people import check_not_last, found_person, new_session_key

__all__ = ["OF_REPORTER", "erase_person", "erase_ticket", "export_person", "export_ticket"]

# Neither helps to know what is kept of oneself, and either would open the account.
_SECRET = {"password", "session_key"}
_OF_PERSON: dict[str, tuple[Table, str]] = {
    "saved_views": (saved_view, "person_id"),
    "subscriptions": (subscription, "person_id"),
    "messages": (message, "person_id"),
    "import_drafts": (import_draft, "person_id"),
    "photos": (photo, "person_id"),
    "verifications": (verification, "person_id"),
    "orders_given": (work_order, "person_id"),
    "orders_answered": (work_order, "answered_by"),
    "tickets_given": (ticket, "person_id"),
    "answers": (ticket_step, "person_id"),
    "facts": (fact, "person_id"),
    "head_counts": (head_count, "person_id"),
    "stations_apart": (apart, "person_id"),
    "log": (audit, "person_id"),
}
"""Every table that names an account, and by which column; a test holds it against the schema."""

_OF_OTHERS = {"tickets_given": {"id", "station_id", "kind", "at", "state"}}
"""Of rows that are somebody else's, what their keeper may take along: a rider's code opens his report."""

_ERASED = (keeping, saved_view, subscription, message, import_draft)
"""What only served the person: it goes with him."""

OF_REPORTER = ("text", "photo", "device", "network")


def export_person(session: Session, id: int) -> dict[str, Any]:
    """Return all that is kept of the person of an account, as plain values.

    Raises
    ------
    NotFoundError
        There is no such account.
    """
    who = who_of(found_person(session, id))
    [account] = _rows(session, person, "id", id)
    told: dict[str, Any] = {"account": account, "stations": codes_kept(session, id)}
    for name, (table, column) in _OF_PERSON.items():
        told[name] = _rows(session, table, column, id, only=_OF_OTHERS.get(name))
    asked = select(change.c.at, change.c.why, station.c.code).join(station).where(change.c.who == who)
    told["changes"] = [_plain(row) for row in session.execute(asked.order_by(change.c.id)).mappings()]
    return told


def erase_person(session: Session, settings: Settings, id: int, *, by: int | None = None) -> None:
    """Forget whose an account was, and all that served him alone, files too; it can never be used again.

    Raises
    ------
    NotFoundError
        There is no such account.
    ConflictError
        It is the last administrator's.
    """
    check_not_last(session, found_person(session, id))
    drop_leftovers(session, settings, now=datetime.now(UTC), person_id=id)
    for table in _ERASED:
        session.execute(delete(table).where(table.c.person_id == id))
    nobody = {
        # Nobody can type it: no login has such a sign.
        "login": f"#{id}",
        "name": "已注销",
        "email": None,
        "unit_code": None,
        "password": "",
        "session_key": new_session_key(),
        "active": False,
        "locked_until": None,
        "signed_in_at": None,
    }
    session.execute(update(person).where(person.c.id == id).values(**nobody))
    note(session, "person.erase", person_id=by, object=str(id))


def export_ticket(session: Session, code: str) -> dict[str, Any]:
    """Return all that is kept of the report of a ticket, and so of whoever made it.

    Raises
    ------
    NotFoundError
        There is no such ticket.
    """
    [found] = _rows(session, ticket, "id", _ticket_id(session, code))
    return {"ticket": found, "steps": _rows(session, ticket_step, "ticket_id", found["id"])}


def erase_ticket(session: Session, code: str, *, by: int | None = None) -> None:
    """Forget what somebody wrote and showed in a report, and the marks of his device and network.

    Raises
    ------
    NotFoundError
        There is no such ticket.
    """
    id_ = _ticket_id(session, code)
    session.execute(update(ticket).where(ticket.c.id == id_).values(dict.fromkeys(OF_REPORTER)))
    note(session, "ticket.erase", person_id=by, object=str(id_))


def _ticket_id(session: Session, code: str) -> int:
    id_ = session.scalar(select(ticket.c.id).where(ticket.c.code == code.strip().upper()))
    if id_ is None:
        raise NotFoundError("没有编号为 %(code)s 的反馈,请检查是否抄写完整", code=code)
    return id_


def _rows(
    session: Session, table: Table, column: str, value: int, *, only: Collection[str] | None = None
) -> list[dict[str, Any]]:
    """Return rows, whole or in part, as plain values: files by their size, stations by their codes."""
    told = [item for item in table.c if item.name not in _SECRET and (only is None or item.name in only)]
    asked = select(*map(_by_code, told)).where(table.c[column] == value).order_by(*table.primary_key)
    return [_plain(row) for row in session.execute(asked).mappings()]


def _by_code(item: Column[Any]) -> ColumnElement[Any]:
    if not item.references(station.c.id):
        return item
    code = select(station.c.code).where(station.c.id == item)
    return code.scalar_subquery().label(item.name.removesuffix("_id"))


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    # SQLAlchemy's names are more than plain text, which JSON does not take.
    sized = ((name, f"{len(value)} B" if isinstance(value, bytes) else value) for name, value in row.items())
    return {str(name): value for name, value in sized}
