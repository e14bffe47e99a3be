"""How far stations are from the next one, by foot and by line."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from geo.planner.spacing import FARTHEST_M, Spacing, spacing_of, spacing_sheet, streets_at
from geo.registry.nearest import Index
from tests.planner.test_run import TOWN, index
from tests.town import GEOD

__all__ = ["index"]


def by_line(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    count = len(lon)
    metres = np.array(
        [[GEOD.inv(lon[a], lat[a], lon[b], lat[b])[2] for b in range(count)] for a in range(count)]
    ).reshape(count, count)
    np.fill_diagonal(metres, np.inf)
    return metres


def agrees(found: Spacing, metres: np.ndarray) -> None:
    """Check ways against a matrix of all of them."""
    nearest = metres.min(axis=1, initial=np.inf)
    assert np.allclose(found.metres, np.where(nearest <= FARTHEST_M, nearest, np.inf), atol=0.05)
    for number, other in enumerate(found.next.tolist()):
        assert (other == -1) is bool(np.isinf(found.metres[number]))
        if other >= 0:
            assert metres[number, other] == pytest.approx(found.metres[number], abs=0.05)


@hypothesis_settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), count=st.integers(0, 12), width=st.sampled_from([0.001, 0.05, 0.5]))
def test_by_line_it_is_the_nearest_other_one(seed: int, count: int, width: float):
    rng = np.random.default_rng(seed)
    lon, lat = 113.6 + rng.uniform(0, width, count), 34.7 + rng.uniform(0, width, count)
    found = spacing_of(lon, lat, [])
    assert not found.along.any()
    agrees(found, by_line(lon, lat))


def test_by_line_no_compiler_is_loaded():
    asks = (
        "import sys, numpy, geo.planner.tables as tables;"
        "tables.spacing_sheet([dict(kind='care_station', code=c, lon=113.6, lat=34.7, entrance_lon=None)"
        " for c in 'ab'], ());"
        "sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", asks], check=False).returncode == 0


def test_two_at_one_place_are_no_metres_apart():
    found = spacing_of(np.full(2, 113.6), np.full(2, 34.7), [])
    assert found.metres.tolist() == [0.0, 0.0]
    assert found.next.tolist() == [1, 0]


@pytest.mark.parametrize("seed", range(3))
def test_along_streets_it_is_the_shortest_way(index: Index, seed: int):
    corners = [divmod(int(n), 6) for n in np.random.default_rng(seed).choice(36, 7, replace=False)]
    spots = np.array([TOWN.spot(*corner) for corner in corners])
    metres = np.array([[TOWN.metres(a, b) if a != b else np.inf for b in corners] for a in corners])
    found = spacing_of(spots[:, 0], spots[:, 1], streets_at(index))
    assert found.along.all()
    agrees(found, metres)


def test_one_away_from_streets_is_measured_by_line(index: Index):
    (lon, lat), (beside, _) = TOWN.spot(0, 0), TOWN.spot(1, 0)
    lon, lat = np.array([lon, beside, 113.65]), np.full(3, lat)
    found = spacing_of(lon, lat, streets_at(index))
    assert found.along.tolist() == [True, True, False]
    assert found.next.tolist() == [1, 0, 1]
    assert found.metres[2] == pytest.approx(by_line(lon, lat)[2, 1])


def test_the_sheet_counts_care_stations_once_a_step():
    far = {"lat": 34.7, "entrance_lon": None, "entrance_lat": None, "kind": "care_station"}
    rows = [far | {"code": f"A{n}", "lon": lon} for n, lon in enumerate((113.6, 113.604, 113.612, 113.7))]
    rows.append(far | {"code": "W", "lon": 113.6, "kind": "water_point"})
    rows.append(far | {"code": "A9", "lon": 114.9, "entrance_lon": 113.7001, "entrance_lat": 34.7})
    lines = {line.key.removeprefix("spacing."): line for line in spacing_sheet(rows, []).lines}
    assert lines["within.500"].cells == (("A0", "A1", "A3", "A9"), (), ("A0", "A1", "A3", "A9"))
    assert lines["within.1000"].cells[0] == ("A0", "A1", "A2", "A3", "A9")
    assert lines["farther"].cells[0] == ()
    assert lines["farther"].of == (5, 0, 5)
    steps = [code for key, line in lines.items() if key.startswith("step.") for code in line.cells[0]]
    assert sorted(steps) == ["A0", "A1", "A2", "A3", "A9"]
    assert all(not cell for line in spacing_sheet([], []).lines for cell in line.cells)
