"""Gaps are what a plain greedy search finds; they share nothing and leave nothing out."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.analyses.gaps import find_gaps, line_within, outline, reason_weights, street_within
from geo.errors import InputError
from geo.model.place import Point
from geo.model.study import REASONS
from geo.network.cover import nearest_stations, pairs_within
from geo.network.graph import Positions
from geo.network.snap import snap
from tests.analyses.tables import weights
from tests.network.towns import place, points, town, towns

GEOD = Geod(ellps="WGS84")
SETTINGS = settings(deadline=None, max_examples=60)

crowds = st.lists(points, min_size=1, max_size=25)


def columns(crowd: list[Point]) -> tuple[np.ndarray, np.ndarray]:
    return tuple(np.array(crowd, float).reshape(-1, 2).T)


def line_m(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Return geodesics between all points, (d, d)."""
    ends = np.meshgrid(lon, lon), np.meshgrid(lat, lat)
    return GEOD.inv(ends[0][0], ends[1][0], ends[0][1], ends[1][1])[2]


def check(gaps, weight: np.ndarray, near: np.ndarray, most: int) -> None:
    """Hold gaps against which demand (rows) is near enough to which centre (columns).

    Each gap must be all that is left near its centre; no gap before may be lighter.
    """
    left = np.ones(len(weight), bool)
    for number, centre in enumerate(gaps.centre.tolist()):
        mine = gaps.group == number
        assert np.array_equal(mine, left & near[:, centre])
        assert gaps.weight[number] == pytest.approx(weight[mine].sum())
        left &= ~mine
    assert (np.diff(gaps.weight) <= 0).all()
    assert (gaps.weight > 0).all()
    assert len(gaps.centre) <= most
    assert gaps.weight.sum() + weight[left].sum() == pytest.approx(weight.sum())
    if len(gaps.centre) < most:
        assert not weight[left].any()


@SETTINGS
@given(st.data(), crowds, st.sampled_from([1, 3, 100]), st.sampled_from([30.0, 120.0, 500.0]))
def test_by_line_each_gap_is_all_that_is_left_within_the_limit(data, crowd, most, limit_m):
    lon, lat = columns(crowd)
    weight = data.draw(weights(len(crowd)))
    within = line_within(lon, lat, limit_m=limit_m)
    apart = np.zeros(len(crowd), bool)
    gaps = find_gaps(lon, lat, weight, within, apart=apart, limit_m=limit_m, most=most)
    check(gaps, weight, line_m(lon, lat) <= limit_m, most)


@SETTINGS
@given(st.data(), crowds, st.sampled_from([1, 3, 100]), st.sampled_from([30.0, 120.0, 500.0]))
def test_along_streets_each_gap_is_all_that_can_go_there(data, crowd, most, limit_m):
    graph = data.draw(towns())
    lon, lat = columns(crowd)
    demand = snap(graph, "ebike", lon, lat, limit_m=60.0)
    weight = data.draw(weights(len(crowd)))
    off = demand.edge < 0
    streets = {"limit": limit_m, "measure": "metres"}
    within = street_within(graph, "ebike", demand, lon, lat, limit_m=limit_m, **streets)

    gaps = find_gaps(lon, lat, weight, within, apart=off, limit_m=limit_m, most=most)

    pairs = pairs_within(graph, "ebike", demand, demand, **streets)
    near = np.zeros((len(crowd), len(crowd)), bool)
    near[np.repeat(np.arange(len(crowd)), np.diff(pairs.start)), pairs.station] = True
    near |= off[:, None] & off & (line_m(lon, lat) <= limit_m)
    # Demand is in the gap it is the centre of, even if its own street is too far away.
    check(gaps, weight, near | np.eye(len(crowd), dtype=bool), most)


def test_the_heaviest_choice_comes_first_though_lighter_ones_come_before_it():
    # A street of 4 km, people every 400 m: those in the middle reach most.
    graph = town([(None, "residential", [(0, 0), (4_000, 0)])])
    lon, lat = columns([place(400 * step, 0) for step in range(11)])
    demand = snap(graph, "walk", lon, lat)
    weight = np.array([1.0, 1, 1, 1, 9, 1, 1, 1, 1, 1, 1])
    within = street_within(
        graph, "walk", demand, lon, lat, limit=900.0, measure="seconds", limit_m=900 * 1.15
    )
    gaps = find_gaps(lon, lat, weight, within, apart=np.zeros(11, bool), limit_m=1_035.0)
    reached = nearest_stations(
        graph, "walk", demand, Positions(*(c[gaps.centre[:1]] for c in demand)), measure="seconds", limit=900
    )
    assert gaps.weight[0] == 13
    assert np.array_equal(gaps.group == 0, reached.station == 0)
    again = find_gaps(lon, lat, weight, within, apart=np.zeros(11, bool), limit_m=1_035.0)
    assert all(np.array_equal(a, b) for a, b in zip(gaps, again, strict=True))


