"""A plan: what was asked about new stations, and what was found, as one JSON document.

It is part of a study, or stands alone where costs were given instead of streets. Numbers are never rounded;
`None` stands for what is not known or was not asked.
"""

from typing import Literal, NotRequired, TypedDict

__all__ = [
    "Alternative",
    "Chosen",
    "CurvePoint",
    "Fairness",
    "KindPart",
    "Phase",
    "Plan",
    "Site",
    "Together",
]


class Together(TypedDict):
    """A kind of station that shares buildings: the column of its demand, and what it costs in a building."""

    kind: str
    weight: str
    cost: float


class Site(TypedDict):
    """The question; see `geo.planner.site_question.SiteAsk`, which checks it.

    ``candidates`` is ``corners`` (every street corner near demand), ``demand`` (the demand's own places) or
    ``set:`` and the name of a loaded set. ``p`` counts new stations; None where a budget alone limits them,
    and no rule with ``all``, which opens as few as can be. ``existing`` says whether stations that stand
    stay, are left out, or may be closed at ``close_cost``; ``planned`` whether those planned or being built
    count as standing. ``moves`` is how many may be closed with one more new station each. ``per_area`` is
    how many stations every district must have at least, ``spacing`` how many metres stations must be apart
    at least, by straight line. ``upgrades`` is how many existing ones may be made to open all day; hours then
    count (``all_day``: new ones are open all day). ``capacity`` is the weight every station can serve, or
    ``own``: what each candidate says of itself. ``must`` and ``never`` are codes of candidates. ``together``
    are kinds of stations that share new buildings, none where kinds are not told apart: ``p`` then counts
    buildings, and candidates' prices are theirs.
    """

    objective: Literal["cover", "all", "distance", "farthest"]
    p: int | None
    candidates: str
    existing: Literal["fixed", "none", "closable"]
    planned: bool
    budget: float | None
    close_cost: float
    moves: int
    capacity: float | Literal["own"] | None
    backup: int
    per_area: int
    spacing: float
    all_day: bool
    upgrades: int
    must: list[str]
    never: list[str]
    curve: int
    phases: list[int]
    pool: int
    fairness: bool
    together: list[Together]
    seconds: float
    iterations: int
    seed: int


class Chosen(TypedDict):
    """One place of a plan.

    ``what`` is ``new``, ``upgrade`` (of an existing one) or ``closed`` (an existing one given up). ``gain``
    is by how much the value would be worse without it alone (``cover``: weight), of one closed by how much
    it would be better with it; None where without it somebody has nowhere to go. ``serves`` is the weight
    whose nearest or only station it is. ``need`` says whether every plan within half a percent of the best
    has it: ``must`` (proven), ``usual`` (all that were found) or ``free``; None where that was not asked.
    ``price`` is None where it is not known. ``kinds`` are those that a building shared by several holds.
    """

    code: str
    name: str
    what: Literal["new", "upgrade", "closed"]
    lon: float | None
    lat: float | None
    area: str | None
    price: float | None
    gain: float | None
    serves: float
    need: Literal["must", "usual", "free"] | None
    kinds: NotRequired[list[str]]


class CurvePoint(TypedDict):
    """The best found and the bound for a number of new stations.

    ``gain`` is what the last one of them adds, None where there is no value without it; ``price`` what all
    of them cost, None where that is not known.
    """

    p: int
    value: float
    bound: float
    gain: float | None
    price: float | None


class Phase(TypedDict):
    """One phase of a build order: the codes it adds, what is reached with all up to it, and at best without
    having to keep earlier phases; ``loss`` is the difference, what the order costs."""

    p: int
    codes: list[str]
    value: float
    best: float
    bound: float
    loss: float


class Alternative(TypedDict):
    """Another plan that is nearly as good; ``differs`` counts the places that the best one does not have."""

    codes: list[str]
    value: float
    loss: float
    differs: int


class Fairness(TypedDict):
    """Two plans side by side: the best one and the one whose worst district is best.

    Of each: codes, value, share of the worst district and its name, Gini coefficient of the districts' shares
    (by weight). ``bound`` is the best share that the worst district of any plan can have.
    """

    codes: list[str]
    value: float
    worst: float
    worst_name: str
    gini: float
    fair_codes: list[str]
    fair_value: float
    fair_worst: float
    fair_worst_name: str
    fair_gini: float
    bound: float


class KindPart(TypedDict):
    """Of kinds that share buildings one: its weight, what is covered of it now and then, and how many of the
    new buildings hold it."""

    kind: str
    weight: str
    whole: float
    before: float
    value: float
    buildings: int


class Plan(TypedDict):
    """What was found.

    ``value``, ``bound`` and ``certified_bound`` are in the objective's unit: weight, stations, weight times
    metres (or seconds), metres (or seconds). ``bound`` is the solver's word, ``certified_bound`` what the
    plan's file proves by itself. ``gap`` is their distance from the value as a part of it (of ``bound``);
    ``proven`` that it is 0 but for rounding. ``before`` is the value without anything new (None where there
    is no such value); ``whole`` the weight asked about; ``coverable`` the weight that some candidate or
    existing station can serve. ``candidates`` counts those that could be chosen. ``trace`` are seconds,
    value, bound as the solver went on; value None before there was any. ``counted`` is how many existing
    stations stay. ``names`` says what the places are called that are told of by their codes, where they
    are called anything; plans kept before it was told have none. ``kinds`` tells kinds apart that share
    buildings; the plan's own figures are their sums.
    """

    site: Site
    p: int
    chosen: list[Chosen]
    value: float
    bound: float
    certified_bound: float | None
    gap: float
    proven: bool
    seconds: float
    before: float | None
    whole: float
    coverable: float
    candidates: int
    counted: int
    trace: list[tuple[float, float | None, float | None]]
    curve: list[CurvePoint] | None
    phases: list[Phase] | None
    pool: list[Alternative] | None
    fairness: Fairness | None
    names: NotRequired[dict[str, str]]
    kinds: NotRequired[list[KindPart]]
    certificate: NotRequired[str]
