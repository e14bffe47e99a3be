"""Two studies side by side: what was asked differently, and what came out differently."""

from collections.abc import Mapping, Sequence
from math import cos, hypot, isclose, radians
from typing import Any, Literal, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.model.hours import Reason
from geo.model.plan import Chosen, Plan
from geo.model.study import AreaShare, Gap, Source, Study

__all__ = ["AreaChange", "Change", "Comparison", "GapChange", "PlanChange", "compare"]

# Two outlines are of one place where they share this much of the smaller one.
_SHARED = 0.5
# About 50 m: what stands for the surroundings of places without an extent.
_AROUND_DEG = 0.0005
_SAME = 1e-9
_FIGURES = (
    "share", "share_low", "share_high", "weight", "covered", "backup", "unknown", "off_network", "points",
    "stations",
)  # fmt: skip


class Change(NamedTuple):
    """A figure of two studies; None where a study has none."""

    one: float | None
    other: float | None

    @property
    def difference(self) -> float | None:
        """By how much the other is greater.

        Examples
        --------
        >>> Change(0.5, 0.75).difference, Change(None, 1.0).difference
        (0.25, None)
        """
        return None if self.one is None or self.other is None else self.other - self.one


class AreaChange(NamedTuple):
    """An area of either study; ``code`` None is what lies outside all areas of its level."""

    code: str | None
    name: str
    level: str | None
    share: Change
    covered: Change


class GapChange(NamedTuple):
    """Gaps of two studies that are of one place, by rank; their weight together, 0 where there is none.

    One gap may have fallen apart into several, and several may have grown into one.
    """

    state: Literal["vanished", "appeared", "smaller", "larger", "same"]
    one: tuple[Gap, ...]
    other: tuple[Gap, ...]
    weight: Change


class PlanChange(NamedTuple):
    """Plans of two studies, or the plan of one that the other has none beside.

    Attributes
    ----------
    value, bound : Change or None
        None where the plans were to make different things best, or only one is.
    both, one, other : tuple of Chosen
        What both plans do, as the one tells it, and what only one of them does. Places are the same that have
        the same code, or lie within about 50 m.
    """

    value: Change | None
    bound: Change | None
    both: tuple[Chosen, ...]
    one: tuple[Chosen, ...]
    other: tuple[Chosen, ...]


class Comparison(NamedTuple):
    """What differs between two studies; every difference is the other's figure less the one's.

    Attributes
    ----------
    warnings : tuple of Reason
        Why shares cannot simply be compared; empty where they can.
    asked : tuple of str
        Fields of the question that differ, the title aside.
    totals : mapping
        The figures of `geo.model.study.Totals` by name; with ``median`` and ``p90`` of the distances where
        both studies measure alike.
    areas : list of AreaChange
        In the order of the one's, then those that only the other has.
    gaps : list of GapChange
        The largest difference first.
    week : list of list of float or None, optional
        Differences of shares, 7 days by 24 hours; None unless both studies have a week.
    plan : PlanChange, optional
        None where neither study has a plan.
    """

    warnings: tuple[Reason, ...]
    asked: tuple[str, ...]
    totals: Mapping[str, Change]
    areas: list[AreaChange]
    gaps: list[GapChange]
    week: list[list[float | None]] | None
    plan: PlanChange | None


def compare(one: Study, other: Study) -> Comparison:
    """Return how two studies differ.

    Notes
    -----
    Gaps are drawn anew by every study: those are taken for one place whose outlines share at least half of
    the smaller one's extent.
    """
    return Comparison(
        warnings=tuple(_warnings(one, other)),
        asked=tuple(
            name
            for name in dict.fromkeys((*one["asked"], *other["asked"]))
            if name != "title" and one["asked"].get(name) != other["asked"].get(name)
        ),
        totals=_totals(one, other),
        areas=_areas(one["areas"], other["areas"]),
        gaps=_gaps(one["gaps"], other["gaps"]),
        week=_week(one["week"], other["week"]),
        plan=_plans(one.get("plan"), other.get("plan")),
    )


def _warnings(one: Study, other: Study) -> list[Reason]:
    told, asked = [], (one["asked"], other["asked"])
    same_demand = all(asked[0][name] == asked[1][name] for name in ("demand", "weight"))
    same_area = asked[0]["area"] == asked[1]["area"]
    if not same_demand:
        told.append(Reason("两项研究用的需求不同,覆盖率不能直接相比"))
    if not same_area:
        told.append(Reason("两项研究的区划不同,覆盖率不能直接相比"))
    weights = (one["totals"]["weight"], other["totals"]["weight"])
    if same_demand and same_area and not isclose(*weights, rel_tol=_SAME):
        told.append(Reason("两次计算之间需求变过,总量不同,覆盖率不能直接相比"))
    if _streets(one["sources"]) != _streets(other["sources"]):
        told.append(Reason("两次计算用的街道不同,差别不全来自站点和条件"))
    if not _alike(one.get("plan"), other.get("plan")):
        told.append(Reason("两个方案的目标不同,结果不能直接相比"))
    return told


def _streets(sources: Sequence[Source]) -> list[tuple[str, str | None]]:
    return [(one["name"], one["loaded_at"]) for one in sources if one["what"] == "streets"]


