"""A city's streets for phones: which streets, how exactly stations are told, and what stays as it is."""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyproj import Geod

from geo.crs import Crs, from_wgs84
from geo.db.engine import open_engine, writing
from geo.db.upgrade import upgrade
from geo.errors import NotFoundError
from geo.finder import street_pack as module
from geo.finder.cities import City
from geo.finder.street_pack import Body, StreetPack, street_pack
from geo.loading import keep_streets
from geo.model.place import Point
from geo.model.streets import STREET_PROFILES
from geo.network.graph import Graph
from geo.network.pack import pack_streets
from geo.registry.nearest import Index
from geo.registry.snapshot_read import read_snapshot
from geo.registry.write import add_stations
from geo.settings import Settings
from tests.network.packs import decode_stands, decode_streets
from tests.registry.conftest import station_row
from tests.town import Town

GEOD = Geod(ellps="WGS84")
TOWN = Town()
# Holds the western half of the town's stations.
NEIGHBOUR = Town(TOWN.west - 0.007, TOWN.south)
REST = "rest"
# Of two cities, and of both: the fourth station is the second's, and stands in the first's streets.
ROWS = {"1": [0, 1], "2": [2, 3, 4], "1+2": [0, 1, 2, 3, 4]}

Make = Callable[..., Index]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Make]:
    """Return a function that puts stations into a registry with towns of streets and gives its index."""
    settings = Settings(home=tmp_path / "home")
    engine = open_engine(settings)
    upgrade(engine)

    def with_stations(*rows: dict[str, Any], towns: dict[str, Town] | None = None) -> Index:
        for name, town in ({"town": TOWN} if towns is None else towns).items():
            extract = tmp_path / f"{name}.osm.pbf"
            if not extract.exists():
                town.write(extract)
            keep_streets(engine, settings, extract, name=name, attribution=f"© {name}")
        with writing(engine) as session:
            add_stations(session, rows, who="li")
        return Index(read_snapshot(engine), settings.home)

    yield with_stations
    engine.dispose()


def at(number: int, i: float, j: float, **given: Any) -> dict[str, Any]:
    lon, lat = TOWN.spot(i, j)
    return station_row(number, lon=lon, lat=lat, **given)


def pack(index: Index, **given: Any) -> StreetPack:
    return street_pack(index, REST, **{"name": "登记册", "crs": Crs.WGS84, "decimals": 6} | given)


def plain(body: Body) -> bytes:
    return gzip.decompress(body.zipped)


def doors(found: StreetPack, profile: str = "walk", block: int = 0) -> dict[str, tuple[float, float]]:
    """Return where the pack has stations stand, degrees, by code."""
    streets = decode_streets(plain(found.streets[block]))
    head, stands = decode_stands(plain(found.stands[block]))
    assert head["streets"] == found.streets[block].digest
    places = {}
    for code, (edge, offset_m, _) in zip(head["codes"], stands[profile], strict=True):
        a, b = np.array(streets.shape[edge][0]), np.array(streets.shape[edge][-1])
        # The town's streets are straight.
        places[code] = tuple(a + (b - a) * min(offset_m / streets.length_m[edge], 1))
    return places


def apart_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    return GEOD.inv(*a, *b)[2]


def test_the_index_says_what_there_is_and_names_it(made: Make):
    found = pack(made(at(1, 0, 0)))
    assert json.loads(json.dumps(found.index)) == found.index
    [block] = found.index["blocks"]
    assert (found.index["city"], found.index["crs"], found.index["attribution"]) == (REST, "wgs84", "© town")
    assert block["reach_m"] is None
    assert block["inner"] == pytest.approx([*TOWN.spot(0, 0), *TOWN.spot(5, 5)], abs=2e-6)
    assert (block["streets"], block["stands"]) == (found.streets[0].digest, found.stands[0].digest)
    assert len(decode_streets(plain(found.streets[0])).ends) == len(TOWN.streets())


def test_stations_stand_where_their_doors_are(made: Make):
    door = TOWN.spot(1.5, 0)
    index = made(at(1, 0.5, 0), at(2, 3, 3, entrance_lon=door[0], entrance_lat=door[1]), at(3, 0, 4.25))
    found = pack(index)
    for profile in STREET_PROFILES:
        places = doors(found, profile)
        assert list(places) == ["YZ-0001", "YZ-0002", "YZ-0003"]
        for place, true in zip(places.values(), [TOWN.spot(0.5, 0), door, TOWN.spot(0, 4.25)], strict=True):
            assert apart_m(place, true) < 0.3


def test_a_station_off_the_network_is_listed_and_stands_nowhere(made: Make):
    found = pack(made(at(1, 0, 0), at(2, 0, -2)))
    head, stands = decode_stands(plain(found.stands[0]))
    assert head["codes"] == ["YZ-0001", "YZ-0002"]
    for profile in STREET_PROFILES:
        assert stands[profile][0][0] >= 0
        assert stands[profile][1] == (-1, 0, 0)


@pytest.mark.parametrize("decimals", [2, 3, 4, 5])
def test_a_station_is_told_no_better_than_published(made: Make, decimals: int):
    lon, lat = (round(value, decimals) for value in TOWN.spot(2.5, 2.5))
    grid = 10**-decimals
    here = station_row(1, lon=lon + 0.4 * grid, lat=lat - 0.3 * grid)
    published = station_row(2, lon=lon, lat=lat)
    index = made(here, published)
    _, stands = decode_stands(plain(pack(index, decimals=decimals).stands[0]))
    for profile in STREET_PROFILES:
        assert stands[profile][0] == stands[profile][1]


