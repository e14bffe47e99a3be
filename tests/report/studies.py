"""Study documents and their demand, made by hand: every kind of finding, and hostile names at will."""

from typing import Any, cast

import numpy as np

from geo.model.study import Asked, Places, Study

__all__ = ["HOSTILE", "make_places", "make_study"]

HOSTILE = '=1+1<script>alert("x")</script>&\'</style>'
"""A name that must stay a name: in a page, a sheet's cell, a typst source and a script."""

_LON, _LAT = 108.94, 34.23


def make_study(**changes: Any) -> Study:
    """Return a study of one district: 1000 riders, of whom 784 are covered, and two gaps.

    Parameters
    ----------
    **changes
        Fields of `Study` in place of those made here; a dict for ``asked``, ``totals`` or ``distances``
        changes only the fields that it has.
    """
    study = _study()
    for name, value in changes.items():
        old = study[name]
        study[name] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    return cast(Study, study)


def make_places() -> Places:
    """Return the demand of that study: 100 points of weight 10, and three stations of which one is closed."""
    count = 100
    column, row = np.divmod(np.arange(count), 10)
    covered = np.arange(count) < 78
    gap = np.where(covered, 0, np.where(np.arange(count) < 92, 1, 2)).astype(np.int32)
    station = np.where(covered, np.arange(count) % 2, -1).astype(np.int32)
    cost = np.where(covered, 10.0 * np.arange(count), 1300.0)
    cost[-4:] = np.inf
    return Places(
        lon=_LON + column * 0.004,
        lat=_LAT + row * 0.003,
        weight=np.full(count, 10.0),
        cost=cost,
        station=station,
        covered=covered,
        gap=gap,
        codes=np.array(["XA-001", "XA-002", "XA-003"]),
        state=np.array([0, 1, 2], dtype=np.uint8),
    )


def _study() -> dict[str, Any]:
    return {
        "id": "0123456789abcdef",
        "made_at": "2026-07-01T09:30:00+08:00",
        "revision": 42,
        "asked": _asked(),
        "area_name": "碑林区",
        "sources": _sources(),
        "totals": _totals(784.0, 0.7, 0.82, unknown=30.0, off_network=40.0),
        "around": 4,
        "by_line": _totals(900.0, 0.85, 0.93, unknown=20.0, off_network=0.0),
        "areas": [
            _area("610103001", "南院门街道", "street", 500.0, 450.0, 2),
            _area("610103002", "柏树林街道", "street", 500.0, 334.0, 1),
            _area(None, "", None, 0.0, 0.0, 0),
        ],
        "distances": {
            "edges": [180.0, 360.0, 540.0, 720.0, 900.0],
            "weight": [180.0, 180.0, 180.0, 180.0, 64.0, 176.0, 40.0],
            "median": 500.0,
            "p90": 1300.0,
        },
        "week": _week(),
        "days": [f"2026-06-{day:02}" for day in range(8, 15)],
        "gaps": _gaps(),
        "gaps_left": 0.0,
        "upgrades": [{"code": "XA-002", "name": "柏树林驿站", "gain": 5040.0, "gain_share": 0.03}],
        "findings": _findings(),
        "assumptions": [
            {"message": "步行速度按 %(speed)s 米/秒计", "params": {"speed": "1.15"}},
            {"message": "营业时间没有登记的站点不算开放", "params": {}},
        ],
    }


def _asked() -> Asked:
    return {
        "title": "",
        "demand": "骑手",
        "weight": "riders",
        "area": "610103",
        "kinds": ["care_station"],
        "facilities": ["drinking_water"],
        "statuses": ["open", "trial"],
        "by": "walk",
        "limit": 900.0,
        "measure": "seconds",
        "at": "14:00",
    }


def _totals(covered: float, low: float, high: float, *, unknown: float, off_network: float) -> dict[str, Any]:
    return {
        "weight": 1000.0,
        "covered": covered,
        "share": covered / 1000,
        "share_low": low,
        "share_high": high,
        "unknown": unknown,
        "backup": 300.0,
        "off_network": off_network,
        "points": 100,
        "stations": 3,
    }


def _area(
    code: str | None, name: str, level: str | None, weight: float, covered: float, stations: int
) -> dict[str, Any]:
    share = covered / weight if weight else None
    values = {"weight": weight, "covered": covered, "share": share, "backup": covered / 2}
    return {"code": code, "name": name, "level": level, "stations": stations, **values}


def _week() -> list[list[float | None]]:
    """Return shares of a week: none is open at night, fewer at the weekend."""
    return [
        [0.0 if hour < 7 or hour > 21 else 0.784 if day < 5 else 0.41 for hour in range(24)]
        for day in range(7)
    ]


def _gaps() -> list[dict[str, Any]]:
    barrier: dict[str, Any] = {
        "reason": "barrier",
        "remedy": "crossing",
        "nearest": "XA-001",
        "nearest_name": "南院门驿站",
        "cost": 1300.0,
        "beyond": 400.0,
        "line_m": 420.0,
        "closed": ["XA-003"],
        "unknown": ["XA-002"],
    }
    off_network: dict[str, Any] = {
        "reason": "off_network",
        "remedy": "streets",
        "nearest": None,
        "nearest_name": None,
        "cost": None,
        "beyond": None,
        "line_m": None,
        "closed": [],
        "unknown": [],
    }
    return [
        _gap(1, "文艺北路与建设西路口", 140.0, {"barrier": 100.0, "just_beyond": 40.0}, barrier),
        _gap(2, HOSTILE, 80.0, {"off_network": 40.0, "none_near": 40.0}, off_network),
    ]


def _gap(
    rank: int, name: str, weight: float, reasons: dict[str, float], why: dict[str, Any]
) -> dict[str, Any]:
    lon, lat = _LON + 0.03 + 0.004 * rank, _LAT + 0.012
    ring = [(lon - 0.004, lat - 0.012), (lon + 0.004, lat - 0.012), (lon + 0.004, lat + 0.012)]
    place = {"rank": rank, "name": name, "area": "610103002", "lon": lon, "lat": lat}
    return {
        **place,
        "weight": weight,
        "points": int(weight / 10),
        "reasons": reasons,
        "outline": [*ring, ring[0]],
        **why,
    }


def _sources() -> list[dict[str, Any]]:
    return [
        {
            "what": "streets",
            "name": "西安",
            "attribution": "© OpenStreetMap contributors",
            "data_at": "2026-06-01T00:00:00+00:00",
            "loaded_at": "2026-06-02T10:00:00+08:00",
        },
        {
            "what": "demand",
            "name": "骑手",
            "attribution": HOSTILE,
            "data_at": None,
            "loaded_at": "2026-06-20T10:00:00+08:00",
        },
        {
            "what": "registry",
            "name": "西安市总工会",
            "attribution": None,
            "data_at": "2026-06-30T18:00:00+08:00",
            "loaded_at": None,
        },
    ]


def _findings() -> list[dict[str, Any]]:
    duplicate = {"message": "两处相距 %(distance_m)s 米", "params": {"distance_m": "3"}}
    unread = {"message": "营业时间“%(text)s”读不懂", "params": {"text": "看情况"}}
    return [
        {
            "rule": "duplicate",
            "codes": ["XA-001", "XA-009"],
            "names": ["南院门驿站", HOSTILE],
            "detail": duplicate,
            "effect": 0.0,
        },
        {
            "rule": "hours_unknown",
            "codes": ["XA-002"],
            "names": ["柏树林驿站"],
            "detail": unread,
            "effect": 0.03,
        },
    ]
