"""Selections are those that pass, and no sequence of questions makes a process grow without end."""

import numpy as np

from geo.model.facilities import FACILITIES
from geo.registry.selection import Filter, Selections
from geo.registry.snapshot import facility_mask
from tests.registry.test_nearest import snapshot_of

CODES = list(FACILITIES)


def filters(count: int) -> list[Filter]:
    return [
        Filter(facilities=facility_mask([code for bit, code in enumerate(CODES) if number >> bit & 1]))
        for number in range(count)
    ]


def test_many_questions_nothing_passes_are_not_all_kept():
    selections = Selections(snapshot_of([], [], np.random.default_rng(0)))
    for wanted in filters(3_000):
        assert len(selections.of(wanted).rows) == 0
    assert len(selections._kept) < 1_000


def test_what_is_asked_again_and_again_is_kept():
    rng = np.random.default_rng(0)
    snapshot = snapshot_of(rng.uniform(113, 114, 500), rng.uniform(34, 35, 500), rng)
    selections = Selections(snapshot)
    always = selections.of(Filter(statuses=("open",)))
    for wanted in filters(3_000):
        selections.of(wanted)
        assert selections.of(Filter(statuses=("open",))) is always


def test_the_one_asked_for_is_given_however_large():
    rng = np.random.default_rng(0)
    snapshot = snapshot_of(rng.uniform(113, 114, 500), rng.uniform(34, 35, 500), rng)
    selections = Selections(snapshot)
    selections._limit = 1
    assert len(selections.of(Filter()).rows) == 500
    assert len(selections._kept) == 1
