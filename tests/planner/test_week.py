"""Which column of a demand holds in which hour of the week."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo.model.demand import Demand, band_of
from geo.planner.run_week import hourly_weights


def holding(asked: str, *columns: str) -> list[float]:
    """Return for the hours of a Monday the number of the column that holds, from 1; 0 for none."""
    weights = {name: np.array([float(number)]) for number, name in enumerate(columns, 1)}
    demand = Demand(lon=np.zeros(1), lat=np.zeros(1), weights=weights)
    found, of_hour = hourly_weights(demand, asked)
    assert np.array_equal(of_hour, np.tile(of_hour[:24], 7))
    return [float(found[column][0]) for column in of_hour[:24]]


def test_the_column_asked_for_holds_in_its_own_hours():
    noon = [1.0] * 11 + [2.0] * 3 + [1.0] * 10
    assert holding("riders_11_14", "riders_0_24", "riders_11_14") == noon
    assert holding("riders_0_24", "riders_0_24", "riders_11_14") == [1.0] * 24


def test_columns_of_another_year_are_another_family():
    columns = "riders_2023_11_14", "riders_2024_11_14", "riders_2023_14_17", "riders_2024_14_17"
    assert holding("riders_2024_11_14", *columns) == [0.0] * 11 + [2.0] * 3 + [4.0] * 3 + [0.0] * 7


def test_columns_that_name_no_hours_always_hold():
    assert holding("residents", "residents", "riders_11_14") == [1.0] * 24


bands = st.tuples(st.integers(0, 23), st.integers(0, 24)).filter(lambda band: band[0] != band[1])


@given(st.lists(bands, min_size=1, max_size=6, unique=True), st.data())
def test_in_every_hour_the_asked_then_the_narrowest_then_the_first_holds(drawn, data):
    columns = [f"骑手{first}-{last}时" for first, last in drawn]
    asked = data.draw(st.sampled_from(columns))

    def hours(column: str) -> set[int]:
        first, last = band_of(column)
        return {
            hour
            for hour in range(24)
            if (first <= hour < last if first < last else hour >= first or hour < last)
        }

    expected = []
    for hour in range(24):
        of = [column for column in columns if hour in hours(column)]
        best = min(
            of, key=lambda column: (column != asked, len(hours(column)), columns.index(column)), default=None
        )
        expected.append(0.0 if best is None else columns.index(best) + 1.0)
    assert holding(asked, *columns) == expected
