"""The log of what matters for security: written once, never changed; the database itself refuses."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from geo.db.upkeep_tables import audit
from geo.registry.rows import utc_now

__all__ = ["Act", "note", "read_acts"]


class Act(NamedTuple):
    """One act: when (UTC), whose (None: nobody was signed in), what, on what; the address as a hash."""

    id: int
    at: str
    person_id: int | None
    act: str
    object: str | None
    detail: Mapping[str, Any] | None
    network: str | None


def note(
    session: Session,
    act: str,
    *,
    person_id: int | None,
    object: str | None = None,
    detail: Mapping[str, Any] | None = None,
    network: str | None = None,
) -> None:
    """Write one act into the log.

    Parameters
    ----------
    act : str
        A dotted word: ``sign_in``, ``sign_in.refused``, ``person.add``, ``export`` and the like.
    object : str, optional
        What it was done to: a station's code, an account's number. No names, so that somebody can be
        forgotten and the log stay as it is.
    detail : mapping, optional
        What else is needed to understand it; nothing personal.
    network : str, optional
        The mark of the address, from `geo.upkeep.marks`.
    """
    values = {"act": act, "person_id": person_id, "object": object, "detail": detail, "network": network}
    session.execute(insert(audit).values(at=utc_now(), **values))


def read_acts(
    session: Session, *, before: int | None = None, act: str | None = None, most: int = 100
) -> list[Act]:
    """Return acts, the newest first: those before one, those whose word begins with ``act``."""
    columns = [audit.c[name] for name in Act._fields]
    asked = select(*columns).order_by(audit.c.id.desc()).limit(most)
    if before is not None:
        asked = asked.where(audit.c.id < before)
    if act:
        asked = asked.where(audit.c.act.startswith(act, autoescape=True))
    return [Act(*row) for row in session.execute(asked)]
