"""A study of coverage: what was asked, and what was found.

A study is one JSON document, kept in the registry, from which pages, tables and reports are made. Its numbers
are never rounded; `None` stands for what is not known or was not asked.
"""

from typing import Literal, NamedTuple, NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from geo.model.hours import Reason as Sentence
from geo.model.plan import Plan, Site

__all__ = [
    "REASONS",
    "REMEDIES",
    "AreaShare",
    "Asked",
    "Distances",
    "Finding",
    "Gap",
    "Places",
    "Reason",
    "Remedy",
    "Said",
    "Source",
    "Study",
    "Totals",
    "Upgrade",
    "said",
]

Reason = Literal["off_network", "hours_unknown", "closed_then", "barrier", "just_beyond", "none_near"]
REASONS: tuple[Reason, ...] = (
    "off_network", "hours_unknown", "closed_then", "barrier", "just_beyond", "none_near",
)  # fmt: skip
"""Why demand is not covered; of several that hold the first is said.

``off_network``: no street is near enough to the demand. ``hours_unknown``: a station lies within the limit,
of which it is not known whether it is open at that hour. ``closed_then``: one lies within the limit, but is
closed at that hour. ``barrier``: one lies within the limit as the crow flies, and the way along streets is at
least twice as long as the line, in metres as in seconds. ``just_beyond``: the nearest is at most a quarter
farther than the limit. ``none_near``: none of these.
"""

Remedy = Literal["streets", "register", "hours", "crossing", "station"]
REMEDIES: dict[Reason, Remedy] = {
    "off_network": "streets",
    "hours_unknown": "register",
    "closed_then": "hours",
    "barrier": "crossing",
    "just_beyond": "station",
    "none_near": "station",
}
"""The cheapest kind of remedy for each reason: check the map's streets or positions, register the hours, open
longer, a gate, bridge or crossing, a new station."""


class Asked(TypedDict):
    """The question of a study; see `geo.planner.question.Ask`, which checks it.

    ``demand`` and ``weight`` name a loaded demand and a column of it; ``area`` is an area's code, None for
    all; ``limit`` is in metres, or seconds where ``measure`` is ``seconds``; ``at`` is ``HH:MM`` (an
    ordinary Wednesday), ISO text with offset, or None: hours not used. ``site`` asks where new stations
    should go, too.
    """

    title: str
    demand: str
    weight: str
    area: str | None
    kinds: list[str]
    facilities: list[str]
    statuses: list[str]
    by: Literal["line", "walk", "ebike"]
    limit: float
    measure: Literal["metres", "seconds"]
    at: str | None
    site: NotRequired[Site]


class Totals(TypedDict):
    """Weights covered, of one way of measuring.

    ``covered`` is by stations open then for certain, ``unknown`` what only stations of unknown hours would
    cover besides, ``backup`` what two or more open stations cover, ``off_network`` what no street is near
    enough to. ``share`` is covered / weight, None without weight; ``share_low`` and ``share_high`` are the
    shares at a limit a tenth smaller and greater (walking speeds differ by as much). ``points`` and
    ``stations`` are counts; of stations those in the area asked, all where none is.
    """

    weight: float
    covered: float
    share: float | None
    share_low: float | None
    share_high: float | None
    unknown: float
    backup: float
    off_network: float
    points: int
    stations: int


class AreaShare(TypedDict):
    """Coverage of one area: the demand within it, whatever area the stations are in.

    ``code`` is None for demand outside all areas of the level; ``stations`` counts those of the question
    standing there, within the area asked.
    """

    code: str | None
    name: str
    level: str | None
    weight: float
    covered: float
    share: float | None
    backup: float
    stations: int


class Distances(TypedDict):
    """How far it is to the nearest open station, in metres or seconds as the question measures.

    ``weight[i]`` lies above ``edges[i - 1]`` up to ``edges[i]`` inclusive; one more entry is for what is
    farther than the last edge, one more for what reaches no station at all. ``median`` and ``p90`` are
    weighted quantiles of all demand, None where they fall on what reaches none.
    """

    edges: list[float]
    weight: list[float]
    median: float | None
    p90: float | None