@pytest.mark.parametrize("crs", [Crs.GCJ02, Crs.BD09])
def test_streets_and_stations_are_in_the_public_system(made: Make, crs: Crs):
    found = pack(made(at(1, 0.5, 0)), crs=crs)
    assert found.index["crs"] == crs.value
    place = doors(found)["YZ-0001"]
    assert apart_m(place, from_wgs84(*TOWN.spot(0.5, 0), crs)) < 0.5
    assert apart_m(place, TOWN.spot(0.5, 0)) > 100
    west, south, east, north = found.index["blocks"][0]["inner"]
    corner = from_wgs84(*TOWN.spot(0, 0), crs)
    assert (west, south) == pytest.approx(corner, abs=2e-6)
    assert (east, north) == pytest.approx(from_wgs84(*TOWN.spot(5, 5), crs), abs=2e-6)


def test_stations_change_and_streets_stay(made: Make):
    before = pack(made(at(1, 0, 0)))
    after = pack(made(at(2, 1, 1)))
    assert before.streets == after.streets
    assert plain(before.streets[0]) == plain(after.streets[0])
    assert before.stands != after.stands


def test_a_name_means_one_content(made: Make, monkeypatch: pytest.MonkeyPatch):
    towns = {"town": TOWN, "other": Town(TOWN.west + 1, TOWN.south)}
    index = made(at(1, 0, 0), at(2, 5, 5), towns=towns)
    monkeypatch.setattr(module, "BLOCK_BYTES", 150)
    contents: dict[str, set[bytes]] = {}
    for found in (
        pack(index),
        pack(index, crs=Crs.GCJ02),
        pack(made(at(3, 500, 0), at(4, 501, 0), at(5, 502, 0))),
    ):
        for body in (*found.streets, *found.stands):
            contents.setdefault(body.digest, set()).add(plain(body))
    assert len(contents) > 6
    assert {len(found) for found in contents.values()} == {1}


def test_a_block_is_made_when_it_is_asked_for(made: Make, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "BLOCK_BYTES", 150)
    packed: list[int] = []

    def counted(graph: Graph, edges: Any, *, crs: Crs) -> bytes:
        packed.append(len(edges))
        return pack_streets(graph, edges, crs=crs)

    monkeypatch.setattr("geo.network.pack.pack_streets", counted)
    found = pack(made(at(1, 0, 0), at(2, 5, 5)), crs=Crs.BD09)
    assert len(found.streets) > 1
    assert packed == []
    assert found.streets[1].zipped is found.streets[1].zipped
    assert len(packed) == 1


def test_a_pack_is_made_once(made: Make):
    index = made(at(1, 0, 0))
    assert pack(index) is pack(index)
    assert pack(index) is not pack(index, decimals=3)


def test_the_streets_that_most_stations_lie_on_count(made: Make):
    towns = {"town": TOWN, "neighbour": NEIGHBOUR}
    index = made(at(1, 0, 0), at(2, 4, 0), at(3, 5, 0), towns=towns)
    assert pack(index).index["attribution"] == "© town"
    index = made(*(at(10 + n, -2, n) for n in range(5)), towns={})
    assert pack(index).index["attribution"] == "© neighbour"


def test_a_city_without_streets_says_so(made: Make):
    for index in (
        made(at(1, 50, 50)),
        Index(made().snapshot, None),
    ):
        with pytest.raises(NotFoundError, match="还没有街道数据"):
            pack(index)


def test_no_such_city(made: Make):
    with pytest.raises(NotFoundError):
        street_pack(made(at(1, 0, 0)), "410100", name="登记册", crs=Crs.WGS84, decimals=6)


def test_a_large_city_comes_in_blocks(made: Make, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "BLOCK_BYTES", 150)
    far = at(3, 0, -2)
    found = pack(made(at(1, 0, 0), at(2, 5, 5), far))
    blocks = found.index["blocks"]
    assert len(blocks) > 1
    held: set[str] = set()
    for number, block in enumerate(blocks):
        assert 0 < block["reach_m"]["walk"] < block["reach_m"]["ebike"] <= 6000
        _, stands = decode_stands(plain(found.stands[number]))
        # Those without a place in it are not told of.
        assert all(
            max(edges) >= 0
            for edges in zip(*([e for e, *_ in rows] for rows in stands.values()), strict=True)
        )
        held |= set(doors(found, block=number))
    assert held == {"YZ-0001", "YZ-0002"}


def test_neighbouring_cities_have_the_blocks_of_each_and_the_stations_of_all(
    made: Make, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "rows_of_city", lambda snapshot, code: np.array(ROWS[code]))
    monkeypatch.setattr(module, "find_city", lambda snapshot, code, name: City(code, "", 1, 1, Point(0, 0)))
    towns = {"town": TOWN, "far": Town(TOWN.west + 1, TOWN.south)}
    index = made(at(1, 0, 0), at(2, 1, 1), at(3, 500, 0), at(4, 4, 4), at(5, 501, 0), towns=towns)
    found = street_pack(index, "1+2", name="登记册", crs=Crs.WGS84, decimals=6)
    assert found.index["attribution"] == "© town, © far"
    told = [decode_stands(plain(stands))[0]["codes"] for stands in found.stands]
    # Of a station that lies outside its streets a block tells nothing, not even that no street leads there.
    assert told == [["YZ-0001", "YZ-0002", "YZ-0004"], ["YZ-0003", "YZ-0004", "YZ-0005"]]
    alone = street_pack(index, "1", name="登记册", crs=Crs.WGS84, decimals=6)
    assert alone.streets == found.streets[:1]


def test_blocks_stay_when_a_station_comes(made: Make, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "BLOCK_BYTES", 150)
    before = pack(made(at(1, 0, 0), at(2, 5, 5)))
    after = pack(made(at(3, 5.1, 5)))
    assert before.streets == after.streets
