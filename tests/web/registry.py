"""A small city whose every answer can be told by hand."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy import insert

from geo.db.engine import open_engine, writing
from geo.db.tables import area, landmark
from geo.db.upgrade import upgrade
from geo.registry.areas import place_stations
from geo.registry.write import add_stations
from geo.settings import Settings

__all__ = ["AREAS", "LANDMARKS", "SECRETS", "STATIONS", "build"]

HOSTILE = '<script>alert("x")</script>\' onload=alert(1) \u202e&amp;{{ 7*7 }}'

SECRETS: dict[str, Any] = {
    "keeper_name": "内部姓名哨兵",
    "keeper_phone": "13900009999",
    "remarks": "内部备注哨兵",
    "verified_by": "核实人哨兵",
    "grant_yuan": 987654.25,
    "invested_yuan": 123456.75,
    "source": "来源哨兵",
    "source_ref": "来源编号哨兵",
    "position_given": "原始坐标哨兵",
    "crs_given": "坐标系哨兵",
    "position_source": "坐标来源哨兵",
}

AREAS: list[dict[str, Any]] = [
    {
        "code": "410000",
        "name": "样省",
        "level": "province",
        "parent_code": None,
        "box": (113.5, 34.6, 113.7, 34.8),
    },
    {
        "code": "410100",
        "name": "样城市",
        "level": "city",
        "parent_code": "410000",
        "box": (113.5, 34.6, 113.7, 34.8),
    },
    {
        "code": "410101",
        "name": "东区",
        "level": "district",
        "parent_code": "410100",
        "box": (113.6, 34.6, 113.7, 34.8),
    },
    {
        "code": "410102",
        "name": "西区",
        "level": "district",
        "parent_code": "410100",
        "box": (113.5, 34.6, 113.6, 34.8),
    },
]

LANDMARKS: list[dict[str, Any]] = [
    {"name": "样城站", "aliases": ["火车站"], "category": "车站", "at": (113.61, 34.72)},
    {"name": "人民公园", "aliases": [], "category": "公园", "at": (113.55, 34.70)},
    {"name": "人民公园", "aliases": [], "category": "公园", "at": (113.65, 34.70)},
    {"name": "老街", "aliases": ["人民公园"], "category": "商场", "at": (113.56, 34.65)},
]


def _station(number: int, lon: float, lat: float, **given: Any) -> dict[str, Any]:
    return {
        "code": f"YZ-{number:04d}",
        "name": f"样城第{number}驿站",
        "address": f"样城市文化路{number}号",
        "lon": lon,
        "lat": lat,
        **SECRETS,
        "source_ref": f"来源编号哨兵{number}",
    } | given


STATIONS: list[dict[str, Any]] = [
    _station(
        1, 113.6101, 34.7201, hours_osm="24/7", hours_raw="24小时", access_who="outdoor_workers",
        access_how="free", facilities={"toilet": "yes", "wifi": "yes", "microwave": "no"},
        aliases=["站前驿站"], star=5, standard="shandong_2022", checklist={"street_front": "pass"},
    ),
    _station(
        2, 113.6110, 34.7210, kind="water_point", name="样城站派水点", hours_osm="08:00-20:00",
        hours_raw="8:00-20:00", facilities={"drinking_water": "yes", "toilet": "yes"},
    ),
    _station(
        3, 113.6120, 34.7220, kind="nursing_room", name="样城站母婴室", status="trial", hours_makeup=True,
        hours_osm="Mo-Fr 08:30-17:30; PH off", hours_raw="工作日8:30-17:30", floor="3F",
        entrance_note="洗手间旁", facilities={"nursing_seat": "yes", "wifi": "yes"}, access_who="mothers",
        access_how="ask",
    ),
    _station(4, 113.6130, 34.7230, status="suspended", closed_reason="装修到年底", hours_osm="24/7"),
    _station(5, 113.6140, 34.7240, status="closed", closed_reason="房屋到期", hours_osm="24/7"),
    _station(6, 113.6105, 34.7205, hours_raw="随商场", hours_note="按未知处理", public_phone="0371-5550106"),
    _station(7, 113.6150, 34.7250, status="building"),
    _station(8, 113.6160, 34.7260, name=HOSTILE, address=HOSTILE, hours_osm="08:00-20:00", aliases=[HOSTILE]),
    _station(9, 113.6170, 34.7270, hours_osm="20:00-26:00", hours_raw="20:00-次日2:00"),
    # Of one place and one distance: told apart by their codes alone.
    _station(11, 113.5600, 34.7000, hours_osm="08:00-20:00"),
    _station(10, 113.5600, 34.7000, hours_osm="08:00-20:00"),
    *[
        _station(20 + n, 113.521 + 0.008 * (n % 20), 34.63 + 0.01 * (n // 20), hours_osm="09:00-18:00")
        for n in range(60)
    ],
    # Outside every area.
    _station(99, 114.5, 35.5, hours_osm="24/7"),
]  # fmt: skip


def build(
    home: Path,
    stations: Iterable[Mapping[str, Any]] = STATIONS,
    *,
    areas: Iterable[Mapping[str, Any]] = AREAS,
    landmarks: Iterable[Mapping[str, Any]] = LANDMARKS,
) -> None:
    """Make a registry in one SQLite file under ``home``."""
    engine = open_engine(Settings(home=home))
    upgrade(engine)
    with writing(engine) as session:
        for item in areas:
            shape = shapely.MultiPolygon([shapely.box(*item["box"])])
            values = {name: item[name] for name in ("code", "name", "level", "parent_code")}
            session.execute(insert(area).values(**values, shape=shape))
        for item in landmarks:
            values = {name: item[name] for name in ("name", "aliases", "category")}
            session.execute(
                insert(landmark).values(**values, source="test", location=shapely.Point(item["at"]))
            )
        add_stations(session, list(stations), who="tester")
        place_stations(session, who="tester")
    engine.dispose()
