"""The demo city into a registry, by the same way a clerk's files go."""

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from geo.crs import Crs
from geo.db.engine import writing
from geo.db.tables import station
from geo.demo.demand import DEMAND_ATTRIBUTION
from geo.demo.generate import DEMO_FOLDER, DemoFiles
from geo.demo.streets import STREETS_ATTRIBUTION
from geo.ingest.areas import read_areas
from geo.ingest.landmarks import read_landmarks
from geo.ingest.stations import read_stations
from geo.ingest.table import open_table
from geo.ingest.units import read_units
from geo.loading import keep_streets
from geo.loading_demand import keep_demand
from geo.registry.areas import save_areas
from geo.registry.load import load_stations
from geo.registry.places import save_landmarks, save_units
from geo.settings import Settings

__all__ = ["SOURCE", "load_demo"]

SOURCE = "demo"
"""The source under which the demo city's stations are kept."""


def load_demo(engine: Engine, settings: Settings) -> str:
    """Load the demo city, unless the registry holds anything else; returns what was done, in Chinese."""
    limit = settings.max_file_mb * 1_000_000
    files = DemoFiles.within(DEMO_FOLDER)
    with writing(engine) as session:
        if _holds_others(session):
            return "登记册里已有别的站点,没有装入演示城市;要看演示,请用 YIZHAN_HOME 指定另一个数据目录"
        save_areas(session, read_areas(files.areas, crs=Crs.WGS84, level=None, max_bytes=limit)[0])
        save_units(session, read_units(files.units, max_bytes=limit)[0])
        landmarks, _ = read_landmarks(files.landmarks, crs=None, max_bytes=limit)
        save_landmarks(session, landmarks, source=SOURCE)
        report = load_stations(
            session,
            read_stations(
                open_table(files.stations, max_bytes=limit), crs=None, kind=None, summer=settings.summer
            ),
            source=SOURCE,
            file=files.stations.name,
            who="演示",
            code_prefix=settings.code_prefix,
        )
    keep_streets(engine, settings, files.streets, name=SOURCE, attribution=STREETS_ATTRIBUTION)
    keep_demand(engine, settings, files.demand, name=SOURCE, attribution=DEMAND_ATTRIBUTION)
    return (
        f"演示城市(虚构)已装入:{report.added + report.changed + report.same} 个站点,"
        f"{report.refused} 行未导入,{report.warned} 行有警告"
    )


def _holds_others(session: Session) -> bool:
    return bool(session.scalar(select(func.count()).where(station.c.source != SOURCE)))
