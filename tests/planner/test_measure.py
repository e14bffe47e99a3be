"""Pairs are the same however many are sought at a time, and no more are sought than memory has room for."""

import numpy as np
import pytest

from geo.errors import InputError
from geo.network import cover
from geo.planner import measure as measured
from geo.planner.ground import ground_of
from geo.planner.measure import Ways, line_ways, ways_within
from geo.planner.question import Ask
from geo.registry.nearest import Index
from tests.planner.test_run import everywhere, index, study

__all__ = ["index"]


def ways_of(index: Index, by: str) -> Ways:
    demand, ask = everywhere(), Ask(demand="住户", limit=700, by=by)
    return Ways.of(demand, ground_of(index, demand, demand.weights["人"], ask), ask)


@pytest.mark.parametrize("by", ["walk", "line"])
def test_pairs_are_the_same_in_parts_of_any_size(index: Index, by: str, monkeypatch: pytest.MonkeyPatch):
    ways = ways_of(index, by)
    whole = ways_within(ways, 2.0)
    for room in (1, 40, 200):
        monkeypatch.setattr(cover, "_ROOM", room)
        for found, expected in zip(ways_within(ways, 2.0), whole, strict=True):
            assert np.array_equal(found, expected)
            assert found.dtype == expected.dtype


def test_without_stations_or_demand_there_are_no_pairs(index: Index):
    ways = ways_of(index, "line")
    nobody = ways.part(np.empty(0, np.int64))
    assert [len(column) for column in line_ways(nobody, 1.0)] == [1, 0, 0]
    ground = ways.ground
    bare = ground._replace(rows=ground.rows[:0], door_lon=ground.door_lon[:0], door_lat=ground.door_lat[:0])
    assert line_ways(ways._replace(ground=bare), 1.0).start.tolist() == [0] * (len(ways.lon) + 1)


@pytest.mark.parametrize("by", ["walk", "line"])
def test_a_question_too_large_for_memory_is_refused_and_says_what_to_do(
    index: Index, by: str, monkeypatch: pytest.MonkeyPatch
):
    count = len(ways_within(ways_of(index, by), 1.1).station)
    for module in (cover, measured):
        monkeypatch.setattr(module, "MOST_PAIRS", count - 1)
    with pytest.raises(InputError, match="内存放不下;请把范围改小,或只选一个区划") as refused:
        study(index, by=by)
    assert refused.value.parameter == "within"
