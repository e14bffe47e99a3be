"""The studies as the planner's pages read them, straight from the registry."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Engine

from geo.db.engine import reading
from geo.errors import NotFoundError
from geo.registry.studies import LOST_AFTER, Kept, count_pending, list_studies, read_study
from web import params
from web.plan_words import STATES, study_name, when_words
from web.state import state

__all__ = ["Row", "count_before", "engine", "kept_study", "shown_state", "studies"]

_ID = re.compile("[0-9a-f]{10}")


class Row(NamedTuple):
    """A study as a list shows it; ``state`` is a key of `web.plan_words.STATES`."""

    id: str
    name: str
    made: str
    state: str
    state_name: str
    percent: int
    share: float | None


def engine() -> Engine:
    """Return the engine of the app that answers the request."""
    return state().engine


def kept_study(id_: str) -> Kept:
    """Return a study with all that was found.

    Raises
    ------
    NotFoundError
        There is none of that id.
    UnavailableError
        The database cannot be reached.
    """
    if not _ID.fullmatch(id_):
        raise NotFoundError("没有编号为 %(id)s 的研究", id=id_[: params.SHOWN])
    with reading(engine()) as session:
        return read_study(session, id_)


def studies() -> list[Row]:
    """Return the newest studies."""
    snapshot = state().live.index.snapshot
    with reading(engine()) as session:
        kept = list_studies(session)
    return [
        Row(
            id=one.id,
            name=study_name(one.asked, snapshot),
            made=when_words(one.made_at),
            state=shown_state(one),
            state_name=str(STATES[shown_state(one)]),
            percent=round(100 * one.progress),
            share=one.share,
        )
        for one in kept
    ]


def count_before(kept: Kept) -> int:
    """Return how many studies are to be done before one."""
    with reading(engine()) as session:
        return count_pending(session, before=(kept.made_at, kept.id))


def shown_state(kept: Kept) -> str:
    """Return the state of a study; ``lost`` is one that runs, but whose worker has died."""
    if kept.state != "running" or kept.seen_at is None:
        return kept.state
    silent = datetime.now(UTC) - datetime.fromisoformat(kept.seen_at)
    return "lost" if silent > LOST_AFTER else kept.state
