"""Plans made by hand, of every objective, for the study of `tests.report.studies`."""

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from geo.model.plan import Plan
from geo.model.study import Study
from tests.report.studies import HOSTILE, make_study

__all__ = ["make_gained", "make_plan", "plan_study"]


def make_plan(objective: str = "cover", **changes: Any) -> Plan:
    """Return a plan of two new stations; of 1000 riders 784 are covered now, 940 then, 950 at most.

    Parameters
    ----------
    objective : str
        In its unit are value, bounds and all else.
    **changes
        Fields of `Plan` in place of those made here; of ``site`` only the fields that it has.
    """
    plan = _plan() | {"cover": {}, "all": _all(), "distance": _distance(), "farthest": _farthest()}[objective]
    plan["site"] = plan["site"] | {"objective": objective} | changes.pop("site", {})
    return cast(Plan, plan | changes)


def plan_study(objective: str = "cover", **changes: Any) -> Study:
    """Return the study of `make_study` with such a plan."""
    plan = make_plan(objective, **changes)
    study = make_study()
    return cast(Study, study | {"asked": study["asked"] | {"site": plan["site"]}, "plan": plan})


def make_gained() -> NDArray[np.int32]:
    """Return which place of the plan the demand of `make_places` goes to now: 9 points one, 6 the other."""
    gained = np.full(100, -1, np.int32)
    gained[78:87], gained[87:93] = 0, 1
    return gained


def _plan() -> dict[str, Any]:
    return {
        "site": _site(),
        "p": 2,
        "chosen": [
            _chosen("C-1", "文艺北路口", 108.975, 34.245, 96.0, 120.0, "must"),
            _chosen("C-2", HOSTILE, 108.972, 34.236, 60.0, 80.0, "free"),
        ],
        "value": 940.0,
        "bound": 942.5,
        "certified_bound": 950.0,
        "gap": 2.5 / 942.5,
        "proven": False,
        "seconds": 20.4,
        "before": 784.0,
        "whole": 1000.0,
        "coverable": 980.0,
        "candidates": 412,
        "counted": 3,
        "trace": [[0.1, None, 980.0], [0.2, 930.0, 960.0], [20.4, 940.0, 942.5]],
        "curve": [_point(p, value, bound, gain) for p, value, bound, gain in CURVE],
        "phases": [
            _phase(1, ["C-2"], 868.0, 880.0, 12.0),
            _phase(2, ["C-1"], 940.0, 940.0, 0.0),
        ],
        "pool": [{"codes": ["C-1", "C-9"], "value": 938.0, "loss": 2.0, "differs": 1}],
        "fairness": _fairness(),
    }


CURVE = ((1, 880.0, 880.0, 96.0), (2, 940.0, 942.5, 60.0), (3, 955.0, 961.0, 15.0))
"""Stations, value, bound and what the last one adds."""


def _site() -> dict[str, Any]:
    return {
        "objective": "cover",
        "p": 2,
        "candidates": "corners",
        "existing": "fixed",
        "planned": False,
        "budget": None,
        "close_cost": 0.0,
        "moves": 0,
        "capacity": None,
        "backup": 1,
        "per_area": 0,
        "spacing": 0.0,
        "all_day": False,
        "upgrades": 0,
        "must": [],
        "never": [],
        "curve": 3,
        "phases": [1, 2],
        "pool": 10,
        "fairness": True,
        "together": [],
        "seconds": 20.0,
        "iterations": 2000,
        "seed": 0,
    }


def _chosen(
    code: str, name: str, lon: float, lat: float, gain: float, serves: float, need: str
) -> dict[str, Any]:
    place = {"code": code, "name": name, "what": "new", "lon": lon, "lat": lat, "area": "610103002"}
    return {**place, "price": None, "gain": gain, "serves": serves, "need": need}


def _point(p: int, value: float, bound: float, gain: float) -> dict[str, Any]:
    return {"p": p, "value": value, "bound": bound, "gain": gain, "price": None}


def _phase(p: int, codes: list[str], value: float, best: float, loss: float) -> dict[str, Any]:
    return {"p": p, "codes": codes, "value": value, "best": best, "bound": best, "loss": loss}


def _fairness() -> dict[str, Any]:
    return {
        "codes": ["C-1", "C-2"],
        "value": 940.0,
        "worst": 0.9012,
        "worst_name": "柏树林街道",
        "gini": 0.0312,
        "fair_codes": ["C-1", "C-9"],
        "fair_value": 931.0,
        "fair_worst": 0.9244,
        "fair_worst_name": "南院门街道",
        "fair_gini": 0.0101,
        "bound": 0.9301,
    }


def _all() -> dict[str, Any]:
    figures = {"value": 2.0, "bound": 1.2, "certified_bound": 0.7, "gap": 0.8 / 1.2, "before": 0.0}
    return {**figures, **_nothing_more()}


def _distance() -> dict[str, Any]:
    """Return weight times seconds, for 980 riders: 6 minutes each now, 4 then."""
    figures = {"value": 235_200.0, "bound": 235_000.0, "certified_bound": None, "before": 352_800.0}
    return {**figures, "gap": 200 / 235_000, **_nothing_more()}


def _farthest() -> dict[str, Any]:
    figures = {
        "value": 1200.0,
        "bound": 1200.0,
        "certified_bound": 1200.0,
        "gap": 0.0,
        "before": float("inf"),
    }
    return {**figures, "proven": True, **_nothing_more()}


def _nothing_more() -> dict[str, Any]:
    return dict.fromkeys(("curve", "phases", "pool", "fairness"))
