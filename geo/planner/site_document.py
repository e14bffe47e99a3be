"""What was found about new stations as the document that pages, reports and files are made from."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.analyses.siting.curve import Point, tightened
from geo.analyses.siting.fairness import Fair, district_shares, gini
from geo.analyses.siting.values import value_of
from geo.model.plan import Alternative, Chosen, CurvePoint, Fairness, Phase, Plan
from geo.planner.public import Public
from geo.planner.site_built import CLOSABLE, HELD, NEW, STAYS, UPGRADE
from geo.planner.site_solve import Case, Outcome

__all__ = ["Sites", "document_of", "stations_of"]

# Before the code of a station that a candidate has too, or that both may close and may open longer.
_APART = {NEW: "新:", CLOSABLE: "现有:", UPGRADE: "全天:", STAYS: "现有:", HELD: "合建:"}
_WHAT = {NEW: "new", UPGRADE: "upgrade", CLOSABLE: "closed"}
_Ints = NDArray[np.int32]


class Sites(NamedTuple):
    """What is known of the columns of a problem, (n,) each, and of the question's places.

    Attributes
    ----------
    kind : int8
        As `geo.planner.site_built.Built` has it.
    codes, names : list of str
    lon, lat : float64
        NaN where no place is known.
    areas : list of str or None
    price : float64
        What opening it costs, or closing it where it stands; NaN where that is not known.
    whole, coverable : float
        Weight asked about, and weight that can be served.
    candidates, counted : int
        How many candidates there are, and how many stations that stand serve demand.
    districts : tuple of str
        Names of the districts that a case's labels number.
    """

    kind: NDArray[np.int8]
    codes: list[str]
    names: list[str]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    areas: list[str | None]
    price: NDArray[np.float64]
    whole: float
    coverable: float
    candidates: int
    counted: int
    districts: tuple[str, ...]


def stations_of(sites: Sites, public: Public | None) -> list[list[Any]]:
    """Return what the file that proves a plan says of every column: a code of its own, name, lon and lat.

    Parameters
    ----------
    public : Public or None
        How positions are told; None where there are none.
    """
    lon, lat = (sites.lon, sites.lat) if public is None else public.told(sites.lon, sites.lat)
    seen, told = set[str](), []
    for column, code in enumerate(sites.codes):
        own = f"{_APART[int(sites.kind[column])]}{code}" if code in seen else code
        seen.add(own)
        told.append([own, sites.names[column], _number(lon[column]), _number(lat[column])])
    return told


def document_of(case: Case, sites: Sites, found: Outcome, proof: Mapping[str, Any]) -> Plan:
    """Return the document of a plan.

    Parameters
    ----------
    proof : mapping
        As `geo.analyses.siting.certificate.certificate_of` returns it: its figures are the plan's.
    """
    solution, site = found.solution, case.site
    new = _of_kind(sites, solution.chosen, NEW)
    value, bound, certified = (float(proof[name]) for name in ("value", "bound", "certified_bound"))
    before = _before(case, sites)
    chosen = _chosen(sites, case, found)
    plan = Plan(
        site=site.site(),
        p=len(new) if site.most is None else site.most,
        chosen=chosen,
        value=value,
        bound=bound,
        certified_bound=certified,
        gap=abs(bound - value) / (abs(bound) or 1.0),
        # The tree of a plan's file may prove what the solver had no time to.
        proven=solution.proven or math.isclose(bound, value, rel_tol=1e-9, abs_tol=1e-9),
        seconds=found.seconds,
        before=before,
        whole=sites.whole,
        coverable=sites.coverable,
        candidates=sites.candidates,
        counted=sites.counted - sum(one["what"] == "closed" for one in chosen),
        trace=found.trace,
        curve=None if found.extras.curve is None else _curve(case, sites, found, value, bound),
        phases=None if found.extras.phases is None else list(_phases(case, sites, found)),
        pool=None if found.extras.pool is None else list(_pool(sites, found)),
        fairness=None if found.extras.fair is None else _fairness(case, sites, found, found.extras.fair),
    )
    return plan | {"names": _names(sites, plan)}


def _names(sites: Sites, plan: Plan) -> dict[str, str]:
    """Return what the places are called that are told of by their codes."""
    lists = [one["codes"] for one in (*(plan["phases"] or []), *(plan["pool"] or []))]
    if plan["fairness"] is not None:
        lists += [plan["fairness"]["codes"], plan["fairness"]["fair_codes"]]
    told = {code for codes in lists for code in codes}
    called = dict(zip(sites.codes, sites.names, strict=True))
    return {code: called[code] for code in sorted(told) if called[code] not in ("", code)}


def _bound(case: Case, sites: Sites, bound: float) -> float:
    """Return a bound that is finite: what is trivially true where a solver knows none."""
    if case.problem.objective == "cover":
        return float(min(bound, sites.coverable))
    return float(max(bound, 0.0))


def _before(case: Case, sites: Sites) -> float | None:
    """Return the value with nothing new, and all that stands; None where it has none."""
    if case.problem.objective == "all":
        return 0.0
    standing = np.flatnonzero(np.isin(sites.kind, (CLOSABLE, STAYS))).astype(np.int32)
    return _number(value_of(case.problem, standing))


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _of_kind(sites: Sites, columns: _Ints, *kinds: int) -> list[int]:
    return columns[np.isin(sites.kind[columns], kinds)].tolist()


def _codes(sites: Sites, columns: Iterable[int]) -> list[str]:
    """Return the codes of what is new among columns, or opens longer."""
    picked = np.fromiter(columns, np.int32)
    return sorted(sites.codes[column] for column in _of_kind(sites, picked, NEW, UPGRADE))


def _chosen(sites: Sites, case: Case, found: Outcome) -> list[Chosen]:
    """Return what a plan changes: what is new first, what adds most first of it."""
    told = []
    for place, column in enumerate(found.solution.chosen.tolist()):
        if sites.kind[column] in (NEW, UPGRADE):
            need = None if found.extras.need is None else found.extras.need[place]
            told.append(_told(sites, column, found.gains[place], found.serves[place], need))
    order = list(_WHAT.values())
    told.sort(key=lambda one: (order.index(one["what"]), -(one["gain"] or 0.0), one["code"]))
    closed = np.setdiff1d(case.standing, found.solution.chosen)
    lost = dict(zip(case.standing.tolist(), found.loses.tolist(), strict=True))
    return told + [_told(sites, column, lost[column], 0.0, None) for column in closed.tolist()]


def _told(sites: Sites, column: int, gain: float, serves: float, need: str | None) -> Chosen:
    return Chosen(
        code=sites.codes[column],
        name=sites.names[column],
        what=_WHAT[int(sites.kind[column])],
        lon=_number(sites.lon[column]),
        lat=_number(sites.lat[column]),
        area=sites.areas[column],
        price=_number(sites.price[column]),
        gain=_number(gain),
        serves=float(serves),
        need=need,
    )


def _curve(case: Case, sites: Sites, found: Outcome, value: float, bound: float) -> list[CurvePoint]:
    """Return the curve; at the plan's own count it has the plan's value and bound, and others go by it."""
    sign = 1.0 if case.problem.objective == "cover" else -1.0
    own = Point(-1 if case.site.most is None else case.site.most, value, bound, found.solution.chosen)
    points = [own if point.p == own.p else point for point in found.extras.curve or []]
    told, last = [], _before(case, sites)
    for point in tightened(points, sign):
        price = float(sites.price[_of_kind(sites, point.chosen, NEW, HELD)].sum())
        told.append(
            CurvePoint(
                p=point.p,
                value=float(point.value),
                bound=_bound(case, sites, point.bound),
                gain=None if last is None else float(sign * (point.value - last)),
                price=_number(price),
            )
        )
        last = point.value
    return told


def _phases(case: Case, sites: Sites, found: Outcome) -> Iterable[Phase]:
    before: set[int] = set()
    for stage in found.extras.phases or []:
        now = set(stage.chosen.tolist())
        yield Phase(
            p=stage.p,
            codes=_codes(sites, sorted(now - before)),
            value=float(stage.value),
            best=float(stage.best),
            bound=_bound(case, sites, stage.bound),
            loss=float(abs(stage.best - stage.value)),
        )
        before = now


def _pool(sites: Sites, found: Outcome) -> Iterable[Alternative]:
    for near in found.extras.pool or []:
        yield Alternative(
            codes=_codes(sites, near.chosen.tolist()),
            value=near.value,
            loss=abs(near.value - found.solution.value),
            differs=near.differs,
        )


def _fairness(case: Case, sites: Sites, found: Outcome, fair: Fair) -> Fairness:
    best = _district(case, sites, fair, found.solution.chosen)
    fairest = _district(case, sites, fair, fair.chosen)
    return Fairness(
        codes=_codes(sites, found.solution.chosen.tolist()),
        value=found.solution.value,
        worst=best[0],
        worst_name=best[1],
        gini=best[2],
        fair_codes=_codes(sites, fair.chosen.tolist()),
        fair_value=fair.value,
        fair_worst=fairest[0],
        fair_worst_name=fairest[1],
        fair_gini=fairest[2],
        bound=fair.bound,
    )


def _district(case: Case, sites: Sites, fair: Fair, chosen: _Ints) -> tuple[float, str, float]:
    """Return the share of the worst district that counts, its name, and how unequal shares are."""
    label = np.zeros(len(case.problem.weight), np.int32) if case.label is None else case.label
    shares = district_shares(case.problem, label, chosen)
    weight = np.bincount(label, case.problem.weight, len(shares))
    inequality = gini(shares[weight > 0], weight[weight > 0])
    if not fair.counts.any():
        return 1.0, "", inequality
    worst = int(np.argmin(np.where(fair.counts, shares, np.inf)))
    return float(shares[worst]), sites.districts[worst], inequality
