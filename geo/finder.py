"""The rider's use case: which stations are nearest, and open then.

Distances are geodesic here. By walk or e-bike they are too while a city has no street graph, which the
answer says; times are then estimated from the straight line.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from geo.crs import Crs
from geo.errors import InputError
from geo.model.facilities import FACILITIES
from geo.model.hours import CHINA, OpenState, Reason
from geo.model.place import Point
from geo.model.station import SERVING
from geo.registry.feature import Say, collection, features, positions
from geo.registry.nearest import Hit, Index, nearest
from geo.registry.openings import Minute
from geo.registry.selection import Filter
from geo.registry.snapshot import KINDS, STATUSES, Snapshot, facility_mask

__all__ = [
    "MAX_K",
    "PROFILES",
    "Answer",
    "Found",
    "Question",
    "answer_geojson",
    "check_known",
    "find_nearest",
    "parse_moment",
]


MAX_K = 100
PROFILES = ("line", "walk", "ebike")

# Walking 1.15 m/s (the middle of the usual 1.1-1.2), e-bikes 15 km/h as ridden, and ways 1.3 times the
# straight line where no streets are known.
_SPEED_M_S = {"line": 1.15, "walk": 1.15, "ebike": 15 / 3.6}
_DETOUR = 1.3


@dataclass(frozen=True, kw_only=True)
class Question:
    """What someone asks; checked when made.

    Parameters
    ----------
    point : Point
        WGS-84 degrees.
    k : int
        How many stations, 1 to 100.
    kinds, statuses, facilities : sequence of str
        Codes; no kinds means all kinds, no statuses those one can go to, and every facility must be there.
    open_at : datetime, optional
        Keep what is open then, and after it what is unknown.
    arrival : bool
        ``open_at`` is when one sets out; what counts is when one arrives.
    by : str
        ``line``, ``walk`` or ``ebike``.

    Raises
    ------
    InputError
        Naming the parameter.
    """

    point: Point
    k: int = 5
    kinds: Sequence[str] = ()
    facilities: Sequence[str] = ()
    statuses: Sequence[str] = ()
    open_at: datetime | None = None
    arrival: bool = False
    by: str = "line"

    def __post_init__(self) -> None:
        Point.checked(*self.point)
        if not 1 <= self.k <= MAX_K:
            raise InputError(
                "k 应为 1 到 %(most)s 的整数,现在是 %(value)s", parameter="k", most=MAX_K, value=self.k
            )
        check_known("kind", self.kinds, KINDS)
        check_known("facility", self.facilities, FACILITIES)
        check_known("status", self.statuses, STATUSES)
        check_known("by", [self.by], PROFILES)

    @property
    def filter(self) -> Filter:
        """The question's filter on stations."""
        return Filter(
            kinds=tuple(sorted(set(self.kinds))),
            statuses=tuple(sorted(set(self.statuses or SERVING))),
            facilities=facility_mask(list(self.facilities)),
        )

    @property
    def speed_m_s(self) -> float:
        """How fast the straight line is covered, the detour of real ways taken into account."""
        return _SPEED_M_S[self.by] / _DETOUR


class Found(NamedTuple):
    """One station of an answer, and the minute its open state is of: that of arrival, where it was asked."""

    row: int
    distance_m: float
    duration_s: float | None
    schedule: int
    minute: Minute

    @property
    def state(self) -> OpenState:
        """Whether it is open then."""
        return self.minute.state(self.schedule)


class Answer(NamedTuple):
    """The stations found, nearest first (open ones before unknown ones), and what to know about them."""

    snapshot: Snapshot
    found: list[Found]
    by: str
    notices: list[Reason]


def parse_moment(text: str, *, now: datetime) -> tuple[datetime, bool]:
    """Return the moment a text means and whether it is one of setting out: ``now``, ``arrival`` or ISO 8601.

    A time without an offset is that of Asia/Shanghai.

    Raises
    ------
    InputError
        Anything else.

    Examples
    --------
    >>> parse_moment("2026-10-10T09:00", now=datetime(2026, 1, 1, tzinfo=CHINA))[0].isoformat()
    '2026-10-10T09:00:00+08:00'
    """
    if text in ("now", "arrival"):
        return now, text == "arrival"
    try:
        # In a URL the + of an offset arrives as a space.
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=CHINA)
        if not 1990 <= moment.year <= 2100:
            raise ValueError(text)
    except ValueError:
        raise InputError(
            "open_at 应为 now、arrival 或 2026-10-01T09:00 这样的时间,现在是“%(value)s”",
            parameter="open_at",
            value=text,
        ) from None
    return moment.astimezone(CHINA), False


def find_nearest(index: Index, question: Question, *, now: datetime) -> Answer:
    """Answer a question from a snapshot.

    Parameters
    ----------
    now : datetime
        For the open states shown when the question names no moment.
    """
    hits = nearest(
        index,
        question.point,
        question.k,
        question.filter,
        open_at=question.open_at,
        speed_m_s=question.speed_m_s if question.arrival else None,
    )
    notices = []
    if question.by != "line":
        notices.append(Reason("还没有街道数据:距离是直线距离,时间按直线的 1.3 倍估算", {}))
    elif question.arrival:
        notices.append(Reason("到达时间按步行、直线的 1.3 倍估算"))
    found = _found(index, question, hits, question.open_at or now)
    return Answer(index.snapshot, found, "line", notices)


def answer_geojson(
    answer: Answer,
    *,
    crs: Crs = Crs.WGS84,
    decimals: int = 6,
    stale: bool = False,
    say: Say = str,
) -> bytes:
    """Return an answer as a GeoJSON FeatureCollection, coordinates in degrees of ``crs``, lon lat."""
    snapshot = answer.snapshot
    rows = [item.row for item in answer.found]
    places = positions(snapshot, rows, crs=crs, decimals=decimals)
    first = [
        b'"distance_m":%.2f,"duration_s":%s,"open":%s,'
        % (
            item.distance_m,
            b"null" if item.duration_s is None else b"%.0f" % item.duration_s,
            item.minute.text(item.schedule, say),
        )
        for item in answer.found
    ]
    members = {"by": answer.by, "coordinate_system": crs, "as_of": snapshot.at, "stale": stale}
    return collection(
        features(snapshot, rows, places, first),
        members | {"notices": [say(notice) for notice in answer.notices]},
    )


def _found(index: Index, question: Question, hits: Sequence[Hit], at: datetime) -> list[Found]:
    schedules = index.snapshot.schedule[[hit.row for hit in hits]].tolist()
    minute = index.openings.at(at)
    found = []
    for (row, distance_m), schedule in zip(hits, schedules, strict=True):
        seconds = distance_m / question.speed_m_s
        if question.arrival:
            minute = index.openings.at(at + timedelta(seconds=seconds))
        duration_s = None if question.by == "line" else seconds
        found.append(Found(row, distance_m, duration_s, schedule, minute))
    return found


def check_known(parameter: str, values: Sequence[str], known: Collection[str]) -> None:
    """Let pass what is known.

    Raises
    ------
    InputError
        Naming the parameter, the first value that is not, and those that are.
    """
    for value in values:
        if value not in known:
            raise InputError(
                "%(name)s 没有“%(value)s”这个值,可以是 %(known)s",
                parameter=parameter,
                name=parameter,
                value=value,
                known="、".join(known),
            )
