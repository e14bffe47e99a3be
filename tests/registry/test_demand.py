"""Registered demand: what is kept is what was given."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sqlalchemy import Engine

from geo.db.engine import reading, writing
from geo.errors import ConflictError, NotFoundError
from geo.model.demand import Demand
from geo.registry.demand import DemandSet, list_demand, read_demand_set, save_demand
from geo.registry.demand_body import decode_demand, encode_demand

PLACES = Demand(
    lon=np.array([113.6, 113.7]),
    lat=np.array([34.7, 34.8]),
    weights={"居民": np.array([1.0, 2.0]), "骑手11-14时": np.array([0.1, 0.0])},
)
KEPT = DemandSet(
    name="郑州",
    digest="0123456789abcdef",
    source="郑州.csv",
    attribution=None,
    form="points",
    loaded_at="2026-03-02T08:00:00Z",
    points=2,
    weights=(("居民", 3.0), ("骑手11-14时", 0.1)),
    west=113.6,
    south=34.7,
    east=113.7,
    north=34.8,
)

_NARROW = st.integers(0, 255).map(float) | st.integers(0, 2**32 - 1).map(float)
_WEIGHTS = st.floats(0, allow_infinity=False, allow_nan=False) | st.floats(0, 1e6, width=32) | _NARROW


@settings(deadline=None)
@given(st.data(), st.integers(0, 60))
def test_a_body_keeps_every_weight_and_places_to_a_centimetre(data: st.DataObject, count: int):
    def column(elements: st.SearchStrategy) -> np.ndarray:
        return data.draw(arrays.arrays(np.float64, count, elements=elements))

    given_ = Demand(
        lon=column(st.floats(-180, 180)),
        lat=column(st.floats(-90, 90)),
        weights={name: column(_WEIGHTS) for name in ("a", "b")},
    )
    body = encode_demand(given_)
    held = decode_demand(body, ["a", "b"])
    assert held.lon == pytest.approx(given_.lon, abs=0.5001e-7)
    assert held.lat == pytest.approx(given_.lat, abs=0.5001e-7)
    for name, values in given_.weights.items():
        assert held.weights[name].dtype == np.float64
        assert np.array_equal(held.weights[name], values)
    assert encode_demand(held) == body


def test_a_body_of_another_version_is_told():
    with pytest.raises(ConflictError, match="load demand"):
        decode_demand(b"\xff" + encode_demand(PLACES)[1:], ["居民"])


def save(engine: Engine, **given: Any) -> tuple[int, int, int]:
    with writing(engine) as session:
        return save_demand(session, KEPT._replace(**given), PLACES)


def held(engine: Engine) -> tuple[DemandSet, ...]:
    with reading(engine) as session:
        return list_demand(session)


def test_what_was_saved_is_listed_by_name_and_read(engine: Engine):
    assert held(engine) == ()
    for name in ("b", "郑州", "A"):
        assert save(engine, name=name) == (1, 0, 0)
    assert held(engine) == tuple(KEPT._replace(name=name) for name in ("A", "b", "郑州"))
    with reading(engine) as session:
        kept, places = read_demand_set(session, "郑州")
    assert kept == KEPT
    assert places.lon.tolist() == PLACES.lon.tolist()
    assert {name: values.tolist() for name, values in places.weights.items()} == {
        "居民": [1, 2],
        "骑手11-14时": [0.1, 0],
    }


def test_one_takes_the_place_of_that_of_its_name_and_the_same_stays(engine: Engine):
    save(engine)
    assert save(engine, loaded_at="2030-01-01T00:00:00Z") == (0, 0, 1)
    assert held(engine) == (KEPT,)
    new = {"digest": "f" * 16, "attribution": "WorldPop", "loaded_at": "2030-01-01T00:00:00Z"}
    assert save(engine, **new) == (0, 1, 0)
    assert held(engine) == (KEPT._replace(**new),)


def test_a_name_that_is_not_there_is_answered_with_those_that_are(engine: Engine):
    with reading(engine) as session, pytest.raises(NotFoundError, match=r"济南.*没有\)"):
        read_demand_set(session, "济南")
    save(engine)
    with reading(engine) as session, pytest.raises(NotFoundError, match=r"济南.*郑州"):
        read_demand_set(session, "济南")
