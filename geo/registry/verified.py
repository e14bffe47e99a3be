"""What the public is told of each station's last verification, beside the day of it: whose role, and at what.

It stands in no station's row: whoever edits a station says nothing of having been there.
"""

from functools import cache
from typing import NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from geo.model.verification import day_of

__all__ = ["VERIFIED", "Said", "read_verified", "with_verified"]

VERIFIED = "verified"
"""What the member of a station's public properties is called."""

# As text and without the ORM: there may be as many as there are stations.
_LAST = text(
    "SELECT v.station_id, v.at, v.role, CAST(v.checked AS TEXT) FROM verification v"
    ' JOIN (SELECT max(id) AS id FROM verification WHERE "right" GROUP BY station_id) l ON l.id = v.id'
)
_HOUR = len("2026-11-02T03")


class Said(NamedTuple):
    """What is said of a verification: its day as a station's JSON object has it, and what to add there."""

    day: bytes
    member: bytes


def read_verified(session: Session) -> dict[int, Said]:
    """Return what is said of the last verification of each station, by its id."""
    said = cache(_said)
    return {id_: said(at[:_HOUR], role, checked) for id_, at, role, checked in session.execute(_LAST)}


def with_verified(doc: bytes, said: Said | None) -> bytes:
    """Return a station's JSON object with what is said of its last verification.

    A day that has been set otherwise since, by a load or an edit, is nobody's verification here.
    """
    # Quotes within a text are escaped, so that none can pass for the day.
    return doc if said is None or said.day not in doc else doc[:-1] + said.member


def _said(hour: str, role: str, checked: str) -> Said:
    # China is whole hours ahead, and there are few different hours, roles and lists: each is understood once.
    day = orjson.dumps({"verified_on": day_of(f"{hour}:00:00Z")})[1:-1]
    more = orjson.dumps({VERIFIED: {"role": role, "checked": orjson.loads(checked)}})
    # The object that it goes into is never empty: every station has a code.
    return Said(day, b"," + more[1:])
