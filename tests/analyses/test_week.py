"""A week is its hours one by one, and an upgrade what the week gains if the station is opened throughout."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analyses.coverage import serve, totals
from geo.analyses.week import upgrade_gains, week_coverage
from geo.model.hours import OPEN
from tests.analyses.tables import LIMIT, costs, pairs_of, states, weights

HOURS = 9


@settings(deadline=None)
@given(st.data(), costs())
def test_every_hour_is_as_if_asked_alone(data, table):
    columns = [data.draw(weights(len(table))) for _ in range(3)]
    column = np.array(data.draw(st.lists(st.integers(0, 2), min_size=HOURS, max_size=HOURS)))
    state = data.draw(states(HOURS, table.shape[1]))
    pairs = pairs_of(table, 1.3 * LIMIT)

    week = week_coverage(pairs, state, columns, column, LIMIT)

    missed = 0.0
    for hour in range(HOURS):
        weight = columns[column[hour]]
        none = np.zeros(len(table), bool)
        alone = totals(serve(pairs, state[hour]), weight, LIMIT, off_network=none, stations=0)
        assert (week.weight[hour], week.covered[hour]) == (alone["weight"], alone["covered"])
        assert alone["share"] == (None if np.isnan(week.share[hour]) else week.share[hour])
        missed += weight.sum() - alone["covered"]
    assert week.missed.sum() == pytest.approx(missed)


@settings(deadline=None)
@given(st.data(), costs())
def test_an_upgrade_gains_what_the_week_does(data, table):
    columns = [data.draw(weights(len(table))) for _ in range(2)]
    column = np.array(data.draw(st.lists(st.integers(0, 1), min_size=HOURS, max_size=HOURS)))
    state = data.draw(states(HOURS, table.shape[1]))
    pairs = pairs_of(table, 1.3 * LIMIT)
    week = week_coverage(pairs, state, columns, column, LIMIT)

    gains = upgrade_gains(pairs, week.missed, table.shape[1], LIMIT)

    for station, gain in enumerate(gains.tolist()):
        always = state.copy()
        always[:, station] = OPEN
        upgraded = week_coverage(pairs, always, columns, column, LIMIT)
        grown = (upgraded.covered - week.covered).sum()
        assert gain == pytest.approx(grown, abs=1e-6, rel=1e-9)
    assert len(gains) == table.shape[1]


def test_more_sets_than_bits_in_a_word():
    hours, stations = 168, 168
    # At hour h station h alone is open, and demand d is within reach of station d alone.
    table = np.where(np.eye(stations), 50.0, 500.0)
    state = np.where(np.eye(hours), 0, 2).astype(np.uint8)
    weight = np.arange(stations, dtype=float)
    pairs = pairs_of(table, LIMIT)
    week = week_coverage(pairs, state, [weight], np.zeros(hours, int), LIMIT)
    assert week.covered.tolist() == weight.tolist()
    assert week.missed.tolist() == (167 * weight).tolist()
    assert upgrade_gains(pairs, week.missed, stations, LIMIT).tolist() == (167 * weight).tolist()


def test_without_stations_or_demand_nothing_is_covered():
    for shape in ((3, 0), (0, 2), (0, 0)):
        week = week_coverage(
            pairs_of(np.full(shape, 1.0), LIMIT),
            np.zeros((HOURS, shape[1]), np.uint8),
            [np.ones(shape[0])],
            np.zeros(HOURS, int),
            LIMIT,
        )
        assert week.covered.tolist() == [0.0] * HOURS
        assert week.missed.tolist() == [9.0] * shape[0]
