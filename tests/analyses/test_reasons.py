"""Reasons are what their definitions say, of several the first."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.analyses.reasons import FARTHEST, reasons_of
from geo.model.hours import CLOSED, OPEN, UNKNOWN
from geo.model.study import REASONS
from tests.analyses.tables import LIMIT, costs, pairs_of, states


def defined(ways, lines, state, off, on) -> str:
    """Return the reason of one place as `REASONS` describes it."""
    stations = list(zip(ways, lines, state, on, strict=True))
    if off:
        return "off_network"
    if any(way <= LIMIT for way, *_ in stations):
        return "closed_then"
    if any(s == OPEN and known and line <= LIMIT and way >= 2 * line for way, line, s, known in stations):
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
    # Only demand that is not covered is asked about.
    asked = ~((ways <= LIMIT) & (state == OPEN)).any(axis=1)
    ways, lines, off = ways[asked], lines[asked], off[asked]

    pairs, line = pairs_of(ways, FARTHEST * LIMIT), pairs_of(lines, LIMIT)
    found = reasons_of(pairs, line, state, LIMIT, off_network=off, on_network=on)

    rows = zip(ways.tolist(), lines.tolist(), off, strict=True)
    assert [REASONS[place] for place in found] == [
        defined(way, line, state, lost, on) for way, line, lost in rows
    ]


def test_by_line_nothing_is_a_barrier():
    table = np.array([[80.0, 300.0], [120.0, 300.0], [300.0, 120.0], [300.0, 190.0]])
    state = np.array([CLOSED, OPEN], np.uint8)
    for first in (CLOSED, UNKNOWN):
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
        assert said == ["closed_then", "none_near", "just_beyond", "none_near"]
