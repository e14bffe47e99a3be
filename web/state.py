"""What every view stands on: the settings, the live snapshot of the process, and its database."""

from datetime import datetime
from typing import NamedTuple

from flask import current_app, request
from sqlalchemy import Engine

from geo.registry.live import Live
from geo.settings import Settings

__all__ = ["KEY", "State", "age_s", "base_url", "state"]

KEY = "yizhan"


class State(NamedTuple):
    """The settings and the snapshot of one process, and the database behind it, which may be out of reach."""

    settings: Settings
    live: Live
    engine: Engine

    @property
    def stale(self) -> bool:
        """Whether the database is out of reach, so that answers may lag behind it."""
        return self.live.unreachable_since is not None


def state() -> State:
    """Return the state of the app that answers the request."""
    return current_app.extensions[KEY]


def base_url(settings: Settings) -> str:
    """Return the address that every absolute link begins with: the public one, else the request's own."""
    return (settings.public_url or request.host_url).rstrip("/")


def age_s(as_of: str, *, now: datetime) -> float | None:
    """Return how many seconds ago the registry last changed; None when it never did.

    Examples
    --------
    >>> age_s("2026-10-10T00:00:00Z", now=datetime.fromisoformat("2026-10-10T08:01+08:00"))
    60.0
    >>> age_s("", now=datetime.fromisoformat("2026-10-10T08:01+08:00")) is None
    True
    """
    if not as_of:
        return None
    return (now - datetime.fromisoformat(as_of)).total_seconds()
