"""What is drawn of a service area shows its streets, and smaller limits within greater ones."""

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.network.service import service_area
from geo.network.service_shapes import service_lines, service_outlines
from geo.network.snap import snap
from tests.network.towns import GEOD, points, town, towns

LIMITS = [120.0, 40.0, 250.0]
# Outlines are drawn to a decimetre.
SLACK_DEG = 2e-6


@given(towns(), st.lists(points, max_size=3))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_lines_are_as_long_as_their_pieces_and_outlines_hold_them_and_nest(graph, stations):
    positions = snap(graph, "walk", [point.lon for point in stations], [point.lat for point in stations])
    pieces = service_area(graph, "walk", positions, LIMITS)
    lines, outlines = (draw(graph, pieces, LIMITS) for draw in (service_lines, service_outlines))
    metres = np.bincount(pieces.limit, weights=pieces.end_m - pieces.begin_m, minlength=3)
    drawn_m = [sum(GEOD.geometry_length(line) for line in drawn.geoms) for drawn in lines]
    assert drawn_m == pytest.approx(metres, rel=1e-5, abs=1e-3)
    for drawn, outline in zip(lines, outlines, strict=True):
        assert outline.is_valid
        assert shapely.difference(drawn, outline).is_empty
    for inner, outer in ((1, 0), (0, 2)):
        assert shapely.difference(outlines[inner], shapely.buffer(outlines[outer], SLACK_DEG)).is_empty


def test_where_nothing_is_within_nothing_is_drawn():
    graph = town([("解放路", "residential", [(0, 0), (100, 0)])])
    pieces = service_area(graph, "walk", snap(graph, "walk", [], []), LIMITS)
    for draw in (service_lines, service_outlines):
        assert [shape.is_empty for shape in draw(graph, pieces, LIMITS)] == [True, True, True]
        assert draw(graph, pieces, []) == []
