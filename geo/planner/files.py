"""A study's files: what they show besides the study is gathered from the registry as it is."""

import tempfile
from pathlib import Path

import orjson
from sqlalchemy import Engine

from geo.db.engine import reading
from geo.errors import ConflictError, InputError
from geo.model.study import Places, Study
from geo.planner.gained import gained_of
from geo.planner.reach import reach_of
from geo.registry.nearest import Index
from geo.registry.snapshot_read import read_snapshot
from geo.registry.studies import read_places, read_study
from geo.report.study_files import study_bytes, study_path, write_study
from geo.report.study_parts import StudyParts, StudyStation
from geo.settings import Settings

__all__ = ["parts_of", "study_file", "write_files"]

_STATES = ("open", "unknown", "closed")


def write_files(engine: Engine, settings: Settings, study: Study, places: Places, folder: Path) -> list[Path]:
    """Write the report of a study, its tables and its layers into a folder; returns where.

    Raises
    ------
    InputError
        The folder cannot be written to.
    UnavailableError
        This machine has no Chinese font.
    """
    parts = parts_of(Index(read_snapshot(engine), settings.home), settings, study, places)
    try:
        return write_study(parts, folder, fonts=settings.home / "fonts")
    except OSError as error:
        raise InputError(
            "写不了文件夹“%(folder)s”:%(why)s;请核对能不能写、还有没有空间",
            parameter="out",
            folder=folder,
            why=error.strerror or error,
        ) from error


def study_file(engine: Engine, settings: Settings, id_: str, kind: str) -> Path:
    """Return a file of a kept study, made when it is first asked for and then kept in the data folder.

    Parameters
    ----------
    kind : str
        One of `geo.report.study_files.FILES`.

    Raises
    ------
    NotFoundError
        There is no such study.
    ConflictError
        It is not done.
    UnavailableError
        This machine has no Chinese font, which ``pdf`` needs.
    """
    with reading(engine) as session:
        found, places = read_study(session, id_).found, read_places(session, id_)
    if found is None or places is None:
        raise ConflictError("研究 %(id)s 还没有算完,没有文件可下载;请等它完成", id=id_)
    # What was found never changes: the file is that of the study for ever.
    path = study_path(settings.home, id_, kind)
    if not path.is_file():
        parts = parts_of(Index(read_snapshot(engine), settings.home), settings, found, places)
        _keep(path, study_bytes(kind, parts, fonts=settings.home / "fonts"))
    return path


def parts_of(index: Index, settings: Settings, study: Study, places: Places) -> StudyParts:
    """Return what a study is shown from; stations that have gone since are not shown."""
    reach, stations = reach_of(index, study, places), _stations(index, places)
    return StudyParts(
        study=study,
        places=places,
        stations=stations,
        reach=reach[0].lines if reach else None,
        link=_link(settings, study),
        gained=gained_of(index, study, places, stations),
    )


def _link(settings: Settings, study: Study) -> str:
    return (
        f"{settings.public_url.rstrip('/')}/plan/{study['id']}" if settings.public_url and study["id"] else ""
    )


def _stations(index: Index, places: Places) -> list[StudyStation]:
    snapshot = index.snapshot
    rows = {code.decode(): row for row, code in enumerate(snapshot.codes.tolist())}
    found = []
    for code, state in zip(places.codes.tolist(), places.state.tolist(), strict=True):
        if code in rows:
            doc, door = orjson.loads(snapshot.doc(rows[code])), snapshot.door(rows[code])
            found.append(
                StudyStation(code, doc["name"], doc["kind"], doc["status"], *door, state=_STATES[state])
            )
    return found


def _keep(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, whoever else writes it just then."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".making-") as folder:
        beside = Path(folder) / path.name
        beside.write_bytes(content)
        beside.replace(path)
