"""Sets of candidates in the registry."""

import numpy as np
import pytest
from sqlalchemy import Engine

from geo.db.engine import reading, writing
from geo.errors import NotFoundError
from geo.model.candidates import Candidates
from geo.registry.candidates import (
    describe_candidates,
    list_candidate_sets,
    read_candidate_set,
    save_candidate_set,
)

PLACES = Candidates(
    codes=("A", "候选-000003"),
    names=("甲行", ""),
    lon=np.array([113.6512345678, 113.7]),
    lat=np.array([34.75, 34.8]),
    price=np.array([1.5, 0.0]),
    capacity=np.array([np.nan, 20.0]),
)


def save(engine: Engine, name: str, places: Candidates) -> tuple[int, int, int]:
    kept = describe_candidates(places, name=name, source=f"{name}.csv")
    with writing(engine) as session:
        return save_candidate_set(session, kept, places)


def test_a_set_comes_back_as_it_was(engine: Engine):
    assert save(engine, "网点", PLACES) == (1, 0, 0)
    assert save(engine, "网点", PLACES) == (0, 0, 1)
    with reading(engine) as session:
        kept, places = read_candidate_set(session, "网点")
    assert (kept.count, kept.priced, kept.limited) == (2, True, False)
    assert (kept.west, kept.north) == (113.6512345678, 34.8)
    assert (places.codes, places.names) == (PLACES.codes, PLACES.names)
    for one, other in zip(places[2:], PLACES[2:], strict=True):
        assert np.array_equal(one, other, equal_nan=True)


def test_a_later_one_of_its_name_replaces_it(engine: Engine):
    save(engine, "网点", PLACES)
    save(engine, "别的", PLACES)
    part = Candidates(*(column[:1] for column in PLACES))
    assert save(engine, "网点", part) == (0, 1, 0)
    with reading(engine) as session:
        assert [(one.name, one.count) for one in list_candidate_sets(session)] == [("别的", 2), ("网点", 1)]


def test_one_that_is_not_there_is_told_with_those_that_are(engine: Engine):
    save(engine, "网点", PLACES)
    with reading(engine) as session, pytest.raises(NotFoundError, match="网点"):
        read_candidate_set(session, "没有")
