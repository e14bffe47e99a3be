"""What an extract gives to draw, and what of it is left out."""

from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely
from pyproj import Transformer

from geo.errors import FileError
from geo.ingest.basemap import read_basemap
from geo.ingest.basemap_rules import area_drawing
from geo.ingest.basemap_sea import sea_polygons
from geo.model.basemap import LAYERS, Basemap
from tests.ingest.drawing import draw

STRETCH = [(117.0, 36.0), (117.01, 36.0), (117.01, 36.02)]
SQUARE = [(117.0, 36.0), (117.04, 36.0), (117.04, 36.04), (117.0, 36.04), (117.0, 36.0)]
HOLE = [(117.01, 36.01), (117.02, 36.01), (117.02, 36.02), (117.01, 36.02), (117.01, 36.01)]
CROSSED = [(117.0, 36.0), (117.04, 36.04), (117.04, 36.0), (117.0, 36.04), (117.0, 36.0)]


def looks(basemap: Basemap) -> list[tuple[str, str, int]]:
    """Return layer, kind and first zoom of everything drawn."""
    named = [basemap.looks[number] for number in basemap.look]
    return [(look.layer, look.kind, int(zoom)) for look, zoom in zip(named, basemap.zoom, strict=True)]


def degrees(basemap: Basemap) -> np.ndarray:
    """Return the geometries in degrees, by a projection that is not ours."""
    half = 20037508.342789244
    back = Transformer.from_crs(3857, 4326, always_xy=True)

    def turned(square: np.ndarray) -> np.ndarray:
        return np.column_stack(back.transform((square[:, 0] * 2 - 1) * half, (1 - square[:, 1] * 2) * half))

    return shapely.transform(basemap.geometry, turned)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "motorway"}, ("roads", "motorway", 8)),
        ({"highway": "trunk"}, ("roads", "trunk", 8)),
        ({"highway": "primary"}, ("roads", "primary", 10)),
        ({"highway": "secondary"}, ("roads", "secondary", 11)),
        ({"highway": "tertiary"}, ("roads", "tertiary", 12)),
        ({"highway": "residential"}, ("roads", "minor", 13)),
        ({"highway": "footway"}, ("roads", "path", 14)),
        ({"highway": "motorway_link"}, ("roads", "motorway", 11)),
        ({"railway": "rail"}, ("roads", "rail", 10)),
        ({"railway": "rail", "service": "yard"}, ("roads", "rail", 14)),
        ({"waterway": "river"}, ("water", "river", 8)),
        ({"waterway": "ditch"}, ("water", "stream", 14)),
    ],
)
def test_a_line_is_drawn_by_its_class(
    tmp_path: Path, tags: dict[str, str], expected: tuple[str, str, int]
) -> None:
    assert looks(read_basemap(draw(tmp_path / "a.osm.pbf", lines=[(STRETCH, tags)]))) == [expected]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"natural": "water"}, ("water", "lake")),
        ({"natural": "water", "water": "river"}, ("water", "river")),
        ({"waterway": "dock"}, ("water", "dock")),
        ({"landuse": "reservoir"}, ("water", "lake")),
        ({"leisure": "park"}, ("green", "park")),
        ({"landuse": "forest"}, ("green", "wood")),
        ({"natural": "scrub"}, ("green", "grass")),
    ],
)
@pytest.mark.parametrize("how", ["way", "relation"])
def test_an_area_is_drawn_by_its_use(
    tmp_path: Path, how: str, tags: dict[str, str], expected: tuple[str, str]
) -> None:
    given = {"lines": [(SQUARE, tags)]} if how == "way" else {"areas": [([SQUARE], tags)]}
    basemap = read_basemap(draw(tmp_path / "a.osm.pbf", **given))
    assert looks(basemap) == [(*expected, 8)]
    assert degrees(basemap)[0].area == pytest.approx(0.0016)


