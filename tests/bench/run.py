"""What the registry must do with 200,000 stations and streets with 200,000 junctions.

``make bench``, or ``python -m tests.bench.run`` with some of: load rebuild nearest http office streets
extracts coverage siting phone lighthouse. Machines are shared and noisy: wherever it can be, a figure is a
ratio of two things measured in turns in this one run, and the median of the turns' ratios is what counts.
Exit status 1 when a limit is missed.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psycopg

from geo.db.engine import open_engine, writing
from geo.db.upgrade import upgrade
from geo.ingest.stations import read_stations
from geo.ingest.table import open_table
from geo.model.hours import CHINA
from geo.model.place import Point
from geo.registry.load import load_stations
from geo.registry.nearest import Index, nearest
from geo.registry.selection import Filter
from geo.registry.snapshot import facility_mask
from geo.registry.snapshot_read import read_snapshot
from geo.settings import Settings
from tests.bench.back_office import measure_back_office
from tests.bench.cities import COUNT, sample_points, write_csv
from tests.bench.coverage import measure_coverage
from tests.bench.extracts import measure_extracts
from tests.bench.lighthouse import measure_lighthouse
from tests.bench.phone import measure_phone
from tests.bench.served import measure_http
from tests.bench.siting import measure_siting
from tests.bench.streets import measure_streets
from tests.services.postgis import fresh_database, postgis_template, running_postgis

TURNS = 5
QUERIES = 1_000
_REGISTRY_PARTS = ("load", "rebuild", "nearest", "http", "office")
K = 10


class Result(NamedTuple):
    """One figure, its limit, and which side of the limit is good."""

    what: str
    value: float
    unit: str
    limit: float
    at_least: bool

    @property
    def good(self) -> bool:
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def main() -> int:
    parts = sys.argv[1:] or [
        *_REGISTRY_PARTS,
        "streets",
        "extracts",
        "coverage",
        "siting",
        "phone",
        "lighthouse",
    ]
    results = []
    with tempfile.TemporaryDirectory() as folder:
        if "lighthouse" in parts:
            results += [Result(*line) for line in measure_lighthouse(Path(folder))]
        if "phone" in parts:
            results += [Result(*line) for line in measure_phone(Path(folder))]
        if set(parts) & set(_REGISTRY_PARTS):
            results += measure_registry(parts, Path(folder))
        if "streets" in parts:
            results += [Result(*line) for line in measure_streets()]
        if "extracts" in parts:
            results += [Result(*line) for line in measure_extracts(Path(folder))]
        if "coverage" in parts:
            results += [Result(*line) for line in measure_coverage(Path(folder))]
        if "siting" in parts:
            results += [Result(*line) for line in measure_siting(Path(folder))]
    for result in results:
        sign = ">=" if result.at_least else "<="
        mark = "ok  " if result.good else "MISS"
        print(
            f"{mark} {result.what:<62} {result.value:>10.2f} {result.unit:<9} limit {sign} {result.limit:g}"
        )
    return 0 if all(result.good for result in results) else 1


def measure_registry(parts: list[str], folder: Path) -> list[Result]:
    """Return the figures of a registry in PostGIS, which is loaded whichever of them are asked for."""
    with ExitStack() as stack:
        server = stack.enter_context(running_postgis())
        template = stack.enter_context(postgis_template(server))
        url = stack.enter_context(fresh_database(server, template))
        settings = Settings(home=folder / "home", database_url=url)
        loaded = measure_load(settings, folder)
        results = [loaded] if "load" in parts else []
        if "rebuild" in parts:
            results.append(measure_rebuild(settings))
        if "nearest" in parts:
            results += measure_nearest(settings, url)
        if "http" in parts:
            results += [Result(*line) for line in measure_http(settings, sample_points(QUERIES, seed=5))]
        # The last: it writes every row anew.
        if "office" in parts:
            results += [Result(*line) for line in measure_back_office(settings)]
    return results


def measure_load(settings: Settings, folder: Path) -> Result:
    """Rows a second of a whole load: reading, validating, writing, committing."""
    engine = open_engine(settings)
    upgrade(engine)
    write_csv(folder / "stations.csv")
    start = time.perf_counter()
    with writing(engine) as session:
        table = open_table(folder / "stations.csv", max_bytes=500_000_000)
        items = read_stations(table, crs=None, kind=None)
        report = load_stations(
            session, items, source="bench", file="stations.csv", who="bench", code_prefix="YZ"
        )
    seconds = time.perf_counter() - start
    assert report.added == COUNT, report.counts()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE station")
    engine.dispose()
    return Result("load 200,000 CSV rows into PostGIS", COUNT / seconds, "rows/s", 8_000, True)


def measure_rebuild(settings: Settings) -> Result:
    engine = open_engine(settings)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        Index(read_snapshot(engine))
        times.append(time.perf_counter() - start)
    engine.dispose()
    return Result("read the whole registry into a new snapshot", statistics.median(times), "s", 1.5, False)


def measure_nearest(settings: Settings, url: str) -> list[Result]:
    engine = open_engine(settings)
    index = Index(read_snapshot(engine))
    engine.dispose()
    points = [Point(*place) for place in sample_points(QUERIES, seed=4).tolist()]
    serving = Filter(statuses=("open", "trial"))
    filtered = Filter(("care_station",), ("open", "trial"), facility_mask(["toilet", "microwave"]))
    # An evening, when few are open: the hardest hour, and the same whenever this runs.
    now = datetime(2026, 11, 18, 21, 30, tzinfo=CHINA)
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql")) as connection:
        plain, knn, wanted = _in_turns(
            lambda point: nearest(index, point, K, serving),
            lambda point: connection.execute(_KNN, (*point, K), prepare=True).fetchall(),
            lambda point: nearest(index, point, K, filtered, open_at=now),
            points,
        )
    for name, times in (("snapshot", plain), ("PostGIS", knn), ("filtered", wanted)):
        print(f"     nearest k={K}, {name}: {statistics.median(times) * 1e6:.0f} us")
    times_faster = statistics.median(b / a for a, b in zip(plain, knn, strict=True))
    slower = statistics.median(b / a for a, b in zip(plain, wanted, strict=True))
    return [
        Result("nearest k=10 exact: times faster than PostGIS geography KNN", times_faster, "x", 10, True),
        Result("kind + 2 facilities + open now, against unfiltered", slower, "x", 3, False),
    ]


def _in_turns(*calls: Callable | list) -> list[list[float]]:
    *functions, points = calls
    times: list[list[float]] = [[] for _ in functions]
    for turn in range(TURNS + 1):
        for function, kept in zip(functions, times, strict=True):
            start = time.perf_counter()
            for point in points:
                function(point)
            # The first turn fills caches on both sides.
            if turn:
                kept.append((time.perf_counter() - start) / len(points))
    return times


_KNN = """
SELECT code, ST_Distance(location::geography, here) FROM station,
  (SELECT ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography AS here) AS h
ORDER BY location::geography <-> here LIMIT %s
"""

if __name__ == "__main__":
    np.seterr(all="raise")
    sys.exit(main())
