"""Tiles show what an extract holds, where it is, and only as much of it as a zoom has room for."""

import gzip
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pmtiles.reader import MemorySource, Reader, all_tiles
from pyproj import Transformer

from geo.errors import FileError
from geo.ingest.basemap import read_basemap
from geo.model.basemap import Basemap, Look
from geo.report.tiles import read_tile
from geo.report.tiles_cut import cut
from geo.report.tiles_encode import encode
from geo.report.tiles_write import write_tiles
from tests.ingest.drawing import draw

EXTENT, BUFFER = 4096, 128
WORDS = {"name": "济南", "attribution": "© OpenStreetMap contributors"}
# A tile of zoom 14 and its corners, far from the edges of all greater ones.
TILE = (14, 13515, 6427)
_METRES = Transformer.from_crs(4326, 3857, always_xy=True)
_HALF = 20037508.342789244

Place = tuple[float, float]


def units(place: Place, z: int, column: int, row: int) -> tuple[float, float]:
    """Return where a place lies, in units from the north-western corner of a tile."""
    x, y = _METRES.transform(*place)
    size = 2**z * EXTENT / _HALF / 2
    return (x + _HALF) * size - column * EXTENT, (_HALF - y) * size - row * EXTENT


def place(u: float, v: float) -> Place:
    """Return lon, lat of a place so many units from the corner of `TILE`."""
    z, x, y = TILE
    across, down = (x + u / EXTENT) / 2**z, (y + v / EXTENT) / 2**z
    return _METRES.transform((across * 2 - 1) * _HALF, (1 - down * 2) * _HALF, direction="INVERSE")


def decoded(body: bytes | None) -> dict[str, list[tuple[dict[str, Any], shapely.Geometry]]]:
    """Return the features of each layer: their properties and geometry in units, y down."""
    if body is None:
        return {}
    layers = mapbox_vector_tile.decode(gzip.decompress(body), default_options={"y_coord_down": True})
    assert all(layer["extent"] == EXTENT for layer in layers.values())
    return {
        name: [(one["properties"], shapely.geometry.shape(one["geometry"])) for one in layer["features"]]
        for name, layer in layers.items()
    }


@pytest.fixture
def tiles(tmp_path: Path) -> Any:
    """Return a function that draws an extract, writes its tiles, and returns their file."""

    def made(**drawn: Any) -> Path:
        extract = draw(tmp_path / "extract.osm.pbf", **drawn)
        write_tiles(read_basemap(extract), tmp_path / "made.pmtiles", **WORDS)
        return tmp_path / "made.pmtiles"

    return made


def everything(path: Path) -> dict[tuple[int, int, int], bytes]:
    """Return all tiles of a file, read by the format's own library."""
    return dict(all_tiles(MemorySource(path.read_bytes())))


@pytest.mark.parametrize("z", range(8, 15))
def test_a_street_lies_on_its_pixels_at_every_zoom(tiles: Any, z: int) -> None:
    ends = [place(700, 800), place(2100, 3300)]
    path = tiles(lines=[(ends, {"highway": "trunk", "name": "经十路", "name:en": "Jingshi Road"})])
    column, row = TILE[1] >> 14 - z, TILE[2] >> 14 - z
    ((properties, line),) = decoded(read_tile(path, z, column, row))["roads"]
    assert properties == {"kind": "trunk", "name": "经十路", "name_en": "Jingshi Road"}
    expected = [units(end, z, column, row) for end in ends]
    assert line.hausdorff_distance(shapely.LineString(expected)) <= 1


def test_a_street_without_a_name_has_none(tiles: Any) -> None:
    path = tiles(lines=[([place(10, 10), place(900, 900)], {"highway": "service"})])
    ((properties, _),) = decoded(read_tile(path, *TILE))["roads"]
    assert properties == {"kind": "minor"}


@pytest.mark.parametrize(
    ("tags", "first"),
    [
        ({"highway": "motorway"}, 8),
        ({"highway": "primary"}, 10),
        ({"highway": "secondary"}, 11),
        ({"highway": "tertiary"}, 12),
        ({"highway": "residential"}, 13),
        ({"highway": "steps"}, 14),
    ],
)
def test_roads_show_from_their_zoom_on(tiles: Any, tags: dict[str, str], first: int) -> None:
    ends = [(117.0005, 36.6503), (117.0212, 36.6608)]
    path = tiles(lines=[(ends, tags)])
    assert sorted({z for z, *_ in everything(path)}) == list(range(first, 15))