class Gap(TypedDict):
    """A place whose demand is not covered, such as one new station could serve; gaps share no demand.

    ``lon``, ``lat`` (WGS-84 degrees) are the demand point from which the most of it lies within the limit;
    ``outline`` is a ring of lon, lat around its demand, for drawing. ``reasons`` are weights by reason,
    ``reason`` the heaviest. ``nearest`` is the code of the nearest open station from that point, ``cost``
    (metres or seconds) how far it is, ``beyond`` by how much the limit is exceeded, ``line_m`` the straight
    line to it; None where there is none. ``closed`` names stations within the limit that are closed then,
    ``unknown`` those of which it is not known; studies kept before it was told have none.
    """

    rank: int
    name: str
    area: str | None
    lon: float
    lat: float
    weight: float
    points: int
    reason: Reason
    reasons: dict[Reason, float]
    remedy: Remedy
    nearest: str | None
    nearest_name: str | None
    cost: float | None
    beyond: float | None
    line_m: float | None
    closed: list[str]
    unknown: NotRequired[list[str]]
    outline: list[tuple[float, float]]


class Upgrade(TypedDict):
    """A station and the weight times hours of a week that it would add if it never closed.

    ``gain_share`` is that gain as a part of all weight times 168 hours.
    """

    code: str
    name: str
    gain: float
    gain_share: float


class Said(TypedDict):
    """A Chinese sentence with ``%(name)s`` where a value belongs, which is also its translation key."""

    message: str
    params: dict[str, str]


def said(reason: Sentence) -> Said:
    """Return a sentence as a study keeps it.

    Examples
    --------
    >>> said(Sentence("离任何街道超过 %(limit)s 米", {"limit": 300}))
    {'message': '离任何街道超过 %(limit)s 米', 'params': {'limit': '300'}}
    """
    return Said(message=reason.message, params={name: str(value) for name, value in reason.params.items()})


class Finding(TypedDict):
    """Something about the registry's data that the figures depend on, and its effect on them.

    ``effect`` is by how much the share would change (new minus old, 0.01 is a point of a hundred): of
    ``hours_unknown`` if the stations were open then, of ``duplicate`` if all but the first were left out,
    else if the stations were left out; None where that was not computed.
    """

    rule: Literal["duplicate", "off_network", "outside_area", "hours_unknown", "other_datum"]
    codes: list[str]
    names: list[str]
    detail: Said
    effect: float | None


class Source(TypedDict):
    """Data a study stands on: ``streets``, ``demand`` or ``registry``; moments are ISO texts or None."""

    what: Literal["streets", "demand", "registry"]
    name: str
    attribution: str | None
    data_at: str | None
    loaded_at: str | None


class Study(TypedDict):
    """What a study found.

    ``around`` counts the question's stations outside the area asked that demand in it has within the limit;
    studies kept before it was told have none. ``by_line`` are the totals of the same limit as the crow flies,
    None where the question is by line. ``week`` are shares covered for 7 days from Monday by 24 hours, of an
    ordinary week. ``days`` are the dates they were taken from. ``assumptions`` are shown with every figure.
    """

    id: str
    made_at: str
    revision: int
    asked: Asked
    area_name: str | None
    sources: list[Source]
    totals: Totals
    around: NotRequired[int]
    by_line: Totals | None
    areas: list[AreaShare]
    distances: Distances
    week: list[list[float | None]] | None
    days: list[str] | None
    gaps: list[Gap]
    gaps_left: float
    upgrades: list[Upgrade]
    findings: list[Finding]
    assumptions: list[Said]
    plan: NotRequired[Plan]


class Places(NamedTuple):
    """The demand of a study point by point: too much for its document, kept beside it for maps and layers.

    Attributes
    ----------
    lon, lat : (d,) float64
        WGS-84 degrees.
    weight : (d,) float64
    cost : (d,) float64
        Metres or seconds to the nearest open station; inf where none is reached.
    station : (d,) int32
        Which of ``codes`` that is, -1 for none.
    covered : (d,) bool
    gap : (d,) int32
        Rank of the gap the point belongs to, 0 for none.
    codes : (p,) str
        Codes of the question's stations.
    state : (p,) uint8
        At the hour asked: 0 open (or hours not used), 1 unknown, 2 closed.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    weight: NDArray[np.float64]
    cost: NDArray[np.float64]
    station: NDArray[np.int32]
    covered: NDArray[np.bool_]
    gap: NDArray[np.int32]
    codes: NDArray[np.str_]
    state: NDArray[np.uint8]
