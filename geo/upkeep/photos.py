"""Photos of stations: added by those who keep them, shown to everybody, taken away again."""

from typing import NamedTuple

from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.orm import Session

from geo.db.tables import station
from geo.db.upkeep_tables import photo
from geo.errors import InputError, NotFoundError
from geo.ingest.pictures import Picture
from geo.model.people import Person, Right
from geo.registry.rows import utc_now
from geo.upkeep.audit import note
from geo.upkeep.scope import find_station

__all__ = ["MOST", "Photo", "add_photo", "drop_photo", "photos_of", "read_photo", "rename_photo"]

MOST = 12
"""How many photos a station has at most."""

_LONGEST_CAPTION = 60
_GONE = "没有这张照片,可能已经删除"


class Photo(NamedTuple):
    """A photo without its picture; its sides in pixels."""

    id: int
    at: str
    caption: str
    width: int
    height: int


def photos_of(session: Session, code: str) -> list[Photo]:
    """Return the photos of a station, the oldest first; none of what is not known."""
    columns = [photo.c[name] for name in Photo._fields]
    asked = select(*columns).join(station, station.c.id == photo.c.station_id)
    ours = (station.c.code == code.upper(), photo.c.removed_at.is_(None))
    return [Photo(*row) for row in session.execute(asked.where(*ours).order_by(photo.c.id))]


def read_photo(session: Session, code: str, id: int, *, thumb: bool = False) -> bytes:
    """Return a photo of a station as a JPEG, or the small one for lists.

    Raises
    ------
    NotFoundError
        The station has none of that number, or has it no more.
    """
    body = photo.c.thumb if thumb else photo.c.body
    asked = select(body).join(station, station.c.id == photo.c.station_id)
    ours = (station.c.code == code.upper(), photo.c.id == id, photo.c.removed_at.is_(None))
    found = session.scalar(asked.where(*ours))
    if found is None:
        raise NotFoundError(_GONE)
    return found


def add_photo(session: Session, person: Person, code: str, picture: Picture, caption: str) -> int:
    """Add a photo to one of somebody's stations and return its number.

    Raises
    ------
    NotFoundError, ForbiddenError
        As `geo.upkeep.scope.find_station`.
    InputError
        The station has as many as it may, or the caption is too long.
    """
    id_, row = find_station(session, person, code, Right.EDIT)
    held = select(func.count()).where(photo.c.station_id == id_, photo.c.removed_at.is_(None))
    if (session.scalar(held) or 0) >= MOST:
        raise InputError("一个站点最多 %(most)s 张照片,请先删除旧的", parameter="photo", most=MOST)
    values = {"station_id": id_, "at": utc_now(), "person_id": person.id, "caption": _caption(caption)}
    made = session.execute(insert(photo).values(**values, **picture._asdict()).returning(photo.c.id))
    number = made.scalar_one()
    note(session, "photo.add", person_id=person.id, object=row["code"], detail={"photo": number})
    return number


def rename_photo(session: Session, person: Person, code: str, id: int, caption: str) -> None:
    """Give a photo another caption.

    Raises
    ------
    NotFoundError, ForbiddenError, InputError
        As `add_photo`; or the station has no such photo.
    """
    _change(session, person, code, id, {"caption": _caption(caption)})


def drop_photo(session: Session, person: Person, code: str, id: int) -> None:
    """Take a photo away for good: the picture itself is forgotten, since somebody may be on it.

    Raises
    ------
    NotFoundError, ForbiddenError
        As `rename_photo`.
    """
    row = _change(session, person, code, id, {"removed_at": utc_now(), "body": b"", "thumb": b""})
    note(session, "photo.drop", person_id=person.id, object=row["code"], detail={"photo": id})


def _change(session: Session, person: Person, code: str, id: int, values: dict) -> dict:
    id_, row = find_station(session, person, code, Right.EDIT)
    ours = and_(photo.c.id == id, photo.c.station_id == id_, photo.c.removed_at.is_(None))
    if not session.execute(update(photo).where(ours).values(values)).rowcount:
        raise NotFoundError(_GONE)
    return row


def _caption(text: str) -> str:
    caption = " ".join(text.split())
    if len(caption) > _LONGEST_CAPTION:
        raise InputError("照片说明最多 %(most)s 个字", parameter="caption", most=_LONGEST_CAPTION)
    return caption
