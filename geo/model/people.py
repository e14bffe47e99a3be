"""Who keeps the registry, and what each role may do."""

from enum import StrEnum
from typing import NamedTuple

__all__ = ["RIGHTS", "Person", "Right", "Role"]


class Role(StrEnum):
    """What somebody is to the registry."""

    ADMINISTRATOR = "administrator"
    EDITOR = "editor"
    KEEPER = "keeper"
    READER = "reader"


class Right(StrEnum):
    """What somebody may do, with the stations of his scope.

    ``VIEW``: see them in the back office. ``VERIFY``: say what is true of them now: confirm, close for a
    time, answer reports, count visitors. ``EDIT``: change their records. ``EXPORT``: take lists out.
    ``PEOPLE``: manage accounts. ``AUDIT``: read the log.
    """

    VIEW = "view"
    VERIFY = "verify"
    EDIT = "edit"
    EXPORT = "export"
    PEOPLE = "people"
    AUDIT = "audit"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ADMINISTRATOR: frozenset(Right),
    Role.EDITOR: frozenset({Right.VIEW, Right.VERIFY, Right.EDIT, Right.EXPORT}),
    Role.KEEPER: frozenset({Right.VIEW, Right.VERIFY}),
    Role.READER: frozenset({Right.VIEW, Right.EXPORT}),
}
"""What each role may do. Whose stations it may do it with is `geo.upkeep.scope`."""


class Person(NamedTuple):
    """Somebody with an account.

    Parameters
    ----------
    unit_code : str or None
        The union unit an editor or reader works for, with all below it; None: the whole registry.
    session_key : str
        Stands in every session and signed link of his; a new one ends them all.
    """

    id: int
    login: str
    name: str
    email: str | None
    role: Role
    unit_code: str | None
    active: bool
    session_key: str

    def may(self, right: Right) -> bool:
        """Tell whether the role has a right.

        Examples
        --------
        >>> Person(1, "li", "李", None, Role.KEEPER, None, True, "").may(Right.EDIT)
        False
        """
        return self.active and right in RIGHTS[self.role]