def test_areas_show_once_they_are_large_enough_to_be_seen(tiles: Any) -> None:
    corner, side = 1000, 100  # 100 units at zoom 14 are 6 at zoom 10, where two pixels are 32
    ring = [place(corner + u * side, corner + v * side) for u, v in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
    path = tiles(lines=[(ring, {"leisure": "park", "name": "小园"})])
    assert sorted(z for z, *_ in everything(path)) == [13, 14]


def test_a_small_area_shows_at_the_last_zoom_all_the_same(tiles: Any) -> None:
    ring = [place(999 + u, 999 + v) for u, v in ((0, 0), (8, 0), (8, 8), (0, 8), (0, 0))]
    path = tiles(lines=[(ring, {"leisure": "garden"})])
    assert sorted(z for z, *_ in everything(path)) == [14]
    ((_, garden),) = decoded(read_tile(path, *TILE))["green"]
    assert garden.area == pytest.approx(64, abs=17)


def test_a_hole_stays_open_and_rings_wind_as_the_format_wants(tiles: Any) -> None:
    def ring(begin: float, end: float) -> list[Place]:
        corners = ((begin, begin), (end, begin), (end, end), (begin, end), (begin, begin))
        return [place(*corner) for corner in corners]

    path = tiles(areas=[([ring(500, 3500), ring(1500, 2500)], {"natural": "water", "name": "大明湖"})])
    ((properties, lake),) = decoded(read_tile(path, *TILE))["water"]
    assert properties == {"kind": "lake", "name": "大明湖"}
    assert lake.area == pytest.approx(3000**2 - 1000**2, rel=0.002)
    # "A positive area by the surveyor's formula in the tile's own units": y down, so what shapely calls ccw.
    assert lake.exterior.is_ccw
    assert [inner.is_ccw for inner in lake.interiors] == [False]


def test_a_line_reaches_into_the_buffer_and_no_further(tiles: Any) -> None:
    path = tiles(lines=[([place(3000, 2000), place(6000, 2000)], {"highway": "path"})])
    z, x, y = TILE
    ((_, here),) = decoded(read_tile(path, z, x, y))["roads"]
    ((_, beside),) = decoded(read_tile(path, z, x + 1, y))["roads"]
    assert here.bounds == (3000, 2000, EXTENT + BUFFER, 2000)
    assert beside.bounds == (-BUFFER, 2000, 6000 - EXTENT, 2000)


@pytest.mark.parametrize(("u", "v"), [(0.2, 7.0), (4095.8, 7.0), (1.0, 4095.9), (2000.0, 2000.0)])
def test_a_place_is_written_in_one_tile_alone(tiles: Any, u: float, v: float) -> None:
    path = tiles(points=[(place(u, v), {"place": "suburb", "name": "历下区"})])
    last = [name for name in everything(path) if name[0] == 14]
    assert last == [TILE]
    ((properties, point),) = decoded(read_tile(path, *TILE))["places"]
    assert properties == {"kind": "suburb", "name": "历下区"}
    assert point.distance(shapely.Point(u, v)) <= 1


def test_a_street_in_pieces_is_one_line_and_another_name_begins_another(tiles: Any) -> None:
    a, b, c, d = (place(500.0 * n, 700) for n in range(1, 5))
    name = [{"highway": "residential", "name": name} for name in ("东街", "西街")]
    path = tiles(lines=[([a, b], name[0]), ([c, b], name[0]), ([c, d], name[1])])
    found = {properties["name"]: line for properties, line in decoded(read_tile(path, *TILE))["roads"]}
    assert {key: (line.geom_type, line.bounds[::2]) for key, line in found.items()} == {
        "东街": ("LineString", (500, 1500)),
        "西街": ("LineString", (1500, 2000)),
    }


def test_two_things_in_one_place_are_both_shown(tiles: Any) -> None:
    ends = [place(10, 10), place(900, 900)]
    path = tiles(
        lines=[(ends, {"highway": "residential", "name": "步行街"}), (ends, {"railway": "tram"})],
        points=[(ends[0], {"place": "suburb", "name": name}) for name in ("东区", "西区")],
    )
    found = decoded(read_tile(path, *TILE))
    assert [properties["kind"] for properties, _ in found["roads"]] == ["minor", "rail"]
    assert [properties["name"] for properties, _ in found["places"]] == ["东区", "西区"]


def test_there_is_no_tile_where_nothing_is(tiles: Any) -> None:
    path = tiles(lines=[([place(10, 10), place(900, 900)], {"highway": "motorway"})])
    z, x, y = TILE
    assert read_tile(path, z, x + 9, y) is None
    for elsewhere in [(z, -1, y), (z, x, 1 << z), (z + 1, 2 * x, 2 * y), (7, x >> 7, y >> 7), (99, 0, 0)]:
        assert read_tile(path, *elsewhere) is None


def test_nothing_to_draw_makes_a_file_without_anything(tiles: Any) -> None:
    path = tiles(lines=[([place(10, 10), place(900, 900)], {"power": "line"})])
    assert all(not decoded(body) for body in everything(path).values())
    assert read_tile(path, *TILE) is None


def test_the_file_says_what_it_is(tiles: Any) -> None:
    reader = Reader(
        MemorySource(tiles(lines=[([(117.0, 36.5), (117.1, 36.6)], {"highway": "trunk"})]).read_bytes())
    )
    header, metadata = reader.header(), reader.metadata()
    assert (header["min_zoom"], header["max_zoom"]) == (8, 14)
    assert [header[side] for side in ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")] == [
        1_170_000_000, 365_000_000, 1_171_000_000, 366_000_000,
    ]  # fmt: skip
    assert header["clustered"]
    assert {key: metadata[key] for key in WORDS} == WORDS
    assert [layer["id"] for layer in metadata["vector_layers"]] == ["water", "green", "roads", "places"]


@st.composite
def lines(draw_one: st.DrawFn) -> list[np.ndarray]:
    """Return lines of a few vertices on the square, up to some tiles of zoom 14 long."""
    offsets = st.floats(-2.5, 2.5, allow_nan=False)
    spots = st.lists(st.tuples(offsets, offsets), min_size=2, max_size=6, unique=True)
    return [
        (np.array(TILE[1:]) + spot) / 2.0**14 for spot in draw_one(st.lists(spots, min_size=1, max_size=4))
    ]


def basemap_of(shapes: list[shapely.Geometry]) -> Basemap:
    names = [str(number) for number in range(len(shapes))]
    return Basemap(
        geometry=np.array(shapes, dtype=object),
        look=np.arange(len(shapes), dtype=np.int32),
        zoom=np.zeros(len(shapes), np.uint8),
        looks=tuple(Look("roads", 0, "path", name) for name in names),
        bounds=None,
        broken=0,
    )


@given(lines())
@settings(deadline=None, max_examples=60)
def test_each_tile_holds_just_the_part_of_a_line_that_crosses_it(given: list[np.ndarray]) -> None:
    shapes = [shapely.LineString(line) for line in given]
    basemap = basemap_of(shapes)
    seen = set()
    for tile, pieces, _ in cut(basemap):
        frame = shapely.box(-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
        body = encode(tile, pieces, basemap.looks)
        shown = decoded(body and gzip.compress(body)).get("roads", [])
        for properties, line in shown:
            number = int(properties["name"])
            units = (given[number] * 2.0**tile.z - (tile.x, tile.y)) * EXTENT
            expected = shapely.LineString(units).intersection(frame)
            assert line.hausdorff_distance(expected) <= (1.5 if tile.z == 14 else 5.0)
            seen.add((number, *tile))
    for number, line in enumerate(given):
        for x, y in (np.floor((line[1:] + line[:-1]) / 2 * 2**14)).astype(int):
            assert (number, 14, x, y) in seen or shapes[number].length * 2**14 * EXTENT < 8


def test_the_work_done_grows_to_all_of_it(tiles: Any, tmp_path: Path) -> None:
    tiles(lines=[([place(400.0 * n, 0), place(0, 500.0 * n)], {"highway": "path"}) for n in range(40)])
    told: list[float] = []
    basemap = read_basemap(tmp_path / "extract.osm.pbf")
    write_tiles(basemap, tmp_path / "told.pmtiles", **WORDS, progress=told.append)
    assert told == sorted(told)
    assert told[0] < 0.1
    assert told[-1] == 1.0


def test_the_same_extract_gives_the_same_bytes(tiles: Any) -> None:
    lines = [
        ([place(10.0 * n, 10), place(900, 7.0 * n)], {"highway": "trunk", "name": f"{n}路"}) for n in range(9)
    ]
    once = tiles(lines=lines).read_bytes()
    assert tiles(lines=lines).read_bytes() == once


def test_a_file_written_anew_is_read_anew(tiles: Any) -> None:
    path = tiles(lines=[([place(10, 10), place(900, 900)], {"highway": "path", "name": "旧路"})])
    old = read_tile(path, *TILE)
    tiles(lines=[([place(10, 10), place(900, 900)], {"highway": "path", "name": "新建的路"})])
    ((properties, _),) = decoded(read_tile(path, *TILE))["roads"]
    assert properties["name"] == "新建的路"
    assert old != read_tile(path, *TILE)


def test_a_file_that_could_not_be_finished_leaves_the_old_one(
    tiles: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tiles(lines=[([place(10, 10), place(900, 900)], {"highway": "path"})])
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pmtiles.writer.Writer.finalize", full)
    with pytest.raises(OSError, match="No space"):
        tiles(lines=[([place(10, 10), place(800, 800)], {"highway": "path"})])
    assert path.read_bytes() == before
    assert sorted(one.name for one in path.parent.iterdir()) == ["extract.osm.pbf", "made.pmtiles"]


def test_many_threads_read_at_once(tiles: Any) -> None:
    lines = [
        ([place(400.0 * n, 0), place(0, 500.0 * n)], {"highway": "trunk", "name": f"{n}路"})
        for n in range(40)
    ]
    path = tiles(lines=lines)
    expected = everything(path)
    wrong: list[tuple[int, int, int]] = []

    def read() -> None:
        wrong.extend(name for name, body in expected.items() if read_tile(path, *name) != body)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(expected) > 40
    assert not wrong


def _damaged(whole: bytes) -> Iterator[bytes]:
    yield from (whole[:length] for length in (0, 5, 90, 126, 140, len(whole) // 2))
    yield b"PMTiles\x02" + whole[8:]
    yield whole[:127] + bytes(60) + whole[187:]


def test_a_damaged_file_is_told(tiles: Any) -> None:
    path = tiles(
        lines=[([place(9.0 * n, 10), place(900, 7.0 * n)], {"highway": "trunk"}) for n in range(1, 99)]
    )
    for number, content in enumerate(_damaged(path.read_bytes())):
        damaged = path.with_name(f"{number}.pmtiles")
        damaged.write_bytes(content)
        with pytest.raises(FileError, match=rf"{number}\.pmtiles.*yizhan load streets"):
            read_tile(damaged, *TILE)


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"没有\.pmtiles"):
        read_tile(tmp_path / "没有.pmtiles", *TILE)


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["monaco", "porto-alegre", "jinan"])
def test_a_city_keeps_its_streets(real_data: Path, tmp_path: Path, name: str) -> None:
    basemap = read_basemap(real_data / name / f"{name}.osm.pbf")
    path = tmp_path / "city.pmtiles"
    write_tiles(basemap, path, **WORDS)
    core = shapely.box(0, 0, EXTENT, EXTENT)
    shown = sum(
        shapely.length(shapely.intersection(line, core))
        for (z, *_), body in everything(path).items()
        for _, line in decoded(body).get("roads", [])
        if z == 14
    )
    is_road = np.array([basemap.looks[number].layer == "roads" for number in basemap.look])
    assert shown / EXTENT == pytest.approx(shapely.length(basemap.geometry[is_road]).sum() * 2**14, rel=0.005)


@pytest.mark.real_data
def test_monaco_shows_its_sea_parks_and_names(real_data: Path, tmp_path: Path) -> None:
    path = tmp_path / "monaco.pmtiles"
    write_tiles(read_basemap(real_data / "monaco" / "monaco.osm.pbf"), path, **WORDS)
    shown: dict[str, set[tuple[str, str]]] = {}
    for body in everything(path).values():
        for layer, features in decoded(body).items():
            shown.setdefault(layer, set()).update((p["kind"], p.get("name", "")) for p, _ in features)
    assert ("sea", "") in shown["water"]
    assert ("park", "Jardin Exotique") in shown["green"]
    assert {("suburb", "Monte-Carlo"), ("city", "摩納哥")} <= shown["places"]
    assert "Boulevard des Moulins" in {name for _, name in shown["roads"]}
