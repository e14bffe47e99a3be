"""The line of a way is as long as the way, and goes where it goes."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.model.place import Point
from geo.model.streets import DEGREE, STREET_PROFILES
from geo.network.graph import Graph
from geo.network.paths import Path, find_way
from geo.network.snap import place_of, snap
from geo.network.way import line_of, trace
from tests.network.towns import GEOD, place, points, town, towns


def way(graph: Graph, profile: str, here: Point, there: Point) -> Path | None:
    """Return the way from one point to another."""
    ends = snap(graph, profile, [here.lon, there.lon], [here.lat, there.lat], limit_m=1000)
    return find_way(graph, profile, ends.at(0), ends.at(1))


@given(towns(), st.sampled_from(STREET_PROFILES), points, points)
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_a_line_is_as_long_as_its_way_and_joins_the_two_points(graph, profile, here, there):
    path = way(graph, profile, here, there)
    if path is None or not len(path.edge):
        return
    line = line_of(graph, path, here, there)
    assert tuple(line[0]) == here
    assert tuple(line[-1]) == there
    legs_m = snap(graph, profile, [here.lon, there.lon], [here.lat, there.lat], limit_m=1000).snap_m.sum()
    lon, lat = place_of(graph, path.edge[[0, -1]], [path.begin_m[0], path.end_m[-1]])
    drawn_legs_m = sum(GEOD.inv(lon, lat, [here.lon, there.lon], [here.lat, there.lat])[2])
    street_m = path.metres - legs_m
    # An end inside a piece lies on the line of its coordinates, millimetres beside the geodesic.
    assert GEOD.line_length(*line.T) - drawn_legs_m == pytest.approx(street_m, rel=1e-6, abs=5e-3)


@given(towns(), st.sampled_from(STREET_PROFILES), points, points)
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_no_point_follows_on_itself(graph, profile, here, there):
    path = way(graph, profile, here, there)
    if path is None or here == there:
        return
    line = line_of(graph, path, here, there)
    assert (np.diff(line, axis=0) != 0).any(axis=1).all()


def test_a_line_bends_with_the_street_in_both_directions():
    corners = [(0, 0), (100, 0), (100, 80), (160, 80)]
    graph = town([("弯路", "residential", corners)])
    here, there = place(30, -5), place(150, 90)
    expected = np.array([here, place(30, 0), place(100, 0), place(100, 80), place(150, 80), there])
    for ends, line in (((here, there), expected), ((there, here), expected[::-1])):
        found = line_of(graph, way(graph, "walk", *ends), *ends)
        # The streets' own grid is a centimetre.
        assert found == pytest.approx(line, abs=2e-7)


def test_a_way_that_is_one_spot_is_drawn_by_its_two_points():
    graph = town([(None, "path", [(0, 0), (100, 0)])])
    here, there = place(50, 5), place(50, 5)
    path = way(graph, "walk", here, there)
    assert line_of(graph, path, here, there).tolist() == [list(here), list(there)]


@given(towns(), st.data())
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_pieces_are_drawn_through_every_shape_point_between_their_ends(graph, data):
    edge = data.draw(st.lists(st.integers(0, len(graph.edge_from) - 1), max_size=6))
    share = st.lists(st.sampled_from([0.0, 0.25, 0.6, 1.0]), min_size=len(edge), max_size=len(edge))
    begin_m, end_m = (graph.edge_length_m[edge] * data.draw(share) for _ in range(2))
    found = trace(graph, edge, begin_m, end_m)
    assert np.array_equal(np.unique(found.piece), np.arange(len(edge)))
    for number in range(len(edge)):
        mine = found.piece == number
        at_m = graph.shape_at_m[graph.shape_start[edge[number]] : graph.shape_start[edge[number] + 1]]
        low, high = sorted((begin_m[number], end_m[number]))
        offsets = [low, *at_m[(low < at_m) & (at_m < high)], high]
        assert found.offset_m[mine].tolist() == offsets[:: -1 if begin_m[number] > end_m[number] else 1]
        lon, lat = place_of(graph, np.full(mine.sum(), edge[number]), found.offset_m[mine])
        assert found.lon[mine] == pytest.approx(lon, abs=1 / DEGREE / 100)
        assert found.lat[mine] == pytest.approx(lat, abs=1 / DEGREE / 100)
