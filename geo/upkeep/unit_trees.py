"""The units that somebody sees, and to which of them a station belongs: its own and all above it.

What `geo.upkeep.scope` says of one unit's stations, for all units at once; a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.db.tables import area, unit
from geo.model.people import Person
from geo.upkeep.scope import units_of

__all__ = ["Group", "Units", "read_units_within"]


class Group(NamedTuple):
    """The unit and the area of some stations, as far as they have them."""

    unit_code: str | None
    area_code: str | None


@dataclass(frozen=True)
class Units:
    """Two trees.

    Parameters
    ----------
    names : mapping
        Those that somebody sees, by code, in order.
    parents : mapping
        The unit above each of all units.
    area_parents : mapping
        The area above each area.
    by_area : mapping
        The units of an area.
    """

    names: Mapping[str, str]
    parents: Mapping[str, str | None]
    area_parents: Mapping[str, str | None]
    by_area: Mapping[str, list[str]]
    _known: dict[Group, frozenset[str]] = field(default_factory=dict)

    def below(self, code: str | None) -> list[str]:
        """Return the units directly below one; below None are those that none seen is above."""
        if code is not None:
            return [name for name in self.names if self.parents[name] == code]
        return [name for name in self.names if self.parents[name] not in self.names]

    def of(self, group: Group) -> frozenset[str]:
        """Return the units that stations of a group belong to."""
        if group not in self._known:
            self._known[group] = self._of(group)
        return self._known[group]

    def _of(self, group: Group) -> frozenset[str]:
        if group.unit_code:
            return frozenset(_up(group.unit_code, self.parents))
        within = _up(group.area_code, self.area_parents) if group.area_code else []
        nearest = [code for name in within for code in self.by_area.get(name, ())]
        return frozenset(above for code in nearest for above in _up(code, self.parents))


def read_units_within(session: Session, person: Person) -> Units:
    """Return the trees, with the units that somebody sees."""
    rows = session.execute(select(unit).order_by(unit.c.code)).all()
    areas = session.execute(select(area.c.code, area.c.parent_code))
    seen = units_of(session, person)
    by_area: dict[str, list[str]] = {}
    for row in rows:
        if row.area_code:
            by_area.setdefault(row.area_code, []).append(row.code)
    return Units(
        {row.code: row.name for row in rows if seen is None or row.code in seen},
        {row.code: row.parent_code for row in rows},
        {row.code: row.parent_code for row in areas},
        by_area,
    )


def _up(code: str, parents: Mapping[str, str | None]) -> list[str]:
    """Return a place of a tree and all above it, each once.

    Examples
    --------
    >>> _up("c", {"c": "b", "b": "a", "a": None}), _up("x", {"x": "y", "y": "x"}), _up("lost", {})
    (['c', 'b', 'a'], ['x', 'y'], ['lost'])
    """
    found: list[str] = []
    here: str | None = code
    while here is not None and here not in found:
        found.append(here)
        here = parents.get(here)
    return found
