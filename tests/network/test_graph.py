"""A graph taken apart and put together again is the same graph, also out of files."""

import json
from pathlib import Path

import numpy as np
import pytest

from geo.model.streets import BACKWARD, FORWARD
from geo.network.compile import compile_graph
from geo.network.graph import Graph, Names, flatten, pack_names, unflatten
from geo.network.snap import snap
from tests.network.ways import BOTH, make_ways

NODES = [(1_170_000_000 + x * 10_000, 366_000_000 + y * 10_000) for x in range(4) for y in range(3)]
LINES = [[0, 1, 2, 5, 8], [1, 4, 7, 10], [3, 4, 5], [6, 7, 8, 5], [9, 10, 11, 8]]
NAMES = ["经十路", None, "泉城路", "经十路", "Rua Açorianos"]


def example(**more: object) -> Graph:
    directions = {"ebike": [FORWARD, BOTH, BACKWARD, BOTH, BOTH]}
    return compile_graph(make_ways(NODES, LINES, names=NAMES, directions=directions, barriers={7: 2}, **more))


def test_the_head_is_json_and_arrays_are_rows():
    head, arrays = flatten(example())
    assert json.loads(json.dumps(head)) == head
    for array in arrays.values():
        assert array.ndim == 1
        assert array.flags.c_contiguous
        assert array.dtype.kind in "iuf"


@pytest.mark.parametrize("graph", [example(), compile_graph(make_ways([], []))], ids=["some", "none"])
def test_a_graph_comes_back_out_of_files(graph: Graph, tmp_path: Path):
    head, arrays = flatten(graph)
    mapped = {}
    for name, array in arrays.items():
        (tmp_path / name).write_bytes(array.tobytes() or b" ")
        whole = np.memmap(tmp_path / name, np.uint8, mode="c")
        mapped[name] = np.asarray(whole)[: array.nbytes].view(array.dtype)
    back = unflatten(json.loads(json.dumps(head)), mapped)
    head_again, arrays_again = flatten(back)
    assert head_again == head
    assert list(arrays_again) == list(arrays)
    for name, array in arrays_again.items():
        # The very arrays given, none copied: opening a graph reads nothing.
        assert array is mapped[name]
        assert np.array_equal(array, arrays[name])
    for profile, network in graph.networks.items():
        assert (back.networks[profile].back is back.networks[profile].out) == (network.back is network.out)
    here = NODES[4][0] / 1e7, NODES[4][1] / 1e7
    assert snap(back, "ebike", *here).at(0) == snap(graph, "ebike", *here).at(0)


def test_what_goes_both_ways_is_kept_once():
    _, arrays = flatten(example())
    assert "networks.walk.back.to" not in arrays
    assert "networks.ebike.back.to" in arrays


def test_arrays_have_the_types_they_are_said_to_have():
    graph = example()
    kinds = {
        np.int32: "node_lon node_lat edge_from edge_to edge_name shape_lon shape_lat",
        np.float64: "edge_length_m shape_at_m",
        np.int64: "shape_start",
        np.uint8: "edge_highway",
    }
    for kind, fields in kinds.items():
        for field in fields.split():
            assert getattr(graph, field).dtype == kind
    assert [column.dtype for column in graph.cells] == [np.int64, np.int64, np.int32, np.int64, np.int32]
    for network in graph.networks.values():
        assert (network.direction.dtype, network.speed_m_s.dtype) == (np.uint8, np.float32)
        for arcs in (network.out, network.back):
            assert [c.dtype for c in arcs] == [np.int64, np.int32, np.int32, np.float64, np.float64]


def test_streets_keep_their_names():
    graph = example()
    assert list(graph.names) == ["经十路", "泉城路", "Rua Açorianos"]
    assert {graph.name(edge) for edge in range(len(graph.edge_from))} == {*NAMES}
    back = unflatten(*flatten(graph))
    assert list(back.names) == list(graph.names)


def test_names_are_decoded_one_by_one():
    names = pack_names(["一", "", "两个"])
    assert isinstance(names, Names)
    assert (len(names), names[0], names[1], names[2]) == (3, "一", "", "两个")
    assert pack_names(names) is names
    for place in (-1, 3):
        with pytest.raises(IndexError):
            names[place]
    assert "两个" in names


def test_what_is_missing_is_named():
    head, arrays = flatten(example())
    del arrays["cells.piece"]
    with pytest.raises(KeyError, match=r"cells\.piece"):
        unflatten(head, arrays)
