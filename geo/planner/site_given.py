"""Candidates that a person names: a loaded set, or a file, which is read and not kept."""

from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine

from geo.db.engine import reading
from geo.errors import FileError
from geo.ingest.candidates import read_candidates
from geo.ingest.opening import writable
from geo.ingest.problems import Problem
from geo.model.candidates import Candidates
from geo.registry.candidates import list_candidate_sets, read_candidate_set
from geo.settings import Settings

__all__ = ["GivenCandidates", "candidates_given"]


class GivenCandidates(NamedTuple):
    """Candidates to work with; ``problems`` is what reading their file found, empty for a loaded set."""

    name: str
    candidates: Candidates
    problems: list[Problem]


def candidates_given(
    engine: Engine, settings: Settings, text: str, *, capacity: str | None = None
) -> GivenCandidates:
    """Return the candidates of a loaded set, else of a file.

    Parameters
    ----------
    capacity : str, optional
        The column of a file that says what each can serve.

    Raises
    ------
    NotFoundError
        Neither; says which are loaded.
    FileError
        The file as a whole cannot be read, or no row of it is good.
    """
    file = Path(text)
    with reading(engine) as session:
        loaded = any(item.name == text for item in list_candidate_sets(session))
        if loaded or not file.is_file():
            return GivenCandidates(text, read_candidate_set(session, text)[1], [])
    found = read_candidates(file, capacity=capacity, max_bytes=settings.max_file_mb * 1_000_000)
    if not found.candidates.codes:
        raise FileError(
            "文件“%(file)s”里没有一个可用的候选地点;请先用 yizhan load candidates 查看问题", file=file.name
        )
    return GivenCandidates(writable(file.stem), found.candidates, found.problems)
