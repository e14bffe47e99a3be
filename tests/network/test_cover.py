"""Which stations demand can go to: what networkx finds with demand and stations as nodes of a plain graph."""

from collections.abc import Sequence

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import InputError
from geo.model.profiles import PROFILES
from geo.model.streets import FORWARD
from geo.network.cover import Nearest, Pairs, in_parts, nearest_stations, pairs_within
from geo.network.graph import Graph, Position, Positions
from geo.network.paths import nearest_stops, stops_on
from tests.network.graphs import (
    OFF,
    PROFILE,
    Street,
    big_graph,
    graph_of,
    graphs,
    places,
    positions_of,
    split,
    spot,
)

LIMITS = st.sampled_from([0.0, 3.0, 9.0, 203.0, 2_000.0, np.inf])
MEASURES = st.sampled_from(["metres", "seconds"])


def cost_table(
    graph: Graph, demand: Sequence[Position], stations: Sequence[Position], measure: str
) -> np.ndarray:
    """Return the cost from all demand to all stations, (d, p), by networkx; inf where there is no way."""
    streets = split(graph, [*demand, *stations], measure)
    costs = np.full((len(demand), len(stations)), np.inf)
    speed_m_s = 1.0 if measure == "metres" else PROFILES[PROFILE].snap_speed_m_s
    for i, here in enumerate(demand):
        if not travelled(graph, here):
            continue
        ways = networkx.single_source_dijkstra_path_length(streets, spot(graph, here.edge, here.offset_m))
        for j, there in enumerate(stations):
            if travelled(graph, there):
                way = ways.get(spot(graph, there.edge, there.offset_m), np.inf)
                costs[i, j] = way + (here.snap_m + there.snap_m) / speed_m_s
    return costs


def travelled(graph: Graph, place: Position) -> bool:
    return place.edge >= 0 and graph.networks[PROFILE].direction[place.edge] > 0


def dense(pairs: Pairs, stations: int) -> np.ndarray:
    costs = np.full((len(pairs.start) - 1, stations), np.inf)
    costs[np.repeat(np.arange(len(costs)), np.diff(pairs.start)), pairs.station] = pairs.cost
    return costs


def some_places(graph: Graph, count: int, seed: int) -> Positions:
    """Return places anywhere on streets, a few of them at their ends and a few off the network."""
    rng = np.random.default_rng(seed)
    edge = rng.integers(0, len(graph.edge_from), count).astype(np.int32)
    share = rng.choice([0.0, 1.0, *rng.random(8)], count)
    edge[rng.random(count) < 0.05] = -1
    return Positions(
        edge,
        np.where(edge < 0, 0.0, share * graph.edge_length_m[edge]),
        np.where(edge < 0, np.inf, 30 * rng.random(count)),
    )


@settings(deadline=None)
@given(data=st.data(), limit=LIMITS, measure=MEASURES)
def test_pairs_are_all_stations_within_the_limit_by_cost_and_number(data, limit, measure):
    graph = data.draw(graphs())
    place = places(graph, snaps=measure == "metres")
    demand, stations = (data.draw(st.lists(place, max_size=6)) for _ in range(2))
    expected = cost_table(graph, demand, stations, measure)

    sides = positions_of(demand), positions_of(stations)
    found = pairs_within(graph, PROFILE, *sides, limit=limit, measure=measure)

    rows = [
        sorted((cost, number) for number, cost in enumerate(row) if cost <= limit and cost < np.inf)
        for row in expected.tolist()
    ]
    assert np.diff(found.start).tolist() == [len(row) for row in rows]
    assert list(zip(found.cost.tolist(), found.station.tolist(), strict=True)) == [
        pair for row in rows for pair in row
    ]


@settings(deadline=None)
@given(data=st.data(), limit=LIMITS, measure=MEASURES)
def test_the_nearest_is_the_cheapest_and_of_equals_the_first(data, limit, measure):
    graph = data.draw(graphs())
    place = places(graph, snaps=measure == "metres")
    demand, stations = data.draw(st.lists(place, max_size=6)), data.draw(st.lists(place, min_size=1))
    costs = cost_table(graph, demand, stations, measure)
    costs[costs > limit] = np.inf

    sides = positions_of(demand), positions_of(stations)
    found = nearest_stations(graph, PROFILE, *sides, limit=limit, measure=measure)

    assert found.cost.tolist() == costs.min(axis=1).tolist()
    first = np.where(np.isfinite(costs.min(axis=1)), costs.argmin(axis=1), -1)
    assert found.station.tolist() == first.tolist()


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("measure", ["metres", "seconds"])
def test_in_a_larger_graph_costs_are_those_of_networkx(seed, measure):
    graph = big_graph(400, seed)
    sides = some_places(graph, 60, seed), some_places(graph, 30, seed + 9)
    expected = cost_table(graph, *([side.at(i) for i in range(len(side.edge))] for side in sides), measure)
    found = dense(pairs_within(graph, PROFILE, *sides, limit=np.inf, measure=measure), 30)
    assert np.array_equal(np.isfinite(found), np.isfinite(expected))
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("measure", ["metres", "seconds"])
def test_smaller_limits_and_the_nearest_are_the_same_to_the_last_bit(measure):
    graph = big_graph(2_000, 3)
    sides = some_places(graph, 3_000, 1), some_places(graph, 80, 2)
    wide = pairs_within(graph, PROFILE, *sides, limit=1_500.0, measure=measure)
    for limit in (0.0, 40.0, 300.0, 1_500.0):
        narrow = pairs_within(graph, PROFILE, *sides, limit=limit, measure=measure)
        kept = wide.cost <= limit
        assert np.array_equal(narrow.station, wide.station[kept])
        assert np.array_equal(narrow.cost, wide.cost[kept])
        nearest = nearest_stations(graph, PROFILE, *sides, limit=limit, measure=measure)
        reached = np.diff(narrow.start) > 0
        first = narrow.start[:-1][reached]
        assert np.array_equal(nearest.station >= 0, reached)
        assert np.array_equal(nearest.station[reached], narrow.station[first])
        assert np.array_equal(nearest.cost[reached], narrow.cost[first])
    assert 0 < len(narrow.cost) < 3_000 * 80


