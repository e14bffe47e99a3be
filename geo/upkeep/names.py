"""Under which name the history keeps somebody: a number, so that he can be forgotten and it stay."""

import re
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.db.upkeep_tables import person
from geo.model.people import Person

__all__ = ["names_of", "who_of"]

_WHO = re.compile(r"账号 ([0-9]{1,9})")


def who_of(person: Person) -> str:
    """Return the name that changes made by somebody are kept under.

    Examples
    --------
    >>> from geo.model.people import Role
    >>> who_of(Person(7, "li", "李", None, Role.EDITOR, None, True, ""))
    '账号 7'
    """
    return f"账号 {person.id}"


def names_of(session: Session, whos: Iterable[str]) -> dict[str, str]:
    """Return, for names that changes are kept under, what people are called now.

    What is no account's, as ``clerk`` on the command line, is its own name.
    """
    numbers = {who: int(found[1]) for who in set(whos) if (found := _WHO.fullmatch(who))}
    asked = select(person.c.id, person.c.name).where(person.c.id.in_(numbers.values()))
    names = dict(session.execute(asked).all())
    return {who: names.get(numbers.get(who, 0), who) for who in whos}
