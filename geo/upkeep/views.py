"""Views of the table that somebody saved under a name: the question of each, as its address writes it."""

from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from geo.db.upkeep_tables import saved_view
from geo.errors import InputError, NotFoundError
from geo.model.people import Person

__all__ = ["View", "drop_view", "list_views", "save_view"]

_MOST = 30
_LONGEST_NAME = 40
_LONGEST_QUERY = 2000


class View(NamedTuple):
    """A saved view."""

    id: int
    name: str
    query: str


def list_views(session: Session, person: Person) -> list[View]:
    """Return somebody's views, by name."""
    asked = select(saved_view.c.id, saved_view.c.name, saved_view.c.query)
    found = session.execute(asked.where(saved_view.c.person_id == person.id).order_by(saved_view.c.name))
    return [View(*row) for row in found]


def save_view(session: Session, person: Person, name: str, query: str) -> None:
    """Keep a question under a name, in place of the one that had it.

    Raises
    ------
    InputError
        The name is empty or too long, or there are as many views as somebody may have.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise InputError("请给视图起个名字,最多 %(most)s 个字", parameter="name", most=_LONGEST_NAME)
    if len(query) > _LONGEST_QUERY:
        raise InputError("这个筛选太长,不能保存成视图", parameter="query")
    ours = (saved_view.c.person_id == person.id, saved_view.c.name == name)
    if session.execute(update(saved_view).where(*ours).values(query=query)).rowcount:
        return
    held = session.scalar(select(func.count()).where(saved_view.c.person_id == person.id)) or 0
    if held >= _MOST:
        raise InputError("最多保存 %(most)s 个视图,请先删除不用的", parameter="name", most=_MOST)
    session.execute(insert(saved_view).values(person_id=person.id, name=name, query=query))


def drop_view(session: Session, person: Person, id: int) -> None:
    """Forget one of somebody's views.

    Raises
    ------
    NotFoundError
        He has none of that number.
    """
    ours = (saved_view.c.person_id == person.id, saved_view.c.id == id)
    if not session.execute(delete(saved_view).where(*ours)).rowcount:
        raise NotFoundError("没有这个视图")
