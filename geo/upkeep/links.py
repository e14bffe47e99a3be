"""Links that people are sent: each for one thing, in one person's name, until his password changes.

They work without signing in: whoever reads his mail on a phone at the door has them.
"""

import hashlib
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.db.tables import station
from geo.errors import InputError
from geo.model.people import Person
from geo.upkeep.people import find_person
from geo.upkeep.signed import sign, unsign

__all__ = ["Confirming", "confirm_token", "feed_token", "read_confirm", "read_feed"]

_DAY_S = 86_400
_CONFIRM_S = 30 * _DAY_S
_FEED_S = 400 * _DAY_S
_KEY_DIGITS = 16
_ENDED = "这个链接已经失效:账号停用了,或改过密码。请登录后换一个新的"


class Confirming(NamedTuple):
    """Who is asked whether a station is still as registered, and the code of it."""

    person: Person
    code: str


def confirm_token(secret: bytes, person: Person, station_id: int) -> str:
    """Return what somebody may confirm one of his stations with, for 30 days."""
    return sign(secret, "confirm", [person.id, _key(person), station_id])


def read_confirm(session: Session, secret: bytes, token: str) -> Confirming:
    """Return whom a token of `confirm_token` asks, and about which station.

    Whether the station is still his is not looked at here.

    Raises
    ------
    InputError
        It is not one, too old, or its person's no more.
    """
    value = unsign(secret, "confirm", token, max_age_s=_CONFIRM_S)
    who = _whose(session, value)
    code = session.scalar(select(station.c.code).where(station.c.id == value[2]))
    return Confirming(who, code)


def feed_token(secret: bytes, person: Person) -> str:
    """Return what somebody's feed is read with."""
    return sign(secret, "feed", [person.id, _key(person)])


def read_feed(session: Session, secret: bytes, token: str) -> Person:
    """Return whose feed a token of `feed_token` is for.

    Raises
    ------
    InputError
        It is not one, too old, or its person's no more.
    """
    return _whose(session, unsign(secret, "feed", token, max_age_s=_FEED_S))


def _whose(session: Session, value: Any) -> Person:
    who = find_person(session, value[0])
    if who is None or not who.active or _key(who) != value[1]:
        raise InputError(_ENDED, parameter="token")
    return who


def _key(person: Person) -> str:
    # Anybody can read what a token holds: not the key itself, which stands in sessions.
    return hashlib.sha256(f"link.{person.session_key}".encode()).hexdigest()[:_KEY_DIGITS]
