"""Studies kept: what was asked, how far the work is, and what was found."""

import secrets
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, NamedTuple, cast

import numpy as np
from sqlalchemy import ColumnElement, CursorResult, Select, delete, func, insert, null, select, tuple_, update
from sqlalchemy.orm import Session

from geo.db.tables import study
from geo.errors import NotFoundError
from geo.model.study import Asked, Places, Study
from geo.registry.rows import utc_now

__all__ = [
    "LOST_AFTER",
    "Kept",
    "Trace",
    "add_study",
    "cancel_study",
    "claim_study",
    "count_pending",
    "delete_study",
    "fail_study",
    "finish_study",
    "list_studies",
    "lost_studies",
    "read_certificate",
    "read_places",
    "read_study",
    "restart_study",
    "resume_study",
    "same_study",
    "tell_study",
    "waiting_studies",
]

Trace = Sequence[tuple[float, float | None, float | None]]
"""Seconds since the solver began, the best value and the bound known then; see `geo.model.plan.Plan`."""

LOST_AFTER = timedelta(seconds=60)
"""A running study whose worker has said nothing for so long has none any more."""

# 40 bits: short enough to read out, and not to be guessed at.
_ID_BYTES = 5
# With the head and the tail of gzip; fast, for a certificate is numbers.
_GZIP, _LEVEL = 31, 6


class Kept(NamedTuple):
    """A study as it is kept.

    Attributes
    ----------
    state : str
        ``waiting``, ``running``, ``done``, ``failed`` or ``cancelled``.
    progress : float
        0 to 1.
    step : str or None
        What is being done, as a Chinese sentence.
    seen_at : str or None
        When its worker last said that it lives; ISO text in UTC.
    share : float or None
        Of the demand covered, once it is done.
    found : Study or None
        None until it is done, and in lists.
    error : mapping or None
        ``message`` and ``params`` of why it failed.
    trace : list or None
        Of a study that is siting: how far the solver is, see `Trace`. None once it is done, and in lists.
    """

    id: str
    made_at: str
    state: str
    progress: float
    step: str | None
    seen_at: str | None
    asked: Asked
    share: float | None
    found: Study | None
    error: Mapping[str, Any] | None
    trace: Trace | None = None


def add_study(session: Session, asked: Asked) -> str:
    """Keep a question that waits for a worker; returns its id."""
    id_ = secrets.token_hex(_ID_BYTES)
    session.execute(
        insert(study).values(
            id=id_, made_at=utc_now(), state="waiting", progress=0.0, attempts=0, asked=asked
        )
    )
    return id_


def read_study(session: Session, id_: str) -> Kept:
    """Return a study with all that was found.

    Raises
    ------
    NotFoundError
        There is none of that id.
    """
    row = session.execute(_select(study.c.found, study.c.trace).where(study.c.id == id_)).one_or_none()
    if row is None:
        raise NotFoundError("没有编号为 %(id)s 的研究", id=id_)
    return Kept(*row)


def list_studies(session: Session, *, limit: int = 50) -> list[Kept]:
    """Return the newest studies, without what they found."""
    newest = _select(null(), null()).order_by(study.c.made_at.desc(), study.c.id).limit(limit)
    return [Kept(*row) for row in session.execute(newest)]


def read_places(session: Session, id_: str) -> Places | None:
    """Return a study's demand point by point, None until it is done."""
    body = session.scalar(select(study.c.places).where(study.c.id == id_))
    if body is None:
        return None
    with np.load(BytesIO(body), allow_pickle=False) as kept:
        return Places(*(kept[name] for name in Places._fields))


def read_certificate(session: Session, id_: str) -> bytes | None:
    """Return the file that proves a study's plan, JSON compressed with gzip; None where there is none."""
    return session.scalar(select(study.c.certificate).where(study.c.id == id_))


def claim_study(session: Session, id_: str) -> bool:
    """Take a waiting study to work on it; returns whether it was there to be taken."""
    begun = {"progress": 0.0, "seen_at": utc_now(), "attempts": study.c.attempts + 1}
    return _move(session, id_, ("waiting",), state="running", **begun)


def tell_study(
    session: Session, id_: str, progress: float, step: str | None = None, trace: Trace | None = None
) -> bool:
    """Say how far a running study is; returns whether it is to go on."""
    said = {"step": step, "trace": trace}
    values = {name: value for name, value in said.items() if value is not None}
    return _move(session, id_, ("running",), progress=progress, seen_at=utc_now(), **values)


