"""Reasons are what their definitions say, of several the first."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analyses.reasons import FARTHEST, reasons_of
from geo.model.hours import CLOSED, OPEN, UNKNOWN
from geo.model.study import REASONS
from tests.analyses.tables import LIMIT, costs, pairs_of, states


def defined(ways, lines, state, off, on) -> str:
    """Return the reason of one place as `REASONS` describes it; lines are (straight, as estimated)."""
    stations = list(zip(ways, lines, state, on, strict=True))
    if off:
        return "off_network"
    if any(way <= LIMIT and s == UNKNOWN for way, _, s, _ in stations):
        return "hours_unknown"
    if any(way <= LIMIT and s == CLOSED for way, _, s, _ in stations):
        return "closed_then"
    for way, (straight, estimated), s, known in stations:
        if s == OPEN and known and estimated <= LIMIT and way >= 2 * straight:
            return "barrier"
    if any(s == OPEN and way <= 1.25 * LIMIT for way, _, s, _ in stations):
        return "just_beyond"
    return "none_near"


@settings(deadline=None)
@given(st.data(), costs())
def test_the_first_reason_that_holds_is_said(data, table):
    demand, stations = table.shape
    shorter = st.lists(st.sampled_from([0.3, 0.5, 0.8, 1.0]), min_size=table.size, max_size=table.size)
    lines = np.minimum(table, 240.0) * np.array(data.draw(shorter)).reshape(table.shape)
    state = data.draw(states(stations))
    off, on = (
        np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)), bool)
        for count in (demand, stations)
    )
    ways = np.where(off[:, None] | ~on, np.inf, table)
    # Costs by line may include an estimated detour; halves and whole numbers stay exact.
    detour = data.draw(st.sampled_from([1.0, 1.25, 1.5]))
    # Only demand that is not covered is asked about.
    asked = ~((ways <= LIMIT) & (state == OPEN)).any(axis=1)
    ways, lines, off = ways[asked], lines[asked], off[asked]

    straight, estimated = np.floor(lines), np.floor(lines) * detour
    pairs, line = pairs_of(ways, FARTHEST * LIMIT), pairs_of(estimated, LIMIT)
    found = reasons_of(pairs, line, state, LIMIT, off_network=off, on_network=on, detour=detour)

    both = [list(zip(*row, strict=True)) for row in zip(straight.tolist(), estimated.tolist(), strict=True)]
    rows = zip(ways.tolist(), both, off, strict=True)
    assert [REASONS[place] for place in found] == [
        defined(way, line, state, lost, on) for way, line, lost in rows
    ]


def test_by_line_nothing_is_a_barrier():
    table = np.array([[80.0, 300.0], [120.0, 300.0], [300.0, 120.0], [300.0, 190.0]])
    state = np.array([CLOSED, OPEN], np.uint8)
    for first, why in ((CLOSED, "closed_then"), (UNKNOWN, "hours_unknown")):
        state[0] = first
        found = reasons_of(
            pairs_of(table, FARTHEST * LIMIT),
            None,
            state,
            LIMIT,
            off_network=np.zeros(4, bool),
            on_network=np.ones(2, bool),
        )
        said = [REASONS[place] for place in found]
        assert said == [why, "none_near", "just_beyond", "none_near"]


def test_a_way_twice_as_long_is_a_barrier_in_seconds_too():
    """A line of 60 s is estimated to take 78 s; ways take just less than twice the line, and twice."""
    for way, why in ((119.0, "just_beyond"), (120.0, "barrier"), (155.0, "barrier")):
        found = reasons_of(
            pairs_of(np.array([[way]]), FARTHEST * LIMIT),
            pairs_of(np.array([[78.0]]), LIMIT),
            np.array([OPEN], np.uint8),
            LIMIT,
            off_network=np.zeros(1, bool),
            on_network=np.ones(1, bool),
            detour=1.3,
        )
        assert REASONS[found[0]] == why
