"""What is done again and again, whether anybody asks or not: deadlines, reminders, mail, forgetting."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Engine

from geo.db.engine import writing_aside
from geo.errors import GeoError
from geo.model.hours import CHINA
from geo.settings import Settings
from geo.upkeep.orders import lapse
from geo.upkeep.post import send_mail
from geo.upkeep.retention import expire
from geo.upkeep.stale import tell_stale
from geo.upkeep.verify import policy_of

__all__ = ["Done", "do_round"]

_log = logging.getLogger(__name__)


class Done(NamedTuple):
    """What a round did: orders past their deadline, reminders, mails, what is kept no longer; and faults.

    ``whole``: it did all that needs doing once a day.
    """

    lapsed: int
    told: int
    mailed: int
    forgotten: int
    whole: bool
    faults: tuple[GeoError, ...]


def do_round(engine: Engine, settings: Settings, *, now: datetime, whole: bool = True) -> Done:
    """Do one round; what fails does not keep the rest from being done.

    Parameters
    ----------
    whole : bool
        With what needs doing once a day only.
    """
    faults: list[GeoError] = []

    def tried(work: Callable[[], int]) -> int:
        try:
            return work()
        except GeoError as error:
            _log.warning("upkeep: %s", error)
            faults.append(error)
            return 0

    today = now.astimezone(CHINA).date()
    lapsed = tried(lambda: _lapse(engine, now))
    told = tried(lambda: tell_stale(engine, today, policy_of(settings))) if whole else 0
    forgotten = tried(lambda: _forget(engine, settings, now)) if whole else 0
    # A mail server that is away all day is no reason to do the rest again every minute.
    done = whole and not faults
    mailed = tried(lambda: send_mail(engine, settings, now=now))
    return Done(lapsed, told, mailed, forgotten, done, tuple(faults))


def _lapse(engine: Engine, now: datetime) -> int:
    with writing_aside(engine) as session:
        return lapse(session, now)


def _forget(engine: Engine, settings: Settings, now: datetime) -> int:
    with writing_aside(engine) as session:
        return sum(expire(session, settings, now=now).values())