def finish_study(
    session: Session, id_: str, found: Study, places: Places, certificate: bytes | None = None
) -> bool:
    """Keep what a running study found; returns False where it was cancelled meanwhile.

    Parameters
    ----------
    certificate : bytes, optional
        The file that proves its plan, as JSON.
    """
    body = BytesIO()
    np.savez_compressed(body, **places._asdict())
    kept = {"found": found, "places": body.getvalue(), "trace": null()}
    if certificate is not None:
        kept["certificate"] = zlib.compress(certificate, _LEVEL, _GZIP)
    return _move(session, id_, ("running",), state="done", progress=1.0, **kept)


def fail_study(session: Session, id_: str, message: str, params: Mapping[str, Any]) -> bool:
    """Keep why a running study came to nothing."""
    error = {"message": message, "params": {name: str(value) for name, value in params.items()}}
    return _move(session, id_, ("running",), state="failed", error=error)


def cancel_study(session: Session, id_: str) -> bool:
    """Have a study ended that waits or runs; its worker finds out when it next says how far it is."""
    return _move(session, id_, ("waiting", "running"), state="cancelled")


def restart_study(session: Session, id_: str) -> bool:
    """Have a study wait for a worker as if new: one that failed, was cancelled, or lost its worker."""
    ended = ("failed", "cancelled", "running")
    anew = {"progress": 0.0, "step": None, "error": None, "attempts": 0, "trace": null()}
    return _move(session, id_, ended, state="waiting", **anew)


def resume_study(session: Session, id_: str) -> bool:
    """Have a study that lost its worker wait for another, which is one attempt more."""
    return _move(session, id_, ("running",), state="waiting", progress=0.0, step=None, trace=null())


def lost_studies(session: Session) -> dict[str, int]:
    """Return the studies whose worker has died, the oldest first: id to how often one has begun it."""
    lost = select(study.c.id, study.c.attempts).where(_is_lost())
    rows = session.execute(lost.order_by(study.c.made_at, study.c.id))
    return {row.id: row.attempts for row in rows}


def waiting_studies(session: Session) -> list[str]:
    """Return the ids of studies that wait for a worker, the oldest first."""
    waiting = select(study.c.id).where(study.c.state == "waiting")
    return list(session.scalars(waiting.order_by(study.c.made_at, study.c.id)))


def same_study(session: Session, asked: Asked) -> str | None:
    """Return the id of a study that is to answer just this question and has not ended, if there is one."""
    # In one store a question is text in some order: compared here, among few.
    pending = select(study.c.id, study.c.asked).where(study.c.state.in_(("waiting", "running")))
    rows = session.execute(pending.order_by(study.c.made_at, study.c.id))
    return next((id_ for id_, other in rows if other == asked), None)


def count_pending(session: Session, *, before: tuple[str, str] | None = None) -> int:
    """Return how many studies wait or are worked on; those without a worker any more are not counted.

    Parameters
    ----------
    before : (str, str), optional
        ``made_at`` and ``id`` of a study: only those that came before it.
    """
    pending = (study.c.state == "waiting") | ((study.c.state == "running") & ~_is_lost())
    count = select(func.count()).select_from(study).where(pending)
    if before is not None:
        count = count.where(tuple_(study.c.made_at, study.c.id) < tuple_(*before))
    return session.scalar(count) or 0


def delete_study(session: Session, id_: str) -> bool:
    """Remove a study and all it drew; returns whether there was one."""
    done = cast(CursorResult[Any], session.execute(delete(study).where(study.c.id == id_)))
    return done.rowcount > 0


def _select(found: Any, trace: Any) -> Select[Any]:
    share = study.c.found["totals"]["share"].as_float()
    names = ("id", "made_at", "state", "progress", "step", "seen_at", "asked")
    shown = [study.c[name] for name in names]
    return select(*shown, share, found, study.c.error, trace)


def _is_lost() -> ColumnElement[bool]:
    silent_since = (datetime.now(UTC) - LOST_AFTER).isoformat(timespec="seconds").replace("+00:00", "Z")
    return (study.c.state == "running") & (study.c.seen_at < silent_since)


def _move(session: Session, id_: str, states: tuple[str, ...], **values: Any) -> bool:
    """Change a study if it is in one of these states; tells whether it was."""
    change = update(study).where(study.c.id == id_, study.c.state.in_(states)).values(**values)
    return cast(CursorResult[Any], session.execute(change)).rowcount > 0
