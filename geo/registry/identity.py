"""Which station of the registry a row of a file is."""

from collections.abc import Container, Mapping
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from geo.db.tables import station
from geo.ingest.problems import Problem
from geo.registry.rows import name_ref

__all__ = ["Identities", "Match"]


class Match(NamedTuple):
    """The station a row is: its id, or None for a new one, and its identity within the source."""

    id: int | None
    source_ref: str


class Identities:
    """Every identity in the registry, and which of them the file at hand has used.

    A row is the station of its number within the source; else of its code; a row without a number is the
    station that the source has named so before, else the one of its normalised name and district.
    """

    def __init__(self, session: Session, source: str) -> None:
        self._ids_of_code: dict[str, int | None] = {}
        self._ids_of_ref: dict[str, int] = {}
        self._ids_of_name: dict[str, list[int]] = {}
        self._of_source: set[int] = set()
        self._held: dict[int, tuple[str, str]] = {}
        self._rows_of: dict[int | str, int] = {}
        columns = (station.c.id, station.c.code, station.c.source, station.c.source_ref, station.c.name_ref)
        for id_, code, held_source, ref, name in session.execute(select(*columns)):
            self._ids_of_code[code] = id_
            self._held[id_] = code, held_source
            self._ids_of_name.setdefault(name, []).append(id_)
            if held_source == source:
                self._ids_of_ref[ref] = id_
                self._of_source.add(id_)

    def match(self, ref: str | None, row: Mapping[str, Any]) -> Match | Problem:
        """Return the station the row is, or why that cannot be told (its row number left 0)."""
        if ref:
            source_ref = f"id:{ref}"
            return Match(self._ids_of_ref.get(source_ref, self._ids_of_code.get(ref)), source_ref)
        name = name_ref(row)
        source_ref = f"name:{name}"
        if source_ref in self._ids_of_ref:
            return Match(self._ids_of_ref[source_ref], source_ref)
        ids = self._ids_of_name.get(name, [])
        if len(ids) > 1:
            ids = [id_ for id_ in ids if id_ in self._of_source]
            if len(ids) != 1:
                reason = "登记册里有几个同名同区县的站点,不知道是哪一个;请在文件里加一列“编号”"
                return Problem(0, "站点名称", row["name"], "refused", reason)
        return Match(ids[0] if ids else None, source_ref)

    def namesake(self, row: Mapping[str, Any]) -> tuple[str, str] | None:
        """Return code and source of a station held under the row's name and district, if there is one."""
        ids = self._ids_of_name.get(name_ref(row)) if self._ids_of_name else None
        return self._held[ids[0]] if ids else None

    def taken(self, match: Match, row: int) -> int | None:
        """Return the earlier row of this file that is the same station, or note this one and return None."""
        key = match.source_ref if match.id is None else match.id
        first = self._rows_of.setdefault(key, row)
        return None if first == row else first

    def take_code(self, code: str) -> bool:
        """Claim a code for a new station; False when it is another's."""
        if code in self._ids_of_code:
            return False
        self._ids_of_code[code] = None
        return True

    def missing(self, session: Session, among: Container[int] | None = None) -> list[str]:
        """Return "code name" of the stations of this source, not closed, that no row was.

        ``among``: only of these.
        """
        ids = self._of_source.difference(self._rows_of)
        if among is not None:
            ids = {id_ for id_ in ids if id_ in among}
        columns = (station.c.id, station.c.code, station.c.name)
        found = session.execute(select(*columns).where(station.c.status != "closed").order_by(station.c.code))
        return [f"{code} {name}" for id_, code, name in found if id_ in ids] if ids else []