def test_reasons_of_gaps_add_up_to_their_weights():
    lon, lat = columns([place(0, 0), place(10, 0), place(3_000, 0), place(3_010, 0)])
    weight, reason = np.array([1.0, 2.0, 4.0, 8.0]), np.array([1, 4, 4, 4], np.uint8)
    within = line_within(lon, lat, limit_m=500)
    gaps = find_gaps(lon, lat, weight, within, apart=np.zeros(4, bool), limit_m=500, most=1)
    assert gaps.group.tolist() == [-1, -1, 0, 0]
    none = [0.0] * (len(REASONS) - 5)
    assert reason_weights(gaps, reason, weight).tolist() == [[0, 0, 0, 0, 12, *none]]
    both = find_gaps(lon, lat, weight, within, apart=np.zeros(4, bool), limit_m=500)
    assert reason_weights(both, reason, weight).tolist() == [[0, 0, 0, 0, 12, *none], [0, 1, 0, 0, 2, *none]]


def test_nobody_leaves_no_gap():
    none = np.empty(0)
    for weight in (none, np.zeros(3)):
        lon, lat = np.full(len(weight), 117.0), np.full(len(weight), 36.6)
        within = line_within(lon, lat, limit_m=500)
        gaps = find_gaps(lon, lat, weight, within, apart=weight > 0, limit_m=500)
        assert (len(gaps.centre), gaps.group.tolist()) == (0, [-1] * len(weight))
        assert reason_weights(gaps, np.zeros(len(weight), np.uint8), weight).shape == (0, len(REASONS))


@SETTINGS
@given(crowds)
def test_an_outline_runs_around_its_points_at_its_margin(crowd):
    lon, lat = columns(crowd)
    ring = outline(lon, lat, margin_m=50.0)
    assert ring[0] == ring[-1]
    area = shapely.Polygon(ring)
    assert area.is_valid
    assert area.exterior.is_ccw
    assert area.contains(shapely.points(lon, lat)).all()
    corners = np.array(ring)
    ends = np.meshgrid(corners[:, 0], lon), np.meshgrid(corners[:, 1], lat)
    metres = GEOD.inv(ends[0][0], ends[1][0], ends[0][1], ends[1][1])[2].min(axis=0)
    assert (np.abs(metres - 50) < 0.01).all()


@SETTINGS
@given(st.data(), st.lists(st.integers(0, 40), min_size=1, max_size=12, unique=True))
def test_the_gap_chosen_is_the_heaviest_there_is_and_of_equals_the_first(data, steps):
    # 600 m apart, so that everyone is a candidate; the limit reaches two neighbours either way.
    steps.sort()
    lon, lat = columns([place(600 * step, 0) for step in steps])
    few = st.lists(st.integers(1, 4), min_size=len(steps), max_size=len(steps))
    weight = np.array(data.draw(few), float)
    near = line_m(lon, lat) <= 1_300
    within = line_within(lon, lat, limit_m=1_300)

    gaps = find_gaps(lon, lat, weight, within, apart=np.zeros(len(lon), bool), limit_m=1_300)

    left, expected = weight.copy(), []
    while left.any():
        expected.append(int((left @ near).argmax()))
        left[near[:, expected[-1]]] = 0
    assert gaps.centre.tolist() == expected


@pytest.mark.parametrize("limit_m", [200.0, 2_000.0, 20_000.0, 100_000.0])
def test_demand_is_near_to_some_hundreds_of_centres_at_most(limit_m):
    """As many pairs are kept as there is room for, however long the limit: the grid grows with it."""
    rng = np.random.default_rng(7)
    side = 3 * max(limit_m, 2_000.0)
    lon, lat = columns([place(*at) for at in rng.random((3_000, 2)) * side])
    pairs = []

    def within(centre):
        found = line_within(lon, lat, limit_m=limit_m)(centre)
        pairs.append(len(found.station))
        return found

    find_gaps(lon, lat, np.ones(3_000), within, apart=np.zeros(3_000, bool), limit_m=limit_m)
    # A circle holds 100 pi cells a tenth as wide as its radius; some at its border come on top.
    assert sum(pairs) <= 3_000 * 400


def test_gaps_do_not_depend_on_how_many_centres_are_looked_at_at_a_time(monkeypatch):
    rng = np.random.default_rng(8)
    lon, lat = columns([place(*at) for at in rng.random((200, 2)) * 9_000])
    weight, apart = rng.random(200), np.zeros(200, bool)
    within = line_within(lon, lat, limit_m=700)
    whole = find_gaps(lon, lat, weight, within, apart=apart, limit_m=700)
    for room in (1, 300, 5_000):
        monkeypatch.setattr("geo.network.cover._ROOM", room)
        again = find_gaps(lon, lat, weight, within, apart=apart, limit_m=700)
        assert all(np.array_equal(a, b) for a, b in zip(again, whole, strict=True))
    monkeypatch.setattr("geo.analyses.gaps._MOST_COVERED", 200)
    with pytest.raises(InputError, match="请把范围改小"):
        find_gaps(lon, lat, weight, within, apart=apart, limit_m=700)
