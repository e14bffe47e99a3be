"""Telling people which of their stations nobody has looked at for too long."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from geo.db.engine import reading, writing_aside
from geo.db.tables import station
from geo.db.upkeep_tables import keeping, message, person
from geo.model.people import Person, Role
from geo.model.verification import DUE, Policy, Standing, standing
from geo.upkeep.messages import tell_people
from geo.upkeep.people import person_of
from geo.upkeep.verify import stands
from geo.upkeep.worklist import count_due

__all__ = ["tell_stale"]

_WHAT = "stale_soon"
_PAGE = "/admin/todo"
_WORDS = {Standing.SOON: "快到核实期限", Standing.STALE: "超过核实期限", Standing.NEVER: "还没有核实过"}


class _News(NamedTuple):
    """What one person is to be told, as `geo.upkeep.messages.tell_people` takes it."""

    person: Person
    station_id: int | None
    key: str
    title: str
    body: str
    link: str


def tell_stale(engine: Engine, today: date, policy: Policy) -> int:
    """Tell keepers of each station that is due, once a standing, and editors once a week how many are.

    Returns
    -------
    int
        How many messages these were.
    """
    with reading(engine) as session:
        news = [*_for_keepers(session, today, policy), *_for_editors(session, today, policy)]
        kept = select(message.c.person_id, message.c.key).where(message.c.what == _WHAT)
        told = {(person_id, key) for person_id, key in session.execute(kept)}
    new = [one for one in news if (one.person.id, one.key) not in told]
    # Looking takes long in a large registry: no writer has waited for it.
    with writing_aside(engine) as session:
        return sum(tell_people(session, [one.person], one.station_id, _WHAT, *one[2:]) for one in new)


def _for_keepers(session: Session, today: date, policy: Policy) -> list[_News]:
    of_person = [person.c[name].label(f"p_{name}") for name in Person._fields]
    asked = select(*of_person, station.c.id, station.c.code, station.c.name, station.c.verified_on)
    joined = asked.join_from(keeping, person).join(station, station.c.id == keeping.c.station_id)
    ours = (person.c.active, person.c.role == Role.KEEPER, stands(DUE, today, policy))
    order = (person.c.id, station.c.code)
    return [
        _of_one(Person(*row[: len(of_person)]), *row[len(of_person) :], today, policy)
        for row in session.execute(joined.where(*ours).order_by(*order))
    ]


def _of_one(
    keeper: Person, id_: int, code: str, name: str, verified_on: str | None, today: date, policy: Policy
) -> _News:
    held = standing(verified_on, today, policy)
    last = f"上次核实是 {verified_on}" if verified_on else "没有核实过的记录"
    body = f"{last}。去看一眼,还对就点一下“是”,不对就说哪里不对。"
    key = f"{_WHAT}:{id_}:{verified_on or ''}:{held}"
    return _News(keeper, id_, key, f"{name}({code}){_WORDS[held]}", body, f"/admin/stations/{code}/verify")


def _for_editors(session: Session, today: date, policy: Policy) -> list[_News]:
    year, week, _ = today.isocalendar()
    key = f"{_WHAT}:{year}-W{week:02d}"
    news = []
    for editor in _editors(session):
        counts = count_due(session, editor, today, policy)
        if total := sum(counts.values()):
            said = "、".join(f"{_WORDS[held]}的 {count} 个" for held, count in counts.items() if count)
            news.append(_News(editor, None, key, f"有 {total} 个站点要核实", f"其中{said}。", _PAGE))
    return news


def _editors(session: Session) -> Sequence[Person]:
    columns = [person.c[name] for name in Person._fields]
    ours = (person.c.active, person.c.role.in_((Role.EDITOR, Role.ADMINISTRATOR)))
    return [person_of(row) for row in session.execute(select(*columns).where(*ours).order_by(person.c.id))]