def test_what_a_map_does_not_show_is_left_out(tmp_path: Path) -> None:
    lines = [
        (STRETCH, {"highway": "proposed"}),
        (STRETCH, {"power": "line"}),
        (SQUARE, {"building": "yes"}),
        (SQUARE, {"leisure": "park", "area": "no"}),
    ]
    points = [((117.0, 36.0), {"place": "suburb"}), ((117.0, 36.0), {"natural": "tree"})]
    basemap = read_basemap(draw(tmp_path / "a.osm.pbf", lines=lines, points=points))
    assert (len(basemap), basemap.broken, basemap.bounds) == (0, 0, None)


def test_names_are_chinese_where_there_is_a_chinese_one(tmp_path: Path) -> None:
    points = [
        ((117.0, 36.0), {"place": "city", "name": "Jinan", "name:zh": "济南", "name:en": "Jinan City"}),
        ((117.1, 36.0), {"place": "suburb", "name": " 历下区 "}),
    ]
    basemap = read_basemap(draw(tmp_path / "a.osm.pbf", points=points))
    assert [(look.kind, look.name, look.name_en) for look in basemap.looks] == [
        ("city", "济南", "Jinan City"),
        ("suburb", "历下区", ""),
    ]


def test_a_hole_stays_open(tmp_path: Path) -> None:
    basemap = read_basemap(
        draw(tmp_path / "a.osm.pbf", areas=[([SQUARE, HOLE], {"natural": "water", "name": "湖"})])
    )
    (lake,) = degrees(basemap)
    assert lake.area == pytest.approx(0.0016 - 0.0001)
    assert not lake.contains(shapely.Point(117.015, 36.015))


def test_places_on_the_square_are_those_of_web_mercator(tmp_path: Path) -> None:
    basemap = read_basemap(draw(tmp_path / "a.osm.pbf", lines=[(STRETCH, {"highway": "path"})]))
    np.testing.assert_allclose(shapely.get_coordinates(degrees(basemap)), STRETCH, atol=1e-9)
    assert basemap.bounds == pytest.approx((117.0, 36.0, 117.01, 36.02))


def test_broken_geometry_is_left_out_and_counted(tmp_path: Path) -> None:
    lines = [
        (STRETCH, {"leisure": "park"}),  # not closed
        (CROSSED, {"natural": "wood"}),
        ([(117.0, 36.0), (117.0, 36.0)], {"highway": "path"}),  # no length
        (STRETCH, {"highway": "primary", "name": "经十路"}),
    ]
    basemap = read_basemap(
        draw(tmp_path / "a.osm.pbf", lines=lines, areas=[([STRETCH], {"natural": "water"})])
    )
    assert looks(basemap) == [("roads", "primary", 10)]
    assert basemap.broken == 4


def test_islands_that_share_a_side_are_left_out_of_the_lake(tmp_path: Path) -> None:
    beside = [(117.02, 36.01), (117.03, 36.01), (117.03, 36.02), (117.02, 36.02), (117.02, 36.01)]
    basemap = read_basemap(
        draw(tmp_path / "a.osm.pbf", areas=[([SQUARE, HOLE, beside], {"natural": "water"})])
    )
    assert degrees(basemap)[0].area == pytest.approx(0.0016 - 0.0002)


def test_what_is_drawn_twice_alike_is_drawn_once(tmp_path: Path) -> None:
    road = {"highway": "primary", "name": "经十路"}
    lines = [(STRETCH, road), (STRETCH, road), (STRETCH, road | {"name": "旅游路"})]
    basemap = read_basemap(draw(tmp_path / "a.osm.pbf", lines=lines))
    assert [basemap.looks[number].name for number in basemap.look] == ["经十路", "旅游路"]


def test_looks_come_by_layer_and_weight(tmp_path: Path) -> None:
    lines = [(STRETCH, {"highway": kind}) for kind in ("path", "primary", "motorway")]
    lines += [(STRETCH, {"waterway": kind}) for kind in ("stream", "river")]
    points = [((117.0, 36.0), {"place": kind, "name": kind}) for kind in ("hamlet", "city")]
    basemap = read_basemap(draw(tmp_path / "a.osm.pbf", lines=lines, points=points))
    assert [look.kind for look in basemap.looks] == [
        "river", "stream", "motorway", "primary", "path", "city", "hamlet",
    ]  # fmt: skip
    assert {look.layer for look in basemap.looks} <= set(LAYERS)


