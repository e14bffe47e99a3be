"""Candidates: where they are, how far it is to them, which of them may stand together."""

from itertools import combinations, pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from geo.analyses.siting.problem import Reach
from geo.errors import InputError
from geo.finder.streets import graph_of
from geo.model.streets import DEGREE
from geo.network.corners import corners, positions_of, weight_near
from geo.network.cover import pairs_within
from geo.network.graph import Graph, Positions
from geo.network.snap import snap
from geo.planner import site_reach
from geo.planner.site_candidates import thinned
from geo.planner.site_reach import reach_of_pairs
from geo.planner.site_slices import Day, expanded, sliced
from geo.planner.site_spacing import cliques, too_near, within
from tests.planner.oracle import costs
from tests.planner.siting import PEOPLE, PLACES, TOWN, candidates, index_of, metres, plan
from tests.town import GEOD


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    index = index_of(tmp_path_factory.mktemp("corners"))
    found = graph_of(index, index.snapshot.streets[0])
    assert found is not None
    return found


def crossing(graph: Graph, node: int) -> tuple[int, int]:
    at = graph.node_lon[node] / DEGREE, graph.node_lat[node] / DEGREE
    return min(PLACES, key=lambda place: GEOD.inv(*TOWN.spot(*place), *at)[2])


def test_corners_are_where_three_ways_meet(graph: Graph):
    town = nx.MultiGraph((one, other) for one, other, _ in TOWN.streets())
    expected = {place for place, ways in town.degree() if ways >= 3}
    assert {crossing(graph, node) for node in corners(graph, "walk").tolist()} == expected


@pytest.mark.parametrize("profile", ["walk", "ebike"])
def test_the_way_to_a_corner_is_that_to_its_crossing(graph: Graph, profile: str):
    node = corners(graph, profile)
    at = positions_of(graph, profile, node)
    spots = np.array([TOWN.spot(*place) for place in PLACES])
    people = snap(graph, profile, spots[:, 0], spots[:, 1])
    found = pairs_within(graph, profile, people, at, limit=np.inf, measure="metres")
    assert len(found.cost) == len(node) * len(PLACES)
    reach = reach_of_pairs(found, len(node))
    by_hand = metres([crossing(graph, one) for one in node.tolist()])
    assert np.allclose(reach.cost.reshape(by_hand.shape), by_hand, atol=0.05)
    assert np.allclose(reach.cost.reshape(by_hand.shape), costs(graph, profile, people, at, "metres"))


def test_who_is_near_a_corner_is_counted_along_the_streets(graph: Graph):
    node = corners(graph, "walk")
    spots = np.array([TOWN.spot(*place) for place in PLACES])
    people = snap(graph, "walk", spots[:, 0], spots[:, 1])
    at = positions_of(graph, "walk", node)
    near = weight_near(graph, "walk", people, PEOPLE, at, limit_m=450.0)
    ways = metres([crossing(graph, one) for one in node.tolist()])
    assert np.array_equal(near, (PEOPLE * (ways <= 450)).sum(axis=1))
    nobody = weight_near(graph, "walk", people, PEOPLE, Positions(*(part[:0] for part in at)), limit_m=450.0)
    assert len(nobody) == 0


def test_a_grid_keeps_the_heaviest_of_every_cell():
    rng = np.random.default_rng(3)
    lon, lat, weight = rng.uniform(113.6, 113.7, 500), rng.uniform(34.7, 34.8, 500), rng.integers(0, 9, 500)
    kept, wide_m = thinned(lon, lat, weight.astype(float), 60)
    assert 20 < len(kept) <= 60
    assert weight[kept].sum() / len(kept) > weight.mean()
    assert weight.max() == weight[kept].max()
    left_out = np.setdiff1d(np.arange(500), kept)
    # Whoever is left out has one in the same cell that is at least as heavy.
    for place in left_out.tolist():
        heavier = kept[weight[kept] >= weight[place]]
        far = GEOD.inv(
            np.full(len(heavier), lon[place]), np.full(len(heavier), lat[place]), lon[heavier], lat[heavier]
        )[2]
        assert far.min() <= wide_m * 2**0.5 * 1.01


def test_few_places_are_all_kept_and_those_wanted_always():
    lon, lat, weight = np.array([1.0, 1.00001, 2.0]), np.zeros(3), np.array([1.0, 5.0, 1.0])
    assert thinned(lon, lat, weight, 3)[0].tolist() == [0, 1, 2]
    assert thinned(lon, lat, weight, 2)[0].tolist() == [1, 2]
    wanted = np.array([True, False, False])
    assert thinned(lon, lat, weight, 2, wanted)[0].tolist() == [0, 1, 2]


