"""The registry in memory: immutable columns, one row a station, ordered by code.

Row numbers stand for stations everywhere in a snapshot; as rows are ordered by code, a tie in distance
broken by row number is broken by code.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.errors import NotFoundError
from geo.model.facilities import FACILITIES
from geo.model.facts import Fact
from geo.model.holidays import Calendar
from geo.model.place import Point
from geo.model.station import Kind, Status
from geo.registry.streets import StreetSet

__all__ = ["KINDS", "STATUSES", "Landmark", "Schedule", "Snapshot", "ecef", "ecef_of", "facility_mask"]

KINDS = tuple(Kind)
STATUSES = tuple(Status)
_BITS = {code: 1 << bit for bit, code in enumerate(FACILITIES)}

# WGS-84 (NIMA TR8350.2): semi-major axis in metres, first eccentricity squared.
_A_M = 6378137.0
_E2 = 6.69437999014132e-3


class Schedule(NamedTuple):
    """Everything a station's open state depends on; most stations share a few, of those without facts."""

    status: str
    osm: str | None
    makeup: bool
    facts: tuple[Fact, ...] = ()


class Landmark(NamedTuple):
    """A place people name, in WGS-84 degrees."""

    name: str
    aliases: tuple[str, ...]
    category: str | None
    lon: float
    lat: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Snapshot:
    """One state of the registry.

    Attributes
    ----------
    revision, at
        Which state of the database this is, and when that was made (UTC).
    codes : (n,) bytes
    lon, lat : (n,) float64, WGS-84 degrees
    kind, status : (n,) uint8, places in `KINDS` and `STATUSES`
    facilities : (n,) uint64, a bit for each facility that is there for certain
    schedule, area : (n,) int32, places in `schedules` and `areas` (-1: none)
    updated_s : (n,) int64, when each was last changed: seconds since 1970 (UTC)
    docs, shared, doc_places : bytes, tuple of bytes, (n, 4) int64
        Every station's public properties as JSON. A row of ``doc_places`` is where its document begins in
        ``docs``, where it is cut, where it ends, and what goes into the cut: the number of a part that
        stations share word for word, in ``shared``.
    areas
        Code, name, level, parent_code and centre (lon, lat of a point within, or None).
    search, search_start : bytes, (n,) int64
        One lower-case line a station: code, names, address; ordered as the rows.
    streets
        The registered street sets, ordered by name.
    door_row, door_lon, door_lat : (e,) int32, float64, float64
        The entrances that differ from their stations' places, by row: WGS-84 degrees.
    facts : mapping of int to tuple of Fact
        What holds of some rows for a time, or is announced: laid over by `geo.registry.overlay`.
    told : mapping of int to mapping
        The same as the API tells it, of rows that there is something to tell of.
    live_tag : str
        Another with every other facts; empty without any.
    under : Snapshot or None
        What the facts are laid over.
    """

    revision: int
    at: str
    codes: NDArray[np.bytes_]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    kind: NDArray[np.uint8]
    status: NDArray[np.uint8]
    facilities: NDArray[np.uint64]
    schedule: NDArray[np.int32]
    area: NDArray[np.int32]
    updated_s: NDArray[np.int64]
    docs: bytes
    shared: tuple[bytes, ...]
    doc_places: NDArray[np.int64]
    search: bytes
    search_start: NDArray[np.int64]
    schedules: tuple[Schedule, ...]
    areas: tuple[Mapping[str, Any], ...]
    landmarks: tuple[Landmark, ...]
    holidays: tuple[str, ...]
    calendar: Calendar
    streets: tuple[StreetSet, ...]
    door_row: NDArray[np.int32]
    door_lon: NDArray[np.float64]
    door_lat: NDArray[np.float64]
    facts: Mapping[int, tuple[Fact, ...]] = field(default_factory=dict)
    told: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    live_tag: str = ""
    under: "Snapshot | None" = None

    def __len__(self) -> int:
        return len(self.codes)

    def doc(self, row: int) -> bytes:
        """Return the public properties of a row as a JSON object."""
        start, cut, end, number = self.doc_places[row].tolist()
        return self.docs[start:cut] + self.shared[number] + self.docs[cut:end]

    @property
    def bare(self) -> "Snapshot":
        """This state of the registry without facts: what is made from all else is kept under it."""
        return self.under or self

    @property
    def xyz(self) -> NDArray[np.float64]:
        """The stations' WGS-84 geocentric positions: (n, 3) float64, metres; computed when asked for."""
        return ecef(self.lon, self.lat)

    def doors(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return lon, lat of every station's entrance, of its place where no entrance is known."""
        lon, lat = self.lon.copy(), self.lat.copy()
        lon[self.door_row], lat[self.door_row] = self.door_lon, self.door_lat
        return lon, lat

    def door(self, row: int) -> Point:
        """Return the entrance of one station, its place where no entrance is known; WGS-84 degrees."""
        at = int(np.searchsorted(self.door_row, row))
        if at < len(self.door_row) and self.door_row[at] == row:
            return Point(float(self.door_lon[at]), float(self.door_lat[at]))
        return Point(float(self.lon[row]), float(self.lat[row]))

    def row(self, code: str) -> int:
        """Return the row of a code.

        Raises
        ------
        NotFoundError
            No station has it.
        """
        key = code.upper().encode()
        row = int(np.searchsorted(self.codes, key))
        if row == len(self) or self.codes[row] != key:
            raise NotFoundError("没有编号为 %(code)s 的站点", code=code)
        return row


def facility_mask(codes: Mapping[str, str] | list[str] | tuple[str, ...]) -> int:
    """Return the bits of some facilities; of a mapping, of those that say yes.

    Examples
    --------
    >>> facility_mask({"toilet": "no"}), facility_mask([])
    (0, 0)
    >>> facility_mask({"toilet": "yes"}) == facility_mask(["toilet"])
    True
    """
    if isinstance(codes, Mapping):
        codes = [code for code, answer in codes.items() if answer == "yes"]
    mask = 0
    for code in codes:
        mask |= _BITS.get(code, 0)
    return mask


def ecef(lon: Any, lat: Any) -> NDArray[np.float64]:
    """Return geocentric coordinates on the WGS-84 ellipsoid.

    Parameters
    ----------
    lon, lat : float or (n,) float64
        Degrees.

    Returns
    -------
    (3,) or (n, 3) float64
        Metres. The chord between two of them is never longer than their geodesic.

    Examples
    --------
    >>> ecef(0.0, 0.0).tolist()
    [6378137.0, 0.0, 0.0]
    >>> ecef([], []).shape
    (0, 3)
    """
    lon, lat = np.radians(lon), np.radians(lat)
    sin, cos = np.sin(lat), np.cos(lat)
    normal = _A_M / np.sqrt(1.0 - _E2 * sin * sin)
    return np.stack(
        [normal * cos * np.cos(lon), normal * cos * np.sin(lon), normal * (1.0 - _E2) * sin], axis=-1
    )


def ecef_of(point: Point) -> tuple[float, float, float]:
    """Return the geocentric coordinates of one point, in metres; as `ecef`, without numpy's start-up cost.

    Examples
    --------
    >>> ecef_of(Point(lon=0.0, lat=0.0))
    (6378137.0, 0.0, 0.0)
    """
    lon, lat = math.radians(point.lon), math.radians(point.lat)
    sin, cos = math.sin(lat), math.cos(lat)
    normal = _A_M / math.sqrt(1.0 - _E2 * sin * sin)
    return normal * cos * math.cos(lon), normal * cos * math.sin(lon), normal * (1.0 - _E2) * sin