class TestSea:
    """Of the coastline (land to its left) and the box of the extract, the sea is made."""

    BOX = (0.0, 0.0, 4.0, 2.0)

    def test_it_lies_to_the_right_of_the_coast(self) -> None:
        northward = shapely.LineString([(1, -1), (1, 3)])
        assert shapely.union_all(sea_polygons([northward], self.BOX)).equals(shapely.box(1, 0, 4, 2))
        assert shapely.union_all(sea_polygons([northward.reverse()], self.BOX)).equals(
            shapely.box(0, 0, 1, 2)
        )

    def test_islands_are_land_and_lagoons_of_islands_are_sea(self) -> None:
        island = shapely.LineString(
            [(1, 0.5), (3, 0.5), (3, 1.5), (1, 1.5), (1, 0.5)]
        )  # land within: to the left
        lagoon = shapely.box(1.5, 0.7, 2, 1).exterior.normalize()
        lagoon = lagoon if not lagoon.is_ccw else lagoon.reverse()
        sea = shapely.union_all(sea_polygons([island, shapely.LineString(lagoon.coords)], self.BOX))
        assert sea.area == pytest.approx(8 - 2 + 0.15)
        assert not sea.contains(shapely.Point(2.5, 1))
        assert sea.contains(shapely.Point(1.7, 0.8))

    def test_a_coast_that_ends_within_the_box_is_prolonged_to_its_nearest_side(self) -> None:
        pieces = [shapely.LineString([(1, 0.2), (1.5, 1)]), shapely.LineString([(1.5, 1), (1, 1.9)])]
        (sea,) = sea_polygons(pieces, self.BOX)
        assert sea.equals(shapely.Polygon([(1, 0), (1, 0.2), (1.5, 1), (1, 1.9), (1, 2), (4, 2), (4, 0)]))

    def test_a_coast_that_contradicts_itself_makes_no_sea(self) -> None:
        coasts = [shapely.LineString([(1, -1), (1, 3)]), shapely.LineString([(3, -1), (3, 3)])]
        seas = shapely.union_all(sea_polygons(coasts, self.BOX))
        assert seas.equals(shapely.box(3, 0, 4, 2))

    def test_it_takes_the_place_of_the_coastline(self, tmp_path: Path) -> None:
        coast = ([(117.01, 36.0), (117.01, 36.02)], {"natural": "coastline"})
        path = draw(tmp_path / "a.osm.pbf", lines=[coast], box=(117.0, 36.0, 117.03, 36.02))
        basemap = read_basemap(path)
        assert looks(basemap) == [("water", "sea", 8)]
        assert degrees(basemap)[0].bounds == pytest.approx((117.01, 36.0, 117.03, 36.02))

    def test_the_coastline_is_a_line_where_no_sea_can_be_made(self, tmp_path: Path) -> None:
        there_and_back = [(117.01, 36.005), (117.02, 36.005)]
        lines = [(way, {"natural": "coastline"}) for way in (there_and_back, there_and_back[::-1])]
        basemap = read_basemap(draw(tmp_path / "a.osm.pbf", lines=lines, box=(117.0, 36.0, 117.03, 36.02)))
        assert set(looks(basemap)) == {("water", "coastline", 8)}