def test_no_more_ways_are_measured_than_there_is_room_for(
    graph: Graph, monkeypatch: pytest.MonkeyPatch, tmp_path
):
    monkeypatch.setattr(site_reach, "MOST_PAIRS", 100)
    index = index_of(tmp_path)
    with pytest.raises(InputError, match="288 对") as caught:
        plan(index, candidates(), p=1, objective="distance")
    assert caught.value.parameter == "objective"
    assert plan(index, candidates(), p=1).study["plan"]["proven"], "what is near alone has room"


spots = st.lists(st.tuples(st.floats(113.6, 113.63), st.floats(34.7, 34.73)), min_size=0, max_size=14)


@settings(deadline=None, max_examples=60)
@given(spots=spots, spacing=st.floats(50, 3000))
def test_rules_of_spacing_forbid_just_the_pairs_that_are_too_near(spots: list, spacing: float):
    lon, lat = np.array(spots).reshape(-1, 2).T
    pairs = too_near(lon, lat, spacing)
    near = {
        (i, j)
        for i, j in combinations(range(len(lon)), 2)
        if GEOD.inv(lon[i], lat[i], lon[j], lat[j])[2] < spacing
    }
    assert {tuple(pair) for pair in pairs.tolist()} == near
    groups = cliques(pairs)
    assert {pair for group in groups for pair in combinations(group, 2)} == near
    assert all(one < other for group in groups for one, other in pairwise(group))
    half = len(lon) // 2
    crowded = within(lon[:half], lat[:half], lon[half:], lat[half:], spacing)
    assert crowded.tolist() == [any((i, j) in near for j in range(half, len(lon))) for i in range(half)]


def test_too_many_pairs_are_refused():
    lon = np.full(900, 113.6)
    with pytest.raises(InputError) as caught:
        too_near(lon, np.full(900, 34.7) + np.arange(900) * 1e-7, 500.0)
    assert caught.value.parameter == "spacing"


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_demand_at_its_hours_is_all_of_the_demand(data: st.DataObject):
    times, people, columns = 3, 5, 4
    numbers = st.integers(0, 4).map(float)
    weight = np.array(data.draw(st.lists(numbers, min_size=times * people, max_size=times * people)))
    weight = weight.reshape(times, people)
    changing = np.array(data.draw(st.lists(st.booleans(), min_size=people, max_size=people)))
    links = np.array(data.draw(st.lists(st.booleans(), min_size=columns * people, max_size=columns * people)))
    links = links.reshape(columns, people)
    counts = np.array(data.draw(st.lists(st.booleans(), min_size=columns * times, max_size=columns * times)))
    counts = counts.reshape(columns, times)
    slices = sliced(Day(np.zeros((times, 0), bool), weight), changing)
    assert (slices.weight > 0).all()
    total = np.bincount(slices.place, slices.weight, people)
    assert np.array_equal(total, weight.sum(axis=0))
    often = np.where(changing, (weight > 0).sum(axis=0), weight.sum(axis=0) > 0)
    assert np.array_equal(np.diff(slices.first), often)
    reach = table_reach(links)
    assert served(expanded(reach, slices), slices.weight).tolist() == (links @ weight.sum(axis=0)).tolist()
    some = np.where(changing, weight, 0.0)
    constant = np.where(changing, 0.0, weight.sum(axis=0))
    at_times = [links[i] @ (some[counts[i]].sum(axis=0) + constant * counts[i, 0]) for i in range(columns)]
    assert served(expanded(reach, slices, counts), slices.weight).tolist() == at_times


def table_reach(links: NDArray[np.bool_]) -> Reach:
    column, place = np.nonzero(links)
    start = np.append(0, np.cumsum(links.sum(axis=1)))
    return Reach(start, place.astype(np.int32), np.ones(len(column)))


def served(reach: Reach, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    column = np.repeat(np.arange(len(reach.start) - 1), np.diff(reach.start))
    return np.bincount(column, weight[reach.demand], len(reach.start) - 1)


@pytest.mark.parametrize(("objective", "all_"), [("cover", True), ("distance", False)])
def test_corners_are_left_out_only_where_all_would_be_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, objective: str, all_: bool
):
    """Little demand has room for every corner, but for ways without a limit."""
    monkeypatch.setattr("geo.planner.site_candidates.MOST_THINNED", 5)
    town = nx.MultiGraph((one, other) for one, other, _ in TOWN.streets())
    count = sum(ways >= 3 for _, ways in town.degree())
    found = plan(index_of(tmp_path), p=1, objective=objective).study["plan"]["candidates"]
    assert found == count if all_ else found <= 5 < count


def test_a_town_without_streets_has_no_corners(tmp_path: Path):
    index = index_of(tmp_path, streets=False)
    with pytest.raises(InputError, match="没有街道数据") as caught:
        plan(index, p=1)
    assert caught.value.parameter == "candidates"
    assert plan(index, p=1, candidates="demand").study["plan"]["value"] > 0
