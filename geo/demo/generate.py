"""The demo city as the files a city's clerks would hand over.

    stations.csv       the list of stations, as written by hand: titles, slips and all
    areas.geojson      the city and its six districts, WGS-84
    landmarks.csv      places people know, WGS-84
    units.csv          the union tree
    demand.csv         residents, and riders by the hour, WGS-84
    streets.osm.pbf    streets, parks and water, as OpenStreetMap hands them out

The same seed gives the same bytes. ``python -m geo.demo`` writes the files under ``data/demo`` anew.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from geo.demo.clerk import stations_csv, table_csv
from geo.demo.demand import demand_csv
from geo.demo.landmarks import LANDMARKS
from geo.demo.skeleton import CITY_CODE, CITY_NAME, DISTRICTS, OUTLINE, Metres, lonlat
from geo.demo.stations import make_stations
from geo.demo.streets import write_streets
from geo.demo.units import UNITS

__all__ = ["DEMO_FOLDER", "DemoFiles", "write_demo"]

DEMO_FOLDER = Path(__file__).resolve().parents[2] / "data" / "demo"
"""Where the demo city's files are kept."""

_NOTE = "虚构,仅供演示"


@dataclass(frozen=True)
class DemoFiles:
    """The files of a demo city."""

    stations: Path
    areas: Path
    landmarks: Path
    units: Path
    demand: Path
    streets: Path

    @classmethod
    def within(cls, folder: Path) -> "DemoFiles":
        """Return the paths of the files of a folder."""
        return cls(
            stations=folder / "stations.csv",
            areas=folder / "areas.geojson",
            landmarks=folder / "landmarks.csv",
            units=folder / "units.csv",
            demand=folder / "demand.csv",
            streets=folder / "streets.osm.pbf",
        )


def write_demo(folder: Path, *, seed: int = 20260501) -> DemoFiles:
    """Write the demo city's files into a folder, which is made if need be.

    Parameters
    ----------
    folder : Path
        Files of the same names in it are replaced.
    seed : int
        Another seed moves the stations and the demand; districts, streets, landmarks and unions stay.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = DemoFiles.within(folder)
    # With the byte-order mark that spreadsheets put before Chinese text.
    _write(files.stations, "\ufeff" + stations_csv(make_stations(seed)))
    _write(files.areas, _areas_geojson())
    _write(files.landmarks, "\ufeff" + _landmarks_csv())
    _write(files.units, "\ufeff" + _units_csv())
    _write(files.demand, "\ufeff" + demand_csv(seed))
    write_streets(files.streets)
    return files


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


def _areas_geojson() -> str:
    areas = [(CITY_CODE, CITY_NAME, "city", "", OUTLINE)]
    areas += [
        (district.code, district.name, "district", CITY_CODE, district.border) for district in DISTRICTS
    ]
    lines = ",\n".join(json.dumps(_feature(*area), ensure_ascii=False) for area in areas)
    return f'{{"type": "FeatureCollection", "note": "{_NOTE}", "features": [\n{lines}\n]}}\n'


def _feature(code: str, name: str, level: str, parent: str, border: tuple[Metres, ...]) -> dict:
    ring = [[round(number, 6) for number in lonlat(corner)] for corner in (*border, border[0])]
    properties = {"code": code, "name": name, "level": level, "parent_code": parent or None, "note": _NOTE}
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def _landmarks_csv() -> str:
    header = ["名称", "类别", "别名", "经度", "纬度", "坐标系", "备注"]
    rows = [
        [mark.name, mark.category, "、".join(mark.aliases), f"{at.lon:.6f}", f"{at.lat:.6f}", "WGS84", _NOTE]
        for mark in LANDMARKS
        for at in [lonlat(mark.at)]
    ]
    return table_csv([header, *rows], width=len(header))


def _units_csv() -> str:
    header = ["工会代码", "工会名称", "上级工会代码", "区划代码", "备注"]
    return table_csv([header, *([*unit, _NOTE] for unit in UNITS)], width=len(header))