def test_progress_is_told_up_to_the_end(tmp_path: Path) -> None:
    told: list[float] = []
    read_basemap(draw(tmp_path / "a.osm.pbf", lines=[(STRETCH, {"highway": "path"})]), told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize("content", [b"", b"no map at all" * 99])
def test_what_is_no_extract_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "坏.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(FileError, match=r"坏\.osm\.pbf"):
        read_basemap(path)


@pytest.mark.parametrize("order", ["nodes ways relations", "relations ways nodes"])
@pytest.mark.parametrize("step", [1, -1])
def test_the_order_of_a_file_does_not_matter(tmp_path: Path, order: str, step: int) -> None:
    drawn = {
        "lines": [(STRETCH, {"highway": "path"}), (SQUARE, {"leisure": "park"})],
        "areas": [([SQUARE, HOLE], {"natural": "water"})],
    }
    straight = draw(tmp_path / "a.osm.pbf", **drawn)
    kinds = {"nodes": osmium.osm.NODE, "ways": osmium.osm.WAY, "relations": osmium.osm.RELATION}
    with osmium.SimpleWriter(tmp_path / "b.osm.pbf") as writer:
        for kind in order.split():
            numbers = [thing.id for thing in osmium.FileProcessor(straight, kinds[kind])]
            for number in numbers[::step]:
                for thing in osmium.FileProcessor(straight, kinds[kind]):
                    if thing.id == number:
                        writer.add(thing)
    expected, basemap = read_basemap(straight), read_basemap(tmp_path / "b.osm.pbf")
    assert sorted(looks(basemap)) == sorted(looks(expected))
    assert shapely.area(basemap.geometry).sum() == pytest.approx(shapely.area(expected.geometry).sum())


def test_an_area_in_pieces_needs_all_of_them(tmp_path: Path) -> None:
    halves = [SQUARE[:3], SQUARE[2:]]
    whole = read_basemap(draw(tmp_path / "a.osm.pbf", areas=[([*halves, HOLE], {"natural": "water"})]))
    assert degrees(whole)[0].area == pytest.approx(0.0016 - 0.0001)
    lacking = read_basemap(draw(tmp_path / "b.osm.pbf", areas=[([SQUARE[:3], HOLE], {"natural": "water"})]))
    assert (len(lacking), lacking.broken) == (0, 1)


@pytest.mark.real_data
def test_monaco(real_data: Path) -> None:
    basemap = read_basemap(real_data / "monaco" / "monaco.osm.pbf")
    names = {look.name for look in basemap.looks}
    assert {"摩納哥", "Boulevard des Moulins", "Jardin Exotique"} <= names
    assert {("water", "sea"), ("water", "lake"), ("green", "park"), ("places", "suburb")} <= {
        look[:2] for look in looks(basemap)
    }
    where = dict(zip(basemap.look.tolist(), degrees(basemap), strict=True))
    (sea,) = (where[number] for number, look in enumerate(basemap.looks) if look.kind == "sea")
    assert sea.contains(shapely.Point(7.4262, 43.7352))  # Port Hercule
    assert not sea.contains(shapely.Point(7.4225, 43.7310))  # the palace


@pytest.mark.real_data
@pytest.mark.parametrize(("name", "ways"), [("jinan", 18_118), ("porto-alegre", 15_690)])
def test_every_street_of_a_city_is_drawn(real_data: Path, name: str, ways: int) -> None:
    basemap = read_basemap(real_data / name / f"{name}.osm.pbf")
    roads = sum(layer == "roads" for layer, _, _ in looks(basemap))
    assert roads + basemap.broken == pytest.approx(ways, abs=20)


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["monaco", "porto-alegre"])
def test_areas_are_those_that_osmium_puts_together(real_data: Path, name: str) -> None:
    path = real_data / name / f"{name}.osm.pbf"
    make = osmium.geom.WKBFactory()
    expected = [
        shapely.from_wkb(make.create_multipolygon(thing)).area
        for thing in osmium.FileProcessor(path).with_areas()
        if thing.is_area() and area_drawing(thing.tags)
    ]
    basemap = read_basemap(path)
    is_sea = np.array([look.kind == "sea" for look in basemap.looks])[basemap.look]
    areas = shapely.area(degrees(basemap)[~is_sea])
    np.testing.assert_allclose(np.sort(areas[areas > 0]), np.sort(expected), rtol=1e-6)