def _totals(one: Study, other: Study) -> dict[str, Change]:
    told: tuple[Mapping[str, Any], ...] = (one["totals"], other["totals"])
    changes = {name: Change(told[0][name], told[1][name]) for name in _FIGURES}
    if one["asked"]["measure"] == other["asked"]["measure"]:
        far = (one["distances"], other["distances"])
        changes["median"] = Change(far[0]["median"], far[1]["median"])
        changes["p90"] = Change(far[0]["p90"], far[1]["p90"])
    return changes


def _areas(one: Sequence[AreaShare], other: Sequence[AreaShare]) -> list[AreaChange]:
    # What is outside has no code on every level.
    first, second = ({(area["level"], area["code"]): area for area in areas} for areas in (one, other))
    changes = []
    for level, code in dict.fromkeys([*first, *second]):
        here, there = first.get((level, code)), second.get((level, code))
        named = here or there
        assert named is not None
        changes.append(
            AreaChange(
                code,
                named["name"],
                level,
                Change(here and here["share"], there and there["share"]),
                Change(here and here["covered"], there and there["covered"]),
            )
        )
    return changes


def _gaps(one: Sequence[Gap], other: Sequence[Gap]) -> list[GapChange]:
    if not one and not other:
        return []
    place = _places(one, other).tolist()
    found: dict[int, tuple[list[Gap], list[Gap]]] = {number: ([], []) for number in place}
    for at, gap in enumerate([*one, *other]):
        found[place[at]][at >= len(one)].append(gap)
    return sorted((_gap(*gaps) for gaps in found.values()), key=_order)


def _order(change: GapChange) -> tuple[float, int]:
    return -abs(change.weight.difference or 0), min(gap["rank"] for gap in (*change.one, *change.other))


def _gap(one: list[Gap], other: list[Gap]) -> GapChange:
    weight = Change(sum(gap["weight"] for gap in one), sum(gap["weight"] for gap in other))
    return GapChange(_state(one, other, weight), tuple(one), tuple(other), weight)


def _state(
    one: list[Gap], other: list[Gap], weight: Change
) -> Literal["vanished", "appeared", "smaller", "larger", "same"]:
    if not other:
        return "vanished"
    if not one:
        return "appeared"
    if isclose(weight.one or 0, weight.other or 0, rel_tol=_SAME):
        return "same"
    return "larger" if (weight.difference or 0) > 0 else "smaller"


def _places(one: Sequence[Gap], other: Sequence[Gap]) -> NDArray[np.int32]:
    """Return for each gap, those of the other after those of the one, the number of its place."""
    # Only a comparison needs it.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    shapes = np.array([_shape(gap) for gap in (*one, *other)], dtype=object)
    here, there = shapely.STRtree(shapes[len(one) :]).query(shapes[: len(one)], predicate="intersects")
    there = there + len(one)
    shared = shapely.area(shapely.intersection(shapes[here], shapes[there]))
    alike = shared >= _SHARED * np.minimum(shapely.area(shapes[here]), shapely.area(shapes[there]))
    links = (np.ones(alike.sum(), np.int8), (here[alike], there[alike]))
    _, place = connected_components(coo_array(links, shape=(len(shapes), len(shapes))), directed=False)
    return place


def _shape(gap: Gap) -> shapely.Geometry:
    ring = gap["outline"]
    drawn = shapely.Polygon(ring).buffer(0) if len(ring) > 3 else shapely.MultiPoint(ring)
    return shapely.union(drawn, shapely.Point(gap["lon"], gap["lat"])).buffer(_AROUND_DEG)


def _week(
    one: list[list[float | None]] | None, other: list[list[float | None]] | None
) -> list[list[float | None]] | None:
    if one is None or other is None:
        return None
    return [
        [Change(here, there).difference for here, there in zip(*days, strict=True)]
        for days in zip(one, other, strict=True)
    ]


def _alike(one: Plan | None, other: Plan | None) -> bool:
    """Return whether two plans, if there are two, were to make the same best."""
    return one is None or other is None or one["site"]["objective"] == other["site"]["objective"]


def _plans(one: Plan | None, other: Plan | None) -> PlanChange | None:
    if one is None and other is None:
        return None
    here, there = ([] if plan is None else plan["chosen"] for plan in (one, other))
    left, both = list(there), []
    for place in here:
        if (same := next((it for it in left if _same_place(place, it)), None)) is not None:
            both.append(place)
            left.remove(same)
    value = bound = None
    if one is not None and other is not None and _alike(one, other):
        value, bound = (Change(one[name], other[name]) for name in ("value", "bound"))
    return PlanChange(
        value, bound, tuple(both), tuple(place for place in here if place not in both), tuple(left)
    )


def _same_place(one: Chosen, other: Chosen) -> bool:
    if one["what"] != other["what"]:
        return False
    if one["code"] == other["code"]:
        return True
    if one["lon"] is None or one["lat"] is None or other["lon"] is None or other["lat"] is None:
        return False
    east = (one["lon"] - other["lon"]) * cos(radians(one["lat"]))
    return hypot(east, one["lat"] - other["lat"]) <= _AROUND_DEG
