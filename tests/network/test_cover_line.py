"""By straight line stations are as far as geodesics say: brute force over all of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from geo.network.cover_line import line_nearest, line_pairs

GEOD = Geod(ellps="WGS84")

town = st.tuples(st.integers(0, 8), st.integers(0, 8)).map(
    lambda at: (117.0 + at[0] / 500, 36.6 + at[1] / 500)
)
earth = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
some = st.lists(st.one_of(town, earth), max_size=8)


def table(here: list, there: list) -> np.ndarray:
    """Return geodesics (d, p) in metres."""
    rows = [[GEOD.inv(*a, *b)[2] for b in there] for a in here]
    return np.array(rows, float).reshape(len(here), len(there))


def columns(places: list) -> tuple[np.ndarray, np.ndarray]:
    return tuple(np.array(places, float).reshape(-1, 2).T)


@settings(deadline=None)
@given(some, some, st.sampled_from([0.0, 222.1, 500.0, 1_000.0, 5e6, np.inf]))
def test_pairs_are_all_stations_within_the_limit_by_distance_and_number(here, there, limit_m):
    found = line_pairs(*columns(here), *columns(there), limit_m=limit_m)
    rows = [
        sorted((metres, number) for number, metres in enumerate(row) if metres <= limit_m)
        for row in table(here, there).tolist()
    ]
    assert np.diff(found.start).tolist() == [len(row) for row in rows]
    assert list(zip(found.cost.tolist(), found.station.tolist(), strict=True)) == [
        pair for row in rows for pair in row
    ]


@settings(deadline=None)
@given(some, some, st.sampled_from([0.0, 500.0, np.inf]))
def test_the_nearest_is_the_nearest_and_of_equals_the_first(here, there, limit_m):
    found = line_nearest(*columns(here), *columns(there), limit_m=limit_m)
    metres = table(here, there)
    metres = np.column_stack([np.where(metres <= limit_m, metres, np.inf), np.full(len(here), np.inf)])
    assert found.cost.tolist() == metres.min(axis=1).tolist()
    assert found.station.tolist() == [-1 if np.isinf(row.min()) else row.argmin() for row in metres]


def test_many_stations_at_one_place_are_told_apart_by_their_number():
    there = [(117.0, 36.6)] * 40 + [(117.0, 36.5)]
    found = line_nearest(*columns([(117.001, 36.6), (117.0, 36.5)]), *columns(there))
    assert found.station.tolist() == [0, 40]


def test_seconds_are_metres_at_a_speed():
    here, there = columns([(117.0, 36.6)]), columns([(117.01, 36.6), (117.0, 36.7)])
    metres, seconds = (line_pairs(*here, *there, limit_m=2_000, speed_m_s=speed) for speed in (None, 1.25))
    assert seconds.station.tolist() == metres.station.tolist() == [0]
    assert seconds.cost.tolist() == (metres.cost / 1.25).tolist()
    assert line_nearest(*here, *there, speed_m_s=1.25).cost.tolist() == seconds.cost.tolist()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_large_demand_is_gone_through_part_by_part(count, monkeypatch):
    rng = np.random.default_rng(count)
    here, there = (117 + rng.random((2, 50)) / 50, 117 + rng.random((2, 20)) / 50)
    here[1] -= 80
    there[1] -= 80
    whole = line_pairs(*here, *there, limit_m=800)
    monkeypatch.setattr("geo.network.cover_line._AT_ONCE", count * 7)
    parts = line_pairs(*here, *there, limit_m=800)
    assert all(np.array_equal(a, b) for a, b in zip(whole, parts, strict=True))
    assert 0 < len(whole.cost) < 1_000
