"""Which sets of candidates there are, and their places."""

import hashlib
import zlib
from typing import NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from geo.db.tables import candidate_set as table
from geo.errors import NotFoundError
from geo.model.candidates import Candidates
from geo.registry.rows import utc_now

__all__ = [
    "CandidateSet",
    "describe_candidates",
    "list_candidate_sets",
    "read_candidate_set",
    "save_candidate_set",
]

_DIGITS = 16


class CandidateSet(NamedTuple):
    """A set of candidates as it is registered, without its places.

    Attributes
    ----------
    digest : str
        Of all that is known of its places: another one whenever anything differs.
    source : str
        Name of the file.
    loaded_at : str
        ISO text in UTC.
    count : int
        How many places there are.
    priced, limited : bool
        Whether all of them say what they cost, and what each can serve.
    west, south, east, north : float
        Bounds in WGS-84 degrees.
    """

    name: str
    digest: str
    source: str
    loaded_at: str
    count: int
    priced: bool
    limited: bool
    west: float
    south: float
    east: float
    north: float


def describe_candidates(candidates: Candidates, *, name: str, source: str) -> CandidateSet:
    """Return how places, of which there is at least one, are registered."""
    return CandidateSet(
        name=name,
        digest=hashlib.sha256(_body(candidates)).hexdigest()[:_DIGITS],
        source=source,
        loaded_at=utc_now(),
        count=len(candidates.codes),
        priced=not np.isnan(candidates.price).any(),
        limited=not np.isnan(candidates.capacity).any(),
        west=float(candidates.lon.min()),
        south=float(candidates.lat.min()),
        east=float(candidates.lon.max()),
        north=float(candidates.lat.max()),
    )


def list_candidate_sets(session: Session) -> tuple[CandidateSet, ...]:
    """Return which sets are registered, ordered by name."""
    # By code point, as Python orders: the database's own order depends on its locale.
    return tuple(sorted(CandidateSet(*row) for row in session.execute(select(*_COLUMNS))))


def read_candidate_set(session: Session, name: str) -> tuple[CandidateSet, Candidates]:
    """Return a set and its places.

    Raises
    ------
    NotFoundError
        There is none of that name; says which there are.
    """
    row = session.execute(select(*_COLUMNS, table.c.body).where(table.c.name == name)).one_or_none()
    if row is None:
        known = "、".join(item.name for item in list_candidate_sets(session))
        raise NotFoundError(
            "没有名为“%(name)s”的候选点;已导入的有:%(known)s。请用 yizhan load candidates 导入",
            name=name,
            known=known or "(没有)",
        )
    return CandidateSet(*row[:-1]), _candidates(zlib.decompress(row.body))


def save_candidate_set(session: Session, given: CandidateSet, candidates: Candidates) -> tuple[int, int, int]:
    """Register a set, in place of the one of its name; returns how many were added, changed, the same.

    One that differs in nothing but the moment it was loaded is left as it was.
    """
    held = {item.name: item for item in list_candidate_sets(session)}.get(given.name)
    if held is not None and held._replace(loaded_at=given.loaded_at) == given:
        return 0, 0, 1
    session.execute(delete(table).where(table.c.name == given.name))
    session.execute(insert(table).values(**given._asdict(), body=zlib.compress(_body(candidates))))
    return (1, 0, 0) if held is None else (0, 1, 0)


_COLUMNS = [table.c[field] for field in CandidateSet._fields]


def _body(candidates: Candidates) -> bytes:
    """Return all that is known of candidates as JSON; what is not known is null."""
    return orjson.dumps(candidates._asdict(), option=orjson.OPT_SERIALIZE_NUMPY)


def _candidates(body: bytes) -> Candidates:
    held = orjson.loads(body)
    numbers = {name: _column(held[name]) for name in ("lon", "lat", "price", "capacity")}
    return Candidates(codes=tuple(held["codes"]), names=tuple(held["names"]), **numbers)


def _column(values: list[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], np.float64)
