"""Weights of polygons on points: nothing lost, along streets, by their length."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.ingest.streets import read_streets
from geo.network.compile import compile_graph
from geo.network.graph import Graph
from geo.network.spread import Spots, grid_spots, spread
from geo.network.spread_streets import street_spots
from tests.town import GEOD, STEP, Town

TOWN = Town()


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    extract = TOWN.write(tmp_path_factory.mktemp("osm") / "town.osm.pbf")
    return compile_graph(read_streets(extract, max_bytes=10**8).ways)


def around(i: float, j: float, half: float) -> shapely.Polygon:
    """Return a square around a crossing, its half side in steps of the grid."""
    lon, lat = TOWN.spot(i, j)
    return shapely.box(lon - half * STEP, lat - half * STEP, lon + half * STEP, lat + half * STEP)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(1e-200, 1e300) | st.integers(0, 10**9).map(float),
            st.lists(st.floats(1e-3, 1e4), min_size=1, max_size=30),
        ),
        max_size=8,
    ),
    st.randoms(),
)
def test_parts_add_up_to_the_whole_exactly_in_any_order(polygons, random):
    weight = np.array([whole for whole, _ in polygons])
    share = [length / sum(lengths) for _, lengths in polygons for length in lengths]
    polygon = np.repeat(np.arange(len(polygons)), [len(lengths) for _, lengths in polygons])
    part = spread(weight, Spots(polygon, np.zeros(len(share)), np.zeros(len(share)), np.array(share)))
    assert (part >= 0).all()
    for number, (whole, lengths) in enumerate(polygons):
        mine = part[polygon == number].tolist()
        assert mine == pytest.approx(
            [whole * length / sum(lengths) for length in lengths], rel=1e-9, abs=whole * 1e-9
        )
        random.shuffle(mine)
        assert sum(mine) == whole


def test_points_stand_on_the_streets_inside_by_their_length(graph: Graph):
    # Two streets cross in it: half a step of each way, the one across shorter than the one along.
    square = around(1, 1, 0.5)
    spots = street_spots(graph, "walk", [square], spacing_m=10)
    assert spots.polygon.tolist() == [0] * len(spots.polygon)
    assert spots.share.sum() == pytest.approx(1)
    assert shapely.intersects_xy(square, spots.lon, spots.lat).all()
    lon, lat = TOWN.spot(1, 1)
    across = np.abs(spots.lat - lat) < 1e-6
    assert (across | (np.abs(spots.lon - lon) < 1e-6)).all()
    across_m = GEOD.inv(lon - STEP / 2, lat, lon + STEP / 2, lat)[2]
    along_m = GEOD.inv(lon, lat - STEP / 2, lon, lat + STEP / 2)[2]
    # Pieces at the border belong to it or not as wholes.
    assert spots.share[across].sum() == pytest.approx(
        across_m / (across_m + along_m), abs=20 / (across_m + along_m)
    )


def test_no_piece_is_longer_than_asked_and_all_streets_are_there(graph: Graph):
    for spacing_m in (7.0, 50.0, 1000.0):
        spots = street_spots(graph, "walk", [around(2.5, 2.5, 9)], spacing_m=spacing_m)
        metres = spots.share * graph.edge_length_m.sum()
        assert metres.max() <= spacing_m * (1 + 1e-9)
        assert len(metres) == np.ceil(graph.edge_length_m / spacing_m).sum()


def test_each_polygon_has_its_own_points_and_some_have_none(graph: Graph):
    squares = [around(1, 1, 0.4), around(0.5, 0.5, 0.2), around(1, 1, 0.4), around(90, 90, 1)]
    spots = street_spots(graph, "walk", squares)
    assert np.unique(spots.polygon).tolist() == [0, 2]
    mine, twin = (spots.lon[spots.polygon == number] for number in (0, 2))
    assert mine.tolist() == twin.tolist()
    assert len(street_spots(graph, "walk", [around(90, 90, 1)]).polygon) == 0


def test_a_grid_is_inside_and_even():
    ring = shapely.box(113.60, 34.70, 113.62, 34.72).difference(shapely.box(113.605, 34.705, 113.615, 34.715))
    needle = shapely.Polygon([(113, 34), (114, 35), (114, 35.000001)])
    point = shapely.Point(113.5, 34.5)
    spots = grid_spots([ring, needle, point])
    counts = np.bincount(spots.polygon)
    assert 100 < counts[0] <= 500
    for number, shape in enumerate([ring, needle, point]):
        mine = spots.polygon == number
        assert spots.share[mine] == pytest.approx(1 / counts[number])
        assert (shapely.distance(shape, shapely.points(spots.lon[mine], spots.lat[mine])) < 1e-12).all()
    assert (spots.lon[-1], spots.lat[-1]) == (113.5, 34.5)
    assert np.average(spots.lon[spots.polygon == 0]) == pytest.approx(113.61, abs=1e-9)


def test_nothing_is_spread_over_nothing():
    assert len(grid_spots([]).polygon) == 0
    assert len(spread(np.empty(0), grid_spots([]))) == 0


@pytest.mark.real_data
def test_squares_of_porto_alegre_keep_everybody(real_data: Path):
    graph = compile_graph(
        read_streets(real_data / "porto-alegre" / "porto-alegre.osm.pbf", max_bytes=10**8).ways
    )
    squares = [
        shapely.box(x, y, x + 0.004, y + 0.004)
        for x in np.arange(-51.24, -51.16, 0.004)
        for y in np.arange(-30.09, -30.02, 0.004)
    ]
    weight = np.arange(1.0, len(squares) + 1)
    spots = street_spots(graph, "walk", squares)
    reached = np.unique(spots.polygon)
    assert len(reached) > 0.8 * len(squares)
    assert spread(weight, spots).sum() == weight[reached].sum()
