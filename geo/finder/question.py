"""What someone asks, checked when it is made."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from geo.errors import InputError
from geo.model.facilities import FACILITIES
from geo.model.hours import CHINA
from geo.model.place import Point
from geo.model.station import SERVING
from geo.model.streets import STREET_PROFILES
from geo.registry.selection import Filter
from geo.registry.snapshot import KINDS, STATUSES, facility_mask

__all__ = ["DETOUR", "MAX_K", "PROFILES", "Question", "check_known", "line_speed_m_s", "parse_moment"]

MAX_K = 100
PROFILES = ("line", *STREET_PROFILES)

DETOUR = 1.3
"""How many times the straight line ways are, where no streets are known."""

# Walking 1.15 m/s (the middle of the usual 1.1-1.2), e-bikes 15 km/h as ridden.
_SPEED_M_S = {"line": 1.15, "walk": 1.15, "ebike": 15 / 3.6}


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
    all_day : bool
        Of what is open at ``open_at``, not on arrival, keep only what is open round the clock.
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
    all_day: bool = False
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


def line_speed_m_s(by: str) -> float:
    """Return how fast the straight line is covered, the detour of real ways taken into account."""
    return _SPEED_M_S[by] / DETOUR


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
