"""A small town to site stations in, whose every way and every plan can be counted by hand."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geo.db.engine import open_engine, reading, writing
from geo.db.upgrade import upgrade
from geo.loading import keep_streets
from geo.model.candidates import Candidates
from geo.model.demand import Demand
from geo.planner.public import PLAIN, Public
from geo.planner.question import Ask
from geo.planner.run import Answer, answer_of
from geo.planner.site_question import SiteAsk
from geo.registry.areas import read_index, save_areas
from geo.registry.demand import DemandSet
from geo.registry.nearest import Index
from geo.registry.snapshot_read import read_snapshot
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.registry.conftest import station_row
from tests.town import Corner, Town

__all__ = [
    "PEOPLE",
    "PLACES",
    "SPOTS",
    "STANDS",
    "TODAY",
    "TOWN",
    "candidates",
    "chosen_codes",
    "cover",
    "demand",
    "index_of",
    "metres",
    "plan",
    "subsets",
]

TODAY = date(2026, 11, 23)
TOWN = Town(bridge=4)
PLACES: list[Corner] = [(i, j) for i in range(6) for j in range(6)]
PEOPLE = np.array([float(3 + (7 * number) % 11) for number in range(len(PLACES))])
STANDS = {"YZ-0001": (0, 0), "YZ-0002": (1, 0), "YZ-0003": (5, 5)}
_HOURS = {"YZ-0001": "24/7", "YZ-0002": "24/7", "YZ-0003": "Mo-Su 08:00-20:00"}
SPOTS: dict[str, Corner] = dict(
    zip("甲乙丙丁戊己庚辛", [(1, 1), (1, 4), (2, 2), (3, 1), (4, 3), (4, 4), (5, 0), (2, 5)], strict=True)
)
_SET = DemandSet(
    "住户", "0", "住户.csv", None, "points", "2026-11-01T00:00:00Z", 36, (("人", 1.0),), 0, 0, 0, 0
)


class _Area:
    def __init__(
        self, code: str, name: str, level: str, parent_code: str | None, box: Sequence[float]
    ) -> None:
        self.code, self.name, self.level, self.parent_code = code, name, level, parent_code
        self.shape = shapely.MultiPolygon([shapely.box(*box)])


def index_of(home: Path, *, streets: bool = True, rooms: Iterable[Corner] = ()) -> Index:
    """Make a registry of the town: three stations, one planned, its streets, and a district on each bank.

    Parameters
    ----------
    rooms : iterable of Corner
        Where there are nursing rooms.
    """
    settings = Settings(home=home)
    engine = open_engine(settings)
    upgrade(engine)
    rows = [_row(number, code, corner) for number, (code, corner) in enumerate(STANDS.items(), 1)]
    rows.append(_row(4, "YZ-0004", (3, 3)) | {"status": "planned", "hours_osm": None})
    for number, corner in enumerate(rooms, 5):
        rows.append(_row(number, f"YZ-000{number}", corner) | {"kind": "nursing_room"})
    west, middle, east = TOWN.west - 0.001, TOWN.spot(2.5, 0)[0], TOWN.spot(5.5, 0)[0]
    south, north = TOWN.south - 0.001, TOWN.spot(0, 5.5)[1]
    areas = [
        _Area("410100", "郑州市", "city", None, (west, south, east, north)),
        _Area("410101", "西区", "district", "410100", (west, south, middle, north)),
        _Area("410102", "东区", "district", "410100", (middle, south, east, north)),
    ]
    with writing(engine) as session:
        save_areas(session, areas)
        add_stations(session, rows, who="li", why="test")
    if streets:
        keep_streets(engine, settings, TOWN.write(home / "town.osm.pbf"))
    return Index(read_snapshot(engine), home)


def _row(number: int, code: str, corner: Corner) -> dict[str, Any]:
    lon, lat = TOWN.spot(*corner)
    hours = _HOURS.get(code)
    return station_row(
        number, code=code, name=f"站{number}", lon=lon, lat=lat, hours_osm=hours, hours_raw="x"
    )


def demand(**columns: np.ndarray) -> Demand:
    """Return people at every crossing."""
    spots = np.array([TOWN.spot(*place) for place in PLACES])
    return Demand(lon=spots[:, 0], lat=spots[:, 1], weights=columns or {"人": PEOPLE})


def candidates(**given: Any) -> Candidates:
    """Return candidates at some crossings."""
    spots = np.array([TOWN.spot(*place) for place in SPOTS.values()])
    unknown = np.full(len(SPOTS), np.nan)
    names = tuple(f"{code}店" for code in SPOTS)
    return Candidates(tuple(SPOTS), names, spots[:, 0], spots[:, 1], unknown, unknown)._replace(**given)


def plan(
    index: Index,
    given: Candidates | None = None,
    *,
    people: Demand | None = None,
    asked: Any = None,
    live: Any = None,
    public: Public = PLAIN,
    **site: Any,
) -> Answer:
    """Return what the planner finds for candidates of a set, by walk within 450 m."""
    with reading(open_engine(Settings(home=index.home))) as session:
        areas = read_index(session)
    if given is not None:
        site = {"candidates": "set:店", **site}
    ask = Ask(demand="住户", site=SiteAsk(**site), **{"limit": 450.0, **(asked or {})})
    return answer_of(
        index,
        areas,
        _SET,
        people or demand(),
        ask,
        id_="t",
        today=TODAY,
        tell=lambda _share, _step: None,
        candidates=given,
        live=live,
        public=public,
    )


@cache
def _metres(start: Corner, end: Corner) -> float:
    return TOWN.metres(start, end)


def metres(places: Iterable[Corner]) -> np.ndarray:
    """Return the ways from all demand to places, (places, demand)."""
    return np.array([[_metres(here, place) for here in PLACES] for place in places]).reshape(-1, len(PLACES))


def cover(places: Iterable[Corner], *, times: int = 1, limit: float = 450.0) -> float:
    """Return how many people have so many of the places within the limit."""
    return float(PEOPLE[(metres(places) <= limit).sum(axis=0) >= times].sum())


def subsets(codes: Iterable[str], most: int) -> Iterator[tuple[str, ...]]:
    """Yield every choice of at most so many."""
    codes = list(codes)
    for count in range(most + 1):
        yield from combinations(codes, count)


def chosen_codes(answer: Answer, what: str = "new") -> set[str]:
    """Return the codes a plan opens, or closes."""
    return {one["code"] for one in answer.study["plan"]["chosen"] if one["what"] == what}
