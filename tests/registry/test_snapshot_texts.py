"""What is collected in batches comes out as it was given, in the order asked for."""

from dataclasses import replace
from random import Random

import numpy as np
import orjson
from hypothesis import given
from hypothesis import strategies as st

from geo.registry.snapshot import Snapshot
from geo.registry.snapshot_texts import Docs, Lines
from tests.registry.test_nearest import snapshot_of

PROPERTIES = st.fixed_dictionaries(
    {"name": st.text() | st.sampled_from(['"facilities":{}', '","facilities":{"toilet":"yes"}', "}"])},
    optional={
        "facilities": st.dictionaries(
            st.sampled_from(["toilet", "wifi", "aed"]), st.sampled_from(["yes", "no"])
        ),
        "map_ids": st.dictionaries(st.sampled_from(["facilities", "amap"]), st.text()),
        "star": st.integers(0, 5),
    },
)
BATCHES = st.lists(st.lists(PROPERTIES.map(orjson.dumps), min_size=1, max_size=5), max_size=4)
LINES = st.lists(
    st.lists(st.text(st.characters(exclude_characters="\n", codec="utf-8")).map(str.encode), min_size=1),
    max_size=4,
)


def shuffled(batches: list[list[bytes]]) -> tuple[np.ndarray, list[bytes]]:
    """Return an order, and what the batches hold in that order."""
    given = [item for batch in batches for item in batch]
    order = Random(len(given)).sample(range(len(given)), len(given))
    return np.array(order, np.intp), [given[place] for place in order]


def snapshot_with(docs: Docs, order: np.ndarray) -> Snapshot:
    plain = snapshot_of([0.0] * len(order), [0.0] * len(order), np.random.default_rng(1))
    return replace(plain, **docs.columns(order))


@given(BATCHES)
def test_every_document_is_the_one_given(batches: list[list[bytes]]):
    docs = Docs()
    for batch in batches:
        docs.take(batch)
    order, expected = shuffled(batches)
    snapshot = snapshot_with(docs, order)
    assert [snapshot.doc(row) for row in range(len(order))] == expected


def test_what_documents_share_is_kept_once():
    shared = {"facilities": {"toilet": "yes", "microwave": "yes"}}
    docs = Docs()
    for first in (0, 50):
        docs.take([orjson.dumps({"code": f"YZ-{n}", **shared, "star": 5}) for n in range(first, first + 50)])
    found = docs.columns(np.arange(100))
    assert [orjson.loads(b"{" + part + b"}") for part in found["shared"]] == [shared]
    assert b"toilet" not in found["docs"]


@given(LINES)
def test_every_line_is_the_one_given(batches: list[list[bytes]]):
    lines = Lines()
    for batch in batches:
        lines.take(batch)
    order, expected = shuffled(batches)
    found = lines.columns(order)
    assert found["search"] == b"\n".join(expected)
    ends = [*(found["search_start"][1:] - 1).tolist(), len(found["search"])]
    pairs = zip(found["search_start"].tolist(), ends, strict=False)
    assert [found["search"][start:end] for start, end in pairs] == expected