def test_a_station_costs_what_the_way_to_it_is_long():
    graph = big_graph(1_000, 5)
    demand, stations = some_places(graph, 40, 1), some_places(graph, 25, 2)
    table = dense(pairs_within(graph, PROFILE, demand, stations, limit=np.inf, measure="metres"), 25)
    stops = stops_on(graph, PROFILE, stations)
    for i in range(40):
        legs = nearest_stops(graph, PROFILE, demand.at(i), stops, 25)
        metres = np.full(25, np.inf)
        metres[legs.stop] = legs.metres
        np.testing.assert_allclose(table[i], metres, rtol=1e-12)


def test_people_go_to_stations_along_one_way_streets_and_not_against_them():
    graph = graph_of([Street(0, 1, 10.0, FORWARD), Street(1, 2, 30.0, FORWARD), Street(2, 0, 5.0, FORWARD)])
    station = positions_of([Position(1, 20.0, 1.0)])
    demand = positions_of([Position(1, 10.0, 2.0), Position(1, 25.0, 2.0), Position(1, 20.0, 0.0)])
    found = nearest_stations(graph, PROFILE, demand, station, measure="metres")
    assert found.cost.tolist() == [13, 43, 1]


def test_nobody_goes_anywhere_off_the_network_or_without_stations():
    graph = graph_of([Street(0, 1, 10.0), Street(0, 1, 10.0, 0)])
    here, shut, none = Position(0, 5.0, 0.0), Position(1, 5.0, 0.0), positions_of([])
    for demand, stations in (([here], []), ([OFF, shut], [here]), ([here, here], [OFF, shut])):
        sides = positions_of(demand), positions_of(stations)
        assert pairs_within(graph, PROFILE, *sides, limit=99, measure="metres").start.tolist() == [0] * (
            len(demand) + 1
        )
        nearest = nearest_stations(graph, PROFILE, *sides, measure="seconds")
        assert nearest.station.tolist() == [-1] * len(demand)
        assert nearest.cost.tolist() == [np.inf] * len(demand)
    empty = pairs_within(graph, PROFILE, none, positions_of([here]), limit=99, measure="metres")
    assert empty.start.tolist() == [0]
    nobody = nearest_stations(graph, PROFILE, none, none, measure="metres")
    assert isinstance(nobody, Nearest)
    assert len(nobody.cost) == 0


@pytest.mark.parametrize("measure", ["metres", "seconds"])
def test_pairs_are_the_same_in_parts_and_refused_where_they_are_too_many(measure, monkeypatch):
    graph = big_graph(400, 5)
    sides = some_places(graph, 60, 5), some_places(graph, 30, 14)
    whole = pairs_within(graph, PROFILE, *sides, limit=500.0, measure=measure)
    for room in (1, 1_000, 4_000):
        monkeypatch.setattr("geo.network.cover._ROOM", room)
        found = pairs_within(graph, PROFILE, *sides, limit=500.0, measure=measure)
        assert all(np.array_equal(a, b) for a, b in zip(found, whole, strict=True))
    monkeypatch.setattr("geo.network.cover.MOST_PAIRS", len(whole.station))
    assert len(pairs_within(graph, PROFILE, *sides, limit=500.0, measure=measure).station)
    monkeypatch.setattr("geo.network.cover.MOST_PAIRS", len(whole.station) - 1)
    with pytest.raises(InputError, match="内存放不下"):
        pairs_within(graph, PROFILE, *sides, limit=500.0, measure=measure)


def test_parts_grow_while_little_is_found_and_shrink_where_much_is(monkeypatch):
    monkeypatch.setattr("geo.network.cover._ROOM", 100)
    asked = []

    def find(part):
        asked.append(part.stop - part.start)
        # At first nothing, then thirty for each.
        return part, 0 if part.start < 100 else 30 * (part.stop - part.start)

    parts = list(in_parts(400, 50, find))
    assert [parts[0].start, *(part.stop for part in parts)] == [0, *np.cumsum(asked).tolist()]
    assert parts[-1].stop == 400
    assert asked[:6] == [2, 4, 8, 16, 32, 64]
    assert max(asked[-4:-1]) * 30 <= 200
