"""A graph on disk is the graph that was compiled; a file that is anything else is told."""

import errno
import io
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from geo.errors import ConflictError, FileError
from geo.model.streets import BACKWARD, FORWARD, STREET_PROFILES, Travel, Ways
from geo.network.compile import compile_graph
from geo.network.graph import Graph, flatten
from geo.registry import street_files
from geo.registry.street_files import basemap_path, graph_path, open_graph, write_graph
from geo.registry.street_folder import digest_of, loading_folder, prune


def small_graph(names: tuple[str, ...] = ("经十路", "Rua Açorianos")) -> Graph:
    """Return a round that is one-way for e-bikes, and a street across it."""
    both = np.full(2, FORWARD | BACKWARD, np.uint8)
    speed = np.full(2, 1.4, np.float32)
    return compile_graph(
        Ways(
            node_lon=np.array([0, 10_000, 20_000, 10_000, 10_000], np.int32),
            node_lat=np.array([0, 0, 10_000, -10_000, 20_000], np.int32),
            refs=np.array([0, 1, 2, 0, 3, 1, 4], np.int32),
            way_start=np.array([0, 4, 7]),
            highway=np.zeros(2, np.uint8),
            name=np.array([0, 1], np.int32) if names else np.full(2, -1, np.int32),
            names=names,
            travel={
                "walk": Travel(both, speed),
                "ebike": Travel(np.array([FORWARD, both[1]], np.uint8), speed),
            },
            barrier=np.empty(0, np.int32),
            barrier_closed=np.empty(0, np.uint8),
        )
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A written graph."""
    write_graph(tmp_path / "a.graph", small_graph())
    return tmp_path / "a.graph"


@pytest.mark.parametrize("names", [("经十路", "Rua Açorianos"), ()])
def test_an_opened_graph_is_the_one_written(tmp_path: Path, names: tuple[str, ...]):
    graph = small_graph(names)
    write_graph(tmp_path / "a.graph", graph)
    head, arrays = flatten(graph)
    opened = open_graph(tmp_path / "a.graph")
    found_head, found = flatten(opened)
    assert found_head == head
    assert list(opened.names) == list(names)
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype, name
        assert found[name].tolist() == array.tolist(), name
    walk, ebike = (opened.networks[profile] for profile in STREET_PROFILES)
    assert walk.back is walk.out
    assert ebike.back is not ebike.out


def test_its_arrays_are_such_as_kernels_take_and_never_reach_the_file(path: Path):
    before = path.read_bytes()
    _, arrays = flatten(open_graph(path))
    for name, array in arrays.items():
        assert type(array) is np.ndarray, name
        assert array.flags.c_contiguous, name
        assert array.flags.aligned, name
        assert array.flags.writeable, name
    arrays["edge_length_m"][:] = 0
    assert path.read_bytes() == before


def test_the_same_graph_is_the_same_file(path: Path, tmp_path: Path):
    write_graph(tmp_path / "b.graph", small_graph())
    assert (tmp_path / "b.graph").read_bytes() == path.read_bytes()


def test_other_users_may_read_it_as_they_may_any_file(path: Path):
    (path.parent / "plain").touch()
    assert path.stat().st_mode == (path.parent / "plain").stat().st_mode


def test_a_graph_in_use_outlives_its_file(path: Path):
    graph = open_graph(path)
    write_graph(path, small_graph(()))
    path.unlink()
    assert graph.name(0) in ("经十路", "Rua Açorianos")


def test_a_graph_that_is_not_on_this_machine_is_told(tmp_path: Path):
    with pytest.raises(FileError, match="这台机器上再执行一次 yizhan load streets"):
        open_graph(tmp_path / "absent.graph")
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileError, match="打不开街道文件"):
        open_graph(tmp_path / "folder")


def test_every_truncation_and_any_change_of_the_head_is_told(path: Path):
    content = path.read_bytes()
    length = struct.unpack_from("<I", content, 12)[0]
    damaged = [content[:cut] for cut in (0, 1, 20, 28, 28 + length, len(content) // 2, len(content) - 1)]
    damaged += [content + b"\0"]
    for place in (0, 5, 12, 16, 20, *range(28, 28 + length, 97)):
        damaged.append(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    for text in damaged:
        path.write_bytes(text)
        with pytest.raises(FileError, match=r"已损坏.*yizhan load streets"):
            open_graph(path)


def test_a_graph_of_another_format_is_told(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(street_files, "FORMAT", street_files.FORMAT + 1)
    with pytest.raises(FileError, match=r"另一个版本.*yizhan load streets"):
        open_graph(path)


def test_a_graph_that_lacks_what_this_version_needs_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    head, arrays = flatten(small_graph())
    del arrays["edge_name"]
    monkeypatch.setattr(street_files, "flatten", lambda _graph: (head, arrays))
    write_graph(tmp_path / "a.graph", small_graph())
    with pytest.raises(FileError, match="另一个版本"):
        open_graph(tmp_path / "a.graph")


def test_a_full_disk_is_told_and_leaves_what_was_there(path: Path, monkeypatch: pytest.MonkeyPatch):
    before = path.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(FileError, match=r"No space left on device.*磁盘空间"):
        write_graph(path, small_graph(()))
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path):
    with pytest.raises(FileError, match="写不了街道文件"):
        write_graph(tmp_path / "absent" / "a.graph", small_graph())
    (tmp_path / "streets").write_text("")
    with pytest.raises(FileError, match="写不了街道文件"), loading_folder(tmp_path):
        pass


def test_the_same_extract_has_the_same_digest_and_another_another():
    digests = [digest_of(io.BytesIO(content)) for content in (b"a", b"a", b"b", b"")]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3
    assert all(len(digest) == 16 for digest in digests)


def test_files_that_no_database_has_registered_go(tmp_path: Path):
    with loading_folder(tmp_path):
        pass
    for digest in "abc":
        graph_path(tmp_path, digest).touch()
        basemap_path(tmp_path, digest).touch()
    prune(tmp_path, "one", ["a", "b"])
    assert names(tmp_path) == ["a.graph", "a.pmtiles", "b.graph", "b.pmtiles"]
    prune(tmp_path, "two", ["b"])
    prune(tmp_path, "one", [])
    assert names(tmp_path) == ["b.graph", "b.pmtiles"]
    prune(tmp_path, "two", [])
    assert names(tmp_path) == []


def names(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "streets").glob("?.*"))


def test_one_load_at_a_time(tmp_path: Path):
    with loading_folder(tmp_path) as folder:
        (folder / "half").write_text("half")
        assert "请等它结束后再试" in run(f"with {_LOADING}: pass", tmp_path).stderr
        assert (folder / "half").exists()
        with pytest.raises(ConflictError), loading_folder(tmp_path):
            pass
    assert not folder.exists()


def test_what_a_killed_load_left_goes_with_the_next(tmp_path: Path):
    run(f"with {_LOADING} as folder:\n (folder / 'half').touch()\n os.kill(os.getpid(), 9)", tmp_path)
    assert len(list(tmp_path.glob("streets/loading-*/half"))) == 1
    with loading_folder(tmp_path) as folder:
        assert list(tmp_path.glob("streets/loading-*")) == [folder]


_LOADING = "loading_folder(pathlib.Path(sys.argv[1]))"
_IMPORTS = "import os, pathlib, sys\nfrom geo.registry.street_folder import loading_folder\n"


def run(program: str, home: Path) -> subprocess.CompletedProcess:
    """Run a few lines in another process."""
    command = [sys.executable, "-c", _IMPORTS + program, home]
    return subprocess.run(command, capture_output=True, text=True, check=False)
