"""The duty of public venues to have a nursing room: which must, which do (应配已配率)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.model.hours import Reason
from geo.model.ledger import Line, Sheet
from geo.model.names import normalise_name
from geo.model.station import Kind
from geo.model.venues import Venue, is_due, rule_for
from geo.network.cover_line import line_pairs
from geo.registry.areas import AreaIndex

__all__ = ["HAS_WITHIN_M", "Duty", "duties_of", "venue_sheets"]

HAS_WITHIN_M = 50.0
"""A nursing room so near a venue's position is taken for its own."""

_COLUMNS = (Reason("应配"), Reason("应配已配"), Reason("应配未配"), Reason("面积或客流不明"))
_GROUP = "母婴室应配"
_RULE = Reason(
    "建筑面积超过 1 万平方米或日客流量超过 1 万人的公共场所应配母婴室(国卫指导发〔2016〕63号),"
    "北京、重庆等地从 5000 算起;50 米内有开放或试运行的母婴室,或母婴室的依托单位就是它,算已配"
)


class Duty(NamedTuple):
    """A venue, whether it must have a nursing room (None: not known), whether it has, and its district."""

    venue: Venue
    due: bool | None
    has: bool
    district: str | None


def duties_of(venues: Sequence[Venue], serving: Iterable[Mapping[str, Any]], areas: AreaIndex) -> list[Duty]:
    """Return what each venue must have and has.

    Parameters
    ----------
    serving : iterable of mapping
        The stations one can go to.
    """
    rooms = [row for row in serving if row["kind"] == Kind.NURSING_ROOM]
    hosts = {normalise_name(row["host_name"]) for row in rooms if row["host_name"]}
    near, districts = _near(venues, rooms), _districts(venues, areas)
    return [
        Duty(
            venue,
            is_due(rule_for(venue.rule, district), venue.area_m2, venue.visitors),
            beside or normalise_name(venue.name) in hosts,
            district,
        )
        for venue, beside, district in zip(venues, near, districts, strict=True)
    ]


def venue_sheets(duties: Sequence[Duty], areas: AreaIndex) -> list[Sheet]:
    """Return the sheets of venues in all, by type and by district; codes are their rows in the file."""
    whole = [_line("venue", Reason("全部场所"), duties)]
    types = _grouped(duties, lambda duty: duty.venue.type)
    whole += [_line(f"venue.type.{key}", key or Reason("没有填"), types[key]) for key in sorted(types)]
    districts = _grouped(duties, lambda duty: duty.district)
    below = [
        _line(f"venue.area.{code}", areas.names.get(code) or Reason("区划以外"), districts[code])
        for code in sorted(districts)
    ]
    return [
        Sheet("venue.type", _GROUP, Reason("各类场所"), _RULE, _COLUMNS, whole, "venues", named=2),
        Sheet("venue.area", _GROUP, Reason("各区县的场所"), _RULE, _COLUMNS, below, "venues", named=2),
    ]


def _near(venues: Sequence[Venue], rooms: Sequence[Mapping[str, Any]]) -> list[bool]:
    placed, lon, lat = _placed(venues)
    at_lon, at_lat = ([row[axis] for row in rooms] for axis in ("lon", "lat"))
    pairs = line_pairs(lon, lat, at_lon, at_lat, limit_m=HAS_WITHIN_M)
    near = np.zeros(len(venues), bool)
    near[placed] = np.diff(pairs.start) > 0
    return near.tolist()


def _placed(venues: Sequence[Venue]) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the numbers of the venues that have a position, and lon, lat of those."""
    lon, lat = (np.array(column, float) for column in ([v.lon for v in venues], [v.lat for v in venues]))
    placed = np.flatnonzero(~np.isnan(lon))
    return placed, lon[placed], lat[placed]


def _districts(venues: Sequence[Venue], areas: AreaIndex) -> list[str | None]:
    """Return the district each venue lies in, None where no district or no position is known."""
    codes = [code for code, level in areas.levels.items() if level == "district" and code in areas.shapes]
    found: list[str | None] = [None] * len(venues)
    placed, lon, lat = _placed(venues)
    for code in sorted(codes, reverse=True):
        for number in placed[areas.inside(code, lon, lat)].tolist():
            found[number] = code
    return found


def _grouped(duties: Sequence[Duty], by: Callable[[Duty], str | None]) -> dict[str, list[Duty]]:
    groups: dict[str, list[Duty]] = defaultdict(list)
    for duty in duties:
        groups[by(duty) or ""].append(duty)
    return groups


def _line(key: str, name: Reason | str, duties: Sequence[Duty]) -> Line:
    due = [duty for duty in duties if duty.due]
    parts = (
        due,
        [duty for duty in due if duty.has],
        [duty for duty in due if not duty.has],
        [duty for duty in duties if duty.due is None],
    )
    cells = tuple(tuple(str(duty.venue.row) for duty in part) for part in parts)
    return Line(key, name, cells, (len(duties), len(due), len(due), len(duties)))
