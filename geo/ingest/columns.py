"""The columns of a station file, made ready once: what each fills, and how its cells are read."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from geo.ingest.cell_dates import read_date
from geo.ingest.cell_numbers import read_number, read_star, read_whole
from geo.ingest.cell_people import read_keeper, read_manager, read_phone
from geo.ingest.cell_words import read_facilities, read_facility, read_mapping, read_type, read_word
from geo.ingest.cells import Reading, clean, read_code, read_list, read_public_text, read_text, read_yes_no
from geo.ingest.headers import Heading, when_of
from geo.ingest.problems import Problem, shown
from geo.model.station import INTERNAL

__all__ = ["APART", "Column", "Columns", "first_filled", "station_columns"]

_HOURS = ("hours_raw", "hours_osm", "season", "is_24h")
APART = frozenset(["name", "ref", "x", "y", "xy", "crs", "entrance_lon", "entrance_lat", "ignored", *_HOURS])
"""Fields that are not read one by one, because they are read together or decide about the row."""

_LARGEST_CACHE = 4096


class Column(NamedTuple):
    """One field's column, and further ones for the same field, used where the first is empty.

    Parameters
    ----------
    field : str
        As `geo.ingest.headers.Heading.field`.
    label : str
        The header cell, for messages.
    internal : bool
        Its cells may not be repeated to anyone.
    into : str or None
        The field, a mapping, into which what is read is merged.
    cache : dict or None
        Readings by cell, for columns whose cells repeat.
    """

    index: int
    others: tuple[int, ...]
    field: str
    label: str
    read: Callable[[str], Reading]
    internal: bool
    into: str | None
    cache: dict[str, Reading] | None

    def take(self, cells: Sequence[str], values: dict[str, Any]) -> tuple[str, str] | None:
        """Write what the row says into `values`; return the cell and the doubt about it, if any."""
        text = cells[self.index]
        if not text or text.isspace():
            text = first_filled(cells, self.others)
            if not text:
                return None
        value, doubt = self._reading(text)
        if value is not None:
            if self.into is not None:
                values.setdefault(self.into, {}).update(value)
            elif self.cache is not None:
                values.update(value)
            else:
                values[self.field] = value
        return (text, doubt) if doubt else None

    def _reading(self, text: str) -> Reading:
        if self.cache is None:
            return self.read(text)
        reading = self.cache.get(text)
        if reading is None:
            if len(self.cache) >= _LARGEST_CACHE:
                self.cache.clear()
            reading = self.cache[text] = self.read(text)
        return reading


class Columns(NamedTuple):
    """The columns read one by one; where the fields read together stand; and remarks on the header."""

    single: list[Column]
    apart: Mapping[str, tuple[int, ...]]
    notes: list[Problem]


def first_filled(cells: Sequence[str], indices: Sequence[int]) -> str:
    """Return the first cell that holds more than spaces, or an empty text.

    Examples
    --------
    >>> first_filled(["", " ", "甲"], (0, 1, 2)), first_filled([], ())
    ('甲', '')
    """
    for index in indices:
        if cells[index].strip():
            return cells[index]
    return ""


def station_columns(header: list[str], headings: list[Heading | None]) -> Columns:
    """Make the columns of a station file ready.

    Parameters
    ----------
    header, headings : list
        The header cells and what they mean.
    """
    places: dict[str, list[int]] = {}
    for index, heading in enumerate(headings):
        if heading:
            places.setdefault(heading.field, []).append(index)
    single = [
        _column(header, headings[indices[0]], indices)
        for field, indices in places.items()
        if field not in APART
    ]
    # A list comes before the columns that speak of one facility, which know better.
    single.sort(key=lambda column: column.field.startswith("yes:"))
    apart = {field: tuple(indices) for field, indices in places.items() if field in APART}
    return Columns(single, apart, _notes(header, headings, places))


def _column(header: list[str], heading: Heading, indices: list[int]) -> Column:
    field, _, detail = heading.field.partition(":")
    read, into = _reader(field, detail, heading.factor)
    cached = field not in _LONG_TEXTS
    if cached and field not in _SPREAD and into is None:
        read = partial(_named, field, read)
    return Column(
        index=indices[0],
        others=tuple(indices[1:]),
        field=heading.field,
        label=clean(header[indices[0]]),
        read=read,
        internal=field in INTERNAL or field == "manager",
        into=into,
        cache={} if cached else None,
    )


def _reader(field: str, detail: str, factor: float) -> tuple[Callable[[str], Reading], str | None]:
    if field in ("facilities", "services"):
        return read_facilities, "facilities"
    if field == "yes":
        return partial(read_facility, detail), "facilities"
    if field.startswith("map_ids."):
        return partial(_named, field.removeprefix("map_ids."), read_code), "map_ids"
    if field in ("kind", "status", "build_type", "host_type", "access_who", "access_how"):
        return partial(read_word, field), None
    if field in ("grant_yuan", "invested_yuan"):
        return partial(read_number, factor=factor), None
    return _READERS.get(field, read_text if field in INTERNAL else read_public_text), None


def _named(field: str, read: Callable[[str], Reading], text: str) -> Reading:
    value, doubt = read(text)
    return Reading(None if value is None else {field: value}, doubt)


def _truth(text: str) -> Reading:
    answer, doubt = read_yes_no(text)
    return Reading(None if answer is None else answer == "yes", doubt)


_READERS: dict[str, Callable[[str], Reading]] = {
    "aliases": read_list,
    "area_code": read_code,
    "area_m2": read_number,
    "built_on": read_date,
    "capacity": read_whole,
    "checklist": partial(read_mapping, answers=frozenset(["pass", "fail"])),
    "floor": read_code,
    "honours": read_list,
    "hours_makeup": _truth,
    "keeper_name": read_keeper,
    "keeper_phone": read_phone,
    "manager": read_manager,
    "map_ids": read_mapping,
    "opened_on": read_date,
    "public_phone": read_phone,
    "star": read_star,
    "type": read_type,
    "unit_code": read_code,
    "verified_on": read_date,
}
# Their reading is a mapping of fields.
_SPREAD = frozenset(["keeper_name", "manager", "type"])
# Hardly two rows have the same: to remember them is waste.
_LONG_TEXTS = frozenset(
    ["address", "aliases", "entrance_note", "keeper_phone", "public_phone", "remarks", "signboard_name"]
)
# Several columns may each say a part.
_MERGED = frozenset(["facilities", "services", "ignored", "x", "y", "xy"])


def _notes(header: list[str], headings: list[Heading | None], places: dict[str, list[int]]) -> list[Problem]:
    notes = []
    unknown = [shown(cell) for cell, heading in zip(header, headings, strict=True) if not heading]
    if unknown := [cell for cell in unknown if cell]:
        listed = "、".join(cell[:30] for cell in unknown[:20])
        notes.append(Problem(None, None, None, "note", f"这些列不认识,没有导入:{listed}"))
    for field, indices in places.items():
        seasonal = field == "hours_raw" and any(when_of(header[index]) for index in indices)
        if len(indices) > 1 and field not in _MERGED and not seasonal:
            labels = "、".join(f"“{clean(header[index])}”" for index in indices)
            reason = f"{labels} 说的是同一项,每行取第一个不空的"
            notes.append(Problem(None, clean(header[indices[0]]), None, "note", reason))
    return notes
