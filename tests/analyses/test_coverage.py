"""Coverage is what counting table by table gives; it never falls as limits grow or stations are added."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analyses.coverage import area_shares, distances, quantile, serve, totals, widest
from geo.model.hours import OPEN, UNKNOWN
from geo.network.cover import Nearest, nearest_stations, pairs_within
from geo.network.graph import Positions
from tests.analyses.tables import LIMIT, costs, pairs_of, states, weights
from tests.network.graphs import PROFILE, big_graph, graphs, places, positions_of

LIMITS = st.floats(0, 250)


def least(row: list[float], states: list[int], which: tuple[int, ...], place: int = 0) -> float:
    """Return the cost of the station of such a state that is in this place by cost."""
    found = sorted(cost for cost, state in zip(row, states, strict=True) if state in which)
    return found[place] if len(found) > place else np.inf


@settings(deadline=None)
@given(st.data(), costs())
def test_totals_are_the_weights_counted_one_by_one(data, table):
    weight, state = data.draw(weights(len(table))), data.draw(states(table.shape[1]))
    off = np.array(data.draw(st.lists(st.booleans(), min_size=len(table), max_size=len(table))), bool)
    found = totals(serve(pairs_of(table, widest(LIMIT)), state), weight, LIMIT, off_network=off, stations=7)

    def counted(counts):
        rows = zip(table.tolist(), weight.tolist(), strict=True)
        return pytest.approx(sum(each for row, each in rows if counts(row)))

    opened = state.tolist()
    sure, perhaps = (OPEN,), (OPEN, UNKNOWN)
    assert found["weight"] == counted(lambda row: True)
    assert found["covered"] == counted(lambda row: least(row, opened, sure) <= LIMIT)
    assert found["backup"] == counted(lambda row: least(row, opened, sure, 1) <= LIMIT)
    assert found["unknown"] == counted(
        lambda row: least(row, opened, perhaps) <= LIMIT < least(row, opened, sure)
    )
    assert found["off_network"] == pytest.approx(weight[off].sum())
    assert (found["points"], found["stations"]) == (len(table), 7)
    if weight.sum() == 0:
        assert found["share"] is found["share_low"] is found["share_high"] is None
    else:
        assert found["share"] == found["covered"] / found["weight"]
        low = counted(lambda row: least(row, opened, sure) <= 90)
        assert found["share_low"] * weight.sum() == low
        assert found["share_high"] * weight.sum() == counted(lambda row: least(row, opened, sure) <= 110.0)
        assert 0 <= found["share_low"] <= found["share"] <= found["share_high"] <= 1


@settings(deadline=None)
@given(st.data(), costs())
def test_the_served_are_served_by_the_nearest_open_station(data, table):
    state = data.draw(states(table.shape[1]))
    served = serve(pairs_of(table, np.inf), state)
    opened = np.where(state == OPEN, table, np.inf)
    for row, cost, station in zip(opened, served.cost, served.station, strict=True):
        reached = len(row) > 0 and np.isfinite(row.min())
        assert (cost, station) == ((row.min(), row.argmin()) if reached else (np.inf, -1))


@settings(deadline=None)
@given(st.data(), LIMITS, LIMITS, st.sampled_from(["metres", "seconds"]))
def test_coverage_never_falls_when_the_limit_grows_or_a_station_is_added(data, one, other, measure):
    graph = data.draw(graphs())
    demand, stations = (data.draw(st.lists(places(graph), min_size=1, max_size=6)) for _ in range(2))
    weight = data.draw(weights(len(demand)))
    small, great = sorted([one, other])

    def covered(stations, limit):
        sides = positions_of(demand), positions_of(stations)
        pairs = pairs_within(graph, PROFILE, *sides, limit=widest(limit), measure=measure)
        served = serve(pairs, np.zeros(len(stations), np.uint8))
        found = totals(served, weight, limit, off_network=sides[0].edge < 0, stations=len(stations))
        return found["covered"], found["backup"]

    few, more, farther = (
        covered(*of) for of in ((stations[1:], small), (stations, small), (stations, great))
    )
    assert all(a <= b <= c for a, b, c in zip(few, more, farther, strict=True))


@settings(deadline=None)
@given(st.data(), costs())
def test_areas_add_up_to_the_total(data, table):
    weight, state = data.draw(weights(len(table))), data.draw(states(table.shape[1]))
    area = np.array(data.draw(st.lists(st.integers(-1, 2), min_size=len(table), max_size=len(table))), int)
    served = serve(pairs_of(table, widest(LIMIT)), state)
    whole = totals(served, weight, LIMIT, off_network=np.zeros(len(table), bool), stations=0)

    found = area_shares(served, weight, LIMIT, area=area, areas=3)

    for column in ("weight", "covered", "backup"):
        assert getattr(found, column).sum() == pytest.approx(whole[column])
    for number in range(4):
        inside = area == (number if number < 3 else -1)
        part = serve(pairs_of(table[inside], widest(LIMIT)), state)
        alone = totals(part, weight[inside], LIMIT, off_network=inside[inside], stations=0)
        columns = found.weight, found.covered, found.backup
        expected = pytest.approx([alone["weight"], alone["covered"], alone["backup"]])
        assert [column[number] for column in columns] == expected
        assert np.isnan(found.share[number]) == (alone["share"] is None)


@settings(deadline=None)
@given(st.data(), st.lists(st.integers(0, 4), max_size=9), st.sampled_from([0.1, 0.5, 0.9, 1.0]))
def test_a_quantile_is_that_of_each_person_by_themselves(data, people, part):
    cost = np.array([data.draw(st.sampled_from([1.0, 2.0, 5.0, np.inf])) for _ in people])
    each = sorted(np.repeat(cost, people).tolist())
    # So many of them, at least, are within what is sought; in tenths, which round to nothing else.
    place = -(-len(each) * round(part * 10) // 10) - 1
    found = quantile(cost, np.array(people, float), part)
    assert found == (each[place] if each and each[place] < np.inf else None)


def test_distances_are_counted_up_to_and_with_each_edge():
    cost = np.array([0.0, 100.0, 100.1, 300.0, np.inf, 250.0])
    weight = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 0.5])
    found = distances(Nearest(cost, np.zeros(6, np.int32)), weight, [100, 250])
    assert found == {"edges": [100, 250], "weight": [3, 4.5, 8, 16], "median": None, "p90": None}
    none = distances(Nearest(cost[:0], np.empty(0, np.int32)), weight[:0], [100])
    assert none == {"edges": [100], "weight": [0, 0, 0], "median": None, "p90": None}


def test_what_the_nearest_says_of_a_city_is_what_pairs_say():
    graph = big_graph(1_000, 4)
    rng = np.random.default_rng(4)
    demand, stations = (
        Positions(rng.integers(0, 2_000, count).astype(np.int32), np.zeros(count), 20 * rng.random(count))
        for count in (4_000, 30)
    )
    state = rng.integers(0, 3, 30).astype(np.uint8)
    pairs = pairs_within(graph, PROFILE, demand, stations, limit=widest(150.0), measure="metres")
    opened = Positions(*(column[state == OPEN] for column in stations))
    nearest = nearest_stations(graph, PROFILE, demand, opened, measure="metres")
    weight = rng.random(4_000)
    found = totals(serve(pairs, state), weight, 150.0, off_network=np.zeros(4_000, bool), stations=30)
    assert found["covered"] == pytest.approx(distances(nearest, weight, [150.0])["weight"][0])
    assert 0.1 < found["share"] < 0.9
